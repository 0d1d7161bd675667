"""How the parser finds what stands within lines, quicker: what it makes stays the same."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import deque
from collections.abc import Sequence
from typing import Any

from markdown import Markdown
from markdown.inlinepatterns import LinkInlineProcessor
from markdown.treeprocessors import InlineProcessor
from markdown.util import INLINE_PLACEHOLDER_PREFIX, AtomicString

from chce_desktop.sitegen.prose.unclosed import Brackets

#: Inline patterns to what a text must hold, one or the other, for them to match.
_BEGINS = {
    "backtick": ("`", "`"),
    "escape": ("\\", "\\"),
    "reference": ("[", "["),
    "link": ("[", "["),
    "image_link": ("![", "!["),
    "image_reference": ("![", "!["),
    "short_reference": ("[", "["),
    "short_image_ref": ("![", "!["),
    "autolink": ("<", "<"),
    "automail": ("<", "<"),
    "linebreak": ("  \n", "  \n"),
    "html": ("<", "<"),
    "entity": ("&", "&"),
    "em_strong": ("*", "_"),
    "footnote": ("[^", "[^"),
    "portal_address": ("http", "http"),
}


class Inline(InlineProcessor):
    """The parser's own, but a pattern is tried only on texts that hold what it begins with: two thirds of the time.

    What was found in an element goes into it at once and not one by one, each after a search for its place: thousands
    of stars in one paragraph would take time by their square. Where a
    later edition of Python-Markdown has other names inside, its own way is taken.
    """

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._tried: Sequence[tuple[Any, str, str]] = ()
        brackets = Brackets()
        for pattern in md.inlinePatterns:
            if isinstance(pattern, LinkInlineProcessor):
                brackets.teach(pattern)

    def run(self, tree: ET.Element, ancestors: list[str] | None = None) -> ET.Element:
        """All of a tree."""
        begins = {id(self.inlinePatterns[name]): way for name, way in _BEGINS.items() if name in self.inlinePatterns}
        self._tried = [(pattern, *begins.get(id(pattern), ("", ""))) for pattern in self.inlinePatterns]
        handled = self._InlineProcessor__handleInline
        placed: Any = getattr(self, "_InlineProcessor__processPlaceholders", None)
        if placed is None:
            return super().run(tree, ancestors)
        self.stashed_nodes: dict[str, ET.Element | str] = {}
        self.parent_map = {child: parent for parent in tree.iter() for child in parent}
        above = [] if ancestors is None else ancestors[:]
        self._InlineProcessor__build_ancestors(tree, above)  # type: ignore[attr-defined]  # its name is mangled
        waiting = deque([(tree, above)])
        while waiting:
            element, self.ancestors = waiting.popleft()
            if element is not tree:
                self.ancestors.append(element.tag.lower())
            left, seen, within = list(element)[::-1], [], []
            while left:
                child = left.pop()
                seen.append(child)
                if child.text and not isinstance(child.text, AtomicString):
                    self.ancestors.append(child.tag.lower())
                    text, child.text = child.text, None
                    inner = placed(handled(text), child)
                    self.parent_map |= dict.fromkeys((node for node, _ in inner), child)
                    waiting += inner
                    within.append((child, inner))
                    self.ancestors.pop()
                if child.tail:
                    holder = ET.Element("d")
                    after = placed(handled(child.tail), holder, isText=False)
                    child.tail = holder.tail or None
                    self.parent_map |= dict.fromkeys((node for node, _ in after), element)
                    left += [node for node, _ in reversed(after)]
                if len(child):
                    self.parent_map[child] = element
                    waiting.append((child, self.ancestors[:]))
            if len(seen) > len(element):
                element[:] = seen
            for child, inner in within:
                child[:0] = [node for node, _ in inner]
        return tree

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803 - Markdown's
        if isinstance(data, AtomicString):
            return data
        start, place = 0, patternIndex
        while place < len(self._tried):
            pattern, begin, other = self._tried[place]
            matched = False
            if start or begin in data or other in data:
                data, matched, start = self._InlineProcessor__applyPattern(pattern, data, place, start)  # type: ignore[attr-defined]  # its name is mangled
            if not matched:
                place += 1
        return data

    def _InlineProcessor__processElementText(self, node: ET.Element, subnode: ET.Element, isText: bool = True) -> None:  # noqa: FBT001, FBT002, N802, N803 - Markdown's
        text = subnode.text if isText else subnode.tail
        if text and INLINE_PLACEHOLDER_PREFIX in text:  # else it stays as it is
            super()._InlineProcessor__processElementText(node, subnode, isText)  # type: ignore[misc]  # its name is mangled
