"""Parts of Python-Markdown that take time by the square of a text's length, made linear; what they make stays the same.

Only lists and quotations nested deeper than anybody reads (`_DEEPEST`) are text from there on.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor, OListProcessor, SetextHeaderProcessor
from markdown.extensions.fenced_code import FencedBlockPreprocessor
from markdown.extensions.footnotes import FootnoteExtension, FootnoteInlineProcessor
from markdown.extensions.tables import TableProcessor
from markdown.inlinepatterns import BACKTICK_RE, BacktickInlineProcessor
from typing_extensions import override

_DEEPEST = 60
#: Runs of backticks that make it worth to look at the whole text once.
_MANY = 50
#: Characters of a block that make it worth to remember what is nowhere in it.
_LONG = 1000
_TICKS = re.compile("`+")
_NOTE = re.compile(r"^[ ]{0,3}\[\^", re.MULTILINE)
_FENCE = re.compile(r"^(?:~{3,}|`{3,})", re.MULTILINE)
_SEPARATOR = frozenset("|:- \\")
_HEADER_ATTRIBUTES = re.compile(r"(?<! )[ ]+\{\:?[ ]*([^\}\n ][^\n]*)\}[ ]*$")


def teach_blocks(md: Markdown) -> None:
    """Have the parser's blocks read in linear time."""
    blocks: Any = md.parser.blockprocessors  # the stub knows a common base of them only
    blocks.register(_Setext(md.parser), "setextheader", 60)
    for name in ("hashheader", "quote", "reference"):
        blocks[name].RE = _Once(blocks[name].RE)
    blocks["hr"].SEARCH_RE = _Once(blocks["hr"].SEARCH_RE)
    for name in ("olist", "ulist", "quote"):
        _bound(blocks[name])
    table = blocks["table"]
    if isinstance(table, TableProcessor):
        _glance(table)
    if "fenced_code_block" in md.preprocessors:
        _teach_fences(md.preprocessors["fenced_code_block"])
    md.treeprocessors["attr_list"].HEADER_RE = _Attributes()  # type: ignore[attr-defined]  # the same
    md.inlinePatterns.register(_Backticks(BACKTICK_RE), "backtick", 190)


class _Once:
    """A pattern of lines that is searched for again and again in what is left of a block, where it was nowhere."""

    def __init__(self, own: re.Pattern[str] | _Definitions) -> None:
        self._own = own
        self._without = ""

    def search(self, block: str, start: int = 0) -> re.Match[str] | None:
        """As the pattern's own."""
        before = len(self._without) - len(block) - 1
        if before >= 0 and self._without[before] == "\n" and self._without.endswith(block):
            return None
        found = self._own.search(block, start)
        if found is None and not start and len(block) > _LONG:
            self._without = block
        return found

    def match(self, line: str) -> re.Match[str] | None:
        """As the pattern's own."""
        return self._own.match(line)

    def finditer(self, block: str, start: int = 0) -> Iterator[re.Match[str]]:
        """As the pattern's own."""
        return self._own.finditer(block, start)


class _Setext(SetextHeaderProcessor):
    @override
    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        first, second, *rest = blocks.pop(0).split("\n", 2)
        heading = ET.SubElement(parent, "h1" if second.startswith("=") else "h2")
        heading.text = first.strip()
        blocks[:0] = rest


class _Fences:
    """The pattern of fenced code, which is not looked for behind the last line that could end it."""

    _own = FencedBlockPreprocessor.FENCED_BLOCK_RE

    def __init__(self) -> None:
        self._behind: dict[str, int] = {}  # fence to how much of the text stands behind the last line that is one

    def search(self, text: str, start: int) -> re.Match[str] | None:
        """As the pattern's own, in a text that changes only before `start` from one call to the next."""
        while (fence := _FENCE.search(text, start)) is not None:
            if fence[0] not in self._behind:
                lines = re.finditer(f"^{fence[0]}[ ]*$", text, re.MULTILINE)
                self._behind[fence[0]] = len(text) - max((line.start() for line in lines), default=-1)
            if fence.start() < len(text) - self._behind[fence[0]]:
                found = self._own.match(text, fence.start())
                if found is not None:
                    return found
            start = fence.end()
        return None


def _teach_fences(fences: Any) -> None:
    own = fences.run

    def run(lines: list[str]) -> object:
        fences.FENCED_BLOCK_RE = _Fences()
        return own(lines)

    fences.run = run


def _glance(table: TableProcessor) -> None:
    """Have it look at the first two lines before it looks at all."""
    own = table.test

    def test(parent: ET.Element, block: str) -> bool:
        first = block.find("\n")
        if first < 0 or block.find("|", 0, first) < 0:
            return False
        second = block.find("\n", first + 1)
        return _SEPARATOR.issuperset(block[first + 1 : second if second >= 0 else None]) and own(parent, block)

    table.test = test  # type: ignore[method-assign]  # the class's own takes apart all that is left


def _bound(blocks: BlockProcessor) -> None:
    """Have lists and quotations nest no deeper than that; each level goes through all that stands in it."""
    own = blocks.test

    def test(parent: ET.Element, block: str) -> bool:
        return len(blocks.parser.state) < _DEEPEST and own(parent, block)

    blocks.test = test  # type: ignore[method-assign]  # one bound for three kinds
    if isinstance(blocks, OListProcessor):
        blocks.get_items = lambda block: _items(blocks, block)  # type: ignore[method-assign]  # the class's own


def _items(lists: Any, block: str) -> list[str]:
    """The items of a block of a list, as the parser cuts them."""
    items: list[list[str]] = []
    for line in block.split("\n"):
        found = lists.CHILD_RE.match(line)
        if found:
            if not items and lists.TAG == "ol":
                lists.STARTSWITH = found[1].rstrip(".")
            items.append([found[3]])
        elif lists.INDENT_RE.match(line) and not items[-1][0].startswith(" " * lists.tab_length):
            items.append([line])
        else:
            items[-1].append(line)
    return ["\n".join(lines) for lines in items]


