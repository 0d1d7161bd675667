"""What the last build left, for one that asks for little of it: records and files are looked up one by one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from typing_extensions import override

from chce_desktop.sitegen.stage import Disk
from chce_desktop.sitegen.state import StateFile, Written


class Recorded(Mapping[str, Written]):
    """The files of the last build, looked up one by one: going through all of them reads all. Raises DamagedRecords."""

    def __init__(self, state: StateFile) -> None:
        self._state = state

    def __getitem__(self, path: str) -> Written:
        written = self._state.written(path)
        if written is None:
            raise KeyError(path)
        return written

    def __iter__(self) -> Iterator[str]:
        return iter(self._state.read().files)

    def __len__(self) -> int:
        return len(self._state.read().files)


class SomeOfDisk(Disk):
    """The files of the output, looked at one by one."""

    def __init__(self, root: Path) -> None:
        self._root = os.fspath(root)
        self.files = _Looked(self)

    @override
    def get(self, path: str) -> tuple[int, int] | None:
        return self.files[path] if path in self.files else None  # noqa: SIM401 - get() knows only what was looked at

    def look(self, path: str) -> tuple[int, int] | None:
        """Size and time in ns of a file, None where there is none."""
        try:
            status = os.lstat(f"{self._root}/{path}")
        except OSError:
            return None
        return status.st_size, status.st_mtime_ns


class _Looked(dict[str, tuple[int, int]]):
    def __init__(self, disk: SomeOfDisk) -> None:
        super().__init__()
        self._disk = disk

    def __contains__(self, path: object) -> bool:
        try:
            return isinstance(path, str) and bool(self[path])
        except KeyError:
            return False

    def __missing__(self, path: str) -> tuple[int, int]:
        found = self._disk.look(path)
        if found is None:
            raise KeyError(path)
        self[path] = found
        return found
