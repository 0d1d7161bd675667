from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from chce_desktop.domain.article import ArticleFilter, Flag, FlagSetting, Order, State
from chce_desktop.foundation.errors import ChceError
from chce_desktop.jobs.queues import LIBRARY, LIBRARY_READ
from chce_desktop.services.site import Site
from chce_desktop.ui.articles import commands
from chce_desktop.ui.articles.dragging import ARTICLES_MIME
from chce_desktop.ui.articles.list import ArticleList
from chce_desktop.ui.articles.listcolumns import ListColumn
from chce_desktop.ui.articles.model import HEAD_ROLE, INFO_ROLE, ArticleListModel
from chce_desktop.ui.articles.properties import PropertyPane
from chce_desktop.ui.articles.words import zone
from chce_desktop.ui.desk import Desk
from tests.helpers.qt import held, wait_until

_START = datetime(2024, 1, 18, 1, 0, tzinfo=UTC)


@pytest.fixture
def ids(site: Site) -> list[int]:
    """Twelve articles, newest first: 文章 11 … 文章 0; odd ones in the column 新闻."""
    news = site.columns.add("新闻")
    states = list(State)
    made = [
        site.articles.create(
            {
                "title": f"文章 {number}",
                "body": f"第{number}篇正文",
                "state": states[number % 5],
                "column_id": news.id if number % 2 else None,
                "source": "教育部",
                "date": _START + timedelta(days=number),
            }
        ).id
        for number in range(12)
    ]
    return made[::-1]


@pytest.fixture
def article_list(desk: Desk, ids: list[int]) -> Iterator[ArticleList]:
    made = ArticleList(desk)
    made.resize(700, 500)
    made.show()
    made.activateWindow()
    wait_until(lambda: made.model.rowCount() == 12)
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def pane(desk: Desk, ids: list[int]) -> Iterator[PropertyPane]:
    made = PropertyPane(desk)
    made.resize(300, 700)
    made.show()
    made.activateWindow()
    yield made
    made.close()
    made.deleteLater()


def titles(model: ArticleListModel) -> list[str]:
    return [info.title for info in model.articles]


def settled(desk: Desk) -> None:
    """Nothing runs, and nothing is about to."""
    quiet = 0

    def still() -> bool:
        nonlocal quiet
        quiet = 0 if desk.operations.running else quiet + 1
        return quiet > 60

    wait_until(still)


def test_the_newest_come_first_with_column_state_and_day(article_list: ArticleList) -> None:
    model = article_list.model
    wait_until(lambda: model.data(model.index(0, ListColumn.COLUMN)) == "新闻")
    row = [model.data(model.index(0, column)) for column in ListColumn]
    assert row[:4] == ["文章 11", "新闻", "In review", "2024-01-29"]
    assert row[ListColumn.CHARACTERS] == "6"


def test_columns_step_back_for_titles_and_return(article_list: ArticleList, desk: Desk) -> None:
    header = article_list.table.horizontalHeader()

    def shown() -> set[ListColumn]:
        return {column for column in ListColumn if not header.isSectionHidden(column)}

    usual = {ListColumn.TITLE, ListColumn.COLUMN, ListColumn.STATE, ListColumn.DATE}
    assert shown() == usual
    article_list.resize(340, 500)
    wait_until(lambda: shown() == {ListColumn.TITLE, ListColumn.DATE})
    assert header.sectionSize(ListColumn.TITLE) >= 200
    other = ArticleList(desk)
    other.restore_layout(article_list.layout_state())
    assert not other.table.horizontalHeader().isSectionHidden(ListColumn.STATE), "what was chosen is kept"
    other.deleteLater()
    article_list._header._show_column(ListColumn.COLUMN, on=False)
    article_list.resize(700, 500)
    wait_until(lambda: shown() == usual - {ListColumn.COLUMN})
    article_list._header._show_column(ListColumn.COLUMN, on=True)
    assert shown() == usual


def test_tabs_count_and_filter(article_list: ArticleList, site: Site, ids: list[int]) -> None:
    site.articles.trash(ids[:1])
    wait_until(lambda: article_list.tabs.tabText(6) == "Trash 1")
    assert [article_list.tabs.tabText(n) for n in range(6)] == [
        "All 11",
        "Draft 3",
        "In review 2",
        "Ready 2",
        "Published 2",
        "Withdrawn 2",
    ]
    article_list.show_tab(trash=True)
    wait_until(lambda: titles(article_list.model) == ["文章 11"])
    article_list.show_tab(frozenset({State.READY}))
    wait_until(lambda: titles(article_list.model) == ["文章 7", "文章 2"])


