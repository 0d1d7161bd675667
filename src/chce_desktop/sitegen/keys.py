"""What outputs are made from, as keys: each changes when the content of what it stands for may."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import cached_property

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.media import MediaItem
from chce_desktop.sitegen.catalogue import Catalogue
from chce_desktop.sitegen.listings import Listing
from chce_desktop.sitegen.prose import Renderer

#: Grows whenever the same snapshot and theme would give other files than before.
VERSION = 9


class Keys:
    """The keys of one snapshot."""

    def __init__(self, catalogue: Catalogue, renderer: Renderer, base_url: str, theme: Callable[[], str]) -> None:
        """`theme` gives the key of the theme; it may raise ThemeFaulty, and so may what asks for it."""
        self._catalogue = catalogue
        self._snapshot = catalogue.snapshot
        self._renderer = renderer
        self._base_url = base_url
        self._theme = theme
        self._stamps = _Stamps(catalogue)

    @cached_property
    def site(self) -> str:
        """Changes when every page must be made anew: theme, settings, columns, public address, this program."""
        return hashlib.sha256(repr(sorted(self.facts.items())).encode()).hexdigest()

    @cached_property
    def facts(self) -> Mapping[str, str]:
        """What every page is made from, by name, each as a hash: to say which of it changed."""
        settings = self._snapshot.settings
        facts: dict[str, object] = {f"settings.{f.name}": getattr(settings, f.name) for f in fields(settings)}
        for unseen in ("check_levels", "sign_off"):  # what no page shows
            del facts[f"settings.{unseen}"]
        facts |= {
            "program": VERSION,
            "theme": self._theme(),
            "columns": self._snapshot.columns,
            "address": self._base_url,
            "rendering": self._renderer.configuration,
        }
        return {name: _hash(repr(fact))[:16] for name, fact in facts.items()}

    @cached_property
    def own(self) -> str:
        """Changes with the media that the site itself shows."""
        return _hash(repr(sorted(self.own_media)))

    @cached_property
    def own_media(self) -> frozenset[str]:
        """The paths of the media that the site itself shows."""
        settings, snapshot = self._snapshot.settings, self._snapshot
        notices = (notice.image for notice in snapshot.notices if notice.showing(snapshot.taken_at))
        links = (link.logo for group in snapshot.link_groups for link in group.links if link.visible)
        return frozenset({settings.logo, *notices, *links})

    @cached_property
    def media(self) -> dict[str, int]:
        """Path to a checksum of the file's record, for every file of the library."""
        return {path: _checksum(item) for path, item in self._snapshot.media.items()}

    @cached_property
    def _no_media(self) -> str:
        """The key of the media of an article that shows none."""
        return self._renderer.media_key(("",))

    def card(self, info: ArticleInfo) -> str:
        """Changes with what lists show of an article."""
        return f"{self.site} {self._stamps[info.id]}"

    def article(self, info: ArticleInfo, media: Sequence[str], articles: Sequence[int]) -> str:
        """What the article's page was made from, given the media and articles that its text names."""
        newer, older = self._catalogue.neighbours(info)
        by_id, stamps = self._catalogue.by_id, self._stamps
        facts = [self.site, stamps[info.id], stamps[newer.id] if newer else "-", stamps[older.id] if older else "-"]
        facts += [stamps[other.id] for other in self._catalogue.related(info)]
        if articles:
            facts += [f"{number} {stamps[number] if number in by_id else '-'}" for number in articles]
        facts.append(self._renderer.media_key((*media, info.cover)) if media or info.cover else self._no_media)
        return _hash("\0".join(facts))[:24]

    def listing(self, path: str, listing: Listing) -> str:
        """What a page of a list is made from."""
        page, pinned = listing.page, self._catalogue.pinned
        shape = repr((page.newer, page.older, page.near)) if page else ""
        if listing.column is not None and page is not None and page.number is None:
            shape += "".join([self._stamps[info.id] for info in self._catalogue.pinned_in(listing.column.id)])
        ids = [info.id for info in listing.articles]
        shown = "".join([str(number) for number in ids if number in pinned])
        return _hash("\0".join((self.site, path, shape, shown, *map(self._stamps.__getitem__, ids))))[:24]


class _Stamps(dict[int, str]):
    """Article id to what changes with the article, each made when it is first asked for: there are many questions."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self._catalogue = catalogue

    def __missing__(self, article_id: int) -> str:
        info = self._catalogue.by_id[article_id]
        covered = info.cover in self._catalogue.snapshot.media
        changed = info.updated_at.timestamp()
        stamp = f"{info.id} {info.version} {changed} {info.body_hash} {info.slug} {covered}\n"
        self[article_id] = stamp
        return stamp


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def _checksum(item: MediaItem) -> int:
    return zlib.crc32(repr(item).encode("utf-8", "backslashreplace"))
