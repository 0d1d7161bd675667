"""What is added to Python-Markdown: figures, Chinese soft breaks, bare addresses, line numbers."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import cache

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from chce_desktop.sitegen.prose.inline import Inline
from chce_desktop.sitegen.prose.linear import teach_blocks
from chce_desktop.sitegen.prose.lines import prepare
from chce_desktop.sitegen.prose.marks import LINE_MARK, WIDE
from chce_desktop.sitegen.prose.unclosed import HtmlBlocks

_BLOCKS = frozenset(["p", "li", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "figcaption", "caption"])
_LINED = frozenset(["p", "li", "tr", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd"])
_GROUPS = frozenset(["ul", "ol", "table", "blockquote"])
_ADDRESS = r"(?<![\w@/.=\"'])(https?://[A-Za-z0-9\-._~:/?#@!$&*+,;=%]*[A-Za-z0-9\-_~/#=&%])"
_ASIDE = re.compile("\x02?klzzwxh:([0-9]+)\x03")
_STASHED = re.compile("^\x02wzxhzdk:(\\d+)\x03$")


class _Lines(Preprocessor):
    def __init__(self, md: Markdown, *, numbered: bool) -> None:
        super().__init__(md)
        self._numbered = numbered

    def run(self, lines: list[str]) -> list[str]:
        return prepare(lines, numbered=self._numbered)


class _BareAddress(InlineProcessor):
    """`https://…` standing in the text becomes a link."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[ET.Element, int, int]:  # type: ignore[override]  # noqa: ARG002, N802 - Markdown's name and arguments
        link = ET.Element("a")
        link.set("href", m[1])
        link.text = AtomicString(m[1])
        return link, m.start(0), m.end(0)


class _Forgotten(Treeprocessor):
    """What the parser put aside and forgot, in stars that cross each other: its words come back."""

    def run(self, root: ET.Element) -> None:
        aside: dict[str, ET.Element | str] = self.md.treeprocessors["inline"].stashed_nodes  # type: ignore[attr-defined]  # the stub knows a common base only

        def words(match: re.Match[str]) -> str:
            node = aside.get(match[1], "")
            return _ASIDE.sub(words, node if isinstance(node, str) else "".join(node.itertext()))

        for element in root.iter():
            if element.text and "klzzwxh:" in element.text:
                element.text = _ASIDE.sub(words, element.text)
            if element.tail and "klzzwxh:" in element.tail:
                element.tail = _ASIDE.sub(words, element.tail)


class _LineNumbers(Treeprocessor):
    """Marks of source lines become `data-line` of the blocks that they stand in."""

    def run(self, root: ET.Element) -> None:
        self._take(root, None)
        self._groups(root)

    def _take(self, element: ET.Element, block: ET.Element | None) -> None:
        block = element if element.tag in _LINED else block
        for holder, name in ((element, "text"), *((child, "tail") for child in element)):
            text = getattr(holder, name)
            if text and "\ufdd4" in text:
                found = LINE_MARK.search(text)
                if found and block is not None and "data-line" not in block.attrib:
                    block.set("data-line", found[1])
                bare = LINE_MARK.sub("", text)
                setattr(holder, name, AtomicString(bare) if isinstance(text, AtomicString) else bare)
        for child in list(element):
            self._take(child, block)
        self._fences(element)

    def _fences(self, parent: ET.Element) -> None:
        """A paragraph that was only a mark names the line of the fenced block that follows."""
        children = list(parent)
        for index, child in enumerate(children):
            if child.tag != "p" or len(child) or (child.text or "").strip() or "data-line" not in child.attrib:
                continue
            parent.remove(child)
            following = children[index + 1] if index + 1 < len(children) else None
            stashed = _STASHED.match((following.text or "").strip()) if following is not None else None
            if stashed:
                blocks = self.md.htmlStash.rawHtmlBlocks
                html = str(blocks[int(stashed[1])])
                blocks[int(stashed[1])] = html.replace("<pre", f'<pre data-line="{child.attrib["data-line"]}"', 1)

    def _groups(self, root: ET.Element) -> None:
        for element in root.iter():
            if element.tag in _GROUPS:
                line = next((e.attrib["data-line"] for e in element.iter() if "data-line" in e.attrib), None)
                if line is not None:
                    element.set("data-line", line)


