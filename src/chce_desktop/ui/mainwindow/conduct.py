"""What follows from what in the main window: signals of its parts, actions of its menus, panes that come and go."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from chce_desktop.ui.articles import words
from chce_desktop.ui.columns.model import NONE
from chce_desktop.ui.mainwindow import doors
from chce_desktop.ui.mainwindow.help import AboutDialog, ShortcutsDialog
from chce_desktop.ui.mainwindow.organising import connect_organising
from chce_desktop.ui.mainwindow.panes import Arrangement, Pane
from chce_desktop.ui.mainwindow.table import COLUMN_MENU
from chce_desktop.ui.mainwindow.textactions import connect_text_actions
from chce_desktop.ui.mainwindow.window import MainWindow
from chce_desktop.ui.memory import Memory


class Conduct(QObject):
    """Connects a window whose parts are all there."""

    def __init__(self, window: MainWindow, memory: Memory) -> None:
        super().__init__(window)
        self._window = window
        self._memory = memory
        self._connect()
        self._connect_actions()
        self._on_subject_changed()
        self._on_arranged()

    def _connect(self) -> None:
        window = self._window
        window.columns.chosen.connect(self._on_column_chosen)
        window.columns.entered.connect(window.articles.table.setFocus)
        window.columns.menu_wanted.connect(self._on_column_menu)
        window.articles.menu_wanted.connect(window.article_actions.menu)
        window.writing.subject_changed.connect(self._on_subject_changed)
        window.panes.arranged.connect(self._on_arranged)
        window.desk.loaded.connect(self._on_settings_changed)
        window.desk.changed.connect(lambda _: self._on_settings_changed())
        window.editor.text_changed.connect(self._say_title)
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]  # there is one: a window asks
        window.site.announce(lambda sentence: window.operations.post(lambda: self._warn(sentence)))

    def _connect_actions(self) -> None:
        window = self._window
        actions, columns = window.actions_table, window.columns
        actions.set_condition("writable", not window.site.read_only)
        slots: dict[str, Callable[[], object]] = {
            "article.new": window.writing.create,
            "article.open": self._open_subject,
            "article.history": self._show_history,
            "site.open": window.open_wanted.emit,
            "window.close": window.close,
            "app.quit": window.quit_wanted.emit,
            "view.back": window.writing.close,
            "go.columns": lambda: self._go(Pane.COLUMNS),
            "go.list": lambda: self._go(Pane.LIST),
            "go.editor": lambda: self._go(Pane.EDITOR),
            "go.preview": lambda: self._go(Pane.PREVIEW),
            "go.properties": lambda: self._go(Pane.PROPERTIES),
            "go.next_pane": self._go_on,
            "column.new": columns.add,
            "column.new_below": columns.add_below,
            "column.rename": columns.rename,
            "column.edit": columns.edit,
            "column.up": lambda: columns.shift(-1),
            "column.down": lambda: columns.shift(1),
            "column.remove": columns.remove,
            "help.shortcuts": lambda: ShortcutsDialog([actions, window.editor.commands], window).open(),
            "help.about": lambda: AboutDialog(window).open(),
        }
        for action_id, slot in slots.items():
            actions.connect_to(action_id, slot)
        for pane in (Pane.COLUMNS, Pane.LIST, Pane.PREVIEW, Pane.PROPERTIES):
            actions.connect_toggle(f"view.{pane}", partial(self._on_pane_toggled, pane))
        actions.connect_toggle("view.focus", self._on_focus_mode)
        window.finding.connect_actions(actions, (actions, window.editor.commands), self._memory)
        visual = window.editor.commands["editor.visual"]
        visual.setChecked(self._memory.flag("editor/visual", default=True))
        visual.toggled.connect(lambda on: self._memory.set_flag("editor/visual", on=on))
        window.checks.connect_actions(actions, self._memory)
        window.checks.properties_wanted.connect(lambda: window.panes.show_pane(Pane.PROPERTIES))
        connect_text_actions(actions, window.desk.undo)
        doors.connect_doors(actions, window.desk, window, window.writing)
        connect_organising(
            actions,
            window.desk,
            window,
            window.articles,
            columns,
            window.searches,
            window.writing.subject,
        )

    # What the user does

    def _on_column_chosen(self, column_id: int) -> None:
        if column_id >= 0:
            self._window.articles.show_column(column_id)
        else:
            self._window.articles.show_column(None, no_column=column_id == NONE)
        self._window.actions_table.set_condition("column", column_id >= 0)

    def _on_pane_toggled(self, pane: Pane, on: bool) -> None:
        if on == self._window.panes.shows(pane):
            return
        self._window.panes.show_pane(pane, on=on)
        if on and pane is Pane.PREVIEW:
            self._window.writing.refresh_preview()

    def _on_column_menu(self, at: QPoint) -> None:
        menu = QMenu(self._window)
        menu.setObjectName("column_menu")
        self._window.actions_table.fill(menu, COLUMN_MENU)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _open_subject(self) -> None:
        found = self._window.writing.subject().infos
        if found:
            self._window.writing.open(found[0].id)

    def _show_history(self) -> None:
        found = self._window.writing.subject().infos
        if found:
            doors.show_history(self._window.desk, found[0], self._window)

    def _on_focus_mode(self, on: bool) -> None:
        if self._window.panes.arrangement is not Arrangement.BROWSE:
            self._window.panes.arrange(Arrangement.FOCUS if on else Arrangement.WRITE)
            self._window.editor.modes.current.setFocus()

    def _go(self, pane: Pane) -> None:
        self._window.panes.show_pane(pane)
        targets: dict[Pane, QWidget] = {
            Pane.COLUMNS: self._window.columns.tree,
            Pane.LIST: self._window.articles.table,
            Pane.EDITOR: self._window.editor.modes,
            Pane.PREVIEW: self._window.preview,
            Pane.PROPERTIES: self._window.properties.state,
        }
        targets[pane].setFocus()

    def _go_on(self) -> None:
        shown = [pane for pane in Pane if self._window.panes.shows(pane)]
        focused = QApplication.focusWidget()
        here = [n for n, pane in enumerate(shown) if focused is not None and self._window.panes.holds(pane, focused)]
        self._go(shown[(here[0] + 1) % len(shown)] if here else shown[0])

    # What follows

    def _warn(self, sentence: str) -> None:
        self._window.notices.warning(sentence)

    def _on_arranged(self) -> None:
        table, panes = self._window.actions_table, self._window.panes
        writing = panes.arrangement is not Arrangement.BROWSE
        table.set_condition("open", writing)
        table["view.back"].setVisible(writing)
        for pane in (Pane.COLUMNS, Pane.LIST, Pane.PREVIEW, Pane.PROPERTIES):
            table[f"view.{pane}"].setChecked(panes.shows(pane))
        table["view.focus"].setChecked(panes.arrangement is Arrangement.FOCUS)
        self._window.editor.state.setVisible(writing)
        self._window.checks.setVisible(writing and panes.arrangement is not Arrangement.FOCUS)
        self._on_subject_changed()

    def _on_subject_changed(self) -> None:
        self._window.article_actions.refresh()
        opened = self._window.writing.open_article
        self._window.state_shown.setVisible(opened is not None)
        if opened is not None:
            self._window.state_button.setText(f"{words.state_name(opened.state)} ▾")
        self._say_title()

    def _on_focus_changed(self, _: object, now: object) -> None:
        if now is not None:
            self._window.article_actions.refresh()

    def _on_settings_changed(self) -> None:
        self._memory.used(self._window.site.folder, self._window.desk.settings.name)
        self._say_title()

    def _say_title(self) -> None:
        name = self._window.desk.settings.name or self._window.site.folder.name
        current = self._window.editor.current() if self._window.writing.open_article is not None else None
        title = f"{words.title_of(current.title)} — {name}" if current is not None else name
        self._window.setWindowTitle(f"{title} — CHCE Desktop")
