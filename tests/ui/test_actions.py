from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from chce_desktop.foundation import resources
from chce_desktop.ui.actions import Actions, ActionSpec, plain_text
from chce_desktop.ui.editor.commands import EDITOR_ACTIONS
from chce_desktop.ui.mainwindow.table import ARTICLE_MENU, COLUMN_MENU, MENUS, ROWS, TRASH_MENU

_TABLE = (
    ActionSpec("a.open", "&Open…", "folder", (QKeySequence.StandardKey.Open,), "file", 0, needs=("single", "kept")),
    ActionSpec("a.close", "&Close", "", ("Ctrl+Alt+W",), "file", 1),
    ActionSpec("a.flag", "&Flag", menu="file", section=1, checkable=True),
)


@pytest.fixture
def window(qapp: QApplication) -> Iterator[QWidget]:
    made = QWidget()
    yield made
    made.deleteLater()


def test_an_action_that_does_nothing_does_not_show(window: QWidget) -> None:
    actions = Actions(window, _TABLE)
    assert not actions["a.close"].isVisible()
    called: list[str] = []
    actions.connect_to("a.close", lambda: called.append("close"))
    assert actions["a.close"].isVisible()
    actions["a.close"].trigger()
    assert called == ["close"]


def test_conditions_enable_and_disable(window: QWidget) -> None:
    actions = Actions(window, _TABLE)
    actions.connect_to("a.open", lambda: None)
    assert not actions["a.open"].isEnabled()
    actions.set_condition("single", True)
    assert not actions["a.open"].isEnabled()
    actions.set_condition("kept", True)
    assert actions["a.open"].isEnabled()
    actions.set_condition("single", False)
    assert not actions["a.open"].isEnabled()


def test_menus_separate_sections_and_the_help_lists_keys(window: QWidget) -> None:
    actions = Actions(window, _TABLE)
    actions.connect_to("a.open", lambda: None)
    actions.connect_to("a.close", lambda: None)
    actions.connect_toggle("a.flag", lambda _: None)
    menu = QMenu(window)
    actions.fill(menu, actions.of_menu("file"))
    assert [action.text() or "-" for action in menu.actions()] == ["&Open…", "-", "&Close", "&Flag"]
    assert ("file", "Close", "Ctrl+Alt+W") in actions.shortcut_rows()
    assert "(Ctrl+Alt+W)" in actions["a.close"].toolTip()


@pytest.mark.parametrize(
    ("text", "plain"), [("&Open…", "Open"), ("打开(&O)…", "打开"), ("文件(&F)", "文件"), ("A&B", "AB")]
)
def test_buttons_show_no_mnemonics(text: str, plain: str) -> None:
    assert plain_text(text) == plain


def test_every_key_means_one_thing(qapp: QApplication) -> None:
    used: dict[str, str] = {}
    clashes = []
    for spec in (*ROWS, *EDITOR_ACTIONS):
        for shortcut in spec.shortcuts:
            keys = (
                QKeySequence.keyBindings(shortcut)
                if isinstance(shortcut, QKeySequence.StandardKey)
                else [QKeySequence(shortcut)]
            )
            for key in dict.fromkeys(key.toString() for key in keys):
                if key in used and used[key] != spec.id:
                    clashes.append((key, used[key], spec.id))
                used[key] = spec.id
    assert clashes == []


def test_every_row_has_a_menu_and_an_icon_that_exists() -> None:
    menus = {key for key, _ in MENUS}
    assert {spec.menu for spec in ROWS} <= menus
    for spec in (*ROWS, *EDITOR_ACTIONS):
        assert not spec.icon or resources.path(f"icons/{spec.icon}.svg").is_file(), spec.icon
    assert {*ARTICLE_MENU, *TRASH_MENU, *COLUMN_MENU} <= {spec.id for spec in ROWS}


@pytest.mark.parametrize("side", [0, 16, 33])
def test_icons_have_any_size(qapp: QApplication, side: int) -> None:
    from PySide6.QtCore import QSize

    from chce_desktop.ui import icons

    made = icons.icon("folder").pixmap(QSize(side, side), 2.0)
    assert side == 0 or (made.width(), made.devicePixelRatio()) == (side * 2, 2.0)
    assert icons.pixmap("folder", 20, scale=1.25).width() == 25
