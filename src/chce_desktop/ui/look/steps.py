"""Undo and redo of what is chosen in the window before it is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from chce_desktop.domain.settings import SiteSettings
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF
from chce_desktop.ui.articles.commands import DeskCommand
from chce_desktop.ui.desk import Desk

State = Mapping[str, Any]


def saved_step(desk: Desk, changes: State, before: SiteSettings) -> DeskCommand:
    """What was saved a moment ago, as a step of the main window's history."""
    settings = desk.site.settings
    kept = {key: getattr(before, key) for key in changes}
    return DeskCommand(
        desk,
        tr("Look of the site"),
        lambda _: settings.update(**changes),
        lambda _: settings.update(**kept),
        said=tr("The look of the site was changed. Readers see it after the next publish."),
        is_done=True,
    )


class Steps(QWidget):
    """Two buttons with the keys for them. `chosen` is the state that shows, `apply` shows another."""

    def __init__(self, chosen: Callable[[], State], apply: Callable[[State], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("look_steps")
        self._chosen = chosen
        self._apply = apply
        self._states: list[State] = []
        self._now = 0
        key = QKeySequence.StandardKey
        self.undo = self._button("look_undo", "undo-2", tr("Undo"), key.Undo, -1, parent)
        self.redo = self._button("look_redo", "redo-2", tr("Redo"), key.Redo, 1, parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(HALF)
        row.addWidget(self.undo)
        row.addWidget(self.redo)
        self._enable()

    def begin(self) -> None:
        """What shows now is what one comes back to at last."""
        self._states, self._now = [self._chosen()], 0
        self._enable()

    def note(self) -> None:
        """A step was made; one that changed nothing is none."""
        state = self._chosen()
        if self._states and state != self._states[self._now]:
            self._states = [*self._states[: self._now + 1], state]
            self._now += 1
        self._enable()

    def _go(self, by: int) -> None:
        self.note()
        if 0 <= self._now + by < len(self._states):
            self._now += by
            self._enable()
            self._apply(self._states[self._now])

    def _enable(self) -> None:
        self.undo.setEnabled(self._now > 0)
        self.redo.setEnabled(self._now + 1 < len(self._states))

    def _button(
        self, name: str, icon: str, text: str, key: QKeySequence.StandardKey, by: int, window: QWidget
    ) -> QPushButton:
        button = QPushButton(icons.icon(icon), "", self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._go(by))
        action = QAction(window)
        action.setShortcuts(QKeySequence.keyBindings(key))
        action.triggered.connect(lambda: self._go(by))
        window.addAction(action)
        button.setToolTip(f"{text} ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")
        return button
