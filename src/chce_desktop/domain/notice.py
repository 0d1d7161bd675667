"""Notices 公告: promoted messages with action links, shown for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict


@dataclass(frozen=True, slots=True)
class NoticeLink:
    """A labelled address, such as 网上报名."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice. `text` is plain text; `image` a media path or empty; it shows from `starts_at` until `ends_at`."""

    id: int
    uid: str
    title: str
    text: str = ""
    image: str = ""
    links: tuple[NoticeLink, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    visible: bool = True
    position: int = 0

    def showing(self, now: datetime) -> bool:
        """Whether readers see the notice at `now`."""
        started = self.starts_at is None or self.starts_at <= now
        return self.visible and started and (self.ends_at is None or now < self.ends_at)


class NoticePatch(TypedDict, total=False):
    """What a change of a notice sets."""

    title: str
    text: str
    image: str
    links: tuple[NoticeLink, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    visible: bool
