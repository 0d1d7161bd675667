"""Carrying a plan out: stage, intent, folders, switch, deletions. Each step may be the last; any next run goes on."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import posixpath
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from chce_desktop.domain.manifest import FileEntry
from chce_desktop.foundation import files
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress
from chce_desktop.publishing.errors import (
    FileRefused,
    FolderRefused,
    LocalFileChanged,
    NotThere,
    RemoteFull,
    UploadCutShort,
)
from chce_desktop.publishing.flight import ByteWindow, beside, collect, fly, together
from chce_desktop.publishing.lock import Lock
from chce_desktop.publishing.outcome import LocalTree
from chce_desktop.publishing.plan import Plan, RemoteState, folders_of
from chce_desktop.publishing.records import INTENT, NEW_INTENT, STAGE, Intent, stage_name
from chce_desktop.publishing.remote import Content, Stat, Transport

# Kept free beyond the files themselves: records, folders, and blocks that files do not fill.
_RESERVE = 1024 * 1024
_PER_FILE = 4096
# Of the ranks, those whose new files no page names before a later rank is switched.
_AHEAD = 2
# Larger files are read piece by piece while they are sent.
_IN_MEMORY = 256 * 1024


@dataclass(slots=True)
class Tally:
    """What the host has confirmed so far."""

    uploaded: int = 0
    deleted: int = 0
    bytes: int = 0


class Execution:
    """One run over one locked host."""

    def __init__(self, transport: Transport, lock: Lock, tree: LocalTree, machine: str, progress: Progress) -> None:
        self._transport = transport
        self._lock = lock
        self._tree = tree
        self._machine = machine
        self._progress = progress
        self._width = transport.capabilities.in_flight
        self._tested: list[str] = []
        self.announced = False
        self.switching = False
        self.ahead: frozenset[str] = frozenset()
        self.tally = Tally()

    async def prepare(self, plan: Plan) -> frozenset[str]:
        """Find room and the folders that are missing. Answers with the latter. Raises RemoteFull or FileRefused."""
        if not self._transport.capabilities.folders:
            return frozenset()
        looked_at = sorted({*plan.folders, *plan.touched} - {""})
        free, there, _made = await together(
            self._transport.free_space(),
            collect(looked_at, self._transport.stat, self._width),
            self._transport.make_folder(STAGE),
        )
        needed = plan.bytes + len(plan.sends) * _PER_FILE + _RESERVE
        if plan.sends and isinstance(free, int) and free < needed:
            raise RemoteFull(
                tr("The host has not enough room for this publish."),
                detail=f"{free} < {needed}",
                hint=tr("Make room on the host or ask for more, then publish again. No page was changed."),
            )
        for folder, stat in there.items():
            if isinstance(stat, Stat) and not stat.is_folder:
                raise FileRefused(folder)
        self._tested = [folder for folder in plan.touched if not folder or there[folder] is not None]
        return frozenset(folder for folder in plan.folders if there[folder] is None)

    def intent(self, plan: Plan, state: RemoteState, missing: frozenset[str], generation: int) -> Intent:
        """What the switch is about to change."""
        return Intent(
            generation=generation,
            machine=self._machine,
            writes=plan.entries,
            deletes=frozenset(path for group in plan.deletes for path in group),
            folders=missing | state.folders,
            settled=state.moved,
        )

    async def stage(self, plan: Plan, intent: Intent) -> None:
        """Send what is not whole in the stage, and the intent beside it; readers notice nothing.

        Without renames there is no stage.
        """
        if not self._transport.capabilities.rename:
            return
        await together(
            self._send_all(plan, plan.sends, lambda path: f"{STAGE}/{stage_name(path, plan.entries[path])}"),
            self.put(NEW_INTENT, intent.encode()),
        )

    async def send_ahead(self, plan: Plan, new: Collection[str], *, tried: bool) -> None:
        """Where nothing can be renamed: send pictures, styles and articles of `new` straight to their places.

        No page names them yet, so readers notice nothing. With `tried`, the folders that this leaves out are tried.
        """
        groups = [[path for path in group if path in new] for group in plan.writes[:_AHEAD]]
        self.ahead = frozenset(path for group in groups for path in group)
        for group in groups:
            await self._send_all(plan, group, lambda path: path)
        if tried:
            known = {posixpath.dirname(path) for path in self.ahead}
            await fly([one for one in plan.touched if one not in known], self._transport.test_folder, self._width)

    async def take_back(self) -> None:
        """Remove what was sent ahead, or the stage: a host that is full is left as it was found."""
        if self._transport.capabilities.rename:
            await self.clear_stage()
        await fly(sorted(self.ahead, reverse=True), self._delete_if_allowed, self._width)

    async def announce(self, intent: Intent, missing: frozenset[str]) -> None:
        """Put the intent into its place and try out the folders that are there, then make the missing ones.

        Raises FolderRefused, before any page was changed; the intent is then taken back.
        """
        renames = self._transport.capabilities.rename
        try:
            await beside(
                self._transport.rename(NEW_INTENT, INTENT) if renames else self.put(INTENT, intent.encode()),
                self._test_folders(),
            )
            self.announced = True
            await self._make_folders(missing)
        except FolderRefused:
            if not intent.settled:
                await asyncio.gather(self._transport.delete(INTENT), self.drop_folders(missing), return_exceptions=True)
            raise

    async def switch(self, plan: Plan) -> None:
        """Move everything into place, rank after rank, then delete what is no longer wanted."""
        self.switching = True
        phase, done = tr("Switching"), 0
        total = sum(map(len, plan.writes)) + sum(map(len, plan.deletes))

        async def move(path: str) -> None:
            nonlocal done
            await self._lock.check(again=False)
            staged = f"{STAGE}/{stage_name(path, plan.entries[path])}"
            try:
                await self._transport.rename(staged, path)
            except NotThere:  # a folder was removed by hand, or a request that a dead run left behind was late
                await self._lock.check()
                for folder in (STAGE, *folders_of(path)):
                    await self._transport.make_folder(folder)
                await self._send(path, plan.entries[path], staged, unsure=False)
                await self._transport.rename(staged, path)
            done += 1
            self._progress.report(phase, done, total)

        async def delete(path: str) -> None:
            nonlocal done
            await self._lock.check(again=False)
            if await self._transport.delete(path):
                self.tally.deleted += 1
            done += 1
            self._progress.report(phase, done, total)

        for group in plan.writes:
            if self._transport.capabilities.rename:
                await fly(group, move, self._width)
            else:
                await self._send_all(plan, [path for path in group if path not in self.ahead], lambda path: path)
        for group in plan.deletes:
            await fly(group, delete, self._width)
        self.ahead = frozenset()

    async def drop_folders(self, folders: frozenset[str]) -> None:
        """Remove folders that were made for files which are gone now; one that holds something else stays."""
        for level in reversed(_levels(folders)):
            await fly(level, self._remove_folder, self._width)

    async def clear_litter(self, plan: Plan) -> None:
        """Remove what lies in the stage for nothing: it may be what fills the host."""
        await fly([f"{STAGE}/{name}" for name in plan.litter], self._delete, self._width)

    async def clear_stage(self, litter: Iterable[str] = ()) -> None:
        """Empty and remove the stage, which is known to hold nothing but `litter`."""
        await fly([f"{STAGE}/{name}" for name in litter], self._delete, self._width)
        if await self._transport.remove_folder(STAGE):
            return
        entries = await self._transport.list(STAGE)
        if entries is not None:
            await fly([f"{STAGE}/{entry.name}" for entry in entries], self._delete, self._width)
            await self._transport.remove_folder(STAGE)

    async def _delete(self, path: str) -> None:
        await self._transport.delete(path)

    async def _delete_if_allowed(self, path: str) -> None:
        with contextlib.suppress(FileRefused):  # where nothing may be written, nothing was
            await self._transport.delete(path)

    async def _send_all(self, plan: Plan, paths: Sequence[str], place: Callable[[str], str]) -> None:
        window, phase, total, total_bytes = ByteWindow(), tr("Sending"), len(plan.sends), plan.bytes

        async def send(path: str) -> None:
            size = plan.entries[path].size
            await window.enter(size)
            try:
                await self._lock.check(again=False)
                sent = await self._send(path, plan.entries[path], place(path), unsure=path in plan.unsure)
            finally:
                await window.leave(size)
            if sent:
                self.tally.uploaded += 1
                self.tally.bytes += size
            self._progress.report(phase, self.tally.uploaded, total, self.tally.bytes, total_bytes)

        await fly(paths, send, self._width)

    async def _send(self, path: str, entry: FileEntry, place: str, *, unsure: bool) -> bool:
        """Send one file; False where the host shows that it holds this very content already."""
        local = self._tree.root.joinpath(*path.split("/"))
        try:
            content = _content(local, entry)
        except OSError as error:
            raise LocalFileChanged(path, detail=str(error)) from error
        if content is None:
            raise LocalFileChanged(path)
        if unsure and place == path:
            there = await self._transport.stat(path)
            if there is not None and there.md5 and there.md5 == _md5(content):
                return False
        found = await self._transport.write(place, content)
        if found != entry.size and place == path:  # readers meet it already
            found = await self._transport.write(place, content)
        if found != entry.size:
            raise UploadCutShort(path, entry.size, found)
        return True

    async def put(self, path: str, data: bytes) -> None:
        """Write a record, forced to the host's disk where that is offered."""
        found = await self._transport.write(path, data, durable=True)
        if found != len(data):
            raise UploadCutShort(path, len(data), found)

    async def _make_folders(self, folders: frozenset[str]) -> None:
        for level in _levels(folders):
            try:
                await fly(level, self._make_folder, self._width)
            except NotThere:
                raise
            except FileRefused as error:
                raise FolderRefused(posixpath.dirname(error.path), detail=error.detail) from error

    async def _test_folders(self) -> None:
        await fly(self._tested, self._transport.test_folder, self._width)

    async def _make_folder(self, path: str) -> None:
        await self._transport.make_folder(path)

    async def _remove_folder(self, path: str) -> None:
        await self._transport.remove_folder(path)


def _levels(folders: Iterable[str]) -> list[list[str]]:
    """The folders by depth, outermost first."""
    levels: dict[int, list[str]] = {}
    for folder in sorted(folders):
        levels.setdefault(folder.count("/"), []).append(folder)
    return [levels[depth] for depth in sorted(levels)]


def _md5(content: Content) -> str:
    """The hex MD5, which hosts use as a name for contents; it protects nothing."""
    with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _content(local: Path, entry: FileEntry) -> Content | None:
    """What to send, None where the file is not what the manifest says."""
    if entry.size > _IN_MEMORY:
        return local if local.stat().st_size == entry.size and files.sha256(local) == entry.sha256 else None
    data = local.read_bytes()
    return data if hashlib.sha256(data).hexdigest() == entry.sha256 else None
