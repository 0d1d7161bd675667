from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton
from sqlalchemy import event

from chce_desktop.domain.article import Article
from chce_desktop.services.site import Site
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.editor import rescue
from chce_desktop.ui.editor.panel import EditorPanel
from chce_desktop.ui.editor.rescue import Rescued
from tests.helpers.qt import wait_until
from tests.helpers.web_server import WebServer


@pytest.fixture
def article(site: Site) -> Article:
    return site.articles.create({"title": "题目", "body": "第一句。第二句。第三句。\n\n第二段。\n"})


@pytest.fixture
def panel(desk: Desk, article: Article) -> Iterator[EditorPanel]:
    made = EditorPanel(desk)
    made.resize(900, 700)
    made.show()
    made.open_article(article.id)
    wait_until(lambda: made.article_id == article.id)
    yield made
    made.close_article()
    wait_until(lambda: not desk.operations.running)
    made.close()
    made.deleteLater()


def pause(seconds: float) -> None:
    """`QTest.qWait` would keep the interpreter to itself, so that no job runs meanwhile."""
    end = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() > end)


def set_text(panel: EditorPanel, text: str, cursor: int | None = None) -> None:
    panel.editor.setPlainText(text)
    place = panel.editor.textCursor()
    place.setPosition(len(text) if cursor is None else cursor)
    panel.editor.setTextCursor(place)


