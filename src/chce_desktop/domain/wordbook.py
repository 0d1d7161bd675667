"""What a newsroom keeps to write with: words that become links, names to choose from, templates of articles."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chce_desktop.domain.article import ArticlePatch


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoLink:
    """A word that becomes a link in every article. `address`: `https://…`, `article:12`, or a path of the site."""

    word: str
    address: str


class NameKind(StrEnum):
    """For which field a name is kept."""

    SOURCE = "source"
    AUTHOR = "author"
    EDITOR = "editor"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptName:
    """A source, author or editor to choose from. `address` is the source's own, filled in with it."""

    kind: NameKind
    name: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A recurring article. `content` is what a new article made from it begins with."""

    name: str
    content: ArticlePatch
