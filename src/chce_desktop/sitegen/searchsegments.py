"""Segments of the published search index (pieces, and the articles in none): what is in them, which files there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.sitegen import searchindex
from chce_desktop.sitegen.searchindex import BLOCK

FOLDER = "search/"

#: What is kept of a segment from build to build: its articles, which of them count no longer, and its key.
Row = tuple[int, list[int], str]


class Segment(NamedTuple):
    """`articles` are to be indexed (none where it is left as it is); `stamps` say what is in it, `dead` what was."""

    articles: Sequence[ArticleInfo]
    stamps: Mapping[int, str]
    dead: tuple[int, ...] = ()


class Left(NamedTuple):
    """A group whose pieces could stay as they are: with what of them is void, and what would have to be looked at."""

    pieces: Mapping[str, Segment]
    loose: Sequence[ArticleInfo]


def newest_first(piece: Mapping[int, str]) -> list[int]:
    """The ids of a piece in the order in which it counts its articles."""

    def place(article_id: int) -> tuple[int, int]:
        return -int(piece[article_id].partition(".")[2]), -article_id

    return sorted(piece, key=place)


def dead_of(before: Mapping[int, str], now: Mapping[int, str]) -> tuple[int, ...]:
    """Which articles of a piece count no longer, counted from its newest."""
    return tuple(n for n, i in enumerate(newest_first(before)) if now.get(i) != before[i])


def fresh(articles: Sequence[ArticleInfo], stamp: Callable[[ArticleInfo], str]) -> Segment:
    """A segment that is to be made of these articles; `stamp` says what is indexed of one."""
    return Segment(articles, {info.id: stamp(info) for info in articles})


def size_of(group: str, counts: Mapping[str, int]) -> int:
    """What `searchindex.shape` asks for."""
    return sum(counts.values()) if group == "s" else len(counts)


def files_of(group: str, counts: Mapping[str, int]) -> Iterator[tuple[int, str]]:
    """The files of a group, whose pieces have so many articles, with their stripes."""
    if counts:
        blocks = [-(-count // BLOCK) for count in counts.values()]
        for stripe, path in searchindex.files_of(group, size_of(group, counts), blocks):
            yield stripe, FOLDER + path


def covers(group: str, size: int, before: int) -> bool:
    """Whether a group of this size has all files that it had before."""
    pairs = zip(searchindex.shape(group, size), searchindex.shape(group, before), strict=True)
    return all(files >= old for files, old in pairs)
