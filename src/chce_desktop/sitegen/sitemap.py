"""The sitemap of a site: its files, what is in each, and how one follows from that of the build before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.sitegen.catalogue import Catalogue
from chce_desktop.sitegen.feeds import SITEMAP_END, SITEMAP_LENGTH, Feeds, sitemap, sitemap_row


class Sitemap:
    """One file for a small site; for a large one a file that names others: of pages, and of articles from the oldest.

    `listed` gives the public paths of the pages besides articles, `absolute` the address of a path.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        feeds: Feeds,
        listed: Callable[[], Iterator[str]],
        absolute: Callable[[str], str],
    ) -> None:
        self._catalogue = catalogue
        self._feeds = feeds
        self._listed = listed
        self._absolute = absolute

    @cached_property
    def _pages(self) -> Sequence[str]:
        return tuple(self._listed())

    @cached_property
    def names(self) -> Sequence[str]:
        """The files; none where the public address is unknown."""
        if not self._absolute("index.html"):
            return ()
        return self._feeds.sitemap_names(len(self._pages), len(self._catalogue.articles))

    def names_of(self, newest_rank: int) -> Sequence[str]:
        """The files that change with articles up to that rank, counted from the newest."""
        first = (len(self._catalogue.articles) - 1 - newest_rank) // SITEMAP_LENGTH + 1
        return [name for name in self.names if _number_of(name) == 0 or _number_of(name) >= first]

    def render(self, path: str) -> bytes | None:
        """A file; None where there is none of that name."""
        if path not in self.names:
            return None
        pages = [(page, "") for page in self._pages]
        if path == "sitemap.xml" and len(self.names) > 1:
            return self._feeds.sitemap_index(self.names[1:])
        if path.startswith("sitemap-pages-"):
            start = (int(path.rpartition("-")[2].removesuffix(".xml")) - 1) * SITEMAP_LENGTH
            return sitemap(self._absolute, pages[start : start + SITEMAP_LENGTH])
        start, end = self._range(path)
        return sitemap(
            self._absolute, [*(pages if len(self.names) == 1 else ()), *map(self._row, self._from(start, end))]
        )

    def after(
        self, path: str, before: bytes, new: Iterable[ArticleInfo], edited: Iterable[ArticleInfo]
    ) -> bytes | None:
        """The same from the file as it was `before`, in which most rows stay; None where that is not certain.

        `new` are the newest articles of all; `edited` ones stand where they stood.
        """
        if path not in self.names or (len(self.names) > 1 and not _number_of(path)):
            return None
        articles = self._catalogue.articles
        start, end = self._range(path)
        added = [info for info in new if start <= len(articles) - 1 - self._catalogue.rank(info) < end]
        first = sitemap_row(self._absolute, self._row(articles[-1 - start])).partition(b"<lastmod>")[0]
        place = before.find(first)
        rows = before[place : -len(SITEMAP_END)]
        if place < 0 or not before.endswith(SITEMAP_END) or rows.count(b"\n") != end - start - len(added):
            return None
        for info in edited:
            if start <= len(articles) - 1 - self._catalogue.rank(info) < end:
                row = sitemap_row(self._absolute, self._row(info))
                place = rows.find(row.partition(b"<lastmod>")[0])
                if place < 0:
                    return None
                rows = rows[:place] + row + rows[rows.index(b"\n", place) + 1 :]
        pages = [(page, "") for page in self._pages] if len(self.names) == 1 else ()
        last = sorted(added, key=self._catalogue.rank, reverse=True)
        head = sitemap(self._absolute, pages).removesuffix(SITEMAP_END)
        return b"".join((head, rows, *(sitemap_row(self._absolute, self._row(info)) for info in last), SITEMAP_END))

    def _range(self, path: str) -> tuple[int, int]:
        """Which articles are in a file, counted from the oldest."""
        count = len(self._catalogue.articles)
        if len(self.names) == 1:
            return 0, count
        start = (_number_of(path) - 1) * SITEMAP_LENGTH
        return start, min(count, start + SITEMAP_LENGTH)

    def _from(self, start: int, end: int) -> Iterable[ArticleInfo]:
        articles = self._catalogue.articles
        return reversed(articles[len(articles) - end : len(articles) - start])

    def _row(self, info: ArticleInfo) -> tuple[str, str]:
        return self._catalogue.article_path(info), info.updated_at.date().isoformat()


def _number_of(name: str) -> int:
    """The number of a sitemap's file of articles, 0 for others."""
    number = name.removeprefix("sitemap-").removesuffix(".xml")
    return int(number) if number.isdigit() else 0
