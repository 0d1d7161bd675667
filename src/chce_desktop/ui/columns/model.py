"""The column tree as Qt sees it, with two places above it that are no columns: all articles, and those without any."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from chce_desktop.domain.column import Column, ColumnTree
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui import icons
from chce_desktop.ui.articles.dragging import ARTICLES_MIME

Index = QModelIndex | QPersistentModelIndex

#: Mime type of a dragged column: its id.
COLUMN_MIME = "application/x-chce-column"
#: The id of a column, or one of the two below.
ID_ROLE = Qt.ItemDataRole.UserRole
ALL, NONE = -1, -2
_PLACES = (ALL, NONE)
_NO_INDEX = QModelIndex()


@dataclass(frozen=True, slots=True)
class ColumnDrop:
    """Make `column_id` the `index`-th child of `parent_id`."""

    column_id: int
    parent_id: int | None
    index: int


class ColumnTreeModel(QAbstractItemModel):
    """Two columns: the name, and how many articles lie there or below."""

    #: With (column id, new name): edited in place.
    renamed = Signal(int, str)
    #: With a `ColumnDrop`.
    column_dropped = Signal(object)
    #: With (article ids, column id or None).
    articles_dropped = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tree = ColumnTree(())
        self._counts: dict[int, int] = {}

    def set_tree(self, tree: ColumnTree) -> bool:
        """Show another tree. False when nothing visible changed, so that the view kept its state."""
        if [*tree.walk()] == [*self._tree.walk()]:
            self._tree = tree
            return False
        self.beginResetModel()
        self._tree = tree
        self.endResetModel()
        return True

    def set_counts(self, own: dict[int, int], total: int, without: int) -> None:
        """How many articles each column itself has, the site has, and no column has."""
        counts = {ALL: total, NONE: without}
        for column, _ in reversed(self._tree.walk()):
            counts[column.id] = own.get(column.id, 0) + sum(counts[c.id] for c in self._tree.children(column.id))
        self._counts = counts
        for parent in [_NO_INDEX, *(self.index_of(column.id) for column, _ in self._tree.walk())]:
            rows = self.rowCount(parent)
            if rows:
                self.dataChanged.emit(self.index(0, 1, parent), self.index(rows - 1, 1, parent))

    def index_of(self, column_id: int, section: int = 0) -> QModelIndex:
        """Where a column (or a place) is; invalid for one that is not there."""
        if column_id in _PLACES:
            return self.createIndex(_PLACES.index(column_id), section, _internal(column_id))
        column = self._tree.get(column_id)
        if column is None:
            return _NO_INDEX
        parent = column.parent_id if column.parent_id in self._tree else None
        row = [c.id for c in self._tree.children(parent)].index(column_id)
        return self.createIndex(row + (len(_PLACES) if parent is None else 0), section, _internal(column_id))

    # What Qt asks

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        if not parent.isValid() and 0 <= row < len(_PLACES):
            return self.createIndex(row, column, _internal(_PLACES[row]))
        children, offset = self._below(parent)
        if not 0 <= row - offset < len(children):
            return _NO_INDEX
        return self.createIndex(row, column, _internal(children[row - offset].id))

    def parent(self, index: Index = _NO_INDEX) -> QModelIndex:  # type: ignore[override]  # the stub names the overloads otherwise
        column = self._tree.get(_id(index))
        if column is None or column.parent_id is None or column.parent_id not in self._tree:
            return _NO_INDEX
        return self.index_of(column.parent_id)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        if parent.column() > 0:
            return 0
        children, offset = self._below(parent)
        return len(children) + offset

    def columnCount(self, parent: Index = _NO_INDEX) -> int:  # noqa: ARG002 - Qt calls it with all of them
        return 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column_id = _id(index)
        column = self._tree.get(column_id)
        if role == ID_ROLE:
            return column_id
        if index.column() == 1:
            count = self._counts.get(column_id, 0)
            if role == Qt.ItemDataRole.DisplayRole:
                return f"{count:,}" if count else ""
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return _name(column_id, column)
        if role == Qt.ItemDataRole.DecorationRole:
            return icons.icon(_icon(column_id, column), icons.MUTED)
        if role == Qt.ItemDataRole.ToolTipRole and column is not None:
            hidden = "" if column.in_navigation else " · " + tr("not in the navigation")
            return f"{column.slug}/{hidden}"
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        column = self._tree.get(_id(index))
        name = " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or column is None or not name or name == column.name:
            return False
        self.renamed.emit(column.id, name)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        if not index.isValid():
            return flag.ItemIsDropEnabled
        usual = flag.ItemIsEnabled | flag.ItemIsSelectable
        column_id = _id(index)
        if column_id == ALL:
            return usual
        if column_id == NONE:
            return usual | flag.ItemIsDropEnabled
        usual |= flag.ItemIsDragEnabled | flag.ItemIsDropEnabled
        return usual | flag.ItemIsEditable if index.column() == 0 else usual

    # Drag and drop

    def mimeTypes(self) -> list[str]:
        return [COLUMN_MIME, ARTICLES_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        ids = [_id(index) for index in indexes if _id(index) not in _PLACES]
        if ids:
            data.setData(COLUMN_MIME, str(ids[0]).encode())
        return data

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def canDropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:  # noqa: ARG002 - Qt calls it with all of them
        on = _id(parent) if parent.isValid() else None
        if data.hasFormat(ARTICLES_MIME):
            return row < 0 and on not in (None, ALL)
        return data.hasFormat(COLUMN_MIME) and on not in _PLACES

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        if not self.canDropMimeData(data, action, row, column, parent):
            return False
        on = _id(parent) if parent.isValid() else None
        if data.hasFormat(ARTICLES_MIME):
            ids = [int(i) for i in json.loads(bytes(data.data(ARTICLES_MIME).data()))]
            self.articles_dropped.emit(ids, None if on == NONE else on)
            return False  # nothing is to be removed from the list that it came from
        dragged = int(bytes(data.data(COLUMN_MIME).data()))
        siblings = [c.id for c in self._tree.children(on)]
        place = len(siblings) if row < 0 else max(0, row - (len(_PLACES) if on is None else 0))
        if dragged in siblings and siblings.index(dragged) < place:
            place -= 1  # it leaves its old place first
        self.column_dropped.emit(ColumnDrop(dragged, on, place))
        return False

    def _below(self, parent: Index) -> tuple[Sequence[Column], int]:
        if not parent.isValid():
            return self._tree.children(None), len(_PLACES)
        column_id = _id(parent)
        return (() if column_id in _PLACES else self._tree.children(column_id)), 0


def _internal(column_id: int) -> int:
    """Qt keeps an unsigned number with each index."""
    return column_id - min(_PLACES)


def _id(index: Index) -> int:
    return int(index.internalId()) + min(_PLACES)


def _name(column_id: int, column: Column | None) -> str:
    if column is not None:
        return column.name
    return tr("All columns") if column_id == ALL else tr("Without a column")


def _icon(column_id: int, column: Column | None) -> str:
    if column is not None:
        return "folder" if column.in_navigation else "folder-dot"
    return "newspaper" if column_id == ALL else "inbox"
