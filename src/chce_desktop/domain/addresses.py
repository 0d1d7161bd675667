"""Where things lie on the published site: public paths, `/`-joined and relative to the site's folder.

Kept here because both the generator (which writes pages there) and the library (which remembers old addresses) need it.
"""

from __future__ import annotations

import hashlib

from chce_desktop.domain import slugs

#: The folder of articles without a column.
UNFILED = "articles"
#: The folder of tags.
TAGS = "tags"


def article_path(slug: str, column_slug: str | None) -> str:
    """The page of an article whose main column has `column_slug` (None: no column)."""
    return f"{column_slug or UNFILED}/{slug}.html"


def column_path(slug: str) -> str:
    """The newest list page of a column."""
    return f"{slug}/index.html"


def tag_slug(tag: str) -> str:
    """A tag's folder: pinyin and a few characters that tell homophones apart; tags that are plain stay as they are."""
    folded = tag.strip().casefold()
    if slugs.is_valid(folded):
        return folded
    digest = hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{slugs.slugify(tag, 'tag')[:60].rstrip('-')}-{digest}"


def tag_path(tag: str) -> str:
    """The newest list page of a tag."""
    return f"{TAGS}/{tag_slug(tag)}/index.html"
