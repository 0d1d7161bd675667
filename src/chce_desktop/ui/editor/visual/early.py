"""Keys that come before a text is all there: kept, and written as soon as it is."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

_MOVES = frozenset((Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End))


class Early:
    """What was typed meanwhile, in order."""

    def __init__(self) -> None:
        self._events: list[QKeyEvent | QInputMethodEvent] = []

    def __bool__(self) -> bool:
        return bool(self._events)

    def keep(self, event: QKeyEvent | QInputMethodEvent) -> bool:
        """Keep what writes, or moves the cursor; whether it does."""
        if isinstance(event, QInputMethodEvent):
            writes = bool(event.commitString())
        else:
            key = Qt.Key(event.key())
            writes = key in _MOVES or (bool(event.text()) and key != Qt.Key.Key_Escape)
        if writes:
            self._events.append(event.clone())
        return writes

    def play(self, editor: QWidget) -> None:
        """Let `editor` have it all, as if it were typed now."""
        events, self._events = self._events, []
        for event in events:
            QCoreApplication.sendEvent(editor, event)

    def forget(self) -> None:
        """Another text is about to come."""
        self._events = []
