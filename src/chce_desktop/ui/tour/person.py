"""Somebody who sits in front of the window: presses keys, waits for what shows, takes pictures."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

W = TypeVar("W", bound=QWidget)


class TourFailed(Exception):
    """Something that should have shown did not."""


class Person:
    """Acts on the focused widget only, as a keyboard does, or clicks where a widget is."""

    def __init__(self, pictures: Path) -> None:
        self._pictures = pictures
        self._number = 0

    def wait(self, what: str, condition: Callable[[], object], seconds: float = 60.0) -> None:
        """Let the window live until `condition` holds. Raises TourFailed, naming `what`."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TourFailed(what)
            self.rest(0.02)

    def rest(self, seconds: float) -> None:
        """Do nothing while the window lives."""
        end = time.monotonic() + seconds
        while True:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            if time.monotonic() >= end:
                return
            time.sleep(0.002)

    def find(self, parent: QObject, kind: type[W], name: str = "") -> W:
        """A visible widget by its object name (or the first of its kind), waited for."""
        found: list[W] = []

        def look() -> bool:
            children = parent.findChildren(kind, name) if name else parent.findChildren(kind)
            found[:] = [widget for widget in children if widget.isVisible()]
            return bool(found)

        self.wait(name or kind.__name__, look)
        return found[0]

    def go_to(self, widget: QWidget) -> None:
        """Put the focus on a widget and wait until it is there."""
        widget.window().activateWindow()
        widget.setFocus()
        self.wait(f"focus on {widget.objectName()}", widget.hasFocus)

    def write(self, text: str) -> None:
        """Type into what has the focus; characters that no key has come as from an input method."""
        for character in text:
            if character == "\n":
                self.press(Qt.Key.Key_Return)
            elif character.isascii():
                self._send(QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, character))
                self._send(QKeyEvent(QEvent.Type.KeyRelease, 0, Qt.KeyboardModifier.NoModifier, character))
            else:
                composed = QInputMethodEvent()
                composed.setCommitString(character)
                self._send(composed)
            QCoreApplication.processEvents()

    def press(self, key: Qt.Key) -> None:
        """Press one key."""
        modifiers = Qt.KeyboardModifier.NoModifier
        self._send(QKeyEvent(QEvent.Type.KeyPress, key, modifiers, _text_of(key)))
        self._send(QKeyEvent(QEvent.Type.KeyRelease, key, modifiers, _text_of(key)))
        QCoreApplication.processEvents()

    def click(self, widget: QWidget) -> None:
        """Click the middle of a widget."""
        at = QPointF(widget.rect().center())
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        where = widget.mapToGlobal(at)
        for kind, buttons in (
            (QEvent.Type.MouseButtonPress, left),
            (QEvent.Type.MouseButtonRelease, Qt.MouseButton.NoButton),
        ):
            QApplication.sendEvent(widget, QMouseEvent(kind, at, where, left, buttons, none))
        QCoreApplication.processEvents()

    def picture(self, widget: QWidget, name: str) -> Path:
        """Save what a window shows."""
        self.rest(0.2)
        self._number += 1
        self._pictures.mkdir(parents=True, exist_ok=True)
        path = self._pictures / f"{self._number:02d}-{name}.png"
        if not widget.grab().save(str(path)):
            raise TourFailed(str(path))
        return path

    def _send(self, event: QEvent) -> None:
        focused = QApplication.focusWidget()
        if focused is not None:
            QApplication.sendEvent(focused, event)
        elif event.type() != QEvent.Type.KeyRelease:  # the key may have closed what had the focus
            raise TourFailed("nothing has the focus")


def _text_of(key: Qt.Key) -> str:
    return "\r" if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) else ""
