"""The visual editor: bold is bold. It shows and changes the text of the source editor, block by block."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPixmap,
    QTextCharFormat,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from chce_desktop.domain.markdown.blocks import Block, split
from chce_desktop.domain.markdown.kinds import Kind
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.editor.source_editor import MARKDOWN_MIME, SourceEditor
from chce_desktop.ui.editor.visual import formats, keys, places
from chce_desktop.ui.editor.visual.building import Writer, insert_runs
from chce_desktop.ui.editor.visual.early import Early
from chce_desktop.ui.editor.visual.mirror import Mirror
from chce_desktop.ui.editor.visual.objects import Objects
from chce_desktop.ui.editor.visual.sheet import Sheet

#: How long one slice of opening a long article may take, in seconds.
_SLICE = 0.012
#: How soon after a key the source, and with it the preview, follows, in milliseconds.
_FOLLOW_MS = 15


class VisualEditor(Sheet):
    """A view of `source`'s text while `active`. Edits come into the source by themselves, or at once by `settle`."""

    #: With the `QMimeData` of a paste or drop (valid only during the call) and whether plain text was asked for.
    incoming = Signal(object, bool)
    #: With the Markdown of a protected block and a function that takes what it shall be.
    source_wanted = Signal(str, object)
    #: All of a text shows, with the cursor at its place.
    opened = Signal()
    #: With the `QMenu` that is about to open and the cursor of its place.
    menu_opening = Signal(object, object)
    #: With the cursor that selects a picture.
    picture_wanted = Signal(object)

    def __init__(self, source: SourceEditor, parent: QWidget | None = None) -> None:
        super().__init__(source.points, parent)
        self.setObjectName("visual_editor")
        self.setAccessibleName(tr("Text of the article, as readers see it"))
        self.setPlaceholderText(source.placeholderText())
        self._source = source
        self.active = False
        self._loading: Iterator[None] | None = None
        self._opening_at = 0
        self._early = Early()
        #: How many texts were shown as a whole: cursors of the ones before mean nothing any more.
        self.texts_shown = 0
        self._writing = False
        self._after_loading: Callable[[], None] | None = None
        #: Gives the pixmap of a picture's address; set by whoever knows the library.
        self.picture_of: Callable[[str], QPixmap | None] = lambda _: None
        self._objects = Objects(lambda address: self.picture_of(address), self)
        self.document().documentLayout().registerHandler(formats.OBJECT, self._objects)
        self.mirror = Mirror(self.document())
        self._follow = self._timer(_FOLLOW_MS, self.settle)
        self._build = self._timer(0, self._go_on)
        self.mirror.edited.connect(self._on_edited)
        self.cursorPositionChanged.connect(self._on_cursor_moved)
        source.document().contentsChanged.connect(self._on_source_changed)

    # Following the source

    def open_text(self, place: int, then: Callable[[], None] | None = None) -> None:
        """Show the source's text anew, in slices, with the cursor at a place of it; `then` once it is all there."""
        self.active = True
        self.texts_shown += 1
        self._follow.stop()
        self._opening_at, self._after_loading = place, then
        self.document().setUndoRedoEnabled(False)
        self.setReadOnly(True)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)  # else pinyin would come as letters
        self._loading = self.mirror.load(self._source.toPlainText())
        self._go_on()

    def hold(self) -> None:
        """Another text is about to come into the source: follow it no longer until `open_text`."""
        self.active = False
        self._early.forget()

    def leave(self) -> None:
        """Hand the last edits over and follow no longer."""
        self.settle()
        self._build.stop()
        self._loading = None
        self.active = False

    def settle(self) -> None:
        """Bring the edits that are still on the way into the source."""
        self._follow.stop()
        if not self.active:
            return
        if self._loading is not None:
            self._hand_over()
            return
        replaced = self.mirror.changes()
        if replaced is None:
            return
        self._writing = True
        self._source.replace_range(replaced.start, replaced.old, replaced.new)
        self._writing = False

    @property
    def is_loading(self) -> bool:
        """Whether a part of the text is still to be shown; it cannot be changed meanwhile."""
        return self._loading is not None

    def place(self) -> int:
        """Where in the source the cursor is, in characters."""
        if self._loading is not None:
            return self._opening_at
        return places.in_source(self.mirror, self.textCursor())

    def go_to_place(self, offset: int) -> None:
        """Put the cursor where a place of the source shows."""
        if self._loading is not None:
            self._opening_at = offset
            return
        cursor = places.in_document(self.mirror, self.document(), offset)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def select(self, start: int, end: int) -> None:
        """Select what shows of a part of the source."""
        self.settle()
        cursor = places.in_document(self.mirror, self.document(), start)
        last = places.in_document(self.mirror, self.document(), end)
        cursor.setPosition(last.position(), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def line(self) -> int:
        """The line of the source that the cursor's block begins at, counted from 0."""
        if self._loading is not None:
            return self._source.toPlainText()[: self._opening_at].count("\n")
        return places.line_of(self.mirror, self.textCursor())

    def go_to_line(self, line: int, *, focus: bool = True) -> None:
        """Put the cursor where a line of the source (counted from 0) shows."""
        text = self._source.toPlainText()
        start = 0
        for _ in range(line):
            start = text.find("\n", start) + 1 or len(text)
        self.go_to_place(start)
        self.centerCursor()
        if focus:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    # What the find bar, pasting and the format bar need, as in the source editor

    def insert_plain(self, text: str) -> None:
        """Insert text that stands for itself, with its line ends as paragraphs."""
        cursor = self.textCursor()
        if cursor.currentTable() is not None:
            text = text.replace("\n", " ")
        elif formats.kind_of(cursor.block()) is Kind.CODE:
            text = text.replace("\n", "\u2028")
        else:
            keys.leave_solid(self)
            cursor = self.textCursor()
            text = "\n".join(line for line in text.split("\n") if line.strip()) or text.strip("\n")
        cursor.insertText(text.replace(formats.MARK, ""))
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def insert_block(self, text: str) -> None:
        """Insert Markdown at the cursor as blocks of their own."""
        cursor = self.textCursor()
        self.insert_markdown(cursor, text, block=True)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def insert_markdown(self, cursor: QTextCursor, text: str, *, block: bool) -> None:
        """Insert Markdown at any cursor, which ends behind it."""
        blocks = split(text.strip("\n"))[1]
        if not blocks:
            return
        cursor.beginEditBlock()
        cursor.removeSelectedText()
        within = cursor.currentTable() is not None or formats.kind_of(cursor.block()) in (Kind.CODE, Kind.NOTE)
        if (within or not block) and all(each.kind is Kind.TEXT for each in blocks):
            for number, each in enumerate(blocks):
                if number:
                    cursor.insertText(" ", QTextCharFormat())
                insert_runs(cursor, each.lines[0].runs)
        elif within and cursor.currentTable() is None:
            cursor.insertText(text.replace("\n", "\u2028"), QTextCharFormat())
        else:
            if (table := cursor.currentTable()) is not None:
                cursor.setPosition(table.lastCursorPosition().position() + 1)
            self._insert_blocks(cursor, blocks)
        cursor.endEditBlock()

    def insert_at(self, place: QTextCursor, text: str, *, block: bool) -> None:
        """Insert Markdown at a cursor, which ends behind it."""
        self.insert_markdown(place, text, block=block)

    def show_picture(self, address: str) -> None:
        """A picture that was waited for is there."""
        block = self.document().firstBlock()
        while block.isValid():
            if formats.MARK in block.text() and any(
                look.stringProperty(formats.PICTURE) == address for _, _, look in formats.fragments(block)
            ):
                self.document().markContentsDirty(block.position(), block.length())
            block = block.next()

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._loading is not None and self._early.keep(event):
            event.accept()
            return
        if event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
            super().keyPressEvent(event)
            return
        if not self.isReadOnly() and keys.press(self, event):
            event.accept()
            return
        super().keyPressEvent(event)
        if event.text() in keys.ENDS_A_WORD and event.text():
            self.document().setModified(False)  # ends the undo step: undo goes back word by word

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        if self._loading is not None:
            self._early.keep(event)
            event.accept()
            return
        if (event.preeditString() or event.commitString()) and not self.isReadOnly():
            keys.leave_solid(self)
        super().inputMethodEvent(event)
        if event.commitString():
            self.document().setModified(False)  # what an input method gives at once is one undo step

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        cursor = self.cursorForPosition(event.position().toPoint())
        for step in (0, -1):
            place = QTextCursor(cursor)
            if step and not place.movePosition(QTextCursor.MoveOperation.Left):
                continue
            if self.open_object(place):
                event.accept()
                return
        super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse and not self.textCursor().hasSelection():
            self.setTextCursor(self.cursorForPosition(event.pos()))
        menu = self.createStandardContextMenu()
        menu.setObjectName("visual_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        cursor = self.textCursor()
        self.menu_opening.emit(menu, cursor)
        if formats.MARK in cursor.block().text() and menu.actions():
            first = menu.actions()[0]
            edit = QAction(tr("Edit picture or kept block…"), menu)
            edit.setObjectName("visual_edit_object")
            edit.triggered.connect(self.open_near)
            menu.insertAction(first, edit)
            menu.insertSeparator(first)
        menu.popup(event.globalPos())

    def open_near(self) -> bool:
        """Edit the object at the cursor, selected or on either side of it. Whether there is one."""
        cursor = self.textCursor()
        for position in (cursor.selectionStart(), cursor.position() - 1):
            place = QTextCursor(self.document())
            place.setPosition(max(0, position))
            if place.block() == cursor.block() and self.open_object(place):
                return True
        return False

    def open_object(self, cursor: QTextCursor) -> bool:
        """Edit the object behind a cursor: a protected block's source, a picture's words. Whether there is one."""
        place = QTextCursor(cursor)
        place.setPosition(cursor.position())
        if self.document().characterAt(place.position()) != formats.MARK:
            return False
        place.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor)
        look = place.charFormat()
        if look.stringProperty(formats.PICTURE):
            self.picture_wanted.emit(place)
            return True
        if look.stringProperty(formats.KIND) == Kind.PROTECTED.value:
            self.source_wanted.emit(look.stringProperty(formats.RAW), lambda text: self._replace_solid(place, text))
            return True
        return False

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._source.zoom_by(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def createMimeDataFromSelection(self) -> QMimeData:
        selected = super().createMimeDataFromSelection()
        data = QMimeData()  # Qt's own hides whatever is added to it
        data.setText(selected.text().replace(formats.MARK, ""))
        data.setHtml(selected.html())
        data.setData(MARKDOWN_MIME, places.markdown_of(self.textCursor()).encode())
        return data

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return self._source.canInsertFromMimeData(source) or source.hasFormat(MARKDOWN_MIME)

    def insertFromMimeData(self, source: QMimeData) -> None:
        keys.leave_solid(self)
        if source.hasFormat(MARKDOWN_MIME) and not self._plain_paste:
            cursor = self.textCursor()
            text = bytes(source.data(MARKDOWN_MIME).data()).decode()
            self.insert_markdown(cursor, text, block=False)
            self.setTextCursor(cursor)
            self.ensureCursorVisible()
        else:
            self.incoming.emit(source, self._plain_paste)

    # Inside

    def _go_on(self) -> None:
        """Build the next slice of a long article."""
        end = time.perf_counter() + _SLICE
        while self._loading is not None:
            if next(self._loading, self) is self:
                self._loaded()
                return
            if time.perf_counter() > end:
                self._build.start()
                return

    def _loaded(self) -> None:
        self._loading = None
        self.document().setUndoRedoEnabled(True)
        self.document().setModified(False)
        self.setReadOnly(False)
        self.go_to_place(self._opening_at)
        self.opened.emit()
        self._early.play(self)
        then, self._after_loading = self._after_loading, None
        if then is not None:
            then()

    def _hand_over(self) -> None:
        """What was typed while the text is still being shown goes into the source."""
        if not self._early:
            return
        before = len(self._source.toPlainText())
        self._source.setTextCursor(self._source.cursor_at(self._opening_at))
        self._writing = True
        self._early.play(self._source)
        self._writing = False
        self.open_text(self._opening_at + len(self._source.toPlainText()) - before, self._after_loading)

    def _on_edited(self) -> None:
        if not self._follow.isActive():  # also while somebody types without a pause
            self._follow.start()

    def _on_source_changed(self) -> None:
        """Somebody else changed the source: a paste from elsewhere, a merge, a picture that was brought in."""
        if self._writing or not self.active:
            return
        text = self._source.toPlainText()
        if self._loading is not None:
            self.open_text(self._opening_at, self._after_loading)
            return
        if text == self.mirror.text() and not self.mirror.changed:
            return
        self.mirror.changes()  # what was being written is in the text that was merged, or undone by it
        if not self.mirror.show(text):
            self.open_text(self.place())

    def insert_new(self, cursor: QTextCursor, block: Block) -> None:
        """Insert one block that has no source yet, as a block of its own; the cursor ends in it (behind a table)."""
        if (table := cursor.currentTable()) is not None:
            cursor.setPosition(table.lastCursorPosition().position() + 1)
        self._writer(cursor).block(block, 0)

    def _insert_blocks(self, cursor: QTextCursor, blocks: list[Block]) -> None:
        writer = self._writer(cursor)
        for block, origin in zip(blocks, self.mirror.register(blocks), strict=True):
            writer.block(block, origin)

    @staticmethod
    def _writer(cursor: QTextCursor) -> Writer:
        """Makes room at a cursor for blocks of their own."""
        rest = not cursor.atBlockEnd() and not cursor.atBlockStart()
        solid = formats.kind_of(cursor.block()) in formats.SOLID
        if solid:
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        elif rest or (cursor.atBlockStart() and cursor.block().length() > 1):
            cursor.insertBlock()
            cursor.movePosition(QTextCursor.MoveOperation.PreviousBlock)
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        return Writer(cursor, reuse=cursor.block().length() == 1)

    def _replace_solid(self, place: QTextCursor, text: str) -> None:
        """Put other Markdown in the place of a protected block."""
        cursor = QTextCursor(place)
        cursor.beginEditBlock()
        cursor.removeSelectedText()
        if cursor.block().length() == 1:
            cursor.setBlockFormat(formats.block_format(Kind.TEXT))
        self.insert_markdown(cursor, text, block=True)
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.setFocus()

    def _on_cursor_moved(self) -> None:
        keys.end_of_link(self)

    def _timer(self, milliseconds: int, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(call)
        return timer
