"""An icon that stands by itself, beside a sentence or in an empty space."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from chce_desktop.ui import icons


class Sign(QLabel):
    """Shows an icon in the colours of the appearance, and again in the new ones when that changes while it shows."""

    def __init__(self, parent: QWidget, name: str = "", size: int = 20, role: str = icons.TEXT) -> None:
        super().__init__(parent)
        self._icon: tuple[str, int, str] | None = None
        if name:
            self.show_icon(name, size, role)

    def show_icon(self, name: str, size: int, role: str) -> None:
        """The icon `name` of `size` logical pixels in the colour of a role of `icons`."""
        self.setPixmap(icons.pixmap(name, size, role, self.devicePixelRatioF()))
        self._icon = name, size, role

    def setPixmap(self, pixmap: QPixmap | QImage) -> None:
        """A picture instead of an icon."""
        self._icon = None
        super().setPixmap(pixmap)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange) and self._icon is not None:
            self.show_icon(*self._icon)
