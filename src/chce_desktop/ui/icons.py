"""Icons by name, drawn in the colours of the current appearance at any size and scale.

The drawings are Lucide's (https://lucide.dev, ISC licence, see resources/icons/LICENSE): strokes in `currentColor`.
"""

from __future__ import annotations

import functools

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap

from chce_desktop.foundation import resources
from chce_desktop.ui.appearance import colors

#: Colour roles that an icon may have; each is a field of `appearance.Colors`.
TEXT, MUTED, ACCENT, SUCCESS, WARNING, ERROR, ON_ACCENT = (
    "text",
    "muted",
    "accent",
    "success",
    "warning",
    "error",
    "on_accent",
)


@functools.lru_cache(maxsize=512)
def icon(name: str, role: str = TEXT) -> QIcon:
    """The icon `name` (a file of resources/icons without `.svg`). Raises FileNotFoundError for one not shipped."""
    return QIcon(_Engine(_source(name), role))


def pixmap(name: str, size: int, role: str = TEXT, scale: float = 1.0) -> QPixmap:
    """The icon as a pixmap of `size` logical pixels for a screen of that `scale`."""
    return _render(_source(name), getattr(colors(), role), round(size * scale), round(size * scale), scale)


@functools.cache
def _source(name: str) -> str:
    return resources.read_text(f"icons/{name}.svg")


@functools.lru_cache(maxsize=2048)
def _render(source: str, color: str, width: int, height: int, scale: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer  # not before the first icon is drawn: the start is quicker

    image = QPixmap(max(1, width), max(1, height))  # Qt asks for icons of no size while it lays out
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer = QSvgRenderer(QByteArray(source.replace("currentColor", color).encode()))
    side = min(width, height)
    renderer.render(painter, QRectF((width - side) / 2, (height - side) / 2, side, side))
    painter.end()
    image.setDevicePixelRatio(scale)
    return image


class _Engine(QIconEngine):
    """Draws when it is asked to, so that a change between light and dark needs no new icons."""

    def __init__(self, source: str, role: str) -> None:
        super().__init__()
        self._svg = source
        self._role = role

    def clone(self) -> QIconEngine:
        return _Engine(self._svg, self._role)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        scale = painter.device().devicePixelRatioF()
        painter.drawPixmap(rect, self.scaledPixmap(rect.size(), mode, state, scale))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:  # noqa: ARG002 - Qt calls it with all of them
        palette = colors()
        color = palette.disabled if mode is QIcon.Mode.Disabled else getattr(palette, self._role)
        # Since Qt 6.8 `size` is in logical pixels.
        return _render(self._svg, color, round(size.width() * scale), round(size.height() * scale), scale)

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:  # noqa: ARG002 - Qt calls it with all of them
        return size

    def isNull(self) -> bool:
        return False
