"""Who shows a file below `media/`: for those who wonder why it is published."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.media import MediaItem
from chce_desktop.sitegen import pictures
from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.state import Head, Written


class Uses(NamedTuple):
    """`item` is the file of the library, `variant` the width and format of it that is asked about.

    `articles` show it, newest first; `of_site`: as logo, in a notice or beside a link; `of_old`: pages of earlier
    builds still do, in the blocks of every page.
    """

    item: MediaItem
    variant: pictures.Variant | None
    articles: tuple[ArticleInfo, ...]
    of_site: bool
    of_old: bool

    def __bool__(self) -> bool:
        """Whether anybody does."""
        return bool(self.articles) or self.of_site or self.of_old


def uses(
    generator: Generator, head: Head, files: Mapping[str, Written], edited: Collection[int], path: str
) -> Uses | None:
    """Who shows the file at a public path; None where the library has no such file.

    `head` and `files` are those of the last build; the articles `edited` since then are read.
    """
    found = pictures.original(path, generator.snapshot.media)
    if found is None:
        return None
    wanted, catalogue = found[0].path, generator.catalogue
    changed = [info for info in catalogue.articles if info.id in edited]
    generator.bodies.load(changed)
    showing = {info.id for info in changed if wanted in generator.bodies.get(info).media}
    for page, written in files.items():
        info = catalogue.by_path.get(page) if wanted in written.media else None
        if info is not None and info.id not in edited:
            showing.add(info.id)
    articles = tuple(info for info in catalogue.articles if info.id in showing or info.cover == wanted)
    of_site = wanted in generator.keys.own_media
    return Uses(*found, articles, of_site, not of_site and wanted in head.shown)
