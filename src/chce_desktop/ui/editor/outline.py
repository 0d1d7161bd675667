"""The headings of the text, to see its structure and to jump."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.appearance import SPACE, set_role
from chce_desktop.ui.editor.markdown_line import PLAIN, scan

_LINE = Qt.ItemDataRole.UserRole


def headings(text: str) -> Iterator[tuple[int, int, str]]:
    """(line counted from 0, level, text) of each heading; fenced code has none."""
    state = PLAIN
    for number, line in enumerate(text.split("\n")):
        if state == PLAIN and not line.startswith(("#", "`", "~", " ")):
            continue
        found = scan(line, state)
        state = found.state
        if found.heading:
            yield number, found.heading, re.sub(r"[*_`]|\{.*\}$", "", line[found.heading :]).strip()


class Outline(QWidget):
    """A list of headings, indented by level."""

    #: With the line of the heading that was chosen.
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("outline")
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, 0, 0)
        title = QLabel(tr("Outline"), self)
        title.setObjectName("outline_title")
        set_role(title, "section")
        column.addWidget(title)
        self._list = QListWidget(self)
        self._list.setObjectName("outline_list")
        self._list.setAccessibleName(tr("Outline"))
        self._list.setWordWrap(True)
        self._list.itemActivated.connect(self._on_chosen)
        self._list.itemClicked.connect(self._on_chosen)
        column.addWidget(self._list)
        self._empty = QLabel(tr("Headings of the text appear here."), self)
        self._empty.setObjectName("outline_empty")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        set_role(self._empty, "hint")
        column.addWidget(self._empty, 1)
        self._shown: list[tuple[int, int, str]] = []

    def show_text(self, text: str) -> None:
        """List the headings of `text`."""
        found = list(headings(text))
        self._empty.setVisible(not found)
        self._list.setVisible(bool(found))
        if found == self._shown:
            return
        self._shown = found
        top = min((level for _, level, _ in found), default=1)
        self._list.clear()
        for line, level, title in found:
            item = QListWidgetItem("　" * (level - top) + (title or tr("(no text)")), self._list)
            item.setData(_LINE, line)

    def follow(self, line: int) -> None:
        """Mark the heading above `line`."""
        row = -1
        for index, (at, _, _) in enumerate(self._shown):
            if at <= line:
                row = index
        self._list.setCurrentRow(row)

    def _on_chosen(self, item: QListWidgetItem) -> None:
        self.chosen.emit(int(item.data(_LINE)))
