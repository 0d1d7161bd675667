"""Addresses that an article or a column once had."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Redirect:
    """`old_path` (a public path of this site) now leads to an article or to a column; exactly one of them is given."""

    old_path: str
    article_id: int | None = None
    column_id: int | None = None
