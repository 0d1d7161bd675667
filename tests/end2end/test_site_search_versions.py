"""Files of the search index of different ages may lie in caches: a reader is never told a wrong count for that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen import build, searchfiles
from tests.helpers.chromium import until
from tests.helpers.snapshots import Texts, article, info_of, site
from tests.helpers.web_server import WebServer

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.server]

QUERIES = ("教", "学校", "新的词句", "先前的词句", "科学实验", "家长委员会讨论", "学校 图书馆")


@pytest.fixture
def before(tmp_path: Path) -> SiteSnapshot:
    """A site with pieces of two groups, and articles in none."""
    made = site(300, tmp_path / "lib", characters=120)
    return _with(made, {n: f"先前的词句,{n}。学校的图书馆。" for n in (3, 150, 290)}, gone=())


@pytest.fixture
def later(before: SiteSnapshot) -> SiteSnapshot:
    """The same one after a while: some articles are gone, others new, and old ones were edited."""
    changed = {n: f"新的词句,{n}。家长委员会讨论科学实验。" for n in (3, 4, 60, 61, 280, 301, 302)}
    return _with(before, changed, gone=(5, 6, 150, 270))


def _with(snapshot: SiteSnapshot, texts: dict[int, str], gone: tuple[int, ...]) -> SiteSnapshot:
    kept = {info.id: info for info in snapshot.articles if info.id not in gone}
    all_texts = {**snapshot.bodies.get(list(kept)), **texts}
    for number, text in texts.items():
        date = kept[number].date if number in kept else snapshot.articles[0].date
        made = article(number, text, title=f"第{number}篇学校新闻", date=date, column_id=snapshot.columns[-1].id)
        kept[number] = info_of(made)
    articles = sorted(kept.values(), key=lambda info: (info.date, info.id), reverse=True)
    return replace(snapshot, articles=tuple(articles), bodies=Texts(all_texts))


def _wanted(snapshot: SiteSnapshot, query: str) -> int:
    texts = snapshot.bodies.get([info.id for info in snapshot.articles])
    return sum(all(term in text.casefold() for term in query.split()) for text in texts.values())


def _asked(page: Page, query: str) -> int:
    """The count that an open search page tells for one more query."""
    page.evaluate("document.getElementById('search-status').removeAttribute('data-count')")
    page.locator("#search-words").fill(query)
    page.locator(".search-box").get_by_label("内容", exact=True).check()
    page.locator(".search-box").get_by_role("button", name="搜索").click()
    return _told(page)


def _told(page: Page) -> int:
    until(page, "document.getElementById('search-status').dataset.count !== undefined")
    return int(page.locator("#search-status").get_attribute("data-count") or -1)


def _differing(page: Page, snapshot: SiteSnapshot) -> list[tuple[str, int, int]]:
    counts = [(query, _asked(page, query), _wanted(snapshot, query)) for query in QUERIES]
    return [(query, count, wanted) for query, count, wanted in counts if count != wanted]


def _all_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searchfiles, "_RECENT", 0)
    monkeypatch.setattr(searchfiles, "_LOOSE", 0)


def test_after_a_publish_nothing_old_is_mixed_with_what_is_new(
    page: Page,
    before: SiteSnapshot,
    later: SiteSnapshot,
    tmp_path: Path,
    serve_as_told: Callable[[Path], WebServer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The browser keeps what the server's files allow: one tab was open before, another one comes after."""
    _all_made_anew(monkeypatch)
    out = tmp_path / "out"
    build(before, out)
    address = f"{serve_as_told(out).url}search/index.html"
    page.goto(address)
    assert _differing(page, before) == []
    old = {path.relative_to(out): path.read_bytes() for path in (out / "search").rglob("*.js")}
    build(later, out)
    renewed = [path for path, data in old.items() if (out / path).is_file() and (out / path).read_bytes() != data]
    assert {path.parent.name for path in renewed} >= {"m", "s", "search"}
    other = page.context.new_page()
    other.goto(f"{address}?{urlencode({'q': '新的词句', 'in': 'body'})}")
    assert _told(other) == _wanted(later, "新的词句")
    until(other, "document.querySelectorAll('#search-results > li').length > 0")
    assert _differing(other, later) == []
    assert _differing(page, later) == [], "the tab that was open"
    build(before, out)  # as after a rollback
    assert _differing(page, before) == []
    assert _differing(other, before) == []


