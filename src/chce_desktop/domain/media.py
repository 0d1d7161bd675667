"""Media: pictures and attachments of a site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaItem:
    """One file in the site's `media` folder.

    `path` is how articles name it: `media/<2 hex>/<name>`, made from the content, so equal files are one.
    `width` and `height` in pixels, 0 for what is no picture. `size` in bytes.
    """

    id: int
    uid: str
    path: str
    original_name: str
    sha256: str
    mime: str
    size: int
    width: int = 0
    height: int = 0
    alt: str = ""
    caption: str = ""
    credit: str = ""
    added_at: datetime | None = None

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown in a page as a picture."""
        return self.width > 0
