"""The main window before its site is open: a frame at once, then the list, with whatever the user does meanwhile kept.

Only what the list needs is imported here. All else is made by `furnishing` once the site is open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6 import QtGui, QtWidgets
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMainWindow

from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.colors import DARK, LIGHT
from chce_desktop.ui.memory import Memory

if TYPE_CHECKING:  # imported by `begin`, after the first paint
    from chce_desktop.services.glance import Glance
    from chce_desktop.services.site import Site
    from chce_desktop.ui.articles.list import ArticleList
    from chce_desktop.ui.desk import Desk
    from chce_desktop.ui.mainwindow.panes import Panes
    from chce_desktop.ui.notices import Notices
    from chce_desktop.ui.operations import Operations

#: The room above and below the panes, for menus, toolbar and status bar that come later; remembered between starts.
BARS = "window/bars"
_USUAL_BARS = (81, 34)


class Frame(QMainWindow):
    """What is there from the first moment; `MainWindow` is the whole."""

    # What `begin` makes.
    notices: Notices
    operations: Operations
    desk: Desk
    articles: ArticleList
    panes: Panes

    def __init__(self, memory: Memory, name: str = "") -> None:
        """`name` is the site's, for the title, where it is known."""
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowTitle(f"{name} — CHCE Desktop" if name else "CHCE Desktop")
        self._memory = memory
        self.is_painted = False
        self.is_begun = self.is_furnished = False
        self._middle: QtWidgets.QVBoxLayout
        self._later: list[Callable[[], object]] = []
        self._color = (DARK if _is_dark(memory) else LIGHT).window
        geometry = memory.state("window/geometry")
        if geometry.isEmpty() or not self.restoreGeometry(geometry):
            self.resize(usual_size())

    def begin(self, site: Site | None, glance: Glance | None = None) -> None:
        """Put the list in its place: with what is known of the site, which may come later (`Desk.use`)."""
        from chce_desktop.ui.articles.list import ArticleList
        from chce_desktop.ui.desk import Desk
        from chce_desktop.ui.mainwindow.panes import Pane, Panes
        from chce_desktop.ui.notices import Notices
        from chce_desktop.ui.operations import Operations

        self.is_begun = True
        middle = QtWidgets.QWidget(self)
        middle.setObjectName("middle")
        self.notices = Notices(middle)
        self.operations = Operations(self.notices.error, _unexpected, self)
        self.desk = Desk(None, self.operations, self.notices, self)
        if site is not None:
            self.desk.use(site)
        if glance is not None:
            self.desk.know(glance.columns, glance.settings)
        self.articles = ArticleList(self.desk, self, first=None if glance is None else glance.page)
        self.articles.restore_layout(self._memory.state("articles/columns"))
        places = {pane: self.articles if pane is Pane.LIST else _to_come(pane, self) for pane in Pane}
        self.panes = Panes(self._memory, places, middle)
        self._middle = QtWidgets.QVBoxLayout(middle)
        self._middle.setContentsMargins(0, 0, 0, 0)
        self._middle.setSpacing(0)
        self._middle.addWidget(self.panes, 1)
        above, below = (self._memory.numbers(BARS) or _USUAL_BARS)[:2]
        self.setContentsMargins(0, above, 0, below)
        middle.resize(self.contentsRect().size())  # the panes share out the room when they are shown
        self.setCentralWidget(middle)
        self.articles.opened.connect(
            lambda article_id: self._do_later(lambda: self.desk.article_wanted.emit(article_id))
        )
        if glance is not None:
            self.articles.table.setFocus()

    def say_opening(self) -> None:
        """Where opening may take a moment, and there is nothing else to show."""
        label = QtWidgets.QLabel(tr("Opening the site"), self)
        label.setObjectName("opening")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setCentralWidget(label)

    def add_below(self, widget: QtWidgets.QWidget) -> None:
        """Put a widget below the panes."""
        self._middle.addWidget(widget)

    def answer_what_was_done(self) -> None:
        """Do what was asked for before the window could."""
        later, self._later = self._later, []
        for call in later:
            call()

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.is_begun:
            painter = QtGui.QPainter(self)
            painter.fillRect(event.rect(), QtGui.QColor(self._color))
            painter.end()
        self.is_painted = True

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        """What nothing in the window took may be the shortcut of an action that is not there yet."""
        if not self.is_furnished:
            sequence = QtGui.QKeySequence(event.keyCombination())
            self._do_later(lambda: self._trigger(sequence))
        super().keyPressEvent(event)

    def _open_later(self, article_id: int) -> None:
        self._do_later(lambda: self.desk.article_wanted.emit(article_id))

    def _do_later(self, call: Callable[[], object]) -> None:
        if not self.is_furnished:
            self._later.append(call)

    def _trigger(self, shortcut: QtGui.QKeySequence) -> None:
        meant = [action for action in self.actions() if action.isEnabled() and shortcut in action.shortcuts()]
        if meant:
            meant[0].trigger()


def _is_dark(memory: Memory) -> bool:
    """As `Appearance` will have it, which is not there yet."""
    system = QtGui.QGuiApplication.styleHints().colorScheme()
    return memory.color_scheme == "dark" or (not memory.color_scheme and system is Qt.ColorScheme.Dark)


def usual_size() -> QSize:
    """How large a window is that was never sized by its user."""
    room = QtGui.QGuiApplication.primaryScreen().availableGeometry().size()
    return QSize(1440, 900).boundedTo(room - QSize(32, 48))


def _to_come(pane: str, parent: QtWidgets.QWidget) -> QtWidgets.QWidget:
    place = QtWidgets.QWidget(parent)
    place.setObjectName(f"place_of_{pane}")
    return place


def _unexpected(error: BaseException) -> ChceError:
    from chce_desktop.ui import crash

    return crash.unexpected(error)
