"""Writes the lists of a piece of the search index with numpy, as `searchlists` says; imported only for that.

Each gram with its list is a row, and rows stand in the order of their buckets. What is to be written comes as
postings (the number of a gram, a value) in no order but that the values of one gram rise. They are put into parts of
some grams that follow one another, so few that a part fits in the processor's cache, and sorted by gram there. Sorting
by numbers of one or two bytes is a radix sort, which is as fast on every processor.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chce_desktop.sitegen.searchlists import ALPHABET, ARTICLES, BASE, BITS, FACTOR, OTHER, PAIR, PRIME

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.uint32]
Indices = NDArray[np.intp]
#: Numbers as small as they can be; of characters, or of grams.
Small = NDArray[np.unsignedinteger]

#: Postings of a part, about.
_TOGETHER = 1 << 17
_DIGITS = np.frombuffer(ALPHABET.encode(), np.uint8)
_SIGNS = np.frombuffer((ARTICLES + BITS).encode(), np.uint8)


class Sign(enum.IntEnum):
    """What a list holds: places, or articles, as differences or as bits."""

    PLACES = 0
    ARTICLES = 1
    BITS = 2


class Grams(NamedTuple):
    """Grams of one length as numbers of characters; their own numbers begin with `first`.

    `counts` says how many postings each has. In bits it has none, but a row of `digits`.
    """

    first: int
    characters: Small
    sign: Sign
    counts: Indices


def small(numbers: NDArray[np.integer], limit: int) -> Small:
    """Numbers below the limit in as little memory as they need."""
    return numbers.astype(np.min_scalar_type(max(0, limit - 1)))


class Buckets(NamedTuple):
    """How many there are for grams with articles, and for those with places; without any of the former, for all."""

    articles: int
    places: int

    def of(self, grams: Indices, sign: Sign) -> NDArray[np.uint16]:
        """Which ones grams are in, as codes of characters; those for articles come first."""
        if self.articles and sign is not Sign.PLACES:
            return _buckets(grams, self.articles)
        return _buckets(grams, self.places) + np.uint16(self.articles)


#: Rows, and where those of each bucket begin, and the last ones end, in four bytes each.
Stripe = tuple[bytes, bytes]


class Writer:
    """Rows of grams in the order of their buckets, in so many stripes of the same number of buckets."""

    def __init__(
        self, characters: Indices, found: Sequence[Grams], digits: Bytes, buckets: Buckets, stripes: int
    ) -> None:
        """`characters` are those that grams have the numbers of; `digits` has a row for each gram in bits."""
        keys = [_key(code) for code in characters.tolist()]
        self._sizes = np.fromiter(map(len, keys), np.intp, len(keys))
        widest = max(1, *map(len, keys))
        self._keys = np.frombuffer(b"".join(key.ljust(widest) for key in keys), np.uint8).reshape(-1, widest)
        in_bucket = np.concatenate([buckets.of(characters[grams.characters], grams.sign) for grams in found])
        order = np.argsort(in_bucket, kind="stable")
        totals = [len(grams.counts) for grams in found]
        longest = max(grams.characters.shape[1] for grams in found)
        grams_ = np.zeros((len(order), longest), found[0].characters.dtype)
        for at, grams in zip(accumulate(totals, initial=0), found, strict=False):
            grams_[at : at + len(grams.counts), : grams.characters.shape[1]] = grams.characters
        signs = np.repeat(np.fromiter((grams.sign for grams in found), np.uint8), totals)
        in_digits = np.zeros(len(order), np.intp)
        in_digits[signs == Sign.BITS] = np.arange(len(digits))
        self._grams, self._signs, self._in_digits = grams_[order], signs[order], in_digits[order]
        self._digits = digits
        self._counts = np.concatenate([grams.counts for grams in found])[order]
        self._stripes = stripes
        #: Where the first gram of each bucket is in the order, and behind it all.
        self._starts = np.searchsorted(in_bucket[order], np.arange(sum(buckets) + 1))
        self._buckets = buckets
        #: A part has as many grams as two to this power.
        self._bits = max(8, (len(order) * _TOGETHER // max(1, int(self._counts.sum()))).bit_length() - 1)
        self._parts = -(-len(order) >> self._bits) or 1
        #: Of each number the place of its gram in the order; behind all parts where it is none.
        numbers = np.concatenate([np.arange(grams.first, grams.first + len(grams.counts)) for grams in found])[order]
        nowhere = self._parts << self._bits
        self._rank = small(np.full(int(numbers.max(initial=0)) + 1, nowhere), nowhere + 1)
        self._rank[numbers] = np.arange(len(numbers))

    def stripes(self, postings: Iterable[tuple[Indices, Numbers]]) -> tuple[list[Stripe], list[Stripe]]:
        """The stripes of grams with articles, and those of grams with places."""
        made, starts, length = [], [], 0
        for part, (of, values) in enumerate(self._divided(postings)):
            rows, begin = self._part(slice(part << self._bits, part + 1 << self._bits), of, values)
            made.append(rows)
            starts.append(begin + length)
            length += len(rows)
        rows = b"".join(made)
        edges = np.append(np.concatenate(starts), length)[self._starts]
        between = self._buckets.articles
        return self._cut(rows, edges[: between + 1]), self._cut(rows, edges[between:])

    def _cut(self, rows: bytes, edges: Indices) -> list[Stripe]:
        size = (len(edges) - 1) // self._stripes
        found = []
        for first in range(0, size * self._stripes, max(1, size)):
            here = edges[first : first + size + 1]
            found.append((rows[here[0] : here[-1]], (here - here[0]).astype(np.uint32).tobytes()))
        return found

    def _divided(self, postings: Iterable[tuple[Indices, Numbers]]) -> Iterator[tuple[Small, Numbers]]:
        """The postings of one part after those of another: of which of its grams each is, and the value."""
        divided: list[list[tuple[Small, Numbers]]] = [[] for _ in range(self._parts)]
        parts = small(np.arange(self._parts), self._parts + 1)
        for numbers, found in postings:
            ranks = self._rank.take(numbers)
            order = np.argsort((ranks >> self._bits).astype(parts.dtype), kind="stable")
            ranks, values = ranks.take(order), found.take(order)
            ends = np.searchsorted((ranks >> self._bits).astype(parts.dtype), parts, "right").tolist()
            for part, start, end in zip(divided, (0, *ends), ends, strict=False):
                part.append((ranks[start:end], values[start:end]))
        mask = (1 << self._bits) - 1
        for number, part in enumerate(divided):
            ranks, values = map(np.concatenate, zip(*part, strict=True))
            divided[number] = []
            yield small(ranks & mask, mask + 1), values

    def _part(self, grams: slice, of: Small, values: Numbers) -> tuple[bytes, Indices]:
        """The rows of grams, and where each begins."""
        counts, signs, characters = self._counts[grams], self._signs[grams], self._grams[grams]
        ends = np.cumsum(counts)
        numbers = _differences(values.take(np.argsort(of, kind="stable")), ends - counts, counts)
        written = np.zeros(len(numbers) + 1, np.intp)
        np.cumsum(_lengths(numbers), out=written[1:])
        before = written[ends - counts]
        contents = written[ends] - before
        in_bits = np.flatnonzero(signs == Sign.BITS)
        digits = self._digits[self._in_digits[grams][in_bits]]
        contents[in_bits] = digits.shape[1]
        sizes = self._sizes[characters]
        keys = sizes.sum(axis=1)
        characters_ = np.count_nonzero(sizes, axis=1)
        pairs = characters_ == 2
        leads = np.where(pairs, 1, 2)
        heads = leads + keys + (signs > 0)
        behind = np.cumsum(heads + contents)
        begin = behind - (heads + contents)
        size = int(behind[-1:].sum())
        out = np.zeros(size + 2, np.uint8)
        _write_numbers(out, written[:-1] + np.repeat(begin + heads - before, counts), numbers)
        out[begin] = np.where(pairs, ord(PAIR), ord(OTHER))
        out[begin[~pairs] + 1] = characters_[~pairs] + ord("0")
        key_bytes = self._keys[characters][np.arange(self._keys.shape[1]) < sizes[:, :, None]]
        out[np.arange(len(key_bytes)) + np.repeat(begin + leads - (np.cumsum(keys) - keys), keys)] = key_bytes
        signed = np.flatnonzero(signs)
        out[(begin + heads)[signed] - 1] = _SIGNS[signs[signed] - 1]
        out[(begin + heads)[in_bits][:, None] + np.arange(digits.shape[1])] = _DIGITS[digits]
        return out[:size].tobytes(), begin


def _differences(numbers: Numbers, starts: Indices, counts: Indices) -> Numbers:
    """Lists one after the other, each as its first number, and how much each other one is more than that before."""
    filled = starts[counts > 0]
    firsts = numbers[filled]
    numbers[1:] -= numbers[:-1].copy()
    numbers[filled] = firsts
    return numbers


def _lengths(numbers: Numbers) -> Bytes:
    """How many digits each number has."""
    found = np.ones(len(numbers), np.uint8)
    limit, highest = BASE, int(numbers.max(initial=0))
    while limit <= highest:
        found += numbers >= limit
        limit *= BASE
    return found


def _triples(last: Bytes) -> Numbers:
    """Numbers of three digits, the first one in the lowest byte; `last` are the last ones."""
    found = np.zeros((BASE, BASE, BASE, 4), np.uint8)
    found[..., 0] = _DIGITS[BASE:][:, None, None]
    found[..., 1] = _DIGITS[BASE:][:, None]
    found[..., 2] = last
    return found.view("<u4").ravel().astype(np.uint32)


def _shortened(triples: Numbers) -> Numbers:
    """Without noughts in front."""
    found = triples.copy()
    found[: BASE**2] >>= np.uint32(8)
    found[:BASE] >>= np.uint32(8)
    return found


#: Numbers of up to three digits; all of them; and those which three more digits follow.
_THREE = _triples(_DIGITS[:BASE])
_WORDS = _shortened(_THREE)
_HEADS = _shortened(_triples(_DIGITS[BASE:]))


def _write_numbers(out: Bytes, at: Indices, numbers: Numbers) -> None:
    """Numbers as `searchlists.listed` writes them, one after the other.

    All are written with three digits at least, the last ones first, so that what is too much is overwritten: the two
    bytes behind each run of numbers must be written after it.
    """
    words = _WORDS.take(numbers.astype(np.intp), mode="clip")
    large = np.flatnonzero(numbers >= BASE**3)
    if len(large):
        heads = numbers[large] // np.uint32(BASE**3)
        tails = _THREE.take(numbers[large] - heads * np.uint32(BASE**3))
        sizes = _lengths(heads)
        words[large] = _HEADS.take(heads) | tails << (sizes * np.uint32(8))
        _write_lanes(out, at[large] + sizes, tails)
    _write_lanes(out, at, words)


def _write_lanes(out: Bytes, at: Indices, words: Numbers) -> None:
    for lane in (2, 1, 0):
        out[lane:][at] = (words >> np.uint32(lane * 8)).astype(np.uint8)


def _buckets(grams: Indices, buckets: int) -> NDArray[np.uint16]:
    """`searchlists.bucket` of grams as codes of characters; shorter ones are not filled up."""
    value = np.zeros(len(grams), np.uint64)
    for codes in grams.T:
        value = (value + codes.astype(np.uint64)) * np.uint64(FACTOR) % np.uint64(PRIME)
    return (value * np.uint64(buckets) // np.uint64(PRIME)).astype(np.uint16)


def _key(code: int) -> bytes:
    """A character as it stands within a string of JSON in a script; nothing for 0, which fills up short grams."""
    text = json.dumps(chr(code), ensure_ascii=0xD800 <= code < 0xE000)[1:-1] if code else ""
    return text.replace("<", "\\u003c").encode()
