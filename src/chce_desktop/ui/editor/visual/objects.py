"""Draws what is one character of the document: pictures, notes' numbers, rules, blocks that are kept as they are."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPen,
    QPixmap,
    QPyTextObject,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
)

from chce_desktop.domain.markdown.kinds import Kind
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.appearance import FONTS, HALF, MONOSPACE, SPACE, colors
from chce_desktop.ui.editor.markdown_line import ELSEWHERE
from chce_desktop.ui.editor.visual import formats

#: Lines of a protected block that show; the rest is there all the same.
_MOST_LINES = 8
_PICTURE_WIDTH, _PICTURE_HEIGHT = 560.0, 380.0
_EMPTY = QSizeF(280, 120)


class Objects(QPyTextObject):
    """The handler of `formats.OBJECT`. `picture` gives the pixmap of an address, None while there is none."""

    def __init__(self, picture: Callable[[str], QPixmap | None], parent: QObject) -> None:
        super().__init__(parent)
        self._picture = picture

    def intrinsicSize(self, document: QTextDocument, _position: int, look: QTextFormat) -> QSizeF:
        form = look.toCharFormat()
        width = max(120.0, document.textWidth() - 2 * document.documentMargin())
        kind = form.stringProperty(formats.KIND)
        metrics = QFontMetricsF(self._font(document))
        if kind == Kind.RULE.value:
            return QSizeF(width, metrics.height())
        if kind:
            lines = min(_MOST_LINES, form.stringProperty(formats.RAW).count("\n") + 1)
            mono = QFontMetricsF(self._mono(document))
            return QSizeF(width, mono.lineSpacing() * lines + metrics.height() * 0.9 + 3 * SPACE)
        if form.stringProperty(formats.PICTURE):
            shown = self._shown(form, width)
            caption = metrics.height() + HALF if form.stringProperty(formats.TITLE) else 0
            alone = document.findBlock(_position).length() == 2
            return QSizeF(width if alone else shown.width(), shown.height() + caption + (HALF if alone else 0))
        return QSizeF(metrics.horizontalAdvance(form.stringProperty(formats.TEXT)) + 2, metrics.ascent())

    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, document: QTextDocument, _position: int, look: QTextFormat
    ) -> None:
        form, rect = look.toCharFormat(), QRectF(rect)
        painter.save()
        kind = form.stringProperty(formats.KIND)
        if kind == Kind.RULE.value:
            painter.setPen(QPen(QColor(colors().strong_line), 2))
            painter.drawLine(QPointF(rect.left(), rect.center().y()), QPointF(rect.right(), rect.center().y()))
        elif kind:
            self._draw_protected(painter, rect, document, form)
        elif form.stringProperty(formats.PICTURE):
            self._draw_picture(painter, rect, document, form)
        else:
            self._draw_sign(painter, rect, document, form)
        painter.restore()

    # Inside

    def _draw_protected(self, painter: QPainter, rect: QRectF, document: QTextDocument, look: QTextCharFormat) -> None:
        tints = colors()
        box = rect.adjusted(0.5, 2.5, -0.5, -2.5)
        painter.setPen(QColor(tints.line))
        painter.setBrush(QColor(tints.window))
        painter.drawRoundedRect(box, HALF, HALF)
        inside = box.adjusted(SPACE, HALF, -SPACE, -HALF)
        small = QFont(self._font(document))
        small.setPointSizeF(small.pointSizeF() * 0.8)
        painter.setFont(small)
        painter.setPen(QColor(tints.muted))
        painter.drawText(
            inside, Qt.AlignmentFlag.AlignLeft, tr("Kept as it is. Enter or double click to edit its source.")
        )
        inside.setTop(inside.top() + QFontMetricsF(small).height() + HALF)
        mono = self._mono(document)
        painter.setFont(mono)
        painter.setPen(QColor(tints.text))
        metrics = QFontMetricsF(mono)
        lines = look.stringProperty(formats.RAW).split("\n")
        for number, line in enumerate(lines[:_MOST_LINES]):
            shown = "…" if number == _MOST_LINES - 1 and len(lines) > _MOST_LINES else line
            place = QPointF(inside.left(), inside.top() + metrics.ascent() + number * metrics.lineSpacing())
            painter.drawText(place, metrics.elidedText(shown, Qt.TextElideMode.ElideRight, inside.width()))

    def _draw_picture(self, painter: QPainter, rect: QRectF, document: QTextDocument, look: QTextCharFormat) -> None:
        tints = colors()
        size = self._shown(look, rect.width())
        place = look.stringProperty(formats.PLACE)
        left = {"left": rect.left(), "right": rect.right() - size.width()}.get(
            place, rect.center().x() - size.width() / 2
        )
        box = QRectF(QPointF(left, rect.top()), size)
        pixmap = self._picture(look.stringProperty(formats.PICTURE))
        painter.setFont(self._font(document))
        if pixmap is not None and not pixmap.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(box, pixmap, QRectF(pixmap.rect()))
        else:
            address = look.stringProperty(formats.PICTURE)
            foreign = address.lower().startswith(ELSEWHERE)
            painter.setPen(QColor(tints.warning if foreign else tints.strong_line))
            painter.setBrush(QColor(tints.window))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), HALF, HALF)
            inside = box.adjusted(SPACE, SPACE, -SPACE, -SPACE)
            name = look.stringProperty(formats.TEXT) or address.rsplit("/", 1)[-1]
            metrics = QFontMetricsF(painter.font())
            lines = [metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, inside.width())]
            if foreign:
                lines.append(tr("Not in the media library"))
            painter.setPen(QColor(tints.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(inside, flags, "\n".join(lines))
        caption = look.stringProperty(formats.TITLE)
        if caption:
            painter.setPen(QColor(tints.muted))
            under = QRectF(rect.left(), box.bottom() + HALF, rect.width(), rect.bottom() - box.bottom())
            painter.drawText(under, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, caption)

    def _draw_sign(self, painter: QPainter, rect: QRectF, document: QTextDocument, look: QTextCharFormat) -> None:
        note = look.stringProperty(formats.RAW).startswith("[^")
        shape = QFont(self._font(document))
        if note:
            shape.setPointSizeF(shape.pointSizeF() * 0.72)
        painter.setFont(shape)
        painter.setPen(QColor(colors().accent if note else colors().text))
        flags = Qt.AlignmentFlag.AlignLeft | (Qt.AlignmentFlag.AlignTop if note else Qt.AlignmentFlag.AlignBottom)
        painter.drawText(rect.adjusted(0, -2, 8, 8), flags, look.stringProperty(formats.TEXT))

    def _shown(self, look: QTextCharFormat, width: float) -> QSizeF:
        pixmap = self._picture(look.stringProperty(formats.PICTURE))
        size = _EMPTY if pixmap is None or pixmap.isNull() else QSizeF(pixmap.deviceIndependentSize())
        room = QSizeF(min(width, _PICTURE_WIDTH), _PICTURE_HEIGHT)
        if size.width() > room.width() or size.height() > room.height():
            size = size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        return size

    @staticmethod
    def _font(document: QTextDocument) -> QFont:
        return document.defaultFont()

    @staticmethod
    def _mono(document: QTextDocument) -> QFont:
        made = QFont(document.defaultFont())
        made.setFamilies([*MONOSPACE, *FONTS])
        made.setPointSizeF(made.pointSizeF() * 0.85)
        return made
