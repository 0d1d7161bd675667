"""Menu bar and toolbar, made from the tables of actions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from chce_desktop.foundation.i18n import LANGUAGES, tr
from chce_desktop.ui.actions import Actions
from chce_desktop.ui.appearance import Appearance, set_role
from chce_desktop.ui.mainwindow.table import MENUS
from chce_desktop.ui.memory import Memory

_LANGUAGE_NAMES = {"zh_CN": "简体中文", "en": "English"}
_LEFT = ("view.back", "article.new", "|", "site.links", "site.media", "site.settings")
_RIGHT = ("view.columns", "view.list", "view.preview", "view.properties", "|")


def fill_menu_bar(window: QMainWindow, tables: Sequence[Actions]) -> dict[str, QMenu]:
    """The menus in the order of `MENUS`, each with the rows of all tables; one without rows is left out."""
    menus: dict[str, QMenu] = {}
    for key, title in MENUS:
        menu = window.menuBar().addMenu(tr(title))
        menu.setObjectName(f"menu_{key}")
        menu.setToolTipsVisible(True)
        for table in tables:
            ids = table.of_menu(key)
            if ids:
                if menu.actions():
                    menu.addSeparator()
                table.fill(menu, ids)
        menus[key] = menu
    return menus


def add_choices(menus: dict[str, QMenu], memory: Memory, appearance: Appearance, window: QWidget) -> None:
    """Appearance and language: chosen in the tools menu and kept."""
    looks = menus["tools"].addMenu(tr("&Appearance"))
    looks.setObjectName("menu_appearance")
    group = QActionGroup(window)
    for scheme, text in (("", tr("Like the system")), ("light", tr("Light")), ("dark", tr("Dark"))):
        action = looks.addAction(text)
        action.setObjectName(f"appearance_{scheme or 'system'}")
        action.setCheckable(True)
        action.setChecked(memory.color_scheme == scheme)
        group.addAction(action)

        def choose(_: bool = False, scheme: str = scheme) -> None:  # noqa: FBT002 - Qt's `checked`
            memory.color_scheme = scheme
            appearance.choose(scheme)

        action.triggered.connect(choose)
    languages = menus["tools"].addMenu(tr("&Language (at the next start)"))
    languages.setObjectName("menu_language")
    group = QActionGroup(window)
    for language in ("", *LANGUAGES):
        action = languages.addAction(_LANGUAGE_NAMES.get(language) or tr("Like the system"))
        action.setObjectName(f"language_{language or 'system'}")
        action.setCheckable(True)
        action.setChecked(memory.language == language)
        group.addAction(action)
        action.triggered.connect(lambda _=False, language=language: setattr(memory, "language", language))


def add_toolbar(window: QMainWindow, actions: Actions, state_menu: QMenu) -> tuple[QToolButton, QAction]:
    """What is used most.

    Returns the button that shows and changes the state of the article being written, and what shows and hides it.
    """
    bar = QToolBar(tr("Toolbar"), window)
    bar.setObjectName("toolbar")
    bar.setAccessibleName(tr("Toolbar"))
    bar.setMovable(False)
    bar.setFloatable(False)
    bar.setIconSize(QSize(18, 18))
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    window.addToolBar(bar)
    _add(bar, actions, _LEFT)
    for action_id in _LEFT:
        if action_id == "|":
            continue
        button = bar.widgetForAction(actions[action_id])
        if isinstance(button, QToolButton):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    space = QWidget(bar)
    space.setObjectName("toolbar_space")
    space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    bar.addWidget(space)
    state = QToolButton(bar)
    state.setObjectName("state_button")
    state.setAccessibleName(tr("State of the article"))
    state.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    state.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    state.setMenu(state_menu)
    set_role(state, "outlined")
    state.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    shown = bar.addWidget(state)
    _add(bar, actions, _RIGHT)
    publish = QToolButton(bar)
    publish.setObjectName("publish_button")
    publish.setDefaultAction(actions["site.publish"])
    publish.setText(tr("Publish"))
    publish.setAccessibleName(tr("Publish"))
    publish.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    publish.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    set_role(publish, "primary")
    bar.addWidget(publish)
    return state, shown


def _add(bar: QToolBar, actions: Actions, ids: Sequence[str]) -> None:
    for action_id in ids:
        if action_id == "|":
            bar.addSeparator()
            continue
        bar.addAction(actions[action_id])
        button = bar.widgetForAction(actions[action_id])
        button.setObjectName(f"tool_{action_id.replace('.', '_')}")
        button.setAccessibleName(actions[action_id].iconText())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
