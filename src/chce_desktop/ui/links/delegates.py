"""How rows of the link manager are painted."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from chce_desktop.domain.link import Link
from chce_desktop.ui.appearance import DOUBLE, SPACE, colors, font
from chce_desktop.ui.links.group_model import COUNT_ROLE
from chce_desktop.ui.links.models import ITEM_ROLE
from chce_desktop.ui.media.thumbnails import Thumbnails

Index = QModelIndex | QPersistentModelIndex

ROW_HEIGHT = 40
_LOGO = QSize(44, 26)


class NameDelegate(QStyledItemDelegate):
    """The name with the logo at its left; without one, the first character on a soft ground."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
        option.decorationSize = _LOGO

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        widget: QWidget = option.widget
        style = widget.style()
        link: Link = index.data(ITEM_ROLE)
        area = style.subElementRect(QStyle.SubElement.SE_ItemViewItemDecoration, option, widget)
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        pixmap = self._thumbnails.pixmap(link.logo) if link.logo else None
        if pixmap is not None and not pixmap.isNull():
            _paint_fitting(painter, area, pixmap)
        else:
            _paint_initial(painter, area, link.name)


def _paint_fitting(painter: QPainter, area: QRect, pixmap: QPixmap) -> None:
    size = pixmap.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
    target = QRect(area.topLeft(), size)
    target.moveCenter(area.center())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(target, pixmap)
    painter.restore()


def _paint_initial(painter: QPainter, area: QRect, name: str) -> None:
    chosen = colors()
    side = min(area.height(), area.width())
    square = QRectF(area.center().x() - side / 2, area.center().y() - side / 2 + 0.5, side, side)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(chosen.accent_soft))
    painter.drawRoundedRect(square, 6, 6)
    painter.setPen(QColor(chosen.accent))
    painter.setFont(font(relative=1, bold=True))
    painter.drawText(square, Qt.AlignmentFlag.AlignCenter, name[:1])
    painter.restore()


class GroupDelegate(QStyledItemDelegate):
    """A group's name, and how many links it has at the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        name, option.text = option.text, ""
        widget: QWidget = option.widget
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        area: QRect = option.rect.adjusted(DOUBLE, 0, -DOUBLE, 0)
        chosen = colors()
        count = str(index.data(COUNT_ROLE))
        painter.save()
        painter.setFont(option.font)
        width = painter.fontMetrics().horizontalAdvance(count)
        painter.setPen(QColor(chosen.muted))
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        painter.setPen(QColor(chosen.text))
        left = area.adjusted(0, 0, -width - SPACE, 0)
        shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, left.width())
        painter.drawText(left, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, super().sizeHint(option, index).height() + 4)
