"""How the site looks: theme, colours, fonts, logo and the blocks of the front page, with a live preview."""

from chce_desktop.ui.look.dialog import LookDialog

__all__ = ["LookDialog"]
