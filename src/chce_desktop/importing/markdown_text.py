"""What Markdown says about itself: its first heading, and the plain words of a piece of it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from chce_desktop.importing.references import mask_code

_ATX = re.compile(r"^ {0,3}(#{1,6})(?!#)[^\n]*$", re.MULTILINE)
_ATX_INSIDE = re.compile(r"[ \t]*#{1,6}[ \t]*(.*?)(?:[ \t]*#+)?[ \t]*", re.DOTALL)
_SETEXT = re.compile(r"^ {0,3}(?![#>\-*+=|`~]|\d+[.)]\s)(\S[^\n]{0,500})\n {0,3}(=+|-{2,})[ \t]*$", re.MULTILINE)
_IMAGE_OR_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()\n]*\)|\[[^\[\]\n]*\])")
_TAGS = re.compile(r"</?[A-Za-z][^<>]*>")
_ATTRIBUTES = re.compile(r"\s*\{[:#.][^{}]*\}\s*$")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_EMPHASIS = re.compile(r"(\*{1,3}|~~|`+|(?<!\w)_{1,3}(?=\S))(.+?)\1")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: `text[start:end]`, its level from 1 to 6, its plain words. `first`: only blanks stand before it."""

    start: int
    end: int
    level: int
    words: str
    first: bool


def first_heading(text: str) -> Heading | None:
    """The first heading of `text` that has words, of whatever level."""
    masked = mask_code(text)
    best: Heading | None = None
    for pattern in (_ATX, _SETEXT):
        for match in pattern.finditer(masked):
            if best is not None and match.start() > best.start:
                break
            line = text[match.start() : match.end()]
            if pattern is _ATX:
                inside = _ATX_INSIDE.fullmatch(line)
                depth, words = len(match[1]), plain_words(inside[1]) if inside else ""
            else:
                depth, words = 1 if match[2][0] == "=" else 2, plain_words(line.partition("\n")[0])
            if words:
                best = Heading(match.start(), match.end(), depth, words, not text[: match.start()].strip())
                break
    return best


def plain_words(markdown: str) -> str:
    """One line of Markdown without its marks."""
    # Escaped marks step aside (into the private use area) while the others are taken away.
    text = _ESCAPED.sub(lambda match: chr(0xE000 + ord(match[1])), _ATTRIBUTES.sub("", markdown))
    for _ in range(3):
        text = _IMAGE_OR_LINK.sub(r"\1", text)
    text = _TAGS.sub("", text)
    for _ in range(3):
        text = _EMPHASIS.sub(r"\2", text)
    text = re.sub(r"[\ue000-\ue07f]", lambda match: chr(ord(match[0]) - 0xE000), html.unescape(text))
    return " ".join(text.split())
