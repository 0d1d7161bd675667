"""Finding: search with marks and filters, saved searches, quick open, the command palette."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog

from chce_desktop.domain import pinyin
from chce_desktop.domain.article import ArticleFilter, Flag, FlagSetting, Order
from chce_desktop.foundation.errors import ChceError
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.services.site import Site
from chce_desktop.ui.appearance import Appearance
from chce_desktop.ui.articles.filterpanel import parse_day
from chce_desktop.ui.articles.model import SNIPPET_ROLE
from chce_desktop.ui.articles.words import zone
from chce_desktop.ui.mainwindow.window import MainWindow
from chce_desktop.ui.memory import Memory
from chce_desktop.ui.search.palette import PINYIN, CommandPalette, QuickOpen
from tests.helpers.qt import held, wait_until

_START = datetime(2024, 1, 18, 1, 0, tzinfo=UTC)


@pytest.fixture
def window(
    qapp: QApplication, site: Site, appearance: Appearance, request: pytest.FixtureRequest
) -> Iterator[MainWindow]:
    news = site.columns.add("新闻")
    titles = ("教育新闻一则", "素质教育研讨会", "公告", "关于教育的公告")
    for number, title in enumerate(titles):
        site.articles.create(
            {
                "title": title,
                "body": f"第{number}篇。国家义务教育质量监测的结果。" + "正文" * number,
                "source": "教育部" if number % 2 else "新华社",
                "column_id": news.id if number < 2 else None,
                "date": _START + timedelta(days=40 * number),
                "flags": (FlagSetting(Flag.PINNED),) if number == 1 else (),
            }
        )
    made = MainWindow(site, Memory(), appearance)
    made.show()
    made.activateWindow()
    wait_until(lambda: made.articles.model.is_counted and made.desk.is_loaded)
    yield made
    over: list[bool] = []
    made.closed.connect(lambda: over.append(True))
    made.close()
    wait_until(lambda: over)
    made.deleteLater()


def _shown(window: MainWindow) -> list[str]:
    return [info.title for info in window.articles.model.articles]


def test_what_is_typed_is_found_with_a_piece_of_the_text(window: MainWindow) -> None:
    search = window.articles.search
    search.line.setText("义务教育")
    wait_until(lambda: search.found.text() == "4 found")
    model = window.articles.model
    wait_until(lambda: "义务教育" in (model.index(0, 0).data(SNIPPET_ROLE) or ""))
    search.where.setCurrentIndex(search.where.findData("title"))
    wait_until(lambda: search.found.text() == "0 found")
    search.line.setText("教育")
    wait_until(lambda: _shown(window) == ["关于教育的公告", "素质教育研讨会", "教育新闻一则"])
    search.where.setCurrentIndex(search.where.findData("all"))
    search.order.setCurrentIndex(1)
    wait_until(lambda: window.articles.wanted.order is Order.BEST and len(_shown(window)) == 4)
    wait_until(lambda: _shown(window)[-1] == "公告")


def test_filters_combine_and_are_told_when_folded(window: MainWindow) -> None:
    search = window.articles.search
    search.open_panel()
    panel = search.panel
    panel.source.setText("教育部")
    wait_until(lambda: _shown(window) == ["关于教育的公告", "素质教育研讨会"])
    panel.until.setText("2024年3月")
    wait_until(lambda: _shown(window) == ["素质教育研讨会"])
    panel.flag.setCurrentIndex(panel.flag.findData(Flag.HEADLINE))
    wait_until(lambda: window.articles.model.is_counted and _shown(window) == [])
    panel.flag.setCurrentIndex(panel.flag.findData(Flag.PINNED))
    wait_until(lambda: _shown(window) == ["素质教育研讨会"])
    search.more.setChecked(False)
    assert search.chips.isVisible()
    assert search.chips.text.text() == "Pinned · Source: 教育部 · until 2024-03-31"
    panel.since.setText("gestern")
    wait_until(lambda: panel.since.property("invalid") is True)
    search.chips.drop.click()
    wait_until(lambda: len(_shown(window)) == 4)


def test_a_search_is_saved_named_and_brought_back(window: MainWindow, site: Site) -> None:
    window.columns.choose(site.columns.find("新闻").id)
    wait_until(lambda: len(_shown(window)) == 2)
    window.articles.search.line.setText("素质")
    wait_until(lambda: _shown(window) == ["素质教育研讨会"])
    window.actions_table["edit.save_search"].trigger()
    (dialog,) = window.findChildren(QInputDialog, "saved_search_name")
    assert dialog.textValue() == "素质"
    dialog.setTextValue("素质教育的新闻")
    dialog.accept()
    wait_until(lambda: window.searches.isVisible() and window.searches.list.count() == 1)
    window.articles.clear_filter()
    window.columns.choose(-1)
    wait_until(lambda: len(_shown(window)) == 4)
    window.searches.list.setCurrentRow(0)
    window.searches.list.itemActivated.emit(window.searches.list.item(0))
    wait_until(lambda: _shown(window) == ["素质教育研讨会"])
    assert window.columns.column_id == site.columns.find("新闻").id
    assert window.articles.search.line.text() == "素质"
    window.searches.rename_action.trigger()
    dialog = next(d for d in window.findChildren(QInputDialog, "saved_search_name") if d.isVisible())
    dialog.setTextValue("另一个名字")
    dialog.accept()
    wait_until(
        lambda: [window.searches.list.item(n).text() for n in range(window.searches.list.count())] == ["另一个名字"]
    )
    window.searches.list.setCurrentRow(0)
    window.searches.remove_action.trigger()
    wait_until(lambda: not window.searches.isVisible())
    assert site.searches.all() == ()


def test_an_article_is_opened_by_its_initials(window: MainWindow) -> None:
    window.actions_table["go.article"].trigger()
    (palette,) = window.findChildren(QuickOpen, "quick_open")
    wait_until(lambda: palette.entries.rowCount() == 4)
    assert palette.entries.rows[0].text == "关于教育的公告"
    QTest.keyClicks(palette.line, "jyxw")
    wait_until(lambda: [entry.text for entry in palette.entries.rows] == ["教育新闻一则"])
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    wait_until(lambda: window.editor.current() is not None and window.writing.open_article is not None)
    assert window.writing.open_article is not None
    assert window.writing.open_article.title == "教育新闻一则"


def test_return_waits_for_what_fits_the_words(window: MainWindow) -> None:
    window.actions_table["go.article"].trigger()
    (palette,) = window.findChildren(QuickOpen, "quick_open")
    wait_until(lambda: palette.entries.rowCount() == 4)
    with held(window.desk, LIBRARY_READ):
        QTest.keyClicks(palette.line, "jyxw")
        QTest.keyClick(palette.line, Qt.Key.Key_Return)
        assert palette.isVisible()  # the rows are still those from before the words
    wait_until(lambda: window.writing.open_article is not None)
    assert window.writing.open_article is not None
    assert window.writing.open_article.title == "教育新闻一则"


def test_every_action_is_in_the_command_palette(window: MainWindow) -> None:
    window.actions_table["go.command"].trigger()
    (palette,) = window.findChildren(CommandPalette, "command_palette")
    shown = {entry.text: entry for entry in palette.entries.rows}
    for table in (window.actions_table, window.editor.commands):
        for spec in table.specs:
            if table[spec.id].isVisible():
                assert table[spec.id].iconText() in shown
    assert shown["New article"].right == "Ctrl+N"
    QTest.keyClicks(palette.line, "by day")
    wait_until(lambda: [entry.text for entry in palette.entries.rows] == ["Group by day"])
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    wait_until(lambda: window.articles.model.by_day)


def _palette(window: MainWindow) -> tuple[CommandPalette, list[object]]:
    """The command palette, and what is taken from it; nothing of that is done."""
    window.actions_table["go.command"].trigger()
    (palette,) = window.findChildren(CommandPalette, "command_palette")
    taken: list[object] = []
    palette.taken.disconnect()
    palette.taken.connect(taken.append)
    return palette, taken


def test_return_right_after_the_palette_came_takes_the_row_that_was_stepped_to(window: MainWindow) -> None:
    with held(window.desk, PINYIN):  # pinyin is not known yet
        palette, taken = _palette(window)
        QTest.keyClick(palette.line, Qt.Key.Key_Down)
        wanted = palette.entries.rows[1].meaning
        QTest.keyClick(palette.line, Qt.Key.Key_Return)
    wait_until(lambda: taken)
    assert taken == [wanted]


@pytest.mark.parametrize("typed", ["", "article"])
def test_the_row_that_was_stepped_to_is_taken(window: MainWindow, typed: str) -> None:
    with held(window.desk, PINYIN):
        palette, taken = _palette(window)
        QTest.keyClicks(palette.line, typed)
        wait_until(lambda: not palette._soon.isActive())
        QTest.keyClick(palette.line, Qt.Key.Key_Down)
        chosen = palette.list.currentIndex().row()
        assert chosen > 0
        wanted = palette.entries.rows[chosen].meaning
    wait_until(lambda: not window.operations.running)  # and it stays the chosen one when it is known
    assert palette.entries.rows[palette.list.currentIndex().row()].meaning == wanted
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert taken == [wanted]


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2024", "2024-01-01", "2025-01-01"),
        ("2024-12", "2024-12-01", "2025-01-01"),
        ("2024年2月", "2024-02-01", "2024-03-01"),
        ("2024/2/29", "2024-02-29", "2024-03-01"),
    ],
)
def test_a_year_a_month_or_a_day_can_be_typed(text: str, first: str, after: str) -> None:
    china = zone("Asia/Shanghai")
    since, until = parse_day(text, china, end=False), parse_day(text, china, end=True)
    assert since is not None
    assert until is not None
    assert f"{since.astimezone(china):%Y-%m-%d %H%M}" == f"{first} 0000"
    assert f"{until.astimezone(china):%Y-%m-%d %H%M}" == f"{after} 0000"


def test_best_first_is_a_whole_list(site: Site) -> None:
    site.articles.create_many({"title": f"教育 {n % 7}", "body": "教育" * (n % 9)} for n in range(450))
    site.articles.create_many({"title": f"别的 {n}", "body": "体育"} for n in range(10))
    wanted = ArticleFilter(text="教育", order=Order.BEST)
    pages, after = [], None
    while True:
        page = site.articles.page(wanted, after=after, limit=70)
        pages += [info.id for info in page.articles]
        after = page.next
        if after is None:
            break
    assert len(pages) == len(set(pages)) == site.articles.count(wanted) == 450
    assert tuple(pages) == site.articles.ids(wanted)
    assert [info.id for info in site.articles.page(wanted, limit=50, offset=330).articles] == pages[330:380]


def test_the_command_palette_does_what_is_typed_though_pinyin_cannot_be_had(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: str) -> tuple[str, str]:
        raise ChceError("The dictionary cannot be read.")

    monkeypatch.setattr(pinyin, "keys", gone)
    done: list[bool] = []
    window.actions_table["article.new"].triggered.connect(lambda: done.append(True))
    window.actions_table["go.command"].trigger()
    (palette,) = window.findChildren(CommandPalette, "command_palette")
    QTest.keyClicks(palette.line, "new art")
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    wait_until(lambda: done)
