"""The dialog of the site's settings."""

from chce_desktop.ui.settings.dialog import SettingsDialog

__all__ = ["SettingsDialog"]
