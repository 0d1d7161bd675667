"""Addresses that an article, a column or a tag once had."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Redirect:
    """`old_path` (a public path of this site) now leads to an article, a column or a tag; exactly one is given."""

    old_path: str
    article_id: int | None = None
    column_id: int | None = None
    tag: str = ""
