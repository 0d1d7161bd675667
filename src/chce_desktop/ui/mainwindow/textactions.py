"""Undo, cut, copy, paste for whatever has the focus: a field, the editor, the preview, or the list."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from chce_desktop.ui.actions import Actions

_METHODS = {
    "edit.cut": "cut",
    "edit.copy": "copy",
    "edit.paste": "paste",
    "edit.select_all": "selectAll",
}


def connect_text_actions(actions: Actions, stack: QUndoStack) -> None:
    """Fields keep their own undo; outside of them undo goes back one step in the window's history."""
    for action_id, method in _METHODS.items():
        actions.connect_to(action_id, partial(_call, method))
    actions.connect_to("edit.undo", lambda: None if _call("undo") else stack.undo())
    actions.connect_to("edit.redo", lambda: None if _call("redo") else stack.redo())


def _call(method: str) -> bool:
    """Whether the focused widget could do it."""
    widget = _with_proxy(QApplication.focusWidget())
    if widget is None or (method in ("undo", "redo") and not _can(widget, method)):
        return False
    call = getattr(widget, method, None)
    if call is None:
        return False
    call()
    return True


def _with_proxy(widget: QWidget | None) -> QWidget | None:
    return widget.focusProxy() or widget if widget is not None else None


def _can(widget: QWidget, method: str) -> bool:
    if isinstance(widget, QLineEdit):
        return widget.isUndoAvailable() if method == "undo" else widget.isRedoAvailable()
    if isinstance(widget, QPlainTextEdit | QTextEdit):
        document = widget.document()
        return document.isUndoAvailable() if method == "undo" else document.isRedoAvailable()
    return False
