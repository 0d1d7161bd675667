"""Changes of texts as a tree: articles with what changes in each, ticked, old and new side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from chce_desktop.foundation.i18n import mark, tr, trn
from chce_desktop.services.replacing import Change, Field
from chce_desktop.ui.appearance import HALF, colors
from chce_desktop.ui.articles import words

Index = QModelIndex | QPersistentModelIndex

_CHANGE = Qt.ItemDataRole.UserRole
_NO_INDEX = QModelIndex()
_FIELD_NAMES: dict[Field, str] = {"title": mark("Title"), "summary": mark("Summary"), "body": mark("Text")}


class ChangesModel(QAbstractItemModel):
    """Articles with the changes in each below; both can be ticked."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._groups: list[list[Change]] = []
        self._left_out: set[tuple[int, int]] = set()

    def show(self, changes: Sequence[Change]) -> None:
        """Show these, all ticked."""
        self.beginResetModel()
        self._groups = [list(group) for _, group in groupby(changes, key=lambda change: change.article_id)]
        self._left_out = set()
        self.endResetModel()

    def chosen(self) -> list[Change]:
        """What is ticked."""
        return [
            change
            for row, group in enumerate(self._groups)
            for place, change in enumerate(group)
            if (row, place) not in self._left_out
        ]

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        if not parent.isValid():
            return self.createIndex(row, column, 0) if 0 <= row < len(self._groups) else _NO_INDEX
        return self.createIndex(row, column, parent.row() + 1)

    def parent(self, index: Index = _NO_INDEX) -> QModelIndex:  # type: ignore[override]  # the stub names the overloads otherwise
        group = index.internalId()
        return self.createIndex(group - 1, 0, 0) if index.isValid() and group else _NO_INDEX

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        if not parent.isValid():
            return len(self._groups)
        return 0 if parent.internalId() else len(self._groups[parent.row()])

    def columnCount(self, parent: Index = _NO_INDEX) -> int:  # noqa: ARG002 - Qt calls it with all of them
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:  # noqa: ARG002 - Qt's signature
        flag = Qt.ItemFlag
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        group = index.internalId()
        if role == Qt.ItemDataRole.CheckStateRole:
            return self._state(index.row()) if not group else self._ticked(group - 1, index.row())
        if not group:
            changes = self._groups[index.row()]
            count = trn("{n} place", "{n} places", len(changes))
            said = f"{words.title_of(changes[0].title)} · {count}"
            return said if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None
        change = self._groups[group - 1][index.row()]
        if role == _CHANGE:
            return change
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{change.before}{change.found} → {change.replacement}{change.after}"
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        on = Qt.CheckState(value) is Qt.CheckState.Checked
        group = index.internalId()
        row = group - 1 if group else index.row()
        places = [index.row()] if group else range(len(self._groups[row]))
        for place in places:
            (self._left_out.discard if on else self._left_out.add)((row, place))
        head = self.index(row, 0)
        self.dataChanged.emit(head, head)
        self.dataChanged.emit(self.index(0, 0, head), self.index(len(self._groups[row]) - 1, 0, head))
        return True

    def _ticked(self, row: int, place: int) -> Qt.CheckState:
        return Qt.CheckState.Unchecked if (row, place) in self._left_out else Qt.CheckState.Checked

    def _state(self, row: int) -> Qt.CheckState:
        out = sum((row, place) in self._left_out for place in range(len(self._groups[row])))
        if not out:
            return Qt.CheckState.Checked
        return Qt.CheckState.Unchecked if out == len(self._groups[row]) else Qt.CheckState.PartiallyChecked


def _plain(text: str) -> str:
    """A piece of text in one line."""
    return " ".join(text.splitlines()) if "\n" in text else text


class ChangeDelegate(QStyledItemDelegate):
    """What goes struck through on red, what comes on green, between what stands around."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        change = index.data(_CHANGE)
        if not isinstance(change, Change):
            super().paint(painter, option, index)
            return
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        area = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, option, option.widget)
        left = float(area.left() + HALF)
        palette, metrics = colors(), QFontMetrics(option.font)
        name = tr(_FIELD_NAMES[change.field])
        parts = (
            (f"{name}  ", palette.muted, "", False),
            (_plain(change.before), palette.text, "", False),
            (_plain(change.found), palette.error, palette.error_soft, True),
            (_plain(change.replacement), palette.success, palette.success_soft, False),
            (_plain(change.after), palette.text, "", False),
        )
        painter.save()
        painter.setClipRect(area)
        for text, pen, back, struck in parts:
            width = metrics.horizontalAdvance(text)
            if back and text:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(back))
                height = metrics.height() + 2
                painter.drawRoundedRect(QRectF(left, area.center().y() - height / 2 + 1, width, height), 3, 3)
            font = option.font
            font.setStrikeOut(struck)
            painter.setFont(font)
            painter.setPen(QColor(pen))
            box = QRectF(left, area.top(), width + 2, area.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
            left += width
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), 30)
