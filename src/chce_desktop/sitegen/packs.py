"""Records that are kept from build to build: one file, appended to, and an index of (key, offset, length, CRC-32).

A record that is torn, or that another process wrote over, fails its checksum and counts as not kept: the worst that
can happen is lost time. The index is sorted but for a tail of what came last, so that a build of a few changes finds
its few records, and adds some, without reading the others.
"""

from __future__ import annotations

import contextlib
import os
import struct
import zlib
from collections.abc import Callable, Collection
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from chce_desktop.foundation.files import replace, write_atomic

_ENTRY = struct.Struct("<16sQII")
_SIZE = _ENTRY.size
_MAGIC = b"CHCEKEPT3\n"
#: After the magic: how many entries are sorted. All others follow them as they came.
_HEAD = struct.Struct("<Q")
#: A file that holds this many times the records that are wanted is written anew, once it has `_SMALL` bytes.
_WASTE, _SMALL = 3, 1 << 24
KEY_LENGTH = 16
#: Bytes that may wait to be written.
_PENDING = 1 << 20
#: Who looks for more records than this is better off with all of the index in a dictionary.
_FEW = 300
#: A longer tail is sorted in.
_TAIL = 2048


class Place(NamedTuple):
    """Where a record lies in the file."""

    offset: int
    length: int
    checksum: int


class Room(NamedTuple):
    """A part of the file `path` where another process writes records."""

    path: str
    offset: int
    size: int


class RoomWriter:
    """Fills a room. A context manager. Where it cannot be written, its records fail their checksums."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._at, self._end = room.offset, room.offset + room.size
        self._pending: list[bytes] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError), open(self._room.path, "r+b") as file:  # noqa: PTH123 - called often
            file.seek(self._room.offset)
            file.write(b"".join(self._pending))

    def put(self, data: bytes) -> Place | None:
        """Write a record; None where there is no more room."""
        if self._at + len(data) > self._end:
            return None
        place = Place(self._at, len(data), zlib.crc32(data))
        self._pending.append(data)
        self._at += len(data)
        return place


def read_place(file: BinaryIO, place: Place) -> bytes | None:
    """The record at a place; None where it is not there any more. Raises OSError."""
    file.seek(place.offset)
    data = file.read(place.length)
    return data if len(data) == place.length and zlib.crc32(data) == place.checksum else None


class _Index:
    """Key to place, as it was read, with what is added. Entries stay packed until they are asked for."""

    def __init__(self, data: bytes) -> None:
        """`data` is the file's content; what is no index counts as empty, and what is torn at its end as not there."""
        start = len(_MAGIC) + _HEAD.size
        valid = data[: len(_MAGIC)] == _MAGIC and len(data) >= start
        sorted_end = start + _HEAD.unpack_from(data, len(_MAGIC))[0] * _SIZE if valid else 0
        if not valid or sorted_end > len(data):
            data, sorted_end, start = b"", 0, 0
        rows_behind, torn = divmod(len(data) - sorted_end, _SIZE)
        #: Sorted entries follow `_start`; they are not cut out, since there may be many.
        self._data, self._start, self._count = data, start, (sorted_end - start) // _SIZE
        self._rows_behind = rows_behind
        #: What came last; empty for what is void. The rest is asked only for what is not here.
        self._recent = _entries(data[sorted_end : len(data) - torn])
        self._added: list[bytes] = []
        #: Whether the file must be written anew, not only added to.
        self._broken = not data or bool(torn)
        self._lookups = 0
        self._rest: dict[bytes, bytes] | None = None

    def find(self, key: bytes) -> Place | None:
        entry = self._recent.get(key)
        if entry is None:
            entry = self._looked_up(key)
        return Place(*_ENTRY.unpack(entry)[1:]) if entry else None

    def _looked_up(self, key: bytes) -> bytes | None:
        if self._rest is None and self._lookups < _FEW:
            self._lookups += 1
            low, high = 0, self._count
            while low < high:
                middle = (low + high) // 2
                at = self._start + middle * _SIZE
                if self._data[at : at + KEY_LENGTH] < key:
                    low = middle + 1
                else:
                    high = middle
            at = self._start + low * _SIZE
            entry = self._data[at : at + _SIZE] if low < self._count else b""
            return entry if entry[:KEY_LENGTH] == key else None
        if self._rest is None:
            self._rest = self._sorted()
        return self._rest.get(key)

    def __len__(self) -> int:
        """How many records there are, some of them perhaps twice."""
        return self._count + len(self._recent)

    def _sorted(self) -> dict[bytes, bytes]:
        return _entries(self._data[self._start : self._start + self._count * _SIZE])

    def put(self, key: bytes, place: Place) -> None:
        entry = self._recent[key] = _ENTRY.pack(key, *place)
        self._added.append(entry)

    def forget(self, key: bytes) -> None:
        """Until it is put again."""
        self._recent[key] = b""

    def save(self, path: Path) -> None:
        """To be done once, at the end. Raises OSError."""
        anew = self._broken or self._rows_behind + len(self._added) > _TAIL
        rows = sorted(filter(None, (self._sorted() | self._recent).values())) if anew else []
        if anew:
            write_atomic(path, b"".join((_MAGIC, _HEAD.pack(len(rows)), *rows)))
        elif self._added:
            with path.open("ab") as file:
                file.write(b"".join(self._added))


