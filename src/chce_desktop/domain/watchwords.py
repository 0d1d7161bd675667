"""Words that a site watches for, and finding thousands of them in a text at once."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from chce_desktop.domain.findings import Level


class WordKind(StrEnum):
    """Why a word is watched."""

    FORBIDDEN = "forbidden"
    CONFUSABLE = "confusable"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchWord:
    """A word of the site's list. `level` is `Level.BLOCK` or `Level.WARN`; `suggestion` what to write instead."""

    word: str
    kind: WordKind = WordKind.FORBIDDEN
    level: Level = Level.WARN
    suggestion: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """`text[start:end]` is `word`, perhaps in other letters or with something invisible in between."""

    start: int
    end: int
    word: str


_HAN = "\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\U00020000-\U0003ffff"
#: Letters and digits of full width, and the hyphen between them. Chinese marks stay: they are no letters of a word.
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ－]")
_NARROW = {ord(wide): chr(ord(wide) - 0xFEE0) for wide in map(chr, range(0xFF0D, 0xFF5B)) if _WIDE.match(wide)}
_LETTER = re.compile(r"[a-z0-9]")


def folded(text: str) -> str:
    """`text` in small letters of ordinary width, every character in its place."""
    narrow = text.translate(_NARROW) if _WIDE.search(text) else text
    lower = narrow.lower()
    if len(lower) != len(narrow):  # a few letters of the world become two
        lower = "".join(c if len(c.lower()) != 1 else c.lower() for c in narrow)
    return lower


@cache  # two milliseconds that no start need wait for
def _unseen() -> re.Pattern[str]:
    """What readers do not see between two characters: marks of emphasis, line ends within Chinese, invisible ones."""
    return re.compile(rf"[*\u00ad\u200b-\u200f\u2060\ufeff]+|(?<=[{_HAN}])\n[ \t>\u3000]*(?=[{_HAN}])")


class Matcher:
    """Finds all occurrences of a fixed set of words. A text is read once whatever the number of words."""

    def __init__(self, words: Iterable[str]) -> None:
        self._pairs: dict[str, list[tuple[str, str]]] = {}
        for word in dict.fromkeys(words):
            key = _unseen().sub("", folded(word)).strip()
            if key:
                self._pairs.setdefault(key[:2], []).append((key, word))
        self._singles = {pair for pair in self._pairs if len(pair) == 1}

    def __bool__(self) -> bool:
        return bool(self._pairs)

    def find(self, text: str) -> list[Match]:
        """Every occurrence, also overlapping ones of different words, by place, longer ones first."""
        if not self._pairs:
            return []
        seen, places = _seen(folded(text))
        # Pairs of neighbouring characters rule out nearly all words before any of them is looked for.
        present = set(map(operator.add, seen, seen[1:])) & self._pairs.keys()
        if self._singles:
            present |= self._singles.intersection(seen)
        found: list[Match] = []
        for pair in present:
            for key, word in self._pairs[pair]:
                at = seen.find(key)
                while at >= 0:
                    end = at + len(key)
                    if _is_whole(seen, at, end):
                        start, last = (at, end - 1) if places is None else (places[at], places[end - 1])
                        found.append(Match(start, last + 1, word))
                    at = seen.find(key, end)
        return sorted(found, key=lambda match: (match.start, -match.end))

    def longest(self, text: str) -> list[Match]:
        """Occurrences that do not overlap: from the left, the longest at each place."""
        chosen: list[Match] = []
        for match in self.find(text):
            if not chosen or match.start >= chosen[-1].end:
                chosen.append(match)
        return chosen


def _seen(text: str) -> tuple[str, list[int] | None]:
    """The characters that readers see in a row, and where each stands in `text` (None: where it stands here)."""
    if _unseen().search(text) is None:
        return text, None
    parts: list[str] = []
    places: list[int] = []
    done = 0
    for match in _unseen().finditer(text):
        parts.append(text[done : match.start()])
        places.extend(range(done, match.start()))
        done = match.end()
    parts.append(text[done:])
    places.extend(range(done, len(text)))
    return "".join(parts), places


def _is_whole(text: str, start: int, end: int) -> bool:
    """Latin words and numbers count only as whole ones."""
    before = text[start - 1 : start]
    after = text[end : end + 1]
    return not (_LETTER.match(text[start]) and _LETTER.match(before)) and not (
        _LETTER.match(text[end - 1]) and _LETTER.match(after)
    )
