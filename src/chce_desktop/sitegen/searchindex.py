"""The search index of the published site: static files, so that a reader's browser can search without a server.

Every text is taken as its overlapping pairs of characters, so that a substring of any length is found exactly, in any
script. A segment holds a number of articles, newest first:

- `m.js`: for each article its id, its day and its length, so that results of several segments can be merged;
- `d<n>.js`: character or pair → the articles whose text has it (enough for queries of one or two characters);
- `p<n>.js`: pair → the places in the text of the segment (for longer queries: pairs that stand side by side);
- `t<n>.js`: the same for titles, where each title has `TITLE_SLOT` places.

The text of a segment is all of its texts one after another, each filled up to a multiple of `UNIT` characters.
Numbers are written as differences in a printable alphabet (`encoded`). A term's file is found by `bucket`.
"""

from __future__ import annotations

import functools
import json
import sys
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, pairwise, repeat
from operator import call, invert, sub

UNIT = 64
TITLE_SLOT = 256
_LONGEST_TITLE = TITLE_SLOT - 1
#: `"`, `\` and `<` are left out, so that the text can stand in a script as it is.
_ALPHABET = "".join(chr(code) for code in range(33, 127) if chr(code) not in '"\\<')[:90]
_HALF = 45
_CODEC = "utf-32-le" if sys.byteorder == "little" else "utf-32-be"
#: Ids that a segment of each level covers, and the number of files of each kind for up to that many articles.
LEVELS = ((32, (1, 1, 1)), (256, (1, 4, 8)), (2048, (4, 32, 64)), (16384, (16, 256, 512)), (131072, (64, 2048, 4096)))


#: Where such characters stand.
_FOLDED = ((0xB5, 0x588), (0x13A0, 0x1400), (0x1C80, 0x1E9F), (0x1F50, 0x2000), (0xAB70, 0xABC0), (0xFB00, 0xFB18))


class _Codes(dict[int, str]):
    """Number to text, remembered."""

    def __missing__(self, number: int) -> str:
        code = _digits(number)
        if len(self) < 1 << 17:
            self[number] = code
        return code


def _digits(number: int) -> str:
    """Base 45, most significant first; every digit but the last is from the alphabet's second half."""
    text = _ALPHABET[number % _HALF]
    number //= _HALF
    while number:
        text = _ALPHABET[_HALF + number % _HALF] + text
        number //= _HALF
    return text


_CODES = _Codes()


def encoded(numbers: Sequence[int]) -> str:
    """Rising numbers as differences from one to the next."""
    plain = list(numbers)
    return "".join(map(_CODES.__getitem__, (plain[0], *map(sub, plain[1:], plain)))) if plain else ""


def listed(numbers: Iterable[int]) -> str:
    """Numbers as they are."""
    return "".join(map(_CODES.__getitem__, numbers))


def folded(text: str) -> str:
    """Text as it is compared; the search page folds queries in the same way."""
    return text.casefold()


def bucket(term: str, buckets: int) -> int:
    """Which of `buckets` files holds a character or a pair."""
    value = 0
    for character in term:
        value = (value * 31 + ord(character)) % 1_000_003
    return value % buckets


class _Postings(dict[int, Callable[[int], None]]):
    """Term to what appends a number to its rising ones, in four bytes each: a large segment has twenty million.

    A pair of characters is the number that `_pairs` gives, one character the complement of its code.
    """

    def __missing__(self, term: int) -> Callable[[int], None]:
        append = self[term] = array("I").append
        return append

    def extend(self, terms: Iterable[int], numbers: Iterable[int]) -> None:
        """Append to each term its number. A loop within the interpreter, since this is most of the work."""
        deque(map(call, map(self.__getitem__, terms), numbers), 0)

    def by_term(self) -> list[tuple[str, Sequence[int]]]:
        """All terms in their order."""
        return sorted((_term(key), append.__self__) for key, append in self.items())  # type: ignore[attr-defined] # the array


def _term(key: int) -> str:
    if key < 0:
        return chr(~key)
    return key.to_bytes(8, sys.byteorder).decode(_CODEC, "surrogatepass")


def _characters(text: str) -> memoryview:
    """The codes of the text's characters."""
    return memoryview(text.encode(_CODEC, "surrogatepass")).cast("I")


