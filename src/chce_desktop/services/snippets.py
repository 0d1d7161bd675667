"""A piece of an article around what a search found."""

from __future__ import annotations

import re

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.storage import fulltext

_MARKS = re.compile(r"!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|[*_`#>\[\]|]+|\s+")
_BEFORE, _AFTER = 20, 60


def search_terms(query: str) -> tuple[str, ...]:
    """The terms of a query, case-folded, for `marks`."""
    return fulltext.terms(query)


def marks(text: str, terms: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Where terms occur in a text, whatever the case: start and end of each place, in order."""
    if not terms:
        return ()
    longest_first = sorted(terms, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
    return tuple(match.span() for match in pattern.finditer(text))


def around(info: ArticleInfo, body: str, terms: tuple[str, ...]) -> str:
    """Some 80 characters of the text around the first place where a term occurs, without Markdown's marks."""
    for text in (body, info.summary):
        folded = text.casefold()
        places = [place for place in (folded.find(term) for term in terms) if place >= 0]
        # Case folding can change lengths (ß); then the place is only near.
        if places:
            start = max(0, min(places) - _BEFORE)
            piece = text[start : min(places) + _AFTER]
            return (
                ("…" if start else "")
                + _MARKS.sub(" ", piece).strip()
                + ("…" if len(text) > start + len(piece) else "")
            )
    return _MARKS.sub(" ", (info.summary or body)[: _BEFORE + _AFTER]).strip()
