"""Scrolling a form must not change it: the wheel belongs to the pane, not to the field that it passes over."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QWidget


class WheelGuard(QObject):
    """Keeps the wheel from every combo box, spin box and date field that `pane` holds now."""

    def __init__(self, pane: QWidget) -> None:
        super().__init__(pane)
        for kind in (QComboBox, QAbstractSpinBox):
            for field in pane.findChildren(kind):
                field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # not by the wheel
                field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        del watched
        if event.type() != QEvent.Type.Wheel:
            return False
        event.ignore()  # so that the pane gets it
        return True
