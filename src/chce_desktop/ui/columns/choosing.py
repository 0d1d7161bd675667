"""A small dialog that asks for one column: type a part of its name, press Return."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, SPACE, set_role
from chce_desktop.ui.desk import Desk

_ID = Qt.ItemDataRole.UserRole


class ColumnChooser(QDialog):
    """Emits `chosen` with a column's id, or None for no column."""

    chosen = Signal(object)

    def __init__(self, desk: Desk, title: str, current: int | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("column_chooser")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(360, 440)
        self.search = QLineEdit(self)
        self.search.setObjectName("column_chooser_search")
        self.search.setAccessibleName(tr("Find a column"))
        self.search.setPlaceholderText(tr("Find a column"))
        self.search.addAction(icons.icon("search", icons.MUTED), QLineEdit.ActionPosition.LeadingPosition)
        self.list = QListWidget(self)
        self.list.setObjectName("column_chooser_list")
        self.list.setAccessibleName(tr("Columns"))
        set_role(self.list, "framed")
        for column, depth in desk.columns.walk():
            self._add("\u3000" * depth + column.name, column.id, desk.columns.path(column.id), "folder")
        self._add(tr("No column"), None, tr("No column"), "inbox")
        self.list.setCurrentRow(0)
        for row in range(self.list.count()):
            if self.list.item(row).data(_ID) == current:
                self.list.setCurrentRow(row)
        buttons = QDialogButtonBox(self)
        self._ok = buttons.addButton(tr("File here"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._ok.setObjectName("column_chooser_ok")
        self._ok.setDefault(True)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel).setObjectName("column_chooser_cancel")
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        layout.setSpacing(SPACE)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
        self.search.textChanged.connect(self._on_searched)
        self.search.installEventFilter(self)
        self.list.itemActivated.connect(lambda _: self._on_accepted())
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and down in the search field move through the list."""
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                shown = [row for row in range(self.list.count()) if not self.list.item(row).isHidden()]
                if self.list.currentRow() in shown:
                    place = shown.index(self.list.currentRow()) + step
                    self.list.setCurrentRow(shown[max(0, min(len(shown) - 1, place))])
                return True
        return super().eventFilter(watched, event)

    def _add(self, text: str, column_id: int | None, path: str, sign: str) -> None:
        item = QListWidgetItem(icons.icon(sign, icons.MUTED), text, self.list)
        item.setData(_ID, column_id)
        item.setToolTip(path.replace("/", " → "))

    def _on_searched(self, text: str) -> None:
        wanted, first = text.strip().casefold(), -1
        for row in range(self.list.count()):
            item = self.list.item(row)
            matches = wanted in item.toolTip().casefold()
            item.setHidden(not matches)
            if matches and first < 0:
                first = row
        self.list.setCurrentRow(first)
        self._ok.setEnabled(first >= 0)

    def _on_accepted(self) -> None:
        item = self.list.currentItem()
        if self._ok.isEnabled():
            self.chosen.emit(item.data(_ID))
            self.accept()
