"""What an operation changed, so that whoever shows it can refresh, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The nouns that can change."""

    ARTICLES = "articles"
    COLUMNS = "columns"
    LINKS = "links"
    NOTICES = "notices"
    MEDIA = "media"
    SETTINGS = "settings"
    TARGETS = "targets"
    PUBLICATIONS = "publications"
    SEARCHES = "searches"
    WORDBOOK = "wordbook"


@dataclass(frozen=True, slots=True)
class Changes:
    """`kinds` that changed; for articles also which (`None`: too many to name, or all)."""

    kinds: frozenset[Kind]
    articles: frozenset[int] | None = frozenset()
