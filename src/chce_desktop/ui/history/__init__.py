"""The history 历史版本 of an article."""

from chce_desktop.ui.history.dialog import HistoryDialog
from chce_desktop.ui.history.panel import HistoryPanel

__all__ = ["HistoryDialog", "HistoryPanel"]