class _Attributes:
    """The list of attributes at the end of a heading or a cell."""

    def search(self, text: str) -> re.Match[str] | None:
        """As the pattern's own."""
        return _HEADER_ATTRIBUTES.search(text) if text.rstrip(" \n").endswith("}") else None


class _Backticks(BacktickInlineProcessor):
    """Knows where runs of backticks of each length stand, in a text with many."""

    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self._text = ""
        self._starts: list[int] = []
        self._lengths: list[int] = []
        self._of_length: dict[int, list[int]] = {}
        self._longest: list[int] = []  # for each run, the number of the longest of those from it on

    @override
    def find_code_spans(self, start: int, text: str) -> tuple[int, int | None]:  # type: ignore[override]  # as it is
        """Where the code begins and ends whose backticks begin at `start`."""
        opening = _TICKS.match(text, start)
        begin = opening.end() if opening else start
        ticks = begin - start
        if text is not self._text:
            for number, run in enumerate(_TICKS.finditer(text, begin)):
                if len(run[0]) == ticks:
                    return begin, run.start()
                if number > _MANY:
                    break
            self._note(text)
        same = self._of_length.get(ticks, [])
        place = bisect_left(same, begin)
        if place < len(same):
            return begin, same[place]
        following = bisect_left(self._starts, begin)
        if following < len(self._starts):
            longest = self._longest[following]
            length = self._lengths[longest]
            if length < ticks:
                return begin - (ticks - length), self._starts[longest]
        return begin + ticks, None

    def _note(self, text: str) -> None:
        runs = [run.span() for run in _TICKS.finditer(text)]
        self._text = text
        self._starts, self._lengths = [start for start, _ in runs], [end - start for start, end in runs]
        self._of_length = {}
        for start, length in zip(self._starts, self._lengths, strict=True):
            self._of_length.setdefault(length, []).append(start)
        self._longest = [0] * len(runs)
        best = len(runs) - 1
        for number in range(len(runs) - 1, -1, -1):
            best = number if self._lengths[number] >= self._lengths[best] else best
            self._longest[number] = best


class Footnotes(FootnoteExtension):
    """The parser's own footnotes, also where there are thousands, or signs of them."""

    @override
    def extendMarkdown(self, md: Markdown) -> None:
        """Register everything."""
        super().extendMarkdown(md)
        definitions: Any = md.parser.blockprocessors["footnote"]
        definitions.RE = _Once(_Definitions())
        md.inlinePatterns.register(_Reference(r"\[\^([^\]]*)\]", self), "footnote", 175)

    @override
    def unique_ref(self, reference: str, found: bool = False) -> str:
        """An id for one more place that names a footnote."""
        if not found:
            return reference
        times = self.found_refs[reference] = self.found_refs.get(reference, 0) + 1
        return reference if times == 1 else reference.replace("fnref", f"fnref{times}", 1)

    @override
    def addFootnoteRef(self, id: str) -> None:
        """Footnotes stand in the order of their texts, not of the places that name them."""


class _Reference(FootnoteInlineProcessor):
    def __init__(self, pattern: str, footnotes: FootnoteExtension) -> None:
        super().__init__(pattern, footnotes)
        self.compiled_re = _Closed(self.compiled_re)  # type: ignore[assignment]  # it is asked for `finditer` only
        self._numbers: dict[str, int] = {}
        self._of: object = None

    @override
    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Any, int | None, int | None]:  # type: ignore[override]  # Markdown's
        """The number of the footnote that is named, as a link to it."""
        notes = self.footnotes
        if m[1] not in notes.footnotes:
            return None, None, None
        if self._of is not notes.footnotes or len(self._numbers) != len(notes.footnotes):
            self._of = notes.footnotes
            self._numbers = {name: number for number, name in enumerate(notes.footnotes, start=1)}
        mark = ET.Element("sup", {"id": notes.makeFootnoteRefId(m[1], found=True)})
        link = ET.SubElement(mark, "a", {"href": "#" + notes.makeFootnoteId(m[1]), "class": "footnote-ref"})
        link.text = notes.getConfig("SUPERSCRIPT_TEXT").format(self._numbers[m[1]])
        return mark, m.start(0), m.end(0)


class _Closed:
    """A pattern that ends with a bracket, which is not looked for where there is none."""

    def __init__(self, own: re.Pattern[str]) -> None:
        self._own = own

    def finditer(self, data: str, start: int) -> Iterator[re.Match[str]]:
        """As the pattern's own."""
        return self._own.finditer(data, start, data.rfind("]") + 1)


class _Definitions:
    """The pattern of a footnote's text, which looks for the end of each name once."""

    _own = re.compile(r"^[ ]{0,3}\[\^([^\]]*)\]:[ ]*(.*)$", re.MULTILINE)

    def search(self, block: str, start: int = 0) -> re.Match[str] | None:
        """As the pattern's own."""
        return next(self.finditer(block, start), None)

    def match(self, line: str) -> re.Match[str] | None:
        """As the pattern's own."""
        return self._own.match(line)

    def finditer(self, block: str, start: int = 0) -> Iterator[re.Match[str]]:
        """As the pattern's own."""
        closing = -1
        while (opening := _NOTE.search(block, start)) is not None:
            if closing < opening.end():
                closing = block.find("]", opening.end())
            if closing < 0:
                return
            found = self._own.match(block, opening.start()) if block.startswith("]:", closing) else None
            if found is not None:
                yield found
            start = found.end() if found is not None else opening.end()
