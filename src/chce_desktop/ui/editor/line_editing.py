"""What Enter, Tab and the format buttons make of a line. Free of Qt."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ITEM = re.compile(
    r"^(?P<quote>(?: {0,3}>[ ]?)*)(?P<indent>\s*)(?P<mark>[-+*]|\d{1,9}[.)])(?P<space>[ \t]+)(?P<box>\[[ xX]\][ \t]+)?"
)
_QUOTE = re.compile(r"^(?: {0,3}>[ ]?)+")
_HEADING = re.compile(r"^#{1,6}[ \t]*")
_BULLET = re.compile(r"^(\s*)[-+*][ \t]+")
_NUMBER = re.compile(r"^(\s*)\d{1,9}[.)][ \t]+")
_INDENT = "    "


def continuation(line: str, before_cursor: str) -> str | None:
    """What the next line starts with when Enter is pressed behind `before_cursor`.

    None: the line holds only its own mark, which Enter takes away instead. An empty string: an ordinary new line.
    """
    item = _ITEM.match(line)
    if item is not None and len(before_cursor) >= item.end():
        if not line[item.end() :].strip():
            return None
        mark = item["mark"]
        if mark[:-1].isdecimal():
            mark = f"{int(mark[:-1]) + 1}{mark[-1]}"
        box = "[ ] " if item["box"] else ""
        return f"{item['quote']}{item['indent']}{mark}{item['space']}{box}"
    quote = _QUOTE.match(line)
    if quote is not None and len(before_cursor) >= quote.end():
        return quote.group() if line[quote.end() :].strip() else None
    return ""


def is_prose(line: str) -> bool:
    """Whether the line is ordinary text: not blank, and no item, quotation, heading or row of a table."""
    marked = _ITEM.match(line) or _QUOTE.match(line) or _HEADING.match(line) or line.lstrip().startswith("|")
    return bool(line.strip()) and not marked


def kind(line: str) -> str:
    """What the line belongs to: "item", "quote", "text" or, blank, nothing."""
    if not line.strip():
        return ""
    return "quote" if _QUOTE.match(line) else "item" if _ITEM.match(line) else "text"


def is_item(line: str) -> bool:
    """Whether the line starts an item of a list."""
    return _ITEM.match(line) is not None


def indent(line: str) -> str:
    """One level deeper (Markdown counts four spaces)."""
    return f"{_INDENT}{line}" if line.strip() else line


def outdent(line: str) -> str:
    """One level less deep, as far as there is one."""
    if line.startswith("\t"):
        return line[1:]
    spaces = len(line) - len(line.lstrip(" "))
    return line[min(spaces, len(_INDENT)) :]


def with_heading(line: str, level: int) -> str:
    """`line` as a heading of `level`, 0 for none; a heading that has this level already becomes plain."""
    found = _HEADING.match(line)
    bare = line[found.end() :] if found else line
    current = len(found.group().strip()) if found else 0
    return bare if level in (0, current) else f"{'#' * level} {bare.lstrip()}"


def with_bullets(lines: Sequence[str]) -> list[str]:
    """The lines as items of a list, or as plain lines when all of them are items already."""
    if all(_BULLET.match(line) for line in lines if line.strip()) and any(line.strip() for line in lines):
        return _paragraphs([_BULLET.sub(r"\1", line) for line in lines])
    return ["- " + _NUMBER.sub(r"\1", line) for line in _close_up(lines)]


def with_numbers(lines: Sequence[str]) -> list[str]:
    """The lines as a numbered list, or as plain lines when all of them are numbered already."""
    if all(_NUMBER.match(line) for line in lines if line.strip()) and any(line.strip() for line in lines):
        return _paragraphs([_NUMBER.sub(r"\1", line) for line in lines])
    return [f"{number}. " + _BULLET.sub(r"\1", line) for number, line in enumerate(_close_up(lines), 1)]


def with_quote(lines: Sequence[str]) -> list[str]:
    """The lines as a quotation, or without its marks when all of them have them already."""
    if all(line.startswith(">") for line in lines):
        return [re.sub(r"^>[ ]?", "", line) for line in lines]
    return [f"> {line}".rstrip() if line or len(lines) > 1 else "> " for line in lines]


def _close_up(lines: Sequence[str]) -> list[str]:
    """The lines without the blank ones between paragraphs, which would set the items of a list apart."""
    return [line for line in lines if line.strip()] or [""]


def _paragraphs(lines: Sequence[str]) -> list[str]:
    """The lines as paragraphs, with a blank line between any two."""
    result: list[str] = []
    for line in lines:
        if result and line.strip() and result[-1].strip():
            result.append("")
        result.append(line)
    return result
