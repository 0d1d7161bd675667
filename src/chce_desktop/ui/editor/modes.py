"""The two ways to write, one above the other: the source, and the visual editor that shows and changes it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap, QTextCursor
from PySide6.QtWidgets import QStackedWidget, QWidget

from chce_desktop.domain.markdown.kinds import Kind
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.editor.markdown_line import scan
from chce_desktop.ui.editor.source_editor import SourceEditor
from chce_desktop.ui.editor.visual import commands, formats
from chce_desktop.ui.editor.visual.asking import ask_picture, ask_source
from chce_desktop.ui.editor.visual.editor import VisualEditor
from chce_desktop.ui.media.thumbnails import Thumbnails

_PICTURE_PIXELS = 1120


class Modes(QStackedWidget):
    """Shows one of the two. The source always holds the text; `settle` brings the last keys of the other into it."""

    #: The other editor is shown; with whether it is the visual one.
    switched = Signal(bool)

    def __init__(self, desk: Desk, source: SourceEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("writing_modes")
        self._desk = desk
        self.source = source
        self.visual = VisualEditor(source, self)
        self._thumbnails: Thumbnails | None = None
        self.visual.picture_of = self._picture
        self.visual.source_wanted.connect(lambda text, done: ask_source(self, text, done))
        self.visual.picture_wanted.connect(lambda cursor: ask_picture(self.visual, cursor))
        source.zoomed.connect(self.visual.zoom_to)
        self.visual_calls: dict[str, Callable[[], object]] = commands.calls(self.visual)
        self.addWidget(source)
        self.addWidget(self.visual)
        self._visual = False

    @property
    def is_visual(self) -> bool:
        """Whether the visual editor shows."""
        return self._visual

    @property
    def current(self) -> SourceEditor | VisualEditor:
        """The editor that shows."""
        return self.visual if self._visual else self.source

    def set_visual(self, on: bool) -> None:
        """Show the other editor, at the same place of the text."""
        if on == self._visual:
            return
        self.visual.settle()
        place = self.place()
        focused = self.current.hasFocus()
        if not on:
            self.visual.leave()
        self._visual = on
        self.setCurrentWidget(self.current)
        self.setFocusProxy(self.current)
        if on:
            self.visual.open_text(place)
        else:
            self.source.setTextCursor(self.source.cursor_at(place))
            self.source.centerCursor()
        if focused:
            self.current.setFocus(Qt.FocusReason.OtherFocusReason)
        self.switched.emit(on)

    def hold(self) -> None:
        """Another text is about to come into the source: follow it no longer until `show_at`."""
        self.visual.hold()

    def show_at(self, units: int, top: int) -> None:
        """Show the source's text with the cursor where it was (in UTF-16 units) and `top` as the first line."""
        cursor = self.source.textCursor()
        cursor.setPosition(min(units, self.source.document().characterCount() - 1))
        self.source.setTextCursor(cursor)
        self.source.verticalScrollBar().setValue(top)
        if self._visual:
            self.visual.open_text(self.place_of_source())

    def select(self, cursor: QTextCursor) -> None:
        """Select what a cursor of the source selects, in the editor that shows, and go there."""
        self.source.setTextCursor(cursor)
        if self._visual:
            units = self.source.toPlainText().encode("utf-16-le", "surrogatepass")
            ends = (cursor.selectionStart(), cursor.selectionEnd())
            start, end = (len(units[: 2 * place].decode("utf-16-le", "ignore")) for place in ends)
            self.visual.select(start, end)
        self.current.setFocus()

    def settle(self) -> None:
        """Bring the last keys of the visual editor into the source."""
        self.visual.settle()

    def bring_source(self) -> None:
        """Before something acts on the source: let it hold the text and the cursor of now."""
        if self._visual:
            self.visual.settle()
            self.source.setTextCursor(self.source.cursor_at(self.visual.place()))

    def place(self) -> int:
        """Where the cursor is in the text, in characters."""
        return self.visual.place() if self._visual else self.place_of_source()

    def place_of_source(self) -> int:
        """The same of the source's own cursor."""
        cursor = self.source.textCursor()
        units = self.source.toPlainText().encode("utf-16-le", "surrogatepass")[: 2 * cursor.position()]
        return len(units.decode("utf-16-le", "ignore"))

    def line(self) -> int:
        """The line of the text that the cursor is in."""
        return self.visual.line() if self._visual else self.source.textCursor().blockNumber()

    def heading(self) -> int:
        """The level of the heading that the cursor is in, 0 for none."""
        block = self.current.textCursor().block()
        if not self._visual:
            return scan(block.text()).heading
        level = block.blockFormat().intProperty(formats.LEVEL)
        return level if formats.kind_of(block) is Kind.HEADING else 0

    def styles(self) -> set[str]:
        """Which of the format buttons' looks the cursor's place has, as the visual editor knows."""
        return commands.styles(self.visual) if self._visual else set()

    def units_and_top(self) -> tuple[int, int]:
        """What `show_at` needs to come back to."""
        if not self._visual:
            return self.source.textCursor().position(), self.source.verticalScrollBar().value()
        text = self.source.toPlainText()[: self.visual.place()]
        return len(text.encode("utf-16-le", "surrogatepass")) // 2, max(0, self.visual.line() - 4)

    def _picture(self, address: str) -> QPixmap | None:
        if not address.startswith("media/"):
            return None
        if self._thumbnails is None:
            self._thumbnails = Thumbnails(self._desk, _PICTURE_PIXELS, self)
            self._thumbnails.ready.connect(self.visual.show_picture)
        return self._thumbnails.pixmap(address)
