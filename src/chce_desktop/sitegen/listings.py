"""The lists of a site, of columns, tags, months and articles without a column: their pages, and what stands on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.column import Column
from chce_desktop.sitegen import pagination
from chce_desktop.sitegen.catalogue import Catalogue
from chce_desktop.sitegen.pagination import ListPage
from chce_desktop.sitegen.state import Known

#: About so many articles are shown by the lists of a round.
_ROUND = 1500


class Listing(NamedTuple):
    """One page of a list: of a column, a tag, a month (`yyyy-mm`), or none of them: articles without a column.

    `page` says which part of the list it is; months have one page.
    """

    articles: Sequence[ArticleInfo]
    page: ListPage | None = None
    column: Column | None = None
    tag: str = ""
    month: str = ""


class Listings:
    """Looks pages of lists up by their public paths."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._length = catalogue.snapshot.settings.list_length
        self._last: tuple[str, Listing | None] = ("", None)

    @cached_property
    def column_of_slug(self) -> dict[str, Column]:
        """The columns by the folders of their pages."""
        return {column.slug: column for column in self._catalogue.snapshot.columns}

    def folders(self) -> Iterator[tuple[str, int]]:
        """The folders of lists in pages, with the number of articles in each."""
        catalogue = self._catalogue
        for column in catalogue.snapshot.columns:
            yield column.slug, len(catalogue.by_column[column.id])
        if catalogue.uncategorised:
            yield "articles", len(catalogue.uncategorised)
        for slug, tag in catalogue.tag_of_slug.items():
            yield f"tags/{slug}", catalogue.tags[tag]

    def archive(self) -> Iterator[str]:
        """The paths of months and years."""
        for key in (*self._catalogue.by_month, *self._catalogue.years):
            yield f"archive/{key}.html"

    def paths(self) -> Iterator[str]:
        """The paths of all pages of lists, and of the years.

        In rounds from the newest articles to the oldest, so that pages that show the same ones come soon after each
        other: little is remembered of what was made (see `turns`).
        """
        lists = [
            [f"{folder}/{name}" for name in pagination.names(count, self._length)] for folder, count in self.folders()
        ]
        lists.append([f"archive/{month}.html" for month in self._catalogue.by_month])
        rounds = -(-len(self._catalogue.articles) // _ROUND) or 1
        for number in range(rounds):
            for pages in lists:
                yield from pages[len(pages) * number // rounds : len(pages) * (number + 1) // rounds]
        yield from (f"archive/{year}.html" for year in self._catalogue.years)

    def year(self, path: str) -> str:
        """The year (`yyyy`) whose months are listed at a path, empty where it is no such page."""
        folder, _, name = path.rpartition("/")
        year = name.removesuffix(".html")
        return year if folder == "archive" and year in self._catalogue.years else ""

    def of(self, article: ArticleInfo | Known) -> dict[str, Sequence[ArticleInfo]]:
        """The lists that an article stands in: folder to articles, newest first. Tags without articles are left out."""
        catalogue = self._catalogue
        ids = catalogue.listed_in(article) if isinstance(article, ArticleInfo) else article.lists
        found = {column.slug: catalogue.by_column[column.id] for column in map(catalogue.tree.get, ids) if column}
        if catalogue.tree.get(article.column_id) is None:
            found["articles"] = catalogue.uncategorised
        for tag in article.tags:
            if tag.strip() and tag in catalogue.tags:
                found[f"tags/{catalogue.tag_slug(tag)}"] = catalogue.of_tag(tag)
        return found

    @cached_property
    def _counts(self) -> dict[str, int]:
        return dict(self.folders())

    def has(self, path: str) -> bool:
        """Whether there is a page of a list at a path: what `find` tells, but nobody looks at what stands there."""
        folder, _, name = path.rpartition("/")
        count = self._counts.get(folder)
        if count is not None:
            return pagination.has(count, self._length, name)
        return folder == "archive" and name.removesuffix(".html") in self._catalogue.by_month

    def find(self, path: str) -> Listing | None:
        """The page of a list at a path, None where there is none."""
        if self._last[0] != path:
            self._last = (path, self._found(path))
        return self._last[1]

    def _found(self, path: str) -> Listing | None:
        catalogue = self._catalogue
        folder, _, name = path.rpartition("/")
        column = self.column_of_slug.get(folder)
        if column is not None:
            return self._part(name, catalogue.by_column[column.id], column=column)
        if folder == "archive":
            month = name.removesuffix(".html")
            articles = catalogue.by_month.get(month)
            return None if articles is None else Listing(articles, month=month)
        if folder == "articles":
            return self._part(name, catalogue.uncategorised) if catalogue.uncategorised else None
        tag = catalogue.tag_of_slug.get(folder.removeprefix("tags/")) if folder.startswith("tags/") else None
        return None if tag is None else self._part(name, catalogue.of_tag(tag), tag=tag)

    def _part(
        self, name: str, articles: Sequence[ArticleInfo], *, column: Column | None = None, tag: str = ""
    ) -> Listing | None:
        page = pagination.page(articles, self._length, name)
        return None if page is None else Listing(page.articles, page, column, tag)
