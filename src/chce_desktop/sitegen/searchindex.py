"""The search index of the published site: static files, so that a reader's browser can search without a server.

Every text is taken as its overlapping pairs of characters, so that a substring of any length is found exactly, in any
script. A piece of the index holds some articles, newest first; a group of pieces shares its files, so that a query
loads one small file a group and gram:

- `p<n>.js`: for each piece, what grams of texts it has: a character → its articles; a pair → its places;
- `t<n>.js`: the same for titles, where each title has `TITLE_SLOT` places;
- `m.js`: for each piece, what is needed to tell articles from places, and the days of each block of articles;
- `i<piece>-<block>.js`: ids and days of a block of articles, for the hits that are shown.

A gram with very many places has its articles instead, and every longer gram that contains it and one character more
is a gram of its own. So no list is long, and whatever a phrase consists of, it is covered by grams with short lists:
at its beginning the gram is made longer to the right until its list is short, at its end to the left.

The place of a character is the number of its slot times the piece's width, and its position there; a text fills as
many slots as it needs. Numbers are written as differences in a printable alphabet (`encoded`), lists of articles
begin with `~`. The file of a gram is found by `bucket`. The newest articles, and those that changed, are in no
piece: their texts stand in `x.js` and are looked at (`newest`). docs/search.md says what a query costs.
"""

from __future__ import annotations

import functools
import json
import sys
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, count, pairwise, repeat
from operator import call, invert, rshift, sub
from typing import NamedTuple

#: Changes whenever the same articles make other files.
FORMAT = 7
TITLE_SLOT = 256
_LONGEST_TITLE = TITLE_SLOT - 1
#: `"`, `\` and `<` are left out, so that the text can stand in a script as it is.
_ALPHABET = "".join(chr(code) for code in range(33, 127) if chr(code) not in '"\\<')[:90]
_HALF = 45
_CODEC = "utf-32-le" if sys.byteorder == "little" else "utf-32-be"
#: Before lists of articles; not in the alphabet.
_ARTICLES = "~"
#: Of more places than these a gram has its articles instead.
_MOST = 1024
_LONGEST_GRAM = 6
#: Characters that are looked at in one go.
_PART = 1 << 17
_NOTHING = frozenset({0})
#: Articles in a block, whose ids are loaded together.
BLOCK = 512
#: Ids that a piece of a group covers, and the finest that titles and texts are divided. Files are such divisions
#: put together, for so many articles each; they are kept in so many parts.
GROUPS = {"l": (2048, (2048, 32768)), "m": (256, (128, 2048)), "s": (8, (8, 128))}
STRIPES = {"l": 16, "m": 1, "s": 1}
_PER_FILE = {"l": 4, "m": 2, "s": 2}


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

    def add(self, terms: Sequence[int], numbers: Sequence[int]) -> None:
        """The same, where all terms are often one."""
        if terms and terms.count(terms[0]) == len(terms):
            self[terms[0]].__self__.extend(numbers)  # type: ignore[attr-defined] # the array
        else:
            self.extend(terms, numbers)

    def taken(self) -> Iterator[tuple[int, Sequence[int]]]:
        """Terms as they are with their numbers, each of which is forgotten here: there may be very many."""
        while self:
            key, append = self.popitem()
            yield key, append.__self__  # type: ignore[attr-defined] # the array


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


class Span(NamedTuple):
    """The ids from `start` to before `end` that make up a piece."""

    name: str
    start: int
    end: int


def spans(highest: int) -> list[Span]:
    """The pieces for ids from 0 to `highest`; what they do not cover are the newest articles.

    Groups `l` and `m` have pieces of one size. `s` has a single one, for what has become too many for `x` and is too
    little for a piece of `m`.
    """
    found: list[Span] = []
    start, end = 0, highest + 1
    for group in ("l", "m"):
        size = GROUPS[group][0]
        while start + size <= end:
            found.append(Span(f"{group}{start // size}", start, start + size))
            start += size
    rest = (end - start) // GROUPS["s"][0] * GROUPS["s"][0]
    return [*found, Span("s0", start, start + rest)] if rest else found


