"""What `chce` says: one JSON document or plain lines on stdout, everything else on stderr."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from chce_desktop.foundation.i18n import tr

#: Places that cells are filled up to.
_WIDEST = 60


def speak_utf8() -> None:
    """UTF-8 on both streams, whatever the console's code page; what cannot be encoded never stops a command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with contextlib.suppress(ValueError, OSError):
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def write(stream: TextIO, text: str) -> None:
    """Write at once: whoever watches a terminal or a log shall not wait."""
    stream.write(text)
    stream.flush()


class Output:
    """Where a command's answer goes."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def result(self, document: Any, lines: Iterable[str] = ()) -> None:
        """The answer: `document` with `--json`, else `lines`."""
        if self.as_json:
            write(sys.stdout, json.dumps(document, ensure_ascii=False, indent=1) + "\n")
        else:
            write(sys.stdout, "".join(f"{line}\n" for line in lines))

    def note(self, line: str) -> None:
        """Something beside the answer, for a person."""
        write(sys.stderr, f"{line}\n")

    def failure(self, code: str, title: str, *, hint: str = "", detail: str = "", verbose: bool = False) -> None:
        """A known failure in one sentence, with what to do next."""
        self.note(tr("chce: {title}", title=title))
        if hint:
            self.note(f"      {hint}")
        if detail and verbose:
            self.note(f"      {detail}")
        if self.as_json:
            self.result({"error": {"code": code, "title": title, "detail": detail, "hint": hint}})


def table(rows: Sequence[Sequence[object]]) -> list[str]:
    """Rows as lines with aligned columns; a Han character takes two places. A very long cell is left to stick out."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [min(max(map(width, column)), _WIDEST) for column in zip(*texts, strict=True)]
    return [
        "  ".join(cell + " " * (place - width(cell)) for cell, place in zip(row, widths, strict=True)).rstrip()
        for row in texts
    ]


def megabytes(size: int) -> str:
    """A size for a person."""
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size / 1000:.1f} kB"


def width(text: str) -> int:
    """Places that a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