def test_typing_filters_and_return_goes_to_the_rows(article_list: ArticleList) -> None:
    article_list.focus_filter()
    QTest.keyClicks(article_list.filter, "7")
    wait_until(lambda: titles(article_list.model) == ["文章 7"])
    wait_until(lambda: article_list.found.text() == "1 found")
    QTest.keyClick(article_list.filter, Qt.Key.Key_Return)
    assert article_list.table.hasFocus()
    opened: list[int] = []
    article_list.opened.connect(opened.append)
    QTest.keyClick(article_list.table, Qt.Key.Key_Return)
    assert opened == [article_list.model.articles[0].id]


def test_return_waits_for_the_list_that_was_searched_for(article_list: ArticleList, desk: Desk, ids: list[int]) -> None:
    settled(desk)
    opened: list[int] = []
    article_list.opened.connect(opened.append)
    with held(desk, LIBRARY_READ):
        article_list.focus_filter()
        QTest.keyClicks(article_list.filter, "3")
        QTest.keyClick(article_list.filter, Qt.Key.Key_Return)
        QTest.keyClick(article_list.table, Qt.Key.Key_Return)
        assert opened == []  # what shows are the rows of the list before
    wait_until(lambda: opened)
    assert opened == [ids[-1 - 3]]
    QTest.keyClick(article_list.table, Qt.Key.Key_Return)
    assert opened == [ids[-1 - 3]] * 2


def test_a_filter_that_finds_nothing_says_so_and_offers_to_clear(article_list: ArticleList) -> None:
    article_list.filter.setText("没有这样的文章")
    wait_until(lambda: article_list.model.rowCount() == 0)
    wait_until(article_list._empty.isVisible)
    assert "没有这样的文章" in article_list._empty.accessibleName()
    article_list._empty._button.click()
    wait_until(lambda: article_list.model.rowCount() == 12)


def test_headers_sort_by_what_the_library_knows(article_list: ArticleList) -> None:
    header = article_list.table.horizontalHeader()
    header.sectionClicked.emit(ListColumn.DATE)
    wait_until(lambda: titles(article_list.model)[0] == "文章 0")
    header.sectionClicked.emit(ListColumn.DATE)
    wait_until(lambda: titles(article_list.model)[0] == "文章 11")
    header.sectionClicked.emit(ListColumn.TITLE)
    wait_until(lambda: titles(article_list.model)[:3] == ["文章 0", "文章 1", "文章 10"])
    header.sectionClicked.emit(ListColumn.CHARACTERS)
    assert article_list.wanted == ArticleFilter(order=Order.CHARACTERS)
    header.sectionClicked.emit(ListColumn.TAGS)
    assert article_list.wanted == ArticleFilter(order=Order.CHARACTERS)


def test_a_refresh_keeps_selection_and_updates_rows(
    article_list: ArticleList, desk: Desk, site: Site, ids: list[int]
) -> None:
    article_list.table.selectRow(4)
    chosen = article_list.selected()[0].id
    newest = site.articles.create({"title": "更新的一篇", "date": _START + timedelta(days=99)})
    site.articles.save(ids[6], {"title": "改过的标题"})
    site.articles.trash(ids[:1])
    wait_until(lambda: titles(article_list.model)[0] == "更新的一篇")
    settled(desk)
    assert titles(article_list.model)[6] == "改过的标题"
    assert ids[0] not in [info.id for info in article_list.model.articles]
    assert [info.id for info in article_list.selected()] == [chosen]
    QTest.keyPress(article_list.table, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)  # and it is held
    article_list.select(newest.id)
    assert [info.id for info in article_list.selected()] == [newest.id]


