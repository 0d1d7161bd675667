"""Where things lie on the published site: public paths, `/`-joined and relative to the site's folder.

Kept here because both the generator (which writes pages there) and the library (which remembers old addresses) need it.
"""

from __future__ import annotations

#: The folder of articles without a column.
UNFILED = "articles"


def article_path(slug: str, column_slug: str | None) -> str:
    """The page of an article whose main column has `column_slug` (None: no column)."""
    return f"{column_slug or UNFILED}/{slug}.html"


def column_path(slug: str) -> str:
    """The newest list page of a column."""
    return f"{slug}/index.html"
