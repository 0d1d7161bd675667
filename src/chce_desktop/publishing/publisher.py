"""Publishing a tree to a host: the whole protocol, from the first look to the last comparison."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.publishing import comparison as comparing
from chce_desktop.publishing import records
from chce_desktop.publishing.errors import (
    AddressesInUse,
    FileRefused,
    FolderRefused,
    RemoteFull,
    UploadCutShort,
)
from chce_desktop.publishing.execution import Execution
from chce_desktop.publishing.flight import beside, together
from chce_desktop.publishing.job import (
    Job,
    clean_up,
    examined,
    give_back,
    in_place,
    plan_for,
    sweep,
    take_back,
    verified,
)
from chce_desktop.publishing.journal import Journal, Run
from chce_desktop.publishing.lock import Lock, Pace, new_nonce
from chce_desktop.publishing.outcome import MOST_NAMED, Comparison, KnownState, LocalTree, PublishResult
from chce_desktop.publishing.plan import RemoteState, folders_of, is_page
from chce_desktop.publishing.records import Head, RemoteManifest
from chce_desktop.publishing.registry import Remote
from chce_desktop.publishing.remote import Transport
from chce_desktop.publishing.running import Guard, run
from chce_desktop.publishing.survey import Survey, look
from chce_desktop.publishing.verification import Verification

if TYPE_CHECKING:
    from chce_desktop.publishing.remote import Comparing


class Publisher:
    """Publishes one site to one remote. `machine` is a pseudonym of this computer, `journal` a folder for this target.

    `label` is what the user wants others to call this computer, public and perhaps empty.
    `known` is the last state of the host that the library has seen: any other one asks before it is replaced, but what
    one of its `attempts`, the last of which is this one, left there without coming to its end.
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
        attempts: Sequence[str] = ("",),
        pace: Pace | None = None,
    ) -> None:
        self._remote = remote
        self._site = site_uid
        self._machine = machine
        self._label = label
        self._known = known
        self._attempts = attempts
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
        the next publish goes on. Raises AddressesInUse as well, where `tree.answering` names some.
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
            and self._journal.has_committed(KnownState(head.generation, head.tree), self._attempts)
        )
        before = survey.manifest.gone
        told = self._journal.gone() if before is None else before
        return comparing.compare(
            survey,
            tree.manifest,
            site=self._site,
            machine=self._machine,
            known=self._known,
            committed=committed,
            gone=lambda: tree.gone() - told,
            unknown=lambda: tree.unknown() - told,
        )

    def _decided(self, survey: Survey, tree: LocalTree, accept: frozenset[str]) -> Comparison:
        compared = self._compared(survey, tree)
        open_question = comparing.unanswered(compared, accept)
        if open_question is not None:
            raise open_question
        in_use = tree.answering(
            filter(is_page, compared.removed), KnownState(compared.generation, compared.tree) == self._known
        )
        if in_use:
            raise AddressesInUse(in_use)
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
            plan = plan_for(tree, survey.state, transport)
            generation = self._next_generation(survey)
            this_run = Run(new_nonce(), generation, tree.manifest.tree_hash(), attempt=self._attempts[-1])
            dead = frozenset(run.nonce for run in self._journal.runs())
            self._journal.begin(this_run)
            if not survey.has_folder:
                await transport.make_folder("")
            if not survey.has_home and transport.capabilities.folders:
                await transport.make_folder(records.HOME)
            lock = Lock(transport, self._machine, this_run.nonce, dead, self._pace)
            job = Job(
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
            except BaseException:
                if not job.committing:
                    self._journal.gave_up(this_run)
                raise
            finally:
                await give_back(job)

    async def _locked(
        self, job: Job, guard: Guard, accept: frozenset[str], this_run: Run, *, thorough: bool
    ) -> PublishResult:
        with guard.held():  # a signature that is broken off would leave a lock that nobody can be asked about
            survey = await beside(job.lock.sign(), self._look(job.transport, job.tree))
        compared = self._decided(survey, job.tree, accept)
        job.survey = survey
        if job.tidy:
            await sweep(job)
        job.generation = self._next_generation(survey)
        if job.generation != this_run.generation:
            this_run = replace(this_run, generation=job.generation)
            self._journal.begin(this_run)
        state = await examined(job) if thorough else survey.state
        job.plan = plan_for(job.tree, state, job.transport)
        repaired = len(survey.state.files) - len(state.files)
        generation = compared.generation
        verification = Verification(verified=0, by="sizes")
        if job.plan.changes or compared.tree != this_run.tree:
            await self._carry_out(job, guard, state)
            generation = job.generation
        if job.plan.changes or thorough:
            verification = await verified(job, guard, job.tree.manifest.files if thorough else job.plan.entries)
        else:
            job.progress.report(tr("Cleaning up"))
            await clean_up(job)
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

    async def _carry_out(self, job: Job, guard: Guard, state: RemoteState) -> None:
        execution, files = job.execution, job.tree.manifest.files
        try:
            if job.survey.intent is None:  # an interrupted switch would be told by what is left of its stage
                await execution.clear_litter(job.plan)
            missing = await execution.prepare(job.plan)
            folders = state.folders | missing
            kept = folders & {folder for path in files for folder in folders_of(path)}
            gone = job.tree.gone() & files.keys()
            manifest = RemoteManifest(manifest=job.tree.manifest, folders=kept, gone=gone).encode()
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
            if in_place(job.transport):
                await execution.announce(intent, missing)
            await together(
                execution.send_ahead(job.plan, _new(job), tried=job.survey.head is not None)
                if in_place(job.transport)
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
                job.committing = True
                if job.transport.capabilities.rename:
                    await job.transport.rename(records.NEW_HEAD, records.HEAD)
                elif in_place(job.transport):
                    await cast("Comparing", job.transport).write_over(records.HEAD, head.encode(), job.survey.record)
                else:
                    await execution.put(records.HEAD, head.encode())
                if job.transport.capabilities.transactional and job.survey.head:
                    await job.transport.delete(records.manifest_path(job.survey.head.generation))
                await job.transport.commit()
                job.committed = True
        except (RemoteFull, UploadCutShort, FileRefused, FolderRefused) as error:
            if isinstance(error, RemoteFull) or in_place(job.transport):
                await take_back(job)
            raise
        self._journal.keep_manifest(manifest)


def _new(job: Job) -> frozenset[str]:
    """What is to be written where nothing of ours, and nothing of others, was published before."""
    return frozenset(job.plan.entries.keys() - job.survey.manifest.manifest.files.keys() - set(job.survey.foreign))


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
