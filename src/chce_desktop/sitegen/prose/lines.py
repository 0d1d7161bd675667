"""The first pass over Markdown, line by line: paragraphs as Chinese editors type them, and line numbers for preview."""

from __future__ import annotations

import re

from chce_desktop.sitegen.prose.marks import LINE, LINE_END

_FENCE = re.compile(r"^(`{3,}|~{3,})")
_PREFIX = re.compile(
    r"^(?P<quote>(?:[ ]{0,3}>[ ]?)*)"
    r"(?P<item>(?:\s*(?:[*+-]|\d{1,9}\.)[ \t]+|[ ]{0,3}>[ ]?)+)?"
    r"(?P<heading>\#{1,6}[ \t]*)?"
    r"(?P<note>\[\^[^\]\n]+\]:[ \t]*)?"
    r"(?P<cell>\s*\|[ \t]*)?"
    r"\s*"
)
_RULE = re.compile(r"^[ >]*(?:[-*_=:| \t]+)$")
_ITEM = re.compile(r"^\s*(?:[*+-]|\d{1,9}\.)[ \t]")
#: A list that may begin right below a line of text, as it may in CommonMark ("1998. " there is the end of a sentence).
_LIST_BEGINS = re.compile(r"^[ ]{0,3}(?:[*+-]|1\.)[ \t]+\S")
_UNMARKED = re.compile(r"^\s*(?:<[/!?A-Za-z]|\[[^\]\n^][^\]\n]*\]:)")


def prepare(lines: list[str], *, numbered: bool) -> list[str]:
    """The lines for the Markdown parser.

    A line that starts with an ideographic space is a paragraph of its own; a list may begin right below a line of
    text. With `numbered`, the start of each block carries a mark with the number of its source line, counted from 0.
    """
    prepared: list[str] = []
    fence = quote = ""
    unclosed: set[str] = set()
    blank, in_list = True, False
    for number, line in enumerate(lines):
        if fence:
            prepared.append(line)
            if _is_closing(line, fence):
                fence, blank = "", True
            continue
        opened = _FENCE.match(line)
        if opened and opened[1] not in unclosed and not _closes(lines, number, opened[1]):
            unclosed.add(opened[1])  # nor is any that follows closed
        elif opened and opened[1] not in unclosed:
            fence = opened[1]
            if numbered:
                prepared += ["", f"{LINE}{number}{LINE_END}", ""]
            prepared.append(line)
            continue
        following = lines[number + 1] if number + 1 < len(lines) else ""
        text = _trimmed(line, following)
        if not blank and (line.startswith("\u3000") or (not in_list and _begins_list(text))):
            prepared.append("")
            blank = True
        in_list = bool(text) and (in_list or _ITEM.match(text) is not None)
        prefix = _PREFIX.match(text)
        depth, rest = (prefix["quote"].strip(), text[prefix.end() :]) if prefix else ("", text)
        if numbered and prefix and _takes_mark(text, prefix, starts=blank or depth != quote):
            text = f"{text[: prefix.end()]}{LINE}{number}{LINE_END}{rest}"
        quote, blank = depth, not rest.strip()
        prepared.append(text)
    return prepared


def _trimmed(line: str, following: str) -> str:
    """The line without the indent of a Chinese paragraph and without blanks at its end, but for a line break's two."""
    if line.startswith("\u3000"):
        line = line.lstrip("\u3000 ")
    return line if line.endswith("  ") and following.strip() else line.rstrip(" \u3000")


def _begins_list(line: str) -> bool:
    return _LIST_BEGINS.match(line) is not None and not _RULE.match(line)


def _takes_mark(line: str, prefix: re.Match[str], *, starts: bool) -> bool:
    """Whether a block starts on this line whose text may carry a mark behind `prefix`."""
    rest = line[prefix.end() :]
    if not rest.strip() or _RULE.match(line) or _UNMARKED.match(line):
        return False
    return bool(starts or prefix["item"] or prefix["heading"] or prefix["cell"] or "|" in rest)


def _closes(lines: list[str], start: int, fence: str) -> bool:
    return any(_is_closing(lines[index], fence) for index in range(start + 1, len(lines)))


def _is_closing(line: str, fence: str) -> bool:
    return line.startswith(fence) and not line.strip(fence[0] + " \t")
