"""The rows of a long list that are known now: pages by number, the ones used last kept. Knows nothing of Qt."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import date

from chce_desktop.domain.article import ArticleInfo

#: Articles in a page.
PAGE = 100
_MOST_PAGES = 40


class Rows:
    """`total` articles, of which some pages are known."""

    def __init__(self) -> None:
        self.total = 0
        self._pages: OrderedDict[int, Sequence[ArticleInfo]] = OrderedDict()
        #: Where a page begins, for the library: what ended the page before.
        self.cursors: dict[int, str] = {}

    def put(self, page: int, articles: Sequence[ArticleInfo]) -> None:
        """Know a page; the page used longest ago is forgotten when there are many."""
        self._pages[page] = articles
        self._pages.move_to_end(page)
        while len(self._pages) > _MOST_PAGES:
            self._pages.popitem(last=False)

    def get(self, row: int) -> ArticleInfo | None:
        """The article of a row, None when it is not known."""
        page = self._pages.get(row // PAGE)
        if page is None or row % PAGE >= len(page):
            return None
        return page[row % PAGE]

    def has(self, page: int) -> bool:
        """Whether a page is known."""
        return page in self._pages

    def used(self, page: int) -> None:
        """A page is looked at now."""
        self._pages.move_to_end(page)

    def recent(self, number: int) -> list[int]:
        """The pages that were looked at last, at most so many, in order."""
        return sorted(list(self._pages)[-number:])

    def known(self) -> Iterator[tuple[int, ArticleInfo]]:
        """Every known row with its article, in order."""
        for page in sorted(self._pages):
            for n, info in enumerate(self._pages[page]):
                yield page * PAGE + n, info

    def row_of(self, article_id: int) -> int:
        """The row of an article, -1 when it is not known."""
        return next((row for row, info in self.known() if info.id == article_id), -1)

    def exchange(self, info: ArticleInfo) -> int:
        """Show an article anew; its row, -1 where it is not known."""
        row = self.row_of(info.id)
        if row >= 0:
            page = list(self._pages[row // PAGE])
            page[row % PAGE] = info
            self._pages[row // PAGE] = page
        return row

    def clear(self) -> None:
        """Know no page any more."""
        self._pages.clear()
        self.cursors.clear()


class DayHeads:
    """Headings between rows, one before the first article of each day. Lines are headings and articles together.

    `total` is the number of articles.
    """

    def __init__(self, days: Sequence[tuple[date, int]] = ()) -> None:
        self._days = days
        self._starts: list[int] = []
        self._lines: list[int] = []
        row = 0
        for number, (_, count) in enumerate(days):
            self._starts.append(row)
            self._lines.append(row + number)
            row += count
        self.total = row

    def __len__(self) -> int:
        return len(self._days)

    def head(self, line: int) -> tuple[date, int] | None:
        """The day whose heading stands at a line, with its number of articles."""
        number = bisect_left(self._lines, line)
        return self._days[number] if number < len(self._lines) and self._lines[number] == line else None

    def row(self, line: int) -> int:
        """The article's row at a line; that of the first article of the day for a heading."""
        return line - bisect_left(self._lines, line)

    def line(self, row: int) -> int:
        """At which line an article's row stands."""
        return row + bisect_right(self._starts, row)
