"""A heading that folds what stands below it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE, font, set_role


class Section(QWidget):
    """A titled group of labelled fields, with labels above their fields so that a narrow pane is enough."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None, *, is_open: bool = True) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.heading = QToolButton(self)
        self.heading.setObjectName(f"{name}_heading")
        self.heading.setAccessibleName(title)
        self.heading.setText(title)
        self.heading.setFont(font(bold=True))
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setIconSize(QSize(14, 14))
        self.heading.setCheckable(True)
        self.heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        set_role(self.heading, "section")
        self.body = QWidget(self)
        self.body.setObjectName(f"{name}_body")
        self._rows = QVBoxLayout(self.body)
        self._rows.setContentsMargins(SPACE + HALF, 0, SPACE + HALF, SPACE + HALF)
        self._rows.setSpacing(HALF)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(HALF)
        layout.addWidget(self.heading)
        layout.addWidget(self.body)
        self.heading.toggled.connect(self._on_toggled)
        self.heading.setChecked(is_open)
        self._on_toggled(is_open)

    @property
    def is_open(self) -> bool:
        """Whether the fields are shown."""
        return self.heading.isChecked()

    def add(self, label: str, field: QWidget | QLayout, *, buddy: QWidget | None = None) -> QLabel:
        """Add a field under its label. `buddy`: the widget that the label's mnemonic goes to."""
        if self._rows.count():
            self._rows.addSpacing(SPACE)
        text = QLabel(label, self.body)
        set_role(text, "hint")
        target = buddy or (field if isinstance(field, QWidget) else None)
        if target is not None:
            text.setBuddy(target)
            if not target.accessibleName():
                target.setAccessibleName(label.replace("&", ""))
        self._rows.addWidget(text)
        self.add_bare(field)
        return text

    def add_bare(self, field: QWidget | QLayout) -> None:
        """Add something that names itself."""
        if isinstance(field, QWidget):
            self._rows.addWidget(field)
        else:
            self._rows.addLayout(field)

    def _on_toggled(self, on: bool) -> None:
        self.body.setVisible(on)
        self.heading.setIcon(icons.icon("chevron-down" if on else "chevron-right", icons.MUTED))
