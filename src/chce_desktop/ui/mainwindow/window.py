"""The main window: what is in it, and what follows from what.

It is a bare frame at first (`frame`), and furnished once its site is open: in one go, or step by step with the user's
keys answered in between.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QPoint, QTimer, Signal
from PySide6.QtGui import QCloseEvent

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.mainwindow.frame import BARS, Frame
from chce_desktop.ui.memory import Memory

if TYPE_CHECKING:  # what the window is furnished with is imported when its first list is there
    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QToolButton, QWidget

    from chce_desktop.services.glance import Glance
    from chce_desktop.services.site import Site
    from chce_desktop.ui.actions import Actions
    from chce_desktop.ui.appearance import Appearance
    from chce_desktop.ui.articles.properties import PropertyPane
    from chce_desktop.ui.checking.panel import CheckPanel
    from chce_desktop.ui.columns.tree import ColumnsPane
    from chce_desktop.ui.editor.panel import EditorPanel
    from chce_desktop.ui.mainwindow.articleactions import ArticleActions
    from chce_desktop.ui.mainwindow.background import AutomaticPublishing, Tray
    from chce_desktop.ui.mainwindow.finding import Finding
    from chce_desktop.ui.mainwindow.status import StatusBar
    from chce_desktop.ui.mainwindow.writing import Writing
    from chce_desktop.ui.preview.panel import PreviewPanel
    from chce_desktop.ui.search.saved import SavedSearches

#: How often the library is asked whether another process changed it (milliseconds); the question is cheap.
_LOOK_AROUND = 2000
#: The dialogs' modules are loaded this long after the preview (milliseconds).
_DIALOGS_AFTER = 800
#: How long work may go on after the window was to close before the user is asked (milliseconds).
_PATIENCE = 600
#: A changed table layout is written down this long after the last change (milliseconds).
_KEEP_AFTER = 500


class MainWindow(Frame):
    """One open site. Closing it saves everything, ends the work, closes the site, and then emits `closed`."""

    #: The site is closed and its folder free.
    closed = Signal()
    #: The user wants another site: show the welcome screen.
    open_wanted = Signal()
    #: The user wants to leave altogether.
    quit_wanted = Signal()
    #: Everything is in its place but the preview, which is loaded late.
    furnished = Signal()
    #: The preview is there (or cannot be had): everything that is loaded late is loaded.
    ready = Signal()

    # What `furnishing` makes.
    columns: ColumnsPane
    searches: SavedSearches
    editor: EditorPanel
    properties: PropertyPane
    preview: QWidget
    checks: CheckPanel
    writing: Writing
    actions_table: Actions
    status: StatusBar
    automatic: AutomaticPublishing
    tray: Tray
    article_actions: ArticleActions
    finding: Finding
    state_button: QToolButton
    state_shown: QAction

    def __init__(
        self, site: Site | None, memory: Memory, appearance: Appearance | None = None, *, name: str = ""
    ) -> None:
        """Without a site the window is a frame, to be gone on with: `begin`, then `furnish`."""
        super().__init__(memory, name)
        self._closing = False
        self._may_close = self._leaving = False
        #: The window was closed before it was complete; it goes for good as soon as it is.
        self.is_unwanted = False
        self._page_panel: PreviewPanel | None = None
        self._keep_soon = self._timer(_KEEP_AFTER, once=True)
        self._keep_soon.timeout.connect(self._keep_list)
        self._look_around = self._timer(_LOOK_AROUND, once=False)
        self._look_around.timeout.connect(self._on_look_around)
        if site is not None and appearance is not None:
            self.begin(site)
            for _ in self._furnishing(appearance):
                pass

    @property
    def site(self) -> Site:
        """The open site."""
        return self.desk.site

    def begin(self, site: Site | None, glance: Glance | None = None) -> None:
        super().begin(site, glance)
        self.articles.new_wanted.connect(lambda: self._do_later(lambda: self.writing.create()))

    def furnish(self, appearance: Appearance) -> None:
        """Make all that is not there yet, in steps between which keys are answered; then emit `furnished`."""
        steps = self._furnishing(appearance)
        pause = self._timer(1, once=False)  # an idle timer of 0 would let none of the others go first

        def step() -> None:
            if next(steps, pause) is pause:
                pause.stop()
                pause.deleteLater()

        pause.timeout.connect(step)
        pause.start()

    def _furnishing(self, appearance: Appearance) -> Iterator[None]:
        from chce_desktop.ui.mainwindow import furnishing

        yield from furnishing.steps(self, self._memory, appearance)
        self.is_furnished = True
        self.articles.layout_changed.connect(self._keep_soon.start)
        self._look_around.start()
        self.furnished.emit()
        self.answer_what_was_done()
        if self.is_unwanted:
            self.leave()

    def load_preview(self) -> None:
        """Load the web engine, once the window is there to be used."""
        from PySide6.QtGui import QAccessible

        from chce_desktop.jobs.queues import LENGTHY
        from chce_desktop.ui.mainwindow.panes import Pane
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
        QTimer.singleShot(_DIALOGS_AFTER, self, self._load_dialogs)
        if not self.site.read_only:
            self.desk.run(lambda progress: self.site.articles.empty_old_trash(progress=progress), queue=LENGTHY)
        self.ready.emit()

    @property
    def is_closing(self) -> bool:
        """Whether the window has gone and its work comes to an end."""
        return self._closing

    def come_to_front(self) -> None:
        """Another start of the app wanted this site, or its icon in the tray was clicked."""
        self.tray.hide()
        self.setWindowState(self.windowState() & ~self.windowState().WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def _load_dialogs(self) -> None:
        from chce_desktop.ui.mainwindow import doors

        doors.load_soon(self.desk)

    def _on_look_around(self) -> None:
        if self.is_furnished and self.isActiveWindow():
            site = self.site
            self.desk.run(lambda _: site.look_for_foreign_changes(), failed=lambda _: True)

    # Beginning and end

    def _keep_list(self) -> None:
        self._memory.set_state("articles/columns", self.articles.layout_state())

    def _keep(self) -> None:
        self._memory.set_state("window/geometry", QByteArray(self.saveGeometry()))
        self._keep_list()
        self.panes.keep()
        self._memory.set_numbers(BARS, [self.panes.mapTo(self, QPoint()).y(), self.status.height()])
        self._memory.save()

    def leave(self) -> None:
        """Close for good, also where closing would leave the app running in the background."""
        self._leaving = True
        self.close()

    def discard(self) -> None:
        """Take the window away again: its site could not be opened."""
        self._may_close = True
        if self.is_begun:
            self.desk.close()
            self.operations.close()
        self.close()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
            return
        event.ignore()
        if self._closing:
            return
        if not self.is_furnished:
            self.is_unwanted = True
            self.hide()
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
            self._leave_or_ask()

    def _leave_or_ask(self) -> None:
        from PySide6.QtWidgets import QDialog

        from chce_desktop.ui.editor.arrivals import PICTURES
        from chce_desktop.ui.editor.incoming import PASTING
        from chce_desktop.ui.notices import confirm

        named = [running for running in self.operations.running if running.label]
        if not named and any(running.queue in (PASTING, PICTURES) for running in self.operations.running):
            QTimer.singleShot(10, self, self._leave_or_ask)  # what was pasted a moment ago comes into the text first
        elif not named:
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
            from chce_desktop.ui.notices import confirm

            confirm(
                self,
                tr("What you wrote last could not be saved in the site."),
                hint=tr("It is kept on this computer and brought back when you open the article again.")
                if self.writing.kept_aside
                else tr("There is no other place for it: closing loses it. Copy it, or make room on the disk."),
                yes=tr("Close all the same"),
                on_yes=self._finish,
                destructive=True,
            )
            return
        self._finish()

    def _finish(self) -> None:
        from chce_desktop.jobs.queues import LIBRARY
        from chce_desktop.ui.editor.keeper import WRITING

        self._closing = True
        self.hide()  # all is saved; a page of a large site may take seconds to come to its end
        self._look_around.stop()
        self.automatic.stop()
        self.tray.hide()
        for running in self.operations.running:
            if running.label or running.queue not in (LIBRARY, WRITING):
                running.cancel()
        self.editor.forget_open()
        self.writing.end()
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
        self.site.close()
        self._may_close = True
        self.close()
        self.closed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self._closing:
            self._on_look_around()

    def _timer(self, milliseconds: int, *, once: bool) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(once)
        timer.setInterval(milliseconds)
        return timer
