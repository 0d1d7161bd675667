"""Writes the lists of a piece of the search index with numpy, as `searchlists` says; imported only for that.

Each gram with its list is a row, and rows stand in the order of their buckets. What is to be written comes as
postings (the number of a gram, a value) in no order but that the values of one gram rise. They are put into parts of
some buckets, so few that a part fits in the processor's cache, and sorted by gram there. Sorting by two-byte numbers
is a radix sort, which is as fast on every processor.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chce_desktop.sitegen.searchlists import ALPHABET, ARTICLES, BASE, BITS, FACTOR, PRIME

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


class Writer:
    """Rows of grams in the order of their buckets, in so many stripes of the same number of buckets."""

    def __init__(self, characters: Indices, found: Sequence[Grams], digits: Bytes, buckets: int, stripes: int) -> None:
        """`characters` are those that grams have the numbers of; `digits` has a row for each gram in bits."""
        keys = [_key(code) for code in characters.tolist()]
        self._sizes = np.fromiter(map(len, keys), np.intp, len(keys))
        widest = max(1, *map(len, keys))
        self._keys = np.frombuffer(b"".join(key.ljust(widest) for key in keys), np.uint8).reshape(-1, widest)
        in_bucket = np.concatenate([_buckets(characters[grams.characters], buckets) for grams in found])
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
        self._stripes, self._parts = stripes, stripes
        while self._parts < buckets and self._parts * _TOGETHER < int(self._counts.sum()):
            self._parts *= 2
        #: Of the grams in their order, where each bucket begins, and each part; of the postings, where each part.
        self._buckets = np.searchsorted(in_bucket[order], np.arange(buckets + 1))
        edges = self._buckets[:: buckets // self._parts]
        self._edges = edges.tolist()
        self._postings = np.concatenate(([0], np.cumsum(self._counts)))[edges].tolist()
        #: Of each number the part, one too much where it is no gram; and which gram of the part.
        numbers = np.concatenate([np.arange(grams.first, grams.first + len(grams.counts)) for grams in found])[order]
        self._part_of = small(np.full(int(numbers.max(initial=0)) + 1, self._parts), self._parts + 1)
        sizes = np.diff(edges)
        self._part_of[numbers] = np.repeat(np.arange(self._parts), sizes)
        self._within = small(np.zeros(len(self._part_of), np.intp), int(sizes.max()))
        self._within[numbers] = np.arange(len(numbers)) - np.repeat(edges[:-1], sizes)

    def stripes(self, postings: Iterable[tuple[Indices, Numbers]]) -> list[tuple[bytes, bytes]]:
        """Of each stripe its rows, and where those of each bucket begin, and the last ones end, in four bytes each."""
        of, values = self._divided(postings)
        parts, buckets = self._parts // self._stripes, (len(self._buckets) - 1) // self._stripes
        found = []
        for stripe in range(self._stripes):
            made, starts, length = [], [], 0
            for part in range(stripe * parts, (stripe + 1) * parts):
                here = slice(*self._postings[part : part + 2])
                rows, begin = self._part(slice(*self._edges[part : part + 2]), of[here], values[here])
                made.append(rows)
                starts.append(begin + length)
                length += len(rows)
            edges = self._buckets[stripe * buckets : (stripe + 1) * buckets + 1] - self._edges[stripe * parts]
            begins = np.append(np.concatenate(starts), length)[edges]
            found.append((b"".join(made), begins.astype(np.uint32).tobytes()))
        return found

    def _divided(self, postings: Iterable[tuple[Indices, Numbers]]) -> tuple[Small, Numbers]:
        """The postings of one part after those of another: of which of its grams each is, and the value."""
        of, values = np.zeros(self._postings[-1], self._within.dtype), np.zeros(self._postings[-1], np.uint32)
        filled = self._postings[:-1]
        numbers_of_parts = small(np.arange(self._parts), self._parts + 1)
        for numbers, found in postings:
            parts = self._part_of.take(numbers)
            order = np.argsort(parts, kind="stable")
            ends = np.searchsorted(parts.take(order), numbers_of_parts, "right").tolist()
            within, sorted_ = self._within.take(numbers).take(order), found.take(order)
            for part, (start, end) in enumerate(pairwise((0, *ends))):
                here = slice(filled[part], filled[part] + end - start)
                of[here], values[here] = within[start:end], sorted_[start:end]
                filled[part] = here.stop
        return of, values

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
        heads = keys + 4 + (signs > 0)
        behind = np.cumsum(heads + contents + 2)
        begin = behind - (heads + contents + 2)
        out = np.zeros(behind[-1:].sum(), np.uint8)
        _write_numbers(out, written[:-1] + np.repeat(begin + heads - before, counts), numbers)
        for at, mark in ((begin, b'"'), (begin + keys + 1, b'":"'), (behind - 2, b'",')):
            for byte, code in enumerate(mark):
                out[at + byte] = code
        key_bytes = self._keys[characters][np.arange(self._keys.shape[1]) < sizes[:, :, None]]
        out[np.arange(len(key_bytes)) + np.repeat(begin + 1 - (np.cumsum(keys) - keys), keys)] = key_bytes
        signed = np.flatnonzero(signs)
        out[(begin + heads)[signed] - 1] = _SIGNS[signs[signed] - 1]
        out[(begin + heads)[in_bits][:, None] + np.arange(digits.shape[1])] = _DIGITS[digits]
        return out.tobytes(), begin


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
