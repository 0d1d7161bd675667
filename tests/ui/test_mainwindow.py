from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from chce_desktop.domain.article import Article, ArticleFilter, State
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.progress import Progress
from chce_desktop.services.site import Site, open_site
from chce_desktop.ui.appearance import Appearance
from chce_desktop.ui.editor.arrivals import PICTURES
from chce_desktop.ui.editor.incoming import PASTING
from chce_desktop.ui.editor.keeper import WRITING
from chce_desktop.ui.editor.places import Place, Places
from chce_desktop.ui.mainwindow.panes import Arrangement, Pane
from chce_desktop.ui.mainwindow.window import MainWindow
from chce_desktop.ui.memory import Memory
from tests.helpers.qt import held, wait_until


@pytest.fixture
def window(qapp: QApplication, site: Site, appearance: Appearance) -> Iterator[MainWindow]:
    """The window without its preview, on three articles in two columns."""
    news = site.columns.add("新闻")
    site.columns.add("公告")
    for number in range(3):
        site.articles.create({"title": f"文章 {number}", "body": f"正文 {number}", "column_id": news.id})
    made = MainWindow(site, Memory(), appearance)
    made.resize(1280, 800)
    made.show()
    made.activateWindow()
    wait_until(lambda: made.desk.is_loaded and made.articles.model.rowCount() == 3)
    yield made
    if made.isVisible():
        close(made)
    made.deleteLater()


def close(window: MainWindow) -> None:
    closed: list[bool] = []
    window.closed.connect(lambda: closed.append(True))
    window.close()
    wait_until(lambda: closed, what="the window to close")


def settled(window: MainWindow) -> None:
    quiet = 0

    def still() -> bool:
        nonlocal quiet
        quiet = 0 if window.operations.running else quiet + 1
        return quiet > 60

    wait_until(still)


def write_new(window: MainWindow, title: str, body: str) -> int:
    window.actions_table["article.new"].trigger()
    wait_until(lambda: window.editor.article_id is not None)
    window.editor.header.title.setPlainText(title)
    window.editor.editor.setPlainText(body)
    assert window.writing.flush()
    assert window.editor.article_id is not None
    return window.editor.article_id


def test_it_opens_with_columns_list_and_room_for_the_preview(window: MainWindow) -> None:
    assert [pane for pane in Pane if window.panes.shows(pane)] == [Pane.COLUMNS, Pane.LIST, Pane.PREVIEW]
    assert window.windowTitle() == "国家素质教育网 — CHCE Desktop"
    assert window.minimumSizeHint().width() <= 1280
    assert not window.actions_table["view.back"].isVisible()
    assert window.actions_table["site.publish"].isEnabled()


def test_every_action_of_the_table_does_something(window: MainWindow) -> None:
    unconnected = {
        spec.id
        for spec in window.actions_table.specs
        if not window.actions_table[spec.id].isVisible() and spec.id != "view.back"
    }
    assert unconnected == set()


def test_a_new_article_is_written_in_the_current_column(window: MainWindow, site: Site) -> None:
    news = site.columns.find("新闻")
    wait_until(lambda: window.columns.model.index_of(news.id).isValid())
    window.columns.choose(news.id)
    article_id = write_new(window, "新写的一篇", "第一段")
    saved = site.articles.get(article_id)
    assert (saved.title, saved.body, saved.column_id) == ("新写的一篇", "第一段", news.id)
    assert [pane for pane in Pane if window.panes.shows(pane)] == [Pane.EDITOR, Pane.PREVIEW, Pane.PROPERTIES]
    assert window.windowTitle().startswith("新写的一篇 — ")
    window.actions_table["view.back"].trigger()
    wait_until(lambda: window.articles.selected() and window.articles.selected()[0].id == article_id)
    assert window.panes.arrangement is Arrangement.BROWSE
    assert window.editor.article_id is None


def test_an_article_begun_and_left_without_a_word_is_gone(window: MainWindow, site: Site) -> None:
    window.actions_table["article.new"].trigger()
    wait_until(lambda: window.editor.article_id is not None)
    window.actions_table["view.back"].trigger()
    wait_until(lambda: site.articles.count(ArticleFilter()) == 3)
    wait_until(lambda: site.articles.count(ArticleFilter(trash=True)) == 0)


