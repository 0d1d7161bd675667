"""The media library 媒体库: look through, add, describe and choose pictures and other files."""

from chce_desktop.ui.media.field import PictureField
from chce_desktop.ui.media.library import MediaDialog

__all__ = ["MediaDialog", "PictureField"]
