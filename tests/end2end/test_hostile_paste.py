"""What was made to run in an editor's pages is pasted, raw and as HTML: nothing of it runs on the site."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chce_desktop.domain.article import State
from chce_desktop.services import building
from chce_desktop.services.pasting import markdown_of_html
from chce_desktop.services.site import create_site
from tests.helpers.hostile import HOSTILE
from tests.helpers.web_server import WebServer

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Page

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]


def test_nothing_runs_on_the_site(tmp_path: Path, serve: Callable[[Path], WebServer], page: Page) -> None:
    out = tmp_path / "out"
    with create_site(tmp_path / "站", "网") as site:
        news = site.columns.add("新闻", slug="xinwen")
        converted = []
        for html in HOSTILE:
            started = time.process_time()
            converted.append(markdown_of_html(html).markdown)
            assert time.process_time() - started < 5
        bodies = {"pasted": "\n\n".join(converted), "raw": "\n\n".join(HOSTILE)}
        for slug, body in bodies.items():
            title = f"题 {slug}<script>window.ran='title'</script>"
            article = site.articles.create({"title": title, "slug": slug, "body": body, "column_id": news.id})
            site.articles.save(
                article.id, {"summary": HOSTILE[0], "source": HOSTILE[1], "state": State.READY, "cover": ""}
            )
        building.build(site, out)
    base = serve(out).url
    asked: list[str] = []

    def on_dialog(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", on_dialog)
    page.on("request", lambda request: asked.extend([request.url] if "evil" in request.url else []))
    for path in ("index.html", "xinwen/index.html", "xinwen/pasted.html", "xinwen/raw.html"):
        page.goto(f"{base}{path}", wait_until="load")
        for element in page.locator("article a, article summary, article img, article p").all()[:80]:
            element.dispatch_event("mouseover")
            element.dispatch_event("focus")
        page.wait_for_timeout(300)
        assert page.evaluate("window.ran") is None, path
        assert (
            page.evaluate("[...document.querySelectorAll('article [style*=expression], article svg script')].length")
            == 0
        )
        hrefs: list[str] = page.evaluate("[...document.querySelectorAll('article a')].map(a => a.href)")
        assert not [href for href in hrefs if href and href.partition(":")[0] not in ("http", "https", "mailto")], path
        assert page.locator("text=留下").count() or "index" in path
    assert asked == []
