"""The model behind the list of notices, in their order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from chce_desktop.domain.notice import Notice
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui import badges
from chce_desktop.ui.badges import TONE_ROLE

Index = QModelIndex | QPersistentModelIndex

ITEM_ROLE = Qt.ItemDataRole.UserRole
STATUS_ROLE = Qt.ItemDataRole.UserRole + 1
_MIME = "application/x-chce-notice"
_NO_INDEX = QModelIndex()


class Status(StrEnum):
    """What readers see of a notice now."""

    SHOWING = "showing"
    SCHEDULED = "scheduled"
    ENDED = "ended"
    HIDDEN = "hidden"


_TONES = {
    Status.SHOWING: badges.SUCCESS,
    Status.SCHEDULED: badges.ACCENT,
    Status.ENDED: badges.MUTED,
    Status.HIDDEN: badges.MUTED,
}


def status(notice: Notice, now: datetime) -> Status:
    """The status at `now`."""
    if not notice.visible:
        return Status.HIDDEN
    if notice.ends_at is not None and notice.ends_at <= now:
        return Status.ENDED
    return Status.SHOWING if notice.showing(now) else Status.SCHEDULED


def status_label(found: Status) -> str:
    """The badge's text."""
    return {
        Status.SHOWING: tr("showing"),
        Status.SCHEDULED: tr("scheduled"),
        Status.ENDED: tr("ended"),
        Status.HIDDEN: tr("hidden"),
    }[found]


class NoticeListModel(QAbstractListModel):
    """`dropped(id, index)` asks for a move; the model changes only by `show_notices`."""

    dropped = Signal(int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notices: tuple[Notice, ...] = ()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is shown, in order."""
        return self._notices

    def show_notices(self, notices: tuple[Notice, ...]) -> None:
        """Take over what the library holds."""
        if [notice.id for notice in notices] == [notice.id for notice in self._notices]:
            self._notices = notices
            if notices:
                self.dataChanged.emit(self.index(0), self.index(len(notices) - 1))
            return
        self.beginResetModel()
        self._notices = notices
        self.endResetModel()

    def notice_at(self, index: Index) -> Notice | None:
        """The notice of a row."""
        return self._notices[index.row()] if index.isValid() and index.row() < len(self._notices) else None

    def row_of(self, notice_id: int) -> int:
        """The row of a notice, -1 when it is gone."""
        return next((row for row, notice in enumerate(self._notices) if notice.id == notice_id), -1)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt's."""
        return 0 if parent.isValid() else len(self._notices)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's."""
        notice = self.notice_at(index)
        if notice is None:
            return None
        found = status(notice, datetime.now(UTC))
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return notice.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return tr("{title}, {status}", title=notice.title, status=status_label(found))
            case _:
                roles: dict[int, Any] = {ITEM_ROLE: notice, STATUS_ROLE: status_label(found), TONE_ROLE: _TONES[found]}
                return roles.get(role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt's."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled

    def supportedDropActions(self) -> Qt.DropAction:
        """Qt's."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Qt's."""
        return [_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Qt's."""
        data = QMimeData()
        data.setData(_MIME, QByteArray(json.dumps(self._notices[indexes[0].row()].id).encode()))
        return data

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        """Qt's. Always False: the library moves the notice, nothing is to be removed at the source."""
        del action, column
        if data.hasFormat(_MIME):
            moved = int(json.loads(bytes(data.data(_MIME).data())))
            before = self.row_of(moved)
            wanted = row if row >= 0 else parent.row() if parent.isValid() else len(self._notices)
            index = wanted - (1 if before < wanted and row >= 0 else 0)
            index = max(0, min(index, len(self._notices) - 1))
            if before >= 0 and index != before:
                self.dropped.emit(moved, index)
        return False