def test_what_was_pasted_into_an_article_begun_and_left_at_once_is_not_lost(window: MainWindow, site: Site) -> None:
    copied = QMimeData()
    copied.setHtml("<p>第一段</p>")
    window.actions_table["article.new"].trigger()
    wait_until(lambda: window.editor.article_id is not None)
    article_id = window.editor.article_id
    assert article_id is not None
    with held(window.desk, PASTING):
        window.editor.incoming.take(copied, False)
        window.actions_table["view.back"].trigger()
        window.actions_table["article.new"].trigger()  # and another one, which stays without a word
        wait_until(lambda: window.editor.article_id is not None)
        window.actions_table["view.back"].trigger()
        wait_until(lambda: site.articles.count(ArticleFilter()) == 4)
    wait_until(lambda: site.articles.get(article_id).body == "第一段\n")
    assert site.articles.count(ArticleFilter(trash=True)) == 0


def test_an_article_left_while_nothing_but_a_blank_was_on_its_way_is_gone(window: MainWindow, site: Site) -> None:
    copied = QMimeData()
    copied.setHtml("<p></p>")
    window.actions_table["article.new"].trigger()
    wait_until(lambda: window.editor.article_id is not None)
    with held(window.desk, PASTING):
        window.editor.incoming.take(copied, False)
        window.actions_table["view.back"].trigger()
    wait_until(lambda: site.articles.count(ArticleFilter()) == 3)


