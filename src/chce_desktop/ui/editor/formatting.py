"""What the format buttons do to the text: each is one undo step and leaves the selection where one expects it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from chce_desktop.ui.editor import line_editing


def change_lines(
    editor: QPlainTextEdit, change: Callable[[Sequence[str]], Sequence[str]], *, apart: bool = False
) -> None:
    """Replace the lines that the selection touches; they stay selected, a bare cursor stays at its text.

    With `apart` blank lines keep them from running into lines of another kind above and below.
    """
    cursor = editor.textCursor()
    start, end = sorted((cursor.position(), cursor.anchor()))
    document = editor.document()
    first = document.findBlock(start)
    last = document.findBlock(end)
    if last.blockNumber() > first.blockNumber() and end == last.position():
        last = last.previous()  # the selection ends before the first character of the next line
    from_end = last.position() + last.length() - 1 - cursor.position()
    before = [
        document.findBlockByNumber(number).text() for number in range(first.blockNumber(), last.blockNumber() + 1)
    ]
    after = list(change(before))
    if after == before:
        return
    selected = cursor.hasSelection()
    above, below = first.previous().text(), last.next().text()
    split_above = apart and _differ(above, after[0])
    split_below = apart and _differ(after[-1], below)
    begin = first.position() + split_above
    cursor.beginEditBlock()
    cursor.setPosition(first.position())
    cursor.setPosition(last.position() + last.length() - 1, QTextCursor.MoveMode.KeepAnchor)
    cursor.insertText("\n" * split_above + "\n".join(after) + "\n" * split_below)
    cursor.endEditBlock()
    finish = cursor.position() - split_below
    if selected:
        cursor.setPosition(begin)
        cursor.setPosition(finish, QTextCursor.MoveMode.KeepAnchor)
    else:
        line_start = document.findBlock(finish).position()
        cursor.setPosition(max(line_start, finish - max(0, from_end)))
    editor.setTextCursor(cursor)


def toggle_wrap(editor: QPlainTextEdit, mark: str) -> None:
    """Put `mark` around the selection (or the cursor), or take it away where it stands already."""
    cursor = editor.textCursor()
    document = editor.document()
    start, end = sorted((cursor.position(), cursor.anchor()))
    text = cursor.selectedText()
    if "\u2029" in text:  # emphasis does not reach across paragraphs
        change_lines(editor, lambda lines: [f"{mark}{line}{mark}" if line.strip() else line for line in lines])
        return
    width = len(mark)
    if not text and _closes(cursor.block().text(), cursor.positionInBlock(), mark):
        cursor.setPosition(end + width)  # behind the emphasis that was just written, as in a word processor
        editor.setTextCursor(cursor)
        return
    cursor.beginEditBlock()
    if _at(document.characterAt, start - width, mark) and _at(document.characterAt, end, mark):
        _replace(cursor, end, end + width, "")
        _replace(cursor, start - width, start, "")
        start, end = start - width, end - width
    elif len(text) > 2 * width and text.startswith(mark) and text.endswith(mark):
        _replace(cursor, end - width, end, "")
        _replace(cursor, start, start + width, "")
        end -= 2 * width
    else:
        lead, trail = len(text) - len(text.lstrip()), len(text) - len(text.rstrip())
        start, end = (start, end) if not text.strip() else (start + lead, end - trail)
        _replace(cursor, end, end, mark)
        _replace(cursor, start, start, mark)
        start, end = start + width, end + width
    cursor.endEditBlock()
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)


def set_heading(editor: QPlainTextEdit, level: int) -> None:
    """Make the lines headings of `level`, or plain text (0, or the level that they have)."""
    change_lines(editor, lambda lines: [line_editing.with_heading(line, level) for line in lines])


def insert_link(editor: QPlainTextEdit, text: str, address: str) -> None:
    """Put a link in the place of the selection."""
    editor.textCursor().insertText(f"[{text or address}]({address})")


def insert_footnote(editor: QPlainTextEdit) -> None:
    """Put a reference at the cursor and its note at the end, and go there to write it."""
    text = editor.toPlainText()
    number = 1
    while f"[^{number}]" in text:
        number += 1
    cursor = editor.textCursor()
    cursor.clearSelection()
    cursor.beginEditBlock()
    cursor.insertText(f"[^{number}]")
    cursor.movePosition(QTextCursor.MoveOperation.End)
    lines = editor.toPlainText().rstrip("\n").rsplit("\n", 1)
    follows = lines[-1].startswith("[^") and "]:" in lines[-1]
    missing = 1 if follows else 2
    existing = len(editor.toPlainText()) - len(editor.toPlainText().rstrip("\n"))
    cursor.insertText("\n" * max(0, missing - existing) + f"[^{number}]: ")
    cursor.endEditBlock()
    editor.setTextCursor(cursor)
    editor.ensureCursorVisible()


def _replace(cursor: QTextCursor, start: int, end: int, text: str) -> None:
    cursor.setPosition(start)
    cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    cursor.insertText(text)


def _differ(above: str, below: str) -> bool:
    kinds = {line_editing.kind(above), line_editing.kind(below)}
    return len(kinds) == 2 and "" not in kinds


def _closes(line: str, position: int, mark: str) -> bool:
    """Whether a `mark` at `position` of the line ends an emphasis that began before."""
    sign = re.escape(mark[0])
    alone = re.compile(rf"(?<!{sign}){re.escape(mark)}(?!{sign})")
    marks = [found.start() for found in alone.finditer(line)]
    if position not in marks:
        return False
    return marks.index(position) % 2 == 1


def _at(character: Callable[[int], str], position: int, mark: str) -> bool:
    """Whether `mark` stands at `position`, and not as part of a longer run of its character."""
    if position < 0 or any(character(position + index) != each for index, each in enumerate(mark)):
        return False
    if len(mark) > 1:
        return True
    return character(position - 1) != mark and character(position + 1) != mark
