"""Server-side includes: old pages show today's blocks to every reader, and hosts without them lose nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from chce_desktop.domain.notice import Notice, NoticeLink
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen import build
from tests.helpers.snapshots import SETTINGS, site, uid
from tests.helpers.web_server import WebServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.server]
_NEW = "今天才有的公告"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A site that was built, and built again with a new notice; its old pages were left as they were."""
    settings = replace(SETTINGS, server_includes=True, url="https://www.example.org/")
    snapshot = site(130, tmp_path / "library", settings=settings)
    assert build(snapshot, tmp_path / "out").written > 130
    result = build(_later(snapshot), tmp_path / "out")
    assert result.written <= 30
    assert result.stale > 100
    return tmp_path / "out"


def _later(snapshot: SiteSnapshot) -> SiteSnapshot:
    """Another notice, and other articles that were read most."""
    counted = tuple(replace(info, reads=10**6 if info.id == 7 else info.reads) for info in snapshot.articles)
    notice = Notice(id=9, uid=uid(9), title=_NEW, links=(NoticeLink("看看", "article:7"),))
    return replace(snapshot, articles=counted, notices=(notice,))


def _old_page(out: Path) -> str:
    pages = sorted(out.glob("*/wenzhang-*.html"))
    return next(p.relative_to(out).as_posix() for p in pages if _NEW not in p.read_text(encoding="utf-8"))


def test_nginx_puts_todays_blocks_into_old_pages(
    out: Path, serve_as_told: Callable[[Path], WebServer], serve: Callable[[Path], WebServer], browser: Browser
) -> None:
    old, told = _old_page(out), serve_as_told(out).url
    with httpx.Client(trust_env=False) as client:
        raw = client.get(told + old).text
        plain = client.get(serve(out).url + old).text
    assert _NEW in raw
    assert "<!--#" not in raw
    assert raw.count('data-shared="popular"') == 1
    assert _NEW not in plain, "without includes the block is that of the page's making"
    assert plain.count('data-shared="popular"') == 1
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(told + old)
    assert page.get_by_text(_NEW).is_visible()
    page.get_by_role("link", name="看看").click()
    assert page.url.endswith("/wenzhang-7.html")
    context.close()


def test_a_browser_with_scripts_brings_a_page_up_to_date_either_way(
    out: Path, serve_as_told: Callable[[Path], WebServer], serve: Callable[[Path], WebServer], browser: Browser
) -> None:
    old = _old_page(out)
    for url in (serve_as_told(out).url, serve(out).url):
        page = browser.new_page()
        page.goto(url + old)
        page.get_by_text(_NEW).wait_for()
        page.get_by_role("link", name="看看").click()
        assert page.url.endswith("/wenzhang-7.html")
        page.close()


def test_fragments_fit_pages_at_any_depth_below_the_sites_path(tmp_path: Path) -> None:
    settings = replace(SETTINGS, server_includes=True, url="https://www.example.org/sub/")
    build(site(30, tmp_path / "library", settings=settings), tmp_path / "out")
    fragment = (tmp_path / "out" / "fragments" / "popular.html").read_text(encoding="utf-8")
    assert 'href="/sub/' in fragment
    assert 'href="../' not in fragment
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert '<!--#include virtual="/sub/fragments/popular.html" -->' in page
    assert "ssi on;" in (tmp_path / "out" / "server" / "nginx.conf").read_text(encoding="utf-8")
    assert "IncludesNoExec" in (tmp_path / "out" / "server" / "apache.conf").read_text(encoding="utf-8")
