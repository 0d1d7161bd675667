"""What the list of articles reads in the background. Knows nothing of Qt."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import TYPE_CHECKING

from chce_desktop.domain.article import ArticleFilter, Order, Page
from chce_desktop.ui.articles.rows import PAGE, DayHeads

if TYPE_CHECKING:  # the list is there before the site is open
    from chce_desktop.services.site import Site


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a refresh read: the number of articles, some pages, where kept articles stand, and the days."""

    total: int
    pages: dict[int, Page]
    places: dict[int, int]
    days: DayHeads
    snippets: dict[int, str]

    def rows(self) -> Iterator[tuple[int, int]]:
        """The articles of the pages with their rows."""
        for number, page in self.pages.items():
            for at, info in enumerate(page.articles):
                yield info.id, number * PAGE + at


def fresh(site: Site, wanted: ArticleFilter, pages: Sequence[int], kept: Collection[int], zone: tzinfo | None) -> Fresh:
    """Read some pages of a list again, and where the `kept` articles stand. `zone` None: without its days."""
    total = site.articles.count(wanted)
    found = {n: page(site, wanted, n, None, total) for n in pages if n * PAGE < total or n == 0}
    pieces: dict[int, str] = {}
    for each in found.values():
        pieces |= snippets(site, wanted, each)
    read = Fresh(total, found, {}, days(site, wanted, zone), pieces)
    here = dict(read.rows())
    missing = [article_id for article_id in kept if article_id not in here]
    read.places.update({i: here[i] for i in kept if i in here} | site.articles.places(wanted, missing))
    return read


def days(site: Site, wanted: ArticleFilter, zone: tzinfo | None) -> DayHeads:
    """The headings of a list in a time zone; None: it has none."""
    return DayHeads() if zone is None else DayHeads(site.articles.days(wanted, zone))


def page(site: Site, wanted: ArticleFilter, number: int, cursor: str | None, total: int) -> Page:
    """A page of a list by the shortest way. `total` 0: not known."""
    start = number * PAGE
    if cursor is not None or number == 0:
        return site.articles.page(wanted, after=cursor, limit=PAGE)
    if start * 2 < total or not total or wanted.order is Order.BEST:
        return site.articles.page(wanted, limit=PAGE, offset=start)
    turned = replace(wanted, reverse=not wanted.reverse)
    limit = min(PAGE, total - start)
    found = site.articles.page(turned, limit=limit, offset=total - start - limit)
    return Page(found.articles[::-1], None)


def snippets(site: Site, wanted: ArticleFilter, shown: Page) -> dict[int, str]:
    """Pieces of the texts of a page around what was searched; none without a search."""
    if not wanted.text or wanted.where == "title":
        return {}
    return site.articles.snippets([info.id for info in shown.articles], wanted.text)
