"""The lists of a piece of the search index, made with numpy: a module of its own, imported only where a piece is made.

No loop here runs over places or grams; arrays have an element for each. Characters become small numbers, and so does
a gram: its beginning's number times the count of characters, plus that of its last one, looked up in a table. Grams
with too many places go on to the next length. At the end grams are sorted by their file, and places by their gram.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chce_desktop.sitegen.searchlists import ALPHABET, ARTICLES, BASE, BITS, BITS_IN_DIGIT, FACTOR, PRIME

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.uint32]
Indices = NDArray[np.intp]
#: Numbers as small as they can be; of characters, or of grams.
Small = NDArray[np.uint16] | NDArray[np.uint32]

#: Of more places than these a gram has its articles instead.
_MOST = 1024
#: Entries of a table that looks numbers up.
_TABLE = 1 << 21
#: Characters that are looked at in one go, so that what is made of them is small.
_TOGETHER = 1 << 19
#: Rows are made in so many parts, for the same reason.
_PARTS = 16
#: From here on numbers are those of grams whose places are listed.
_LIGHT = np.uint32(1 << 31)
_DIGITS = np.frombuffer(ALPHABET.encode(), np.uint8)
_SIGNS = np.frombuffer((ARTICLES + BITS).encode(), np.uint8)


class _Lists(NamedTuple):
    """Grams of one length as numbers of characters, and all postings: the gram's number of each, and its value.

    Postings are in some pairs of arrays; what is of one gram rises.
    """

    grams: Small
    postings: Sequence[tuple[Numbers, Numbers]]
    articles: bool = False


class _Rows(NamedTuple):
    """Grams of one length as numbers of characters, and the articles of each, a digit for `BITS_IN_DIGIT` of them."""

    grams: Small
    digits: Bytes


class _Stretch(NamedTuple):
    """Some articles that follow each other, and where their texts stand: from `start` to before `end`."""

    articles: slice
    start: int
    end: int


class _Text:
    """All texts one after the other, with a 0 behind each, and enough at the end. A 0 in a text is in no gram."""

    def __init__(self, texts: Sequence[str], shift: int, longest: int) -> None:
        self.count = len(texts)
        lengths = np.fromiter(map(len, texts), np.intp, len(texts)) + 1
        slots = ((lengths - 1) >> shift) + 1
        ends = np.cumsum(lengths)
        self._lengths = lengths
        moved = ((np.cumsum(slots) - slots) << shift) - (ends - lengths)
        #: The place of each character.
        self.places = np.repeat(moved.astype(np.uint32), lengths)
        self.places += np.arange(len(self.places), dtype=np.uint32)
        edges = np.searchsorted(ends // _TOGETHER, np.arange(int(ends[-1]) // _TOGETHER + 2)).tolist()
        starts = [0, *ends.tolist()]
        self.stretches = [_Stretch(slice(a, b), starts[a], starts[b]) for a, b in pairwise(edges) if b > a]
        #: Where grams may begin.
        self.size = starts[-1]
        codes = np.zeros(self.size + longest, np.uint32)
        seen = np.zeros(0x110000, np.bool_)
        seen[0] = True
        for articles, start, end in self.stretches:
            part = "\0".join((*texts[articles], "")).encode("utf-32-le", "surrogatepass")
            codes[start:end] = np.frombuffer(part, "<u4")
            seen[codes[start:end]] = True
        self.characters = np.flatnonzero(seen)
        numbers = np.zeros(0x110000, np.uint32)
        numbers[self.characters] = np.arange(len(self.characters))
        self.ids = _small(numbers[codes], len(self.characters))

    def articles(self, stretch: _Stretch, factor: int) -> Indices:
        """The number of the article of each character, counted from the first one of the stretch, times a factor."""
        lengths = self._lengths[stretch.articles]
        return np.repeat(np.arange(len(lengths)) * factor, lengths)


def rows(texts: Sequence[str], shift: int, longest: int, buckets: int, stripes: int) -> list[tuple[bytes, bytes]]:
    """The rows of all grams of texts, in the order of their buckets, in so many stripes of the same number of buckets.

    A stripe is its rows, each with a comma behind, and where those of each bucket begin, and the last ones end, in
    four bytes each. A text has slots of `1 << shift` places, as many as it fills and one more if it
    fills them to the end. Grams up to `longest` characters are listed; where that is two, pairs with all places.
    """
    text = _Text(texts, shift, longest)
    found = list(_listed(text, longest))
    characters = text.characters
    del text
    parts = list(_Writer(characters, found, buckets, max(stripes, min(_PARTS, buckets))).parts())
    together = len(parts) // stripes
    return [_joined(parts[at : at + together]) for at in range(0, len(parts), together)]


def _joined(parts: Sequence[tuple[bytes, Indices]]) -> tuple[bytes, bytes]:
    starts = accumulate((len(made) for made, _ in parts), initial=0)
    edges = [edges + start for (_, edges), start in zip(parts, starts, strict=False)]
    kept = [*(inner[:-1] for inner in edges[:-1]), edges[-1]]
    return b"".join(made for made, _ in parts), np.concatenate(kept).astype(np.uint32).tobytes()


def _small(numbers: NDArray[np.integer], limit: int) -> Small:
    """Numbers below the limit in as little memory as they need."""
    return numbers.astype(np.uint16) if limit <= 1 << 16 else numbers.astype(np.uint32)


def _listed(text: _Text, longest: int) -> Iterator[_Lists | _Rows]:
    """All grams that there are lists of, and these."""
    ids, size = text.ids, text.size
    group: Small = ids[:size]
    grams = _small(np.arange(len(text.characters))[:, None], len(text.characters))
    yield from _articles(text, group, grams)
    for length in range(2, longest + 1):
        following = _More(text, group, len(grams), ids[length - 1 :], _MOST if length < longest else size)
        yield following.lists(_longer(grams, following.light))
        if len(following.heavy[0]) == 1:
            break
        grams, group = _longer(grams, following.heavy), following.group
        yield from _articles(text, group, grams)
        first = np.zeros_like(group)
        np.multiply(group[1:], group[:-1] == 0, out=first[:-1])
        earlier = _More(text, first, len(grams), ids, size, sparse=True)
        yield earlier.lists(_longer(grams, earlier.light, before=True))


class _More:
    """Grams that are one of a group and a character more.

    `group` has for each place the number of its gram, 0 for none; `more` the other character. `heavy` and `light` are
    the groups and characters of what stands at more than `most` places, and of all else; the first begins with zeros.
    `self.group` has the number of what is heavy, for each place.
    """

    def __init__(self, text: _Text, group: Small, groups: int, more: Small, most: int, *, sparse: bool = False) -> None:
        characters = len(text.characters)
        self._text = text
        self.group = _small(np.zeros(text.size, np.uint16), text.size // (most + 1) + 2)
        self._postings: list[tuple[Numbers, Numbers]] = []
        heavy: list[Indices] = [np.zeros(1, np.intp)]
        light: list[Indices] = []
        heavies, lights = 1, int(_LIGHT)
        step = max(1, _TABLE // characters)
        for first in range(0, groups, step):
            keys = _Keys(
                group, more, characters, range(first, min(groups, first + step)), all_=groups <= step and not sparse
            )
            occurring = keys.counted(text.stretches)
            there = np.flatnonzero(occurring)
            many = occurring[there] > most
            table = np.zeros(len(occurring), np.uint32)
            for pairs, found, start in ((heavy, there[many], heavies), (light, there[~many], lights)):
                pairs.append(found + first * characters)
                table[found] = np.arange(start, start + len(found), dtype=np.uint32)
            heavies += len(heavy[-1])
            lights += len(light[-1])
            self._look_up(keys, table)
        self.heavy = np.divmod(np.concatenate(heavy), characters)
        self.light = np.divmod(np.concatenate(light), characters)

    def _look_up(self, keys: _Keys, table: Numbers) -> None:
        for stretch in self._text.stretches:
            within, found = keys.within(stretch)
            numbers = table[found]
            chosen = np.flatnonzero(numbers >= _LIGHT)
            here = slice(stretch.start, stretch.end)
            self._postings.append((numbers[chosen] - _LIGHT, self._text.places[here][within][chosen]))
            numbers[chosen] = 0
            self.group[here][within] = numbers

    def lists(self, grams: Small) -> _Lists:
        """The lists of what is light."""
        return _Lists(grams, self._postings)


class _Keys(NamedTuple):
    """Numbers of pairs of a group of a range and a character, 0 being neither; `all_`: whether all places have some."""

    group: Small
    more: Small
    characters: int
    groups: range
    all_: bool

    def within(self, stretch: _Stretch) -> tuple[slice | Indices, Indices]:
        """Which places of a stretch have a group of these, and the keys of these places."""
        group, more = self.group[stretch.start : stretch.end], self.more[stretch.start : stretch.end]
        first = self.groups[0]
        chosen = slice(None) if self.all_ else np.flatnonzero((group >= max(1, first)) & (group <= self.groups[-1]))
        keys = np.multiply(group[chosen], self.characters, dtype=np.intp)
        keys += more[chosen]
        if first:
            keys -= first * self.characters
        return chosen, keys

    def counted(self, stretches: Sequence[_Stretch]) -> Indices:
        """How often each occurs."""
        found = np.zeros(len(self.groups) * self.characters, np.intp)
        for stretch in stretches:
            found += np.bincount(self.within(stretch)[1], minlength=len(found))
        found[:: self.characters] = 0
        if not self.groups[0]:
            found[: self.characters] = 0
        return found


def _longer(grams: Small, pairs: tuple[Indices, Indices], *, before: bool = False) -> Small:
    """Grams with a character more."""
    groups, characters = pairs
    more = characters.astype(grams.dtype)[:, None]
    return np.concatenate((more, grams[groups]) if before else (grams[groups], more), axis=1)


def _articles(text: _Text, group: Small, grams: Small) -> Iterator[_Lists | _Rows]:
    """The articles of the grams of which each place has the number, 0 for none: as bits where that is shorter."""
    width = -(-text.count // BITS_IN_DIGIT) * BITS_IN_DIGIT
    table = np.zeros((width, len(grams)), np.bool_)
    for stretch in text.stretches:
        keys = text.articles(stretch, len(grams))
        keys += group[stretch.start : stretch.end]
        table[stretch.articles].reshape(-1)[keys] = True
    seen = np.ascontiguousarray(table.T)
    seen[0] = False
    counts = np.count_nonzero(seen, axis=1)
    dense = counts * BITS_IN_DIGIT > width
    packed = np.packbits(seen[dense].reshape(-1, BITS_IN_DIGIT), axis=1) >> np.uint8(8 - BITS_IN_DIGIT)
    yield _Rows(grams[dense], packed.reshape(-1, width // BITS_IN_DIGIT))
    sparse = (counts > 0) & ~dense
    of, articles = np.nonzero(seen[sparse])
    yield _Lists(grams[sparse], [(of.astype(np.uint32), articles.astype(np.uint32))], articles=True)


class _Writer:
    """Rows of grams with their lists, written in `parts` parts of the same number of buckets."""

    def __init__(self, characters: Indices, found: Sequence[_Lists | _Rows], buckets: int, parts: int) -> None:
        keys = [_key(code) for code in characters.tolist()]
        self._sizes = np.fromiter(map(len, keys), np.intp, len(keys))
        widest = max(1, *map(len, keys))
        self._keys = np.frombuffer(b"".join(key.ljust(widest) for key in keys), np.uint8).reshape(-1, widest)
        counts = [len(lists.grams) for lists in found]
        firsts = list(accumulate(counts, initial=0))
        self._grams = np.zeros((firsts[-1], max(lists.grams.shape[1] for lists in found)), found[0].grams.dtype)
        for first, lists in zip(firsts, found, strict=False):
            self._grams[first : first + len(lists.grams), : lists.grams.shape[1]] = lists.grams
        self._signs = np.repeat(
            np.fromiter((2 if isinstance(lists, _Rows) else lists.articles for lists in found), np.uint8), counts
        )
        in_bucket = np.concatenate([_buckets(characters[lists.grams], buckets) for lists in found])
        self._order = np.argsort(in_bucket, kind="stable")
        self._sorted = in_bucket[self._order]
        self._per_part = buckets // parts
        edges = np.searchsorted(self._sorted, np.arange(parts + 1) * self._per_part)
        self._edges = edges.tolist()
        part_of = (in_bucket // self._per_part).astype(np.uint8)
        rank = np.empty(len(in_bucket), np.uint32)
        rank[self._order] = np.arange(len(in_bucket), dtype=np.uint32)
        self._postings: list[list[tuple[Numbers, Numbers]]] = [[] for _ in range(parts)]
        for first, lists in zip(firsts, found, strict=False):
            if isinstance(lists, _Lists):
                for of, values in lists.postings:
                    self._split(part_of[first + of], rank[first + of], values)
        self._digits = np.concatenate([lists.digits for lists in found if isinstance(lists, _Rows)])
        self._digit_rows = np.zeros(len(in_bucket), np.intp)
        self._digit_rows[self._signs == 2] = np.arange(len(self._digits))

    def _split(self, parts: Bytes, of: Numbers, values: Numbers) -> None:
        """Note postings for their parts."""
        order = np.argsort(parts, kind="stable")
        of, values = of[order], values[order]
        ends = np.cumsum(np.bincount(parts, minlength=len(self._postings))).tolist()
        for postings, start, end in zip(self._postings, [0, *ends], ends, strict=False):
            postings.append((of[start:end], values[start:end]))

    def parts(self) -> Iterator[tuple[bytes, Indices]]:
        """Rows, and where those of each bucket begin."""
        for part, postings in enumerate(self._postings):
            here = slice(self._edges[part], self._edges[part + 1])
            of = np.concatenate([of for of, _ in postings]) - np.uint32(here.start)
            made, starts = self._part(self._order[here], of, np.concatenate([values for _, values in postings]))
            buckets = np.arange(part * self._per_part, (part + 1) * self._per_part + 1)
            yield made, starts[np.searchsorted(self._sorted[here], buckets)]

    def _part(self, grams: Indices, of: Numbers, values: Numbers) -> tuple[bytes, Indices]:
        """The rows of grams, and where each begins, and the last one ends."""
        counts = np.bincount(of, minlength=len(grams))
        ends = np.cumsum(counts)
        numbers = _differences(values[np.argsort(_small(of, len(grams)), kind="stable")], ends - counts, counts)
        written = np.concatenate(([0], np.cumsum(_lengths(numbers), dtype=np.intp)))
        before = written[ends - counts]
        contents = written[ends] - before
        signs, characters = self._signs[grams], self._grams[grams]
        in_bits = np.flatnonzero(signs == 2)
        digits = self._digits[self._digit_rows[grams[in_bits]]]
        contents[in_bits] = digits.shape[1]
        key_sizes = self._sizes[characters].sum(axis=1)
        heads = key_sizes + 4 + (signs > 0)
        starts = np.concatenate(([0], np.cumsum(heads + contents + 2)))
        out = np.full(starts[-1], ord('"'), np.uint8)
        out[starts[1:] - 1] = ord(",")
        begin = starts[:-1]
        self._write_keys(out, begin + 1, characters)
        out[begin + key_sizes + 2] = ord(":")
        begin = begin + heads
        signed = np.flatnonzero(signs)
        out[begin[signed] - 1] = _SIGNS[signs[signed] - 1]
        out[begin[in_bits][:, None] + np.arange(digits.shape[1])] = _DIGITS[digits]
        _write_numbers(out, written[1:] + np.repeat(begin - before, counts), numbers)
        return out.tobytes(), starts

    def _write_keys(self, out: Bytes, at: Indices, grams: Small) -> None:
        for characters in grams.T:
            sizes = self._sizes[characters]
            for byte in range(int(sizes.max(initial=0))):
                wide = np.flatnonzero(sizes > byte)
                out[at[wide] + byte] = self._keys[characters[wide], byte]
            at = at + sizes


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
    limit = BASE
    while limit < 1 << 32:
        found += numbers >= limit
        limit *= BASE
    return found


def _write_numbers(out: Bytes, ends: Indices, numbers: Numbers) -> None:
    """Numbers as `searchlists.listed` writes them, each before its end."""
    digits = _DIGITS[:BASE]
    while len(numbers):
        rest = numbers // np.uint32(BASE)
        ends = ends - 1
        out[ends] = digits[numbers - rest * np.uint32(BASE)]
        more = np.flatnonzero(rest)
        numbers, ends, digits = rest[more], ends[more], _DIGITS[BASE:]


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
