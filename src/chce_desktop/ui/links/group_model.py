"""The model behind the list of groups. It holds what the library said last."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, Qt, Signal

from chce_desktop.domain.link import LinkGroup
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.ui.links.models import ITEM_ROLE, LINKS_MIME, Index, is_troubled, packed, unpacked

GROUP_MIME = "application/x-chce-link-group"
#: How many links a group row stands for.
COUNT_ROLE = Qt.ItemDataRole.UserRole + 2

_NO_INDEX = QModelIndex()


class Shown(IntEnum):
    """The two rows above the groups, by their row ids, which no group has."""

    ALL = -1
    TROUBLED = -2


class GroupListModel(QAbstractListModel):
    """All links, those that need attention (while there are any), then the groups in order.

    `links_dropped(ids, group)` and `group_dropped(group, index)` ask for a move; the model itself changes only by
    `show_groups`.
    """

    links_dropped = Signal(tuple, int)
    group_dropped = Signal(int, int)
    renamed = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[int, str, int]] = []
        self._groups: tuple[LinkGroup, ...] = ()

    def show_groups(self, groups: tuple[LinkGroup, ...]) -> None:
        """Take over what the library holds."""
        self.beginResetModel()
        self._groups = groups
        every = [link for group in groups for link in group.links]
        troubled = sum(is_troubled(link) for link in every)
        self._rows = [(Shown.ALL, tr("All links"), len(every))]
        if troubled:
            self._rows.append((Shown.TROUBLED, tr("Needs attention"), troubled))
        self._rows += [(group.id, group.name, len(group.links)) for group in groups]
        self.endResetModel()

    @property
    def groups(self) -> tuple[LinkGroup, ...]:
        """What is shown."""
        return self._groups

    def id_at(self, index: Index) -> int:
        """The group's id, or one of `Shown`."""
        return self._rows[index.row()][0] if index.isValid() else Shown.ALL

    def index_of(self, row_id: int) -> QModelIndex:
        """Where a group (or one of `Shown`) stands; the first row when it is gone."""
        for row, (candidate, _, _) in enumerate(self._rows):
            if candidate == row_id:
                return self.index(row)
        return self.index(0)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt's."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's."""
        if not index.isValid():
            return None
        row_id, name, count = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return name
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return tr("{name}, {links}", name=name, links=trn("{n} link", "{n} links", count))
        if role == ITEM_ROLE:
            return row_id
        return count if role == COUNT_ROLE else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Qt's: a new name is asked for, not set."""
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not name or name == self._rows[index.row()][1]:
            return False
        row_id, _, count = self._rows[index.row()]
        self._rows[index.row()] = (row_id, name, count)
        self.dataChanged.emit(index, index)
        self.renamed.emit(row_id, name)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt's."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self._rows[index.row()][0] > 0:
            flags |= Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsDropEnabled
        return flags

    def supportedDropActions(self) -> Qt.DropAction:
        """Qt's."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Qt's."""
        return [GROUP_MIME, LINKS_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Qt's."""
        return packed(GROUP_MIME, [self.id_at(index) for index in indexes])

    def canDropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        """Qt's: links onto a group, a group between groups."""
        del action, column
        if data.hasFormat(LINKS_MIME):
            return parent.isValid() and self.id_at(parent) > 0
        return data.hasFormat(GROUP_MIME) and (row < 0 or row >= self._first_group)

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        """Qt's. Always False: nothing is to be removed at the source, the library moves it."""
        if not self.canDropMimeData(data, action, row, column, parent):
            return False
        if data.hasFormat(LINKS_MIME):
            self.links_dropped.emit(tuple(unpacked(data, LINKS_MIME)), self.id_at(parent))
            return False
        (moved,) = unpacked(data, GROUP_MIME)
        wanted = row if row >= 0 else parent.row() if parent.isValid() else len(self._rows)
        before = self.index_of(moved).row()
        index = wanted - self._first_group - (1 if before < wanted and row >= 0 else 0)
        if index != before - self._first_group:
            self.group_dropped.emit(moved, max(0, min(index, len(self._groups) - 1)))
        return False

    @property
    def _first_group(self) -> int:
        return len(self._rows) - len(self._groups)
