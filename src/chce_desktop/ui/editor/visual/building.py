"""Writes blocks of Markdown into a `QTextDocument`."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextTableFormat,
)

from chce_desktop.domain.markdown.blocks import Block, Line
from chce_desktop.domain.markdown.inline import Run
from chce_desktop.domain.markdown.kinds import Kind
from chce_desktop.ui.editor.visual import formats
from chce_desktop.ui.editor.visual.formats import MARK

_ALIGNMENTS = {"center": Qt.AlignmentFlag.AlignHCenter, "right": Qt.AlignmentFlag.AlignRight}


class Writer:
    """Writes at a cursor, which stands at the end of what was written."""

    def __init__(self, cursor: QTextCursor, *, reuse: bool) -> None:
        """`reuse`: the cursor stands in an empty paragraph, which the first block takes."""
        self.cursor = cursor
        self._reuse = reuse

    def block(self, block: Block, origin: int) -> None:
        """Write one block, which `origin` names from now on."""
        if block.kind is Kind.TABLE:
            self.cursor.beginEditBlock()  # else Qt lays the whole table out for each of its cells
            self._table(block, origin)
            self.cursor.endEditBlock()
            return
        if block.kind in formats.SOLID:
            self._paragraph(block, Line(()), origin)
            self.cursor.insertText(MARK, formats.solid_format(block))
            return
        for line in block.lines or (Line(()),):
            self._paragraph(block, line, origin)
            insert_runs(self.cursor, line.runs)

    def _paragraph(self, block: Block, line: Line, origin: int) -> None:
        look = formats.block_format(
            block.kind,
            origin=origin,
            level=block.level,
            depth=line.depth,
            ordered=line.ordered,
            info=block.info,
        )
        plain = QTextCharFormat()
        if self._reuse:
            self.cursor.setBlockFormat(look)
            self.cursor.setBlockCharFormat(plain)
            self._reuse = False
        else:
            self.cursor.insertBlock(look, plain)

    def _table(self, block: Block, origin: int) -> None:
        if self._reuse and not self.cursor.atBlockStart():
            self._reuse = False
        columns = max(1, len(block.aligns))
        made = table_format(columns)
        made.setProperty(formats.ORIGIN, origin)
        made.setProperty(formats.ALIGNS, ",".join(block.aligns))
        table = self.cursor.insertTable(max(1, len(block.rows)), columns, made)
        for row, cells in enumerate(block.rows):
            for column, runs in enumerate(cells):
                cell = table.cellAt(row, column).firstCursorPosition()
                cell.setBlockFormat(cell_format(block.aligns[column]))
                insert_runs(cell, runs)
        self.cursor.setPosition(table.lastCursorPosition().position() + 1)
        self.cursor.setBlockFormat(formats.block_format(Kind.TEXT))
        self._reuse = True


def insert_runs(cursor: QTextCursor, runs: Iterable[Run]) -> None:
    """Write runs at a cursor."""
    for run in runs:
        if formats.is_object(run):
            cursor.insertText(MARK, formats.object_format(run))
        else:
            cursor.insertText(run.text, formats.char_format(run))


def cell_format(align: str) -> QTextBlockFormat:
    """The format of a paragraph in a table's cell."""
    made = QTextBlockFormat()
    made.setAlignment(_ALIGNMENTS.get(align, Qt.AlignmentFlag.AlignLeft))
    return made


def table_format(columns: int) -> QTextTableFormat:
    """The look of a table that is as wide as the text."""
    made = QTextTableFormat()
    made.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    made.setColumnWidthConstraints([QTextLength(QTextLength.Type.PercentageLength, 100 / columns)] * columns)
    made.setCellPadding(6)
    made.setCellSpacing(0)
    made.setBorder(1)
    made.setBorderCollapse(True)
    made.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    made.setBorderBrush(QColor("#9aa1ad"))  # to be seen in light and dark
    made.setTopMargin(4)
    made.setBottomMargin(6)
    made.setHeaderRowCount(1)
    return made
