"""Slugs: the part of an address that comes from a title.

Safe on every host and disk: lower-case ASCII letters, digits and hyphens, at most 80 bytes, never a name that Windows
reserves (https://learn.microsoft.com/windows/win32/fileio/naming-a-file), never one that the site itself uses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from chce_desktop.domain import pinyin

MAX_LENGTH = 80

#: Names that Windows refuses, whatever follows a dot.
WINDOWS = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}
#: Folders and files of the site itself.
RESERVED = frozenset(
    WINDOWS
    | {
        "index",
        "404",
        "assets",
        "media",
        "tags",
        "search",
        "links",
        "archive",
        "articles",
        "feeds",
        "fragments",
        "server",
        "chce",
    }
)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PAGE = re.compile(r"page-\d+")


def is_valid(slug: str) -> bool:
    """Whether `slug` may be used as it is."""
    return (
        len(slug) <= MAX_LENGTH
        and _SLUG.fullmatch(slug) is not None
        and slug not in RESERVED
        and _PAGE.fullmatch(slug) is None
    )


def slugify(text: str, fallback: str = "untitled") -> str:
    """A valid slug for any text: Han characters become pinyin, marks are dropped, long ones end at a syllable."""
    syllables = pinyin.syllables(unicodedata.normalize("NFKC", text))
    plain = unicodedata.normalize("NFKD", "-".join(syllables)).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:MAX_LENGTH]
        if len(longer) > MAX_LENGTH - 8:  # room for a suffix that makes it unique
            break
        slug = longer
    slug = slug or (words[0][: MAX_LENGTH - 8] if words else fallback)
    return slug if is_valid(slug) else f"{slug}-1"


def make_unique(slug: str, taken: Callable[[str], bool]) -> str:
    """`slug`, or the first of `slug-2`, `slug-3`, … that is not `taken`; `page-1-2`, … for `page`."""
    if not taken(slug):
        return slug
    if _PAGE.fullmatch(f"{slug}-2"):  # the site's own
        slug = f"{slug}-1"
    n = 2
    while taken(f"{slug}-{n}"):
        n += 1
    return f"{slug}-{n}"
