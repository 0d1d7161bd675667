"""Undo inside the windows that organise: their steps are steps of the main window's history."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QPushButton

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui import icons
from chce_desktop.ui.dialogs import DeskDialog


def undo_button(dialog: DeskDialog) -> QPushButton:
    """A button that takes the last step back; Ctrl+Z does the same wherever no field wants it."""
    stack = dialog.desk.undo
    button = QPushButton(icons.icon("undo-2"), tr("Undo"), dialog)
    button.setObjectName(f"{dialog.objectName()}_undo")
    button.setAccessibleName(tr("Undo"))
    button.setAutoDefault(False)
    button.clicked.connect(stack.undo)
    for key, slot in ((QKeySequence.StandardKey.Undo, stack.undo), (QKeySequence.StandardKey.Redo, stack.redo)):
        action = QAction(dialog)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(slot)
        dialog.addAction(action)

    def look(_: object = None) -> None:
        button.setEnabled(stack.canUndo())
        button.setToolTip(tr("Undo: {what}", what=stack.undoText()) if stack.canUndo() else "")

    stack.indexChanged.connect(look)
    dialog.destroyed.connect(lambda: stack.indexChanged.disconnect(look))
    look()
    return button
