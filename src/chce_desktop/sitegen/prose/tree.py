"""Sanitised HTML as a tree, and back. Only for what `sanitizer.sanitized` gives: every element closed, all quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:\s[^>]*)?)>")
_ATTRIBUTE = re.compile(r'\s([a-z-]+)="([^"]*)"')
_VOID = frozenset({"br", "hr", "img", "source"})
#: Elements within elements, at most: browsers flatten what is deeper than 512, with all that is around it.
_DEEPEST = 256
#: Where words may not stand, so that what is in them stays an element at any depth.
_WORDLESS = frozenset({"table", "thead", "tbody", "tfoot", "tr"})


@dataclass(slots=True, eq=False)
class Element:
    """An element; the tree's root has no tag. Values of attributes and texts are escaped, as they stand in a page."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """All elements below, in the order of the text."""
        waiting: list[Element | str] = self.children[::-1]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Element):
                yield node
                waiting += node.children[::-1]

    @property
    def text(self) -> str:
        """The text in it."""
        pieces = []
        waiting: list[Element | str] = self.children[::-1]
        while waiting:
            node = waiting.pop()
            if isinstance(node, str):
                pieces.append(node)
            else:
                waiting += node.children[::-1]
        return "".join(pieces)


def parsed(html: str) -> Element:
    """The tree of a piece of HTML."""
    root = Element("")
    above = [root]
    done = 0
    for token in _TOKEN.finditer(html):
        if token.start() > done:
            above[-1].children.append(html[done : token.start()])
        done = token.end()
        closing, tag, attributes = token.groups()
        if closing:
            if len(above) > 1:
                above.pop()
            continue
        if len(above) > _DEEPEST and tag not in _VOID and above[-1].tag not in _WORDLESS:
            above[-1].children.append("\n")  # what is in it stays, and words of two elements stay two
            above.append(above[-1])
            continue
        element = Element(tag, dict(_ATTRIBUTE.findall(attributes)) if attributes else {})
        above[-1].children.append(element)
        if tag not in _VOID:
            above.append(element)
    if done < len(html):
        above[-1].children.append(html[done:])
    return root


def written(root: Element) -> str:
    """The HTML of a tree."""
    pieces: list[str] = []
    waiting: list[Element | str] = root.children[::-1]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            pieces.append(node)
            continue
        pieces.append(f"<{node.tag}")
        pieces += [f' {name}="{value}"' for name, value in node.attributes.items()]
        pieces.append(">")
        if node.tag not in _VOID:
            waiting.append(f"</{node.tag}>")
            waiting += node.children[::-1]
    return "".join(pieces)
