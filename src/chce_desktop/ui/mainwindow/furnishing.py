"""What the main window is furnished with, once its site is open."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QMenu, QWidget

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.actions import Actions
from chce_desktop.ui.appearance import Appearance
from chce_desktop.ui.articles.properties import PropertyPane
from chce_desktop.ui.checking.panel import CheckPanel
from chce_desktop.ui.columns.tree import ColumnsPane
from chce_desktop.ui.editor.panel import EditorPanel
from chce_desktop.ui.emptystate import EmptyState
from chce_desktop.ui.mainwindow import bars
from chce_desktop.ui.mainwindow.articleactions import ArticleActions
from chce_desktop.ui.mainwindow.background import AutomaticPublishing, Tray, WaitingButton
from chce_desktop.ui.mainwindow.conduct import Conduct
from chce_desktop.ui.mainwindow.finding import Finding
from chce_desktop.ui.mainwindow.panes import Pane
from chce_desktop.ui.mainwindow.sidebar import Sidebar
from chce_desktop.ui.mainwindow.status import StatusBar
from chce_desktop.ui.mainwindow.table import ROWS
from chce_desktop.ui.mainwindow.window import MainWindow
from chce_desktop.ui.mainwindow.writing import Writing
from chce_desktop.ui.memory import Memory
from chce_desktop.ui.search.saved import SavedSearches

_STATE_ACTIONS = ("state.draft", "state.review", "state.ready", "state.withdrawn")


def steps(window: MainWindow, memory: Memory, appearance: Appearance) -> Iterator[None]:
    """Make everything that `MainWindow` declares; nothing but what is shown already works before the last step."""
    desk, panes = window.desk, window.panes
    waiting = EmptyState("preview_waiting", window)
    waiting.say("eye", tr("The preview is being prepared"))
    window.preview = waiting
    panes.replace(Pane.PREVIEW, waiting)
    window.columns = ColumnsPane(desk, panes.place(Pane.COLUMNS))
    yield
    window.searches = SavedSearches(desk, panes.place(Pane.COLUMNS))
    panes.fill(Pane.COLUMNS, Sidebar(window.columns, window.searches, panes.place(Pane.COLUMNS)))
    QWidget.setTabOrder(window.searches, window.articles)
    yield
    window.editor = EditorPanel(desk, panes.place(Pane.EDITOR))
    panes.fill(Pane.EDITOR, window.editor)
    yield
    window.properties = PropertyPane(desk, panes.place(Pane.PROPERTIES))
    panes.fill(Pane.PROPERTIES, window.properties)
    yield
    window.checks = CheckPanel(desk, window.editor, window.properties, window.centralWidget())
    window.add_below(window.checks)
    window.writing = Writing(desk, panes, window.columns, window.articles, window.editor, window.properties)
    yield
    window.actions_table = Actions(window, ROWS)
    writing = window.writing
    window.article_actions = ArticleActions(desk, window.actions_table, window, writing.subject, writing.flush)
    yield
    menus = bars.fill_menu_bar(window, (window.actions_table, window.editor.commands))
    bars.add_choices(menus, memory, appearance, window)
    window.state_button, window.state_shown = bars.add_toolbar(window, window.actions_table, _state_menu(window))
    window.status = StatusBar(desk, window.editor.state, window)
    window.setStatusBar(window.status)
    window.setContentsMargins(0, 0, 0, 0)
    yield
    window.finding = Finding(desk, window, panes, window.articles, window.columns, window.searches, window.writing.open)
    window.automatic = AutomaticPublishing(desk, window)
    window.status.addPermanentWidget(WaitingButton(desk, window.automatic, window.status))
    window.tray = Tray(desk, window)
    window.automatic.told.connect(window.tray.say)
    window.tray.open_wanted.connect(window.come_to_front)
    window.tray.quit_wanted.connect(window.leave)
    yield
    Conduct(window, memory)
    desk.load()
    if window.articles.selected():
        window.articles.selection_changed.emit(window.articles.selected())
    for warning in window.site.warnings:
        window.notices.warning(warning)


def _state_menu(window: MainWindow) -> QMenu:
    menu = QMenu(window)
    menu.setObjectName("state_menu")
    window.actions_table.fill(menu, _STATE_ACTIONS)
    return menu
