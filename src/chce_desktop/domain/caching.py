"""How long browsers and hosts on the way may keep a file of the site, by its public path."""

from __future__ import annotations

import re

#: Names end with a hash of the content: never asked for again.
FOR_EVER = "public, max-age=31536000, immutable"
#: What is looked at on each visit, and small where nothing changed (304).
EACH_VISIT = "public, max-age=0, must-revalidate"
#: Pieces of the search index, which are asked for by a version: an old one is never taken for a new one.
AN_INDEX = "public, max-age=300"
#: Blocks of every page and reading counts.
OF_TODAY = "public, max-age=60, stale-while-revalidate=600"
#: Feeds and sitemaps.
BY_MACHINES = "public, max-age=600"

_RULES = (
    (re.compile(r"(?:assets|media)/.*"), FOR_EVER),
    (re.compile(r"search/(?!index\.js).+\.js"), AN_INDEX),
    (re.compile(r"fragments/.*"), OF_TODAY),
    (re.compile(r"(?:.+/)?(?:feed|rss|sitemap[^/]*)\.xml"), BY_MACHINES),
)


def rule(path: str) -> str:
    """The value of `Cache-Control` for the file at a public path; what is none of the site's files is asked for."""
    return next((value for pattern, value in _RULES if pattern.fullmatch(path)), EACH_VISIT)
