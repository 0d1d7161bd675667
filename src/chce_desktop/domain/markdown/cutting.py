"""Where the blocks of a text begin and end, by the rules of Python-Markdown with the extensions of `sitegen.prose`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from chce_desktop.domain.markdown.kinds import DEFINITION, ITEM, NOTE, RULE, SETEXT, SPECIAL_LINE, Kind

_ITEM_START = re.compile(r"[ ]{0,3}(?:[-+*]|\d+\.)[ \t]+[^ \t]")
_LIST_BEGINS = re.compile(r"[ ]{0,3}(?:[*+-]|1\.)[ \t]+\S")
_DELIMITER = re.compile(r"\|?[ ]*:?-+:?[ ]*(\|[ ]*:?-+:?[ ]*)*\|?[ ]*$")
_QUOTE = re.compile(r"[ ]{0,3}>")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)|<!--|<[?!]")
_INLINE_TAGS = frozenset(
    """
    a abbr b bdi bdo br cite code data dfn em font i img kbd mark q s samp small span strong sub sup time u var wbr
    """.split()  # noqa: SIM905 - a table to read
)
_VOID = frozenset(["hr", "img", "br", "input", "source", "col"])


def cut(lines: Sequence[str]) -> Iterator[tuple[int, int, Kind]]:
    """(first line, line behind the last, kind), in order; blank lines belong to none."""
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        kind, end = _block_at(lines, at)
        while end > at + 1 and not lines[end - 1].strip():
            end -= 1
        yield at, end, kind
        at = end


def _block_at(lines: Sequence[str], at: int) -> tuple[Kind, int]:  # noqa: PLR0911 - a table of the first line's forms
    line = lines[at]
    fence = re.match(r"(`{3,}|~{3,})", line)
    if fence:
        end = _fence_end(lines, at, fence[1])
        return (Kind.CODE, end) if end else (Kind.PROTECTED, _blank(lines, at))
    if line.startswith(("    ", "\t")):
        return Kind.PROTECTED, _indented_end(lines, at)
    tag = _TAG.match(line.lstrip(" "))
    if tag and (tag[2] or "").lower() not in _INLINE_TAGS:
        return Kind.PROTECTED, _html_end(lines, at, tag)
    if line.startswith("#"):
        return Kind.HEADING, at + 1
    if RULE.match(line):
        alone = at + 1 == len(lines) or not lines[at + 1].strip()
        return (Kind.RULE, at + 1) if alone else (Kind.PROTECTED, _blank(lines, at))
    if NOTE.match(line):
        following = next((each for each in lines[at + 1 :] if each.strip()), "")
        directly = lines[at + 1] if at + 1 < len(lines) else ""
        if (directly.strip() and not NOTE.match(directly)) or following.startswith(("    ", "\t")):
            return Kind.PROTECTED, _continued_end(lines, at)
        return Kind.NOTE, at + 1
    if DEFINITION.match(line):
        return Kind.PROTECTED, _blank(lines, at)
    if "|" in line and at + 1 < len(lines) and "-" in lines[at + 1] and _DELIMITER.match(lines[at + 1].strip()):
        return Kind.TABLE, _blank(lines, at)
    if _ITEM_START.match(line):
        return Kind.LIST, _list_end(lines, at)
    if _QUOTE.match(line):
        return Kind.QUOTE, _blank(lines, at)
    return _text_end(lines, at)


def _text_end(lines: Sequence[str], at: int) -> tuple[Kind, int]:
    end = at + 1
    while end < len(lines) and lines[end].strip():
        line = lines[end]
        if end == at + 1 and SETEXT.match(line):
            return Kind.HEADING, end + 1
        if line.startswith("\u3000") or (_LIST_BEGINS.match(line) and not RULE.match(line)):
            break
        if SPECIAL_LINE.match(line) or RULE.match(line) or SETEXT.match(line) or NOTE.match(line):
            return Kind.PROTECTED, _blank(lines, at)
        if "|" in line and end + 1 < len(lines) and _DELIMITER.match(lines[end + 1].strip()):
            return Kind.PROTECTED, _blank(lines, at)
        end += 1
    return Kind.TEXT, end


def _blank(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and lines[at].strip():
        at += 1
    return at


def _fence_end(lines: Sequence[str], at: int, fence: str) -> int:
    for number in range(at + 1, len(lines)):
        if lines[number].rstrip(" ") == fence:
            return number + 1
    return 0


def _indented_end(lines: Sequence[str], at: int) -> int:
    end = at
    while at < len(lines):
        if lines[at].startswith(("    ", "\t")):
            end = at + 1
        elif lines[at].strip():
            break
        at += 1
    return max(end, _blank(lines, end - 1) if end else end)


def _continued_end(lines: Sequence[str], at: int) -> int:
    end = _blank(lines, at)
    while True:
        following = end
        while following < len(lines) and not lines[following].strip():
            following += 1
        if following == len(lines) or not lines[following].startswith(("    ", "\t")):
            return end
        end = _blank(lines, following)


def _list_end(lines: Sequence[str], at: int) -> int:
    end = _blank(lines, at)
    while True:
        following = end
        while following < len(lines) and not lines[following].strip():
            following += 1
        if following == len(lines):
            return end
        line = lines[following]
        if not (line.startswith(("    ", "\t")) or (_ITEM_START.match(line) and not RULE.match(line))):
            return end
        first, other = ITEM.match(lines[at].lstrip(" ")), ITEM.match(line)
        if first and other and not other[1] and first[2].endswith(".") != other[2].endswith("."):
            return end  # a list of the other kind
        end = _blank(lines, following)


def _html_end(lines: Sequence[str], at: int, tag: re.Match[str]) -> int:
    """Behind the line that closes the tag; the whole rest where nothing does."""
    name = (tag[2] or "").lower()
    if not name or name in _VOID:
        closing = {"<!--": "-->"}.get(tag.group(), ">")
        for number in range(at, len(lines)):
            if closing in lines[number]:
                return _blank(lines, number)
        return len(lines)
    depth = 0
    pattern = re.compile(rf"<(/?){re.escape(name)}\b[^>]*?(/?)>?", re.IGNORECASE)
    for number in range(at, len(lines)):
        for each in pattern.finditer(lines[number]):
            depth += -1 if each[1] else 1
        if depth <= 0:
            return _blank(lines, number)
    return len(lines)