def _pairs(characters: memoryview) -> list[int]:
    """Each character of a text with the next one, both in one number."""
    data, count = characters.cast("B"), len(characters)
    pairs = [0] * max(0, count - 1)
    for start in (0, 1):
        pairs[start::2] = data[4 * start : 4 * start + (count - start) // 2 * 8].cast("Q").tolist()
    return pairs


@dataclass(frozen=True, slots=True)
class Document:
    """What is indexed of an article; `day` counts from 1970, `text` and `title` as readers and editors have them."""

    id: int
    day: int
    title: str
    text: str


def ranges(highest: int) -> list[tuple[int, int]]:
    """The segments for ids from 0 to `highest`, as (level, index).

    Each covers `LEVELS[level][0]` ids from `index` times that number. A new article falls into a small one; small
    ones become a larger one now and then.
    """
    found: list[tuple[int, int]] = []
    blocks = highest // LEVELS[0][0] + 1
    start = 0
    for level in range(len(LEVELS) - 1, -1, -1):
        size = LEVELS[level][0] // LEVELS[0][0]
        count = (blocks - start) // size
        found += [(level, start // size + n) for n in range(count)]
        start += count * size
    return found


def name_of(level: int, index: int) -> str:
    """The folder of a segment below `search/`."""
    return f"{level}-{index}"


def shape(count: int) -> tuple[int, int, int]:
    """The number of files of each kind (`t`, `d`, `p`) of a segment of that many articles."""
    return next((files for most, files in LEVELS if count <= most), LEVELS[-1][1])


def segment(name: str, documents: Sequence[Document]) -> dict[str, bytes]:
    """The files of a segment: path below `search/` to content."""
    documents = sorted(documents, key=lambda d: (-d.day, -d.id))
    titles, places, holders = _Postings(), _Postings(), _Postings()
    lengths: list[int] = []
    start = 0
    for slot, document in enumerate(documents):
        title = _characters(folded(document.title)[:_LONGEST_TITLE])
        first = slot * TITLE_SLOT
        titles.extend(_pairs(title), count(first))
        titles.extend(map(invert, title), count(first))
        text = _characters(folded(document.text))
        pairs = _pairs(text)
        places.extend(pairs, count(start))
        holders.extend(set(pairs), repeat(slot))
        holders.extend(map(invert, set(text)), repeat(slot))
        units = len(text) // UNIT + 1
        lengths.append(units)
        start += units * UNIT
    days = [document.day for document in documents]
    meta = {
        "ids": listed(document.id for document in documents),
        "days": listed([days[0], *(a - b for a, b in pairwise(days))]) if days else "",
        "lengths": listed(lengths),
    }
    files = {f"{name}/m.js": _script(f"{name}/m", meta)}
    for kind, postings, buckets in zip("tdp", (titles, holders, places), shape(len(documents)), strict=True):
        split: list[dict[str, str]] = [{} for _ in range(buckets)]
        for term, numbers in postings.by_term():
            split[bucket(term, buckets)][term] = encoded(numbers)
        for number, terms in enumerate(split):
            files[f"{name}/{kind}{number}.js"] = _script(f"{name}/{kind}{number}", terms)
    return files


def made(job: tuple[str, Sequence[Document]]) -> dict[str, bytes]:
    """The files of a segment, for a job that travels: its name and its documents."""
    return segment(*job)


def directory(segments: Sequence[tuple[str, int, Sequence[int]]]) -> bytes:
    """The file that the search page loads first, of (folder, articles, ids in it that count no longer)."""
    rows = [[name, *shape(count), list(dead)] for name, count, dead in segments]
    head = {"segments": rows, "unit": UNIT, "slot": TITLE_SLOT, "alphabet": _ALPHABET, "folds": folds()}
    return _script("index", head)


@functools.cache
def folds() -> Mapping[str, str]:
    """Characters that case folding makes something else of than lower case does."""
    characters = (chr(code) for start, end in _FOLDED for code in range(start, end))
    return {c: c.casefold() for c in characters if c.casefold() != c.lower()}


#: Articles that share a file of what results show.
CARDS = LEVELS[0][0]


def cards(number: int, rows: Mapping[int, Sequence[str]]) -> bytes:
    """What results show of the articles with ids from `number * CARDS`: id → title, path, date, column, beginning."""
    return _script(f"c/{number}", {str(key): list(row) for key, row in sorted(rows.items())})


def _script(name: str, value: object) -> bytes:
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'chceSearch("{name}",{data});\n'.encode("utf-8", "replace")
