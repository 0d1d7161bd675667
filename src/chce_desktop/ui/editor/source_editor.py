"""The source editor: a plain text edit that knows lists, quotes and tables, and otherwise keeps out of the way."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui import appearance
from chce_desktop.ui.editor import line_editing, table_walk
from chce_desktop.ui.editor.formatting import change_lines
from chce_desktop.ui.editor.highlighter import MarkdownHighlighter
from chce_desktop.ui.editor.markdown_line import PLAIN
from chce_desktop.ui.media.model import MEDIA_MIME

#: A piece of a text as Markdown, on the clipboard of our own editors.
MARKDOWN_MIME = "application/x-chce-markdown"
_LEAST_POINTS, _MOST_POINTS = 8.0, 40.0
_POINTS = 12.0
#: Widest text column, in Han characters: longer lines are tiring to read.
_WIDEST = 46
_ENDS_A_WORD = frozenset(" ,.;:!?，。；：！？、\t")


class SourceEditor(QPlainTextEdit):
    """Edits Markdown. What is pasted or dropped is handed out as `incoming`; text arrives through the document."""

    #: With the `QMimeData` of a paste or drop (valid only during the call) and whether plain text was asked for.
    incoming = Signal(object, bool)
    #: The text size changed, in points.
    zoomed = Signal(float)
    #: With the distance of the text column from the left edge, in pixels.
    column_moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("source_editor")
        self.setAccessibleName(tr("Text of the article"))
        self.setPlaceholderText(tr("Write here. Paste from Word, WeChat or a web page; drop pictures anywhere."))
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setProperty("role", "bare")
        self.setTabChangesFocus(False)
        self.setUndoRedoEnabled(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        #: How many texts were shown as a whole: cursors of the ones before mean nothing any more.
        self.texts_shown = 0
        self._points = _POINTS
        self._typewriter = False
        self._focused_paragraph = False
        self._plain_paste = False
        self._found: list[QTextEdit.ExtraSelection] = []
        #: Where the quiet band behind the line of the cursor is; null without one.
        self._band = QTextCursor()
        self._set_points(_POINTS)
        self.highlighter = MarkdownHighlighter(self.document())
        self.cursorPositionChanged.connect(self._on_cursor_moved)
        self.selectionChanged.connect(self._on_cursor_moved)

    # Looks

    @property
    def points(self) -> float:
        """The text size in points."""
        return self._points

    def zoom_to(self, points: float) -> None:
        """Set the text size, within sensible limits."""
        points = max(_LEAST_POINTS, min(_MOST_POINTS, points))
        if points != self._points:
            self._set_points(points)
            self.highlighter.restyle()
            self.zoomed.emit(points)

    def zoom_by(self, step: int) -> None:
        """Make the text larger or smaller; 0 for its usual size."""
        self.zoom_to(_POINTS if step == 0 else self._points + step)

    def set_typewriter(self, on: bool) -> None:
        """Keep the line that is written in the middle of the window."""
        self._typewriter = on
        self.setCenterOnScroll(on)
        if on:
            self.centerCursor()

    def set_focus_mode(self, on: bool) -> None:
        """Dim every paragraph but the one that is written."""
        self._focused_paragraph = on
        self._show_selections()

    def show_found(self, found: list[QTextEdit.ExtraSelection]) -> None:
        """Mark what the find bar has found."""
        self._found = found
        self._show_selections()

    @property
    def composing(self) -> bool:
        """Whether an input method holds text that is not in the document yet."""
        return bool(self.textCursor().block().layout().preeditAreaText())

    # Text

    def toPlainText(self) -> str:
        """The text as it is: Qt's own answer has blanks for no-break spaces."""
        return self.document().toRawText().replace("\u2029", "\n")

    def setPlainText(self, text: str) -> None:
        """Show another text."""
        self.texts_shown += 1
        super().setPlainText(text)

    def replace_text(self, text: str) -> None:
        """Make the document `text` with as small a change as possible: the cursor stays, undo takes it back."""
        old = self.toPlainText()
        if old != text:
            self.replace_range(0, len(old), text)

    def replace_range(self, start: int, length: int, text: str) -> None:
        """Put `text` in the place of `length` characters from `start` on, as one undo step with as small a change."""
        old = self.toPlainText()
        head = 0
        part = old[start : start + length]
        shorter = min(length, len(text))
        while head < shorter and part[head] == text[head]:
            head += 1
        tail = 0
        while tail < shorter - head and part[-1 - tail] == text[-1 - tail]:
            tail += 1
        begin = _units(old[: start + head])
        cursor = QTextCursor(self.document())
        cursor.setPosition(begin)
        cursor.setPosition(begin + _units(part[head : length - tail]), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text[head : len(text) - tail])

    def cursor_at(self, place: int) -> QTextCursor:
        """A cursor at a place of the text, in characters."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(_units(self.toPlainText()[:place]))
        return cursor

    def insert_plain(self, text: str) -> None:
        """Insert text at the cursor."""
        cursor = self.textCursor()
        cursor.insertText(text)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def insert_at(self, place: QTextCursor, text: str, *, block: bool) -> None:
        """Insert Markdown at a cursor, which ends behind it; `block`: with blank lines around it."""
        if block:
            self.insert_block_at(place, text)
        else:
            place.insertText(text)

    def insert_block(self, text: str) -> None:
        """Insert at the cursor as a block of its own, with blank lines around it where they are missing."""
        cursor = self.textCursor()
        self.insert_block_at(cursor, text)
        self.setTextCursor(cursor)

    def insert_block_at(self, cursor: QTextCursor, text: str) -> None:
        """The same at any cursor, which ends behind the text."""
        cursor.beginEditBlock()
        cursor.removeSelectedText()
        block = cursor.block()
        before, after = block.text()[: cursor.positionInBlock()], block.text()[cursor.positionInBlock() :]
        if before.strip():
            text = f"\n\n{text}"
        elif block.previous().isValid() and block.previous().text().strip():
            text = f"\n{text}"
        if after.strip():
            text = f"{text}\n\n"
        elif block.next().isValid() and block.next().text().strip():
            text = f"{text}\n"
        cursor.insertText(text)
        cursor.endEditBlock()

    def go_to_line(self, line: int, *, focus: bool = True) -> None:
        """Put the cursor at the start of a line (counted from 0) and show it."""
        block = self.document().findBlockByNumber(max(0, min(line, self.blockCount() - 1)))
        self.setTextCursor(QTextCursor(block))
        self.centerCursor()
        if focus:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def top_line(self) -> int:
        """The number of the first line that shows."""
        return self.firstVisibleBlock().blockNumber()

    def paste_plain(self) -> None:
        """Paste without any formatting."""
        self._plain_paste = True
        try:
            self.paste()
        finally:
            self._plain_paste = False

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
            super().keyPressEvent(event)
            return
        key, modifiers = event.key(), event.modifiers()
        plain = modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        handled = False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            handled = self._enter()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and modifiers == Qt.KeyboardModifier.ShiftModifier:
            handled = self._break_line()
        elif key == Qt.Key.Key_Backspace and plain:
            handled = self._join()
        elif key == Qt.Key.Key_Tab and plain:
            handled = self._tab(backward=False)
        elif key == Qt.Key.Key_Backtab:
            handled = self._tab(backward=True)
        if handled:
            event.accept()
            return
        super().keyPressEvent(event)
        if event.text() in _ENDS_A_WORD and event.text():
            self.document().setModified(False)  # ends the undo step: undo goes back word by word

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "highlighter"):
            self.highlighter.restyle()
            self._show_selections()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_margins()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def createMimeDataFromSelection(self) -> QMimeData:
        text = self.textCursor().selectedText().replace("\u2029", "\n")
        data = QMimeData()  # Qt's own hides whatever is added to it
        data.setText(text)
        data.setData(MARKDOWN_MIME, text.encode())
        return data

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        known = source.hasText() or source.hasHtml() or source.hasImage() or source.hasUrls()
        return known or source.hasFormat(MEDIA_MIME)

    def insertFromMimeData(self, source: QMimeData) -> None:
        self.incoming.emit(source, self._plain_paste)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._takes(event.mimeData()):
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)
        if self._takes(event.mimeData()):
            event.acceptProposedAction()

    @staticmethod
    def _takes(data: QMimeData) -> bool:
        """Whether it is a file, a picture or something of the media library (text Qt takes by itself)."""
        return data.hasUrls() or data.hasImage() or data.hasFormat(MEDIA_MIME)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_selections()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_selections()

    # Inside

    def _enter(self) -> bool:
        cursor = self.textCursor()
        if cursor.hasSelection():
            return False
        if table_walk.enter(self):
            return True
        line = cursor.block().text()
        start = line_editing.continuation(line, line[: cursor.positionInBlock()])
        if start == "" and (not line.strip() or self._in_code(cursor)):
            return False
        cursor.beginEditBlock()
        if start is None:  # the list or quotation ends here
            cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock)
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText("\n" if cursor.block().previous().text().strip() else "")
        elif start == "":  # Enter is a new paragraph, which Markdown wants a blank line for
            follows = cursor.atBlockEnd() and bool(cursor.block().next().text().strip())
            cursor.insertText("\n\n\n" if follows else "\n\n")
            if follows:
                cursor.movePosition(QTextCursor.MoveOperation.Left)
        else:
            cursor.insertText(f"\n{start}")
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()
        return True

    def _break_line(self) -> bool:
        """A new line within the paragraph, which Markdown wants two blanks for."""
        if table_walk.enter(self):
            return True
        cursor = self.textCursor()
        prose = line_editing.kind(cursor.block().text()) and not self._in_code(cursor)
        cursor.insertText("  \n" if prose else "\n")
        self.setTextCursor(cursor)
        self.ensureCursorVisible()
        return True

    def _join(self) -> bool:
        """Take back in one step what Enter made between two paragraphs."""
        cursor = self.textCursor()
        block, gap = cursor.block(), cursor.block().previous()
        if cursor.hasSelection() or not cursor.atBlockStart() or not gap.isValid() or gap.text():
            return False
        above = gap.previous().text()
        if not above.strip() or self._in_code(cursor):
            return False
        if block.text() and not (line_editing.is_prose(above) and line_editing.is_prose(block.text())):
            return False
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, 2)
        cursor.removeSelectedText()
        self.setTextCursor(cursor)
        return True

    @staticmethod
    def _in_code(cursor: QTextCursor) -> bool:
        """Whether the line is within a fenced block (the highlighter has said so)."""
        return cursor.block().userState() not in (-1, PLAIN) or cursor.block().previous().userState() not in (-1, PLAIN)

    def _tab(self, *, backward: bool) -> bool:
        if table_walk.tab(self, backward=backward):
            return True
        cursor = self.textCursor()
        change = line_editing.outdent if backward else line_editing.indent
        if cursor.hasSelection() or line_editing.is_item(cursor.block().text()) or backward:
            change_lines(self, lambda lines: [change(line) for line in lines])
            return True
        return False

    def _set_points(self, points: float) -> None:
        self._points = points
        chosen = QFont(self.font())
        chosen.setFamilies(list(appearance.FONTS))
        chosen.setPointSizeF(points)
        self.setFont(chosen)
        self.document().setDefaultFont(chosen)
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance("    "))
        self._set_margins()

    def _set_margins(self) -> None:
        widest = self.fontMetrics().horizontalAdvance("汉") * _WIDEST
        side = max(appearance.DOUBLE, (self.width() - widest) // 2)
        if self.viewportMargins().left() != side:
            self.setViewportMargins(side, appearance.SPACE, side, 0)
            # Margins that change while a resize is handled leave the lines as they were wrapped before.
            self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
            self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
            self.column_moved.emit(side)

    def _on_cursor_moved(self) -> None:
        if self._typewriter and not self.textCursor().hasSelection():
            self.centerCursor()
        # A key moves the band by itself; setting all marks anew would paint all lines anew.
        if self._focused_paragraph or self._has_band() != self._wants_band() or self._band.position() != self._place():
            self._show_selections()

    def _place(self) -> int:
        return self.textCursor().position()

    def _wants_band(self) -> bool:
        return self.hasFocus() and not self.textCursor().hasSelection()

    def _has_band(self) -> bool:
        return not self._band.isNull()

    def _show_selections(self) -> None:
        shown = list(self._found)
        if self._focused_paragraph:
            block = self.textCursor().block()
            dim = QTextCharFormat()
            dim.setForeground(QColor(appearance.colors().disabled))
            end = self.document().characterCount() - 1
            for start, stop in ((0, block.position()), (min(end, block.position() + block.length()), end)):
                if stop > start:
                    selection = QTextEdit.ExtraSelection()
                    selection.format = dim
                    selection.cursor = QTextCursor(self.document())
                    selection.cursor.setPosition(start)
                    selection.cursor.setPosition(stop, QTextCursor.MoveMode.KeepAnchor)
                    shown.insert(0, selection)
        self._band = QTextCursor()
        if self._wants_band():
            # Qt paints the band of the cursor's line: a paint event in Python would wait for every other thread.
            band = QTextEdit.ExtraSelection()
            band.format = QTextCharFormat()
            band.format.setBackground(QColor(appearance.colors().window))
            band.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            band.cursor = self._band = self.textCursor()
            shown.insert(0, band)
        self.setExtraSelections(shown)


def _units(text: str) -> int:
    """Qt counts UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
