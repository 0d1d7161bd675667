"""Small coloured labels that say a state: painted in lists, and as a widget."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from chce_desktop.ui.appearance import colors, font

#: The tone of a state, as a field of `appearance.Colors` with a `…_soft` beside it; or `muted`.
SUCCESS, WARNING, ERROR, ACCENT, MUTED = "success", "warning", "error", "accent", "muted"

#: The tone of an item's badge; its text is the display text.
TONE_ROLE = Qt.ItemDataRole.UserRole + 16

_PADDING, _HEIGHT = 8, 20


def badge_width(text: str) -> int:
    """How wide a badge with this text is, in logical pixels."""
    return QFontMetrics(font(relative=-1)).horizontalAdvance(text) + 2 * _PADDING


def paint_badge(painter: QPainter, rect: QRect, text: str, tone: str) -> None:
    """Paint a badge at the left of `rect`, in the middle of its height; the text is cut where it does not fit."""
    chosen = colors()
    ground = QColor(chosen.hover if tone == MUTED else getattr(chosen, f"{tone}_soft"))
    width = min(badge_width(text), rect.width())
    area = QRect(rect.left(), rect.center().y() - _HEIGHT // 2 + 1, width, _HEIGHT)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge = QColor(getattr(chosen, tone))
    edge.setAlphaF(0.25)  # so that a badge is seen on a selected row of its own colour, too
    painter.setPen(edge)
    painter.setBrush(ground)
    painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), _HEIGHT / 2, _HEIGHT / 2)
    painter.setFont(font(relative=-1))
    painter.setPen(QColor(getattr(chosen, tone)))
    inner = area.adjusted(_PADDING, 0, -_PADDING + 1, 0)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
    painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, shown)
    painter.restore()


class BadgeDelegate(QStyledItemDelegate):
    """Shows an item's text as a badge in the tone that `TONE_ROLE` gives."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.initStyleOption(option, index)
        text, option.text = option.text, ""
        widget: QWidget | None = option.widget
        if widget is not None:
            widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        if text:
            rect: QRect = option.rect
            paint_badge(painter, rect.adjusted(6, 0, -6, 0), text, index.data(TONE_ROLE) or MUTED)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        return QSize(badge_width(text) + 12, max(_HEIGHT + 8, super().sizeHint(option, index).height()))


class Badge(QWidget):
    """A badge in a form."""

    def __init__(self, text: str, tone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._text, self._tone = "", MUTED
        self.set_state(text, tone)

    def set_state(self, text: str, tone: str) -> None:
        """Say something else."""
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def sizeHint(self) -> QSize:
        return QSize(badge_width(self._text), _HEIGHT + 2)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt calls it with all of them
        painter = QPainter(self)
        paint_badge(painter, self.rect(), self._text, self._tone)
        painter.end()
