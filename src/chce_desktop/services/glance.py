"""A look at a site before it is open, so that the window has something to show: `storage.glance`, which see."""

from __future__ import annotations

from pathlib import Path

from chce_desktop.storage import glance
from chce_desktop.storage.glance import Glance

__all__ = ["Glance", "take"]


def take(folder: Path, *, limit: int) -> Glance | None:
    """The first `limit` articles of the site in a folder, its columns and settings.

    None where opening it may take a while or come to nothing.
    """
    return glance.take(folder, limit)
