"""The head of the writing desk: the title, large and wrapping, and the lesser titles a click away."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, font, set_role

#: Lines of a title that show at once: no title fills the room of the text.
_MOST_LINES = 4


class TitleField(QPlainTextEdit):
    """One line of text that wraps where it is long, as high as it needs to be; a very long one scrolls."""

    #: Enter, Tab or Down was pressed: on to the text.
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("title_field")
        self.setAccessibleName(tr("Title"))
        self.setPlaceholderText(tr("Title"))
        self.tab_leaves = True  # else Tab goes to the next field, as everywhere
        self.setTabChangesFocus(True)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("role", "bare")
        self.setFont(font(18, bold=True))
        self.document().setDocumentMargin(0)
        self.document().setDefaultFont(self.font())
        self.textChanged.connect(self._fit)
        self._fit()

    def text(self) -> str:
        """The title."""
        return self.toPlainText().replace("\n", " ")

    def set_text(self, text: str) -> None:
        """Show a title, keeping the cursor where it can stay."""
        if text != self.text():
            position = self.textCursor().position()
            self.setPlainText(text)
            cursor = self.textCursor()
            cursor.setPosition(min(position, len(self.toPlainText())))
            self.setTextCursor(cursor)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's signature
        if next and self.tab_leaves:
            self.left.emit()
            return True
        return super().focusNextPrevChild(next)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = self.textCursor().blockNumber() == self.blockCount() - 1
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or (event.key() == Qt.Key.Key_Down and last):
            if event.key() == Qt.Key.Key_Down:
                before = self.textCursor().position()
                super().keyPressEvent(event)
                if self.textCursor().position() != before:
                    return
            self.left.emit()
            return
        super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        self.textCursor().insertText(" ".join(source.text().split()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        lines = 0
        block = self.document().begin()
        while block.isValid():
            self.blockBoundingRect(block)  # lays the block out
            lines += max(1, block.layout().lineCount())
            block = block.next()
        cut = lines > _MOST_LINES
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if cut else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if policy != self.verticalScrollBarPolicy():
            self.setVerticalScrollBarPolicy(policy)
        height = min(lines, _MOST_LINES) * self.fontMetrics().lineSpacing() + 2 * SPACE
        if height != self.height():
            self.setFixedHeight(height)


class Header(QWidget):
    """Title, prefix, subtitle and short title."""

    #: One of the fields was edited.
    edited = Signal()
    #: Enter or Tab in the title: on to the text.
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("article_header")
        self._quiet = False
        self.title = TitleField(self)
        self.more = QToolButton(self)
        self.more.setObjectName("more_titles")
        self.more.setAccessibleName(tr("More titles"))
        self.more.setToolTip(tr("Prefix, subtitle and short title"))
        self.more.setIcon(icons.icon("chevron-down", icons.MUTED))
        self.more.setIconSize(QSize(18, 18))
        self.more.setCheckable(True)
        self._fields = QWidget(self)
        self._fields.setObjectName("more_titles_fields")
        grid = QGridLayout(self._fields)
        grid.setContentsMargins(0, 0, 0, HALF)
        grid.setSpacing(SPACE)
        self.prefix = self._field(grid, 0, "prefix_field", tr("Prefix"), tr("such as [Notice], before the title"))
        self.subtitle = self._field(grid, 1, "subtitle_field", tr("Subtitle"), tr("below the title"))
        self.short_title = self._field(grid, 2, "short_title_field", tr("Short title"), tr("for lists"))
        grid.setColumnStretch(1, 1)
        self._fields.hide()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(DOUBLE, SPACE, DOUBLE, 0)
        outer.setSpacing(HALF)
        row = QGridLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setHorizontalSpacing(SPACE)
        row.addWidget(self.title, 0, 0)
        row.addWidget(self.more, 0, 1, Qt.AlignmentFlag.AlignTop)
        outer.addLayout(row)
        outer.addWidget(self._fields)
        self.more.toggled.connect(self._on_more)
        self.title.textChanged.connect(self._on_edited)
        self.title.left.connect(self.left)

    def align(self, side: int) -> None:
        """Stand over a text column that begins `side` pixels from the edge."""
        margins = self.contentsMargins()
        if margins.left() != max(0, side - DOUBLE):
            self.setContentsMargins(max(0, side - DOUBLE), 0, max(0, side - DOUBLE), 0)

    def values(self) -> dict[str, str]:
        """The titles as they stand."""
        return {
            "title": self.title.text(),
            "short_title": self.short_title.text(),
            "prefix": self.prefix.text(),
            "subtitle": self.subtitle.text(),
        }

    def show_values(self, values: dict[str, str], *, fresh: bool = False) -> None:
        """Show titles. `edited` is not emitted.

        `fresh`: another article's, of which nothing can be undone; the lesser ones show when there are any.
        """
        self._quiet = True
        self.title.set_text(values["title"])
        for field, name in ((self.prefix, "prefix"), (self.subtitle, "subtitle"), (self.short_title, "short_title")):
            if fresh or field.text() != values[name]:
                field.setText(values[name])
        if fresh:
            self.title.document().clearUndoRedoStacks()
            self.more.setChecked(any(values[name] for name in ("prefix", "subtitle")))
        self._quiet = False

    def _field(self, grid: QGridLayout, row: int, name: str, text: str, hint: str) -> QLineEdit:
        label = QLabel(text, self._fields)
        set_role(label, "hint")
        field = QLineEdit(self._fields)
        field.setObjectName(name)
        field.setAccessibleName(text)
        field.setPlaceholderText(hint)
        label.setBuddy(field)
        grid.addWidget(label, row, 0)
        grid.addWidget(field, row, 1)
        field.textChanged.connect(self._on_edited)
        return field

    def _on_more(self, shown: bool) -> None:
        self._fields.setVisible(shown)
        self.title.tab_leaves = not shown
        self.more.setIcon(icons.icon("chevron-up" if shown else "chevron-down", icons.MUTED))

    def _on_edited(self) -> None:
        if not self._quiet:
            self.edited.emit()
