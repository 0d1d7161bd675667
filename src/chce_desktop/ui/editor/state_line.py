"""The quiet line under the text: how long it is, and that it is saved."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from chce_desktop.domain.length import count_characters
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, set_role


class StateLine(QWidget):
    """Word count on the left, the state of saving on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("editor_state")
        row = QHBoxLayout(self)
        row.setContentsMargins(DOUBLE, HALF, DOUBLE, HALF)
        row.setSpacing(SPACE)
        self.count = self._label("word_count", tr("Length"))
        self.problem = self._label("save_problem", tr("Not saved"))
        self.problem.setWordWrap(True)
        set_role(self.problem, "error")
        self.problem.hide()
        self.state = self._label("save_state", tr("Saving"))
        row.addWidget(self.count)
        row.addWidget(self.problem, 1)
        row.addStretch(0)
        row.addWidget(self.state, 0, Qt.AlignmentFlag.AlignRight)

    def show_count(self, text: str, selected: str) -> None:
        """How many characters readers will see."""
        total = count_characters(text)
        if selected:
            part = count_characters(selected)
            self.count.setText(tr("{part} of {total} characters", part=part, total=total))
        else:
            self.count.setText(trn("{n} character", "{n} characters", total))

    def show_saved(self, at: datetime | None) -> None:
        """When it was last saved; nothing before the first time."""
        self.state.setText(tr("Saved {time}", time=f"{at.astimezone():%H:%M}") if at else "")

    def show_problem(self, error: ChceError | None, *, aside: bool = True) -> None:
        """What keeps the text out of the library; None: nothing any more. `aside`: it is kept beside it meanwhile."""
        self.problem.setVisible(error is not None)
        self.state.setVisible(error is None)
        if error is not None:
            text = (
                tr("Not saved yet: {problem} Your text is kept; it is tried again.", problem=error.title)
                if aside
                else tr("Not saved yet: {problem} Leave this window open: your text is only here.", problem=error.title)
            )
            self.problem.setText(text)
            self.problem.setToolTip(f"{error.hint}\n{error.detail}".strip())

    def _label(self, name: str, text: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setAccessibleDescription(text)
        set_role(label, "hint")
        return label
