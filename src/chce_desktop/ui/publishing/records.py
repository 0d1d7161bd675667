"""The records of what was published: as texts, and as the model of their list."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from chce_desktop.domain.publication import Publication, PublicationState
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.ui import badges
from chce_desktop.ui.badges import TONE_ROLE
from chce_desktop.ui.media.model import written_size

Index = QModelIndex | QPersistentModelIndex

ITEM_ROLE = Qt.ItemDataRole.UserRole
_NO_INDEX = QModelIndex()

_TONES = {
    PublicationState.DONE: badges.SUCCESS,
    PublicationState.FAILED: badges.ERROR,
    PublicationState.CANCELLED: badges.MUTED,
    PublicationState.RUNNING: badges.ACCENT,
}


class RecordColumn(IntEnum):
    """Columns of the list of publications."""

    WHEN = 0
    STATE = 1
    SENT = 2
    REMOVED = 3
    VERIFIED = 4
    DURATION = 5


def state_label(state: PublicationState) -> str:
    """The badge's text."""
    return {
        PublicationState.DONE: tr("published"),
        PublicationState.FAILED: tr("failed"),
        PublicationState.CANCELLED: tr("stopped"),
        PublicationState.RUNNING: tr("not ended"),
    }[state]


def written_moment(moment: datetime) -> str:
    """A moment in this computer's time."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def written_duration(seconds: float) -> str:
    """A length of time for people: 8 s, 3 min 20 s, 1 h 5 min."""
    whole = max(0, round(seconds))
    if whole < 60:
        return tr("{seconds} s", seconds=whole)
    if whole < 3600:
        return tr("{minutes} min {seconds} s", minutes=whole // 60, seconds=whole % 60)
    return tr("{hours} h {minutes} min", hours=whole // 3600, minutes=whole % 3600 // 60)


class RecordsModel(QAbstractTableModel):
    """Publications to one target, newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: tuple[Publication, ...] = ()

    @property
    def records(self) -> tuple[Publication, ...]:
        """What is listed."""
        return self._records

    def show_records(self, records: tuple[Publication, ...]) -> None:
        """Take over what the library holds."""
        self.beginResetModel()
        self._records = records
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt's."""
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt's."""
        return 0 if parent.isValid() else len(RecordColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """Qt's."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (tr("When"), tr("Outcome"), tr("Sent"), tr("Removed"), tr("Verified"), tr("Took"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's."""
        if not index.isValid():
            return None
        record = self._records[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(record, RecordColumn(index.column()))
        if role == Qt.ItemDataRole.ToolTipRole:
            return record.error or self._text(record, RecordColumn(index.column()))
        if role == TONE_ROLE:
            return _TONES[record.state]
        return record if role == ITEM_ROLE else None

    def _text(self, record: Publication, column: RecordColumn) -> str:
        done = record.state is PublicationState.DONE
        match column:
            case RecordColumn.WHEN:
                return written_moment(record.started_at)
            case RecordColumn.STATE:
                return state_label(record.state)
            case RecordColumn.SENT:
                files = trn("{n} file", "{n} files", record.uploaded)
                return f"{files} · {written_size(record.bytes)}" if done else ""
            case RecordColumn.REMOVED:
                return trn("{n} file", "{n} files", record.deleted) if done else ""
            case RecordColumn.VERIFIED:
                return trn("{n} file", "{n} files", record.verified) if done else ""
            case RecordColumn.DURATION:
                return written_duration(record.seconds) if done else ""
