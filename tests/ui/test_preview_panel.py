from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QMessageBox, QPushButton, QToolButton

from chce_desktop.domain.article import Article, State
from chce_desktop.foundation.progress import SILENT
from chce_desktop.services.pasting import markdown_of_html
from chce_desktop.services.preview import Preview
from chce_desktop.services.site import Site
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.editor.panel import EditorPanel
from chce_desktop.ui.preview.panel import PreviewPanel
from chce_desktop.ui.preview.server import _FILES, SiteServer
from tests.helpers.hostile import HOSTILE
from tests.helpers.qt import held, wait_until
from tests.helpers.web_server import WebServer

BODY = "## 第一节\n\n第一段。\n\n" + "\n\n".join(f"第{n}段，讲的是学校的春天。" * 6 for n in range(2, 40))


class Shown:
    """The preview beside the editor, as in the window."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.editor = EditorPanel(desk)
        self.preview = PreviewPanel(desk)
        self.editor.article_opened.connect(self.preview.show_article)
        self.editor.text_changed.connect(self._on_text)
        self.editor.cursor_line_changed.connect(self.preview.follow_line)
        self.preview.line_clicked.connect(self.editor.go_to_line)
        for widget in (self.editor, self.preview):
            widget.resize(800, 700)
            widget.show()

    def _on_text(self) -> None:
        article = self.editor.current()
        if article is not None:
            self.preview.update_article(article)

    def open(self, article: Article) -> None:
        self.editor.open_article(article.id)
        self.wait("document.querySelector('h1')?.textContent ?? ''", article.title)

    def js(self, code: str, world: int = 0) -> Any:
        results: list[Any] = []
        page = self.preview.page
        assert page is not None
        page.runJavaScript(f"JSON.stringify({code})", world, results.append)
        wait_until(lambda: results, what=code)
        return json.loads(results[0]) if results[0] else None

    def wait(self, code: str, value: object) -> None:
        wait_until(lambda: self.preview.page is not None, what="the web engine")
        wait_until(lambda: self.js(code) == value, what=f"{code} == {value!r}")

    def at(self, path: str) -> None:
        """Return once the page at `path` is there as a whole."""
        self.wait("[location.pathname, document.readyState]", [f"/{path}", "complete"])

    def click(self, code: str) -> None:
        """Click with the mouse on the element that `code` gives: only this makes a step that Back goes back to."""
        self.js(f"({code}.scrollIntoView({{block: 'center', behavior: 'instant'}}), 0)")
        self.js("(requestAnimationFrame(() => requestAnimationFrame(() => (window.painted = true))), 0)")
        self.wait("window.painted ?? false", value=True)
        x, y = self.js(f"(box => [box.x + box.width / 2, box.y + box.height / 2])({code}.getBoundingClientRect())")
        view = self.preview.findChild(QWebEngineView)
        target = view.focusProxy() if view is not None else None
        assert target is not None
        QTest.mouseMove(target, QPoint(round(x), round(y)))
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))

    def close(self) -> None:
        self.editor.close_article()
        self.preview.close_preview()
        wait_until(lambda: not self.desk.operations.running)
        for widget in (self.editor, self.preview):
            widget.close()
            widget.deleteLater()


@pytest.fixture
def shown(desk: Desk) -> Iterator[Shown]:
    made = Shown(desk)
    yield made
    made.close()


@pytest.fixture
def article(site: Site) -> Article:
    column = site.columns.add("新闻")
    site.articles.create({"title": "已发布", "state": State.READY, "column_id": column.id, "body": "旧闻"})
    return site.articles.create({"title": "正在写的", "body": BODY, "column_id": column.id})


def test_typing_changes_the_body_and_keeps_everything_else(shown: Shown, article: Article) -> None:
    shown.open(article)
    shown.js("(window.seen = document.querySelectorAll('#article-body p')[20], window.stayed = true, 0)")
    shown.editor.editor.go_to_line(2)
    shown.editor.editor.insertPlainText("写进去的字。")
    shown.wait("document.querySelectorAll('#article-body p')[0].textContent", "写进去的字。第一段。")
    assert shown.js("window.stayed") is True
    assert shown.js("window.seen.isConnected") is True


def test_lines_move_with_what_is_written_above(shown: Shown, article: Article) -> None:
    shown.open(article)
    shown.editor.editor.go_to_line(0)
    shown.editor.editor.insertPlainText("新的一段。\n\n")
    shown.wait("document.querySelector('#article-body h2').dataset.line", "2")


def test_title_and_lists_follow(shown: Shown, article: Article) -> None:
    shown.open(article)
    shown.editor.header.title.set_text("改过的题目")
    shown.wait("document.querySelector('h1').textContent", "改过的题目")
    shown.wait("document.title.startsWith('改过的题目')", value=True)
    shown.wait("document.querySelector('aside').textContent.includes('改过的题目')", value=True)
    shown.preview.show_path("index.html")
    shown.wait("document.body.textContent.includes('改过的题目')", value=True)


def test_blocks_that_come_late_put_nothing_old_on_the_page(shown: Shown, article: Article) -> None:
    shown.open(article)
    named = "[...document.querySelectorAll('aside [data-shared]')].map(part => part.dataset.shared)"
    old = {name: ["as it was", "旧"] for name in shown.js(named)}
    assert old
    shown.editor.header.title.set_text("改过的题目")
    shown.wait("document.querySelector('aside').textContent.includes('改过的题目')", value=True)
    shown.js(f"(chceShared({json.dumps(old)}), 0)")
    assert shown.js("document.querySelector('aside').textContent.includes('改过的题目')")


def test_preview_follows_the_cursor_and_the_other_way_round(shown: Shown, article: Article) -> None:
    shown.open(article)
    shown.editor.editor.go_to_line(60)
    shown.wait("scrollY > 300", value=True)
    box = "document.querySelector('#article-body [data-line=\"60\"]').getBoundingClientRect()"
    shown.wait(f"{box}.top >= 0 && {box}.bottom <= innerHeight", value=True)
    shown.js("document.querySelector('#article-body [data-line=\"2\"]').click() ?? 0")
    wait_until(lambda: shown.editor.editor.textCursor().blockNumber() == 2)


def test_one_can_click_through_the_site(shown: Shown, site: Site, article: Article) -> None:
    column = site.columns.find("新闻")
    shown.open(article)
    shown.at(f"{column.slug}/zheng-zai-xie-de.html")
    shown.click("[...document.querySelectorAll('.crumbs a')].find(a => a.textContent === '新闻')")
    shown.at(f"{column.slug}/index.html")
    assert shown.preview.path == f"{column.slug}/index.html"
    assert shown.js("document.body.textContent.includes('正在写的')")
    shown.click("[...document.querySelectorAll('main a')].find(a => a.textContent.includes('已发布'))")
    shown.at(f"{column.slug}/yi-fa-bu.html")
    wait_until(shown.preview.bar.back.isEnabled)
    shown.preview.bar.back.click()
    shown.at(f"{column.slug}/index.html")
    shown.preview.bar.home.click()
    shown.at("index.html")
    shown.preview.bar.article.click()
    shown.wait("document.querySelector('h1').textContent", "正在写的")


def test_search_works_without_a_server(shown: Shown, article: Article) -> None:
    shown.open(article)
    shown.preview.show_path("search/index.html")
    shown.at("search/index.html")
    shown.js("([...document.querySelectorAll('input[type=search]')].at(-1).value = '已发布')")
    shown.js("[...document.querySelectorAll('input[type=search]')].at(-1).form.requestSubmit() ?? 0")
    shown.wait("[...document.querySelectorAll('main a')].some(a => a.textContent.includes('已发布'))", value=True)


def test_what_was_found_stays_when_the_site_changes(shown: Shown, article: Article, site: Site) -> None:
    shown.open(article)
    shown.preview.show_path("search/index.html")
    shown.at("search/index.html")
    search = "[...document.querySelectorAll('input[type=search]')].at(-1)"
    found = "document.querySelector('#search-status')?.dataset.count ?? ''"
    shown.js(f"({search}.value = '已发布', {search}.form.requestSubmit(), 0)")
    shown.wait(found, "1")
    site.columns.add("新开的栏目")
    shown.wait("document.body.textContent.includes('新开的栏目')", value=True)
    shown.wait(found, "1")
    shown.js(f"({search}.value = '没有的词', {search}.form.requestSubmit(), 0)")
    shown.wait(found, "0")


def test_nothing_but_the_site_can_be_reached(
    shown: Shown, article: Article, serve: Callable[[Path], WebServer], tmp_path: Path
) -> None:
    folder = tmp_path / "www"
    folder.mkdir()
    (folder / "a.js").write_text("window.leaked = true", encoding="utf-8")
    (folder / "a.png").write_bytes(b"x")
    server = serve(folder)
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    shown.open(article)
    tried = [f"{server.url}a.js", QUrl.fromLocalFile(str(secret)).toString(), "https://example.com/"]
    for address in tried:
        shown.js(
            f"(window.outcome = '', fetch({address!r}, {{mode: 'no-cors'}}).then(() => window.outcome = 'reached', "
            "() => window.outcome = 'blocked'), 0)"
        )
        shown.wait("window.outcome", "blocked")
    shown.js(f"(document.body.append(Object.assign(new Image(), {{src: {server.url + 'a.png'!r}}})), 0)")
    shown.js(f"(location.href = {server.url + 'index.html'!r}, 0)")
    shown.wait("location.protocol", "chce:")
    assert server.access_log.read_text(encoding="utf-8") == ""
    assert shown.js("document.title").startswith("正在写的")


def test_scripts_of_an_article_do_not_run(shown: Shown, article: Article) -> None:
    shown.open(article)
    shown.editor.editor.setPlainText(
        '<script>window.ran = 1</script><img src="x" onerror="window.ran = 1">'
        '<svg onload="window.ran = 1"></svg><a href="javascript:window.ran=1">坏</a>\n\n尾段。\n'
    )
    shown.wait("document.getElementById('article-body').textContent.includes('尾段')", value=True)
    assert shown.js("typeof window.ran") == "undefined"
    assert shown.js("typeof window.chceLive") == "undefined"


def test_links_out_of_the_site_ask_first(shown: Shown, article: Article) -> None:
    shown.open(article)
    shown.editor.editor.setPlainText("[外站](https://example.com/a)\n")
    shown.wait("document.querySelector('#article-body a')?.href ?? ''", "https://example.com/a")
    shown.js("document.querySelector('#article-body a').click() ?? 0")
    wait_until(lambda: shown.preview.findChild(QMessageBox) is not None)
    question = shown.preview.findChild(QMessageBox)
    assert question is not None
    assert "https://example.com/a" in question.informativeText()
    cancel = question.findChild(QPushButton, "question_cancel")
    assert cancel is not None
    cancel.click()
    shown.wait("location.protocol", "chce:")


@pytest.mark.parametrize(("name", "width"), [("phone", 375), ("tablet", 768), ("desktop", 1440)])
def test_widths_at_a_click(shown: Shown, article: Article, name: str, width: int) -> None:
    shown.open(article)
    button = shown.preview.findChild(QToolButton, f"preview_{name}")
    assert button is not None
    button.click()
    wait_until(lambda: abs(shown.js("innerWidth") - width) <= 2)


def test_dark_at_a_click(shown: Shown, article: Article) -> None:
    shown.open(article)
    shown.wait("document.readyState", "complete")
    light = shown.js("getComputedStyle(document.querySelector('h1')).color")
    shown.preview.bar.dark.click()
    wait_until(lambda: shown.js("getComputedStyle(document.querySelector('h1')).color") != light)


def test_a_page_that_does_not_exist_explains_itself(shown: Shown, article: Article) -> None:
    shown.open(article)
    shown.preview.show_path("nowhere/at-all.html")
    shown.wait("document.body.textContent.length > 20", value=True)
    assert shown.preview.path == "nowhere/at-all.html"


def test_nothing_hostile_runs_while_it_is_written(shown: Shown, article: Article) -> None:
    shown.open(article)
    shown.js("(window.stayed = true, 0)")
    pasted = [markdown_of_html(html).markdown for html in HOSTILE]
    for number, text in enumerate(("\n\n".join(HOSTILE), "\n\n".join(pasted))):
        shown.editor.editor.setPlainText(f"{text}\n\n## 结尾{number}\n")
        shown.wait("[...document.querySelectorAll('#article-body h2')].pop()?.textContent ?? ''", f"结尾{number}")
        assert shown.js("[window.ran ?? null, window.stayed]") == [None, True]


def test_pictures_are_served_in_every_size_that_a_page_names(desk: Desk, site: Site) -> None:
    data = io.BytesIO()
    Image.new("RGB", (1200, 800), "red").save(data, "JPEG")
    item = site.media.add_bytes(data.getvalue(), "大图.jpg")
    article = site.articles.create({"title": "图", "body": f"![大图]({item.path})", "state": State.READY})
    preview = Preview(site)
    server = SiteServer(desk, preview, None)  # type: ignore[arg-type] # nobody owns it here
    page = preview.page(preview.article_path(article.id)).body.decode()
    named = {found.removeprefix("../") for found in re.findall(r"[./\w-]*media/[^ \"]+", page)}
    assert len(named) > 2
    for path in named:
        reply = server._work(path, is_file=True)(SILENT)
        assert reply.status == 200, path
        assert reply.mime.startswith("image/")


def test_what_changes_while_a_page_loads_shows_once_it_is_there(shown: Shown, article: Article, site: Site) -> None:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "PNG")
    item = site.media.add_bytes(data.getvalue(), "图.png")
    pictured = site.articles.create({"title": "有图", "body": f"![图]({item.path})", "state": State.READY})
    shown.open(article)
    with held(shown.desk, _FILES):  # the picture does not come, so the page is not whole
        shown.preview.show_path(Preview(site).article_path(pictured.id))
        shown.wait("document.querySelector('h1')?.textContent ?? ''", "有图")
        site.articles.save(pictured.id, {"title": "改过的题"})
        wait_until(lambda: shown.preview._missed)
        assert shown.js("document.querySelector('h1').textContent") == "有图"
    shown.wait("document.querySelector('h1').textContent", "改过的题")


def test_another_theme_shows_as_a_whole_and_a_faulty_one_is_told(shown: Shown, article: Article, site: Site) -> None:
    """What the page wears changes with the theme: exchanging only its parts had left them in the old one's clothes."""
    shown.open(article)
    sheet = "document.querySelector('link[rel=stylesheet]')?.href.split('/').pop().split('.')[0] ?? ''"
    shown.wait(sheet, "portal")
    shown.js("(window.stayed = true, 0)")
    site.settings.update(slogan="另一句口号")
    shown.wait("document.body.textContent.includes('另一句口号')", value=True)
    assert shown.js("window.stayed") is True
    site.settings.update(theme="journal")
    shown.wait(sheet, "journal")
    shown.wait("document.querySelector('h1')?.textContent ?? ''", article.title)
    template = site.folder / "theme" / "templates" / "article.html"
    template.parent.mkdir(parents=True)
    template.write_text("<h1>\n{{ article.nothing }}</h1>", encoding="utf-8")
    site.settings.update(slogan="第三句口号")
    shown.wait("/article\\.html.*2.*nothing/s.test(document.body.textContent)", value=True)
    template.unlink()
    shown.preview.bar.reload.click()
    shown.wait("document.querySelector('h1')?.textContent ?? ''", article.title)
