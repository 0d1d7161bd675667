"""The index of a small library stays sound whatever is taken out of it: FTS5 counts what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chce_desktop.services.site import Site, create_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站 点", "x") as made:
        yield made


def test_the_only_article_is_shortened_again_and_again(site: Site) -> None:
    article = site.articles.create({"title": "标题", "body": "甲乙丙丁戊己庚辛"})
    for length in range(7, -1, -1):
        site.articles.save(article.id, {"body": "甲乙丙丁戊己庚辛"[:length]})
    assert site.articles.search("标题").total == 1
    assert site.articles.search("甲").total == 0


def test_the_only_article_gets_other_dates(site: Site) -> None:
    article = site.articles.create({"title": "标题", "body": "正文"})
    for year in (2024, 1999, 2030, 2024):
        site.articles.save(article.id, {"date": datetime(year, 1, 2, tzinfo=UTC)})
    assert site.articles.search("正文").total == 1


def test_the_only_article_goes_to_the_trash_and_back_and_for_good(site: Site) -> None:
    article = site.articles.create({"title": "标题", "body": "正文"})
    for _ in range(3):
        assert site.articles.trash([article.id]) == 1
        assert site.articles.restore([article.id]) == 1
    site.articles.trash([article.id])
    site.articles.save(article.id, {"body": "正", "date": datetime(2020, 1, 1, tzinfo=UTC)})
    assert site.articles.purge([article.id]) == 1
    again = site.articles.create({"title": "标题", "body": "正文"})
    site.articles.save(again.id, {"body": ""})
    assert site.articles.search("标题").total == 1
