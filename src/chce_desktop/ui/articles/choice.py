"""A box to choose one of a few things, as the search and its filters have them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QWidget


def choice(name: str, text: str, rows: Sequence[tuple[str, object]], parent: QWidget) -> QComboBox:
    """A box with these rows, each a text and what it stands for."""
    box = QComboBox(parent)
    box.setObjectName(name)
    box.setAccessibleName(text)
    box.setToolTip(text)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)
    for label, data in rows:
        box.addItem(label, data)
    return box
