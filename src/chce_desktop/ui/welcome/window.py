"""The first thing one sees: recent sites, a new one, one from a folder, the demo."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import ProgressReport
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, TRIPLE, font, set_role
from chce_desktop.ui.emptystate import EmptyState
from chce_desktop.ui.memory import Memory, RecentSite
from chce_desktop.ui.notices import Notices
from chce_desktop.ui.signs import Sign
from chce_desktop.ui.welcome.newsite import NewSiteDialog, sites_folder

_FOLDER = Qt.ItemDataRole.UserRole


class WelcomeWindow(QWidget):
    """Says what is wanted; `ui.app` does it."""

    #: With a folder: open the site in it.
    open_wanted = Signal(object)
    #: With name, folder and template.
    create_wanted = Signal(str, object, object)
    demo_wanted = Signal()
    closed = Signal()

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.setObjectName("welcome_window")
        self.setWindowTitle("CHCE Desktop")
        self.setAccessibleName("CHCE Desktop")
        self.resize(880, 560)
        self.setMinimumSize(680, 440)
        self.setAcceptDrops(True)
        self._memory = memory
        self.notices = Notices(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left())
        line = QFrame(self)
        set_role(line, "vline")
        row.addWidget(line)
        row.addWidget(self._right(), 1)
        self.refresh()

    def refresh(self) -> None:
        """Show the recent sites as they are now."""
        self.recent.clear()
        sites = self._memory.recent()
        for site in sites:
            self._add_recent(site)
        self._pages.setCurrentWidget(self.recent if sites else self._empty)
        if sites:
            self.recent.setCurrentRow(0)

    def show_busy(self, text: str) -> None:
        """Something is being opened or made: the buttons wait."""
        self._busy_text.setText(text)
        self._busy.show()
        for button in self._buttons:
            button.setEnabled(False)
        self.recent.setEnabled(False)

    def show_progress(self, report: ProgressReport) -> None:
        """How far it is."""
        self._busy_text.setText(report.phase)
        self._bar.setRange(0, report.total)
        self._bar.setValue(report.done)

    def show_idle(self) -> None:
        """Nothing is being opened any more."""
        self._busy.hide()
        for button in self._buttons:
            button.setEnabled(True)
        self.recent.setEnabled(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_folder(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        folder = _dropped_folder(event)
        if folder is not None:
            event.acceptProposedAction()
            self.open_wanted.emit(folder)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    def _left(self) -> QWidget:
        left = QWidget(self)
        left.setObjectName("welcome_start")
        left.setFixedWidth(320)
        column = QVBoxLayout(left)
        column.setContentsMargins(TRIPLE, TRIPLE + SPACE, TRIPLE, TRIPLE)
        column.setSpacing(SPACE)
        name = QLabel("CHCE Desktop", left)
        name.setObjectName("welcome_name")
        set_role(name, "title")
        slogan = QLabel(tr("Write offline, see the very page, publish with one click."), left)
        slogan.setObjectName("welcome_slogan")
        slogan.setWordWrap(True)
        set_role(slogan, "hint")
        column.addWidget(name)
        column.addWidget(slogan)
        column.addSpacing(TRIPLE)
        self.new_button = self._button("welcome_new", tr("&New site"), "plus", primary=True)
        self.new_button.clicked.connect(self._on_new)
        self.open_button = self._button("welcome_open", tr("&Open a site's folder…"), "folder-open")
        self.open_button.clicked.connect(self._on_open)
        self.demo_button = self._button("welcome_demo", tr("Look around in the &demo"), "flask-conical")
        self.demo_button.clicked.connect(self.demo_wanted)
        self._buttons = [self.new_button, self.open_button, self.demo_button]
        for button in self._buttons:
            column.addWidget(button)
        column.addStretch(1)
        self._busy = QFrame(left)
        self._busy.setObjectName("welcome_busy")
        busy = QVBoxLayout(self._busy)
        busy.setContentsMargins(0, 0, 0, 0)
        self._busy_text = QLabel(self._busy)
        self._busy_text.setObjectName("welcome_busy_text")
        self._busy_text.setWordWrap(True)
        self._bar = QProgressBar(self._busy)
        self._bar.setObjectName("welcome_progress")
        self._bar.setAccessibleName(tr("Progress"))
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        busy.addWidget(self._busy_text)
        busy.addWidget(self._bar)
        self._busy.hide()
        column.addWidget(self._busy)
        return left

    def _right(self) -> QWidget:
        right = QWidget(self)
        right.setObjectName("welcome_recent")
        right.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(right, "pane")
        column = QVBoxLayout(right)
        column.setContentsMargins(DOUBLE, TRIPLE + SPACE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE)
        heading = QLabel(tr("Recent sites"), right)
        heading.setObjectName("welcome_recent_heading")
        heading.setContentsMargins(SPACE, 0, 0, 0)
        set_role(heading, "heading")
        self.recent = QListWidget(right)
        self.recent.setObjectName("welcome_recent_list")
        self.recent.setAccessibleName(tr("Recent sites"))
        self.recent.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.recent.itemActivated.connect(self._on_recent)
        self.recent.itemClicked.connect(self._on_recent)
        self._empty = EmptyState("welcome_empty", right)
        self._empty.say(
            "newspaper",
            tr("No site yet"),
            tr("Make a new one, look around in the demo, or drop a site's folder here."),
        )
        self._pages = QStackedWidget(right)
        self._pages.addWidget(self.recent)
        self._pages.addWidget(self._empty)
        column.addWidget(heading)
        column.addWidget(self._pages, 1)
        return right

    def _button(self, name: str, text: str, sign: str, *, primary: bool = False) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text.replace("&", ""))
        button.setIcon(icons.icon(sign, icons.ON_ACCENT if primary else icons.TEXT))
        button.setIconSize(QSize(18, 18))
        button.setMinimumHeight(40)
        set_role(button, "primary" if primary else "choice")
        return button

    def _add_recent(self, site: RecentSite) -> None:
        item = QListWidgetItem(self.recent)
        item.setData(_FOLDER, site.folder)
        spoken = f"{site.name}，{site.folder}"
        item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
        row = _RecentRow(site, self.recent)
        row.remove.clicked.connect(lambda: self._on_forget(site.folder))
        item.setSizeHint(QSize(200, row.sizeHint().height()))
        self.recent.setItemWidget(item, row)

    def _on_recent(self, item: QListWidgetItem) -> None:
        self.open_wanted.emit(item.data(_FOLDER))

    def _on_forget(self, folder: Path) -> None:
        self._memory.forget(folder)
        self.refresh()

    def _on_new(self) -> None:
        dialog = NewSiteDialog(self)
        dialog.wanted.connect(self.create_wanted)
        dialog.open()

    def _on_open(self) -> None:
        start = sites_folder()
        chosen = QFileDialog.getExistingDirectory(
            self, tr("Open a site's folder"), str(start if start.is_dir() else start.parent)
        )
        if chosen:
            self.open_wanted.emit(Path(chosen))


class _RecentRow(QWidget):
    """Name, folder, and a button that takes the site off the list."""

    def __init__(self, site: RecentSite, parent: QWidget) -> None:
        super().__init__(parent)
        missing = site.missing
        name = QLabel(site.name or site.folder.name, self)
        name.setFont(font(relative=1, bold=True))
        name.setTextFormat(Qt.TextFormat.PlainText)
        place = QLabel(self)
        place.setTextFormat(Qt.TextFormat.PlainText)
        text = str(site.folder)
        place.setText(place.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, 400))
        place.setToolTip(text)
        set_role(place, "hint")
        column = QVBoxLayout()
        column.setSpacing(HALF // 2)
        column.addWidget(name)
        column.addWidget(place)
        if missing:
            set_role(name, "hint")
            gone = QLabel(tr("Not found: the disk is not connected, or the folder was moved."), self)
            set_role(gone, "warning")
            column.addWidget(gone)
        self.remove = QToolButton(self)
        self.remove.setObjectName("recent_remove")
        self.remove.setAccessibleName(tr("Take {name} off the list", name=site.name))
        self.remove.setToolTip(tr("Take off the list (the site itself stays)"))
        self.remove.setIcon(icons.icon("x", icons.MUTED))
        self.remove.setIconSize(QSize(14, 14))
        color = icons.WARNING if missing else icons.ACCENT
        sign = Sign(self, "triangle-alert" if missing else "newspaper", 24, color)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        row.setSpacing(DOUBLE)
        row.addWidget(sign)
        row.addLayout(column, 1)
        row.addWidget(self.remove)


def _dropped_folder(event: QDropEvent) -> Path | None:
    """The site's folder that is being dropped; its `site.db` counts too."""
    for url in event.mimeData().urls():
        path = Path(url.toLocalFile())
        if path.name == "site.db":
            return path.parent
        if path.is_dir():
            return path
    return None
