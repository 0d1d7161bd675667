"""Moving in the tables of the visual editor, and changing their shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor, QTextTable

from chce_desktop.domain.markdown.blocks import Block
from chce_desktop.domain.markdown.inline import Run
from chce_desktop.domain.markdown.kinds import Kind
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.editor.visual import formats
from chce_desktop.ui.editor.visual.building import table_format

if TYPE_CHECKING:
    from chce_desktop.ui.editor.visual.editor import VisualEditor


def enter(editor: VisualEditor) -> None:
    """Into the cell below; out of the table behind its last row."""
    table, row, column = _here(editor.textCursor())
    if row + 1 < table.rows():
        _go(editor, table, row + 1, column)
        return
    cursor = editor.textCursor()
    cursor.setPosition(table.lastCursorPosition().position() + 1)
    editor.setTextCursor(cursor)
    editor.ensureCursorVisible()


def tab(editor: VisualEditor, *, backward: bool) -> None:
    """Into the next cell, with a new row behind the last; or into the one before. What stands there is selected."""
    table, row, column = _here(editor.textCursor())
    number = row * table.columns() + column + (-1 if backward else 1)
    if number < 0:
        return
    if number >= table.rows() * table.columns():
        table.appendRows(1)
    _go(editor, table, number // table.columns(), number % table.columns(), select=True)


def add_row(editor: VisualEditor) -> None:
    """A row below the cursor's."""
    if editor.textCursor().currentTable() is not None:
        table, row, column = _here(editor.textCursor())
        table.insertRows(row + 1, 1)
        _go(editor, table, row + 1, column)


def add_column(editor: VisualEditor) -> None:
    """A column to the right of the cursor's."""
    if editor.textCursor().currentTable() is not None:
        table, row, column = _here(editor.textCursor())
        aligns = _aligns(table)
        aligns.insert(column + 1, "")
        _reshape(editor, table, aligns, lambda: table.insertColumns(column + 1, 1))
        _go(editor, table, row, column + 1)


def remove_row(editor: VisualEditor) -> None:
    """Without the cursor's row; the head stays as long as the table does."""
    if editor.textCursor().currentTable() is not None:
        table, row, _ = _here(editor.textCursor())
        table.removeRows(row, 1)


def remove_column(editor: VisualEditor) -> None:
    """Without the cursor's column."""
    if editor.textCursor().currentTable() is not None:
        table, _, column = _here(editor.textCursor())
        aligns = _aligns(table)
        aligns.pop(column)
        if not aligns:
            table.removeColumns(column, 1)
            return
        _reshape(editor, table, aligns, lambda: table.removeColumns(column, 1))


def insert(editor: VisualEditor, rows: int, columns: int) -> None:
    """A new table with its first cell selected. `rows` counts the head."""
    heads = tuple((Run(tr("Column {n}", n=number)),) for number in range(1, columns + 1))
    body = tuple(((),) * columns for _ in range(max(1, rows - 1)))
    block = Block(Kind.TABLE, "", rows=(heads, *body), aligns=("",) * columns)
    cursor = editor.textCursor()
    cursor.beginEditBlock()
    editor.insert_new(cursor, block)
    cursor.endEditBlock()
    place = QTextCursor(cursor)
    place.setPosition(max(0, cursor.position() - 1))
    table = place.currentTable()
    if table is not None:
        _go(editor, table, 0, 0, select=True)
    editor.setFocus()


def _here(cursor: QTextCursor) -> tuple[QTextTable, int, int]:
    table = cursor.currentTable()
    cell = table.cellAt(cursor)
    return table, cell.row(), cell.column()


def _aligns(table: QTextTable) -> list[str]:
    found = table.format().stringProperty(formats.ALIGNS).split(",")
    return (found + [""] * table.columns())[: table.columns()]


def _reshape(editor: VisualEditor, table: QTextTable, aligns: list[str], change: Callable[[], object]) -> None:
    cursor = editor.textCursor()
    cursor.beginEditBlock()
    change()
    look = table_format(len(aligns))
    look.setProperty(formats.ORIGIN, table.format().intProperty(formats.ORIGIN))
    look.setProperty(formats.ALIGNS, ",".join(aligns))
    table.setFormat(look)
    cursor.endEditBlock()


def _go(editor: VisualEditor, table: QTextTable, row: int, column: int, *, select: bool = False) -> None:
    cell = table.cellAt(row, column)
    cursor = cell.lastCursorPosition()
    if select:
        cursor = cell.firstCursorPosition()
        cursor.setPosition(cell.lastCursorPosition().position(), QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)
    editor.ensureCursorVisible()
