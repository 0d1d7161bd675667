"""Markdown that needs no parser: paragraphs, headings, plain lists, quotes, pictures, links and strong words.

Most news is written so. Gives exactly what the parser and the sanitiser would give, ten to twenty times as fast, or
nothing where a text holds anything else: whatever is not known to be plain is left to the parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from chce_desktop.sitegen.prose.marks import HAN, USUAL, WIDE, clean
from chce_desktop.sitegen.prose.sanitizer import address, picture

#: What may mean something else, wherever it stands; and texts that hold nothing of it, nor anything that `clean` takes
#: away, which are known ten times as fast.
_NEVER = re.compile(r"[`\\<|~{\t\x00-\x08\x0b-\x1f\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\ufeff]")
_TAME = re.compile(f"[{HAN}\\n -;=-\\[\\]-_a-z}}{USUAL}]*")
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
_LINE_START = "(?:[\u4e00-\u9fff“‘（《A-Za-z]|[0-9]+(?![\\d.)]))"
_LINE = re.compile(f"{_LINE_START}[{_WORD}]*")
#: Between blocks.
_GAP = "\n\n"
#: The same without what is no word in every place, without `:`, and without blanks at its end. Stretches of blocks that
#: are such lines, with strong words in them: paragraphs, and a list. They are read as a whole, not line by line.
_SURELY = f"[{HAN} -%'-)+-9;=?-Z^a-z}}{USUAL}]"
_NO_BLANK = "(?<![ \u3000])"
_STRONG_WORDS = rf"\*\*(?=[^\s*]){_SURELY}*+(?<!\s)\*\*(?!\*)"
_SURE = f"(?:{_LINE_START}|(?=\\*\\*))(?:{_SURELY}++|{_STRONG_WORDS})*+{_NO_BLANK}"
_PARAGRAPHS = re.compile(f"{_SURE}(?:\n\n{_SURE})*(?=\n\n|\n?\\Z)")
_ITEM = f"- {_LINE_START}{_SURELY}*+{_NO_BLANK}"
_ITEMS = re.compile(f"{_ITEM}(?:\n{_ITEM})*+(?=\n\n|\n?\\Z)")
_TITLE = re.compile(f"(#{{1,6}}) ((?!.*#){_LINE_START}{_SURELY}*+{_NO_BLANK})(?=\n\n|\n?\\Z)")
_NEXT_PARAGRAPH, _NEXT_ITEM = "</p>\n<p>", "</li>\n<li>"
_STRONG = re.compile(r"\*\*([^*]+)\*\*")
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
#: How blocks begin that those before may take up.
_TAKEN_UP = ("<ul", "<ol", "<blockquote")
_HEADING_ID = re.compile(r"[^\w\u3400-\u9fff-]+")


class Simple(NamedTuple):
    """A body in sanitised HTML, and its text, one line a block; no text where the body has links or pictures.

    `is_tame`: there is nothing in the HTML that no page may hold.
    """

    html: str
    text: str | None
    is_tame: bool


# Rarely needed, and large classes of characters take a millisecond each to make.


@cache
def _soft_han() -> re.Pattern[str]:
    return re.compile(f"(?<=[{WIDE}])\\n(?=[{WIDE}])")


@cache
def _lone_ampersand() -> re.Pattern[str]:
    return re.compile(f"&(?![ {WIDE}])")


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
    named = ("[" in text or ":" in text) and ("<a " in html or "<img " in html)
    return Simple(html, None if named else "\n".join(body.plain), body.is_tame)


class Body:
    """Blocks as they are read. `plain` is their text, `ids` are those of its headings.

    `is_tame`: all that was read is made of usual characters.
    """

    def __init__(self) -> None:
        self._html: list[str] = []
        self._levels: list[int] = []
        self.ids: set[str] = set()
        self._last = ""
        self.plain: list[str] = []
        self.is_tame = True

    def read(self, text: str) -> None:
        """All of a text. Raises NotSimple."""
        at = 0
        while at < len(text):
            end = self._read_stretch(text, at)
            if end < 0:
                end = text.find(_GAP, at)
                end = len(text) if end < 0 else end
                self._read_block(text[at:end])
            at = end + len(_GAP)

    def _read_stretch(self, text: str, start: int) -> int:
        """Where the blocks end that are surely plain and were read at once; -1 for none. Raises NotSimple."""
        found = _PARAGRAPHS.match(text, start)
        if found is not None:
            whole = found[0]
            paragraphs = whole.split(_GAP)
            html = f"<p>{_NEXT_PARAGRAPH.join(paragraphs)}</p>"
            if "*" in whole:
                html = _STRONG.sub(r"<strong>\1</strong>", html)
                paragraphs = [whole.replace("*", "").replace(_GAP, "\n")]
            self._html.append(html)
            self.plain += paragraphs
            self._last = "p"
        elif found := _TITLE.match(text, start):
            self._title(len(found[1]), found[2])
            self._last = "h"
        elif self._last != "ul" and (found := _ITEMS.match(text, start)):
            items = found[0].removeprefix("- ").split("\n- ")
            self._html.append(f"<ul>\n<li>{_NEXT_ITEM.join(items)}</li>\n</ul>")
            self.plain += items
            self._last = "ul"
        return found.end() if found else -1

    def _read_block(self, block: str) -> None:
        """What stands between two blank lines. Raises NotSimple."""
        if not _TAME.fullmatch(block):
            self.is_tame = False
            if _NEVER.search(block) or clean(block) != block:
                raise NotSimple
        if "  " in block and ("  \n" in block or block.endswith("  ")):
            raise NotSimple
        if "\n" in block:
            self._read_lines(block.split("\n"))
            return
        if block.startswith(" "):
            raise NotSimple
        line = block.strip(" \u3000")
        if line:
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
        self._title(len(found[1]), found[2])
        return "h"

    def _title(self, level: int, words: str) -> None:
        name = heading_id(words, "-")
        if name in self.ids or name == "s-section":
            raise NotSimple
        self.ids.add(name)
        self._levels.append(level)
        self._html.append(f'<h{len(self._levels)}#id="{name}">{words}')  # the level is known when all are
        self.plain.append(words)

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
        joined = _soft_han().sub("", whole)
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
    if any(mark in text for mark in ("*", "_", "[", "]", "http:", "https:")) or _lone_ampersand().search(text):
        raise NotSimple
    return text.replace("&", "&amp;").replace(">", "&gt;")
