"""Markdown of which some blocks need the parser: it is given these alone, the others are written as `simple` does.

In a text without footnotes, what a block becomes depends only on neighbours that it could belong to, and a plain
paragraph or heading ends whatever came before. So stretches of plain blocks are taken out, a mark stands for each while
the rest goes through parser, sanitiser and repair, and what is left to do for the whole (levels and ids of headings) is
done with the plain headings put back in between. HTML that an author left open shows in a mark that is no paragraph of
its own any more: then the text is parsed as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from chce_desktop.sitegen.prose.marks import PLAIN
from chce_desktop.sitegen.prose.simple import Body, NotSimple

#: HTML that begins and ends here: a tag with its attributes, a comment, an address. And what is no HTML.
_WHOLE = re.compile(
    r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s+[a-zA-Z_:][\w:.-]*(?:=(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s<>\"'=`]+))?)*\s*/?>"
    r"|<!--[^<>-]*(?:-[^<>-]+)*-->|<https?://[^\s<>\"']*>|<(?=[\s\d=])"
)
_MARK = f"<p>{PLAIN}</p>"
_ID = re.compile(r' id="([^"]*)"')
#: To be worth it, so much of a text must be plain.
_WORTH = 0.25
_PLAIN, _OPEN, _OTHER = range(3)


class Mixed(NamedTuple):
    """A text for the parser, with a mark for each stretch of plain blocks, and their HTML, block by block."""

    source: str
    stretches: Sequence[Sequence[str]]
    ids: frozenset[str]

    def joined(self, parsed: str, repair: Callable[[str], str]) -> str | None:
        """The whole body from what parser and sanitiser made of `source`; None where it must be parsed as a whole."""
        parts = parsed.split(_MARK)
        if len(parts) != len(self.stretches) + 1 or parsed.count(PLAIN) != len(self.stretches):
            return None  # a mark has become part of something else
        if not all(part[-1:] in ("", "\n") for part in parts[:-1]) or not all(p[:1] in ("", "\n") for p in parts[1:]):
            return None  # it has been moved to another place
        if not self.ids.isdisjoint(_ID.findall(parsed)):
            return None
        skeleton, blocks = [parts[0]], []
        for stretch, part in zip(self.stretches, parts[1:], strict=True):
            shown = [block if block.startswith("<h") else _MARK for block in stretch]
            blocks += [block for block in stretch if not block.startswith("<h")]
            skeleton += ["\n".join(shown), part]
        repaired = repair("".join(skeleton)).split(_MARK)
        if len(repaired) != len(blocks) + 1:
            return None
        found = [repaired[0]]
        for block, part in zip(blocks, repaired[1:], strict=True):
            found += [block, part]
        return "".join(found)


def mixed(text: str) -> Mixed | None:
    """The text taken apart; None where that cannot be done, or is not worth it."""
    if "[^" in text:
        return None
    blocks = text.split("\n\n")
    if "<" in text and any("<" in block and "<" in _WHOLE.sub("", block) for block in blocks):
        return None
    kinds = _kinds(blocks)
    if sum(len(block) for block, kind in zip(blocks, kinds, strict=True) if kind != _OTHER) < _WORTH * len(text):
        return None
    source: list[str] = []
    stretches: list[Sequence[str]] = []
    body = Body()
    start = 0
    while start < len(blocks):
        end = start + 1
        while end < len(blocks) and (kinds[end] == _OTHER) == (kinds[start] == _OTHER):
            end += 1
        if kinds[start] == _OTHER:
            source += blocks[start:end]
        else:
            try:
                stretch = body.stretch("\n\n".join(blocks[start:end]))
            except NotSimple:
                return None
            if stretch:
                source.append(PLAIN)
                stretches.append(stretch)
        start = end
    return Mixed("\n\n".join(source), stretches, frozenset(body.ids))


def _kinds(blocks: Sequence[str]) -> list[int]:
    """What each block is: closed in itself, open to its neighbours, or something for the parser.

    Lists and quotations are open, and so are blank lines between blocks.
    """
    kinds: list[int] = []
    for block in blocks:
        try:
            kind = Body().kind(block)
        except NotSimple:
            kind = "?"
        if (not block or block.startswith("\n")) and kinds and kinds[-1] == _OTHER:
            kind = "?"  # blank lines behind code belong to it
        kinds.append(_OTHER if kind == "?" else _OPEN if kind in ("", "ul", "ol", ">") else _PLAIN)
    for places in (range(1, len(kinds)), range(len(kinds) - 2, -1, -1)):
        before = -1 if places.step > 0 else 1
        for place in places:
            if kinds[place] == _OPEN and kinds[place + before] == _OTHER:
                kinds[place] = _OTHER
    return kinds
