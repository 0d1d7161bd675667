"""A page in two pieces: its frame, which many pages share, and what is its own. Written to disk many at a time.

The functions here know neither theme nor snapshot, so that a second process can do them (`crew`).
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from chce_desktop.foundation import files
from chce_desktop.sitegen.packs import Place, read_place

_LENGTH = struct.Struct("<I")
_BY_FOLDER = os.open in os.supports_dir_fd and hasattr(os, "O_DIRECTORY")
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
#: Folders that are held open at once; systems allow a few hundred files.
_MOST_FOLDERS = 64
_UNSAFE = re.compile(r"[/\\:\0]|^\.{0,2}$")


class Frame(NamedTuple):
    """What stands before the head, between head and content, and after the content."""

    before: bytes
    between: bytes
    after: bytes


class Sheet(NamedTuple):
    """A page: a frame, and the page's own head and content."""

    frame: Frame
    head: bytes
    content: bytes

    def data(self) -> bytes:
        """The whole page."""
        before, between, after = self.frame
        return b"".join((before, self.head, between, self.content, after))

    def record(self) -> bytes:
        """Head and content as they are kept."""
        return b"".join((_LENGTH.pack(len(self.head)), self.head, self.content))


def framed(frame: Frame, record: bytes) -> bytes:
    """The whole page from its frame and the record of its own."""
    end = _LENGTH.size + _LENGTH.unpack_from(record)[0]
    return b"".join((frame.before, record[_LENGTH.size : end], frame.between, record[end:], frame.after))


class Row(NamedTuple):
    """One page to write. `frame` counts in `Batch.frames`; `record` is where its own part is kept, or that itself.

    Where the page's SHA-256 is `known`, nothing is written.
    """

    path: str
    frame: int
    record: Place | bytes
    known: str = ""


class Batch(NamedTuple):
    """Pages to write below the folder `root`; places are in the file `pack`."""

    root: str
    pack: str
    frames: tuple[Frame, ...]
    rows: tuple[Row, ...]


class Outcome(NamedTuple):
    """A page's hex SHA-256 and size; the time of its file in ns, 0 where nothing was written."""

    sha256: str
    size: int
    modified: int


def write_batch(batch: Batch) -> list[Outcome | None]:
    """Put the pages together and write them; None for each whose record is not kept any more. Raises OSError."""
    with open(batch.pack or os.devnull, "rb", buffering=0) as pack:  # noqa: PTH123 - called often
        records = [row.record if isinstance(row.record, bytes) else read_place(pack, row.record) for row in batch.rows]
    there = [(row, record) for row, record in zip(batch.rows, records, strict=True) if record is not None]
    with FolderWriter(batch.root) as writer:
        data = [framed(batch.frames[row.frame], record) for row, record in there]
        outcomes = iter(write_all(writer, [(row.path, row.known) for row, _ in there], data))
    return [None if record is None else next(outcomes) for record in records]


def write_all(writer: FolderWriter, files: Sequence[tuple[str, str]], data: Sequence[bytes]) -> Sequence[Outcome]:
    """Write files (path, known SHA-256) but those that are known. Raises OSError."""
    digests = [hashlib.sha256(each).hexdigest() for each in data]
    modified = [
        0 if digest == known else writer.write(path, each)
        for (path, known), digest, each in zip(files, digests, data, strict=True)
    ]
    return [Outcome(*row) for row in zip(digests, map(len, data), modified, strict=True)]


class FolderWriter:
    """Writes many files below one folder with few calls to the system. A context manager."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._folders: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for handle in self._folders.values():
            if handle >= 0:
                os.close(handle)
        self._folders.clear()

    def write(self, path: str, data: bytes) -> int:
        """Write a file anew; its modification time in ns. Raises OSError, and ValueError for a path outside."""
        folder, _, name = path.rpartition("/")
        handle = self._folders.get(folder)
        if handle is None:
            if len(self._folders) >= _MOST_FOLDERS:
                self.__exit__(None, None, None)
            handle = self._folders[folder] = self._open(folder)
        if _UNSAFE.search(name):
            raise ValueError(path)
        if handle >= 0:
            file = os.open(name, _FLAGS, 0o666, dir_fd=handle)
        else:
            file = os.open(f"{self._root}/{path}", _FLAGS, 0o666)
        try:
            written = os.write(file, data)
            while written < len(data):
                written += os.write(file, data[written:])
            return os.fstat(file).st_mtime_ns
        finally:
            os.close(file)

    def _open(self, folder: str) -> int:
        target = files.inside(Path(self._root), folder) if folder else Path(self._root)
        target.mkdir(parents=True, exist_ok=True)
        return os.open(target, os.O_RDONLY | os.O_DIRECTORY) if _BY_FOLDER else -1
