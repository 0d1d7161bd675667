"""What the last build left, for one that asks for little of it: records and files are looked up one by one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from typing_extensions import override

from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.stage import Disk
from chce_desktop.sitegen.state import Head, StateFile, Written


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


def stood(state: StateFile, path: str) -> bool:
    """Whether a page of an article or a list was there: none of these goes in a quick build, or leaves its path."""
    before = state.written(path)
    return before is not None and bool(before.key)


def same_rest(head: Head, state: StateFile, generator: Generator, out: Path) -> bool:
    """Whether nothing but articles changed, as far as can be seen from afar."""
    if (head.site, head.former, head.own) != (generator.keys.site, generator.former_key, generator.keys.own):
        return False
    if not generator.former.are_lost(head.lost, head.published, partial(stood, state)):
        return False
    marks = generator.keys.media
    if any(marks.get(path) != mark for path, mark in head.media.items()):
        return False
    try:
        root = os.fspath(out)
        found = (os.stat(f"{root}/{folder}").st_mtime_ns for folder in head.folders)  # noqa: PTH116 - there are many
        return all(map(int.__eq__, found, head.folders.values()))
    except OSError:
        return False
