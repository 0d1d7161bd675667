"""Findings as rows of a list: a badge for how serious, what is wrong, where and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from chce_desktop.domain.findings import ERROR, Finding
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.services.article_checks import FIELDS
from chce_desktop.ui import badges
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, colors, font
from chce_desktop.ui.badges import badge_width, paint_badge

Index = QModelIndex | QPersistentModelIndex
ITEM_ROLE = Qt.ItemDataRole.UserRole
_NO_INDEX = QModelIndex()


def badge_of(finding: Finding) -> tuple[str, str]:
    """Text and tone of a finding's badge."""
    if finding.blocks:
        return tr("stops"), badges.ERROR
    if finding.level == ERROR:
        return tr("wrong"), badges.ERROR
    return tr("look"), badges.WARNING


def counted(findings: Iterable[Finding]) -> str:
    """How many findings there are of each kind, in one line."""
    found = list(findings)
    stops = sum(finding.blocks for finding in found)
    wrong = sum(finding.level == ERROR and not finding.blocks for finding in found)
    looks = len(found) - stops - wrong
    parts = [
        text
        for count, text in (
            (stops, trn("{n} stops the publish", "{n} stop the publish", stops)),
            (wrong, trn("{n} is wrong", "{n} are wrong", wrong)),
            (looks, trn("{n} to look at", "{n} to look at", looks)),
        )
        if count
    ]
    return tr(", ").join(parts) if parts else tr("nothing to mend")


def place(finding: Finding) -> str:
    """Where within the article."""
    name = tr(FIELDS[finding.field]) if finding.field in FIELDS else ""
    if finding.field == "body" and finding.line:
        return tr("Line {line}", line=finding.line)
    return name


class FindingsModel(QAbstractListModel):
    """Findings in order. `whole`: of many articles, so that the place names the article."""

    def __init__(self, parent: QObject | None = None, *, whole: bool = False) -> None:
        super().__init__(parent)
        self._whole = whole
        self._findings: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is shown."""
        return self._findings

    def show_findings(self, findings: Iterable[Finding]) -> None:
        """Show these; nothing moves when they are the same."""
        fresh = tuple(findings)
        if fresh == self._findings:
            return
        if len(fresh) == len(self._findings):  # selection and place stay
            self._findings = fresh
            self.dataChanged.emit(self.index(0), self.index(len(fresh) - 1))
            return
        self.beginResetModel()
        self._findings = fresh
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt's."""
        return 0 if parent.isValid() else len(self._findings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's."""
        if not index.isValid() or index.row() >= len(self._findings):
            return None
        finding = self._findings[index.row()]
        if role == ITEM_ROLE:
            return finding
        where = finding.where if self._whole else place(finding)
        if role == Qt.ItemDataRole.DisplayRole:
            return finding.message
        if role == Qt.ItemDataRole.StatusTipRole:
            return where
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return "\n".join(part for part in (badge_of(finding)[0], where, finding.message, finding.fix) if part)
        return None


class FindingsList(QListView):
    """Shows a `FindingsModel`."""

    def __init__(self, name: str, text: str, model: FindingsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setModel(model)
        self.setItemDelegate(_FindingDelegate(self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)

    def current(self) -> Finding | None:
        """The finding with the cursor."""
        found = self.currentIndex().data(ITEM_ROLE)
        return found if isinstance(found, Finding) else None


class _FindingDelegate(QStyledItemDelegate):
    """A badge and the message; below them place and remedy."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, super().sizeHint(option, index).height() + 22)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        message, option.text = option.text, ""
        widget: QWidget = option.widget
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        finding = index.data(ITEM_ROLE)
        if not isinstance(finding, Finding):
            return
        area: QRect = option.rect.adjusted(DOUBLE, HALF, -DOUBLE, -HALF)
        label, tone = badge_of(finding)
        chosen = colors()
        half = area.height() // 2
        first = QRect(area.left(), area.top(), area.width(), half)
        paint_badge(painter, first, label, tone)
        indent = max(badge_width(text) for text in (tr("stops"), tr("wrong"), tr("look"))) + SPACE
        first.setLeft(first.left() + indent)
        second = first.translated(0, half)
        painter.save()
        painter.setFont(font())
        painter.setPen(QColor(chosen.text))
        cut = Qt.TextElideMode.ElideRight
        line = painter.fontMetrics().elidedText(message, cut, first.width())
        painter.drawText(first, Qt.AlignmentFlag.AlignVCenter, line)
        painter.setFont(font(relative=-1))
        painter.setPen(QColor(chosen.muted))
        where = index.data(Qt.ItemDataRole.StatusTipRole)
        text = " · ".join(part for part in (where, finding.fix) if part)
        painter.drawText(
            second, Qt.AlignmentFlag.AlignVCenter, painter.fontMetrics().elidedText(text, cut, second.width())
        )
        painter.restore()
