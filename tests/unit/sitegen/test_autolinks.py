"""Words of the table become links: on pages and in the preview alike, and nowhere where they would break something."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.domain.article import State
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.domain.wordbook import AutoLink
from chce_desktop.services import building
from chce_desktop.services.preview import Preview
from chce_desktop.services.site import create_site
from chce_desktop.sitegen.prose import Renderer, resolve

LINKS = (
    AutoLink(word="教育", address="https://e.cn/"),
    AutoLink(word="素质教育", address="article:7"),
    AutoLink(word="R&D", address="https://r.cn/?a=1&b=2"),
    AutoLink(word="amp", address="https://amp.cn"),
    AutoLink(word="专栏", address="/zhuan-lan/"),
)


def html(text: str, times: int = 1) -> str:
    renderer = Renderer(SiteSettings(auto_link_times=times), {}, links=LINKS)
    return resolve(renderer.render(text).html, "../", lambda article_id: f"../x/{article_id}.html")


E, S = '<a href="https://e.cn/">教育</a>', '<a href="../x/7.html">素质教育</a>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("谈教育", f"<p>谈{E}</p>"),
        ("谈素质教育和教育", f"<p>谈{S}和{E}</p>"),
        ("教育、教育", f"<p>{E}、教育</p>"),
        ("## 教育\n\n正文", '<h2 id="s-教育">教育</h2>\n<p>正文</p>'),
        ("[看教育](https://a.cn)。", '<p><a href="https://a.cn">看教育</a>。</p>'),
        ("`教育`好", "<p><code>教育</code>好</p>"),
        ("R&D，AT&T", '<p><a href="https://r.cn/?a=1&amp;b=2">R&amp;D</a>，AT&amp;T</p>'),
        ("看专栏", '<p>看<a href="../zhuan-lan/">专栏</a></p>'),
        ("**教育**", f"<p><strong>{E}</strong></p>"),
        ("<div>教育</div>", f"<div>{E}</div>"),
        ("```\n教育\n```", "<pre><code>教育\n</code></pre>"),
    ],
)
def test_words_become_links_where_they_may(text: str, expected: str) -> None:
    assert html(text).strip() == expected


def test_no_more_than_so_many_times() -> None:
    assert html("教育，教育，教育", 2).count("<a ") == 2
    assert "<a " not in html("教育", 0)


@given(st.text("教育素质专栏R&Damp;<>`*#[]()\n ", max_size=80))
def test_only_links_are_added(text: str) -> None:
    import re

    without = resolve(Renderer(SiteSettings(), {}).render(text).html, "../", lambda _: None)
    assert re.sub(r"</?a\b[^>]*>", "", html(text, 9)) == re.sub(r"</?a\b[^>]*>", "", without)


def test_preview_and_site_show_the_same_links_and_follow_the_table(tmp_path: Path, app_home: Path) -> None:
    with create_site(tmp_path / "站", "测试") as site:
        target = site.articles.create({"title": "素质", "body": "文", "state": State.READY})
        article = site.articles.create({"title": "题", "body": "谈素质教育。", "state": State.READY})
        page = tmp_path / "页" / "articles" / f"{article.slug}.html"
        building.build(site, tmp_path / "页")
        assert "<a" not in page.read_text("utf-8").partition("谈")[2].partition("。")[0]
        site.wordbook.links.put({"word": "素质教育", "address": str(target.id)})
        building.build(site, tmp_path / "页")
        link = f'谈<a href="../articles/{target.slug}.html">素质教育</a>。'
        assert link in page.read_text("utf-8")
        preview = Preview(site)
        shown = preview.page(f"articles/{article.slug}.html").body.decode()
        assert link in shown.replace(f'href="{target.slug}.html"', f'href="../articles/{target.slug}.html"')
        site.articles.set_many([target.id], {"state": State.DRAFT})
        building.build(site, tmp_path / "页")
        assert "谈素质教育。" in page.read_text("utf-8")
        site.wordbook.links.remove(["素质教育"])
        site.articles.set_many([target.id], {"state": State.READY})
        building.build(site, tmp_path / "页")
        assert "谈素质教育。" in page.read_text("utf-8")
        assert "谈素质教育。" in preview.page(f"articles/{article.slug}.html").body.decode()
        preview.close()