def test_what_could_not_be_saved_of_an_article_begun_is_not_lost_when_it_is_left(
    window: MainWindow, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.actions_table["article.new"].trigger()
    wait_until(lambda: window.editor.article_id is not None)
    article_id, save = window.editor.article_id, site.articles.save
    assert article_id is not None
    failures = iter([True])

    def once_in_vain(*given: Any, **options: Any) -> Article:
        if next(failures, False):
            raise ChceError("The library is busy.")
        return save(*given, **options)

    monkeypatch.setattr(site.articles, "save", once_in_vain)
    window.editor.editor.setPlainText("一句话")
    window.actions_table["view.back"].trigger()
    wait_until(lambda: site.articles.get(article_id).body == "一句话")


def test_an_article_begun_and_left_without_a_word_is_gone_when_the_window_is_closed(
    window: MainWindow, site: Site
) -> None:
    window.actions_table["article.new"].trigger()
    wait_until(lambda: window.editor.article_id is not None)
    window.actions_table["article.new"].trigger()  # a second one is still on its way
    close(window)
    with open_site(site.folder) as again:
        assert again.articles.count(ArticleFilter()) == 3
        assert again.articles.count(ArticleFilter(trash=True)) == 0


def test_whatever_was_typed_into_an_article_begun_stays_when_the_window_is_closed(
    window: MainWindow, site: Site
) -> None:
    window.actions_table["article.new"].trigger()
    wait_until(lambda: window.editor.article_id is not None)
    window.editor.header.subtitle.setText("只有副题")
    window.actions_table["article.new"].trigger()
    first = window.editor.article_id
    wait_until(lambda: window.editor.article_id != first)
    wait_until(lambda: window.properties.article_id == window.editor.article_id)
    window.properties.lines["source"].setFocus()
    QTest.keyClicks(window.properties.lines["source"], "Xinhua")
    close(window)
    with open_site(site.folder) as again:
        found = again.articles.page(ArticleFilter()).articles
        assert [(info.subtitle, info.source) for info in found if not info.title] == [("", "Xinhua"), ("只有副题", "")]


def test_what_was_written_and_cut_out_again_lies_in_the_trash(window: MainWindow, site: Site) -> None:
    article_id = write_new(window, "", "一大段文字。" * 20)
    window.editor.editor.setPlainText("")
    window.actions_table["view.back"].trigger()
    wait_until(lambda: site.articles.count(ArticleFilter(trash=True)) == 1)
    assert any(site.articles.revision(article_id, each.id).body for each in site.articles.revisions(article_id))


def test_what_is_written_while_somebody_deletes_the_article_for_good_is_a_draft(window: MainWindow, site: Site) -> None:
    window.actions_table["article.new"].trigger()
    wait_until(lambda: window.editor.article_id is not None)
    window.editor.header.title.setPlainText("正在写")
    assert window.writing.flush()
    first = window.editor.article_id
    assert first is not None
    with open_site(site.folder) as elsewhere:
        elsewhere.articles.trash([first])
        elsewhere.articles.purge([first])
    window.editor.editor.setPlainText("写到一半")
    wait_until(lambda: window.editor.article_id != first)
    assert window.editor.article_id is not None
    window.editor.editor.setPlainText("写到一半，接着写")
    assert window.writing.flush()
    settled(window)
    draft = site.articles.get(window.editor.article_id)
    assert (draft.title, draft.body) == ("正在写", "写到一半，接着写")
    assert window.writing.open_article is not None
    assert window.writing.open_article.id == window.properties.article_id == draft.id
    assert [message.text for message in window.notices.messages][-1].endswith("kept as a new draft.")
    assert site.articles.count(ArticleFilter()) == 4


def test_an_article_that_somebody_moves_to_the_trash_says_so_and_comes_back(window: MainWindow, site: Site) -> None:
    article_id = write_new(window, "正在写", "一段")
    with open_site(site.folder) as elsewhere:
        elsewhere.articles.trash([article_id])
    site.look_for_foreign_changes()
    wait_until(lambda: window.editor.article_id is None)
    told = window.notices.messages[-1]
    assert told.text == "“正在写” was moved to the trash elsewhere."
    (restore,) = told.findChildren(QPushButton)
    restore.click()
    wait_until(lambda: site.articles.get(article_id).trashed_at is None)


def test_an_article_in_the_trash_stays_open_while_it_is_written(window: MainWindow, site: Site) -> None:
    article_id = window.articles.model.articles[0].id
    site.articles.trash([article_id])
    settled(window)
    window.writing.open(article_id)
    wait_until(lambda: window.editor.article_id == article_id)
    window.editor.editor.setPlainText("补一句")
    assert window.writing.flush()
    settled(window)
    assert window.editor.article_id == article_id


def test_what_was_typed_into_the_fields_is_in_the_library_after_a_flush_or_asked_about(
    window: MainWindow, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    article_id = write_new(window, "题", "一段")
    wait_until(lambda: window.properties.article_id == article_id)
    window.properties.summary.setPlainText("摘要")
    assert window.writing.flush()
    assert site.articles.get(article_id).summary == "摘要"
    save = site.articles.save

    def full(*given: Any, **options: Any) -> Article:
        raise ChceError("The disk is full.")

    monkeypatch.setattr(site.articles, "save", full)
    window.properties.summary.setPlainText("新的摘要")
    window.close()
    wait_until(lambda: window.findChild(QDialog, "question") is not None)
    question = window.findChild(QDialog, "question")
    assert question is not None
    assert window.isVisible()
    assert not window.writing.kept_aside
    monkeypatch.setattr(site.articles, "save", save)
    question.reject()
    close(window)
    with open_site(site.folder) as again:
        assert again.articles.get(article_id).summary == "新的摘要"


def test_new_articles_asked_for_twice_leave_none_behind(window: MainWindow, site: Site) -> None:
    with held(window.desk, WRITING):
        for _ in range(2):
            window.actions_table["article.new"].trigger()
        wait_until(lambda: site.articles.count(ArticleFilter()) == 5)
        settled_but_held = [running for running in window.operations.running if running.queue != WRITING]
        wait_until(lambda: all(running.over for running in settled_but_held))
    wait_until(lambda: window.editor.article_id is not None)
    wait_until(lambda: site.articles.count(ArticleFilter()) == 4)
    window.actions_table["view.back"].trigger()
    wait_until(lambda: site.articles.count(ArticleFilter()) == 3)


def test_actions_mean_the_article_one_writes_or_the_ones_chosen(window: MainWindow, site: Site) -> None:
    window.articles.table.selectAll()
    window.actions_table["state.ready"].trigger()
    wait_until(lambda: site.articles.counts().by_state[State.READY] == 3)
    first = window.articles.model.articles[0].id
    window.writing.open(first)
    wait_until(lambda: window.editor.article_id == window.properties.article_id == first)
    wait_until(lambda: window.writing.subject().count == 1)
    window.actions_table["state.review"].trigger()
    wait_until(lambda: site.articles.counts().by_state[State.REVIEW] == 1)
    assert site.articles.get(first).state is State.REVIEW
    wait_until(lambda: window.state_button.text().startswith("In review"))


def test_an_action_finds_saved_what_was_typed_a_moment_ago(window: MainWindow, site: Site) -> None:
    window.actions_table["article.new"].trigger()
    wait_until(lambda: window.editor.article_id is not None and window.writing.subject().count == 1)
    assert window.editor.article_id is not None
    window.editor.header.title.setPlainText("刚写的标题")
    window.actions_table["state.ready"].trigger()
    wait_until(lambda: site.articles.counts().by_state[State.READY] == 1)
    ready = site.articles.get(window.editor.article_id)
    assert (ready.title, ready.slug) == ("刚写的标题", "gang-xie-de-biao-ti")


def test_undo_goes_back_in_the_list_but_not_while_one_types(window: MainWindow, site: Site) -> None:
    settled(window)
    window.articles.table.setFocus()

    def chosen() -> bool:  # the list may still be filled while the window starts
        window.articles.table.selectRow(0)
        return bool(window.articles.selected())

    wait_until(chosen)
    trashed = window.articles.selected()[0].id
    window.actions_table["article.trash"].trigger()
    wait_until(lambda: site.articles.get(trashed).trashed_at is not None)
    window.articles.filter.setFocus()
    QTest.keyClicks(window.articles.filter, "7")
    window.actions_table["edit.undo"].trigger()
    assert window.articles.filter.text() == ""
    assert site.articles.get(trashed).trashed_at is not None
    window.articles.table.setFocus()
    window.actions_table["edit.undo"].trigger()
    wait_until(lambda: site.articles.get(trashed).trashed_at is None)


def test_an_article_trashed_elsewhere_is_closed(window: MainWindow, site: Site) -> None:
    first = window.articles.model.articles[0].id
    window.writing.open(first)
    wait_until(lambda: window.editor.article_id == window.properties.article_id == first)
    settled(window)
    site.articles.trash([first])
    wait_until(lambda: window.editor.article_id is None)
    assert window.panes.arrangement is Arrangement.BROWSE


def test_purging_asks_first(window: MainWindow, site: Site) -> None:
    first = window.articles.model.articles[0].id
    site.articles.trash([first])
    window.articles.show_tab(trash=True)
    wait_until(lambda: [info.id for info in window.articles.model.articles] == [first])
    window.articles.table.selectAll()
    wait_until(window.actions_table["article.purge"].isEnabled)
    window.actions_table["article.purge"].trigger()
    question = window.findChild(QDialog, "question")
    assert isinstance(question, QDialog)
    assert site.articles.count(ArticleFilter(trash=True)) == 1
    yes = question.findChild(QPushButton, "question_yes")
    assert isinstance(yes, QPushButton)
    yes.click()
    wait_until(lambda: site.articles.count(ArticleFilter(trash=True)) == 0)


def test_panes_are_shown_hidden_and_remembered(window: MainWindow) -> None:
    window.actions_table["view.properties"].setChecked(True)
    assert window.panes.shows(Pane.PROPERTIES)
    window.actions_table["view.columns"].setChecked(False)
    window.writing.open(window.articles.model.articles[0].id)
    wait_until(lambda: window.editor.article_id is not None)
    window.actions_table["view.focus"].setChecked(True)
    assert [pane for pane in Pane if window.panes.shows(pane)] == [Pane.EDITOR]
    window.actions_table["view.focus"].setChecked(False)
    assert window.panes.shows(Pane.PREVIEW)
    window.writing.close()
    assert [pane for pane in Pane if window.panes.shows(pane)] == [Pane.LIST, Pane.PREVIEW, Pane.PROPERTIES]
    assert Memory().numbers("panes/browse_shown") == [0, 1, 0, 1, 1]


def test_the_keyboard_goes_from_pane_to_pane(window: MainWindow) -> None:
    window.columns.tree.setFocus()
    window.actions_table["go.next_pane"].trigger()
    assert window.articles.table.hasFocus()
    window.actions_table["go.columns"].trigger()
    assert window.columns.tree.hasFocus()
    QTest.keyClick(window.columns.tree, Qt.Key.Key_Return)
    assert window.articles.table.hasFocus()
    QTest.keyClick(window.articles.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.articles.filter.hasFocus()
    window.actions_table["go.properties"].trigger()
    assert window.panes.shows(Pane.PROPERTIES)


def test_closing_saves_what_was_typed_a_moment_ago(window: MainWindow, site: Site) -> None:
    first = window.articles.model.articles[0].id
    window.writing.open(first)
    wait_until(lambda: window.editor.article_id == window.properties.article_id == first)
    window.editor.editor.setPlainText("最后一句话")
    window.properties.lines["author"].setFocus()
    QTest.keyClicks(window.properties.lines["author"], "Li")
    folder = site.folder
    close(window)
    from chce_desktop.services.site import open_site

    with open_site(folder) as again:
        saved = again.articles.get(first)
        assert saved.body.strip() == "最后一句话"
        assert saved.author == "Li"


def test_what_was_pasted_right_before_closing_is_in_the_text(window: MainWindow, site: Site, tmp_path: Path) -> None:
    first, folder = window.articles.model.articles[0].id, site.folder
    window.writing.open(first)
    wait_until(lambda: window.editor.article_id == first)
    picture = QImage(20, 10, QImage.Format.Format_RGB32)
    picture.fill(0xFF0000)
    file = tmp_path / "会场.png"
    assert picture.save(str(file))
    closed: list[bool] = []
    window.closed.connect(lambda: closed.append(True))
    with held(window.desk, PICTURES):
        window.editor.incoming.add_files([file])
        window.close()
        assert window.isVisible()
    wait_until(lambda: closed)
    from chce_desktop.services.site import open_site

    with open_site(folder) as again:
        assert "](media/" in again.articles.get(first).body


def test_work_that_goes_on_is_not_stopped_without_asking(window: MainWindow) -> None:
    def work(progress: Progress) -> None:
        while True:
            progress.check()
            time.sleep(0.005)

    running = window.operations.run(work, label="Importing")
    window.close()
    wait_until(lambda: window.findChild(QDialog, "question"))
    assert window.isVisible()
    assert not running.cancelling
    yes = window.findChild(QPushButton, "question_yes")
    assert isinstance(yes, QPushButton)
    closed: list[bool] = []
    window.closed.connect(lambda: closed.append(True))
    yes.click()
    wait_until(lambda: closed)


def test_a_change_by_another_program_shows(window: MainWindow, site: Site) -> None:
    from chce_desktop.services.site import open_site

    with open_site(site.folder) as other:
        other.articles.create({"title": "别处写的"})
    window._look_around.timeout.emit()
    window._on_look_around()
    wait_until(lambda: window.articles.model.rowCount() == 4 or not window.isActiveWindow())


def test_shortcut_help_and_about_open(window: MainWindow) -> None:
    window.actions_table["help.shortcuts"].trigger()
    help_dialog = window.findChild(QDialog, "shortcuts_dialog")
    assert isinstance(help_dialog, QDialog)
    help_dialog.close()
    window.actions_table["help.about"].trigger()
    about = window.findChild(QDialog, "about_dialog")
    assert isinstance(about, QDialog)
    about.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_appearances_can_be_chosen(window: MainWindow, appearance: Appearance, scheme: str) -> None:
    appearance.choose(scheme)
    background = window.palette().window().color().lightness()
    assert (background > 200) == (scheme == "light")
    image = window.grab().toImage()
    assert (image.pixelColor(5, image.height() - 40).lightness() > 200) == (scheme == "light")


def test_after_a_crash_the_article_is_open_again_where_it_was(window: MainWindow, site: Site) -> None:
    body = "第一段。\n\n第二段。"
    article_id = site.articles.create({"title": "写到一半", "body": body}).id
    places = Places(site.uid)  # as the window left it that was killed
    places.set(article_id, Place(body.index("第二")))
    places.save()
    window.writing.reopen()
    wait_until(lambda: window.editor.article_id == window.properties.article_id == article_id)
    assert window.editor.editor.textCursor().blockNumber() == 2
    wait_until(lambda: any("not closed" in toast.text for toast in window.notices.messages))
    close(window)
    assert Places(site.uid).unfinished() is None
