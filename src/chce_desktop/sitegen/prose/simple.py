"""Markdown that needs no parser: paragraphs, headings, plain lists and strong words, as most news is written.

Gives exactly what the parser and the sanitiser would give, some twenty times as fast, or nothing where a text holds
anything else.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from chce_desktop.sitegen.prose.marks import WIDE

#: Whatever may mean something else, wherever it stands. A star may be part of a strong word, see `_STRONG`.
_OTHER = re.compile(r"[_`\[\]\\<>&|~\t\x00-\x08\x0b-\x1f\x7f]|https?:|\{[:#.]|[ ]{2}$|\n[ ]|^[ ]", re.MULTILINE)
_BLOCKS = re.compile(r"\n[ \t\n]*\n|\n(?=\u3000)")
_LINE_END = re.compile(r"[ \u3000]+$", re.MULTILINE)
_SOFT_HAN = re.compile(f"(?<=[{WIDE}])\\n(?=[{WIDE}])")
_STRONG = re.compile(r"(?<!\*)\*\*([^*\s](?:[^*\n]*[^*\s])?)\*\*(?!\*)")
_HEADING = re.compile(r"(#{1,6}) ([^#\n]*[^#\s])")
_LIST = re.compile(r"(?:- \S[^\n]*\n?)+|1\. \S[^\n]*(?:\n\d{1,9}\. \S[^\n]*)*")
_ITEM = re.compile(r"^(?:-|\d{1,9}\.) ", re.MULTILINE)
#: What a line of a paragraph, a heading or an item may begin with.
_PLAIN_START = re.compile(f"(?:[{WIDE}A-Za-z(（]|\\d+(?![\\d.)])|\\*\\*(?!\\*))")
_HEADING_ID = re.compile(r"[^\w\u3400-\u9fff-]+")


class Simple(NamedTuple):
    """A body in HTML, and its text, one line a block."""

    html: str
    text: str


def heading_id(value: str, separator: str) -> str:
    """The id of a heading with that text."""
    words = _HEADING_ID.sub(separator, value.strip().lower()).strip(separator)
    return f"s-{words[:60]}" if words else "s-section"


def simple(text: str) -> Simple | None:
    """The body of a simple text; None where it needs the parser."""
    if _OTHER.search(text):
        return None
    html: list[str] = []
    plain: list[str] = []
    headings: list[int] = []
    ids: set[str] = set()
    after_list = False
    blocks = [_LINE_END.sub("", block).strip(" \n\u3000") for block in _BLOCKS.split(text)]
    for block in filter(None, blocks):
        heading = _HEADING.fullmatch(block)
        if heading:
            inner = _inline(heading[2])
            name = heading_id(heading[2], "-")
            if inner is None or "*" in heading[2] or name in ids or name == "s-section":
                return None
            ids.add(name)
            headings.append(len(heading[1]))
            html.append(f'<h{len(headings)}#id="{name}">{inner}')  # the level is known when all are
            plain.append(heading[2])
        elif _LIST.fullmatch(block):
            if after_list:
                return None  # two lists in a row are one, with paragraphs in it
            items = _ITEM.sub("", block).split("\n")
            inners = [_inline(item) for item in items]
            if None in inners:
                return None
            tag = "ul" if block.startswith("-") else "ol"
            html.append(f"<{tag}>\n" + "".join(f"<li>{inner}</li>\n" for inner in inners) + f"</{tag}>")
            plain += [item.replace("**", "") for item in items]
        else:
            joined = _SOFT_HAN.sub("", block)
            if "*" in block and "\n" in block:
                return None  # a line's end beside a strong word may be no space
            lines = [_inline(line) for line in joined.split("\n")]
            if None in lines:
                return None
            html.append("<p>" + "\n".join(line for line in lines if line) + "</p>")
            plain.append(joined.replace("\n", " ").replace("**", ""))
        after_list = html[-1].startswith(("<ul", "<ol"))
    return Simple("\n".join(_levelled(html, headings)), "\n".join(plain))


def _inline(text: str) -> str | None:
    if not _PLAIN_START.match(text):
        return None
    if "*" not in text:
        return text
    marked = _STRONG.sub(r"<strong>\1</strong>", text)
    return None if "*" in marked else marked


def _levelled(html: list[str], headings: list[int]) -> list[str]:
    """Headings get their levels: the highest is `h2`, and none is skipped on the way down."""
    if not headings:
        return html
    highest, previous, number = min(headings), 1, 0
    for place, block in enumerate(html):
        if block.startswith("<h"):
            previous = min(headings[number] - highest + 2, previous + 1, 6)
            number += 1
            html[place] = f"<h{previous} {block.split('#', 1)[1]}</h{previous}>"
    return html
