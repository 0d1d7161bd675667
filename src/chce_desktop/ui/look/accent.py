"""The accent colour: chosen or written, and judged by how well it can be read."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QColorDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from chce_desktop.domain import contrast
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.appearance import HALF, SPACE, colors, restyle, set_role

_SWATCH = 18


class AccentField(QWidget):
    """`changed` when the colour is another one; empty is the theme's own colour."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("look_accent_field")
        self._own = ""
        self.line = QLineEdit(self)
        self.line.setObjectName("look_accent")
        self.line.setAccessibleName(tr("Accent colour"))
        self.line.setMaxLength(7)
        self.line.setFixedWidth(112)
        self.line.textChanged.connect(self._on_text)
        self.choose = self._button("look_accent_choose", tr("Choose…"), tr("Choose the accent colour"))
        self.choose.clicked.connect(self._on_choose)
        self.reset = self._button("look_accent_reset", tr("As in the theme"), tr("Use the theme's own colour"))
        set_role(self.reset, "quiet")
        self.reset.clicked.connect(self.line.clear)
        self.verdict = QLabel(self)
        self.verdict.setObjectName("look_accent_verdict")
        self.verdict.setWordWrap(True)
        set_role(self.verdict, "hint")
        self.mend = self._button("look_accent_mend", tr("Use the nearest colour that can be read"), "")
        self.mend.clicked.connect(lambda: self.line.setText(contrast.readable(self.line.text(), contrast.WHITE)))
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for widget in (self.line, self.choose, self.reset):
            row.addWidget(widget)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF)
        column.addLayout(row)
        column.addWidget(self.verdict)
        column.addWidget(self.mend, 0, Qt.AlignmentFlag.AlignLeft)
        self._show_verdict()

    def color(self) -> str:
        """The colour as `#rrggbb`; empty for the theme's own."""
        return self.line.text().strip().lower()

    def set_color(self, color: str) -> None:
        """Show a colour without `changed`."""
        self.line.blockSignals(True)
        self.line.setText(color)
        self.line.blockSignals(False)
        self._show_verdict()

    def set_theme_color(self, color: str) -> None:
        """The colour that the chosen theme has by itself."""
        self._own = color
        self.line.setPlaceholderText(color)
        self._show_verdict()

    def is_fine(self) -> bool:
        """Whether the colour can be used."""
        color = self.color()
        return not color or (contrast.is_color(color) and contrast.ratio(color, contrast.WHITE) >= contrast.ENOUGH)

    def _button(self, name: str, text: str, spoken: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(spoken or text)
        button.setAutoDefault(False)
        return button

    def _on_text(self) -> None:
        self._show_verdict()
        self.changed.emit()

    def _on_choose(self) -> None:
        dialog = QColorDialog(QColor(self.color() or self._own), self)
        dialog.setObjectName("look_accent_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda color: self.line.setText(color.name()))
        dialog.open()

    def _show_verdict(self) -> None:
        color = self.color()
        known = contrast.is_color(color or self._own)
        self.choose.setIcon(_swatch(color or self._own) if known else QIcon())
        self.reset.setEnabled(bool(color))
        self.mend.setVisible(known and not self.is_fine())
        if color and not known:
            text = tr("Write a colour as # and six digits, such as #9e1b20.")
        elif not known:
            text = ""
        else:
            ratio = f"{contrast.ratio(color or self._own, contrast.WHITE):.1f}"
            fine = tr("White text on it has a contrast of {ratio} : 1, which reads well.", ratio=ratio)
            poor = tr("White text on it has a contrast of only {ratio} : 1; at least 4.5 : 1 is needed.", ratio=ratio)
            text = fine if self.is_fine() else poor
        self.verdict.setText(text)
        self.verdict.setProperty("role", "hint" if self.is_fine() else "error")
        restyle(self.verdict)
        self.line.setProperty("invalid", not self.is_fine())
        restyle(self.line)


def _swatch(color: str) -> QIcon:
    pixmap = QPixmap(QSize(_SWATCH, _SWATCH))
    pixmap.fill(QColor(color))
    painter = QPainter(pixmap)
    painter.setPen(QColor(colors().strong_line))
    painter.drawRect(QRect(0, 0, _SWATCH - 1, _SWATCH - 1))
    painter.end()
    return QIcon(pixmap)