def test_what_is_chosen_while_a_refresh_is_under_way_stays_chosen(
    article_list: ArticleList, desk: Desk, site: Site, ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(desk)
    reading, go_on = threading.Event(), threading.Event()
    read = site.articles.count

    def slowly(wanted: ArticleFilter) -> int:
        reading.set()
        assert go_on.wait(60)
        return read(wanted)

    monkeypatch.setattr(site.articles, "count", slowly)
    site.articles.trash([ids[0]])
    wait_until(reading.is_set)
    article_list.table.selectRow(5)
    article_list.table.setFocus()
    go_on.set()
    wait_until(lambda: article_list.model.rowCount() == 11 and article_list.model.is_fresh)
    assert [info.id for info in article_list.selected()] == [ids[5]]


def test_an_article_stays_selected_when_another_list_is_on_its_way(
    article_list: ArticleList, desk: Desk, site: Site, ids: list[int]
) -> None:
    settled(desk)
    news = site.columns.find("新闻")
    article_list.table.setFocus()
    article_list.show_column(news.id)
    article_list.select(ids[2])  # still in the list of all articles, and in the next one
    wait_until(lambda: article_list.model.rowCount() == 6)
    settled(desk)
    assert [info.id for info in article_list.selected()] == [ids[2]]


@pytest.fixture
def many(site: Site) -> tuple[int, ...]:
    """250 articles, the oldest first, four a day."""
    return site.articles.create_many(
        {"title": f"第 {number} 篇", "body": "素质教育", "date": _START + timedelta(hours=6 * number)}
        for number in range(250)
    )


def test_pages_are_read_where_one_looks(desk: Desk, many: tuple[int, ...]) -> None:
    model = ArticleListModel(desk)
    model.show(ArticleFilter())
    wait_until(lambda: model.rowCount() == 250)
    assert len(model.articles) == 100
    assert model.index(249, 0).data(INFO_ROLE) is None
    wait_until(lambda: model.index(249, 0).data(INFO_ROLE) is not None)
    model.index(120, 0).data(INFO_ROLE)
    wait_until(lambda: len(model.articles) == 250)
    assert titles(model) == [f"第 {number} 篇" for number in range(249, -1, -1)]
    settled(desk)


def test_the_end_of_a_list_is_one_key_away_and_what_is_chosen_stays_chosen(
    desk: Desk, site: Site, many: tuple[int, ...]
) -> None:
    shown = ArticleList(desk)
    shown.resize(700, 500)
    shown.show()
    shown.table.setFocus()
    wait_until(lambda: shown.model.is_counted and shown.model.rowCount() == 250)
    QTest.keyClick(shown.table, Qt.Key.Key_End)
    wait_until(lambda: shown.selected() and shown.selected()[0].id == many[0])
    site.articles.create_many({"title": f"新 {n}", "date": _START + timedelta(days=400)} for n in range(3))
    wait_until(lambda: shown.model.rowCount() == 253)
    settled(desk)
    assert [info.id for info in shown.selected()] == [many[0]]
    asked: list[int] = []
    flags = shown.model.flags

    def counted(index: QModelIndex) -> Qt.ItemFlag:
        asked.append(index.row())
        return flags(index)

    shown.model.flags = counted  # type: ignore[assignment,method-assign]
    shown.table.selectAll()
    QTest.qWait(50)
    assert len(asked) < 500  # to paint, Qt must not look at each of the selected rows
    assert shown.chosen().count == 253
    assert shown.chosen().whole
    site.articles.trash(many[:2])
    wait_until(lambda: shown.model.rowCount() == 251)
    settled(desk)
    assert len(shown.chosen().find()) == shown.chosen().count == 251
    QTest.keyClick(shown.table, Qt.Key.Key_Home)
    assert [info.title for info in shown.selected()] == ["新 2"]
    for _ in range(150):
        QTest.keyClick(shown.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    chosen = shown.chosen()
    assert chosen.count == 151
    assert chosen.find() == site.articles.ids(ArticleFilter())[:151]
    shown.close()
    shown.deleteLater()


def test_grouped_by_day_each_day_has_a_heading(desk: Desk, site: Site, many: tuple[int, ...]) -> None:
    wait_until(lambda: desk.is_loaded)
    model = ArticleListModel(desk)
    model.group_by_day(on=True)
    model.show(ArticleFilter())
    days = site.articles.days(ArticleFilter(), zone("Asia/Shanghai"))
    wait_until(lambda: model.rowCount() == 250 + len(days))
    line = 0
    for day, number in days[:20]:
        head = model.index(line, 0)
        assert head.data(HEAD_ROLE) == (day, number)
        assert head.flags() == Qt.ItemFlag.NoItemFlags
        for n in range(1, number + 1):
            info = model.info(line + n)
            assert info is not None
            assert info.date.astimezone(zone("Asia/Shanghai")).date() == day
            assert model.row_of(info.id) == line + n
        line += number + 1
    settled(desk)


def test_what_is_dragged_are_the_ids(article_list: ArticleList, ids: list[int]) -> None:
    model = article_list.model
    data: QMimeData = model.mimeData([model.index(1, 0), model.index(1, 2), model.index(3, 0)])
    assert json.loads(bytes(data.data(ARTICLES_MIME).data())) == [ids[1], ids[3]]


def test_a_bulk_change_is_one_step_to_undo(desk: Desk, site: Site, ids: list[int]) -> None:
    before = site.articles.infos(ids[:5])
    commands.set_state(desk, ids[:5], State.READY)
    settled(desk)
    assert {info.state for info in site.articles.infos(ids[:5]).values()} == {State.READY}
    assert desk.notices.messages[-1].text == "4 articles are now “Ready”."
    desk.undo.undo()
    settled(desk)
    assert {i: info.state for i, info in site.articles.infos(ids[:5]).items()} == {
        i: info.state for i, info in before.items()
    }
    desk.undo.redo()
    settled(desk)
    assert {info.state for info in site.articles.infos(ids[:5]).values()} == {State.READY}


def test_a_flag_leaves_other_flags_alone(desk: Desk, site: Site, ids: list[int]) -> None:
    end = _START + timedelta(days=10_000)
    site.articles.save(ids[0], {"flags": (FlagSetting(Flag.PINNED, end),)})
    commands.set_flag(desk, ids[:2], Flag.HEADLINE, on=True)
    settled(desk)
    found = site.articles.infos(ids[:2])
    assert set(found[ids[0]].flags) == {FlagSetting(Flag.PINNED, end), FlagSetting(Flag.HEADLINE)}
    assert found[ids[1]].flags == (FlagSetting(Flag.HEADLINE),)
    desk.undo.undo()
    settled(desk)
    assert site.articles.infos(ids[:2])[ids[0]].flags == (FlagSetting(Flag.PINNED, end),)


def test_trash_and_column_are_undone(desk: Desk, site: Site, ids: list[int]) -> None:
    other = site.columns.add("公告")
    settled(desk)
    commands.move_to_column(desk, ids[:2], other.id)
    commands.trash(desk, ids[:2])
    settled(desk)
    assert all(info.trashed_at and info.column_id == other.id for info in site.articles.infos(ids[:2]).values())
    desk.undo.undo()
    desk.undo.undo()
    settled(desk)
    found = site.articles.infos(ids[:2])
    assert [found[i].trashed_at for i in ids[:2]] == [None, None]
    assert found[ids[1]].column_id is None


def test_properties_save_by_themselves(pane: PropertyPane, desk: Desk, site: Site, ids: list[int]) -> None:
    wait_until(lambda: desk.is_loaded)
    pane.show_article(site.articles.get(ids[0]))
    pane.lines["source"].setFocus()
    pane.lines["source"].selectAll()
    QTest.keyClicks(pane.lines["source"], "Xinhua")
    QTest.keyClicks(pane.tags, "edu,policy, edu")
    pane.flags[0].box.click()
    pane.flush()
    settled(desk)
    saved = site.articles.get(ids[0])
    assert saved.source == "Xinhua"
    assert saved.tags == ("edu", "policy")
    assert saved.flagged(Flag.HEADLINE, datetime.now(UTC))


def test_another_article_does_not_take_over_what_was_typed(
    pane: PropertyPane, desk: Desk, site: Site, ids: list[int]
) -> None:
    pane.show_article(site.articles.get(ids[0]))
    QTest.keyClicks(pane.lines["author"], "Li")
    pane.show_article(site.articles.get(ids[1]))
    settled(desk)
    assert site.articles.get(ids[0]).author == "Li"
    assert site.articles.get(ids[1]).author == ""


def test_undo_brings_nothing_into_the_fields_of_another_article(
    pane: PropertyPane, desk: Desk, site: Site, ids: list[int]
) -> None:
    found = site.articles.infos(ids)
    fields = (pane.lines["author"], pane.summary, pane.tags)
    pane.show_article(found[ids[0]])
    for field in fields:
        QTest.keyClicks(field, "a")
        QTest.keyClick(field, Qt.Key.Key_Backspace)
    pane.show_article(found[ids[1]])
    for field in fields:
        QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    pane.flush()
    settled(desk)
    article = site.articles.get(ids[1])
    assert (article.author, article.summary, article.tags) == (found[ids[1]].author, found[ids[1]].summary, ())


def test_a_summary_is_in_the_library_while_typing_goes_on(
    pane: PropertyPane, desk: Desk, site: Site, ids: list[int]
) -> None:
    pane.show_article(site.articles.get(ids[0]))
    pane.summary.setFocus()
    pane.summary.moveCursor(pane.summary.textCursor().MoveOperation.End)
    typed, end = "", time.monotonic() + 60
    while not site.articles.get(ids[0]).summary.endswith("a") and time.monotonic() < end:
        QTest.keyClicks(pane.summary, "a")  # never a pause that is long enough
        typed += "a"
        pause = time.monotonic() + 0.1
        wait_until(lambda pause=pause: time.monotonic() > pause)  # type: ignore[misc]  # a lambda's default has no type
    assert time.monotonic() < end
    QTest.keyClicks(pane.summary, "b")
    pane.flush()
    settled(desk)
    assert pane.summary.toPlainText() == site.articles.get(ids[0]).summary
    assert site.articles.get(ids[0]).summary.endswith(f"{typed}b")


def test_what_is_typed_while_a_save_is_under_way_stays(
    pane: PropertyPane, desk: Desk, site: Site, ids: list[int]
) -> None:
    author, before = pane.lines["author"], site.articles.infos(ids)[ids[0]]
    saved: list[object] = []
    pane.saved.connect(saved.append)
    pane.show_article(before)
    author.setFocus()
    with held(desk, LIBRARY):
        QTest.keyClicks(author, "Li")
        pane.flush()
        second = held(desk, LIBRARY)
        second.__enter__()
        QTest.keyClicks(author, " Mi")
        pane.flush()
    wait_until(lambda: saved)  # the first of the two
    QTest.keyClicks(author, "n")
    pane.show_article(before)  # as the list does, which has not been read again yet
    QTest.keyClicks(author, "g")
    second.__exit__(None, None, None)
    pane.flush()
    settled(desk)
    assert author.text() == site.articles.get(ids[0]).author == "Li Ming"
    pane.show_article(before)
    assert author.text() == "Li Ming"
    QTest.keyClicks(author, "!")
    with held(desk, LIBRARY):
        pane.show_article(site.articles.infos(ids)[ids[1]])
        assert author.text() == ""
        pane.show_article(before)
    wait_until(lambda: author.text() == "Li Ming!")


def test_what_was_read_before_a_save_does_not_show_after_it(
    pane: PropertyPane, desk: Desk, site: Site, ids: list[int]
) -> None:
    pane.show_article(site.articles.infos(ids)[ids[0]])
    author = pane.lines["author"]
    author.setFocus()
    with held(desk, LIBRARY):
        site.articles.save(ids[0], {"source": "新华社"})
        QApplication.processEvents()  # it is announced, and what the library holds is asked for
        QTest.keyClicks(author, "Li")
        pane.flush()
    shown: list[str] = []
    author.textChanged.connect(shown.append)
    settled(desk)
    assert shown == []
    assert pane.lines["source"].text() == "新华社"


def test_a_suggestion_comes_to_the_article_that_it_was_made_for_or_nowhere(
    pane: PropertyPane, desk: Desk, site: Site, ids: list[int]
) -> None:
    site.articles.save(ids[0], {"body": "教育部昨天在北京召开会议，部署全年工作。"})
    found = site.articles.infos(ids)
    pane.show_article(found[ids[0]])
    with held(desk, LIBRARY):
        button = pane.findChild(QToolButton, "summary_suggest")
        assert button is not None
        button.click()
        pane.show_article(found[ids[1]])
    settled(desk)
    pane.flush()
    settled(desk)
    assert site.articles.get(ids[1]).summary == ""
    pane.show_article(found[ids[0]])
    button.click()
    wait_until(lambda: pane.summary.toPlainText() != "")


def test_a_slug_that_cannot_be_is_told_and_not_saved(
    pane: PropertyPane, desk: Desk, site: Site, ids: list[int]
) -> None:
    article = site.articles.get(ids[0])
    taken = site.articles.get(ids[1]).slug
    pane.show_article(article)
    pane.slug.setFocus()
    pane.slug.selectAll()
    QTest.keyClicks(pane.slug, "CON bad")
    assert pane.problem.isVisible()
    pane.slug.selectAll()
    QTest.keyClicks(pane.slug, taken)
    pane.flush()
    settled(desk)
    assert taken in pane.problem.text()
    assert site.articles.get(ids[0]).slug == article.slug
    assert pane.slug.text() == taken


def test_what_was_typed_beside_a_slug_that_is_taken_is_saved(
    pane: PropertyPane, desk: Desk, site: Site, ids: list[int]
) -> None:
    found = site.articles.infos(ids)
    pane.show_article(found[ids[0]])
    pane.summary.setFocus()
    QTest.keyClicks(pane.summary, "Short")
    pane.slug.setFocus()
    pane.slug.selectAll()
    QTest.keyClicks(pane.slug, found[ids[1]].slug)
    pane.flush()
    settled(desk)
    assert pane.problem.isVisible()
    assert site.articles.get(ids[0]).summary == "Short"
    QTest.keyClicks(pane.lines["editor"], "Wang")
    pane.flush()
    settled(desk)
    assert pane.problem.isVisible()  # the address is still to be put right
    assert pane.slug.text() == found[ids[1]].slug
    QTest.keyClicks(pane.slug, "-2")
    pane.flush()
    settled(desk)
    assert not pane.problem.isVisible()
    article = site.articles.get(ids[0])
    assert (article.summary, article.editor, article.slug) == ("Short", "Wang", f"{found[ids[1]].slug}-2")


def test_what_the_library_would_not_take_goes_along_with_the_next_save(
    pane: PropertyPane,
    desk: Desk,
    site: Site,
    ids: list[int],
    told: list[ChceError],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise ChceError("disk_full")

    pane.show_article(site.articles.infos(ids)[ids[0]])
    with monkeypatch.context() as patch:
        patch.setattr(site.articles, "save", full)
        QTest.keyClicks(pane.lines["author"], "Li")
        pane.flush()
        settled(desk)
    assert [error.title for error in told] == ["disk_full"]
    assert not pane.problem.isVisible()  # nothing is wrong with the address
    QTest.keyClicks(pane.lines["editor"], "Wang")
    pane.flush()
    settled(desk)
    article = site.articles.get(ids[0])
    assert (article.author, article.editor) == ("Li", "Wang")
    assert pane.lines["author"].text() == "Li"


def test_a_summary_that_is_taken_back_before_it_was_saved_is_not_saved(
    pane: PropertyPane, desk: Desk, site: Site, ids: list[int]
) -> None:
    pane.show_article(site.articles.infos(ids)[ids[0]])
    pane.summary.setFocus()
    QTest.keyClicks(pane.summary, "A")
    QTest.keyClick(pane.summary, Qt.Key.Key_Backspace)
    pane.flush()
    settled(desk)
    assert site.articles.get(ids[0]).summary == pane.summary.toPlainText() == ""
    with held(desk, LIBRARY):
        QTest.keyClicks(pane.summary, "B")
        pane.flush()
        QTest.keyClick(pane.summary, Qt.Key.Key_Backspace)
        pane.flush()
    settled(desk)
    assert site.articles.get(ids[0]).summary == pane.summary.toPlainText() == ""


def test_the_pane_follows_changes_from_elsewhere(pane: PropertyPane, desk: Desk, site: Site, ids: list[int]) -> None:
    pane.show_article(site.articles.get(ids[0]))
    site.articles.save(ids[0], {"author": "王编辑", "state": State.PUBLISHED})
    wait_until(lambda: pane.lines["author"].text() == "王编辑")
    assert pane.state.currentData() is State.PUBLISHED or pane.state.currentData() == "published"
    settled(desk)


def test_a_date_is_shown_in_the_sites_time(pane: PropertyPane, desk: Desk, site: Site, ids: list[int]) -> None:
    wait_until(lambda: desk.is_loaded)
    pane.show_article(site.articles.get(ids[-1]))
    assert pane.date.field.dateTime().toString("yyyy-MM-dd HH:mm") == "2024-01-18 09:00"
    pane.date.field.setDateTime(pane.date.field.dateTime().addDays(1))
    pane.flush()
    settled(desk)
    assert site.articles.get(ids[-1]).date == _START + timedelta(days=1)


def test_scrolling_the_pane_changes_no_field(pane: PropertyPane, site: Site, ids: list[int]) -> None:
    pane.show_article(site.articles.infos(ids)[ids[0]])
    before = (pane.state.currentIndex(), pane.color.currentIndex(), pane.reads.value())
    for field in (pane.state, pane.color, pane.reads):
        at = QPointF(field.rect().center())
        turn = QWheelEvent(
            at, field.mapToGlobal(at), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        field.setFocus()
        QApplication.sendEvent(field, turn)
    assert (pane.state.currentIndex(), pane.color.currentIndex(), pane.reads.value()) == before
