"""Which panes stand side by side, and how wide: one arrangement for browsing, one for writing, one for the text alone.

While one looks through articles, columns, list and preview are there; while one writes, text, preview and properties.
Each arrangement remembers what the user showed, hid and resized.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.memory import Memory


class Pane(StrEnum):
    """The panes, from left to right."""

    COLUMNS = "columns"
    LIST = "list"
    EDITOR = "editor"
    PREVIEW = "preview"
    PROPERTIES = "properties"


class Arrangement(StrEnum):
    """What one is doing."""

    BROWSE = "browse"
    WRITE = "write"
    FOCUS = "focus"


_BROWSED = frozenset({Pane.COLUMNS, Pane.LIST, Pane.PREVIEW})
#: From this width of the window on, columns and list stay beside what one writes.
_WIDE = 1680


@dataclass(frozen=True, slots=True)
class _Measure:
    """How wide a pane is at first (a share of the window, or pixels) and at least."""

    share: float
    pixels: int
    least: int


_MEASURES = {
    Pane.COLUMNS: _Measure(0, 208, 140),
    Pane.LIST: _Measure(1.1, 0, 260),
    Pane.EDITOR: _Measure(1.1, 0, 300),
    Pane.PREVIEW: _Measure(1, 0, 240),
    Pane.PROPERTIES: _Measure(0, 288, 236),
}


class Panes(QSplitter):
    """The splitter in the middle of the window."""

    #: Whatever is visible changed.
    arranged = Signal()

    def __init__(self, memory: Memory, widgets: dict[Pane, QWidget], parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName("panes")
        self.setAccessibleName(tr("Panes"))
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self._memory = memory
        self._arrangement = Arrangement.BROWSE
        self._applied = False
        self._widgets = widgets
        for pane in Pane:
            widget = widgets[pane]
            widget.setMinimumWidth(_MEASURES[pane].least)
            self.addWidget(widget)
            widget.setVisible(pane in _BROWSED)
            self.setStretchFactor(self.count() - 1, 1 if _MEASURES[pane].share else 0)
            self.setCollapsible(self.count() - 1, False)

    @property
    def arrangement(self) -> Arrangement:
        """The current arrangement."""
        return self._arrangement

    def shows(self, pane: Pane) -> bool:
        """Whether a pane is part of the current arrangement."""
        return not self._widgets[pane].isHidden()

    def holds(self, pane: Pane, widget: QWidget) -> bool:
        """Whether a widget is part of a pane."""
        return self._widgets[pane] is widget or self._widgets[pane].isAncestorOf(widget)

    def place(self, pane: Pane) -> QWidget:
        """What stands where a pane is: the parent of whatever is to `fill` it, since a new parent costs a new style."""
        return self._widgets[pane]

    def fill(self, pane: Pane, widget: QWidget) -> None:
        """Put a widget that was made in a pane's place there."""
        widget.setMinimumWidth(_MEASURES[pane].least)
        layout = QVBoxLayout(self._widgets[pane])
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(widget)

    def replace(self, pane: Pane, widget: QWidget) -> None:
        """Put another widget in a pane's place."""
        old = self._widgets[pane]
        sizes = self.sizes()
        widget.setMinimumWidth(_MEASURES[pane].least)
        widget.setVisible(not old.isHidden())
        self.replaceWidget(self.indexOf(old), widget)
        self._widgets[pane] = widget
        old.deleteLater()
        self.setSizes(sizes)

    def arrange(self, arrangement: Arrangement) -> None:
        """Change to another arrangement."""
        if self._applied:
            self.keep()
        self._arrangement = arrangement
        if self.width() > 0 and self.isVisible():
            self._apply()

    def show_pane(self, pane: Pane, *, on: bool = True) -> None:
        """Show or hide a pane in this arrangement; the last one stays."""
        shown = [each for each in Pane if self.shows(each)]
        if on == (pane in shown) or (not on and shown == [pane]):
            return
        self._widgets[pane].setVisible(on)
        if on and self._widgets[pane].width() < _MEASURES[pane].least:
            self.setSizes(self._usual_sizes({*shown, pane}))
        self.keep()
        self.arranged.emit()

    def keep(self) -> None:
        """Remember what is shown and how wide."""
        if self._arrangement is not Arrangement.FOCUS:
            self._memory.set_numbers(f"panes/{self._arrangement}", self.sizes())
            self._memory.set_numbers(f"panes/{self._arrangement}_shown", [int(self.shows(pane)) for pane in Pane])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._applied:
            self._apply()

    def event(self, event: QEvent) -> bool:
        # Handles are thin to look at; a wider grip is easier to catch.
        if event.type() == QEvent.Type.ChildPolished:
            for number in range(1, self.count()):
                self.handle(number).setObjectName(f"pane_handle_{number}")
        return super().event(event)

    def _apply(self) -> None:
        self._applied = True
        shown = self._remembered_shown() or self._usual()
        for pane in Pane:
            self._widgets[pane].setVisible(pane in shown)
        sizes = self._memory.numbers(f"panes/{self._arrangement}")
        fits = len(sizes) == len(Pane) and all(sizes[n] > 0 for n, pane in enumerate(Pane) if pane in shown)
        self.setSizes(sizes if fits else self._usual_sizes(shown))
        self.arranged.emit()

    def _remembered_shown(self) -> set[Pane]:
        flags = self._memory.numbers(f"panes/{self._arrangement}_shown")
        return {pane for pane, on in zip(Pane, flags, strict=False) if on} if len(flags) == len(Pane) else set()

    def _usual(self) -> set[Pane]:
        if self._arrangement is Arrangement.FOCUS:
            return {Pane.EDITOR}
        if self._arrangement is Arrangement.BROWSE:
            return set(_BROWSED)
        beside = {Pane.COLUMNS, Pane.LIST} if self.width() >= _WIDE else set()
        return {Pane.EDITOR, Pane.PREVIEW, Pane.PROPERTIES} | beside

    def _usual_sizes(self, shown: set[Pane]) -> list[int]:
        share_of = {pane: _MEASURES[pane].share for pane in shown}
        if Pane.EDITOR in shown and Pane.LIST in shown:
            share_of[Pane.LIST] *= 0.75  # what one writes needs the room more
        fixed = sum(_MEASURES[pane].pixels for pane in shown)
        shares = sum(share_of.values()) or 1
        rest = max(0, self.width() - fixed)
        return [
            (_MEASURES[pane].pixels or round(rest * share_of[pane] / shares)) if pane in shown else 0 for pane in Pane
        ]
