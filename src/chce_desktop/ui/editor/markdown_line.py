"""What stands where in one line of Markdown, for the highlighter. Free of Qt, so that it can be tested on anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntFlag


class Look(IntFlag):
    """How characters are shown; they combine."""

    MARK = 1
    BOLD = 2
    ITALIC = 4
    CODE = 8
    LINK = 16
    ADDRESS = 32
    IMAGE = 64
    QUOTE = 128
    TABLE = 256
    HTML = 512
    NOTE = 1024
    STRUCK = 2048
    FOREIGN = 4096  # a picture that is not in the media library
    RULE = 8192


#: Block states: no fence, or the length of the fence's run (negative for tildes).
PLAIN = 0


@dataclass(frozen=True, slots=True)
class Span:
    """`length` characters from `start` on."""

    start: int
    length: int
    look: Look


@dataclass(frozen=True, slots=True)
class Line:
    """The looks of a line. `heading` is 1 to 6, or 0; `state` is what the next line starts with."""

    spans: tuple[Span, ...]
    heading: int = 0
    state: int = PLAIN


_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"^(#{1,6})(?=\s|$|[^#\s])")
_RULE = re.compile(r"^ {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_QUOTE = re.compile(r"^(?: {0,3}>[ ]?)+")
_ITEM = re.compile(r"^(\s*)([-+*]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_NOTE = re.compile(r"^\[\^[^\]\n]+\]:")
_DELIMITER = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_INLINE = re.compile(
    r"(?P<escape>\\[\\`*_{}\[\]()#+.!|>~-])"
    r"|(?P<code>(?P<ticks>`+)(?!`).{1,2000}?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<image>!\[(?P<alt>[^\]\n]{0,500})\]\((?P<source>[^)\n]{0,2000})\))"
    r"|(?P<link>\[(?P<text>(?:[^\[\]\n]|\[[^\]\n]*\]){1,500})\]\((?P<href>[^)\n]{0,2000})\))"
    r"|(?P<note>\[\^[^\]\n]{1,100}\])"
    r"|(?P<address>https?://[A-Za-z0-9\-._~:/?#@!$&*+,;=%()]+)"
    r"|(?P<html></?[a-zA-Z][^<>\n]{0,2000}>|<!--.{0,2000}?-->)"
    r"|(?P<both>\*\*\*(?=\S)(?P<in_both>.{1,2000}?)(?<=\S)\*\*\*)"
    r"|(?P<bold>\*\*(?=\S)(?P<in_bold>.{1,2000}?)(?<=\S)\*\*|__(?=\S)(?P<in_bold2>.{1,2000}?)(?<=\S)__)"
    r"|(?P<italic>\*(?=[^\s*])(?P<in_italic>[^*\n]{1,2000}?)(?<=\S)\*"
    r"|(?<![A-Za-z0-9_])_(?=[^\s_])(?P<in_italic2>[^_\n]{1,2000}?)(?<=\S)_(?![A-Za-z0-9_]))"
    r"|(?P<struck>~~(?=\S)(?P<in_struck>.{1,2000}?)(?<=\S)~~)"
    r"|(?P<attributes>\{:?[ ]?[#.:][^}\n]{1,200}\})"
)
#: Beginnings of addresses that the media library does not have.
ELSEWHERE = ("http:", "https:", "data:", "file:", "incoming:")
_DEEPEST = 4


def scan(line: str, state: int = PLAIN) -> Line:
    """The looks of `line`, which comes after a line that ended in `state`."""
    fence = _FENCE.match(line)
    if state != PLAIN:
        closes = (
            fence is not None
            and (fence.group(1)[0] == "~") == (state < 0)
            and len(fence.group(1)) >= abs(state)
            and not line.strip().strip("`~")
        )
        look = Look.CODE | Look.MARK if closes else Look.CODE
        return Line((Span(0, len(line), look),), state=PLAIN if closes else state)
    if fence is not None and "`" not in line[fence.end() :]:
        run = len(fence.group(1))
        return Line((Span(0, len(line), Look.CODE | Look.MARK),), state=-run if fence.group(1)[0] == "~" else run)
    if _RULE.match(line):
        return Line((Span(0, len(line), Look.RULE | Look.MARK),))
    heading = _HEADING.match(line)
    if heading is not None:
        level = len(heading.group(1))
        return Line((Span(0, level, Look.MARK), *_inline(line, level, len(line), 0)), heading=level)
    return Line(tuple(_paragraph(line)))


def _paragraph(line: str) -> Iterator[Span]:
    start = 0
    quote = _QUOTE.match(line)
    if quote is not None:
        start = quote.end()
        yield Span(0, start, Look.MARK)
        yield Span(start, len(line) - start, Look.QUOTE)
    item = _ITEM.match(line[start:])
    if item is not None:
        yield Span(start + item.end(1), item.end() - item.end(1), Look.MARK | Look.BOLD)
        start += item.end()
    note = _NOTE.match(line)
    if note is not None:
        yield Span(0, note.end(), Look.NOTE | Look.MARK)
        start = note.end()
    if line.lstrip().startswith("|"):
        yield Span(0, len(line), Look.TABLE)
        if _DELIMITER.match(line):
            yield Span(0, len(line), Look.MARK)
            return
        for match in re.finditer(r"(?<!\\)\|", line):
            yield Span(match.start(), 1, Look.MARK)
    yield from _inline(line, start, len(line), 0)


def _inline(line: str, start: int, end: int, depth: int) -> Iterator[Span]:
    for match in _INLINE.finditer(line, start, end):
        kind = match.lastgroup if match.lastgroup in _PLAIN_LOOKS else None
        if kind is None:
            yield from _structured(line, match, depth)
        elif kind == "escape":
            yield Span(match.start(), 1, Look.MARK)
        else:
            yield Span(match.start(), match.end() - match.start(), _PLAIN_LOOKS[kind])


_PLAIN_LOOKS = {
    "escape": Look.MARK,
    "note": Look.NOTE,
    "address": Look.LINK,
    "html": Look.HTML,
    "attributes": Look.MARK,
}
_WRAPPED = (
    ("both", 3, Look.BOLD | Look.ITALIC, ("in_both",)),
    ("bold", 2, Look.BOLD, ("in_bold", "in_bold2")),
    ("italic", 1, Look.ITALIC, ("in_italic", "in_italic2")),
    ("struck", 2, Look.STRUCK, ("in_struck",)),
)


def _structured(line: str, match: re.Match[str], depth: int) -> Iterator[Span]:
    start, end = match.span()
    if match["code"] is not None:
        ticks = len(match["ticks"])
        yield Span(start, end - start, Look.CODE)
        yield Span(start, ticks, Look.MARK)
        yield Span(end - ticks, ticks, Look.MARK)
    elif match["image"] is not None:
        foreign = Look.FOREIGN if match["source"].lower().startswith(ELSEWHERE) else Look(0)
        yield Span(start, 2, Look.MARK | Look.IMAGE)
        yield Span(match.start("alt"), len(match["alt"]), Look.IMAGE)
        yield Span(match.end("alt"), 2, Look.MARK | Look.IMAGE)
        yield Span(match.start("source"), len(match["source"]), Look.ADDRESS | foreign)
        yield Span(end - 1, 1, Look.MARK)
    elif match["link"] is not None:
        yield Span(start, 1, Look.MARK)
        yield Span(match.start("text"), len(match["text"]), Look.LINK)
        if depth < _DEEPEST:
            yield from _inline(line, match.start("text"), match.end("text"), depth + 1)
        yield Span(match.end("text"), 2, Look.MARK)
        yield Span(match.start("href"), len(match["href"]), Look.ADDRESS)
        yield Span(end - 1, 1, Look.MARK)
    else:
        for name, width, look, insides in _WRAPPED:
            if match[name] is None:
                continue
            inside = next(each for each in insides if match[each] is not None)
            yield Span(start, width, Look.MARK)
            yield Span(end - width, width, Look.MARK)
            yield Span(start, end - start, look)
            if depth < _DEEPEST:
                yield from _inline(line, *match.span(inside), depth + 1)


def segments(spans: tuple[Span, ...]) -> Iterator[Span]:
    """The same without overlaps: each span carries all looks of its characters."""
    changes: dict[int, list[tuple[Look, int]]] = {}
    for span in spans:
        if span.length:
            changes.setdefault(span.start, []).append((span.look, 1))
            changes.setdefault(span.start + span.length, []).append((span.look, -1))
    counts: dict[Look, int] = {}
    before = 0
    for position in sorted(changes):
        look = Look(0)
        for each, count in counts.items():
            if count:
                look |= each
        if look and position > before:
            yield Span(before, position - before, look)
        for each, step in changes[position]:
            counts[each] = counts.get(each, 0) + step
        before = position