def _entries(data: bytes) -> dict[bytes, bytes]:
    """Key to packed entry, the last one of each."""
    return {data[at : at + KEY_LENGTH]: data[at : at + _SIZE] for at in range(0, len(data), _SIZE)}


class Pack:
    """Keys have `KEY_LENGTH` bytes. Never raises for a file that cannot be read or written: then nothing is kept."""

    def __init__(self, folder: Path | None, name: str) -> None:
        """`folder` None: nothing is kept."""
        self.path = folder / f"{name}.pack" if folder is not None else None
        self._index_path = folder / f"{name}.index" if folder is not None else None
        self._index = _Index(b"")
        self._file: BinaryIO | None = None
        self._end = 0
        #: What is not written yet: one call to the system for many records.
        self._pending: list[bytes] = []
        self._pending_size = 0
        if self.path is not None:
            with contextlib.suppress(OSError):
                self._open(self.path)
        #: Whether there is nothing of earlier builds.
        self.was_empty = not len(self._index)

    def _open(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        self._file = path.open("r+b", buffering=0)
        self._end = self._file.seek(0, 2)
        if self._index_path is not None:
            with contextlib.suppress(OSError):
                self._index = _Index(self._index_path.read_bytes())  # Windows replaces no file that is mapped

    def find(self, key: bytes) -> Place | None:
        """Where the record of a key lies, None where it is not kept."""
        place = self._index.find(key)
        return place if place is not None and place.offset + place.length <= self._end else None

    def get(self, key: bytes) -> bytes | None:
        """The record of a key, None where it is not kept."""
        place = self.find(key)
        if place is None or self._file is None:
            return None
        self.flush()
        try:
            data = read_place(self._file, place)
        except OSError:
            return None
        if data is None:
            self._index.forget(key)
        return data

    def put(self, key: bytes, data: bytes) -> Place | None:
        """Keep a record; None where nothing is kept. Others find it in the file after `flush`."""
        if self._file is None:
            return None
        place = Place(self._end, len(data), zlib.crc32(data))
        self._index.put(key, place)
        self._end += len(data)
        self._pending.append(data)
        self._pending_size += len(data)
        if self._pending_size > _PENDING:
            self.flush()
        return place

    def room(self, size: int) -> Room | None:
        """Room for so many bytes of records; None where nothing is kept. What is left of it takes no place on disks."""
        if self._file is None or self.path is None:
            return None
        self.flush()
        room = Room(os.fspath(self.path), self._end, size)
        self._end += size
        return room

    def adopt(self, key: bytes, place: Place) -> None:
        """Keep a record that was written into a room."""
        if self._file is not None:
            self._index.put(key, place)

    def flush(self) -> None:
        """Write what waits. Where it cannot be written, its records fail their checksums."""
        if self._file is None or not self._pending:
            return
        data = b"".join(self._pending)
        with contextlib.suppress(OSError):
            self._file.seek(self._end - self._pending_size)
            self._file.write(data)
        self._pending, self._pending_size = [], 0

    def prune(self, count: int, wanted: Callable[[], Collection[bytes]]) -> None:
        """Let go of all records but the wanted ones, where that makes the file much smaller; they are so many."""
        if self._file is None or self.path is None or self._end < _SMALL or count * _WASTE > len(self._index):
            return
        kept = {key: place for key in wanted() if (place := self.find(key)) is not None}
        self.flush()
        fresh = self.path.with_suffix(".fresh")
        moved: dict[bytes, Place] = {}
        at = 0
        try:
            with fresh.open("wb") as file:
                for key, place in kept.items():
                    data = read_place(self._file, place)
                    if data is not None:
                        file.write(data)
                        moved[key] = place._replace(offset=at)
                        at += len(data)
            self._file.close()
            self._file = None
            replace(fresh, self.path)
        except OSError:  # such as Windows' where another build has the file open: it stays as it is
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)
        else:
            self._index, self._end = _Index(b""), at
            for key, place in moved.items():
                self._index.put(key, place)
        if self._file is None:
            with contextlib.suppress(OSError):
                self._file = self.path.open("r+b", buffering=0)

    def close(self) -> None:
        """Write the index and give the files back."""
        if self._file is None:
            return
        self.flush()
        if self._index_path is not None:
            with contextlib.suppress(OSError):
                self._index.save(self._index_path)
        self._file.close()
        self._file = None
