"""The size of a new table, chosen as in Word: by pointing at it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.appearance import SPACE, colors, set_role

_COLUMNS, _ROWS, _CELL = 8, 8, 22


class GridPicker(QWidget):
    """Squares to point at, with mouse or arrow keys; stands in a menu."""

    #: With rows (the head counted) and columns.
    chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("table_size")
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        self._grid = _Grid(self)
        column.addWidget(self._grid)
        self._text = QLabel(self)
        self._text.setObjectName("table_size_text")
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self._text, "hint")
        column.addWidget(self._text)
        self._grid.pointed.connect(self._show)
        self._grid.chosen.connect(self.chosen)
        self.setFocusProxy(self._grid)
        self._show(3, 3)

    def _show(self, rows: int, columns: int) -> None:
        self._text.setText(tr("{rows} rows × {columns} columns", rows=rows, columns=columns))
        self._grid.setAccessibleDescription(self._text.text())


class _Grid(QWidget):
    pointed = Signal(int, int)
    chosen = Signal(int, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("table_grid")
        self.setAccessibleName(tr("Size of the table"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._rows, self._columns = 3, 3

    def sizeHint(self) -> QSize:
        return QSize(_COLUMNS * _CELL + 1, _ROWS * _CELL + 1)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt calls it with all of them
        painter = QPainter(self)
        palette = colors()
        for row in range(_ROWS):
            for column in range(_COLUMNS):
                inside = row < self._rows and column < self._columns
                painter.setPen(QColor(palette.accent if inside else palette.strong_line))
                painter.setBrush(QColor(palette.accent_soft if inside else palette.surface))
                painter.drawRoundedRect(QRect(column * _CELL + 1, row * _CELL + 1, _CELL - 4, _CELL - 4), 3, 3)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position().toPoint()
        self._point(position.y() // _CELL + 1, position.x() // _CELL + 1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)
        self.chosen.emit(self._rows, self._columns)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1)}
        step = steps.get(Qt.Key(event.key()))
        if step is not None:
            self._point(self._rows + step[0], self._columns + step[1])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._rows, self._columns)
        else:
            super().keyPressEvent(event)

    def _point(self, rows: int, columns: int) -> None:
        self._rows, self._columns = max(1, min(_ROWS, rows)), max(1, min(_COLUMNS, columns))
        self.pointed.emit(self._rows, self._columns)
        self.update()
