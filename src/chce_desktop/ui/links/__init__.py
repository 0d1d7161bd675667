"""The manager of friendly links 友情链接."""

from chce_desktop.ui.links.window import LinksDialog

__all__ = ["LinksDialog"]
