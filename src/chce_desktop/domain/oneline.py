"""Names and titles: one line of visible characters, and what holds them together."""

from __future__ import annotations

import re

#: Invisible, but what holds an emoji of several together, or parts letters of some scripts; only within words.
_JOINERS = "\u200c\u200d"
_LOOSE_JOINERS = re.compile(rf"(?<!\S)[{_JOINERS}]+|[{_JOINERS}]+(?!\S)")


def is_visible(text: str) -> bool:
    """Whether every character may stand in a name: none of control, none that only orders or hides others."""
    return all(character.isprintable() or character in _JOINERS for character in text)


def title(text: str) -> str:
    """On one line; what may not stand in a name is a blank. Ideographic spaces stay."""
    shown = "".join(c if is_visible(c) or c == "\u3000" else " " for c in text)
    return re.sub(" +", " ", _LOOSE_JOINERS.sub("", shown)).strip()


def name(text: str) -> str:
    """On one line, words parted by one blank each; `is_visible` tells whether it may be used."""
    return " ".join(_LOOSE_JOINERS.sub("", text).split())
