"""Friendly links 友情链接 in groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCheck:
    """What the last check of a link's address met. `status` is the HTTP status, None where none was received."""

    checked_at: datetime
    ok: bool
    status: int | None = None
    final_url: str = ""
    error: str = ""

    def moved(self, url: str) -> bool:
        """Whether `url` answers under another address now."""
        return self.ok and bool(self.final_url) and self.final_url.rstrip("/") != url.rstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One friendly link. `logo` is a media path or empty; `position` orders the group, lowest first."""

    id: int
    uid: str
    group_id: int
    name: str
    url: str
    logo: str = ""
    note: str = ""
    visible: bool = True
    position: int = 0
    check: LinkCheck | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkGroup:
    """A named, ordered group of links; its links are in order."""

    id: int
    uid: str
    name: str
    position: int = 0
    links: tuple[Link, ...] = ()


class LinkPatch(TypedDict, total=False):
    """What a change of a link sets."""

    name: str
    url: str
    logo: str
    note: str
    visible: bool
    group_id: int
