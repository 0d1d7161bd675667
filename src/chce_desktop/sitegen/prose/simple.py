"""Markdown that needs no parser: paragraphs, headings, plain lists, quotes, pictures, links and strong words.

Most news is written so. Gives exactly what the parser and the sanitiser would give, ten to twenty times as fast, or
nothing where a text holds anything else: whatever is not known to be plain is left to the parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chce_desktop.sitegen.prose.marks import HAN, USUAL, WIDE
from chce_desktop.sitegen.prose.sanitizer import address, picture

#: What may mean something else, wherever it stands; and texts that hold nothing of it, which are known ten times as
#: fast.
_NEVER = re.compile(r"[`\\<|~{\t\x00-\x08\x0b-\x1f\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\ufeff]")
_TAME = re.compile(f"[{HAN}\\n -;=-\\[\\]-_a-z}}{USUAL}]*")
_SOFT_HAN = re.compile(f"(?<=[{WIDE}])\\n(?=[{WIDE}])")
_HEADING = re.compile(r"(#{1,6}) ([^#\n]*[^#\s])")
_BULLET, _NUMBER = re.compile(r"[-*+] (?=\S)"), re.compile(r"\d{1,9}\. (?=\S)", re.ASCII)
_PICTURE = re.compile(r'!\[([^][*&<>"!]*)\]\(([^()\s"*]+)(?: "([^"*&<>\[\]]*[^"*&<>\[\]\s])")?\)')
#: What a line of a paragraph, a heading or an item may begin with.
_PLAIN_START = re.compile(
    f'(?!\\d+[.)]|\u3000)(?:[{WIDE}A-Za-z0-9(（"\U0001f300-\U0001faff]|\\[(?!\\^)|\\*\\*?(?![\\s*]))'
)
_MARKED = re.compile(r"[*_\[\]&>]|https?:")
#: Text that is nothing but words, and a line of them, unless there is `http` in it. Nearly all are.
_WORD = f"{HAN} -%'-)+-=?-Z^a-z}}{USUAL}"
_WORDS = re.compile(f"[{_WORD}]*")
_LINE = re.compile(f"(?:[\u4e00-\u9fff“‘（《A-Za-z]|[0-9]+(?![\\d.)]))[{_WORD}]*")
_TOKEN_START = re.compile(r"[*\[h]")
_TOKEN = re.compile(
    r"(?<!\*)\*\*(?P<strong>[^*\s](?:[^*\n]*[^*\s])?)\*\*(?!\*)"
    r"|(?<!\*)\*(?P<em>[^*\s](?:[^*\n]*[^*\s])?)\*(?!\*)"
    r"|(?<!!)\[(?P<label>[^][*\n]*[^][*\s])\]\((?P<link>[^()\s\"*']+)\)"
    r"|(?<![\w@/.=\"'])(?P<bare>https?://[A-Za-z0-9\-._~:/?#@!$&*+,;=%]*[A-Za-z0-9\-_~/#=&%])"
)
#: Addresses that come out as they are written, once `&` is escaped.
_ADDRESS = re.compile(
    r"https?://(?!.*xn--)(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*(?:[/?#][a-z0-9\-._~/?=#+,&]*)?", re.ASCII | re.IGNORECASE
)
_OWN = re.compile(r"media/[A-Za-z0-9_./-]+|article:[0-9]{1,9}", re.ASCII)
_LONE_AMPERSAND = re.compile(f"&(?![ {WIDE}])")
#: How blocks begin that those before may take up.
_TAKEN_UP = ("<ul", "<ol", "<blockquote")
_HEADING_ID = re.compile(r"[^\w\u3400-\u9fff-]+")


class Simple(NamedTuple):
    """A body in sanitised HTML, and its text, one line a block; no text where the body has links or pictures."""

    html: str
    text: str | None


class NotSimple(Exception):
    """The text needs the parser."""


def heading_id(value: str, separator: str) -> str:
    """The id of a heading with that text."""
    words = _HEADING_ID.sub(separator, value.strip().lower()).strip(separator)
    return f"s-{words[:60]}" if words else "s-section"


def simple(text: str) -> Simple | None:
    """The body of a simple text; None where it needs the parser."""
    body = Body()
    try:
        body.read(text)
    except NotSimple:
        return None
    html = "\n".join(body.levelled())
    return Simple(html, None if "<a " in html or "<img " in html else "\n".join(body.plain))


class Body:
    """Blocks as they are read. `plain` is their text, `ids` are those of its headings."""

    def __init__(self) -> None:
        self._html: list[str] = []
        self._levels: list[int] = []
        self.ids: set[str] = set()
        self._last = ""
        self.plain: list[str] = []

    def read(self, text: str) -> None:
        """All of a text. Raises NotSimple."""
        if not _TAME.fullmatch(text) and _NEVER.search(text):
            raise NotSimple
        if "  " in text and ("  \n" in text or text.endswith("  ")):
            raise NotSimple
        for block in text.split("\n\n"):
            if "\n" in block:
                self._read_lines(block.split("\n"))
                continue
            if block.startswith(" "):
                raise NotSimple
            line = block.strip(" \u3000")
            if _LINE.fullmatch(line) and "http" not in line:
                self._html.append(f"<p>{line}</p>")
                self.plain.append(line)
                self._last = "p"
            elif line:
                self._add([line])

    def _read_lines(self, lines: list[str]) -> None:
        """Blocks of several lines. One that starts with an ideographic space is a paragraph of its own."""
        block: list[str] = []
        for line in lines:
            if line.startswith(" "):
                raise NotSimple
            stripped = line.strip(" \u3000")
            if block and (not stripped or line.startswith("\u3000")):
                self._add(block)
                block = []
            if stripped:
                block.append(stripped)
        if block:
            self._add(block)

    def kind(self, text: str) -> str:
        """What the blocks at the ends of a text are: `ul`, `ol`, `>` where one may take part of, or be part of, others.

        Raises NotSimple.
        """
        self.read(text)
        return ">" if self._html and self._html[0].startswith(_TAKEN_UP) else self._last

    def stretch(self, text: str) -> Sequence[str]:
        """The blocks of one more text that does not touch those before. Raises NotSimple."""
        self._html, self._last = [], ""
        levels = len(self._levels)
        self.read(text)
        headings = iter(self._levels[levels:])
        return [_heading(next(headings), block) if block.startswith("<h") else block for block in self._html]

    def _add(self, lines: list[str]) -> None:
        """One block. Raises NotSimple."""
        first = lines[0]
        kind = first[0]
        if kind == "#":
            kind = self._heading(lines)
        elif _BULLET.match(first):
            kind = self._list("ul", lines, _BULLET)
        elif first.startswith("1. "):
            kind = self._list("ol", lines, _NUMBER)
        elif kind == ">":
            kind = self._quote(lines)
        elif kind == "!":
            kind = self._picture(lines)
        else:
            self._html.append(self._paragraph(lines))
            kind = "p"
        self._last = kind

    def _heading(self, lines: list[str]) -> str:
        found = _HEADING.fullmatch(lines[0])
        if found is None or len(lines) > 1 or not _PLAIN_START.match(found[2]) or _MARKED.search(found[2]):
            raise NotSimple
        name = heading_id(found[2], "-")
        if name in self.ids or name == "s-section":
            raise NotSimple
        self.ids.add(name)
        self._levels.append(len(found[1]))
        self._html.append(f'<h{len(self._levels)}#id="{name}">{found[2]}')  # the level is known when all are
        self.plain.append(found[2])
        return "h"

    def _list(self, tag: str, lines: list[str], marker: re.Pattern[str]) -> str:
        items = []
        for line in lines:
            found = marker.match(line)
            if found is None:
                raise NotSimple
            items.append(_inline(line[found.end() :]))
            self.plain.append(_bare(line[found.end() :]))
        opening = f"<{tag}>\n"
        if self._last == tag:  # one list: the items on both sides of the blank line are paragraphs
            before = self._html.pop().removesuffix(f"</{tag}>")
            place = before.rindex("<li>") + 4
            if not before.startswith("\n<p>", place):
                before = f"{before[:place]}\n<p>{before[place:].removesuffix('</li>' + chr(10))}</p>\n</li>\n"
            opening, items[0] = before, f"\n<p>{items[0]}</p>\n"
        self._html.append(opening + "".join(f"<li>{item}</li>\n" for item in items) + f"</{tag}>")
        return tag

    def _quote(self, lines: list[str]) -> str:
        if not all(line.startswith("> ") for line in lines):
            raise NotSimple
        opening = "<blockquote>"
        if self._last == ">":
            opening = self._html.pop().removesuffix("\n</blockquote>")
        self._html.append(f"{opening}\n{self._paragraph([line[2:] for line in lines])}\n</blockquote>")
        return ">"

    def _picture(self, lines: list[str]) -> str:
        found = _PICTURE.fullmatch(lines[0])
        if found is None or len(lines) > 1 or not (_ADDRESS.fullmatch(found[2]) or _OWN.fullmatch(found[2])):
            raise NotSimple
        source = picture(found[2])
        if source is None or "&" in source or found[1] != found[1].strip():
            raise NotSimple
        caption = f"<figcaption>{found[3]}</figcaption>" if found[3] else ""
        if found[3] is not None and _MARKED.search(found[1] + found[3]):
            raise NotSimple
        self._html.append(f'<figure><img alt="{found[1]}" src="{source}">{caption}</figure>')
        return "figure"

    def _paragraph(self, lines: list[str]) -> str:
        if len(lines) == 1:
            self.plain.append(_bare(lines[0]))
            return f"<p>{_inline(lines[0])}</p>"
        whole = "\n".join(lines)
        if "*" in whole or "[" in whole:
            raise NotSimple  # a line's end beside a strong word may be no space
        joined = _SOFT_HAN.sub("", whole)
        self.plain.append(joined.replace("\n", " "))
        return "<p>" + "\n".join(map(_inline, joined.split("\n"))) + "</p>"

    def levelled(self) -> list[str]:
        """The blocks, headings with their levels: the highest is `h2`, and none is skipped on the way down."""
        html, levels = self._html, self._levels
        if not levels:
            return html
        highest, previous, number = min(levels), 1, 0
        for place, block in enumerate(html):
            if block.startswith("<h"):
                previous = min(levels[number] - highest + 2, previous + 1, 6)
                number += 1
                html[place] = _heading(previous, block)
        return html


def _heading(level: int, block: str) -> str:
    """A heading of which the level was not known before."""
    return f"<h{level} {block.split('#', 1)[1]}</h{level}>"


def _bare(text: str) -> str:
    """The text without its stars, which all belong to strong words; of no use where there are links."""
    return text.replace("*", "") if "*" in text else text


def _inline(text: str) -> str:
    """A line's HTML. Raises NotSimple."""
    if _LINE.fullmatch(text) and "http" not in text:
        return text
    if not _PLAIN_START.match(text):
        raise NotSimple
    if not _MARKED.search(text):
        return text
    done, parts = 0, []
    for found in _tokens(text):
        kind = found.lastgroup or ""
        parts.append(_escaped(text[done : found.start()]))
        done = found.end()
        if kind == "bare":
            parts.append(_link(found["bare"], found["bare"].replace("&", "&amp;")))
        elif kind == "link":
            parts.append(_link(found["link"], _escaped(found["label"])))
        else:
            parts.append(f"<{kind}>{_escaped(found[kind])}</{kind}>")
    parts.append(_escaped(text[done:]))
    return "".join(parts)


def _tokens(text: str) -> Iterator[re.Match[str]]:
    """What `_TOKEN` finds: tried only where it may begin, which is five times as fast."""
    start = _TOKEN_START.search(text)
    while start:
        found = _TOKEN.match(text, start.start())
        if found:
            yield found
        start = _TOKEN_START.search(text, found.end() if found else start.end())


def _link(target: str, label: str) -> str:
    if not _ADDRESS.fullmatch(target) and not _OWN.fullmatch(target):
        raise NotSimple
    href = address(target)
    if href is None:
        raise NotSimple
    return f'<a href="{href.replace("&", "&amp;")}">{label}</a>'


def _escaped(text: str) -> str:
    """Text between marks. Raises NotSimple where more marks are in it."""
    if _WORDS.fullmatch(text) and "http" not in text:
        return text
    if not _MARKED.search(text):
        return text
    if any(mark in text for mark in ("*", "_", "[", "]", "http:", "https:")) or _LONE_AMPERSAND.search(text):
        raise NotSimple
    return text.replace("&", "&amp;").replace(">", "&gt;")
