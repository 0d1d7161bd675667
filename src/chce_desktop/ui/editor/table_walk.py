"""Tab, Enter and the table commands inside of a Markdown table."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QTextBlock, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from chce_desktop.ui.editor import table_editing
from chce_desktop.ui.editor.table_editing import Position


def tab(editor: QPlainTextEdit, *, backward: bool) -> bool:
    """Go to the next cell (or the one before) with its text selected; a new row after the last. False outside."""
    found = _table(editor)
    if found is None:
        return False
    first, lines, at = found
    target = table_editing.following(lines, at, backward=backward)
    if target is None and backward:
        return True
    if target is None:
        columns = max(len(table_editing.cells(line)) for line in lines)
        lines = [*lines, table_editing.empty_row(columns)]
        target = Position(len(lines) - 1, 0)
    _write(editor, first, lines, target)
    return True


def enter(editor: QPlainTextEdit) -> bool:
    """Go to the cell below, a new row after the last one; an empty last row ends the table. False outside."""
    found = _table(editor)
    if found is None:
        return False
    first, lines, at = found
    if editor.textCursor().positionInBlock() == 0:
        return False
    if at.row == len(lines) - 1 and len(lines) > 2 and not any(table_editing.cells(lines[at.row])):
        _write(editor, first, lines[:-1], None)
        return True
    columns = max(len(table_editing.cells(line)) for line in lines)
    if len(lines) == 1:
        lines = [*lines, f"|{' --- |' * columns}"]
    row = at.row + 1
    while row < len(lines) and table_editing.is_delimiter(lines[row]):
        row += 1
    if row == len(lines):
        lines = [*lines, table_editing.empty_row(columns)]
    _write(editor, first, lines, Position(row, min(at.column, columns - 1)))
    return True


def change(editor: QPlainTextEdit, how: Callable[[list[list[str]], Position], Position]) -> bool:
    """Apply `how` to the cells of the table at the cursor; it returns where the cursor goes. False outside."""
    found = _table(editor)
    if found is None:
        return False
    first, lines, at = found
    grid = [table_editing.cells(line) for line in lines]
    columns = max(len(row) for row in grid)
    for row in grid:
        row.extend([""] * (columns - len(row)))
    target = how(grid, at)
    _write(editor, first, [f"| {' | '.join(row)} |" for row in grid], target)
    return True


def add_row(grid: list[list[str]], at: Position) -> Position:
    """A row below (for `change`)."""
    row = at.row + 1 if at.row else 2
    grid.insert(min(row, len(grid)), [""] * len(grid[0]))
    return Position(min(row, len(grid) - 1), at.column)


def add_column(grid: list[list[str]], at: Position) -> Position:
    """A column to the right (for `change`)."""
    for index, row in enumerate(grid):
        row.insert(at.column + 1, "---" if index == 1 else "")
    return Position(at.row, at.column + 1)


def remove_row(grid: list[list[str]], at: Position) -> Position:
    """Take the row away; head and dashes stay (for `change`)."""
    if at.row > 1:
        del grid[at.row]
    return Position(min(at.row, len(grid) - 1), at.column)


def remove_column(grid: list[list[str]], at: Position) -> Position:
    """Take the column away unless it is the only one (for `change`)."""
    if len(grid[0]) > 1:
        for row in grid:
            del row[at.column]
    return Position(at.row, min(at.column, len(grid[0]) - 1))


def _table(editor: QPlainTextEdit) -> tuple[QTextBlock, list[str], Position] | None:
    block = editor.textCursor().block()
    if not table_editing.is_row(block.text()):
        return None
    first = block
    while first.previous().isValid() and table_editing.is_row(first.previous().text()):
        first = first.previous()
    lines = []
    current = first
    while current.isValid() and table_editing.is_row(current.text()):
        lines.append(current.text())
        current = current.next()
    row = block.blockNumber() - first.blockNumber()
    return first, lines, table_editing.locate(lines, row, editor.textCursor().positionInBlock())


def _write(editor: QPlainTextEdit, first: QTextBlock, lines: list[str], target: Position | None) -> None:
    """Write the table aligned, as one undo step, and select the text of the target cell, or go below the table."""
    number = first.blockNumber()
    last = first
    while last.next().isValid() and table_editing.is_row(last.next().text()):
        last = last.next()
    lines = table_editing.aligned(lines)
    cursor = editor.textCursor()
    cursor.beginEditBlock()
    cursor.setPosition(first.position())
    cursor.setPosition(last.position() + last.length() - 1, QTextCursor.MoveMode.KeepAnchor)
    wanted = "\n".join(lines)
    if cursor.selectedText().replace("\u2029", "\n") != wanted:
        cursor.insertText(wanted)
    document = editor.document()
    if target is None:
        cursor.setPosition(document.findBlockByNumber(number + len(lines) - 1).position())
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        cursor.insertText("\n\n")
    else:
        block = document.findBlockByNumber(number + target.row)
        start, end = table_editing.span(block.text(), target.column)
        cursor.setPosition(block.position() + start)
        cursor.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
    cursor.endEditBlock()
    editor.setTextCursor(cursor)
    editor.ensureCursorVisible()
