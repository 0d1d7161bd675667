"""Records that are kept from build to build: one file, appended to, and an index of (key, offset, length, CRC-32).

A record that is torn, or that another process wrote over, fails its checksum and counts as not kept: the worst that
can happen is lost time.
"""

from __future__ import annotations

import contextlib
import struct
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO, NamedTuple

from chce_desktop.foundation.files import replace, write_atomic

_ENTRY = struct.Struct("<16sQII")
_MAGIC = b"CHCEKEPT2\n"
#: A file that holds this many times what is wanted is written anew, once it is larger than `_SMALL` bytes.
_WASTE, _SMALL = 3, 1 << 24
KEY_LENGTH = 16
#: Bytes that may wait to be written.
_PENDING = 1 << 20


class Place(NamedTuple):
    """Where a record lies in the file."""

    offset: int
    length: int
    checksum: int


def read_place(file: BinaryIO, place: Place) -> bytes | None:
    """The record at a place; None where it is not there any more. Raises OSError."""
    file.seek(place.offset)
    data = file.read(place.length)
    return data if len(data) == place.length and zlib.crc32(data) == place.checksum else None


class Pack:
    """Keys have `KEY_LENGTH` bytes. Never raises for a file that cannot be read or written: then nothing is kept."""

    def __init__(self, folder: Path | None, name: str) -> None:
        """`folder` None: nothing is kept."""
        self.path = folder / f"{name}.pack" if folder is not None else None
        self._index_path = folder / f"{name}.index" if folder is not None else None
        self._index: dict[bytes, Place] = {}
        self._file: BinaryIO | None = None
        self._end = 0
        #: What is not written yet: one call to the system for many records.
        self._pending: list[bytes] = []
        self._pending_size = 0
        self._changed = False
        if self.path is not None:
            with contextlib.suppress(OSError):
                self._open(self.path)

    def _open(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        self._file = path.open("r+b", buffering=0)
        self._end = self._file.seek(0, 2)
        try:
            data = self._index_path.read_bytes() if self._index_path else b""
        except OSError:
            data = b""
        if data.startswith(_MAGIC) and (len(data) - len(_MAGIC)) % _ENTRY.size == 0:
            for key, offset, length, checksum in _ENTRY.iter_unpack(memoryview(data)[len(_MAGIC) :]):
                if offset + length <= self._end:
                    self._index[key] = Place(offset, length, checksum)

    def find(self, key: bytes) -> Place | None:
        """Where the record of a key lies, None where it is not kept."""
        return self._index.get(key)

    def get(self, key: bytes) -> bytes | None:
        """The record of a key, None where it is not kept."""
        place = self._index.get(key)
        if place is None or self._file is None:
            return None
        self.flush()
        try:
            data = read_place(self._file, place)
        except OSError:
            return None
        if data is None:
            del self._index[key]
        return data

    def put(self, key: bytes, data: bytes) -> Place | None:
        """Keep a record; None where nothing is kept. Others find it in the file after `flush`."""
        if self._file is None:
            return None
        place = self._index[key] = Place(self._end, len(data), zlib.crc32(data))
        self._end += len(data)
        self._pending.append(data)
        self._pending_size += len(data)
        self._changed = True
        if self._pending_size > _PENDING:
            self.flush()
        return place

    def flush(self) -> None:
        """Write what waits. Where it cannot be written, its records fail their checksums."""
        if self._file is None or not self._pending:
            return
        data = b"".join(self._pending)
        with contextlib.suppress(OSError):
            self._file.seek(self._end - self._pending_size)
            self._file.write(data)
        self._pending, self._pending_size = [], 0

    def prune(self, wanted: Collection[bytes]) -> None:
        """Let go of all records but the wanted ones, where that makes the file much smaller."""
        if self._file is None or self.path is None or self._end < _SMALL:
            return
        kept = {key: self._index[key] for key in wanted if key in self._index}
        if sum(place.length for place in kept.values()) * _WASTE > self._end:
            return
        self.flush()
        fresh = self.path.with_suffix(".fresh")
        moved: dict[bytes, Place] = {}
        at = 0
        with contextlib.suppress(OSError):
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
            self._index, self._end, self._changed = moved, at, True
            self._file = self.path.open("r+b", buffering=0)

    def close(self) -> None:
        """Write the index and give the files back."""
        if self._file is None:
            return
        self.flush()
        if self._changed and self._index_path is not None:
            data = b"".join((_MAGIC, *(_ENTRY.pack(key, *place) for key, place in self._index.items())))
            with contextlib.suppress(OSError):
                write_atomic(self._index_path, data)
        self._file.close()
        self._file = None
