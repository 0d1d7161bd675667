"""The themes to choose from, each with a picture of itself."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from chce_desktop.foundation.i18n import tr
from chce_desktop.services import themes
from chce_desktop.ui.appearance import HALF, set_role

_NAME = Qt.ItemDataRole.UserRole
_PICTURE = QSize(176, 110)


class ThemePicker(QListWidget):
    """One theme is always chosen; arrow keys go from one to the next."""

    #: With the name of the theme that was chosen by the user.
    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(tr("Theme"))
        set_role(self, "framed")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setIconSize(_PICTURE)
        self.setSpacing(HALF)
        self.setUniformItemSizes(True)
        self.setTabKeyNavigation(False)
        self.setFixedHeight(_PICTURE.height() + 56)
        for theme in themes.choices():
            icon = QIcon()
            for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # the chosen one in its own colours too
                icon.addPixmap(QPixmap(str(theme.picture)), mode)
            item = QListWidgetItem(icon, theme.title, self)
            item.setData(_NAME, theme.name)
            item.setToolTip(theme.description)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, theme.description)
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.currentItemChanged.connect(self._on_current)

    def theme(self) -> str:
        """The name of the chosen theme."""
        row = self.currentRow()
        return str(self.item(row).data(_NAME)) if row >= 0 else ""

    def set_theme(self, name: str) -> None:
        """Choose a theme without `chosen`; one that is not there chooses nothing."""
        self.blockSignals(True)
        rows = [row for row in range(self.count()) if self.item(row).data(_NAME) == name]
        self.setCurrentRow(rows[0] if rows else -1)
        self.blockSignals(False)

    def _on_current(self) -> None:
        self.chosen.emit(self.theme())
