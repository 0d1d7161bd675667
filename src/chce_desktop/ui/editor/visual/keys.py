"""What the keys of the visual editor do beyond what Qt does.

Enter, Backspace and Tab know lists, quotations, tables, code and the blocks that are kept as they are.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QTextBlock, QTextCharFormat, QTextCursor, QTextTable

from chce_desktop.domain.markdown.inline import BREAK, Run
from chce_desktop.domain.markdown.kinds import Kind
from chce_desktop.ui.editor.visual import formats, tables
from chce_desktop.ui.editor.visual.formats import kind_of

if TYPE_CHECKING:
    from chce_desktop.ui.editor.visual.editor import VisualEditor

#: What a space behind these, at the start of a paragraph, makes of it: as in Word, and for hands that know Markdown.
_MARKS = {
    **{"#" * level: partial(formats.block_format, Kind.HEADING, level=level) for level in range(1, 7)},
    **dict.fromkeys("-*", partial(formats.block_format, Kind.LIST)),
    "1.": partial(formats.block_format, Kind.LIST, ordered=True),
    ">": partial(formats.block_format, Kind.QUOTE),
}
ENDS_A_WORD = frozenset(" ,.;:!?，。；：！？、\t")
_DEEPEST = 5


def press(editor: VisualEditor, event: QKeyEvent) -> bool:
    """Act on a key; whether it was one of ours."""
    key, modifiers = event.key(), event.modifiers()
    plain = modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and modifiers == Qt.KeyboardModifier.AltModifier:
        return editor.open_near()
    if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return (
            _enter(editor, soft=modifiers == Qt.KeyboardModifier.ShiftModifier)
            if plain or (modifiers == Qt.KeyboardModifier.ShiftModifier)
            else False
        )
    if key == Qt.Key.Key_Backspace and plain:
        return _backspace(editor)
    if key == Qt.Key.Key_Delete and plain:
        return _delete(editor)
    if key == Qt.Key.Key_Tab and plain:
        return _tab(editor, backward=False)
    if key == Qt.Key.Key_Backtab:
        return _tab(editor, backward=True)
    if event.text() == " " and plain and _take_mark(editor):
        return True
    if event.text() and event.text().isprintable() and plain | (modifiers == Qt.KeyboardModifier.ShiftModifier):
        leave_solid(editor)
    return False


def solid(block: QTextBlock) -> bool:
    """Whether a paragraph is one object, in which nothing can be written."""
    return kind_of(block) in formats.SOLID and formats.MARK in block.text()


def leave_solid(editor: VisualEditor) -> None:
    """Before something is written: go from a protected block into a new paragraph behind (or before) it."""
    cursor = editor.textCursor()
    if cursor.hasSelection() or not solid(cursor.block()):
        return
    before = cursor.atBlockStart()
    cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock if before else QTextCursor.MoveOperation.EndOfBlock)
    cursor.insertBlock()
    if before:
        cursor.movePosition(QTextCursor.MoveOperation.PreviousBlock)
    cursor.setBlockFormat(formats.block_format(Kind.TEXT))
    cursor.setBlockCharFormat(QTextCharFormat())
    cursor.setCharFormat(QTextCharFormat())
    editor.setTextCursor(cursor)


def end_of_link(editor: VisualEditor) -> None:
    """What is written behind a link, code or an object is plain text again; within, it belongs to it."""
    cursor = editor.textCursor()
    look = cursor.charFormat()
    if cursor.hasSelection() or not (
        look.objectType() == formats.OBJECT or look.hasProperty(formats.LINK) or look.hasProperty(formats.CODE)
    ):
        return
    following = QTextCursor(cursor)
    if not cursor.atBlockEnd():
        following.movePosition(QTextCursor.MoveOperation.Right)
        after = following.charFormat()
        same = all(after.property(each) == look.property(each) for each in (formats.LINK, formats.CODE))
        if same and look.objectType() != formats.OBJECT and not cursor.atBlockStart():
            return
    bold, italic = look.boolProperty(formats.BOLD), look.boolProperty(formats.ITALIC)
    cursor.setCharFormat(formats.char_format(Run("", bold=bold, italic=italic)))
    editor.blockSignals(True)
    editor.setTextCursor(cursor)
    editor.blockSignals(False)


def make_text(cursor: QTextCursor) -> None:
    """The paragraph is plain text from now on."""
    cursor.setBlockFormat(formats.block_format(Kind.TEXT, origin=cursor.blockFormat().intProperty(formats.ORIGIN)))


def change_depth(cursor: QTextCursor, step: int) -> None:
    """Move an item of a list a level in or out; out of the first level it becomes text."""
    look = cursor.blockFormat()
    depth = look.intProperty(formats.DEPTH) + step
    if depth < 0:
        make_text(cursor)
        return
    above = cursor.block().previous()
    most = above.blockFormat().intProperty(formats.DEPTH) + 1 if kind_of(above) is Kind.LIST and above.isValid() else 0
    cursor.setBlockFormat(
        formats.block_format(
            Kind.LIST,
            origin=look.intProperty(formats.ORIGIN),
            depth=min(depth, most, _DEEPEST),
            ordered=look.boolProperty(formats.ORDERED),
        )
    )


def _enter(editor: VisualEditor, *, soft: bool) -> bool:
    cursor = editor.textCursor()
    block, kind = cursor.block(), kind_of(cursor.block())
    if cursor.currentTable() is not None:
        tables.enter(editor)
        return True
    if not cursor.hasSelection() and solid(block):
        if not editor.open_object(QTextCursor(block)):
            leave_solid(editor)
        return True
    cursor.beginEditBlock()
    cursor.removeSelectedText()
    block, kind = cursor.block(), kind_of(cursor.block())
    empty = block.length() == 1
    if kind is Kind.CODE:
        _enter_code(cursor)
    elif soft and kind in (Kind.TEXT, Kind.QUOTE):
        cursor.insertText(BREAK)
    elif empty and kind is Kind.LIST:
        change_depth(cursor, -1)
    elif empty and kind in (Kind.QUOTE, Kind.HEADING, Kind.NOTE):
        make_text(cursor)
    else:
        ends = cursor.atBlockEnd()
        starts = cursor.atBlockStart()
        cursor.insertBlock()
        if kind in (Kind.HEADING, Kind.NOTE) and ends:
            cursor.setBlockFormat(formats.block_format(Kind.TEXT))
        elif kind is Kind.HEADING and starts:
            above = QTextCursor(cursor.block().previous())
            above.setBlockFormat(formats.block_format(Kind.TEXT))
        if ends:
            cursor.setCharFormat(QTextCharFormat())
    cursor.endEditBlock()
    editor.setTextCursor(cursor)
    editor.ensureCursorVisible()
    return True


def _take_mark(editor: VisualEditor) -> bool:
    """A space behind a mark: the paragraph becomes what the mark says. Undo gives back what was typed."""
    cursor = editor.textCursor()
    block = cursor.block()
    look = _MARKS.get(block.text()[: cursor.positionInBlock()])
    if look is None or cursor.hasSelection() or kind_of(block) is not Kind.TEXT or cursor.currentTable() is not None:
        return False
    cursor.insertText(" ")
    editor.document().setModified(False)  # ends the undo step
    cursor.beginEditBlock()
    cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock, QTextCursor.MoveMode.KeepAnchor)
    cursor.removeSelectedText()
    cursor.setBlockFormat(look(origin=block.blockFormat().intProperty(formats.ORIGIN)))
    cursor.endEditBlock()
    editor.document().setModified(False)
    return True


def _enter_code(cursor: QTextCursor) -> None:
    """A new line of code; at an empty last line the code ends."""
    text = cursor.block().text()
    if cursor.atBlockEnd() and (text.endswith(BREAK) or not text):
        if text:
            cursor.deletePreviousChar()
        cursor.insertBlock(formats.block_format(Kind.TEXT), QTextCharFormat())
    else:
        line = text[: cursor.positionInBlock()].rsplit(BREAK, 1)[-1]
        cursor.insertText(BREAK + line[: len(line) - len(line.lstrip(" \t"))])


def _backspace(editor: VisualEditor) -> bool:
    cursor = editor.textCursor()
    if cursor.hasSelection() or not cursor.atBlockStart():
        return False
    block, kind = cursor.block(), kind_of(cursor.block())
    above = block.previous()
    if cursor.currentTable() is not None:
        return block.position() == cursor.currentTable().cellAt(cursor).firstCursorPosition().position()
    if kind is Kind.LIST:
        change_depth(cursor, -1)
    elif kind in (Kind.HEADING, Kind.QUOTE, Kind.NOTE, Kind.CODE):
        make_text(cursor)
    elif above.isValid() and solid(above):
        if block.length() == 1 and block.next().isValid():
            cursor.beginEditBlock()
            cursor.deletePreviousChar()
            cursor.setBlockFormat(above.blockFormat())
            cursor.endEditBlock()
        else:
            _select(editor, above)
            return True
    else:
        return False
    editor.setTextCursor(cursor)
    return True


def _delete(editor: VisualEditor) -> bool:
    cursor = editor.textCursor()
    if cursor.hasSelection() or not cursor.atBlockEnd():
        return False
    block, below = cursor.block(), cursor.block().next()
    table: QTextTable | None = cursor.currentTable()
    if table is not None:
        return cursor.position() == table.cellAt(cursor).lastCursorPosition().position()
    if not below.isValid() or not (solid(below) or solid(block)):
        return False
    if block.length() == 1:
        look = below.blockFormat()
        cursor.beginEditBlock()
        cursor.deleteChar()
        cursor.setBlockFormat(look)
        cursor.endEditBlock()
        editor.setTextCursor(cursor)
    elif solid(below):
        _select(editor, below)
    return True


def _select(editor: VisualEditor, block: QTextBlock) -> None:
    """Show what the next Backspace would take away."""
    cursor = QTextCursor(block)
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)


def _tab(editor: VisualEditor, *, backward: bool) -> bool:
    cursor = editor.textCursor()
    if cursor.currentTable() is not None:
        tables.tab(editor, backward=backward)
        return True
    if kind_of(cursor.block()) is Kind.LIST:
        cursor.beginEditBlock()
        change_depth(cursor, -1 if backward else 1)
        cursor.endEditBlock()
        return True
    if kind_of(cursor.block()) is Kind.CODE and not backward:
        cursor.insertText("    ")
        return True
    return backward
