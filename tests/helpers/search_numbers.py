"""Numbers and rows as the published search index writes them, read as the search page does."""

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


def rows(text: str) -> dict[str, str]:
    """The rows of a file, gram to list."""
    found, at = {}, 0
    while at < len(text):
        size = 2
        if text[at] == " ":
            at += 1
            size = int(text[at])
        start = at + 1
        at = start + size
        end = at + 1
        while end < len(text) and text[end] not in "~ ":
            end += 1
        found[text[start:at]] = text[at:end]
        at = end
    return found
