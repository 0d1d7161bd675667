"""A local or network folder."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from chce_desktop.foundation import files
from chce_desktop.foundation.i18n import tr
from chce_desktop.publishing.address import Access
from chce_desktop.publishing.errors import (
    FileRefused,
    FolderRefused,
    LinkLost,
    NotThere,
    PublishError,
    RemoteFull,
)
from chce_desktop.publishing.records import new_probe
from chce_desktop.publishing.remote import Capabilities, Content, Entry, Stat

T = TypeVar("T")

_FULL = {errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC}
_FULL_WINDOWS = {39, 112, 1295}
_LOST = {errno.EIO, errno.ETIMEDOUT, errno.EHOSTDOWN, errno.ENETDOWN, errno.ENETUNREACH, errno.ECONNRESET}
_LOST |= {getattr(errno, "ESTALE", errno.EIO)}
_LOST_WINDOWS = {53, 59, 64, 121, 1231}
_THREADS = 8


class Folder:
    """The folder at `root`. Calls run in a few threads of their own, since a network drive may take its time."""

    capabilities = Capabilities(
        free_space=True, case_sensitive=sys.platform not in {"win32", "darwin"}, in_flight=_THREADS * 2
    )

    def __init__(self, root: Path) -> None:
        self._root = root
        self._threads: ThreadPoolExecutor | None = None

    async def connect(self) -> None:
        """Start the threads; the folder itself may be missing still."""
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="folder")

    async def close(self) -> None:
        """End the threads."""
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
            self._threads = None

    async def read(self, path: str) -> bytes:
        """As the contract says."""
        return await self._call(path, Path.read_bytes)

    async def write(self, path: str, content: Content, *, durable: bool = False) -> int:
        """As the contract says."""
        return await self._call(path, lambda place: _write(place, content, durable=durable))

    async def stat(self, path: str) -> Stat | None:
        """As the contract says."""
        return await self._call(path, _stat)

    async def list(self, path: str) -> tuple[Entry, ...] | None:
        """As the contract says."""
        return await self._call(path, _list)

    async def make_folder(self, path: str) -> bool:
        """As the contract says; the target's own folder is made with those above it."""
        return await self._call(path, lambda place: _make_folder(place, parents=not path))

    async def rename(self, source: str, target: str) -> None:
        """As the contract says."""
        place = self._place(target)
        await self._call(source, lambda origin: files.replace(origin, place))

    async def delete(self, path: str) -> bool:
        """As the contract says."""
        return await self._call(path, _delete)

    async def remove_folder(self, path: str) -> bool:
        """As the contract says."""
        return await self._call(path, _remove_folder)

    async def test_folder(self, path: str) -> None:
        """As the contract says."""
        await self._call(path, lambda place: _test_folder(place, path))

    async def commit(self) -> None:
        """Each call took effect by itself."""

    async def free_space(self) -> int | None:
        """As the contract says."""
        return await self._call("", lambda place: shutil.disk_usage(place).free)

    def _place(self, path: str) -> Path:
        return files.inside(self._root, path) if path else self._root

    async def _call(self, path: str, work: Callable[[Path], T]) -> T:
        place = self._place(path)

        def translated() -> T:
            try:
                return work(place)
            except OSError as error:
                raise _known(error, path) from error

        return await asyncio.get_running_loop().run_in_executor(self._threads, translated)


def make(access: Access) -> Folder:
    """The transport for `file:///folder`; `file://server/share` is a Windows network folder."""
    address = access.address
    return Folder(Path(f"//{address.host}{address.path}" if address.host else address.path or "/"))


def _write(place: Path, content: Content, *, durable: bool) -> int:
    with place.open("wb") as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            with content.open("rb") as source:
                shutil.copyfileobj(source, file, 1 << 20)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    return place.stat().st_size


def _stat(place: Path) -> Stat | None:
    try:
        found = place.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    is_folder = place.is_dir()
    return Stat(0 if is_folder else found.st_size, is_folder)


def _list(place: Path) -> tuple[Entry, ...] | None:
    try:
        with os.scandir(place) as names:
            return tuple(_entry(name) for name in names)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _entry(name: os.DirEntry[str]) -> Entry:
    is_folder = name.is_dir()
    with contextlib.suppress(FileNotFoundError):  # a dangling link is a name all the same
        return Entry(name.name, 0 if is_folder else name.stat().st_size, is_folder)
    return Entry(name.name, 0)


def _make_folder(place: Path, *, parents: bool) -> bool:
    try:
        place.mkdir(parents=parents)
    except FileExistsError:
        return False
    return True


def _delete(place: Path) -> bool:
    try:
        place.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _remove_folder(place: Path) -> bool:
    try:
        place.rmdir()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        if error.errno in {errno.ENOTEMPTY, errno.EEXIST} or getattr(error, "winerror", 0) == 145:  # not empty
            return False
        raise
    return True


def _test_folder(place: Path, path: str) -> None:
    probe = place / new_probe()
    try:
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        raise FolderRefused(path, detail=str(error)) from error


def _known(error: OSError, path: str) -> PublishError:
    if error.errno in _FULL or getattr(error, "winerror", 0) in _FULL_WINDOWS:
        return RemoteFull(
            tr("The disk with the target's folder is full."),
            detail=str(error),
            hint=tr("Make room there, then publish again."),
        )
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return NotThere(path, detail=str(error))
    if error.errno in _LOST or getattr(error, "winerror", 0) in _LOST_WINDOWS:
        return LinkLost(
            tr("The network folder does not answer any more."),
            detail=str(error),
            hint=tr("Check the network, then publish again: it goes on where it stopped."),
        )
    return FileRefused(path, detail=str(error))
