"""Find and replace in the text, with or without regular expressions."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTextEdit,
    QToolButton,
    QWidget,
)

from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE, colors, restyle, set_role
from chce_desktop.ui.editor.finding import Found, Unfit, find
from chce_desktop.ui.editor.source_editor import SourceEditor
from chce_desktop.ui.editor.visual.editor import VisualEditor

#: Marks shown at once; the count is exact all the same.
_MOST_MARKS = 500


class FindBar(QFrame):
    """A bar under the text. `open_find` and `open_replace` show it, Escape hides it."""

    def __init__(self, editor: SourceEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("find_bar")
        self.setAccessibleName(tr("Find and replace"))
        set_role(self, "pane")
        self._editor: SourceEditor | VisualEditor = editor
        self._matches: list[Found] = []
        self.query = self._field("find_query", tr("Find"))
        self.replacement = self._field("find_replacement", tr("Replace with"))
        self._case = self._toggle("find_case", "case-sensitive", tr("Match upper and lower case"))
        self._words = self._toggle("find_words", "whole-word", tr("Whole words only"))
        self._regular = self._toggle("find_regular", "regex", tr("Regular expression"))
        self._count = QLabel(self)
        self._count.setObjectName("find_count")
        set_role(self._count, "hint")
        previous = self._tool("find_previous", "chevron-up", tr("Previous match"), self.find_previous)
        following = self._tool("find_next", "chevron-down", tr("Next match"), self.find_next)
        close = self._tool("find_close", "x", tr("Close"), self.close_bar)
        self._replace_one = self._button("replace_one", tr("Replace"), self.replace_one)
        self._replace_all = self._button("replace_all", tr("Replace all"), self.replace_all)
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACE + HALF, SPACE, SPACE, SPACE)
        grid.setSpacing(SPACE)
        grid.addWidget(self.query, 0, 0)
        tools = QHBoxLayout()
        tools.setSpacing(HALF)
        for each in (self._case, self._words, self._regular, previous, following):
            tools.addWidget(each)
        tools.addWidget(self._count)
        tools.addStretch(1)
        tools.addWidget(close)
        grid.addLayout(tools, 0, 1)
        grid.addWidget(self.replacement, 1, 0)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        buttons.addWidget(self._replace_one)
        buttons.addWidget(self._replace_all)
        buttons.addStretch(1)
        grid.addLayout(buttons, 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(80)
        self._later.timeout.connect(self._search)
        self.query.textChanged.connect(self._search)
        self.query.returnPressed.connect(self.find_next)
        self.replacement.returnPressed.connect(self.replace_one)
        for toggle in (self._case, self._words, self._regular):
            toggle.toggled.connect(self._search)
        editor.textChanged.connect(self._on_text_changed)
        self.hide()

    def set_editor(self, editor: SourceEditor | VisualEditor) -> None:
        """Search in this one from now on."""
        self._editor.show_found([])
        self._editor.textChanged.disconnect(self._on_text_changed)
        self._editor = editor
        editor.textChanged.connect(self._on_text_changed)
        self._search()

    def open_find(self) -> None:
        """Show the find line, filled with the selection."""
        self._open(replace=False)

    def open_replace(self) -> None:
        """Show find and replace."""
        self._open(replace=True)

    def close_bar(self) -> None:
        """Hide the bar and its marks; back to the text."""
        self.hide()
        self._matches = []
        self._editor.show_found([])
        self._editor.setFocus()

    def find_next(self) -> None:
        """Select the next match, from the start again after the last."""
        self._go(backward=False)

    def find_previous(self) -> None:
        """Select the match before, from the end again before the first."""
        self._go(backward=True)

    def replace_one(self) -> None:
        """Replace the selected match, or select the next one."""
        cursor = self._editor.textCursor()
        selected = (cursor.selectionStart(), cursor.selectionEnd())
        match = next((each for each in self._found() if (each.start, each.end) == selected), None)
        if match is not None:
            replacement = self._expanded(match)
            if replacement is None:
                return
            cursor.insertText(replacement)
            self._editor.setTextCursor(cursor)
            self._search()
        self.find_next()

    def replace_all(self) -> int:
        """Replace every match as one undo step; how many."""
        found = self._found()
        replacements = [self._expanded(match) for match in found]
        if not found or None in replacements:
            return 0
        cursor = QTextCursor(self._editor.document())
        cursor.beginEditBlock()
        for match, replacement in zip(reversed(found), reversed(replacements), strict=True):
            cursor.setPosition(match.start)
            cursor.setPosition(match.end, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(replacement or "")
        cursor.endEditBlock()
        self._search()
        self._count.setText(trn("{n} replaced", "{n} replaced", len(found)))
        return len(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ):
            self.find_previous()
        else:
            super().keyPressEvent(event)

    # Inside

    def _open(self, *, replace: bool) -> None:
        for widget in (self.replacement, self._replace_one, self._replace_all):
            widget.setVisible(replace)
        self.show()
        selected = self._editor.textCursor().selectedText()
        if selected and "\u2029" not in selected and len(selected) < 100:
            self.query.setText(selected)
        self.query.setFocus()
        self.query.selectAll()
        self._search()

    def _found(self) -> list[Found]:
        """What fits now; none, and why, where what is typed is no expression."""
        wanted = self.query.text()
        try:
            return (
                find(
                    self._editor.toPlainText(),
                    wanted,
                    regular=self._regular.isChecked(),
                    words=self._words.isChecked(),
                    case=self._case.isChecked(),
                )
                if wanted
                else []
            )
        except Unfit as problem:
            self._invalid(str(problem))
            return []

    def _expanded(self, match: Found) -> str | None:
        try:
            return match.expanded(self.replacement.text())
        except Unfit as problem:
            self._invalid(str(problem))
            return None

    def _invalid(self, text: str) -> None:
        self._count.setText(text)
        self.query.setProperty("invalid", "true")
        restyle(self.query)

    def _search(self) -> None:
        if not self.isVisible():
            return
        if self.query.property("invalid"):
            self.query.setProperty("invalid", None)
            restyle(self.query)
        self._count.setText("")
        self._matches = self._found()
        if self._matches:
            self._count.setText(trn("{n} match", "{n} matches", len(self._matches)))
        elif self.query.text() and not self.query.property("invalid"):
            self._count.setText(tr("Nothing found"))
        self._editor.show_found(list(self._marks()))

    def _marks(self) -> Iterator[QTextEdit.ExtraSelection]:
        look = QTextCharFormat()
        look.setBackground(QColor(colors().warning_soft))
        for match in self._matches[:_MOST_MARKS]:
            selection = QTextEdit.ExtraSelection()
            selection.cursor = QTextCursor(self._editor.document())
            selection.cursor.setPosition(match.start)
            selection.cursor.setPosition(match.end, QTextCursor.MoveMode.KeepAnchor)
            selection.format = look
            yield selection

    def _go(self, *, backward: bool) -> None:
        if not self._matches:
            self._search()
        if not self._matches:
            return
        cursor = self._editor.textCursor()
        if backward:
            before = [number for number, match in enumerate(self._matches) if match.start < cursor.selectionStart()]
            index = before[-1] if before else len(self._matches) - 1
        else:
            at = cursor.selectionEnd()
            index = next((number for number, match in enumerate(self._matches) if match.start >= at), 0)
        start, end = self._matches[index].start, self._matches[index].end
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self._editor.setTextCursor(cursor)
        self._editor.centerCursor()
        self._count.setText(tr("{number} of {total}", number=index + 1, total=len(self._matches)))

    def _on_text_changed(self) -> None:
        if self.isVisible():
            self._matches = []
            self._later.start()

    def _field(self, name: str, text: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setObjectName(name)
        field.setAccessibleName(text)
        field.setPlaceholderText(text)
        field.setClearButtonEnabled(True)
        return field

    def _toggle(self, name: str, icon: str, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.setIcon(icons.icon(icon))
        button.setIconSize(QSize(16, 16))
        button.setCheckable(True)
        return button

    def _tool(self, name: str, icon: str, text: str, call: object) -> QToolButton:
        button = self._toggle(name, icon, text)
        button.setCheckable(False)
        button.clicked.connect(call)
        return button

    def _button(self, name: str, text: str, call: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(call)
        return button
