"""What changed between two texts, as a reader would mark it: words and Han characters, not lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

#: An image, a link target, a Latin word or number, white space, or one character (Han, punctuation).
_TOKEN = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)|[A-Za-z0-9_\u00c0-\u024f]+|[ \t]+|\n|.", re.DOTALL)
#: Paragraph pairs longer than this (in tokens, multiplied) are shown as replaced as a whole.
_MOST_WORK = 4_000_000


class Change(StrEnum):
    """What happened to a piece."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text with one fate."""

    change: Change
    text: str


def differences(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces in reading order: SAME + REMOVED give `old`, SAME + ADDED give `new`."""
    pieces: list[Piece] = []
    for piece in _by_paragraph(old, new):
        if not piece.text:
            continue
        if pieces and pieces[-1].change is piece.change:
            pieces[-1] = Piece(piece.change, pieces[-1].text + piece.text)
        else:
            pieces.append(piece)
    return tuple(pieces)


def _by_paragraph(old: str, new: str) -> Iterator[Piece]:
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        removed, added = "".join(before[a:b]), "".join(after[c:d])
        if tag == "equal":
            yield Piece(Change.SAME, removed)
        else:
            yield from _by_word(_TOKEN.findall(removed), _TOKEN.findall(added))


def _by_word(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    if len(before) * len(after) > _MOST_WORK:
        yield Piece(Change.REMOVED, "".join(before))
        yield Piece(Change.ADDED, "".join(after))
        return
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(Change.SAME, "".join(before[a:b]))
            continue
        yield Piece(Change.REMOVED, "".join(before[a:b]))
        yield Piece(Change.ADDED, "".join(after[c:d]))
