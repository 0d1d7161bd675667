"""How a file of the media library is painted in the grid."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from chce_desktop.domain.media import MediaItem
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE, colors, font
from chce_desktop.ui.media.model import ITEM_ROLE, described

Index = QModelIndex | QPersistentModelIndex

CELL = QSize(168, 176)
#: The longer side of a thumbnail, in logical pixels.
PICTURE = 144

_SIGNS = {"video": "film", "audio": "music", "text": "file-text"}


def sign_of(item: MediaItem) -> str:
    """The icon of a file that is no picture."""
    kind, _, subtype = item.mime.partition("/")
    if "zip" in subtype or "rar" in subtype or "7z" in subtype:
        return "archive"
    return _SIGNS.get(kind, "file-text")


class MediaDelegate(QStyledItemDelegate):
    """A card: the picture (or the kind of file), the name, dimensions and size."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - Qt calls it with all of them
        return CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item: MediaItem | None = index.data(ITEM_ROLE)
        if item is None:
            return
        chosen = colors()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        cell: QRect = option.rect.adjusted(HALF, HALF, -HALF, -HALF)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if selected or over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(chosen.accent_soft if selected else chosen.hover))
            painter.drawRoundedRect(QRectF(cell), 8, 8)
        if selected or focused:
            painter.setPen(QPen(QColor(chosen.accent), 2 if selected else 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(cell).adjusted(1, 1, -1, -1), 8, 8)
        frame = QRect(cell.left() + SPACE, cell.top() + SPACE, cell.width() - 2 * SPACE, 108)
        if item.is_picture:
            self._paint_picture(painter, frame, index.data(Qt.ItemDataRole.DecorationRole))
        else:
            self._paint_sign(painter, frame, sign_of(item), item.original_name.rpartition(".")[2].upper()[:5])
        self._paint_texts(painter, frame, item)
        painter.restore()

    def _paint_picture(self, painter: QPainter, frame: QRect, pixmap: QPixmap | None) -> None:
        if pixmap is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors().hover))
            painter.drawRoundedRect(QRectF(frame), 4, 4)
        elif pixmap.isNull():
            self._paint_sign(painter, frame, "circle-alert", "")
        else:
            size = pixmap.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
            if pixmap.width() < frame.width() and pixmap.height() < frame.height():
                size = pixmap.size()
            target = QRect(QPoint(0, 0), size)
            target.moveCenter(frame.center())
            painter.drawPixmap(target, pixmap)

    def _paint_sign(self, painter: QPainter, frame: QRect, sign: str, suffix: str) -> None:
        chosen = colors()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(chosen.hover))
        painter.drawRoundedRect(QRectF(frame), 4, 4)
        picture = icons.pixmap(sign, 36, icons.MUTED, painter.device().devicePixelRatioF())
        painter.drawPixmap(frame.center().x() - 18, frame.center().y() - (28 if suffix else 18), picture)
        if suffix:
            painter.setFont(font(relative=-1, bold=True))
            painter.setPen(QColor(chosen.muted))
            painter.drawText(frame.adjusted(0, 52, 0, 0), Qt.AlignmentFlag.AlignCenter, suffix)

    def _paint_texts(self, painter: QPainter, frame: QRect, item: MediaItem) -> None:
        chosen = colors()
        painter.setFont(font())
        painter.setPen(QColor(chosen.text))
        line = QRect(frame.left(), frame.bottom() + 6, frame.width(), 20)
        name = painter.fontMetrics().elidedText(item.original_name, Qt.TextElideMode.ElideMiddle, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(font(relative=-1))
        painter.setPen(QColor(chosen.muted))
        second = line.translated(0, 19)
        text = painter.fontMetrics().elidedText(described(item), Qt.TextElideMode.ElideRight, second.width())
        painter.drawText(second, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
