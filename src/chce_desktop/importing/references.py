"""Where a Markdown text names other files: pictures, links, definitions of links, HTML.

A scanner, not a parser: it leaves code and comments alone and finds the span of every address, so that an address can
be replaced without touching anything else. It takes linear time on any text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

#: Longer addresses are none (pictures inside the text as `data:` are found by their beginning).
_MAX_ADDRESS = 2_000

_FENCE = re.compile(r"[ \t>]*(?:[-*+][ \t]+|\d+[.)][ \t]+)*(`{3,}|~{3,})(.*)")
_CHARACTER = re.compile(r"[^\n]")
_TICKS = re.compile(r"`+")
_BRACKETS = re.compile(r"\\.|!\[|\[|\]", re.DOTALL)
_TITLE = re.compile(r"\s+([\"'(])")
_CLOSING = {'"': '"', "'": "'", "(": ")"}
_SIZE = re.compile(r"\s+=\d*x?\d*$")
_DEFINITION = re.compile(r"^ {0,3}\[(?!\^)[^\]\n]{1,200}\]:[ \t]*(<[^<>\n]+>|\S+)", re.MULTILINE)
_TAG = re.compile(r"<(?P<tag>img|a|video|audio|source|embed|iframe)\b(?P<inside>[^<>]{0,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?<![\w-])(src|href|poster)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reference:
    """`text[start:end]` names something. `address`: it without escapes of HTML; `picture`: it is to be shown."""

    start: int
    end: int
    address: str
    picture: bool


def find_references(text: str) -> list[Reference]:
    """Every address in `text` outside of code and comments, in order."""
    masked = mask_code(text)
    found = [*_inline(masked), *_definitions(masked), *_tags(masked)]
    found.sort(key=lambda reference: reference.start)
    separate: list[Reference] = []
    for reference in found:
        if not separate or reference.start >= separate[-1].end:
            separate.append(reference)
    return separate


def mask_code(text: str) -> str:
    """`text` with fenced code, code spans and HTML comments blanked out, every character else in its place."""
    parts = list(_without_fences(text))
    masked = "".join(parts)
    masked = _without_spans(masked)
    return _without_comments(masked)


def _without_fences(text: str) -> Iterator[str]:
    fence = ""
    for line in text.splitlines(keepends=True):
        match = _FENCE.match(line)
        if fence:
            yield _blank(line)
            if match is not None and match[1].startswith(fence) and not match[2].strip():
                fence = ""
        elif match is not None and not (match[1][0] == "`" and "`" in match[2]):
            fence = match[1]
            yield _blank(line)
        else:
            yield line


def _without_spans(text: str) -> str:
    runs = [match.span() for match in _TICKS.finditer(text)]
    later: dict[int, list[int]] = {}
    for index in range(len(runs) - 1, -1, -1):
        later.setdefault(runs[index][1] - runs[index][0], []).append(index)
    parts: list[str] = []
    done = 0
    index = 0
    while index < len(runs):
        start, end = runs[index]
        same = later[end - start]
        while same and same[-1] <= index:
            same.pop()
        if same and (start == 0 or text[start - 1] != "\\") and text.find("\n\n", end, runs[same[-1]][0]) < 0:
            close = same[-1]
            parts += [text[done:start], _blank(text[start : runs[close][1]])]
            done = runs[close][1]
            index = close + 1
        else:
            index += 1
    return "".join(parts) + text[done:]


def _without_comments(text: str) -> str:
    parts: list[str] = []
    done = 0
    while (start := text.find("<!--", done)) >= 0:
        end = text.find("-->", start)
        end = len(text) if end < 0 else end + 3
        parts += [text[done:start], _blank(text[start:end])]
        done = end
    return "".join(parts) + text[done:]


def _blank(text: str) -> str:
    return _CHARACTER.sub(" ", text)


def _inline(text: str) -> Iterator[Reference]:
    opened: list[bool] = []
    done = 0
    for match in _BRACKETS.finditer(text):
        mark = match[0]
        if match.start() < done:
            continue
        if mark in ("[", "!["):
            opened.append(mark == "![")
        elif mark == "]" and opened:
            picture = opened.pop()
            if text.startswith("(", match.end()):
                reference = _destination(text, match.end() + 1, picture=picture)
                if reference is not None:
                    done = reference.end
                    yield reference


def _destination(text: str, start: int, *, picture: bool) -> Reference | None:
    """The address that begins after the bracket at `start`: `<…>`, or up to the parenthesis that closes it."""
    while start < len(text) and text[start] in " \t\n":
        start += 1
    if text.startswith("<", start):
        end = text.find(">", start, start + _MAX_ADDRESS)
        return None if end < 0 else Reference(start, end + 1, text[start + 1 : end], picture)
    if text.startswith("data:", start):
        end = text.find(")", start)
        return None if end < 0 else Reference(start, end, "data:", picture)
    closing = _closing_parenthesis(text, start)
    inside = text[start:closing].rstrip() if closing is not None else ""
    title = _TITLE.search(inside)
    if title is not None and inside.endswith(_CLOSING[title[1]]) and len(inside) > title.end():
        inside = inside[: title.start()]
    size = _SIZE.search(inside)
    shown = inside[: size.start()] if size else inside
    return Reference(start, start + len(inside), shown, picture) if shown else None


def _closing_parenthesis(text: str, start: int) -> int | None:
    """Where the parenthesis closes; None when a blank line, another link or too much text comes first."""
    depth = 0
    position = start
    limit = min(len(text), start + _MAX_ADDRESS)
    while position < limit:
        character = text[position]
        if character == "\\":
            position += 1
        elif character == "(":
            if text[position - 1] == "]":
                return None
            depth += 1
        elif character == ")":
            if depth == 0:
                return position
            depth -= 1
        elif character == "\n" and text.startswith("\n", position + 1):
            return None
        position += 1
    return None


def _definitions(text: str) -> Iterator[Reference]:
    for match in _DEFINITION.finditer(text):
        address = match[1]
        if address.startswith("<"):
            address = address[1:-1]
        yield Reference(match.start(1), match.end(1), address[:_MAX_ADDRESS], picture=False)


def _tags(text: str) -> Iterator[Reference]:
    for tag in _TAG.finditer(text):
        for match in _ATTRIBUTE.finditer(text, tag.start("inside"), tag.end("inside")):
            group = next(number for number in (2, 3, 4) if match[number] is not None)
            address = html.unescape(match[group][:_MAX_ADDRESS]).strip()
            if address:
                picture = tag["tag"].lower() == "img" or match[1].lower() == "poster"
                yield Reference(match.start(group), match.end(group), address, picture)
