"""Which articles stand in which list, as ids from the newest: kept from build to build, so that none is gone through.

A list is named `c12` for a column, `c` for articles without one, and `t阅读` for a tag.
"""

from __future__ import annotations

import json
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Self, overload

from typing_extensions import override

from chce_desktop.domain.article import ArticleInfo

NO_COLUMN = "c"


def names(columns: Iterable[int], tags: Iterable[str], *, uncategorised: bool) -> set[str]:
    """The lists of an article that stands in these columns and has these tags."""
    found = {f"c{column}" for column in columns} | {f"t{tag}" for tag in tags}
    return found | {NO_COLUMN} if uncategorised else found


class Lists:
    """Lists without articles are not there."""

    def __init__(self, data: bytes = b"") -> None:
        """`data` is what `dump` gave. Raises ValueError for anything else."""
        self._ids: dict[str, array[int]] = {}
        #: Where those lie in what was read that were not asked for yet.
        self._places: dict[str, tuple[int, int]] = {}
        self._read = memoryview(b"")
        if data:
            checksum, _, rest = data.partition(b"\n")
            if int(checksum, 16) != zlib.crc32(rest):
                raise ValueError(checksum)
            head, _, numbers = rest.partition(b"\n")
            self._read = memoryview(numbers)
            start = 0
            for name, count in json.loads(head):
                self._places[name] = (start, count)
                start += count

    @classmethod
    def of(cls, lists: Mapping[str, Sequence[int]]) -> Self:
        """Lists by name."""
        made = cls()
        made._ids = {name: array("I", ids) for name, ids in lists.items() if ids}
        return made

    def ids(self, name: str) -> array[int]:
        """The ids of a list, from the newest."""
        found = self._ids.get(name)
        if found is None:
            found = array("I")
            if name in self._places:
                start, count = self._places.pop(name)
                found.frombytes(self._read[4 * start : 4 * (start + count)])
                self._ids[name] = found
        return found

    def tags(self) -> Iterator[tuple[str, int]]:
        """Every tag with its number of articles."""
        for name, found in self._ids.items():
            if name[0] == "t" and found:
                yield name[1:], len(found)
        for name, (_, count) in self._places.items():
            if name[0] == "t":
                yield name[1:], count

    def take(self, article_id: int, lists: Iterable[str]) -> bool:
        """Take an article out of lists; whether it was in all of them."""
        try:
            for name in lists:
                self.ids(name).remove(article_id)
        except ValueError:
            return False
        return True

    def put(self, info: ArticleInfo, lists: Iterable[str], by_id: Mapping[int, ArticleInfo]) -> None:
        """Put an article into lists, where its date belongs."""
        for name in lists:
            ids = self._ids.setdefault(name, self.ids(name))
            ids.insert(place_in(Listed(ids, by_id), place_of(info)), info.id)

    def dump(self) -> bytes:
        """To be read again."""
        parts: dict[str, memoryview | array[int]] = dict(self._ids)
        for name, (start, count) in self._places.items():
            parts[name] = self._read[4 * start : 4 * (start + count)]
        counts = [(name, len(part) if isinstance(part, array) else len(part) // 4) for name, part in parts.items()]
        rest = json.dumps([row for row in counts if row[1]]).encode() + b"\n" + b"".join(parts.values())
        return b"%08x\n" % zlib.crc32(rest) + rest


class _LookedUp(Sequence[ArticleInfo]):
    """Articles that are looked up when they are asked for: `table` has them by what stands in `keys`."""

    def __init__(self, keys: Sequence[int], table: Mapping[int, ArticleInfo] | Sequence[ArticleInfo]) -> None:
        self._keys, self._table = keys, table

    @overload
    def __getitem__(self, index: int) -> ArticleInfo: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[ArticleInfo]: ...

    @override
    def __getitem__(self, index: int | slice) -> ArticleInfo | Sequence[ArticleInfo]:
        if isinstance(index, slice):
            return tuple([self._table[key] for key in self._keys[index]])
        return self._table[self._keys[index]]

    @override
    def __len__(self) -> int:
        return len(self._keys)


class Listed(_LookedUp):
    """The articles of a list of ids."""

    def __init__(self, ids: array[int], by_id: Mapping[int, ArticleInfo]) -> None:
        super().__init__(ids, by_id)


class Ranked(_LookedUp):
    """The articles at some places among all."""

    def __init__(self, ranks: Sequence[int], articles: Sequence[ArticleInfo]) -> None:
        super().__init__(ranks, articles)


class Part(_LookedUp):
    """A stretch of a list: cutting out all of them would touch every article."""

    def __init__(self, articles: Sequence[ArticleInfo], start: int, end: int) -> None:
        super().__init__(range(start, end), articles)


def place_of(info: ArticleInfo) -> tuple[float, int]:
    """What lists are sorted by: the newest first."""
    return -info.date.timestamp(), -info.id


def place_in(articles: Sequence[ArticleInfo], place: tuple[float, int]) -> int:
    """Where an article of (minus its time, minus its id) stands, or would stand, in a list that is newest first."""
    return bisect_left(articles, place, key=place_of)
