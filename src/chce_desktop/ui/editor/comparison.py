"""Two texts that contradict each other, side by side: the editor decides, nothing is overwritten."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from chce_desktop.domain.differences import Change, differences
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.ui.appearance import DOUBLE, SPACE, colors, set_role

_NAMES = {
    "title": mark("Title"),
    "short_title": mark("Short title"),
    "prefix": mark("Prefix"),
    "subtitle": mark("Subtitle"),
    "body": mark("Text"),
}
_APART = "\n\n" + "—" * 12 + "\n\n"


class Comparison(QDialog):
    """Shows the fields that contradict: on the left as they stand here, on the right as somebody else left them."""

    #: With the values that shall stand.
    decided = Signal(dict)

    def __init__(self, parent: QWidget, mine: dict[str, str], theirs: dict[str, str], fields: tuple[str, ...]) -> None:
        super().__init__(parent)
        self.setObjectName("comparison")
        self.setWindowTitle(tr("Changed in two places"))
        self.setAccessibleName(self.windowTitle())
        self.resize(QSize(920, 620))
        self._mine, self._theirs, self._fields = mine, theirs, fields
        column = QVBoxLayout(self)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE)
        heading = QLabel(tr("The same sentences were changed here and elsewhere."), self)
        set_role(heading, "heading")
        column.addWidget(heading)
        hint = QLabel(
            tr(
                "Nothing was overwritten. Choose which text goes on; the other one stays in the history of the article."
            ),
            self,
        )
        hint.setWordWrap(True)
        set_role(hint, "hint")
        column.addWidget(hint)
        sides = QHBoxLayout()
        sides.setSpacing(DOUBLE)
        column.addLayout(sides, 1)
        for name, title, change in (
            ("comparison_mine", tr("Here"), Change.REMOVED),
            ("comparison_theirs", tr("Elsewhere"), Change.ADDED),
        ):
            side = QVBoxLayout()
            label = QLabel(title, self)
            set_role(label, "section")
            view = QTextBrowser(self)
            view.setObjectName(name)
            view.setAccessibleName(title)
            view.setHtml(self._marked(change))
            side.addWidget(label)
            side.addWidget(view, 1)
            sides.addLayout(side, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        buttons.addStretch(1)
        for name, text, call in (
            ("keep_both", tr("Keep both, one after the other"), self._both),
            ("keep_theirs", tr("Use the text from elsewhere"), self._keep_theirs),
            ("keep_mine", tr("Use the text here"), self._keep_mine),
        ):
            button = QPushButton(text, self)
            button.setObjectName(name)
            button.setAccessibleName(text)
            button.clicked.connect(call)
            buttons.addWidget(button)
        column.addLayout(buttons)

    def reject(self) -> None:
        """Escape keeps both: closing the window must lose nothing."""
        self._both()

    def _marked(self, change: Change) -> str:
        background = colors().warning_soft
        parts = []
        for field in self._fields:
            text = "".join(
                f'<span style="background:{background}">{escape(piece.text)}</span>'
                if piece.change is change
                else escape(piece.text)
                for piece in differences(self._mine[field], self._theirs[field])
                if piece.change in (Change.SAME, change)
            )
            name = tr(_NAMES.get(field, field))
            parts.append(f"<h4>{escape(name)}</h4><div style='white-space:pre-wrap'>{text}</div>")
        return "".join(parts)

    def _keep_mine(self) -> None:
        self._decide(self._mine)

    def _keep_theirs(self) -> None:
        self._decide({**self._mine, **{field: self._theirs[field] for field in self._fields}})

    def _both(self) -> None:
        values = dict(self._mine)
        for field in self._fields:
            apart = _APART if field == "body" else " / "
            values[field] = f"{self._mine[field]}{apart}{self._theirs[field]}"
        self._decide(values)

    def _decide(self, values: dict[str, str]) -> None:
        self.decided.emit(values)
        self.accept()
