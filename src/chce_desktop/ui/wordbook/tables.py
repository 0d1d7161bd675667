"""The rows of a list of the word book, edited in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.services.wordlists import Column, WordList

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
#: Columns and what they may hold, as the screen calls them.
TITLES = {
    "word": mark("Word"),
    "kind": mark("Kind"),
    "level": mark("Level"),
    "suggestion": mark("Write instead"),
    "note": mark("Note"),
    "address": mark("Address"),
    "name": mark("Name"),
}
CHOICES = {
    "forbidden": mark("Forbidden word"),
    "confusable": mark("Easily confused"),
    "name": mark("Name or title"),
    "block": mark("Stops"),
    "warn": mark("Warns"),
    "source": mark("Source"),
    "author": mark("Author"),
    "editor": mark("Responsible editor"),
}


def shown(value: str, column: Column) -> str:
    """A cell as the screen shows it."""
    return tr(CHOICES[value]) if column.choices is not None and value in CHOICES else value


class RowsModel(QAbstractTableModel):
    """The rows of a list that hold what is looked for. `edited(item, cells)` asks for a change of a row."""

    edited = Signal(object, dict)

    def __init__(self, listing: WordList[Any], parent: QObject) -> None:
        super().__init__(parent)
        self._listing = listing
        self.columns: tuple[Column, ...] = listing.shape.columns
        self._all: list[tuple[Any, tuple[str, ...]]] = []
        self._rows: list[tuple[Any, tuple[str, ...]]] = []
        self._wanted = ""

    @property
    def total(self) -> int:
        """How many rows the list has, shown or not."""
        return len(self._all)

    def show_items(self, items: Sequence[Any]) -> None:
        """Take over what the library holds."""
        self._all = [(item, self._listing.shape.cells(item)) for item in items]
        self._refresh()

    def look_for(self, text: str) -> None:
        """Show only rows that hold a text."""
        self._wanted = text.strip().casefold()
        self._refresh()

    def _refresh(self) -> None:
        wanted = self._wanted
        fresh = [row for row in self._all if not wanted or wanted in "\n".join(row[1]).casefold()]
        if [row[0] for row in fresh] == [row[0] for row in self._rows]:
            return
        self.beginResetModel()
        self._rows = fresh
        self.endResetModel()

    def item(self, row: int) -> Any:
        """What a row is made of."""
        return self._rows[row][0]

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt's."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt's."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """Qt's."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return tr(TITLES[self.columns[section].key])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's."""
        if not index.isValid():
            return None
        value = self._rows[index.row()][1][index.column()]
        if role == Qt.ItemDataRole.EditRole:
            return value
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return shown(value, self.columns[index.column()])
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt's."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Qt's: asked for by `edited`; shown once the library has it."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        item, cells = self._rows[index.row()]
        text = str(value).strip()
        if text == cells[index.column()]:
            return False
        changed = dict(zip((column.key for column in self.columns), cells, strict=True))
        changed[self.columns[index.column()].key] = text
        self.edited.emit(item, changed)
        return True


class ChoiceDelegate(QStyledItemDelegate):
    """Edits a cell that can have only a few values."""

    def __init__(self, column: Column, parent: QObject) -> None:
        super().__init__(parent)
        self._column = column

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        del option, index
        box = choice_box(self._column, parent)
        box.activated.connect(lambda _: self._commit(box))
        return box

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QComboBox)  # noqa: S101 - made above
        editor.setCurrentIndex(max(0, editor.findData(index.data(Qt.ItemDataRole.EditRole))))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QComboBox)  # noqa: S101 - made above
        model.setData(index, editor.currentData())

    def _commit(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box, QStyledItemDelegate.EndEditHint.NoHint)


def choice_box(column: Column, parent: QWidget) -> QComboBox:
    """A box with the values of a column."""
    box = QComboBox(parent)
    box.setObjectName(f"wordbook_choice_{column.key}")
    box.setAccessibleName(tr(TITLES[column.key]))
    for value in column.choices or ():
        box.addItem(shown(str(value), column), str(value))
    return box
