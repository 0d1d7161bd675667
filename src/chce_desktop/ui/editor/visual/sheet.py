"""The paper under the visual editor: its size, margins, marks and modes, as those of the source editor."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QFont,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from chce_desktop.ui import appearance
from chce_desktop.ui.editor.visual import painting
from chce_desktop.ui.editor.visual.looks import Looks
from chce_desktop.ui.media.model import MEDIA_MIME

#: Widest text column, in Han characters: longer lines are tiring to read.
_WIDEST = 46


class Sheet(QTextEdit):
    """A rich text edit in the look of the writing desk. It knows nothing of Markdown."""

    #: With the distance of the text column from the left edge, in pixels.
    column_moved = Signal(int)

    def __init__(self, points: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QTextEdit.Shape.NoFrame)
        self.setProperty("role", "bare")
        self.setTabChangesFocus(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(appearance.HALF)
        self._typewriter = self._focused_paragraph = self._plain_paste = False
        self._side = -1
        self._found: list[QTextEdit.ExtraSelection] = []
        self._points = points
        self._set_points(points)
        self._looks = Looks(self.document())
        self.cursorPositionChanged.connect(self._follow_cursor)

    @property
    def composing(self) -> bool:
        """Whether an input method holds text that is not in the document yet."""
        layout = self.textCursor().block().layout()
        return bool(layout.preeditAreaText())

    @property
    def points(self) -> float:
        """The text size in points."""
        return self._points

    def zoom_to(self, points: float) -> None:
        """Set the text size."""
        if points != self._points:
            self._set_points(points)
            self._looks.restyle()
            self._set_margins(again=True)

    def set_typewriter(self, on: bool) -> None:
        """Keep the line that is written in the middle of the window."""
        self._typewriter = on
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

    def centerCursor(self) -> None:
        """Show the cursor in the middle of the window."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self.cursorRect().center().y() - self.viewport().height() // 2)

    def paste_plain(self) -> None:
        """Paste without any formatting."""
        self._plain_paste = True
        try:
            self.paste()
        finally:
            self._plain_paste = False

    # Qt

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_looks"):
            self._looks.restyle()
            self._show_selections()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_margins()

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
        return data.hasUrls() or data.hasImage() or data.hasFormat(MEDIA_MIME)

    def paintEvent(self, event: QPaintEvent) -> None:
        painting.paint(self, event.rect())
        super().paintEvent(event)

    # Inside

    def _follow_cursor(self) -> None:
        if self._typewriter and not self.textCursor().hasSelection():
            self.centerCursor()
        if self._focused_paragraph:
            self._show_selections()

    def _set_points(self, points: float) -> None:
        self._points = points
        chosen = QFont(self.font())
        chosen.setFamilies(list(appearance.FONTS))
        chosen.setPointSizeF(points)
        self.setFont(chosen)
        self.document().setDefaultFont(chosen)
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance("    "))

    def _set_margins(self, *, again: bool = False) -> None:
        widest = self.fontMetrics().horizontalAdvance("汉") * _WIDEST
        side = max(appearance.DOUBLE, (self.width() - widest) // 2)
        if side != self._side or again:
            self._side = side
            self.setViewportMargins(side, appearance.SPACE, side, 0)
            # Margins that change while a resize is handled leave the lines as they were wrapped before.
            self.setLineWrapMode(QTextEdit.LineWrapMode.NoWrap)
            self.setLineWrapMode(QTextEdit.LineWrapMode.WidgetWidth)
            self.column_moved.emit(side)

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
        self.setExtraSelections(shown)
