"""A host in memory that dies at a chosen call and shows every moment to a reader."""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field

from chce_desktop.publishing.address import Access, Address
from chce_desktop.publishing.errors import NotThere
from chce_desktop.publishing.registry import Remote
from chce_desktop.publishing.remote import Capabilities, Content, Entry, Stat, Transport


class Died(BaseException):
    """The publishing process was killed here."""


@dataclass
class Disk:
    """What lies on the host. `look` is called after every change, as a reader might at any moment."""

    files: dict[str, bytes] = field(default_factory=dict)
    folders: set[str] = field(default_factory=lambda: {""})
    look: Callable[[], None] = lambda: None
    writes: int = 0

    def public(self) -> dict[str, bytes]:
        return {path: data for path, data in self.files.items() if not path.startswith(".chce/")}


class MemoryTransport:
    """One connection to a disk. Dies at change number `dies_at` (before it takes effect, or after)."""

    def __init__(self, disk: Disk, *, dies_at: int | None = None, before: bool = True) -> None:
        self.capabilities = Capabilities(in_flight=4)
        self._disk = disk
        self._left = dies_at
        self._before = before
        self._dead = False

    async def connect(self) -> None:
        await asyncio.sleep(0)

    async def close(self) -> None:
        await asyncio.sleep(0)

    async def read(self, path: str) -> bytes:
        await self._turn()
        if path not in self._disk.files:
            raise NotThere(path)
        return self._disk.files[path]

    async def write(self, path: str, content: Content, *, durable: bool = False) -> int:
        data = content if isinstance(content, bytes) else content.read_bytes()
        assert posixpath.dirname(path) in self._disk.folders, path
        half = data[: len(data) // 2]
        await self._turn()
        self._disk.files[path] = half  # a write is not atomic: others see the half, and it may stay one
        self._disk.writes += 1
        await self._change(lambda: self._disk.files.update({path: data}))
        return len(data)

    async def stat(self, path: str) -> Stat | None:
        await self._turn()
        if path in self._disk.folders:
            return Stat(0, is_folder=True)
        return Stat(len(self._disk.files[path])) if path in self._disk.files else None

    async def list(self, path: str) -> tuple[Entry, ...] | None:
        await self._turn()
        if path not in self._disk.folders:
            return None
        files = [
            Entry(posixpath.basename(p), len(d)) for p, d in self._disk.files.items() if posixpath.dirname(p) == path
        ]
        folders = [
            Entry(posixpath.basename(p), 0, is_folder=True)
            for p in self._disk.folders
            if p and posixpath.dirname(p) == path
        ]
        return (*files, *folders)

    async def make_folder(self, path: str) -> bool:
        await self._turn()
        if path in self._disk.folders or path in self._disk.files:
            return False
        if posixpath.dirname(path) not in self._disk.folders:
            raise NotThere(path)
        await self._change(lambda: self._disk.folders.add(path))
        return True

    async def rename(self, source: str, target: str) -> None:
        await self._turn()
        if source not in self._disk.files or posixpath.dirname(target) not in self._disk.folders:
            raise NotThere(source)
        await self._change(lambda: self._disk.files.update({target: self._disk.files.pop(source)}))

    async def delete(self, path: str) -> bool:
        await self._turn()
        if path not in self._disk.files:
            return False
        await self._change(lambda: self._disk.files.pop(path))
        return True

    async def remove_folder(self, path: str) -> bool:
        await self._turn()
        inside = [p for p in (*self._disk.files, *self._disk.folders) if p.startswith(f"{path}/")]
        if path not in self._disk.folders or inside:
            return False
        await self._change(lambda: self._disk.folders.remove(path))
        return True

    async def test_folder(self, path: str) -> None:
        await self._turn()
        assert path in self._disk.folders

    async def commit(self) -> None:
        await asyncio.sleep(0)

    async def free_space(self) -> int | None:
        await self._turn()
        return None

    async def _turn(self) -> None:
        await asyncio.sleep(0)
        if self._dead:
            raise Died

    async def _change(self, change: Callable[[], object]) -> None:
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                self._dead = True
                if not self._before:
                    change()
                    self._disk.look()
                raise Died
        change()
        self._disk.look()


class MemoryRemote(Remote):
    """Connects to `disk`; the first connection dies where told."""

    def __init__(self, disk: Disk, *, dies_at: int | None = None, before: bool = True) -> None:
        super().__init__(Access(address=Address(scheme="memory")))
        self._disk = disk
        self._dies_at = dies_at
        self._before = before

    def transport(self) -> Transport:
        return MemoryTransport(self._disk, dies_at=self._dies_at, before=self._before)
