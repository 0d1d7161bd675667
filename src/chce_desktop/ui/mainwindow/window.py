"""The main window: puts the panes together and connects what the menus offer."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QPoint, QSize, QTimer, Signal
from PySide6.QtGui import QAccessible, QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QMenu, QVBoxLayout, QWidget

from chce_desktop.foundation.i18n import tr
from chce_desktop.jobs.queues import LIBRARY
from chce_desktop.services.site import Site
from chce_desktop.ui import crash
from chce_desktop.ui.actions import Actions
from chce_desktop.ui.appearance import Appearance
from chce_desktop.ui.articles import words
from chce_desktop.ui.articles.list import ArticleList
from chce_desktop.ui.articles.properties import PropertyPane
from chce_desktop.ui.checking.panel import CheckPanel
from chce_desktop.ui.columns.model import NONE
from chce_desktop.ui.columns.tree import ColumnsPane
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.editor.keeper import WRITING
from chce_desktop.ui.editor.panel import EditorPanel
from chce_desktop.ui.emptystate import EmptyState
from chce_desktop.ui.mainwindow import bars, doors
from chce_desktop.ui.mainwindow.articleactions import ArticleActions
from chce_desktop.ui.mainwindow.background import AutomaticPublishing, Tray, WaitingButton
from chce_desktop.ui.mainwindow.finding import Finding
from chce_desktop.ui.mainwindow.help import AboutDialog, ShortcutsDialog
from chce_desktop.ui.mainwindow.organising import connect_organising
from chce_desktop.ui.mainwindow.panes import Arrangement, Pane, Panes
from chce_desktop.ui.mainwindow.sidebar import Sidebar
from chce_desktop.ui.mainwindow.status import StatusBar
from chce_desktop.ui.mainwindow.table import COLUMN_MENU, ROWS
from chce_desktop.ui.mainwindow.textactions import connect_text_actions
from chce_desktop.ui.mainwindow.writing import Writing
from chce_desktop.ui.memory import Memory
from chce_desktop.ui.notices import Notices, confirm
from chce_desktop.ui.operations import Operations
from chce_desktop.ui.search.saved import SavedSearches

if TYPE_CHECKING:  # the web engine is loaded after the window is there
    from chce_desktop.ui.preview.panel import PreviewPanel

#: How often the library is asked whether another process changed it (milliseconds); the question is cheap.
_LOOK_AROUND = 2000
#: The dialogs' modules are loaded this long after the preview (milliseconds).
_DIALOGS_AFTER = 800
#: How long work may go on after the window was to close before the user is asked (milliseconds).
_PATIENCE = 600
#: A changed table layout is written down this long after the last change (milliseconds).
_KEEP_AFTER = 500
_STATE_ACTIONS = ("state.draft", "state.review", "state.ready", "state.withdrawn")


class MainWindow(QMainWindow):
    """One open site. Closing it saves everything, ends the work, closes the site, and then emits `closed`."""

    #: The site is closed and its folder free.
    closed = Signal()
    #: The user wants another site: show the welcome screen.
    open_wanted = Signal()
    #: The user wants to leave altogether.
    quit_wanted = Signal()
    #: The preview is there (or cannot be had): everything that is loaded late is loaded.
    ready = Signal()

    def __init__(self, site: Site, memory: Memory, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self._site = site
        self._memory = memory
        self._closing = False
        self._may_close = self._leaving = False
        middle = QWidget(self)
        middle.setObjectName("middle")
        self.notices = Notices(middle)
        self.operations = Operations(self.notices.error, crash.unexpected, self)
        self.desk = Desk(site, self.operations, self.notices, self)
        self.columns = ColumnsPane(self.desk, self)
        self.searches = SavedSearches(self.desk, self)
        self.articles = ArticleList(self.desk, self)
        self.editor = EditorPanel(self.desk, self)
        self.properties = PropertyPane(self.desk, self)
        waiting = EmptyState("preview_waiting", self)
        waiting.say("eye", tr("The preview is being prepared"))
        self.preview: QWidget = waiting
        self._page_panel: PreviewPanel | None = None
        self.panes = Panes(
            memory,
            {
                Pane.COLUMNS: Sidebar(self.columns, self.searches, self),
                Pane.LIST: self.articles,
                Pane.EDITOR: self.editor,
                Pane.PREVIEW: waiting,
                Pane.PROPERTIES: self.properties,
            },
            self,
        )
        whole = QVBoxLayout(middle)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self.checks = CheckPanel(self.desk, self.editor, self.properties, middle)
        whole.addWidget(self.panes, 1)
        whole.addWidget(self.checks)
        self.setCentralWidget(middle)
        self.writing = Writing(self.desk, self.panes, self.columns, self.articles, self.editor, self.properties)
        self.actions_table = Actions(self, ROWS)
        self._article_actions = ArticleActions(self.desk, self.actions_table, self, self.writing.subject)
        self._menus = bars.fill_menu_bar(self, (self.actions_table, self.editor.commands))
        bars.add_choices(self._menus, memory, appearance, self)
        self._state_button, self._state_shown = bars.add_toolbar(self, self.actions_table, self._state_menu())
        self.status = StatusBar(self.desk, self.editor.state, self)
        self.setStatusBar(self.status)
        self._finding = Finding(
            self.desk, self, self.panes, self.articles, self.columns, self.searches, self.writing.open
        )
        self._keep_soon = QTimer(self)
        self._keep_soon.setSingleShot(True)
        self._keep_soon.setInterval(_KEEP_AFTER)
        self._keep_soon.timeout.connect(self._keep_list)
        self.automatic = AutomaticPublishing(self.desk, self)
        self.status.addPermanentWidget(WaitingButton(self.desk, self.automatic, self.status))
        self.tray = Tray(self.desk, self)
        self.automatic.told.connect(self.tray.say)
        self.tray.open_wanted.connect(self.come_to_front)
        self.tray.quit_wanted.connect(self.leave)
        self._connect()
        self._connect_actions()
        self._restore()
        self._on_subject_changed()
        self._on_arranged()
        for warning in site.warnings:
            self.notices.warning(warning)
        self._look_around = QTimer(self)
        self._look_around.setInterval(_LOOK_AROUND)
        self._look_around.timeout.connect(self._on_look_around)
        self._look_around.start()

    @property
    def site(self) -> Site:
        """The open site."""
        return self._site

    def load_preview(self) -> None:
        """Load the web engine, once the window is there to be used."""
        from chce_desktop.ui.preview import scheme
        from chce_desktop.ui.preview.panel import PreviewPanel

        if QAccessible.isActive() or "QT_LINUX_ACCESSIBILITY_ALWAYS_ON" in os.environ:
            # Where a screen reader is there before the web engine is, the engine would tell it nothing of its pages.
            flags = os.environ.get("QTWEBENGINE_CHROMIUM_FLAGS", "")
            os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = f"{flags} --force-renderer-accessibility".strip()
        scheme.register()
        preview = PreviewPanel(self.desk, self)
        self.panes.replace(Pane.PREVIEW, preview)
        self.preview = self._page_panel = preview
        self.writing.use_preview(preview)
        QTimer.singleShot(_DIALOGS_AFTER, self, lambda: doors.load_soon(self.desk))
        if not self._site.read_only:
            self.desk.run(lambda progress: self._site.articles.empty_old_trash(progress=progress), queue=LIBRARY)
        self.ready.emit()

    def come_to_front(self) -> None:
        """Another start of the app wanted this site, or its icon in the tray was clicked."""
        self.tray.hide()
        self.setWindowState(self.windowState() & ~self.windowState().WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    # Connecting

    def _connect(self) -> None:
        self.columns.chosen.connect(self._on_column_chosen)
        self.columns.entered.connect(self.articles.table.setFocus)
        self.articles.layout_changed.connect(self._keep_soon.start)
        self.columns.menu_wanted.connect(self._on_column_menu)
        self.articles.menu_wanted.connect(self._article_actions.menu)
        self.writing.subject_changed.connect(self._on_subject_changed)
        self.panes.arranged.connect(self._on_arranged)
        self.desk.loaded.connect(self._on_settings_changed)
        self.desk.changed.connect(lambda _: self._on_settings_changed())
        self.editor.text_changed.connect(self._say_title)
        QApplication.instance().focusChanged.connect(self._on_focus_changed)  # type: ignore[union-attr]
        self._site.announce(lambda sentence: self.operations.post(lambda: self._warn(sentence)))

    def _connect_actions(self) -> None:
        actions, columns = self.actions_table, self.columns
        actions.set_condition("writable", not self._site.read_only)
        slots: dict[str, Callable[[], object]] = {
            "article.new": self.writing.create,
            "article.open": self._open_subject,
            "article.history": self._show_history,
            "site.open": self.open_wanted.emit,
            "window.close": self.close,
            "app.quit": self.quit_wanted.emit,
            "view.back": self.writing.close,
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
            "help.shortcuts": lambda: ShortcutsDialog([actions, self.editor.commands], self).open(),
            "help.about": lambda: AboutDialog(self).open(),
        }
        for action_id, slot in slots.items():
            actions.connect_to(action_id, slot)
        for pane in (Pane.COLUMNS, Pane.LIST, Pane.PREVIEW, Pane.PROPERTIES):
            actions.connect_toggle(f"view.{pane}", partial(self._on_pane_toggled, pane))
        actions.connect_toggle("view.focus", self._on_focus_mode)
        self._finding.connect_actions(actions, (actions, self.editor.commands), self._memory)
        visual = self.editor.commands["editor.visual"]
        visual.setChecked(self._memory.flag("editor/visual", default=False))
        visual.toggled.connect(lambda on: self._memory.set_flag("editor/visual", on=on))
        self.checks.connect_actions(actions, self._memory)
        self.checks.properties_wanted.connect(lambda: self.panes.show_pane(Pane.PROPERTIES))
        connect_text_actions(actions, self.desk.undo)
        doors.connect_doors(actions, self.desk, self, self.writing)
        connect_organising(actions, self.desk, self, self.articles, columns, self.searches, self.writing.subject)

    def _state_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName("state_menu")
        self.actions_table.fill(menu, _STATE_ACTIONS)
        return menu

    # What the user does

    def _on_column_chosen(self, column_id: int) -> None:
        if column_id >= 0:
            self.articles.show_column(column_id)
        else:
            self.articles.show_column(None, no_column=column_id == NONE)
        self.actions_table.set_condition("column", column_id >= 0)

    def _on_pane_toggled(self, pane: Pane, on: bool) -> None:
        if on == self.panes.shows(pane):
            return
        self.panes.show_pane(pane, on=on)
        if on and pane is Pane.PREVIEW:
            self.writing.refresh_preview()

    def _on_column_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setObjectName("column_menu")
        self.actions_table.fill(menu, COLUMN_MENU)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _open_subject(self) -> None:
        found = self.writing.subject().infos
        if found:
            self.writing.open(found[0].id)

    def _show_history(self) -> None:
        found = self.writing.subject().infos
        if found:
            doors.show_history(self.desk, found[0], self)

    def _on_focus_mode(self, on: bool) -> None:
        if self.panes.arrangement is not Arrangement.BROWSE:
            self.panes.arrange(Arrangement.FOCUS if on else Arrangement.WRITE)
            self.editor.modes.current.setFocus()

    def _go(self, pane: Pane) -> None:
        self.panes.show_pane(pane)
        targets: dict[Pane, QWidget] = {
            Pane.COLUMNS: self.columns.tree,
            Pane.LIST: self.articles.table,
            Pane.EDITOR: self.editor.modes,
            Pane.PREVIEW: self.preview,
            Pane.PROPERTIES: self.properties.state,
        }
        targets[pane].setFocus()

    def _go_on(self) -> None:
        shown = [pane for pane in Pane if self.panes.shows(pane)]
        focused = QApplication.focusWidget()
        here = [n for n, pane in enumerate(shown) if focused is not None and self.panes.holds(pane, focused)]
        self._go(shown[(here[0] + 1) % len(shown)] if here else shown[0])

    # What follows

    def _on_arranged(self) -> None:
        table, panes = self.actions_table, self.panes
        writing = panes.arrangement is not Arrangement.BROWSE
        table.set_condition("open", writing)
        table["view.back"].setVisible(writing)
        for pane in (Pane.COLUMNS, Pane.LIST, Pane.PREVIEW, Pane.PROPERTIES):
            table[f"view.{pane}"].setChecked(panes.shows(pane))
        table["view.focus"].setChecked(panes.arrangement is Arrangement.FOCUS)
        self.editor.state.setVisible(writing)
        self.checks.setVisible(writing and panes.arrangement is not Arrangement.FOCUS)
        self._on_subject_changed()

    def _on_subject_changed(self) -> None:
        self._article_actions.refresh()
        opened = self.writing.open_article
        self._state_shown.setVisible(opened is not None)
        if opened is not None:
            self._state_button.setText(f"{words.state_name(opened.state)} ▾")
        self._say_title()

    def _on_focus_changed(self, _: object, now: object) -> None:
        if now is not None:
            self._article_actions.refresh()

    def _on_settings_changed(self) -> None:
        self._memory.used(self._site.folder, self.desk.settings.name)
        self._say_title()

    def _say_title(self) -> None:
        name = self.desk.settings.name or self._site.folder.name
        current = self.editor.current() if self.writing.open_article is not None else None
        title = f"{words.title_of(current.title)} — {name}" if current is not None else name
        self.setWindowTitle(f"{title} — CHCE Desktop")

    def _warn(self, sentence: str) -> None:
        self.notices.warning(sentence)

    def _on_look_around(self) -> None:
        if self.isActiveWindow():
            site = self._site
            self.desk.run(lambda _: site.look_for_foreign_changes(), failed=lambda _: True)

    # Beginning and end

    def _restore(self) -> None:
        geometry = self._memory.state("window/geometry")
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            room = QGuiApplication.primaryScreen().availableGeometry().size()
            self.resize(QSize(1440, 900).boundedTo(room - QSize(32, 48)))
        self.articles.restore_layout(self._memory.state("articles/columns"))

    def _keep_list(self) -> None:
        self._memory.set_state("articles/columns", self.articles.layout_state())

    def _keep(self) -> None:
        self._memory.set_state("window/geometry", QByteArray(self.saveGeometry()))
        self._keep_list()
        self.panes.keep()
        self._memory.save()

    def leave(self) -> None:
        """Close for good, also where closing would leave the app running in the background."""
        self._leaving = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
            return
        event.ignore()
        if self._closing:
            return
        self._keep()
        if not self._leaving and self.tray.stays():
            self.writing.flush()
            self.hide()
            self.tray.show()
            return
        self._leaving = False  # whoever is asked below may stay after all
        if any(running.label for running in self.operations.running):
            QTimer.singleShot(_PATIENCE, self, self._leave_or_ask)  # most work is done in a moment
        else:
            self._leave()

    def _leave_or_ask(self) -> None:
        named = [running for running in self.operations.running if running.label]
        if not named:
            self._leave()
        elif self.findChild(QDialog, "question") is None:
            confirm(
                self,
                tr("“{what}” is still running. Close all the same?", what=named[0].label),
                hint=tr("It is stopped in order; what was done so far stays."),
                yes=tr("Stop and close"),
                on_yes=self._leave,
                destructive=True,
            )

    def _leave(self) -> None:
        if self._closing:
            return
        if not self.writing.flush():
            confirm(
                self,
                tr("What you wrote last could not be saved in the site."),
                hint=tr("It is kept on this computer and brought back when you open the article again.")
                if self.editor.kept_aside
                else tr("There is no other place for it: closing loses it. Copy it, or make room on the disk."),
                yes=tr("Close all the same"),
                on_yes=self._finish,
                destructive=True,
            )
            return
        self._finish()

    def _finish(self) -> None:
        self._closing = True
        self._look_around.stop()
        self.automatic.stop()
        self.tray.hide()
        for running in self.operations.running:
            if running.label or running.queue not in (LIBRARY, WRITING):
                running.cancel()
        self.editor.forget_open()
        QTimer.singleShot(0, self, self._await_end)  # Qt refuses a close within a close

    def _await_end(self) -> None:
        """Let the work end without standing still; then close the site."""
        if self.operations.running:
            QTimer.singleShot(10, self, self._await_end)
            return
        if self._page_panel is not None:
            self._page_panel.close_preview()
        self.desk.close()
        self.operations.close()
        self._site.close()
        self._may_close = True
        self.close()
        self.closed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and not self._closing:
            self._on_look_around()
