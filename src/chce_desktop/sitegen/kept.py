"""What is kept from build to build, so that a build is assembly and writing: bodies, pages, search segments."""

from __future__ import annotations

import contextlib
import hashlib
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from chce_desktop.domain import pinyin
from chce_desktop.foundation.files import write_atomic
from chce_desktop.sitegen.packs import KEY_LENGTH, Pack
from chce_desktop.sitegen.prose import Prose


def key_of(body_hash: str, configuration: str) -> bytes:
    """The key of a text (its hex SHA-256) rendered under a configuration."""
    return hashlib.sha256(f"{body_hash}\0{configuration}".encode()).digest()[:KEY_LENGTH]


class Kept:
    """A context manager. Never raises for a cache that cannot be read or written: then nothing is kept.

    `pages` are the contents of pages by what they were made from (see `sheets`), `bodies` rendered texts.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        #: The folder of the search segments, for `put_stripes`.
        self.segments = folder / "segments"
        self.bodies = Pack(None, "bodies")
        self.pages = Pack(None, "pages")
        self._memory: dict[bytes, tuple[str, Prose]] = {}

    def __enter__(self) -> Self:
        self.bodies = Pack(self._folder, "bodies")
        self.pages = Pack(self._folder, "pages")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bodies.close()
        self.pages.close()

    def tag_slugs(self) -> Mapping[str, str]:
        """Tag to slug, as far as earlier builds had them."""
        data = self.pages.get(self._slugs_key)
        slugs: Mapping[str, str] = json.loads(data) if data else {}
        return slugs

    def keep_tag_slugs(self, slugs: Mapping[str, str]) -> None:
        """Keep them for later builds, where there are new ones."""
        data = json.dumps(slugs, sort_keys=True).encode()
        if self.pages.get(self._slugs_key) != data:
            self.pages.put(self._slugs_key, data)

    @cached_property
    def _slugs_key(self) -> bytes:
        return hashlib.sha256(f"tags {pinyin.edition()}".encode()).digest()[:KEY_LENGTH]

    def segment(self, key: str) -> Mapping[str, bytes] | None:
        """The stripe of a search segment that was put under `key`; None where it is not kept."""
        try:
            data = (self.segments / key).read_bytes()
            at = data.index(b"\n") + 1
            checksum, rows = json.loads(data[:at])
        except (OSError, ValueError):
            return None
        if zlib.crc32(memoryview(data)[at:]) != checksum:
            return None
        found = {}
        for path, length in rows:
            found[path] = data[at : at + length]
            at += length
        return found

    def has_segment(self, key: str) -> bool:
        """Whether a stripe of a search segment was put under `key`."""
        return (self.segments / key).is_file()

    def forget(self, count: int, bodies: Callable[[], set[bytes]], pages: set[bytes], segments: set[str]) -> None:
        """After a build of everything: let go of all but these, where that is much. There are `count` bodies."""
        self.bodies.prune(count, bodies)
        self.pages.prune(len(pages), lambda: pages | {self._slugs_key})
        with contextlib.suppress(OSError):
            for file in self.segments.iterdir():
                if file.name not in segments:
                    file.unlink()

    def get(self, key: bytes) -> tuple[str, Prose] | None:
        """The media key under which the body was rendered, and the body; None where it is not kept."""
        data = self.bodies.get(key)
        if data is None:
            return self._memory.get(key)
        head, html, text = data.decode().split("\0", 2)
        if not head:
            return "", Prose(html, text)
        media_key, media, files, articles = json.loads(head)
        return media_key, Prose(html, text, tuple(media), tuple((p, label) for p, label in files), tuple(articles))

    def beginning(self, key: bytes, size: int) -> str | None:
        """The first characters of a body's text; None where it is not kept, or names what may have changed."""
        data = self.bodies.get(key)
        if data is None or not data.startswith(b"\0"):
            return None
        start = data.index(b"\0", 1) + 1
        return data[start : start + 4 * size].decode(errors="ignore")[:size]

    def put(self, key: bytes, media_key: str, prose: Prose) -> None:
        """Keep a body."""
        data = encoded(media_key, prose)
        if self.bodies.put(key, data) is None:
            self._memory[key] = (media_key, prose)


def put_stripes(folder: Path, keys: Sequence[str], stripes: Sequence[Mapping[str, bytes]]) -> None:
    """Keep the stripes of a search segment in the folder `Kept.segments`, where that can be written to.

    The last one is written last: where it is, the others are.
    """
    with contextlib.suppress(OSError):
        for key, files in zip(keys, stripes, strict=True):
            rest = b"".join(files.values())
            head = json.dumps([zlib.crc32(rest), [[name, len(data)] for name, data in files.items()]])
            write_atomic(folder / key, head.encode() + b"\n" + rest)


def encoded(media_key: str, prose: Prose) -> bytes:
    """A body as it is kept."""
    plain = not (media_key or prose.media or prose.files or prose.articles)
    head = "" if plain else json.dumps([media_key, prose.media, prose.files, prose.articles])
    return "\0".join((head, prose.html.replace("\0", ""), prose.text)).encode("utf-8", "replace")
