"""The whole public content of a site at one moment: the only thing that the site generator sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.column import Column
from chce_desktop.domain.link import LinkGroup
from chce_desktop.domain.media import MediaItem
from chce_desktop.domain.notice import Notice
from chce_desktop.domain.redirect import Redirect
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.domain.wordbook import AutoLink


class Bodies(Protocol):
    """Where the Markdown of the snapshot's articles is read, a few at a time (there may be 100,000)."""

    def get(self, article_ids: Iterable[int]) -> Mapping[int, str]:
        """The bodies of these articles. Safe to call from any thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSnapshot:
    """What a build is made from.

    `articles` are those that readers may see at `taken_at`, newest first (by date, then id); `withdrawn` those that
    once were public and no longer are. `media` maps the path that articles use to the file's record; the bytes lie
    below `site_folder` under that path. `theme_folder` overrides theme files one by one where it is given. `auto_links`
    are words that become links. `reads_until` is the last day whose readers were counted; `popular` the ids of what was
    read most in the window of the settings, none where the whole count decides. `published` are the public paths that a
    host was ever given, with the time of the first one (ms since 1970).
    """

    taken_at: datetime
    settings: SiteSettings
    columns: tuple[Column, ...]
    articles: tuple[ArticleInfo, ...]
    link_groups: tuple[LinkGroup, ...]
    notices: tuple[Notice, ...]
    media: Mapping[str, MediaItem]
    redirects: tuple[Redirect, ...]
    withdrawn: tuple[ArticleInfo, ...]
    bodies: Bodies
    site_folder: Path
    theme_folder: Path | None = None
    published: Mapping[str, int] = field(default_factory=dict)
    auto_links: tuple[AutoLink, ...] = ()
    reads_until: date | None = None
    popular: tuple[int, ...] = ()
