"""Lists in pages that are numbered from the oldest, so that a new article changes only the newest page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chce_desktop.domain.article import ArticleInfo

_NUMBERED = re.compile(r"page-([1-9]\d{0,6})\.html")
#: How many newer and older neighbours a page links by number: when a page is added, only one other has to tell.
_NEWER, _OLDER = 1, 3


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list. `number` None is the newest, `index.html`; `newer`, `older`, `oldest` are file names.

    `near` are (number, file name) of the pages around, newest first.
    """

    number: int | None
    articles: Sequence[ArticleInfo]
    newer: str | None
    older: str | None
    oldest: str | None
    near: tuple[tuple[int, str], ...]

    @property
    def name(self) -> str:
        """The file's name in the list's folder."""
        return file_name(self.number)


def file_name(number: int | None) -> str:
    """The file name of the page with that number."""
    return "index.html" if number is None else f"page-{number}.html"


def full_pages(count: int, length: int) -> int:
    """How many numbered pages `count` articles have; the newest page holds at least `length` where it can."""
    return max(0, count // max(length, 1) - 1)


def names(count: int, length: int) -> list[str]:
    """The file names of all pages, newest first."""
    return ["index.html", *(file_name(number) for number in range(full_pages(count, length), 0, -1))]


def has(count: int, length: int, name: str) -> bool:
    """Whether `name` is one of `names`."""
    match = _NUMBERED.fullmatch(name)
    return name == "index.html" or (match is not None and int(match[1]) <= full_pages(count, length))


def page(articles: Sequence[ArticleInfo], length: int, name: str) -> ListPage | None:
    """The page with that file name of a list that is newest first; None where there is none."""
    length = max(length, 1)
    full = full_pages(len(articles), length)
    if name == "index.html":
        return ListPage(
            None,
            articles[: len(articles) - full * length],
            None,
            file_name(full) if full else None,
            file_name(1) if full else None,
            tuple((number, file_name(number)) for number in range(full, max(0, full - _NEWER - _OLDER), -1)),
        )
    match = _NUMBERED.fullmatch(name)
    if match is None or int(match[1]) > full:
        return None
    number = int(match[1])
    start = len(articles) - number * length
    near = range(min(full, number + _NEWER), max(0, number - _OLDER - 1), -1)
    return ListPage(
        number,
        articles[start : start + length],
        file_name(number + 1 if number < full else None),
        file_name(number - 1) if number > 1 else None,
        file_name(1) if number > 1 else None,
        tuple((n, file_name(n)) for n in near),
    )
