"""Publishing a tree to a host: the whole protocol, from the first look to the last comparison."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from chce_desktop.domain.manifest import FileEntry
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.publishing import comparison as comparing
from chce_desktop.publishing import records
from chce_desktop.publishing.errors import FileRefused, FolderRefused, PublishError, RemoteFull, UploadCutShort
from chce_desktop.publishing.execution import Execution
from chce_desktop.publishing.flight import beside, together
from chce_desktop.publishing.journal import Journal, Run
from chce_desktop.publishing.layers.retry import mended
from chce_desktop.publishing.lock import Lock, Pace, new_nonce
from chce_desktop.publishing.outcome import MOST_NAMED, Comparison, KnownState, LocalTree, PublishResult
from chce_desktop.publishing.plan import Plan, RemoteState, folders_of, make_plan
from chce_desktop.publishing.records import Head, RemoteManifest
from chce_desktop.publishing.registry import Remote
from chce_desktop.publishing.remote import Transport
from chce_desktop.publishing.running import Guard, run
from chce_desktop.publishing.survey import Survey, look, sizes, with_sizes, without
from chce_desktop.publishing.verification import Verification, sample_wrong, verify

if TYPE_CHECKING:
    from chce_desktop.publishing.remote import Comparing

_LAST_WORD_SECONDS = 10.0
_SAMPLE = 200


@dataclass(slots=True)
class _Job:
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
    committed: bool = False


class Publisher:
    """Publishes one site to one remote. `machine` is a pseudonym of this computer, `journal` a folder for this target.

    `label` is what the user wants others to call this computer, public and perhaps empty.
    `known` is the last state of the host that the library has seen: any other one asks before it is replaced.
    """

    def __init__(
        self,
        remote: Remote,
        *,
        site_uid: str,
        machine: str,
        known: KnownState,
        journal: Path,
        label: str = "",
        pace: Pace | None = None,
    ) -> None:
        self._remote = remote
        self._site = site_uid
        self._machine = machine
        self._label = label
        self._known = known
        self._journal = Journal(journal)
        self._pace = pace or Pace()

    def compare(self, tree: LocalTree, progress: Progress = SILENT) -> Comparison:
        """How the host differs from `tree`. Changes nothing. Raises PublishError's kinds, DecisionNeeded, Cancelled."""

        async def work(guard: Guard) -> Comparison:
            del guard
            async with self._connected() as transport:
                return self._compared(await self._look(transport, tree), tree)

        return run(work, progress)

    def publish(
        self,
        tree: LocalTree,
        *,
        accept: frozenset[str] = frozenset(),
        thorough: bool = False,
        progress: Progress = SILENT,
    ) -> PublishResult:
        """Make the host show exactly `tree`, besides what is not ours there.

        `accept` are codes of questions that the editor answered with yes; an open one raises its DecisionNeeded before
        anything is changed. `thorough` also looks for files that were changed or deleted on the host, and mends them.
        A cancel takes effect at once while files are sent, and waits while pages are being switched. Whatever ends it,
        the next publish goes on.
        """
        started = time.monotonic()
        with self._journal.held():
            result = run(lambda guard: self._publish(guard, tree, accept, progress, thorough=thorough), progress)
        return replace(result, seconds=time.monotonic() - started)

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[Transport]:
        transport = self._remote.transport()
        try:
            await transport.connect()
            yield transport
        finally:
            await transport.close()

    async def _look(self, transport: Transport, tree: LocalTree) -> Survey:
        return await look(transport, self._journal, self._site, tree.manifest)

    def _next_generation(self, survey: Survey) -> int:
        """One that neither the host nor the library has seen, also where somebody emptied the host."""
        return max(survey.head.generation if survey.head else 0, self._known.generation) + 1

    def _compared(self, survey: Survey, tree: LocalTree) -> Comparison:
        head = survey.head
        committed = (
            head is not None
            and head.machine == self._machine
            and self._journal.has_committed(KnownState(head.generation, head.tree))
        )
        return comparing.compare(
            survey,
            tree.manifest,
            site=self._site,
            known=self._known,
            committed=committed,
            gone=lambda: tree.gone() - self._journal.gone(),
        )

    def _decided(self, survey: Survey, tree: LocalTree, accept: frozenset[str]) -> Comparison:
        compared = self._compared(survey, tree)
        open_question = comparing.unanswered(compared, accept)
        if open_question is not None:
            raise open_question
        return compared

    async def _publish(
        self, guard: Guard, tree: LocalTree, accept: frozenset[str], progress: Progress, *, thorough: bool
    ) -> PublishResult:
        progress.report(tr("Connecting"))
        async with self._connected() as transport:
            progress.report(tr("Comparing with the host"))
            survey = await self._look(transport, tree)
            compared = self._decided(survey, tree, accept)
            interrupted = self._journal.interrupted()
            if compared.up_to_date and not thorough and not interrupted:
                return _result(compared.generation, tree)
            plan = _plan(tree, survey.state, transport)
            generation = self._next_generation(survey)
            this_run = Run(new_nonce(), generation, tree.manifest.tree_hash())
            dead = frozenset(run.nonce for run in self._journal.runs())
            self._journal.begin(this_run)
            if not survey.has_folder:
                await transport.make_folder("")
            if not survey.has_home and transport.capabilities.folders:
                await transport.make_folder(records.HOME)
            lock = Lock(transport, self._machine, this_run.nonce, dead, self._pace)
            job = _Job(
                transport=transport,
                lock=lock,
                execution=Execution(transport, lock, tree, self._machine, progress),
                tree=tree,
                survey=survey,
                generation=generation,
                progress=progress,
                plan=plan,
                # Hosts that show all at once take minutes to do so; that the commit arrived is known already.
                url="" if transport.capabilities.transactional else self._remote.public_url,
                tidy=survey.litter or interrupted,
            )
            try:
                await lock.acquire()
                return await self._locked(job, guard, accept, this_run, thorough=thorough)
            except (FileRefused, FolderRefused, UploadCutShort):
                if lock.signed:
                    await lock.check()  # what is gone may have been cleared away by whoever took over
                raise
            finally:
                await _give_back(job)

    async def _locked(
        self, job: _Job, guard: Guard, accept: frozenset[str], this_run: Run, *, thorough: bool
    ) -> PublishResult:
        with guard.held():  # a signature that is broken off would leave a lock that nobody can be asked about
            survey = await beside(job.lock.sign(), self._look(job.transport, job.tree))
        compared = self._decided(survey, job.tree, accept)
        job.survey = survey
        job.generation = self._next_generation(survey)
        if job.generation != this_run.generation:
            this_run = replace(this_run, generation=job.generation)
            self._journal.begin(this_run)
        state = await _examined(job) if thorough else survey.state
        job.plan = _plan(job.tree, state, job.transport)
        repaired = len(survey.state.files) - len(state.files)
        generation = compared.generation
        verification = Verification(verified=0, by="sizes")
        if job.plan.changes or compared.tree != this_run.tree:
            await self._carry_out(job, guard, state)
            generation = job.generation
        if job.plan.changes or thorough:
            verification = await _verified(job, guard, job.tree.manifest.files if thorough else job.plan.entries)
        else:
            job.progress.report(tr("Cleaning up"))
            await _clean_up(job)
        self._journal.end(this_run)
        tally = job.execution.tally
        return replace(
            _result(generation, job.tree),
            uploaded=tally.uploaded,
            deleted=tally.deleted,
            unchanged=len(job.tree.manifest.files) - len(job.plan.entries),
            bytes=tally.bytes,
            verified=verification.verified,
            verified_by=verification.by,
            repaired=repaired + len(verification.wrong),
            warnings=verification.warnings,
            written=tuple(sorted(job.plan.entries))[:MOST_NAMED],
            removed=tuple(sorted(path for group in job.plan.deletes for path in group))[:MOST_NAMED],
        )

    async def _carry_out(self, job: _Job, guard: Guard, state: RemoteState) -> None:
        execution, files = job.execution, job.tree.manifest.files
        try:
            if job.survey.intent is None:  # an interrupted switch would be told by what is left of its stage
                await execution.clear_litter(job.plan)
            missing = await execution.prepare(job.plan)
            folders = state.folders | missing
            kept = folders & {folder for path in files for folder in folders_of(path)}
            manifest = RemoteManifest(manifest=job.tree.manifest, folders=kept).encode()
            head = Head(
                site=self._site,
                generation=job.generation,
                tree=job.tree.manifest.tree_hash(),
                machine=self._machine,
                label=self._label,
                manifest=hashlib.sha256(manifest).hexdigest(),
                published_at=datetime.now(UTC).isoformat(timespec="seconds"),
            )
            intent = execution.intent(job.plan, state, missing, job.generation)
            if _in_place(job.transport):
                await execution.announce(intent, missing)
            await together(
                execution.send_ahead(job.plan, _new(job), tried=job.survey.head is not None)
                if _in_place(job.transport)
                else execution.stage(job.plan, intent),
                execution.put(records.manifest_path(job.generation), manifest),
                *([execution.put(records.NEW_HEAD, head.encode())] if job.transport.capabilities.rename else []),
            )
            await job.lock.check(again=False)
            with guard.held():
                if job.transport.capabilities.rename:
                    await execution.announce(intent, missing)
                await execution.switch(job.plan)
                await together(job.lock.check(again=False), execution.drop_folders(folders - kept))
                if job.transport.capabilities.rename:
                    await job.transport.rename(records.NEW_HEAD, records.HEAD)
                elif _in_place(job.transport):
                    await cast("Comparing", job.transport).write_over(records.HEAD, head.encode(), job.survey.record)
                else:
                    await execution.put(records.HEAD, head.encode())
                if job.transport.capabilities.transactional and job.survey.head:
                    await job.transport.delete(records.manifest_path(job.survey.head.generation))
                await job.transport.commit()
                job.committed = True
        except (RemoteFull, UploadCutShort, FileRefused, FolderRefused) as error:
            if isinstance(error, RemoteFull) or _in_place(job.transport):
                await _take_back(job)
            raise
        self._journal.keep_manifest(manifest)
        self._journal.keep_gone(job.tree.gone())


