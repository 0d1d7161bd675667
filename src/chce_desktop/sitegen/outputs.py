"""What a site consists of: outputs, and what rendering one gives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class OutputKind(StrEnum):
    """What an output is to a reader."""

    ARTICLE = "article"
    PAGE = "page"
    REDIRECT = "redirect"
    FEED = "feed"
    SITEMAP = "sitemap"
    SEARCH = "search"
    FRAGMENT = "fragment"
    ASSET = "asset"
    MEDIA = "media"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Output:
    """One public file. `source` is the file that it is a copy of, where it is one."""

    path: str
    kind: OutputKind
    source: Path | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """The content of an output. `media` and `articles` are what the page shows or links (paths; ids)."""

    body: bytes
    mime: str
    media: tuple[str, ...] = ()
    articles: tuple[int, ...] = ()
