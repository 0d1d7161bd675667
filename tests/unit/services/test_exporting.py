"""An export is a folder that an import reads back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chce_desktop.domain.article import Article, ArticleFilter, State
from chce_desktop.services import demo
from chce_desktop.services.exporting import ExportFailed, ExportFolderNotEmpty, export
from chce_desktop.services.importing import import_path
from chce_desktop.services.site import Site, create_site

_DATE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站点", "演示") as made:
        for number in range(2):
            made.articles.create({"title": f"文章{number}", "body": "正文", "state": State.READY, "date": _DATE})
        yield made


def shown(site: Site) -> dict[str, tuple[object, ...]]:
    tree = site.columns.tree()

    def row(article: Article) -> tuple[object, ...]:
        columns = (tree.path(article.column_id), tuple(map(tree.path, article.further_columns)))
        texts = (article.title, article.prefix, article.summary, article.source, article.author, article.keywords)
        return (
            *texts, columns, article.body, article.date, article.state, article.cover, article.reads,
            sorted(article.tags), sorted(setting.flag for setting in article.flags),
        )  # fmt: skip

    infos = site.articles.page(ArticleFilter(), limit=1000).articles
    return {info.slug: row(site.articles.get(info.id)) for info in infos}


def test_what_was_exported_comes_back_the_same(site: Site, tmp_path: Path) -> None:
    demo.fill(site)
    result = export(site, tmp_path / "出口")
    assert result.articles == site.articles.counts().total
    assert result.media == 12
    with create_site(tmp_path / "另一个", "x") as other:
        report = import_path(other, tmp_path / "出口")
        assert (report.created, report.skipped, report.warnings) == (result.articles, [], [])
        assert shown(other) == shown(site)


def test_links_between_articles_survive(site: Site, tmp_path: Path) -> None:
    first, second = site.articles.page(ArticleFilter(), limit=2).articles
    site.articles.save(first.id, {"body": f"见 [那篇](article:{second.id})。"})
    export(site, tmp_path / "out")
    with create_site(tmp_path / "other", "x") as other:
        import_path(other, tmp_path / "out")
        a, b = (other.articles.find_by_slug(info.slug) for info in (first, second))
        assert a is not None
        assert b is not None
        assert other.articles.get(a.id).body == f"见 [那篇](article:{b.id})。"


def test_it_never_mixes_with_what_is_there(site: Site, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ExportFolderNotEmpty):
        export(site, tmp_path / "full")
    with pytest.raises(ExportFailed):
        export(site, tmp_path / "full" / "mine.txt" / "below")
    assert (tmp_path / "full" / "mine.txt").read_text(encoding="utf-8") == "x"


def test_withdrawn_articles_stay_withdrawn(site: Site, tmp_path: Path) -> None:
    info = site.articles.page(ArticleFilter(), limit=1).articles[0]
    site.articles.save(info.id, {"state": State.WITHDRAWN})
    export(site, tmp_path / "out")
    with create_site(tmp_path / "other", "x") as other:
        import_path(other, tmp_path / "out")
        found = other.articles.find_by_slug(info.slug)
        assert found is not None
        assert found.state is State.WITHDRAWN
