"""The first pass over Markdown, line by line: paragraphs as Chinese editors type them, and line numbers for preview."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
    text. With `numbered`, the start of each block
    carries a mark with the number of its source line, counted from 0.
    """
    prepared: list[str] = []
    fence = ""
    previous_quote, previous_blank, in_list = "", True, False
    for number, line in enumerate(lines):
        if fence:
            prepared.append(line)
            if line.startswith(fence) and not line.strip(fence[0] + " \t"):
                fence, previous_blank = "", True
            continue
        opened = _FENCE.match(line)
        if opened and _closes(lines, number, opened[1]):
            fence = opened[1]
            if numbered:
                prepared += ["", f"{LINE}{number}{LINE_END}", ""]
            prepared.append(line)
            continue
        if line.startswith("\u3000"):
            line = line.lstrip("\u3000 ")  # noqa: PLW2901 - the indent is the style sheet's
            if prepared and prepared[-1].strip():
                prepared.append("")
                previous_blank = True
        if _ITEM.match(line):
            if not previous_blank and not in_list and _LIST_BEGINS.match(line) and not _RULE.match(line):
                prepared.append("")
                previous_blank = True
            in_list = True
        elif not line.strip():
            in_list = False
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if not (line.endswith("  ") and following.strip()):  # two blanks before more text are a line break
            line = line.rstrip(" \u3000")  # noqa: PLW2901
        prefix = _PREFIX.match(line)
        quote = prefix["quote"].strip() if prefix else ""
        rest = line[prefix.end() :] if prefix else line
        if numbered and prefix and rest.strip() and not _RULE.match(line) and not _UNMARKED.match(line):
            starts = previous_blank or quote != previous_quote
            if starts or prefix["item"] or prefix["heading"] or prefix["cell"] or "|" in rest:
                line = f"{line[: prefix.end()]}{LINE}{number}{LINE_END}{rest}"  # noqa: PLW2901
        previous_quote, previous_blank = quote, not rest.strip()
        prepared.append(line)
    return prepared


def _closes(lines: list[str], start: int, fence: str) -> bool:
    return any(_is_closing(line, fence) for line in _after(lines, start))


def _after(lines: list[str], start: int) -> Iterator[str]:
    for index in range(start + 1, len(lines)):
        yield lines[index]


def _is_closing(line: str, fence: str) -> bool:
    return line.startswith(fence) and not line.strip(fence[0] + " \t")
