"""Where the addresses of links and pictures end: what Python-Markdown finds by reading on to the end from each.

Its rules, with their oddities: brackets nest; behind the first quotation mark none of them counts, and the address
ends with the next mark of that kind (or the second of the other kind) that stands right before a bracket; where there
is none such, it ends with the bracket, whichever way it looks, that makes up for those that were open at the mark.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable

from markdown.inlinepatterns import LinkInlineProcessor

_Link = tuple[str, str | None, int, bool]
_BRACKET = re.compile("[()]")
#: Each quotation mark, the other one, and the marks of its kind that stand right before a bracket.
_MARKS = (("'", '"', re.compile("(?=' *[)])'")), ('"', "'", re.compile('(?=" *[)])"')))
_NEVER = 1 << 60
_NONE: _Link = ("", None, 0, False)
#: In a shorter text the parser's own way is quick enough.
_SHORT = 2000


class Addresses:
    """What patterns of links and pictures ask. The places of one text are noted once.

    While it is read, a text changes only before the place that is asked for: what was noted is then further back.
    """

    def __init__(self) -> None:
        self._text = ""
        self._brackets: list[int] = []
        self._levels: list[int] = []  # how many are open before each of them
        self._closing: dict[int, int] = {}
        self._marks: dict[str, list[int]] = {}
        self._last: dict[str, int] = {}

    def patient(self, pattern: LinkInlineProcessor) -> Callable[[str, int], _Link]:
        """How a pattern reads an address in brackets that begins at a place."""
        own = pattern.getLink

        def link(data: str, index: int) -> _Link:
            opening = pattern.RE_LINK.match(data, index) if len(data) >= _SHORT else None
            if opening is None or opening[1]:
                return own(data, index)
            shift = self._shift(data, index)
            start = opening.end()
            found = self._end(index - shift, start - shift)
            if found is None:
                return own(data, index)
            if found == _NEVER:
                return _NONE
            if self._text[found] == "(":
                return pattern.unescape(data[start:-2]).strip(), None, -1, True
            return pattern.unescape(data[start : found + shift]).strip(), None, found + shift + 1, True

        return link

    def _end(self, opening: int, start: int) -> int | None:
        """The bracket with which an address ends, `_NEVER` where none does; None where it is found by reading on."""
        first = {kind: self._next(kind, start) for kind, _, _ in _MARKS}
        mark = min(first.values())
        if self._closing.get(opening, _NEVER) < mark:
            return None
        if mark == _NEVER:
            return _NEVER
        for kind, other, _ in _MARKS:
            if first[kind] == mark and (self._last[kind] > mark or self._last[other] > self._next(other, mark)):
                return None
        inner, behind = bisect_left(self._brackets, start), bisect_left(self._brackets, mark)
        place = behind + self._levels[behind] - self._levels[inner]
        return self._brackets[place] if place < len(self._brackets) else _NEVER

    def _next(self, kind: str, start: int) -> int:
        marks = self._marks[kind]
        place = bisect_left(marks, start)
        return marks[place] if place < len(marks) else _NEVER

    def _shift(self, data: str, index: int) -> int:
        """How much further back a place stands in `data` than in the text that was noted."""
        if data is not self._text and not (index >= len(data) - len(self._text) and self._text.endswith(data[index:])):
            self._note(data)
        return len(data) - len(self._text)

    def _note(self, text: str) -> None:
        self._text = text
        self._brackets = [found.start() for found in _BRACKET.finditer(text)]
        self._levels, self._closing, is_open = [0], {}, []
        for place in self._brackets:
            if text[place] == "(":
                is_open.append(place)
            elif is_open:
                self._closing[is_open.pop()] = place
            self._levels.append(self._levels[-1] + (1 if text[place] == "(" else -1))
        self._marks = {kind: [found.start() for found in re.finditer(kind, text)] for kind, _, _ in _MARKS}
        self._last = {kind: max((m.start() for m in ends.finditer(text)), default=-1) for kind, _, ends in _MARKS}
