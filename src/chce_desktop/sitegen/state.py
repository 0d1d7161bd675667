"""What a build remembers about the files that it wrote, in a hidden folder beside them that is never published."""

from __future__ import annotations

import contextlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from chce_desktop.foundation.files import write_atomic

_MAGIC = "CHCE build 2"


@dataclass(slots=True)
class Written:
    """One file: hex SHA-256, size, modification time in ns, and what it was made from.

    `key` and `shared` are what the page and its shared parts depended on; `media` and `articles` what its text names.
    """

    sha256: str
    size: int
    modified: int
    key: str = ""
    shared: str = ""
    media: tuple[str, ...] = ()
    articles: tuple[int, ...] = ()


def folder_of(out: Path) -> Path:
    """Where the state of a build into `out` lies."""
    return out.with_name(f".{out.name}.chce-build")


@dataclass(slots=True)
class State:
    """Public path to what was written; `search` is the composition of the search index.

    `interrupted`: the last build did not come to its end, so nothing is certain.
    """

    files: dict[str, Written] = field(default_factory=dict)
    interrupted: bool = False
    search: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


class StateFile:
    """Reads and writes the state of one output folder."""

    def __init__(self, out: Path) -> None:
        self._folder = folder_of(out)
        self._file = self._folder / "state"
        self._running = self._folder / "running"

    def read(self) -> State:
        """The state; an empty, interrupted one where it is missing or damaged. Raises OSError."""
        kept = self._kept()
        begun = self._begun()
        files, search = kept or ({}, {})
        state = State(files, kept is None or self._running.exists(), search)
        for path in begun:
            state.files.setdefault(path, Written("", -1, 0))
        return state

    def _kept(self) -> tuple[dict[str, Written], dict[str, dict[int, str]]] | None:
        files: dict[str, Written] = {}
        search: dict[str, dict[int, str]] = {}
        try:
            lines = zlib.decompress(self._file.read_bytes()).decode().split("\n")
            if lines[0] != _MAGIC:
                return None
            for name, stamps in json.loads(lines[1]).items():
                search[name] = {int(article_id): stamp for article_id, stamp in stamps.items()}
            for line in lines[2:]:
                path, sha256, size, modified, key, shared, media, articles = line.split("\t")
                files[path] = Written(
                    sha256,
                    int(size),
                    int(modified),
                    key,
                    shared,
                    tuple(media.split(" ")) if media else (),
                    tuple(map(int, articles.split(" "))) if articles else (),
                )
        except (FileNotFoundError, zlib.error, ValueError, IndexError, AttributeError):
            return None
        return files, search

    def _begun(self) -> list[str]:
        """The new files that an interrupted build had begun to write."""
        try:
            return [line for line in self._running.read_text(encoding="utf-8").split("\n")[:-1] if line]
        except (FileNotFoundError, UnicodeDecodeError):
            return []

    def begin(self) -> BinaryIO:
        """Say that files are about to change; the paths of new files are written into the result. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._running.open("ab", buffering=0)

    def write(self, files: dict[str, Written], search: Mapping[str, Mapping[int, str]]) -> None:
        """Remember the files, and that the build came to its end. Raises OSError."""
        lines = [_MAGIC, json.dumps(search)]
        for path, w in files.items():
            media, articles = " ".join(w.media), " ".join(map(str, w.articles))
            lines.append(f"{path}\t{w.sha256}\t{w.size}\t{w.modified}\t{w.key}\t{w.shared}\t{media}\t{articles}")
        write_atomic(self._file, zlib.compress("\n".join(lines).encode(), 1))
        with contextlib.suppress(FileNotFoundError):
            self._running.unlink()
