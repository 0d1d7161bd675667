"""The left side of the window: the columns, and below them the saved searches."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.columns.tree import ColumnsPane
from chce_desktop.ui.search.saved import SavedSearches


class Sidebar(QWidget):
    """Puts the two on top of each other."""

    def __init__(self, columns: ColumnsPane, searches: SavedSearches, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAccessibleName(tr("Columns and saved searches"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(columns, 1)
        layout.addWidget(searches)
        self.setFocusProxy(columns)
