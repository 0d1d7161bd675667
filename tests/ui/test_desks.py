"""What all windows beside the main one have in common."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QCalendarWidget,
    QComboBox,
    QDateTimeEdit,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QWidget,
)
from shiboken6 import isValid

from chce_desktop.domain.notice import NoticeLink
from chce_desktop.services.site import Site
from chce_desktop.storage.engine import Database
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.history import HistoryDialog
from chce_desktop.ui.links import LinksDialog
from chce_desktop.ui.media import MediaDialog
from chce_desktop.ui.noticeboard import NoticesDialog
from chce_desktop.ui.publishing import PublishDialog, TargetsDialog, TargetWizard
from chce_desktop.ui.publishing.byitself import ByItselfDialog
from chce_desktop.ui.publishing.computername import ComputerNameDialog
from chce_desktop.ui.publishing.withdraw import WithdrawDialog
from chce_desktop.ui.settings import SettingsDialog
from tests.helpers.qt import wait_until

#: What some windows are about; filled by the fixture `filled`.
_SAMPLES: dict[str, Any] = {}

WINDOWS: dict[str, Callable[[Desk], QDialog]] = {
    "links": LinksDialog,
    "notices": NoticesDialog,
    "media": MediaDialog,
    "settings": SettingsDialog,
    "targets": TargetsDialog,
    "wizard": TargetWizard,
    "publish": PublishDialog,
    "by_itself": lambda desk: ByItselfDialog(desk, _SAMPLES["target"]),
    "computer": ComputerNameDialog,
    "withdraw": lambda desk: WithdrawDialog(desk, [_SAMPLES["article"]]),
    "history": lambda desk: HistoryDialog(desk, 1),
}
INPUTS = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit)


@pytest.fixture
def filled(site: Site, tmp_path: Path) -> Site:
    article = site.articles.create({"title": "题目", "body": "正文"})
    site.articles.save(article.id, {"body": "改过的正文"})
    site.links.add("教育部", "https://www.moe.gov.cn/")
    site.notices.add({"title": "公告", "links": (NoticeLink("查看详情", "/a.html"),)})
    site.media.add_bytes(b"%PDF-1.4", "通知.pdf")
    target = site.targets.add("本机", (tmp_path / "out").as_uri())
    _SAMPLES.update(target=target, article=site.articles.infos([article.id])[article.id])
    return site


@pytest.fixture(params=WINDOWS)
def window(request: pytest.FixtureRequest, desk: Desk, filled: Site) -> Any:
    made = WINDOWS[request.param](desk)
    made.show()
    wait_until(lambda: not desk.operations.running)
    yield made
    if isValid(made):
        made.close()
    wait_until(lambda: not desk.operations.running)
    if isValid(made):
        made.deleteLater()


def of_qt(widget: QWidget) -> bool:
    """Made by Qt inside of another widget (the icon in a line, the line of a combo box, a calendar)."""
    parent = widget.parentWidget()
    inside = isinstance(parent, QLineEdit | QComboBox | QTableView | QDateTimeEdit | QCalendarWidget)
    return inside or widget.objectName().startswith("qt_") or (parent is not None and of_qt(parent))


def test_every_input_has_a_name_for_tests_and_one_for_the_blind(window: QDialog) -> None:
    assert window.objectName()
    assert window.accessibleName()
    for kind in INPUTS:
        for widget in window.findChildren(kind):
            if widget.isVisibleTo(window) and not of_qt(widget):
                assert widget.objectName(), f"{widget} in {window.objectName()}"
                assert widget.accessibleName(), widget.objectName()


def test_it_fits_a_small_screen_at_125_percent(window: QDialog) -> None:
    room = QSize(1024 - 16, 640 - 48)
    window.resize(room)
    assert window.width() <= room.width()
    assert window.height() <= room.height()


def test_escape_closes_it(window: QDialog) -> None:
    QTest.keyClick(window, Qt.Key.Key_Escape)
    wait_until(lambda: not isValid(window) or not window.isVisible())


def test_tab_goes_round_and_never_sticks(window: QDialog) -> None:
    window.activateWindow()
    seen: list[QWidget] = []
    for _ in range(60):
        focus: QWidget | None = window.focusWidget()
        if focus is None or focus in seen[1:]:
            break
        seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert len(seen) >= 3, [widget.objectName() for widget in seen]


def test_the_library_is_never_read_in_the_windows_own_thread(
    desk: Desk, filled: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_until(lambda: desk.is_loaded)
    used: list[str] = []
    for name in ("read", "write"):
        original = getattr(Database, name)

        def watched(self: Database, original: Callable[[Database], Any] = original) -> Any:
            used.append(threading.current_thread().name)
            return original(self)

        monkeypatch.setattr(Database, name, watched)
    for make in WINDOWS.values():
        window = make(desk)
        window.show()
        wait_until(lambda: not desk.operations.running)
        window.close()
        wait_until(lambda: not desk.operations.running)
    assert used
    assert {name for name in used if not name.startswith("jobs-")} == set()