def test_a_save_begins_soon_after_the_last_key_and_not_long_after_the_first(
    panel: EditorPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How long a save takes is the disk's affair; that it is in the library within a second follows from these."""
    keeper = panel._keeper
    assert keeper is not None
    started: list[int] = []

    class Timer:
        start = staticmethod(started.append)
        stop = staticmethod(lambda: None)

    clock = [100.0]
    monkeypatch.setattr(keeper, "_timer", Timer)
    monkeypatch.setattr("chce_desktop.ui.editor.keeper.time", SimpleNamespace(monotonic=lambda: clock[0]))
    for _ in range(9):
        QTest.keyClicks(panel.editor, "a")
        clock[0] += 0.1
    assert started == [300, 300, 300, 300, 300, 200, 100, 0, 0]
    monkeypatch.undo()
    assert panel.flush()


def test_an_edit_is_in_the_library_while_typing_goes_on(panel: EditorPanel, site: Site, article: Article) -> None:
    moments: list[datetime] = []
    panel.saved.connect(moments.append)
    end, typed = time.monotonic() + 60, 0
    while not moments and time.monotonic() < end:  # typing that never pauses long enough for the short delay
        QTest.keyClicks(panel.editor, "a")
        typed += 1
        pause(0.1)
    assert moments
    assert site.articles.get(article.id).body.startswith("a")
    wait_until(lambda: site.articles.get(article.id).body.startswith("a" * typed))


def test_nothing_is_called_unsaved_that_is_saved(panel: EditorPanel, site: Site, article: Article) -> None:
    before = site.articles.get(article.id).version
    QTest.keyClicks(panel.editor, "x")
    panel.editor.undo()
    assert panel.flush()
    assert site.articles.get(article.id).version == before
    panel.header.title.set_text("题目 ")  # the library trims titles; the field keeps what is being typed
    assert panel.flush()
    assert panel.flush()
    assert panel.header.title.text() == "题目 "


def test_a_version_is_kept_by_name(panel: EditorPanel, site: Site, article: Article) -> None:
    QTest.keyClicks(panel.editor, "new ")
    panel.save_version()
    wait_until(lambda: any(revision.named for revision in site.articles.revisions(article.id)))


def test_changes_elsewhere_show_and_keep_the_cursor(panel: EditorPanel, site: Site, article: Article) -> None:
    panel.editor.moveCursor(QTextCursor.MoveOperation.End)
    site.articles.save(article.id, {"body": "别人改了第一句。第二句。第三句。\n\n第二段。\n"})
    wait_until(lambda: panel.editor.toPlainText().startswith("别人"))
    assert panel.editor.textCursor().atEnd()


def test_two_changes_of_different_sentences_are_merged(panel: EditorPanel, site: Site, article: Article) -> None:
    site.articles.save(article.id, {"body": "他改了第一句。第二句。第三句。\n\n第二段。\n", "source": "教育部"})
    panel.editor.moveCursor(QTextCursor.MoveOperation.End)
    panel.editor.insertPlainText("我加了一段。\n")
    expected = "他改了第一句。第二句。第三句。\n\n第二段。\n我加了一段。\n"
    wait_until(lambda: site.articles.get(article.id).body == expected)
    wait_until(lambda: panel.editor.toPlainText() == expected)
    assert site.articles.get(article.id).source == "教育部"


@pytest.mark.parametrize("choice", ["keep_mine", "keep_theirs", "keep_both"])
def test_a_contradiction_is_shown_side_by_side(panel: EditorPanel, site: Site, article: Article, choice: str) -> None:
    panel.editor.setPlainText("我的第一句。第二句。第三句。\n\n第二段。\n")
    site.articles.save(article.id, {"body": "他的第一句。第二句。第三句。\n\n第二段。\n"})
    wait_until(lambda: panel.comparison is not None)
    assert panel.comparison is not None
    wait_until(lambda: rescue.find(site.uid, article.id) is not None)
    assert site.articles.get(article.id).body.startswith("他的")
    button = panel.comparison.findChild(QPushButton, choice)
    assert button is not None
    button.click()
    wait_until(panel.flush)
    body = site.articles.get(article.id).body
    assert panel.editor.toPlainText() == body
    assert ("我的" in body) == (choice != "keep_theirs")
    assert ("他的" in body) == (choice != "keep_mine")
    history = [site.articles.revision(article.id, r.id).body for r in site.articles.revisions(article.id)]
    assert any(text.startswith("我的") for text in history)
    assert any(text.startswith("他的") for text in history)
    assert rescue.find(site.uid, article.id) is None


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("max_page_count=1", "max_page_count=1073741823"), ("query_only=1", "query_only=0")],
    ids=["full disk", "read only"],
)
def test_a_refused_save_keeps_the_text_says_why_and_tries_again(
    panel: EditorPanel, site: Site, article: Article, wrong: str, right: str
) -> None:
    state = [wrong]

    def on_checkout(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA {state[0]}")

    event.listen(site.connection.database._engine, "checkout", on_checkout)
    added = "写不进去的字。" * 3000
    panel.editor.insertPlainText(added)
    wait_until(panel.state.problem.isVisible)
    assert panel.editor.toPlainText().startswith(added)
    wait_until(lambda: rescue.find(site.uid, article.id) is not None)
    assert site.articles.get(article.id).body == article.body
    state[0] = right
    wait_until(lambda: site.articles.get(article.id).body.startswith(added))
    wait_until(lambda: not panel.state.problem.isVisible())
    wait_until(lambda: rescue.find(site.uid, article.id) is None)


def test_what_could_not_be_saved_comes_back(desk: Desk, site: Site, article: Article) -> None:
    values = {"title": "题目", "short_title": "", "prefix": "", "subtitle": "", "body": article.body}
    rescue.keep(site.uid, article.id, Rescued({**values, "body": f"救回来的。{article.body}"}, values))
    panel = EditorPanel(desk)
    panel.open_article(article.id)
    wait_until(lambda: site.articles.get(article.id).body.startswith("救回来的。"))
    panel.close_article()
    panel.deleteLater()


def test_the_place_is_kept(desk: Desk, site: Site, article: Article) -> None:
    for _ in range(2):
        panel = EditorPanel(desk)
        opened: list[Article] = []
        panel.article_opened.connect(opened.append)
        panel.open_article(article.id)
        wait_until(opened.__len__)
        if panel.editor.textCursor().position() == 0:
            cursor = panel.editor.textCursor()
            cursor.setPosition(7)
            panel.editor.setTextCursor(cursor)
        assert panel.editor.textCursor().position() == 7
        assert panel.flush()
        panel.close_article()
        panel.deleteLater()


def test_what_was_open_at_a_crash_is_known_at_the_next_start(desk: Desk, site: Site, article: Article) -> None:
    panel = EditorPanel(desk)
    panel.open_article(article.id)
    wait_until(lambda: EditorPanel(desk).unfinished() == article.id)
    panel.close_article()
    wait_until(lambda: EditorPanel(desk).unfinished() is None)


def test_opening_another_article_saves_the_one_before(panel: EditorPanel, site: Site, article: Article) -> None:
    other = site.articles.create({"title": "另一篇", "body": "乙"})
    QTest.keyClicks(panel.editor, "first ")
    panel.open_article(other.id)
    wait_until(lambda: panel.article_id == other.id)
    wait_until(lambda: site.articles.get(article.id).body.startswith("first "))
    assert site.articles.get(other.id).body == "乙"


# Keys


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- 一", "- 一\n- "),
        ("9. 一", "9. 一\n10. "),
        ("> 引", "> 引\n> "),
        ("- [x] 做了", "- [x] 做了\n- [ ] "),
        ("- 一\n- ", "- 一\n\n"),
        ("文字", "文字\n\n"),
        ("## 标题", "## 标题\n\n"),
        ("```\n代码", "```\n代码\n"),
        ("文字\n", "文字\n\n"),
    ],
)
def test_enter_is_a_new_paragraph_or_item(panel: EditorPanel, text: str, expected: str) -> None:
    set_text(panel, text)
    QTest.keyClick(panel.editor, Qt.Key.Key_Return)
    assert panel.editor.toPlainText() == expected


