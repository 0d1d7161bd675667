"""Lists are numbered from the oldest, so that what was once full never changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.sitegen import listings, pagination
from chce_desktop.sitegen.catalogue import Catalogue
from chce_desktop.sitegen.listings import Listings
from tests.helpers.snapshots import article, site


def _articles(count: int) -> list[ArticleInfo]:
    return [article(number, "") for number in range(count, 0, -1)]


@given(st.integers(0, 70), st.integers(1, 9))
def test_every_article_is_on_exactly_one_page_and_pages_are_linked(count: int, length: int) -> None:
    articles = _articles(count)
    pages = {name: pagination.page(articles, length, name) for name in pagination.names(count, length)}
    shown = [info.id for page in pages.values() if page for info in page.articles]
    assert shown == [info.id for info in articles]
    walked, name = [], "index.html"
    while name:
        page = pages[name]
        assert page is not None
        walked.append(name)
        assert page.newer is None or page.newer in pages
        assert all(near in pages for _, near in page.near)
        name = page.older or ""
    assert walked == list(pages)


@given(st.integers(0, 60), st.integers(1, 9))
def test_a_new_article_changes_at_most_the_newest_pages(count: int, length: int) -> None:
    before, after = _articles(count), _articles(count + 1)
    changed = [
        name
        for name in pagination.names(count, length)
        if pagination.page(before, length, name) != pagination.page(after, length, name)
    ]
    assert len(changed) <= 3
    for name in pagination.names(count, length)[1:]:
        old, new = pagination.page(before, length, name), pagination.page(after, length, name)
        assert old is not None
        assert new is not None
        assert [info.id for info in new.articles] == [info.id for info in old.articles]


def test_there_is_no_page_beyond_the_last() -> None:
    assert pagination.page(_articles(40), 10, "page-4.html") is None
    assert pagination.page(_articles(40), 10, "page-0.html") is None
    assert pagination.page(_articles(40), 10, "x.html") is None


def test_lists_are_made_in_rounds_from_the_newest_articles_and_none_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listings_of = Listings(Catalogue(site(300, tmp_path)))
    one_by_one = list(listings_of.paths())
    monkeypatch.setattr(listings, "_ROUND", 40)
    rounds = list(listings_of.paths())
    assert rounds != one_by_one
    assert len(set(rounds)) == len(rounds)
    assert sorted(rounds) == sorted(one_by_one)
    halves = [
        [info.date for path in some if (found := listings_of.find(path)) for info in found.articles]
        for some in (rounds[: len(rounds) // 2], rounds[len(rounds) // 2 :])
    ]
    newer, older = (sorted(dates)[len(dates) // 2] for dates in halves)
    assert newer > older