def _in_place(transport: Transport) -> bool:
    """Whether files are sent straight to where readers find them: nothing can be renamed, and nothing waits."""
    return not (transport.capabilities.rename or transport.capabilities.transactional)


def _new(job: _Job) -> frozenset[str]:
    """What is to be written where nothing of ours, and nothing of others, was published before."""
    return frozenset(job.plan.entries.keys() - job.survey.manifest.manifest.files.keys() - set(job.survey.foreign))


async def _take_back(job: _Job) -> None:
    """Leave a host that is full, or refuses, as it was found: a stage that fills its disk stops even smaller publishes.

    A switch that has begun needs to the end what was sent, and the intent tells the next publish about it.
    """
    begun = job.execution.switching if _in_place(job.transport) else job.execution.announced
    if job.survey.intent is not None or begun:
        return
    await job.lock.check()
    await job.execution.take_back()
    await together(*map(job.transport.delete, sorted(await _strays(job) - {records.INTENT})))
    await job.transport.delete(records.INTENT)


def _plan(tree: LocalTree, state: RemoteState, transport: Transport) -> Plan:
    return make_plan(tree.manifest, state, case_sensitive=transport.capabilities.case_sensitive)


def _result(generation: int, tree: LocalTree) -> PublishResult:
    return PublishResult(
        generation=generation,
        tree=tree.manifest.tree_hash(),
        uploaded=0,
        deleted=0,
        unchanged=len(tree.manifest.files),
        bytes=0,
        verified=0,
        repaired=0,
        seconds=0.0,
    )


