"""Rendered bodies and search segments that are kept from build to build: then a build is assembly and writing.

Bodies are one file of records, appended to, and an index of (key, offset, length, CRC-32). A record that is torn, or
that another process wrote over, fails its checksum and is rendered again: the worst that can happen is lost time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from chce_desktop.foundation.files import write_atomic
from chce_desktop.sitegen.prose import Prose

_ENTRY = struct.Struct("<16sQII")
_MAGIC = b"CHCEKEPT1\n"
#: A file that holds this many times what is in use is written anew.
_WASTE = 3


def key_of(body_hash: str, configuration: str) -> bytes:
    """The key of a text (its hex SHA-256) rendered under a configuration."""
    return hashlib.sha256(f"{body_hash}\0{configuration}".encode()).digest()[:16]


class KeptBodies:
    """A context manager. Never raises for a cache that cannot be read or written: then nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._index: dict[bytes, tuple[int, int, int]] = {}
        self._segments: set[str] = set()
        self._file: BinaryIO | None = None
        self._end = 0
        self._changed = False
        self._memory: dict[bytes, tuple[str, Prose]] = {}

    def __enter__(self) -> Self:
        if self._folder is not None:
            with contextlib.suppress(OSError):
                self._open(self._folder)
        return self

    def _open(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        pack = folder / "bodies.pack"
        pack.touch()
        self._file = pack.open("r+b", buffering=0)
        self._end = self._file.seek(0, 2)
        try:
            data = (folder / "bodies.index").read_bytes()
        except OSError:
            data = b""
        if data.startswith(_MAGIC) and (len(data) - len(_MAGIC)) % _ENTRY.size == 0:
            for key, offset, length, checksum in _ENTRY.iter_unpack(memoryview(data)[len(_MAGIC) :]):
                if offset + length <= self._end:
                    self._index[key] = (offset, length, checksum)
        if sum(entry[1] for entry in self._index.values()) * _WASTE < self._end > 1 << 20:
            self._index.clear()
            self._end = 0
            self._file.truncate(0)

    def segment(self, key: str) -> Mapping[str, bytes] | None:
        """The files of a search segment that was put under `key`; None where it is not kept."""
        if self._folder is None:
            return None
        self._segments.add(key)
        try:
            data = (self._folder / "segments" / key).read_bytes()
            head, _, rest = data.partition(b"\n")
            checksum, rows = json.loads(head)
        except (OSError, ValueError):
            return None
        if zlib.crc32(rest) != checksum:
            return None
        found, at = {}, 0
        for path, length in rows:
            found[path] = rest[at : at + length]
            at += length
        return found

    def put_segment(self, key: str, files: Mapping[str, bytes]) -> None:
        """Keep the files of a search segment."""
        if self._folder is None:
            return
        rest = b"".join(files.values())
        head = json.dumps([zlib.crc32(rest), [[path, len(data)] for path, data in files.items()]])
        with contextlib.suppress(OSError):
            write_atomic(self._folder / "segments" / key, head.encode() + b"\n" + rest)
            self._segments.add(key)

    def forget_segments(self) -> None:
        """Remove the segments that nobody asked for since this was opened."""
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            for file in (self._folder / "segments").iterdir():
                if file.name not in self._segments:
                    file.unlink()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self.save()
        if self._file is not None:
            self._file.close()
            self._file = None

    def get(self, key: bytes) -> tuple[str, Prose] | None:
        """The media key under which the body was rendered, and the body; None where it is not kept."""
        entry = self._index.get(key)
        if entry is None or self._file is None:
            return self._memory.get(key)
        offset, length, checksum = entry
        try:
            self._file.seek(offset)
            data = self._file.read(length)
        except OSError:
            return None
        if len(data) != length or zlib.crc32(data) != checksum:
            del self._index[key]
            return None
        head, html, text = data.decode().split("\0", 2)
        if not head:
            return "", Prose(html, text)
        media_key, media, files, articles = json.loads(head)
        return media_key, Prose(html, text, tuple(media), tuple((p, label) for p, label in files), tuple(articles))

    def put(self, key: bytes, media_key: str, prose: Prose) -> None:
        """Keep a body."""
        if self._file is None:
            self._memory[key] = (media_key, prose)
            return
        plain = not (media_key or prose.media or prose.files or prose.articles)
        head = "" if plain else json.dumps([media_key, prose.media, prose.files, prose.articles])
        data = "\0".join((head, prose.html.replace("\0", ""), prose.text)).encode("utf-8", "replace")
        try:
            self._file.seek(self._end)
            self._file.write(data)
        except OSError:
            self._memory[key] = (media_key, prose)
            return
        self._index[key] = (self._end, len(data), zlib.crc32(data))
        self._end += len(data)
        self._changed = True

    def save(self) -> None:
        """Write the index. Raises OSError."""
        if self._changed and self._folder is not None:
            data = b"".join((_MAGIC, *(_ENTRY.pack(key, *entry) for key, entry in self._index.items())))
            write_atomic(self._folder / "bodies.index", data)
            self._changed = False