# Patterns with many characters in a class take two milliseconds to make: not before a text needs the parser.


@cache
def _wide() -> re.Pattern[str]:
    return re.compile(f"[{WIDE}]")


@cache
def _soft() -> re.Pattern[str]:
    return re.compile(f"(?<=[{WIDE}])[ \\t]*\\n[ \\t]*(?=[{WIDE}])")


def _ends_wide(text: str) -> bool:
    return _wide().match(text.removesuffix("\n")[-1:]) is not None


class _SoftBreaks(Treeprocessor):
    """A line end between two Han characters is no space."""

    def run(self, root: ET.Element) -> None:
        for element in root.iter():
            if element.tag in _BLOCKS:
                self._join(element, "")

    def _join(self, element: ET.Element, before: str) -> str:
        """Join inside `element`, which follows the text `before`; returns the last text seen."""
        if element.tag == "br":
            return "\n"
        if element.text:
            if not isinstance(element.text, AtomicString):
                element.text = self._joined(element.text, before, element[0] if len(element) else None)
            before = element.text or before
        for index, child in enumerate(element):
            if child.tag not in _BLOCKS:
                before = self._join(child, before)
            if child.tail:
                following = element[index + 1] if index + 1 < len(element) else None
                child.tail = self._joined(child.tail, before, following)
                before = child.tail or before
        return before

    @staticmethod
    def _joined(text: str, before: str, following: ET.Element | None) -> str:
        if "\n" not in text:
            return str(text)
        text = _soft().sub("", text)
        if text.startswith("\n") and _ends_wide(before) and _wide().match(text[1:]):
            text = text[1:]
        if following is not None and text.endswith("\n") and _ends_wide(text[:-1] or before):
            inner = "".join(following.itertext())
            if _wide().match(inner):
                text = text[:-1]
        return text


class _Figures(Treeprocessor):
    """A picture alone in its paragraph becomes a figure, its title the caption."""

    def run(self, root: ET.Element) -> None:
        for element in root.iter():
            if element.tag == "p" and len(element) == 1 and not (element.text or "").strip():
                image = element[0]
                if image.tag != "img" or (image.tail or "").strip():
                    continue
                element.tag = "figure"
                image.tail = None
                caption = image.attrib.pop("title", "").strip()
                if caption:
                    ET.SubElement(element, "figcaption").text = AtomicString(caption)


class _CellAlignment(Treeprocessor):
    def run(self, root: ET.Element) -> None:
        for cell in root.iter():
            if cell.tag in ("td", "th") and "align" in cell.attrib:
                cell.set("class", f"align-{cell.attrib.pop('align')}")


class PortalExtension(Extension):
    """All of them, in the order in which they must run (after inline patterns, before ids are given)."""

    def __init__(self, *, numbered: bool) -> None:
        super().__init__()
        self._numbered = numbered

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        """Register everything."""
        md.preprocessors.register(_Lines(md, numbered=self._numbered), "portal_lines", 28)
        md.preprocessors.register(HtmlBlocks(md), "html_block", 20)
        teach_blocks(md)
        md.inlinePatterns.register(_BareAddress(_ADDRESS, md), "portal_address", 85)
        md.treeprocessors.register(Inline(md), "inline", 20)
        md.treeprocessors.register(_Forgotten(md), "portal_forgotten", 19.5)
        if self._numbered:
            md.treeprocessors.register(_LineNumbers(md), "portal_line_numbers", 19)
        md.treeprocessors.register(_SoftBreaks(md), "portal_soft_breaks", 18)
        md.treeprocessors.register(_CellAlignment(md), "portal_cells", 16)
        # after attr_list (8), which reads attributes from the text behind a picture
        md.treeprocessors.register(_Figures(md), "portal_figures", 7)
