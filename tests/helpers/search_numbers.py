"""Numbers as the published search index writes them, read as the search page does."""

from __future__ import annotations

from chce_desktop.sitegen.searchlists import ALPHABET


def numbers(text: str) -> list[int]:
    """The numbers of a list: digits to the base of 45, the last one of each number below it."""
    found, value = [], 0
    for digit in map(ALPHABET.index, text):
        value = value * 45 + digit % 45
        if digit < 45:
            found.append(value)
            value = 0
    return found
