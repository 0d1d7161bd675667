"""What is painted beside and behind the text: marks of lists, bars of quotations, boxes of code, numbers of notes."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QTextBlock
from PySide6.QtWidgets import QTextEdit

from chce_desktop.domain.markdown.kinds import Kind
from chce_desktop.ui.appearance import HALF, SPACE, colors
from chce_desktop.ui.editor.visual import formats
from chce_desktop.ui.editor.visual.formats import kind_of

_BULLETS = "•◦▪"


def paint(editor: QTextEdit, where: QRect) -> None:
    """Paint below the text of the paragraphs in `where`, a part of the viewport."""
    painter = QPainter(editor.viewport())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    layout = editor.document().documentLayout()
    up, aside = editor.verticalScrollBar().value(), editor.horizontalScrollBar().value()
    block = editor.cursorForPosition(QPoint(0, where.top())).block()
    if block.previous().isValid():
        block = block.previous()
    while block.isValid():
        rect = layout.blockBoundingRect(block).translated(-aside, -up)
        if rect.top() - HALF > where.bottom():
            break
        painter_of = _PAINTERS.get(kind_of(block))
        if painter_of is not None:
            painter_of(painter, block, rect, editor)
        block = block.next()
    painter.end()


def _first_line(block: QTextBlock, rect: QRectF) -> QRectF:
    line = block.layout().lineAt(0)
    return line.naturalTextRect().translated(rect.topLeft()) if line.isValid() else rect


def _list(painter: QPainter, block: QTextBlock, rect: QRectF, editor: QTextEdit) -> None:
    look = block.blockFormat()
    depth = look.intProperty(formats.DEPTH)
    mark = f"{number_of(block)}." if look.boolProperty(formats.ORDERED) else _BULLETS[min(depth, 2)]
    shape = editor.document().defaultFont()
    painter.setFont(shape)
    painter.setPen(QColor(colors().muted))
    width = QFontMetricsF(shape).horizontalAdvance(mark)
    line = _first_line(block, rect)
    box = QRectF(line.left() - width - SPACE, line.top(), width + HALF, line.height())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, mark)


def number_of(block: QTextBlock) -> int:
    """The number of an item of a numbered list."""
    depth, number = block.blockFormat().intProperty(formats.DEPTH), 1
    before = block.previous()
    while before.isValid() and kind_of(before) is Kind.LIST:
        look = before.blockFormat()
        other = look.intProperty(formats.DEPTH)
        if other < depth or (other == depth and not look.boolProperty(formats.ORDERED)):
            break
        number += other == depth
        before = before.previous()
    return number


def _quote(painter: QPainter, block: QTextBlock, rect: QRectF, _: QTextEdit) -> None:
    bottom = rect.bottom() + (SPACE + 6 if kind_of(block.next()) is Kind.QUOTE and block.next().isValid() else 0)
    left = _first_line(block, rect).left() - 16
    painter.fillRect(QRectF(left, rect.top(), 3, bottom - rect.top()), QColor(colors().strong_line))


def _code(painter: QPainter, block: QTextBlock, rect: QRectF, editor: QTextEdit) -> None:
    line = _first_line(block, rect)
    box = QRectF(line.left() - 12, rect.top() - HALF, editor.viewport().width(), rect.height() + SPACE)
    box.setRight(editor.viewport().width() - editor.document().documentMargin())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors().window))
    painter.drawRoundedRect(box, HALF, HALF)


def _note(painter: QPainter, block: QTextBlock, rect: QRectF, editor: QTextEdit) -> None:
    shape = editor.document().defaultFont()
    painter.setFont(shape)
    painter.setPen(QColor(colors().accent))
    line = _first_line(block, rect)
    label = block.blockFormat().stringProperty(formats.INFO)
    width = QFontMetricsF(shape).horizontalAdvance(f"[{label}]")
    painter.drawText(QPointF(line.left() - width - HALF, line.top() + QFontMetricsF(shape).ascent()), f"[{label}]")


_PAINTERS = {Kind.LIST: _list, Kind.QUOTE: _quote, Kind.CODE: _code, Kind.NOTE: _note}
