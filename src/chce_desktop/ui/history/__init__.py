"""The history 历史版本 of an article."""

from chce_desktop.ui.history.window import HistoryDialog, HistoryPanel

__all__ = ["HistoryDialog", "HistoryPanel"]