async def _examined(job: _Job) -> RemoteState:
    """The state of the host, without the files that somebody else changed or deleted as far as a sample shows."""
    state = job.survey.state
    job.progress.report(tr("Looking for changes made on the host"))
    state = with_sizes(state, await sizes(job.transport, state.files))
    return without(state, await sample_wrong(job.transport, state.files, _SAMPLE))


async def _verified(job: _Job, guard: Guard, files: Mapping[str, FileEntry]) -> Verification:
    """Compare while cleaning up, mend what is ours, compare again. Raises UploadCutShort where that does not help."""
    job.progress.report(tr("Comparing with what readers see"))
    first: Verification
    first, _cleaned = await together(
        verify(job.transport, files, job.url, job.progress, job.tree.served), _clean_up(job)
    )
    if not first.wrong:
        return first
    state = RemoteState(files=job.tree.manifest.files, staged={}, moved={})
    mending = without(state, first.wrong)
    plan = _plan(job.tree, mending, job.transport)
    missing = await job.execution.prepare(plan)
    intent = job.execution.intent(plan, mending, missing, job.generation + 1)
    await job.execution.stage(plan, intent)
    await job.lock.check(again=False)
    with guard.held():
        await job.execution.announce(intent, missing)
        await job.execution.switch(plan)
    mended = {path: files[path] for path in first.wrong}
    again = await verify(job.transport, mended, job.url, job.progress, job.tree.served)
    await _clean_up(job)
    if again.wrong:
        raise UploadCutShort(again.wrong[0], files[again.wrong[0]].size, None)
    return replace(first, verified=first.verified + again.verified, warnings=tuple({*first.warnings, *again.warnings}))


async def _clean_up(job: _Job) -> None:
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


async def _strays(job: _Job) -> set[str]:
    """What lies in `.chce` besides what the head needs, lock and stage."""
    head = job.generation if job.committed else job.survey.head.generation if job.survey.head else 0
    keep = {records.HEAD, records.manifest_path(head), records.LOCK, records.STAGE}
    return {f"{records.HOME}/{entry.name}" for entry in await job.transport.list(records.HOME) or ()} - keep


async def _give_back(job: _Job) -> None:
    """Release the lock if it is still ours; where the link is gone, the next run takes it over."""
    with contextlib.suppress(PublishError, TimeoutError):
        async with asyncio.timeout(_LAST_WORD_SECONDS):
            if not job.clean:
                await job.lock.check()
            await job.lock.release()
    await job.lock.still()
