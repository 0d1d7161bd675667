"""Where brackets and tags close, for texts with thousands that do not: Python-Markdown looks from each to the end."""

from __future__ import annotations

import re

from markdown.htmlparser import HTMLExtractor
from markdown.inlinepatterns import LinkInlineProcessor
from markdown.preprocessors import Preprocessor
from typing_extensions import override

from chce_desktop.sitegen.prose.linkends import Addresses

_BRACKET = re.compile(r"[\[\]]")
#: Brackets within one that make it worth to look at the whole text once.
_MANY = 50


class Brackets:
    """What patterns of links and pictures ask, once they were taught; what they find stays the same."""

    def __init__(self) -> None:
        self._text = ""
        self._closing: dict[int, int] = {}
        self._addresses = Addresses()

    def teach(self, pattern: LinkInlineProcessor) -> None:
        """Have a pattern ask here."""
        pattern.getText = self._inside  # type: ignore[method-assign]  # the class's own is what takes so long
        pattern.getLink = self._addresses.patient(pattern)  # type: ignore[method-assign, assignment]  # the same

    def _inside(self, data: str, index: int) -> tuple[str, int, bool]:
        """What stands in the bracket that opens before `index`, the place behind it, and whether it closes."""
        closing = self._closing.get(index - 1, -1) if data is self._text else self._near(data, index)
        return (data[index:closing], closing + 1, True) if closing >= 0 else ("", index, False)

    def _near(self, data: str, index: int) -> int:
        """The place where that bracket closes, or -1; where that is not soon, all places of the text are noted."""
        depth = 1
        for count, bracket in enumerate(_BRACKET.finditer(data, index)):
            depth += 1 if bracket[0] == "[" else -1
            if not depth:
                return bracket.start()
            if count > _MANY:
                break
        self._note(data)
        return self._closing.get(index - 1, -1)

    def _note(self, data: str) -> None:
        self._text, self._closing = data, {}
        is_open: list[int] = []
        for bracket in _BRACKET.finditer(data):
            if bracket[0] == "[":
                is_open.append(bracket.start())
            elif is_open:
                self._closing[is_open.pop()] = bracket.start()


class HtmlBlocks(Preprocessor):
    """The parser's own way to put HTML aside, but a tag is not read where none can close."""

    @override
    def run(self, lines: list[str]) -> list[str]:
        """All lines of a text."""
        extractor = _Extractor(self.md)
        extractor.feed("\n".join(lines))
        extractor.close()
        return "".join(extractor.cleandoc).split("\n")


class _Extractor(HTMLExtractor):
    _looked_at, _last = "", -1

    def check_for_whole_start_tag(self, i: int) -> int:
        """Where the tag that begins at `i` ends, or -1."""
        if self.rawdata is not self._looked_at:
            self._looked_at, self._last = self.rawdata, self.rawdata.rfind(">")
        return -1 if self._last < i else super().check_for_whole_start_tag(i)
