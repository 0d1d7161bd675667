"""Hosts that show all changes at once: what is written waits on this computer until `commit`."""

from __future__ import annotations

import errno
import posixpath
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Protocol

from chce_desktop.foundation.i18n import tr
from chce_desktop.publishing.errors import FileRefused, NotThere, PublishError, RemoteFull
from chce_desktop.publishing.records import LOCK
from chce_desktop.publishing.remote import Capabilities, Content, Entry, Stat

_BLOCK = 1 << 20


class Base(Protocol):
    """What readers see until the next commit. Looked at in the calling thread, so it has to be near."""

    def read(self, path: str) -> bytes:
        """The whole content of a file. Raises NotThere."""

    def stat(self, path: str) -> Stat | None:
        """What is at `path`."""

    def list(self, path: str) -> tuple[Entry, ...] | None:
        """What is directly in a folder."""


class NothingThere:
    """The base of a host that was never written to."""

    def read(self, path: str) -> bytes:
        """There is none."""
        raise NotThere(path)

    def stat(self, path: str) -> Stat | None:
        """Nothing, but the host's own folder."""
        return None if path else Stat(0, is_folder=True)

    def list(self, path: str) -> tuple[Entry, ...] | None:
        """Nothing, in the host's own folder."""
        return None if path else ()


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where a content waits."""

    offset: int
    size: int


class Collecting:
    """A transport whose writes wait in a temporary file, laid over a base. Subclasses connect and commit.

    The lock lies in memory only: the commit itself excludes other computers. Folders are names, as on S3.
    """

    capabilities = Capabilities(rename=False, folders=False, conditional_write=True, transactional=True, in_flight=16)

    def __init__(self) -> None:
        self.base: Base = NothingThere()
        self._spool: IO[bytes] | None = None
        self._end = 0
        self._turn = threading.Lock()  # `commit` may read in a thread of its own while a sign of life is written
        self._changed: dict[str, _Kept | None] = {}
        self._inside: dict[str, set[str]] = {}
        self._folders: set[str] = set()

    def settle(self, base: Base) -> None:
        """Go on over `base`, which shows all that was written; only the lock goes on waiting."""
        held = {path: kept for path, kept in self._changed.items() if _is_lock(path)}
        self.base = base
        self._changed, self._inside = {}, {}
        self._folders = set(filter(_is_lock, self._folders))
        for path in self._folders:
            self._climb(path)
        for path, kept in held.items():
            self._note(path, kept)

    def forget(self) -> None:
        """Let go of everything that waits."""
        if self._spool is not None:
            self._spool.close()
        self._spool, self._end = None, 0
        self._changed, self._inside, self._folders = {}, {}, set()

    def changes(self) -> dict[str, int | None]:
        """The paths that a commit changes, with their new sizes; None: deleted."""
        return {
            path: None if kept is None else kept.size
            for path, kept in sorted(self._changed.items())
            if not _is_lock(path)
        }

    def blocks(self, path: str) -> Iterator[bytes]:
        """The content that waits for `path`, piece by piece."""
        kept = self._changed[path]
        if kept is None or self._spool is None:
            raise NotThere(path)
        at, end = kept.offset, kept.offset + kept.size
        while at < end:
            with self._turn:
                self._spool.seek(at)
                block = self._spool.read(min(end - at, _BLOCK))
            at += len(block)
            yield block

    async def read(self, path: str) -> bytes:
        """As the contract says."""
        if path not in self._changed:
            return self.base.read(path)
        return b"".join(self.blocks(path))

    async def write(self, path: str, content: Content, *, durable: bool = False) -> int:
        """As the contract says, into the temporary file."""
        del durable  # nothing counts before the commit
        try:
            with self._turn:
                kept = self._put_by(content)
        except OSError as error:
            raise local_problem(error, path) from error
        self._note(path, kept)
        return kept.size

    async def stat(self, path: str) -> Stat | None:
        """As the contract says."""
        return self._stat(path)

    async def list(self, path: str) -> tuple[Entry, ...] | None:
        """As the contract says; a folder without anything in it is none, unless it was made just now."""
        return self._list(path)

    async def make_folder(self, path: str) -> bool:
        """As the contract says, for this connection alone."""
        if self._stat(path) is not None:
            return False
        self._folders.add(path)
        self._climb(path)
        return True

    async def rename(self, source: str, target: str) -> None:
        """There is no such thing; see `Capabilities.rename`."""
        raise FileRefused(target, detail=f"rename {source}")

    async def delete(self, path: str) -> bool:
        """As the contract says."""
        found = self._stat(path)
        if found is None or found.is_folder:
            return False
        if self.base.stat(path) is None:
            del self._changed[path]
        else:
            self._note(path, None)
        return True

    async def remove_folder(self, path: str) -> bool:
        """As the contract says."""
        if self._list(path) != ():
            return False
        self._folders.discard(path)
        return True

    async def test_folder(self, path: str) -> None:
        """Folders are names: nothing to try out."""

    async def free_space(self) -> int | None:
        """Not known before the commit."""
        return None

    def _put_by(self, content: Content) -> _Kept:
        if self._spool is None:
            self._spool = tempfile.TemporaryFile(prefix="chce-")  # noqa: SIM115 - closed by `forget`
        self._spool.seek(self._end)
        start = self._end
        if isinstance(content, bytes):
            self._end += self._spool.write(content)
        else:
            with content.open("rb") as source:
                while block := source.read(_BLOCK):
                    self._end += self._spool.write(block)
        return _Kept(start, self._end - start)

    def _note(self, path: str, kept: _Kept | None) -> None:
        self._changed[path] = kept
        self._climb(path)

    def _climb(self, path: str) -> None:
        """Let each folder above know what may differ from the base in it."""
        while path:
            folder, name = posixpath.split(path)
            names = self._inside.setdefault(folder, set())
            if name in names:
                return
            names.add(name)
            path = folder

    def _stat(self, path: str) -> Stat | None:
        if path in self._changed:
            kept = self._changed[path]
            return None if kept is None else Stat(kept.size)
        if path in self._folders:
            return Stat(0, is_folder=True)
        if path not in self._inside:
            return self.base.stat(path)
        return None if self._list(path) is None else Stat(0, is_folder=True)

    def _list(self, path: str) -> tuple[Entry, ...] | None:
        entries = {entry.name: entry for entry in self.base.list(path) or ()}
        for name in self._inside.get(path, ()):
            found = self._stat(posixpath.join(path, name))
            if found is None:
                entries.pop(name, None)
            else:
                entries[name] = Entry(name, found.size, found.is_folder)
        if not entries and path and path not in self._folders:
            return None
        return tuple(entries.values())


def _is_lock(path: str) -> bool:
    return path == LOCK or path.startswith(f"{LOCK}/")


def local_problem(error: OSError, path: str) -> PublishError:
    """What this computer's own disk refuses."""
    if error.errno == errno.ENOSPC:
        return RemoteFull(
            tr("This computer's disk is full."),
            detail=f"{path}: {error}",
            hint=tr("Make room there, then publish again."),
        )
    return FileRefused(path, detail=str(error))
