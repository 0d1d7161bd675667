"""What is wrong with the site's own theme folder; not to be seen where the site has none."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress
from chce_desktop.jobs.queues import PREVIEW
from chce_desktop.services import themes
from chce_desktop.services.themes import Fault
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE, set_role
from chce_desktop.ui.desk import Desk


class ThemeFaults(QWidget):
    """Checks by itself when it is made, and again when one asks."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("look_faults_area")
        self._desk = desk
        self._theme = ""
        self.summary = QLabel(self)
        self.summary.setObjectName("look_faults_summary")
        self.summary.setWordWrap(True)
        set_role(self.summary, "hint")
        self.again = QPushButton(tr("Check again"), self)
        self.again.setObjectName("look_faults_again")
        self.again.setAccessibleName(tr("Check the theme folder again"))
        self.again.setAutoDefault(False)
        self.again.clicked.connect(lambda: self.check(self._theme))
        self.list = QListWidget(self)
        self.list.setObjectName("look_faults")
        self.list.setAccessibleName(tr("Faults of the theme folder"))
        self.list.setWordWrap(True)
        self.list.setMaximumHeight(140)
        self.list.setAccessibleDescription(tr("Return opens the file."))
        self.list.itemDoubleClicked.connect(self._open)
        self.list.installEventFilter(self)
        set_role(self.list, "framed")
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.summary, 1)
        row.addWidget(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF)
        column.addLayout(row)
        column.addWidget(self.list)
        self.hide()

    def check(self, theme: str) -> None:
        """Check the folder as it lies over a theme."""
        self._theme = theme
        site = self._desk.site

        def work(_: Progress) -> tuple[Fault, ...] | None:
            return themes.lint_site(site, theme) if themes.own_folder(site) is not None else None

        self._desk.run(work, done=self._show, queue=PREVIEW, owner=self)

    def _show(self, faults: tuple[Fault, ...] | None) -> None:
        self.setVisible(faults is not None)
        self.list.clear()
        for fault in faults or ():
            place = f"{fault.file}:{fault.line}" if fault.line else fault.file
            item = QListWidgetItem(f"{place}\n{fault.message}", self.list)
            item.setData(Qt.ItemDataRole.UserRole, fault.file)
            item.setToolTip(tr("A double click opens the file."))
            item.setIcon(icons.icon("circle-x" if fault.level == "error" else "triangle-alert"))
        self.list.setVisible(bool(faults))
        self.summary.setText(
            tr("This site's theme folder has faults. While one stops a build, readers keep the last good pages.")
            if any(fault.level == "error" for fault in faults or ())
            else tr("This site's theme folder lies over the theme; no fault was found.")
            if not faults
            else tr("This site's theme folder works, but should be looked at.")
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Return opens the file, and does not go on to the dialog, where it would save."""
        if watched is self.list and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            item = self.list.currentItem()
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
                self._open(item)
                return True
        return super().eventFilter(watched, event)

    def _open(self, item: QListWidgetItem) -> None:
        folder = themes.own_folder(self._desk.site)
        file = folder / str(item.data(Qt.ItemDataRole.UserRole)) if folder is not None else None
        if file is not None and file.exists():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))
        elif folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
