"""Which grams the texts of a piece of the search index have, and where: with numpy, imported only to make a piece.

No loop here runs over places or grams; arrays have an element for each, and are gone through in stretches that stay in
the processor's cache. Characters become small numbers, and so does a gram: its beginning's number times the count of
characters, plus that of its last one, looked up in a table. Grams with too many places go on to the next length, so
that each place ends with one gram that has few, and that tells the longest one there that has many. `searchrows`
writes what is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chce_desktop.sitegen.searchlists import BITS_IN_DIGIT
from chce_desktop.sitegen.searchrows import Buckets, Bytes, Grams, Indices, Numbers, Sign, Small, Stripe, Writer, small

#: Of more places than these, and than one for so many articles, a gram has its articles instead.
_MOST, _SHARE = 16, 8
#: Entries of a table that looks numbers up.
_TABLE = 1 << 21
#: Characters that are looked at in one go.
_TOGETHER = 1 << 16
#: From here on, negative: the longest gram at a place, if every longer one would reach over the text's end.
_END = 1 << 30

#: Numbers of grams: positive for those of one length that have many places, negative for those with few, 0 for none.
_Signed = NDArray[np.int32]
#: Those of characters, as small as they can be.
_Ids = NDArray[np.uint16] | NDArray[np.int32]
_Flags = NDArray[np.bool_]


class _Stretch(NamedTuple):
    """Some articles that follow each other, and where their texts stand."""

    articles: slice
    characters: slice


class Text:
    """All texts one after the other, with a 0 behind each, and enough at the end. A 0 in a text is in no gram."""

    def __init__(self, texts: Sequence[str], longest: int, fold: Callable[[str], str]) -> None:
        """`fold` gives a text as it is compared, and gives the same for its characters one by one, or for what it gave.

        Grams have at most `longest` characters.
        """
        parts, codes = self._laid_out(texts)
        folded = [fold(chr(code)) for code in codes.tolist()]
        if any(len(text) != 1 for text in folded):  # so few texts have such characters that each may be folded
            parts, codes = self._laid_out([fold(text) for text in texts])
            folded = [chr(code) for code in codes.tolist()]
        #: The characters that there are; `ids` has the number of each place's.
        self.characters, numbers = np.unique([ord(character) for character in folded], return_inverse=True)
        table = np.zeros(0x110000, np.uint16 if len(self.characters) <= 1 << 16 else np.int32)
        table[codes] = numbers
        self.ids = np.zeros(self.size + longest, table.dtype)
        for (_, here), part in zip(self.stretches, parts, strict=True):
            table.take(part.astype(np.intp), out=self.ids[here], mode="clip")

    def _laid_out(self, texts: Sequence[str]) -> tuple[list[Numbers], Indices]:
        """The codes of each stretch, and those that there are."""
        #: How many characters each text has.
        self.lengths: Indices = np.fromiter(map(len, texts), np.intp, len(texts))
        ends = np.cumsum(self.lengths + 1)
        starts = [0, *ends.tolist()]
        #: Where grams may begin.
        self.size = starts[-1]
        edges = np.searchsorted(ends // _TOGETHER, np.arange(self.size // _TOGETHER + 2)).tolist()
        self.stretches = [_Stretch(slice(a, b), slice(starts[a], starts[b])) for a, b in pairwise(edges) if b > a]
        seen = np.zeros(0x110000, np.bool_)
        seen[0] = True
        parts = []
        for articles, _ in self.stretches:
            data = "\0".join((*texts[articles], "")).encode("utf-32-le", "surrogatepass")
            parts.append(np.frombuffer(data, "<u4"))
            seen[parts[-1].astype(np.intp)] = True
        return parts, np.flatnonzero(seen)

    def places(self, shift: int) -> Iterator[tuple[slice, Numbers]]:
        """Stretches of characters, and the places of these.

        A text has slots of `1 << shift` places, as many as it fills and one more if it fills them to the end.
        """
        slots, lengths = (self.lengths >> shift) + 1, self.lengths + 1
        moved = ((np.cumsum(slots) - slots) << shift) - (np.cumsum(lengths) - lengths)
        for articles, here in self.stretches:
            places = np.repeat(moved[articles].astype(np.uint32), lengths[articles])
            places += np.arange(here.start, here.stop, dtype=np.uint32)
            yield here, places


class Rows(NamedTuple):
    """The rows of all grams of texts, in the order of their buckets, in stripes of the same number of buckets.

    `articles` are those of grams that have their articles if there are buckets for these, `places` all others. `common`
    are the grams that have their articles, of two characters, of three, and so on.
    """

    articles: list[Stripe]
    places: list[Stripe]
    common: list[list[str]]


def rows(text: Text, shift: int, longest: int, buckets: tuple[int, int], stripes: int) -> Rows:
    """The rows of texts: `Text.places` tells what `shift` means, `searchrows.Buckets` what `buckets` are.

    Grams up to `longest` characters are listed; where that is two, pairs with all places.
    """
    listed = _Listed(text, longest)
    writer = Writer(text.characters, listed.grams, listed.digits, Buckets(*buckets), stripes)
    common = [text.characters[grams].tolist() for grams in listed.common]
    return Rows(
        *writer.stripes(listed.postings(shift)), [["".join(map(chr, gram)) for gram in grams] for grams in common]
    )


class _Level(NamedTuple):
    """Grams of one length with many places; the first one is none.

    `first` is its number among those of all lengths; `shorter` tells which of the level before each begins with.
    """

    first: int
    grams: Small
    shorter: Indices


class _Rises(NamedTuple):
    """Places at which the longest gram with many places is of a lower level than at the next one, and that there."""

    places: Indices
    levels: Bytes
    next_levels: Bytes
    next_grams: Indices


class _Listed:
    """All lists that there are of a text.

    Grams with few places have the numbers from 1, those with their articles follow; of these `digits` has a row for
    each that has them as bits.
    """

    def __init__(self, text: Text, longest: int) -> None:
        self._text = text
        #: What is listed of each place because it begins there; numbers and places of what is listed besides.
        self._at: _Signed = np.zeros(text.size, np.int32)
        self._also: list[tuple[Indices, Indices]] = []
        self._articles: list[tuple[Indices, Indices]] = []
        self._next = 1
        self._most = max(_MOST, len(text.lengths) // _SHARE)
        levels, few, within = self._lengthened(longest)
        #: The grams with many places, of two characters, of three, and so on.
        self.common = [level.grams[1:] for level in levels[1:]]
        seen, rises = self._seen(levels, within)
        preceded = self._preceded(levels, rises)
        digits: list[Bytes] = []
        self.grams: list[Grams] = []
        for level, *others in zip(levels, preceded, few, strict=True):
            self.grams += chain(self._with_articles(level, seen, digits), *others)
        self.digits = np.concatenate(digits)

    def _lengthened(self, longest: int) -> tuple[list[_Level], list[list[Grams]], Indices]:
        """Grams with many places by length, and those with few that have one of these and a character more.

        At last, which of all with many each with few begins with, by number.
        """
        text = self._text
        characters = len(text.characters)
        levels = [_Level(0, small(np.arange(characters)[:, None], characters), np.zeros(characters, np.intp))]
        few, within = [], [np.zeros(1, np.intp)]
        for length in range(2, longest + 1):
            level = levels[-1]
            at = text.ids[: text.size] if length == 2 else self._at
            most = self._most if length < longest else text.size
            pairs = self._pairs(at, text.ids[length - 1 :], level, most, self._at)
            few.append([self._noted(level, pairs)])
            within.append(pairs.light[0] + level.first)
            if len(pairs.heavy[0]) == 1:
                break
            grams = _longer(level.grams, pairs.heavy)
            levels.append(_Level(level.first + len(level.grams), grams, pairs.heavy[0]))
        return levels, few, np.concatenate(within)

    def _pairs(self, at: _Ids, more: _Ids, level: _Level, most: int, into: _Signed) -> _Pairs:
        return _paired(_Keys(at, more, len(self._text.characters)), level, most, self._next, into)

    def _noted(self, level: _Level, pairs: _Pairs, *, before: bool = False) -> Grams:
        grams = Grams(self._next, _longer(level.grams, pairs.light, before=before), Sign.PLACES, pairs.counts)
        self._next += len(grams.counts)
        return grams

    def _seen(self, levels: Sequence[_Level], within: Indices) -> tuple[_Flags, _Rises]:
        """For each gram with many places, and each article, whether it is there; and where longer ones begin.

        Only the longest one at a place is looked at: where it is, those are that it begins with.
        """
        text = self._text
        sizes = [len(level.grams) for level in levels]
        level_of = np.repeat(np.arange(len(levels), dtype=np.uint8), sizes)
        width = BITS_IN_DIGIT * 4  # so that rows can also be read in eights
        seen = np.zeros((sum(sizes), -(-len(text.lengths) // width) * width), np.bool_)
        rises = []
        for articles, here in text.stretches:
            numbers = self._at[here]
            np.negative(numbers, out=numbers)
            last = np.flatnonzero(numbers >= _END)
            grams = within.take(numbers, mode="clip")
            grams[last] = numbers[last] - _END
            numbers[last] = 0
            found = level_of.take(grams)
            rising = np.flatnonzero(found[1:] > found[:-1])
            rising = rising[text.ids[here][rising] > 0]
            rises.append((rising + here.start, found[rising], found[rising + 1], grams[rising + 1]))
            lengths = text.lengths[articles] + 1
            grams += np.repeat(np.arange(len(lengths)) * len(seen), lengths)
            table = np.zeros((len(lengths), len(seen)), np.bool_)
            table.reshape(-1)[grams] = True
            seen[:, articles] = table.T
        eights = seen.view(np.uint64)
        for level, before in zip(levels[:0:-1], levels[-2::-1], strict=True):
            starts = np.flatnonzero(np.diff(level.shorter[1:], prepend=0))
            longer = np.bitwise_or.reduceat(eights[level.first + 1 : level.first + len(level.grams)], starts)
            eights[level.shorter[1:][starts] + before.first] |= longer
        seen[[level.first for level in levels]] = False
        return seen, _Rises(*map(np.concatenate, zip(*rises, strict=True)))

    def _preceded(self, levels: Sequence[_Level], rises: _Rises) -> list[list[Grams]]:
        """For each level the grams with few places that are one of it and a character before."""
        found: list[list[Grams]] = []
        for number in range(len(levels) - 1, 0, -1):
            level = levels[number]
            chosen = np.flatnonzero((rises.levels < number) & (rises.next_levels >= number))
            places = rises.places[chosen]
            groups = (rises.next_grams[chosen] - level.first).astype(np.int32)
            pairs = self._pairs(groups, self._text.ids[places], level, len(places), groups)
            found.append([self._noted(level, pairs, before=True)])
            self._also.append((np.negative(groups).astype(np.intp), places))
            here = np.flatnonzero(rises.next_levels == number)
            rises.next_levels[here] = number - 1
            rises.next_grams[here] = level.shorter[rises.next_grams[here] - level.first] + levels[number - 1].first
        return [[], *reversed(found)]

    def _with_articles(self, level: _Level, seen: _Flags, digits: list[Bytes]) -> Iterator[Grams]:
        """The grams of a level that there are, with their articles: as bits where that is shorter."""
        seen = seen[level.first : level.first + len(level.grams)]
        width = -(-len(self._text.lengths) // BITS_IN_DIGIT)
        counts = np.count_nonzero(seen, axis=1)
        dense = counts > width
        digits.append(_in_sixes(np.packbits(seen[dense], axis=1))[:, :width])
        sparse = (counts > 0) & ~dense
        of, articles = np.nonzero(seen[sparse])
        for sign, chosen, postings in ((Sign.BITS, dense, counts * 0), (Sign.ARTICLES, sparse, counts)):
            if sign is Sign.ARTICLES:
                self._articles.append((of + self._next, articles))
            yield Grams(self._next, level.grams[chosen], sign, postings[chosen])
            self._next += int(np.count_nonzero(chosen))

    def postings(self, shift: int) -> Iterator[tuple[Indices, Numbers]]:
        """Numbers of grams, and what their lists have: what is of one gram rises, from one array to the next too."""
        for of, articles in self._articles:
            yield of, articles.astype(np.uint32)
        done = [0] * len(self._also)
        for here, places in self._text.places(shift):
            numbers, found = [self._at[here].astype(np.intp)], [places]
            for n, (also, at) in enumerate(self._also):
                some = slice(done[n], int(np.searchsorted(at, here.stop)))
                done[n] = some.stop
                numbers.append(also[some])
                found.append(places[at[some] - here.start])
            yield np.concatenate(numbers), np.concatenate(found)


class _Pairs(NamedTuple):
    """What there is of pairs of a gram of a level and a character.

    `heavy` are those with many places, after none; `light` are all others, with their `counts`.
    """

    heavy: tuple[Indices, Indices]
    light: tuple[Indices, Indices]
    counts: Indices


class _Keys(NamedTuple):
    """Numbers of pairs: `at` tells of which gram each place is if it is positive, `more` has the other characters."""

    at: _Ids
    more: _Ids
    characters: int

    def of(self, grams: range, *, all_: bool) -> Iterator[tuple[slice | Indices, Indices]]:
        """Places, and their keys, counted from the first gram's.

        `all_`: there are no other grams; then places of none are given as well.
        """
        for start in range(0, len(self.at), _TOGETHER):
            where: slice | Indices = slice(start, min(start + _TOGETHER, len(self.at)))
            at, more = self.at[where], self.more[where]
            if all_:
                keys = np.multiply(np.maximum(at, 0), self.characters, dtype=np.int32)
            else:
                chosen = np.flatnonzero((at >= max(1, grams.start)) & (at < grams.stop))
                keys = np.subtract(at[chosen], grams.start, dtype=np.int32) * np.int32(self.characters)
                more, where = more[chosen], chosen + start
            keys += more
            yield where, keys.astype(np.intp)


def _paired(keys: _Keys, level: _Level, most: int, first: int, into: _Signed) -> _Pairs:
    """What stands at more than `most` places is heavy, all else gets the numbers from `first`, negative.

    `into` gets the number for each place that is of a gram, and keeps what is negative; it may be what `keys` is of.
    """
    characters, total = keys.characters, len(level.grams)
    step = max(1, _TABLE // characters)
    all_ = total <= step
    if not all_:
        keys = keys._replace(at=keys.at.copy())
    heavy: list[Indices] = [np.zeros(1, np.intp)]
    light: list[Indices] = []
    counts: list[Indices] = []
    heavies = 1
    for start in range(0, total, step):
        grams = range(start, min(start + step, total))
        size = len(grams) * characters
        occurring = np.zeros(size, np.int32)
        for _, found in keys.of(grams, all_=all_):
            np.add.at(occurring, found, np.int32(1))  # a number of another type would take a hundred times as long
        table = np.zeros(size, np.int32)
        table[::characters] = -_END - level.first - np.asarray(grams)
        occurring[::characters] = 0
        if not start:  # neither is none a gram
            table[0] = 0
            occurring[:characters] = 0
        there = np.flatnonzero(occurring)
        counted = occurring[there]
        many = counted > most
        found = there[many]
        table[found] = np.arange(heavies, heavies + len(found))
        heavy.append(found + start * characters)
        heavies += len(found)
        found = there[~many]
        table[found] = -np.arange(first, first + len(found))
        light.append(found + start * characters)
        counts.append(counted[~many].astype(np.intp))
        first += len(found)
        for where, found in keys.of(grams, all_=all_):
            looked_up = table.take(found)
            if isinstance(where, slice):
                here = into[where]
                np.minimum(here, 0, out=here)
                here += looked_up
            else:
                into[where] = looked_up
    heavies_, lights = (np.divmod(np.concatenate(some), characters) for some in (heavy, light))
    return _Pairs(heavies_, lights, np.concatenate(counts))


def _longer(grams: Small, pairs: tuple[Indices, Indices], *, before: bool = False) -> Small:
    """Grams with a character more."""
    groups, characters = pairs
    more = characters.astype(grams.dtype)[:, None]
    return np.concatenate((more, grams[groups]) if before else (grams[groups], more), axis=1)


def _in_sixes(packed: Bytes) -> Bytes:
    """Rows of bits, a multiple of three bytes each, as digits of `BITS_IN_DIGIT`."""
    first, second, third = packed[:, ::3], packed[:, 1::3], packed[:, 2::3]
    digits = (first >> 2, first << 4 & 63 | second >> 4, second << 2 & 63 | third >> 6, third & 63)
    return np.stack(digits, axis=2).reshape(len(packed), len(digits) * first.shape[1])
