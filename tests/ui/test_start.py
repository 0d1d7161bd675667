"""The first second of the window: what is shown and done before the site is open."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from chce_desktop.services import site as services
from chce_desktop.services.site import Site, create_site, open_site
from chce_desktop.ui.app import Controller
from chce_desktop.ui.appearance import Appearance
from chce_desktop.ui.mainwindow.panes import Arrangement
from chce_desktop.ui.mainwindow.window import MainWindow
from chce_desktop.ui.memory import Memory
from chce_desktop.ui.start import first_frame, parse
from tests.helpers.qt import wait_until


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site with 130 articles: more than the first page."""
    with create_site(tmp_path / "站点 一", "教育网") as site:
        news = site.columns.add("新闻")
        site.articles.create_many([{"title": f"文章 {n}", "body": "正文", "column_id": news.id} for n in range(130)])
    return tmp_path / "站点 一"


@pytest.fixture
def opening(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Sites are opened only when this is set, so that a test can act before."""
    go = threading.Event()

    def later(folder: Path, **named: object) -> Site:
        assert go.wait(20)
        return open_site(folder, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "open_site", later)
    yield go
    go.set()


Start = Callable[[Path], tuple[Controller, MainWindow]]


@pytest.fixture
def start(qapp: QApplication, appearance: Appearance, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts the app on a folder as `ui.start` does, without the web engine."""
    monkeypatch.setattr(MainWindow, "load_preview", lambda _: None)
    monkeypatch.setattr(qapp, "quit", lambda: None)
    made: list[Controller] = []

    def begin(folder: Path) -> tuple[Controller, MainWindow]:
        memory = Memory()
        window = first_frame(parse([str(folder)]), memory)
        assert window is not None
        assert window.is_painted
        controller = Controller(qapp, memory, appearance, window)
        made.append(controller)
        controller.start(folder)
        return controller, window

    yield begin
    for controller in made:
        _end(controller)


def _end(controller: Controller) -> None:
    if controller.window is not None:
        controller.window.leave()
        wait_until(lambda: controller.window is None, what="the window to close")
    if controller._welcome is not None:
        controller._welcome.close()
        controller._welcome.deleteLater()
    controller._operations.close()
    controller.deleteLater()


def test_the_list_is_there_and_answers_keys_before_the_site_is_open(
    start: Start, folder: Path, opening: threading.Event
) -> None:
    controller, window = start(folder)
    table, model = window.articles.table, window.articles.model
    shown = [info.id for info in model.articles]
    assert len(shown) == 100
    assert not window.desk.is_open
    assert table.hasFocus()
    for _ in range(3):
        QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    table.verticalScrollBar().setValue(40)
    assert [info.id for info in window.articles.selected()] == shown[3:5]
    assert model.data(model.index(3, 1)) == "新闻"
    opening.set()
    wait_until(lambda: controller.window is window)
    wait_until(lambda: model.rowCount() == 130 and model.is_fresh and not window.operations.running)
    assert window.articles.table is table
    assert [info.id for info in window.articles.selected()] == shown[3:5]
    assert table.verticalScrollBar().value() == 40
    assert [info.id for info in model.articles][:100] == shown
    assert window.windowTitle() == "教育网 — CHCE Desktop"


def test_what_is_pressed_early_is_done_when_it_can_be(start: Start, folder: Path, opening: threading.Event) -> None:
    controller, window = start(folder)
    QTest.keyClick(window.articles.table, Qt.Key.Key_Down)
    chosen = window.articles.selected()[0].id
    QTest.keyClick(window.articles.table, Qt.Key.Key_Return)
    QTest.keyClick(window.articles.table, Qt.Key.Key_F1)
    opening.set()
    wait_until(lambda: controller.window is window)
    wait_until(lambda: window.editor.article_id == chosen)
    assert window.panes.arrangement is Arrangement.WRITE


def test_a_shortcut_pressed_early_is_not_lost(start: Start, folder: Path, opening: threading.Event) -> None:
    controller, window = start(folder)
    QTest.keyClick(window.articles.table, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    opening.set()
    wait_until(lambda: controller.window is window)
    wait_until(lambda: window.editor.article_id is not None)
    assert window.site.articles.get(window.editor.article_id or 0).title == ""


def test_a_search_typed_early_is_answered(start: Start, folder: Path, opening: threading.Event) -> None:
    controller, window = start(folder)
    QTest.keyClicks(window.articles.filter, "77")
    window.articles.search.more.setChecked(True)
    assert window.articles.search.panel.isVisible()
    QTest.qWait(200)  # longer than one rests in typing
    opening.set()
    wait_until(lambda: controller.window is window)
    wait_until(lambda: window.articles.search.found.text() == "1 found")
    assert window.articles.model.rowCount() == 1


def test_what_was_changed_in_between_is_seen(start: Start, folder: Path, opening: threading.Event) -> None:
    controller, window = start(folder)
    first = window.articles.model.articles[0].id
    with open_site(folder) as other:
        other.articles.trash([first])
    opening.set()
    wait_until(lambda: controller.window is window)
    wait_until(lambda: window.articles.model.rowCount() == 129)
    assert first not in [info.id for info in window.articles.model.articles]


def test_a_damaged_library_is_told_of_as_ever(start: Start, folder: Path) -> None:
    with sqlite3.connect(folder / "site.db") as connection:  # the list reads well, the whole does not
        page, size = (
            connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'article_body'").fetchone()[0],
            connection.execute("PRAGMA page_size").fetchone()[0],
        )
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = bytearray((folder / "site.db").read_bytes())
    data[(page - 1) * size : page * size] = b"\x55" * size
    (folder / "site.db").write_bytes(data)
    controller, window = start(folder)
    assert window.articles.model.rowCount() == 100
    wait_until(lambda: controller._welcome is not None and controller._welcome.notices.messages)
    assert controller._welcome is not None
    assert "damaged" in controller._welcome.notices.messages[0].text
    assert controller.window is None


def test_a_library_that_must_be_upgraded_first_is_not_shown_early(
    start: Start, folder: Path, opening: threading.Event
) -> None:
    with sqlite3.connect(folder / "site.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    controller, window = start(folder)
    assert window.findChild(QLabel, "opening") is not None
    assert not window.is_begun
    opening.set()
    wait_until(lambda: controller._welcome is not None and controller._welcome.notices.messages)
    assert controller._welcome is not None
    assert "newer version" in controller._welcome.notices.messages[0].text


def test_closed_early_it_goes_as_soon_as_it_can(start: Start, folder: Path, opening: threading.Event) -> None:
    controller, window = start(folder)
    closed: list[bool] = []
    window.closed.connect(lambda: closed.append(True))
    window.close()
    assert not window.isVisible()
    opening.set()
    wait_until(lambda: closed)
    assert controller.window is None
    with open_site(folder) as site:
        assert site.info().articles.total == 130


def test_an_empty_site_and_one_grouped_by_day_open_too(
    start: Start, tmp_path: Path, folder: Path, opening: threading.Event
) -> None:
    create_site(tmp_path / "empty", "空").close()
    controller, window = start(tmp_path / "empty")
    window.articles.new_wanted.emit()  # the button where there is no article
    opening.set()
    wait_until(lambda: controller.window is window)
    wait_until(lambda: window.editor.article_id is not None)
    window.leave()
    wait_until(lambda: controller.window is None)
    Memory().set_flag("articles/by_day", on=True)
    again, other = start(folder)
    assert not other.is_begun
    wait_until(lambda: again.window is other)
    wait_until(lambda: other.articles.model.rowCount() == 131)  # one heading
