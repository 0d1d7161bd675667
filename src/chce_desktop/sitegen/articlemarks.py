"""What tells which articles changed since the last build, and finds one of them: numbers only, since there are many."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Self

from typing_extensions import override

from chce_desktop.domain.article import ArticleInfo

#: How the numbers of id, version (negative where readers get a text that was signed), part of a second, reading count
#: are kept.
_KINDS = ("q", "q", "I", "q")


class Marks:
    """What tells whether articles changed: ids, editions and reading counts, in the order of the snapshot.

    An edition is the version with the part of a second at which it came, two numbers: a library that was put back
    counts versions again.
    """

    def __init__(self, columns: Sequence[array[int]]) -> None:
        """`columns` as in `_KINDS`, each from the newest article."""
        self._columns = columns
        self.ids, self._versions, self._moments, self.reads = columns

    @classmethod
    def of(cls, articles: Sequence[ArticleInfo]) -> Self:
        """Those of a snapshot. There may be 100,000, far apart in memory: each is looked at once."""
        columns = [array(kind) for kind in _KINDS]
        ids, versions, moments, reads = [column.append for column in columns]
        for info in articles:
            ids(info.id)
            versions(info.version)
            moments(info.updated_at.microsecond)
            reads(info.reads)
        return cls(columns)

    @classmethod
    def read(cls, data: bytes) -> Self:
        """What `dump` gave. Raises ValueError for anything else."""
        columns = [array(kind) for kind in _KINDS]
        count, rest = divmod(len(data), sum(column.itemsize for column in columns))
        if rest:
            raise ValueError(rest)
        start = 0
        for column in columns:
            end = start + count * column.itemsize
            column.frombytes(memoryview(data)[start:end])
            start = end
        return cls(columns)

    def dump(self) -> bytes:
        """To be read again."""
        return b"".join(self._columns)

    def __len__(self) -> int:
        return len(self.ids)

    def by_id(self) -> dict[int, tuple[tuple[int, int], int]]:
        """Id to edition and reading count."""
        editions = zip(self._versions, self._moments, strict=True)
        return dict(zip(self.ids, zip(editions, self.reads, strict=True), strict=True))

    def is_edition(self, info: ArticleInfo) -> bool:
        """Whether an article that is there was what it is now, but for its reading count."""
        place = self.ids.index(info.id)
        return (self._versions[place], self._moments[place]) == (info.version, info.updated_at.microsecond)

    def are_rising(self) -> bool:
        """Whether ids rise with dates."""
        return all(map(int.__gt__, self.ids, self.ids[1:]))

    def are_rising_at(self, places: Iterable[int]) -> bool:
        """The same for some places and their neighbours."""
        ids = self.ids
        pairs = ((newer, newer + 1) for place in places for newer in (place - 1, place))
        return all(ids[newer] > ids[older] for newer, older in pairs if newer >= 0 and older < len(ids))

    def changed_since(self, before: Marks, most: int) -> list[int] | None:
        """The places of articles that are new, changed or elsewhere; None where they are more than `most`.

        Long runs that are alike are compared as bytes: the cost is that of the change.
        """
        found: list[int] = []
        here = there = 0
        while len(found) <= most and there - here <= most:
            alike = self._alike(here, before, there)
            here, there = here + alike, there + alike
            if here == len(self) or there == len(before):
                found += range(here, min(len(self), here + most + 1))
                break
            ahead, behind = self.ids[here : here + most], before.ids[there : there + most]
            new, gone = _place(behind[0], ahead), _place(ahead[0], behind)
            if gone < new:
                there += 1
                continue
            there += new == gone  # the same one, or two that are far from where they were
            found.append(here)
            here += 1
        else:
            return None
        return found if len(found) <= most else None

    def _alike(self, here: int, other: Marks, there: int) -> int:
        """How many articles follow one another here and there with the same marks."""
        count = min(len(self) - here, len(other) - there)
        for mine, theirs in zip(self._columns, other._columns, strict=True):
            low, middle = 0, count  # most often all of them
            while low < count:
                if mine[here + low : here + middle] == theirs[there + low : there + middle]:
                    low = middle
                else:
                    count = middle - 1
                middle = (low + count + 1) // 2
        return count


def _place(wanted: int, ids: array[int]) -> int:
    return ids.index(wanted) if wanted in ids else len(ids)


class ByRisingId(Mapping[int, ArticleInfo]):
    """Id to article where ids rise with dates: found by halving, so that no table of all is made for a few of them."""

    def __init__(self, ids: array[int], articles: Sequence[ArticleInfo]) -> None:
        """`ids` from the oldest, `articles` from the newest."""
        self._ids, self._articles = ids, articles

    @override
    def __getitem__(self, article_id: int) -> ArticleInfo:
        place = bisect_left(self._ids, article_id)
        if place == len(self._ids) or self._ids[place] != article_id:
            raise KeyError(article_id)
        return self._articles[-1 - place]

    @override
    def __contains__(self, article_id: object) -> bool:
        if not isinstance(article_id, int):
            return False
        place = bisect_left(self._ids, article_id)
        return place < len(self._ids) and self._ids[place] == article_id

    @override
    def __iter__(self) -> Iterator[int]:
        return reversed(self._ids)

    @override
    def __len__(self) -> int:
        return len(self._ids)
