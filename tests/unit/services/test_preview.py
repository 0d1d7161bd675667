from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from chce_desktop.domain.article import Article, State
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.services import snapshot
from chce_desktop.services.preview import Preview
from chce_desktop.services.site import Site, create_site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站点", "教育网") as made:
        yield made


@pytest.fixture
def article(site: Site) -> Article:
    column = site.columns.add("新闻")
    return site.articles.create({"title": "一条新闻", "body": "第一段。\n\n第二段。", "column_id": column.id})


def text(preview: Preview, path: str) -> str:
    return preview.page(path).body.decode()


def test_a_draft_is_nowhere_until_it_is_laid_over(site: Site, article: Article) -> None:
    preview = Preview(site)
    path = preview.article_path(article.id)
    assert preview.page(path).status == 404
    preview.overlay(article)
    assert preview.page(path).status == 200
    assert "一条新闻" in text(preview, "xinwen/index.html")


def test_nobody_who_saves_waits_for_a_page_that_is_being_made(
    site: Site, article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview, begun, go_on = Preview(site), threading.Event(), threading.Event()
    take = snapshot.take

    def slow(taken: Site) -> SiteSnapshot:
        found = take(taken)
        begun.set()
        assert go_on.wait(60)
        return found

    monkeypatch.setattr(snapshot, "take", slow)
    with ThreadPoolExecutor() as pool:
        page = pool.submit(preview.page, "xinwen/index.html")
        assert begun.wait(60)
        saved = pool.submit(site.articles.set_many, [article.id], {"state": State.READY})
        renewed = pool.submit(preview.renew)
        try:
            assert saved.result(30) == 1
            renewed.result(30)
        finally:
            go_on.set()
        assert article.title not in page.result(60).body.decode()
    assert article.title in text(preview, "xinwen/index.html")


def test_unsaved_text_is_shown(site: Site, article: Article) -> None:
    preview = Preview(site)
    preview.overlay(article)
    path = preview.article_path(article.id)
    assert "第一段" in text(preview, path)
    preview.overlay(replace(article, body="改过的。"))
    assert "改过的。" in text(preview, path)
    preview.overlay(replace(article, title="新的标题"))
    assert "新的标题" in text(preview, path)
    assert "新的标题" in text(preview, "index.html")


def test_body_carries_source_lines(site: Site, article: Article) -> None:
    preview = Preview(site)
    body = preview.body_html(replace(article, body="甲\n\n乙"))
    assert 'data-line="0"' in body
    assert 'data-line="2"' in body


def test_changes_of_others_are_seen(site: Site, article: Article) -> None:
    preview = Preview(site)
    preview.overlay(article)
    text(preview, "index.html")
    site.articles.create({"title": "别人的新闻", "state": State.READY})
    assert "别人的新闻" in text(preview, "index.html")
    site.settings.update(name="新网名")
    assert "新网名" in text(preview, "index.html")


def test_scripts_of_an_article_do_not_get_in(site: Site, article: Article) -> None:
    preview = Preview(site)
    body = preview.body_html(
        replace(article, body='<script>alert(1)</script><img src=x onerror="alert(2)">[a](javascript:b)')
    )
    for word in ("<script", "onerror", "javascript:"):
        assert word not in body


def test_a_missing_page_is_explained(site: Site) -> None:
    reply = Preview(site).page("没有/这页.html")
    assert reply.status == 404
    assert reply.mime == "text/html"
    assert reply.body


def test_a_faulty_template_is_explained(site: Site) -> None:
    folder = site.folder / "theme" / "templates"
    folder.mkdir(parents=True)
    (folder / "home.html").write_text("{% if %}", encoding="utf-8")
    reply = Preview(site).page("index.html")
    assert reply.status == 500
    assert "home.html" in reply.body.decode()