@pytest.mark.parametrize("stale", ["search/index.js", "search/[lmsx]*"])
def test_what_a_cache_on_the_way_has_of_another_age_is_noticed(
    stale: str,
    page: Page,
    before: SiteSnapshot,
    later: SiteSnapshot,
    tmp_path: Path,
    serve: Callable[[Path], WebServer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A CDN still hands out a directory of before, or files of before to whoever asks for new ones."""
    _all_made_anew(monkeypatch)
    out = tmp_path / "out"
    build(before, out)
    old = {path.relative_to(out).as_posix(): path.read_text("utf-8") for path in out.glob("search/**/*.js")}
    old = {path: text for path, text in old.items() if Path(path).match(stale) or Path(path).parent.match(stale)}
    build(later, out)

    def answer(route: Route) -> None:
        path, _, asked = route.request.url.partition("/search/")[2].partition("?")
        if "t=" in asked or f"search/{path}" not in old:
            route.continue_()
        else:
            route.fulfill(body=old[f"search/{path}"], content_type="text/javascript")

    page.route("**/search/**/*.js*", answer)
    page.goto(f"{serve(out).url}search/index.html")
    assert _differing(page, later) == []


def test_a_publish_leaves_in_the_cache_what_it_did_not_change(
    page: Page, before: SiteSnapshot, later: SiteSnapshot, tmp_path: Path, serve_as_told: Callable[[Path], WebServer]
) -> None:
    out = tmp_path / "out"
    build(before, out)
    server = serve_as_told(out)
    address = f"{server.url}search/index.html"
    page.goto(address)
    assert _differing(page, before) == []
    build(later, out)
    loaded = server.access_log.read_text(encoding="utf-8")
    assert "/search/m/p" in loaded
    page.goto(address)
    assert _differing(page, later) == []
    now = server.access_log.read_text(encoding="utf-8")[len(loaded) :]
    assert "/search/x.js?v=" in now
    assert "/search/m/" not in now, "edits of old articles leave their piece as it is"


_MIXED = """教师和家长联合会的第一句话，**很重要的话**也在里面。

## 第二节的标题

- 项目里的一句长话
- 另一个项目[有链接](https://a.example/x)

> 引用的话不能漏掉

最后一段有很多不同的文字，例如乾坤震巽坎离艮兑八个字。"""


@pytest.mark.parametrize("page_of", ["this version", "another version"])
def test_where_few_articles_are_left_their_pages_tell_the_rest_if_they_are_of_this_version(
    page_of: str, page: Page, before: SiteSnapshot, tmp_path: Path, serve: Callable[[Path], WebServer]
) -> None:
    snapshot = _with(before, {20: _MIXED, 21: _MIXED.replace("乾坤震巽", "乾坤巽震")}, gone=())
    out = tmp_path / "out"
    build(snapshot, out)
    lists: list[str] = []
    pages: list[str] = []

    def note(route: Route) -> None:
        (pages if route.request.url.endswith(".html") else lists).append(route.request.url)
        if page_of == "another version" and route.request.url.endswith(".html"):
            route.fulfill(body=route.fetch().text().replace("坎离艮兑", "坎坎坎坎"), content_type="text/html")
        else:
            route.continue_()

    page.goto(f"{serve(out).url}search/index.html")
    page.route("**/wenzhang-*.html", note)
    page.route("**/search/m/p*", note)
    text = _MIXED.splitlines()[-1]
    assert _asked(page, text) == 1
    assert _asked(page, text.replace("乾坤震巽", "乾坤巽震")) == 1
    assert _asked(page, f"{text[:12]} 离艮兑八 有很多不同的") == 2
    assert _asked(page, text.replace("坎离艮兑", "坎坎坎坎")) == 0, "not in what was written"
    assert pages
    assert (len(lists) < len(text) / 2) == (page_of == "this version")
