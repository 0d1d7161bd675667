"""The width at which the page is shown: as wide as the panel, or as a phone, a tablet, a desktop screen."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QWidget

from chce_desktop.ui.appearance import colors

#: CSS pixels; 0 is the panel's own width.
WIDTHS = {"fit": 0, "phone": 375, "tablet": 768, "desktop": 1440}
_LEAST_ZOOM = 0.25


class Frame(QWidget):
    """Holds the view in the middle, zoomed out where the panel is narrower than the screen that is shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("preview_frame")
        self._view: QWebEngineView | None = None
        self._width = 0

    def set_view(self, view: QWebEngineView) -> None:
        """Hold this view."""
        self._view = view
        view.setParent(self)
        self._arrange()
        view.show()

    def set_width(self, name: str) -> None:
        """One of `WIDTHS`."""
        self._width = WIDTHS[name]
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt calls it with all of them
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colors().window))
        if self._view is not None and self._width:
            painter.setPen(QColor(colors().line))
            painter.drawRect(self._view.geometry().adjusted(-1, 0, 0, 0))
        painter.end()

    def _arrange(self) -> None:
        if self._view is None:
            return
        wanted = self._width or self.width()
        shown = max(1, min(wanted, self.width()))
        zoom = max(_LEAST_ZOOM, shown / wanted) if wanted else 1.0
        if abs(self._view.zoomFactor() - zoom) > 0.001:
            self._view.setZoomFactor(zoom)
        self._view.setGeometry(QRect((self.width() - shown) // 2, 0, shown, self.height()))
        self.update()