def shape(group: str, size: int) -> tuple[int, int]:
    """The number of files for titles and for texts: for so many pieces of a group, of `s` for so many articles."""
    per_piece, (titles, texts) = GROUPS[group]
    articles = size if group == "s" else size * per_piece
    wanted = 1 << max(0, articles // _PER_FILE[group] - 1).bit_length()
    return max(1, min(titles, wanted // 16)), min(texts, wanted)


def piece(name: str, documents: Sequence[Document]) -> list[dict[str, bytes]]:
    """A piece as it is kept, in `STRIPES` parts: name to content of what `joined` and others make files of."""
    documents = sorted(documents, key=lambda d: (-d.day, -d.id))
    _, finest = GROUPS[name[0]]
    stripes: list[dict[str, bytes]] = [{} for _ in range(STRIPES[name[0]])]
    texts = [_characters(folded(document.text)) for document in documents]
    mean = sum(map(len, texts)) // max(1, len(texts))
    shift = max(6, (mean * 5 // 4).bit_length())
    owners = [n for n, text in enumerate(texts) for _ in range((len(text) >> shift) + 1)]
    days = [document.day for document in documents]
    starts = range(0, len(documents), BLOCK)
    meta = {
        "shift": shift,
        "more": encoded([slot for slot in range(1, len(owners)) if owners[slot] == owners[slot - 1]]),
        "days": [[days[at], days[min(at + BLOCK, len(days)) - 1]] for at in starts],
    }
    stripes[0]["m"] = _json(meta)
    for number, at in enumerate(starts):
        block = documents[at : at + BLOCK]
        falling = [block[0].day, *(a.day - b.day for a, b in pairwise(block))]
        stripes[0][f"i{number}"] = _json({"ids": listed(d.id for d in block), "days": listed(falling)})
    for kind, buckets, grams in (("t", finest[0], _titles(documents)), ("p", finest[1], _texts(texts, owners, shift))):
        parts: dict[int, list[str]] = {}
        for gram, numbers in grams:
            parts.setdefault(bucket(gram, buckets), []).append(f'{_key(gram)}:"{numbers}"')
        for number, rows in parts.items():
            part = ",".join(sorted(rows)).encode("utf-8", "replace")
            stripes[number % len(stripes)][f"{kind}{number}"] = part
    return stripes


def _titles(documents: Sequence[Document]) -> Iterator[tuple[str, str]]:
    places, holders = _Postings(), _Postings()
    for slot, document in enumerate(documents):
        title = _characters(folded(document.title)[:_LONGEST_TITLE])
        places.extend(_pairs(title), count(slot * TITLE_SLOT))
        holders.extend(map(invert, set(title)), repeat(slot))
    yield from ((_term(key), _ARTICLES + encoded(numbers)) for key, numbers in holders.taken())
    yield from ((_term(key), encoded(numbers)) for key, numbers in places.taken())


def _texts(texts: Sequence[memoryview], owners: Sequence[int], shift: int) -> Iterator[tuple[str, str]]:
    """Grams and their lists; `owners` are the articles of all slots."""
    everything = array("I", bytes(4 * (len(owners) << shift)))
    places, holders = _Postings(), _Postings()
    with memoryview(everything) as room:
        start = 0
        for number, text in enumerate(texts):
            places.extend(_pairs(text), count(start))
            holders.extend(map(invert, set(text)), repeat(number))
            room[start : start + len(text)] = text
            start += ((len(text) >> shift) + 1) << shift
    yield from ((_term(key), _ARTICLES + encoded(numbers)) for key, numbers in holders.taken())
    heavy: dict[str, Sequence[int]] = {}
    for key, numbers in places.taken():
        if len(numbers) > _MOST:
            heavy[_term(key)] = numbers
        else:
            yield _term(key), encoded(numbers)
    holding = dict.fromkeys(heavy, "")
    while heavy:
        longer: dict[str, Sequence[int]] = {}
        articles = {
            gram: holding[gram] or _ARTICLES + encoded(_holders(numbers, owners, shift))
            for gram, numbers in heavy.items()
        }
        yield from articles.items()
        holding = {}
        for gram, more, there in _longer(heavy, everything):
            if len(there) > _MOST and len(more) < _LONGEST_GRAM:
                longer[more] = there
                holding[more] = articles[gram] if len(there) == len(heavy[gram]) else ""
            else:
                yield more, encoded(there)
        heavy = longer


def _holders(places: Sequence[int], owners: Sequence[int], shift: int) -> Sequence[int]:
    """The articles in which rising places are."""
    return list(dict.fromkeys(map(owners.__getitem__, map(rshift, places, repeat(shift)))))


def _longer(heavy: Mapping[str, Sequence[int]], everything: array[int]) -> Iterator[tuple[str, str, Sequence[int]]]:
    """The grams that contain a heavy one and a character more, each once: the heavy one, the gram, and its places.

    All heavy grams have one length, and their places rise. Between texts there is 0, which none has. The text is gone
    through part by part, so that what is looked at stays within the processor's cache.
    """
    length = len(next(iter(heavy)))
    following, before = everything[length:] + array("I", bytes(4 * length)), array("I", (0,)) + everything
    covered: dict[str, set[int]] = {}
    for gram in heavy:
        covered.setdefault(gram[1:], {0}).add(ord(gram[0]))
    found = {gram: (_Postings(), _Postings()) for gram in heavy}
    looked = dict.fromkeys(heavy, 0)
    for end in range(_PART, len(everything) + _PART, _PART):
        for gram, places in heavy.items():
            start = looked[gram]
            stop = looked[gram] = bisect_left(places, end, start)
            there = places[start:stop]
            after, earlier = found[gram]
            after.add(list(map(following.__getitem__, there)), there)
            codes = list(map(before.__getitem__, there))
            new = set(codes) - covered.get(gram[:-1], _NOTHING)
            if new:
                chosen = list(map(new.__contains__, codes))
                earlier.add(list(compress(codes, chosen)), [place - 1 for place in compress(there, chosen)])
    for gram, (after, earlier) in found.items():
        yield from ((gram, gram + chr(code), places) for code, places in after.taken() if code)
        yield from ((gram, chr(code) + gram, places) for code, places in earlier.taken())


def _key(gram: str) -> str:
    return json.dumps(gram, ensure_ascii=False).replace("<", "\\u003c")


def made(job: tuple[str, Sequence[Document]]) -> list[dict[str, bytes]]:
    """A piece, for a job that travels: its name and its documents."""
    return piece(*job)


def files_of(group: str, size: int, blocks: Sequence[int]) -> Iterator[tuple[int, str]]:
    """The files of a group, in the order in which they are best made: the stripe that they need, and the path.

    `size` is what `shape` asks for, `blocks` the number of blocks of each piece.
    """
    yield 0, f"{group}/m.js"
    for number, count_ in enumerate(blocks):
        yield from ((0, f"{group}/i{number}-{block}.js") for block in range(count_))
    for stripe in range(STRIPES[group]):
        for kind, files in zip("tp", shape(group, size), strict=True):
            yield from ((stripe, f"{group}/{kind}{n}.js") for n in range(stripe, files, STRIPES[group]))


def joined(path: str, size: int, pieces: Sequence[Mapping[str, bytes]]) -> bytes:
    """A file of a group from the stripe that it needs of each piece."""
    group, _, name = path.removesuffix(".js").partition("/")
    kind = name[0]
    if kind == "i":
        number, _, block = name[1:].partition("-")
        return _wrapped(path, pieces[int(number)][f"i{block}"])
    if kind == "m":
        return _wrapped(path, b"[" + b",".join(parts["m"] for parts in pieces) + b"]")
    at = "tp".index(kind)
    numbers = range(int(name[1:]), GROUPS[group][1][at], shape(group, size)[at])
    rows = (b",".join(filter(None, (parts.get(f"{kind}{n}") for n in numbers))) for parts in pieces)
    return _wrapped(path, b"[" + b",".join(b"{" + row + b"}" for row in rows) + b"]")


def newest(documents: Sequence[Document]) -> bytes:
    """The articles that are in no piece: for each its id, day, title and text, as they are compared."""
    rows = [[d.id, d.day, folded(d.title)[:_LONGEST_TITLE], folded(d.text)] for d in documents]
    return _wrapped("x.js", _json(rows))


def directory(groups: Mapping[str, tuple[int, Sequence[Sequence[int]]]], *, loose: bool) -> bytes:
    """The file that the search page loads first.

    `groups`: what `shape` asks for, and for each piece the articles (counted from its newest) that count no longer.
    `loose`: whether there are articles in no piece.
    """
    rows = {group: [*shape(group, size), [list(dead) for dead in pieces]] for group, (size, pieces) in groups.items()}
    head = {
        "groups": rows, "newest": loose, "slot": TITLE_SLOT, "block": BLOCK, "cards": CARDS,
        "alphabet": _ALPHABET, "folds": folds(),
    }  # fmt: skip
    return _wrapped("index.js", _json(head))


@functools.cache
def folds() -> Mapping[str, str]:
    """Characters that case folding makes something else of than lower case does."""
    characters = (chr(code) for start, end in _FOLDED for code in range(start, end))
    return {c: c.casefold() for c in characters if c.casefold() != c.lower()}


#: Articles that share a file of what results show.
CARDS = 16


def cards(number: int, rows: Mapping[int, Sequence[str]]) -> bytes:
    """What results show of the articles with ids from `number * CARDS`: id → title, path, date, column, beginning."""
    return _wrapped(f"c/{number}.js", _json({str(key): list(row) for key, row in sorted(rows.items())}))


def _json(value: object) -> bytes:
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return data.encode("utf-8", "replace")


def _wrapped(path: str, data: bytes) -> bytes:
    return b'chceSearch("%s",%s);\n' % (path.removesuffix(".js").encode(), data)
