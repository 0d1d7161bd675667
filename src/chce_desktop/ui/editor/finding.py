"""What of a text fits what is looked for, and what takes its place. Places are Qt's: UTF-16 units."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRegularExpression, QRegularExpressionMatch

from chce_desktop.foundation.i18n import tr

#: Steps from one place of the text on, after which an expression is given up: some would take years.
_STEPS = 100_000
_OPTIONS = (
    QRegularExpression.PatternOption.MultilineOption | QRegularExpression.PatternOption.UseUnicodePropertiesOption
)
_REFERENCE = re.compile(r"\\(?:g<([^>]*)>|(\d{1,2})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t"}


class Unfit(ValueError):
    """What was asked for cannot be looked for, or put there; says why, translated."""


@dataclass(frozen=True, slots=True)
class Found:
    """From `start` to `end`. `expanded` makes what takes its place of a replacement; raises Unfit."""

    start: int
    end: int
    expanded: Callable[[str], str]


def find(text: str, wanted: str, *, regular: bool, words: bool, case: bool) -> list[Found]:
    """Everything that fits, but for what is empty. Raises Unfit."""
    source = wanted if regular else re.escape(wanted)
    if words:
        source = rf"\b(?:{source})\b"
    return list(_by_expression(text, source, case=case) if regular else _as_it_stands(text, source, case=case))


def _as_it_stands(text: str, source: str, *, case: bool) -> Iterator[Found]:
    offsets = _Units(text)
    for match in re.finditer(source, text, re.MULTILINE | (0 if case else re.IGNORECASE)):
        yield Found(offsets.of(match.start()), offsets.of(match.end()), lambda replacement: replacement)


def _by_expression(text: str, source: str, *, case: bool) -> Iterator[Found]:
    """Qt's engine can be told when to give up, and keeps no other thread waiting."""
    options = _OPTIONS if case else _OPTIONS | QRegularExpression.PatternOption.CaseInsensitiveOption
    plain = QRegularExpression(source, options)
    if not plain.isValid():
        raise Unfit(tr("Not a regular expression: {problem}", problem=plain.errorString()))
    bounded = QRegularExpression(f"(*LIMIT_MATCH={_STEPS}){source}", options)
    matches, end = bounded.globalMatch(text), 0
    while matches.hasNext():
        match = matches.next()
        end = match.capturedEnd()
        if match.capturedLength():
            yield Found(match.capturedStart(), end, partial(_expanded, match))
    if not bounded.match(text, end).isValid():
        raise Unfit(tr("The expression takes too long on this text. Make it simpler."))


def _expanded(match: QRegularExpressionMatch, replacement: str) -> str:
    names = match.regularExpression().namedCaptureGroups()

    def one(reference: re.Match[str]) -> str:
        named, number, other = reference.groups()
        if other is not None:
            return _ESCAPES.get(other, other)
        if named is not None and not named.isdecimal():
            group = names.index(named) if named and named in names else -1
        else:
            group = int(named if named is not None else number)
        if not 0 <= group < len(names):
            raise Unfit(tr("The replacement does not fit: {problem}", problem=reference.group()))
        return match.captured(group)

    return _REFERENCE.sub(one, replacement)


class _Units:
    """Positions of Qt (UTF-16 units) for positions of Python (characters); asked in rising order is fast."""

    def __init__(self, text: str) -> None:
        self._wide = (
            [index for index, character in enumerate(text) if character > "\uffff"] if not text.isascii() else []
        )
        self._seen = 0
        self._last = 0

    def of(self, position: int) -> int:
        if position < self._last:
            self._seen = 0
        while self._seen < len(self._wide) and self._wide[self._seen] < position:
            self._seen += 1
        self._last = position
        return position + self._seen
