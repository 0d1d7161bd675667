"""The manager of notices 公告."""

from chce_desktop.ui.noticeboard.window import NoticesDialog

__all__ = ["NoticesDialog"]
