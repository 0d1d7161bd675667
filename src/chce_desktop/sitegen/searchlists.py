"""How the lists of the search index are written, and which file each is in; the search page reads them so."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise

#: Digits of numbers. `"`, `\` and `<` are left out, so that the text can stand in a script as it is.
ALPHABET = "".join(chr(code) for code in range(33, 127) if chr(code) not in '"\\<')[:90]
#: Numbers are in this base; all digits but the last are from the alphabet's second half.
BASE = 45
#: Before rising articles, as differences; and before articles as bits, so many in a digit, the first one highest.
ARTICLES, BITS, BITS_IN_DIGIT = "~", " ", 6
#: A row is a gram and its list. In front of it stands one of these, of which none is a digit: before a pair, and before
#: any other gram with a figure that says how many characters it has.
PAIR, OTHER = "~", " "
#: What `bucket` reckons with.
FACTOR, PRIME = 40_503, 1_000_003


def encoded(numbers: Sequence[int]) -> str:
    """Rising numbers as differences from one to the next."""
    return listed(after - before for before, after in pairwise((0, *numbers)))


def listed(numbers: Iterable[int]) -> str:
    """Numbers as they are."""
    return "".join(map(_digits, numbers))


def _digits(number: int) -> str:
    text = ALPHABET[number % BASE]
    number //= BASE
    while number:
        text = ALPHABET[BASE + number % BASE] + text
        number //= BASE
    return text


def checksum(text: str) -> str:
    """Four digits, of the whole alphabet, that tell texts apart; how many blanks stand together makes no difference."""
    found, digits = zlib.crc32(" ".join(text.split()).encode("utf-16-le", "surrogatepass")), ""
    for _ in range(4):
        found, digit = divmod(found, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def bucket(gram: str, buckets: int) -> int:
    """Which of `buckets` holds a gram; twice as many halve each."""
    value = 0
    for character in gram:
        value = (value + ord(character)) * FACTOR % PRIME
    return value * buckets // PRIME
