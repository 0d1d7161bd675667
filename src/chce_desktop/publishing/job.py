"""What a publish does around its switch: look closer, verify, mend, clean up, leave a host that refuses as it was."""

from __future__ import annotations

import asyncio
import contextlib
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from chce_desktop.domain.manifest import FileEntry
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress
from chce_desktop.publishing import records
from chce_desktop.publishing.errors import NotThere, PublishError, RecordDamaged, RecordTooNew, UploadCutShort
from chce_desktop.publishing.execution import Execution
from chce_desktop.publishing.flight import collect, together
from chce_desktop.publishing.layers.retry import mended
from chce_desktop.publishing.lock import Lock
from chce_desktop.publishing.outcome import LocalTree
from chce_desktop.publishing.plan import Plan, RemoteState, make_plan
from chce_desktop.publishing.records import Intent
from chce_desktop.publishing.remote import Transport
from chce_desktop.publishing.running import Guard
from chce_desktop.publishing.survey import Survey, sizes, with_sizes, without
from chce_desktop.publishing.verification import Verification, sample_wrong, verify

if TYPE_CHECKING:
    from chce_desktop.publishing.remote import Entry

_LAST_WORD_SECONDS = 10.0
_SAMPLE = 200


@dataclass(slots=True)
class Job:
    """What one run has in hand."""

    transport: Transport
    lock: Lock
    execution: Execution
    tree: LocalTree
    survey: Survey
    generation: int
    progress: Progress
    plan: Plan
    url: str
    tidy: bool
    clean: bool = False
    committing: bool = False
    committed: bool = False


def in_place(transport: Transport) -> bool:
    """Whether files are sent straight to where readers find them: nothing can be renamed, and nothing waits."""
    return not (transport.capabilities.rename or transport.capabilities.transactional)


async def take_back(job: Job) -> None:
    """Leave a host that is full, or refuses, as it was found: a stage that fills its disk stops even smaller publishes.

    A switch that has begun needs to the end what was sent, and the intent tells the next publish about it.
    """
    begun = job.execution.switching if in_place(job.transport) else job.execution.announced
    if job.survey.intent is not None or begun:
        return
    await job.lock.check()
    await job.execution.take_back()
    await together(*map(job.transport.delete, sorted(await _strays(job) - {records.INTENT})))
    await job.transport.delete(records.INTENT)


def plan_for(tree: LocalTree, state: RemoteState, transport: Transport) -> Plan:
    """The steps from `state` to `tree`. Raises what `make_plan` raises."""
    return make_plan(tree.manifest, state, case_sensitive=transport.capabilities.case_sensitive)


async def examined(job: Job) -> RemoteState:
    """The state of the host, without the files that somebody else changed or deleted as far as a sample shows."""
    state = job.survey.state
    job.progress.report(tr("Looking for changes made on the host"))
    state = with_sizes(state, await sizes(job.transport, state.files))
    return without(state, await sample_wrong(job.transport, state.files, _SAMPLE))


async def sweep(job: Job) -> None:
    """Remove what a publish that died while it tried out folders left there. Raises what the host refuses."""
    transport, intent = job.transport, job.survey.intent
    with contextlib.suppress(NotThere, RecordDamaged, RecordTooNew):
        intent = intent or Intent.decode(await transport.read(records.NEW_INTENT))
    if intent is None:
        return
    touched = {posixpath.dirname(path) for path in (*intent.writes, *intent.deletes, *intent.settled)} | {""}
    for folder, entries in (await collect(touched, transport.list, transport.capabilities.in_flight)).items():
        for entry in cast("tuple[Entry, ...]", entries or ()):
            if records.is_probe(entry.name):
                remove = transport.remove_folder if entry.is_folder else transport.delete
                await remove(posixpath.join(folder, entry.name))


async def verified(job: Job, guard: Guard, files: Mapping[str, FileEntry]) -> Verification:
    """Compare while cleaning up, mend what is ours, compare again. Raises UploadCutShort where that does not help."""
    job.progress.report(tr("Comparing with what readers see"))
    first: Verification
    first, _cleaned = await together(
        verify(job.transport, files, job.url, job.progress, job.tree.served), clean_up(job)
    )
    if not first.wrong:
        return first
    state = RemoteState(files=job.tree.manifest.files, staged={}, moved={})
    mending = without(state, first.wrong)
    plan = plan_for(job.tree, mending, job.transport)
    missing = await job.execution.prepare(plan)
    intent = job.execution.intent(plan, mending, missing, job.generation + 1)
    await job.execution.stage(plan, intent)
    await job.lock.check(again=False)
    with guard.held():
        await job.execution.announce(intent, missing)
        await job.execution.switch(plan)
    mended = {path: files[path] for path in first.wrong}
    again = await verify(job.transport, mended, job.url, job.progress, job.tree.served)
    await clean_up(job)
    if again.wrong:
        raise UploadCutShort(again.wrong[0], files[again.wrong[0]].size, None)
    return replace(first, verified=first.verified + again.verified, warnings=tuple({*first.warnings, *again.warnings}))


async def clean_up(job: Job) -> None:
    """Remove everything of `.chce` that the head does not need, but the lock. A crash from here on loses nothing."""
    if not job.committed:  # an interrupted publish may have made folders for files that are not wanted any more
        await job.execution.drop_folders(job.survey.state.folders - job.survey.manifest.folders)
    stale = {records.INTENT}
    if job.survey.head and job.committed:
        stale.add(records.manifest_path(job.survey.head.generation))
    if job.tidy or mended(job.transport):
        stale |= await _strays(job)
    await together(
        job.lock.check(again=False),
        job.execution.clear_stage(job.plan.litter),
        *map(job.transport.delete, sorted(stale)),
    )
    job.clean = True


async def _strays(job: Job) -> set[str]:
    """What lies in `.chce` besides what the head needs, lock and stage."""
    head = job.generation if job.committed else job.survey.head.generation if job.survey.head else 0
    keep = {records.HEAD, records.manifest_path(head), records.LOCK, records.STAGE}
    return {f"{records.HOME}/{entry.name}" for entry in await job.transport.list(records.HOME) or ()} - keep


async def give_back(job: Job) -> None:
    """Release the lock if it is still ours; where the link is gone, the next run takes it over."""
    with contextlib.suppress(PublishError, TimeoutError):
        async with asyncio.timeout(_LAST_WORD_SECONDS):
            if not job.clean:
                await job.lock.check()
            await job.lock.release()
    await job.lock.still()
