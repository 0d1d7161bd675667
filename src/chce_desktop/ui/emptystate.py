"""What stands where a list is empty: one sentence, and a button for what to do next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from chce_desktop.ui.appearance import SPACE, TRIPLE, set_role
from chce_desktop.ui.signs import Sign


class EmptyState(QWidget):
    """An icon, a heading, a hint and at most one button, in the middle of the room there is."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(TRIPLE, TRIPLE, TRIPLE, TRIPLE)
        layout.setSpacing(SPACE)
        self._sign = Sign(self)
        self._sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._heading = QLabel(self)
        self._heading.setObjectName(f"{name}_heading")
        set_role(self._heading, "heading")
        self._hint = QLabel(self)
        self._hint.setObjectName(f"{name}_hint")
        set_role(self._hint, "hint")
        for label in (self._heading, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._button = QPushButton(self)
        self._button.setObjectName(f"{name}_button")
        self._button.clicked.connect(self._on_clicked)
        self._call: Callable[[], object] = lambda: None
        layout.addStretch(2)
        layout.addWidget(self._sign)
        layout.addWidget(self._heading)
        layout.addWidget(self._hint)
        layout.addSpacing(SPACE)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(3)

    def say(
        self, icon: str, heading: str, hint: str = "", *, button: str = "", call: Callable[[], object] | None = None
    ) -> None:
        """What to show. Without `button` there is none."""
        self._sign.show_icon(icon, 48, "strong_line")
        self._heading.setText(heading)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._button.setText(button)
        self._button.setAccessibleName(button)
        self._button.setVisible(bool(button))
        self._call = call or (lambda: None)
        self.setAccessibleName(f"{heading} {hint}".strip())

    def _on_clicked(self) -> None:
        self._call()