def test_backspace_takes_enter_back_and_shift_enter_breaks_the_line(panel: EditorPanel) -> None:
    set_text(panel, "甲")
    QTest.keyClick(panel.editor, Qt.Key.Key_Return)
    QTest.keyClicks(panel.editor, "b")
    QTest.keyClick(panel.editor, Qt.Key.Key_Left)
    QTest.keyClick(panel.editor, Qt.Key.Key_Backspace)
    assert panel.editor.toPlainText() == "甲b"
    QTest.keyClick(panel.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert panel.editor.toPlainText() == "甲  \nb"
    set_text(panel, "## 标题\n\n文字", 7)
    QTest.keyClick(panel.editor, Qt.Key.Key_Backspace)
    assert panel.editor.toPlainText() == "## 标题\n文字"


def test_bold_is_switched_off_behind_the_words(panel: EditorPanel) -> None:
    set_text(panel, "观看")
    panel.commands["editor.bold"].trigger()
    QTest.keyClicks(panel.editor, "live")
    panel.commands["editor.bold"].trigger()
    QTest.keyClicks(panel.editor, "x")
    assert panel.editor.toPlainText() == "观看**live**x"


def test_a_list_keeps_its_distance_from_text(panel: EditorPanel) -> None:
    set_text(panel, "前文\n甲\n后文", 4)
    panel.commands["editor.bullets"].trigger()
    assert panel.editor.toPlainText() == "前文\n\n- 甲\n\n后文"
    assert panel.editor.textCursor().block().text() == "- 甲"


def test_a_very_long_title_leaves_room_for_the_text(panel: EditorPanel) -> None:
    title = panel.header.title
    title.setPlainText("题" * 60)
    usual = title.height()
    title.setPlainText("关于做好工作的通知" * 40)
    QTest.keyClicks(title, "x")
    assert usual < title.height() < panel.height() / 3
    assert title.viewport().rect().contains(title.cursorRect().center())
    title.setPlainText("题")
    assert title.height() < usual
    assert title.verticalScrollBar().value() == 0


def test_tab_in_the_title_goes_to_the_text(panel: EditorPanel) -> None:
    panel.header.title.setFocus()
    QTest.keyClick(panel.header.title, Qt.Key.Key_Tab)
    assert panel.editor.hasFocus()
    panel.header.more.setChecked(True)
    panel.header.title.setFocus()
    QTest.keyClick(panel.header.title, Qt.Key.Key_Tab)
    assert not panel.editor.hasFocus()


def test_tab_indents_items_and_walks_tables(panel: EditorPanel) -> None:
    set_text(panel, "- 一")
    QTest.keyClick(panel.editor, Qt.Key.Key_Tab)
    assert panel.editor.toPlainText() == "    - 一"
    QTest.keyClick(panel.editor, Qt.Key.Key_Backtab)
    assert panel.editor.toPlainText() == "- 一"
    set_text(panel, "|地区|数|\n|-|-|\n|北京|1|", 2)
    for _ in range(3):
        QTest.keyClick(panel.editor, Qt.Key.Key_Tab)
    assert panel.editor.textCursor().selectedText() == "1"
    assert panel.editor.toPlainText() == "| 地区 | 数  |\n| ---- | --- |\n| 北京 | 1   |"
    QTest.keyClick(panel.editor, Qt.Key.Key_Tab)
    assert panel.editor.toPlainText().count("\n") == 3


def test_format_buttons(panel: EditorPanel) -> None:
    set_text(panel, "重点工作")
    panel.editor.selectAll()
    panel.commands["editor.bold"].trigger()
    assert panel.editor.toPlainText() == "**重点工作**"
    panel.commands["editor.bold"].trigger()
    assert panel.editor.toPlainText() == "重点工作"
    panel.commands["editor.heading_1"].trigger()
    assert panel.editor.toPlainText() == "## 重点工作"
    panel.commands["editor.text"].trigger()
    panel.commands["editor.numbers"].trigger()
    assert panel.editor.toPlainText() == "1. 重点工作"
    panel.editor.undo()
    assert panel.editor.toPlainText() == "重点工作"


def test_the_format_bar_folds_where_there_is_little_room(panel: EditorPanel) -> None:
    panel.resize(300, 700)
    QApplication.processEvents()
    shown = [button for button in panel.toolbar.findChildren(QToolButton) if button.isVisible()]
    assert len(shown) >= 5
    assert all(button.width() >= button.sizeHint().width() for button in shown)
    assert "format_rule" not in {button.objectName() for button in shown}
    panel.resize(1200, 700)
    QApplication.processEvents()
    assert all(button.isVisible() for button in panel.toolbar.findChildren(QToolButton))


def test_a_new_table_and_a_footnote(panel: EditorPanel) -> None:
    set_text(panel, "前文")
    panel.commands["editor.footnote"].trigger()
    assert panel.editor.toPlainText() == "前文[^1]\n\n[^1]: "
    set_text(panel, "前文")
    panel.commands["editor.table"].trigger()
    QTest.keyClicks(panel.editor, "head")
    assert panel.editor.toPlainText().startswith("前文\n\n| head")


def test_undo_goes_back_word_by_word(panel: EditorPanel) -> None:
    set_text(panel, "")
    QTest.keyClicks(panel.editor, "one two three")
    panel.editor.undo()
    assert panel.editor.toPlainText() == "one two "
    for word in ("教育", "新闻"):
        commit = QInputMethodEvent()
        commit.setCommitString(word)
        QApplication.sendEvent(panel.editor, commit)
    panel.editor.undo()
    assert panel.editor.toPlainText() == "one two 教育"


def test_text_from_elsewhere_waits_for_the_input_method(panel: EditorPanel, site: Site, article: Article) -> None:
    QApplication.sendEvent(panel.editor, QInputMethodEvent("jiaoyu", []))
    assert panel.editor.composing
    site.articles.save(article.id, {"body": "别人的。" + article.body})
    pause(0.3)
    assert panel.editor.composing
    commit = QInputMethodEvent()
    commit.setCommitString("教育")
    QApplication.sendEvent(panel.editor, commit)
    wait_until(lambda: site.articles.get(article.id).body == f"别人的。教育{article.body}" or panel.comparison)


def test_undo_brings_nothing_of_another_article(panel: EditorPanel, site: Site) -> None:
    other = site.articles.create({"title": "题目", "body": "别的"})
    fields = (panel.header.title, panel.header.subtitle)
    for field in fields:
        QTest.keyClicks(field, "a")
        QTest.keyClick(field, Qt.Key.Key_Backspace)
    panel.open_article(other.id)
    wait_until(lambda: panel.article_id == other.id)
    for field in fields:
        QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (panel.header.title.text(), panel.header.subtitle.text()) == ("题目", "")


# Find and replace


def test_find_and_replace_with_regular_expressions(panel: EditorPanel) -> None:
    set_text(panel, "𠮷 2023年 2024年", 0)
    panel.commands["editor.replace"].trigger()
    bar = panel.find_bar
    regular = bar.findChild(QToolButton, "find_regular")
    assert regular is not None
    regular.setChecked(True)
    bar.query.setText(r"(\d{4})年")
    bar.replacement.setText(r"公元\1")
    assert bar.replace_all() == 2
    assert panel.editor.toPlainText() == "𠮷 公元2023 公元2024"
    bar.query.setText("(")
    assert bar.replace_all() == 0
    assert bar.query.property("invalid")
    bar.close_bar()


@pytest.mark.parametrize("expression", [r"(a+)+$", r"(a|aa)+b?$", r"a*a*a*b|c"])
def test_an_expression_that_would_take_years_is_given_up(panel: EditorPanel, expression: str) -> None:
    set_text(panel, "a" * 3000 + "!", 0)
    panel.commands["editor.find"].trigger()
    bar = panel.find_bar
    bar._regular.setChecked(True)
    began = time.process_time()
    bar.query.setText(expression)
    assert time.process_time() - began < 5
    assert bar.query.property("invalid")
    assert "takes too long" in bar._count.text()
    bar.query.setText("a+")
    assert not bar.query.property("invalid")
    assert bar._count.text() == "1 match"
    bar.close_bar()


def test_the_selected_match_is_replaced_whatever_stands_around_it_says(panel: EditorPanel) -> None:
    set_text(panel, "第1章，共2章，𠮷第3章", 0)
    panel.commands["editor.replace"].trigger()
    bar = panel.find_bar
    bar._regular.setChecked(True)
    bar.query.setText(r"(?<=第)(?P<n>\d)(?=章)")
    bar.replacement.setText(r"\g<n>0\\\n")
    bar.find_next()
    bar.replace_one()
    bar.replace_one()
    assert panel.editor.toPlainText() == "第10\\\n章，共2章，𠮷第30\\\n章"
    bar.query.setText(r"(共)")
    bar.replacement.setText(r"\2")
    assert bar.replace_all() == 0
    assert bar.query.property("invalid")
    bar.close_bar()


# Paste and drop


def paste(panel: EditorPanel, data: QMimeData, *, plain: bool = False) -> None:
    panel.incoming.take(data, plain)


def test_html_becomes_markdown(panel: EditorPanel) -> None:
    set_text(panel, "")
    data = QMimeData()
    data.setHtml("<h2>标题</h2><p><b>重点</b>内容</p>")
    data.setText("标题 重点内容")
    paste(panel, data)
    wait_until(lambda: panel.editor.toPlainText() == "## 标题\n\n**重点**内容")
    set_text(panel, "")
    paste(panel, data, plain=True)
    assert panel.editor.toPlainText() == "标题 重点内容"


def test_too_much_html_comes_as_text(panel: EditorPanel) -> None:
    set_text(panel, "")
    data = QMimeData()
    data.setHtml("<p>春天来了</p>" * 500_000)
    data.setText("春天")
    paste(panel, data)
    wait_until(lambda: panel.editor.toPlainText() == "春天")


def test_a_hostile_paste_ends_soon(panel: EditorPanel) -> None:
    set_text(panel, "前文")
    started = time.process_time()  # of the whole process, jobs too: a busy machine does not count
    for html, text in (
        ("<table><tr><td>" * 1000 + "字" + "</td></tr></table>" * 1000, "字"),
        ("<p onclick='x()'>春</p><script>alert(1)</script>" * 900_000, "春天" * 10_000_000),
        ("", "春天来了。" * 10_000_000),
        ("<p>" + "<" * 400_000, ""),
        ("<table>" + "<tr><td>字</td></tr>" * 15_000 + "</table>", ""),
    ):
        data = QMimeData()
        data.setHtml(html)
        data.setText(text)
        paste(panel, data)
    wait_until(lambda: not panel.desk.operations.running, timeout=100)
    assert time.process_time() - started < 15
    assert panel.editor.toPlainText() == "前文\n\n字" or panel.editor.toPlainText() == "前文字"


def test_pictures_come_into_the_library(panel: EditorPanel, site: Site, tmp_path: Path) -> None:
    set_text(panel, "前文")
    image = QImage(20, 10, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    data = QMimeData()
    data.setImageData(image)
    paste(panel, data)
    wait_until(lambda: "](media/" in panel.editor.toPlainText())
    files = []
    for n in range(50):
        image.setPixelColor(n % 20, n // 20, QColor("blue"))
        files.append(tmp_path / f"图 {n}.png")
        assert image.save(str(files[-1]))
    broken = tmp_path / "坏.png"
    broken.write_bytes(b"no picture")
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(file)) for file in [*files, broken]])
    paste(panel, dropped)
    wait_until(lambda: panel.editor.toPlainText().count("](media/") == 51)
    assert site.media.count() == 51


def test_remote_pictures_are_fetched_and_refusals_stay_marked(
    panel: EditorPanel, site: Site, tmp_path: Path, serve: Callable[[Path], WebServer]
) -> None:
    folder = tmp_path / "www"
    folder.mkdir()
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(QColor("green"))
    assert image.save(str(folder / "a.png"))
    (folder / "b.png").write_text("<html>", encoding="utf-8")
    base = serve(folder).url
    set_text(panel, "")
    data = QMimeData()
    data.setHtml(f'<p>甲<img src="{base}a.png" alt="一"></p><p><img src="{base}b.png"></p>')
    paste(panel, data)
    wait_until(lambda: "](media/" in panel.editor.toPlainText())
    wait_until(lambda: not panel.desk.operations.running)
    assert f"![]({base}b.png)" in panel.editor.toPlainText()
    assert site.media.count() == 1
