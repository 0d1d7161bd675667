"""Paste and drop, in both editors: every program's dialect, pictures that come, and pictures that do not."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication, QDialog, QTreeWidget

from chce_desktop.domain.article import Article
from chce_desktop.foundation import i18n
from chce_desktop.services.site import Site
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.editor.arrivals import PICTURES
from chce_desktop.ui.editor.incoming import PASTING
from chce_desktop.ui.editor.panel import EditorPanel
from chce_desktop.ui.editor.refused import RefusedDialog
from tests.helpers.qt import held, wait_until
from tests.helpers.web_server import WebServer

_CLIPBOARD = sorted((Path(__file__).parents[1] / "data" / "clipboard").glob("*.html"))


def png(color: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (30, 20), color).save(data, "PNG")
    return data.getvalue()


def mime(html: str, text: str = "") -> QMimeData:
    data = QMimeData()
    data.setHtml(html)
    data.setText(text)
    return data


@pytest.fixture
def article(site: Site) -> Article:
    return site.articles.create({"title": "题目", "body": "前文。\n"})


@pytest.fixture(params=["source", "visual"])
def panel(desk: Desk, article: Article, request: pytest.FixtureRequest) -> Iterator[EditorPanel]:
    made = EditorPanel(desk)
    made.resize(900, 700)
    made.show()
    made.open_article(article.id)
    wait_until(lambda: made.article_id == article.id)
    visual = request.param == "visual"
    made.modes.set_visual(visual)
    wait_until(lambda: made.modes.is_visual == visual and not made.modes.current.isReadOnly())
    yield made
    made.close_article()
    wait_until(lambda: not desk.operations.running)
    made.close()
    made.deleteLater()


def text_of(panel: EditorPanel) -> str:
    panel.modes.settle()
    return panel.editor.toPlainText()


def settle(panel: EditorPanel) -> None:
    wait_until(lambda: not panel.desk.operations.running)
    panel.incoming.arrivals.flush()


def clear(panel: EditorPanel) -> None:
    panel.modes.settle()
    panel.editor.replace_text("")
    wait_until(lambda: not panel.modes.current.isReadOnly() and not panel.modes.current.toPlainText())


def test_every_dialect_comes_out_the_same_in_both_editors(panel: EditorPanel) -> None:
    for file in _CLIPBOARD:
        clear(panel)
        html = file.read_text(encoding="utf-8").replace("https://", "incoming:").replace("file:///", "nofile:")
        expected = file.with_suffix(".md").read_text(encoding="utf-8").rstrip("\n")
        if "![" in expected:
            continue  # pictures have tests of their own
        panel.incoming.take(mime(html, "text"), False)
        wait_until(lambda: not panel.desk.operations.running)
        expected = "\n".join(line for line in expected.split("\n") if "(https://" not in line)
        found = "\n".join(
            line for line in text_of(panel).strip("\n").split("\n") if "链接" not in line or "中文" in line
        )
        wanted = "\n".join(line for line in expected.split("\n") if "链接" not in line)
        assert found == wanted, file.stem


def test_what_comes_takes_the_place_of_what_was_pasted_and_goes_with_it(panel: EditorPanel, site: Site) -> None:
    address = "data:image/png;base64," + base64.b64encode(png("red")).decode()
    panel.modes.current.moveCursor(panel.modes.current.textCursor().MoveOperation.End)
    panel.incoming.take(mime(f"<p>一段<img src='{address}' alt='会场'></p><p>二段</p>"), False)
    wait_until(lambda: "](media/" in text_of(panel))
    settle(panel)
    assert "incoming:" not in text_of(panel)
    assert site.media.count() == 1
    if not panel.modes.is_visual:
        panel.editor.undo()
        assert text_of(panel) == "前文。\n"


def test_pictures_that_refuse_wait_for_a_decision(
    panel: EditorPanel, site: Site, tmp_path: Path, serve: Callable[[Path], WebServer], qapp: QApplication
) -> None:
    folder = tmp_path / "www"
    folder.mkdir()
    for name in ("later.png", "file.png", "gone.png"):
        (folder / name).write_text("<html>", encoding="utf-8")
    base = serve(folder).url
    html = "".join(f"<p><img src='{base}{name}.png' alt='{name}'></p>" for name in ("later", "file", "gone"))
    panel.incoming.take(mime(f"<p>头</p>{html}<p>尾</p>"), False)
    wait_until(lambda: bool(panel.incoming.arrivals.here()))
    settle(panel)
    assert text_of(panel).count(base) == 3
    assert [each.address for each in panel.incoming.arrivals.here()] == [
        f"{base}{name}.png" for name in ("later", "file", "gone")
    ]
    message = panel.desk.notices.messages[-1]
    assert "3 pictures" in message.text
    panel.incoming.arrivals.ask()
    (dialog,) = [each for each in qapp.topLevelWidgets() if isinstance(each, RefusedDialog)]
    rows = dialog.rows
    assert rows.topLevelItemCount() == 3
    assert all(row.text(1) for row in dialog._all())

    choose(rows, "file.png")
    chosen = tmp_path / "替.tif"
    Image.open(io.BytesIO(png("blue"))).save(chosen)
    assert dialog.file_button.isEnabled()
    dialog.take_file(chosen)
    wait_until(lambda: "![file](media/" in text_of(panel))

    (folder / "later.png").write_bytes(png("green"))
    choose(rows, "later.png")
    dialog.retry()
    wait_until(lambda: "![later](media/" in text_of(panel))
    settle(panel)

    choose(rows, "gone.png")
    dialog.show_place()
    assert panel.modes.current.textCursor().hasSelection()
    dialog.remove()
    assert base not in text_of(panel)
    assert "gone" not in text_of(panel)
    assert "尾" in text_of(panel)
    wait_until(lambda: not any(each is dialog and each.isVisible() for each in qapp.topLevelWidgets()))
    assert site.media.count() == 2


def choose(rows: QTreeWidget, name: str) -> None:
    rows.clearSelection()
    for index in range(rows.topLevelItemCount()):
        row = rows.topLevelItem(index)
        if row is not None and row.text(0).endswith(name):
            row.setSelected(True)
            return
    pytest.fail(name)


def test_pictures_come_into_an_article_that_is_no_longer_open(panel: EditorPanel, site: Site, article: Article) -> None:
    other = site.articles.create({"title": "另一篇", "body": "别动。\n"})
    address = "data:image/png;base64," + base64.b64encode(png("red")).decode()
    panel.incoming.arrivals.changed.connect(lambda: None)
    panel.incoming.take(mime(f"<p>一段<img src='{address}' alt='会场'></p>"), False)
    wait_until(lambda: "incoming:" in text_of(panel) or "media/" in text_of(panel))
    panel.open_article(other.id)
    wait_until(lambda: panel.article_id == other.id)
    wait_until(lambda: "](media/" in site.articles.get(article.id).body)
    settle(panel)
    assert "incoming:" not in site.articles.get(article.id).body
    assert site.articles.get(other.id).body == "别动。\n"


def test_what_was_pasted_does_not_come_into_an_article_opened_meanwhile(
    panel: EditorPanel, site: Site, article: Article, tmp_path: Path
) -> None:
    other = site.articles.create({"title": "另一篇", "body": "别动。[^1]\n\n[^1]: 注。\n"})
    address = "data:image/png;base64," + base64.b64encode(png("red")).decode()
    file = tmp_path / "会场.png"
    file.write_bytes(png("blue"))
    with held(panel.desk, PICTURES), held(panel.desk, PASTING):
        panel.incoming.add_files([file])
        panel.incoming.take(mime(f"<p>一段<img src='{address}' alt='红'></p>"), False)
        panel.open_article(other.id)
        wait_until(lambda: panel.article_id == other.id)
    wait_until(lambda: site.articles.get(article.id).body.count("](media/") == 2)
    settle(panel)
    body = site.articles.get(article.id).body
    assert body.startswith("前文。\n")
    assert "一段" in body
    assert "incoming:" not in body
    assert panel.flush()
    assert site.articles.get(other.id).body == other.body


def caret_behind(panel: EditorPanel, words: str) -> None:
    cursor = panel.modes.current.document().find(words)
    cursor.clearSelection()
    panel.modes.current.setTextCursor(cursor)


def test_what_comes_late_stands_where_the_caret_was_after_another_article_was_looked_at(
    panel: EditorPanel, site: Site
) -> None:
    long = site.articles.create({"title": "长", "body": "头一段。\n\n中间一段。\n\n末一段。\n"})
    other = site.articles.create({"title": "另一篇", "body": "别动。\n"})
    panel.open_article(long.id)
    wait_until(lambda: panel.article_id == long.id and not panel.modes.current.isReadOnly())
    caret_behind(panel, "中间一段。")
    with held(panel.desk, PASTING):
        panel.incoming.take(mime("<b>来了</b>"), False)
        for each in (other.id, long.id):
            panel.open_article(each)
            wait_until(lambda each=each: panel.article_id == each)  # type: ignore[misc]  # a lambda's default has no type
    wait_until(lambda: "来了" in text_of(panel))
    assert text_of(panel) == "头一段。\n\n中间一段。**来了**\n\n末一段。\n"
    assert panel.flush()
    assert site.articles.get(other.id).body == "别动。\n"


def test_what_comes_late_overwrites_nothing_that_is_selected_by_then(panel: EditorPanel) -> None:
    panel.modes.current.insert_plain("新写的。")
    with held(panel.desk, PASTING):
        panel.incoming.take(mime("<p>来一段</p><p>再一段</p>"), False)
        for visual in (not panel.modes.is_visual, panel.modes.is_visual):
            panel.modes.set_visual(visual)
            wait_until(lambda: not panel.modes.current.isReadOnly())
        panel.modes.current.selectAll()
    wait_until(lambda: "来一段" in text_of(panel))
    assert "前文。" in text_of(panel)
    assert "新写的。" in text_of(panel)


def test_what_comes_while_a_long_text_is_still_being_shown_is_in_it(panel: EditorPanel, site: Site) -> None:
    paragraphs = [f"第 {number} 段。" for number in range(3000)]
    long = site.articles.create({"title": "长", "body": "\n\n".join(paragraphs) + "\n"})
    panel.open_article(long.id)
    wait_until(lambda: panel.article_id == long.id and not panel.modes.current.isReadOnly())
    caret_behind(panel, "第 2 段。")
    with held(panel.desk, PASTING):
        panel.incoming.take(mime("<b>来了</b>"), False)
        for visual in (not panel.modes.is_visual, panel.modes.is_visual):
            panel.modes.set_visual(visual)
    wait_until(lambda: "来了" in text_of(panel) and not panel.modes.current.isReadOnly())
    paragraphs[2] += "**来了**"
    assert text_of(panel) == "\n\n".join(paragraphs) + "\n"
    panel.modes.current.insert_plain("，再写")
    assert "**来了**，再写" in text_of(panel).replace("**来了，再写**", "**来了**，再写")


def test_an_article_without_a_title_is_told_in_words(panel: EditorPanel, site: Site) -> None:
    first, other = site.articles.create({"title": "", "body": "无题\n"}), site.articles.create({"title": "乙"})
    panel.open_article(first.id)
    wait_until(lambda: panel.article_id == first.id)
    with held(panel.desk, PASTING):
        panel.incoming.take(mime("<p>来了</p>"), False)
        panel.open_article(other.id)
        wait_until(lambda: panel.article_id == other.id)
    i18n.set_language("zh_CN")
    wait_until(lambda: panel.desk.notices.messages)
    assert panel.desk.notices.messages[-1].text == "还在处理中的内容已放到无标题文章的末尾。"


def test_a_save_holds_the_pictures_that_have_come(panel: EditorPanel, site: Site, article: Article) -> None:
    address = "data:image/png;base64," + base64.b64encode(png("red")).decode()
    panel.incoming.arrivals._timer.setInterval(600_000)
    panel.incoming.take(mime(f"<p>一段<img src='{address}' alt='红'></p>"), False)
    wait_until(panel.incoming.arrivals._timer.isActive)  # it is here, and not named in the text yet
    assert panel.flush()
    assert "](media/" in site.articles.get(article.id).body


def test_what_was_stopped_is_told(panel: EditorPanel, tmp_path: Path, serve: Callable[[Path], WebServer]) -> None:
    addresses = [f"http://10.255.255.1/{number}.png" for number in range(3)]
    panel.incoming.take(mime("".join(f"<img src='{address}'>" for address in addresses)), False)
    wait_until(lambda: any(each.label for each in panel.desk.operations.running))
    for running in panel.desk.operations.running:
        running.cancel()
    wait_until(lambda: len(panel.incoming.arrivals.here()) == 3)
    assert text_of(panel).count("http://10.255.255.1/") == 3


def test_text_is_pasted_plain_on_request(panel: EditorPanel) -> None:
    clear(panel)
    panel.incoming.take(mime("<h2>标题</h2><p><b>重点</b></p>", "标题\n重点"), True)
    assert "#" not in text_of(panel)
    assert "**" not in text_of(panel)
    assert "重点" in text_of(panel)


def test_names_of_files_cannot_break_the_text(panel: EditorPanel, site: Site, tmp_path: Path) -> None:
    clear(panel)
    file = tmp_path / "报告[1](2)*.pdf"
    file.write_bytes(b"%PDF-1.4")
    panel.incoming.add_files([file])
    wait_until(lambda: "media/" in text_of(panel))
    assert text_of(panel).strip().startswith("[报告\\[1\\](2)\\*.pdf](media/")


def test_no_window_stays_open(qapp: QApplication) -> None:
    assert not [each for each in qapp.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()]
