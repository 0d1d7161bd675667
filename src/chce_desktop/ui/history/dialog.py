"""The window of an article's history."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog
from chce_desktop.ui.history.panel import HistoryPanel


class HistoryDialog(DeskDialog):
    """The panel in a window of its own."""

    def __init__(self, desk: Desk, article_id: int, parent: QWidget | None = None, *, title: str = "") -> None:
        """`title` of the article, for the window's title."""
        text = tr("History of “{title}”", title=title) if title else tr("History")
        super().__init__(desk, "history_window", text, QSize(1000, 680), parent)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.panel = HistoryPanel(self, article_id)
        column.addWidget(self.panel)
