"""A site's public content at one moment, for the generator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.services.connection import Connection
from chce_desktop.services.site import Site
from chce_desktop.storage import articles, columns, links, lists, nouns, redirects


class LibraryBodies:
    """Bodies read from the library when they are asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, article_ids: Iterable[int]) -> Mapping[int, str]:
        """The Markdown of these articles."""
        with self._connection.read() as session:
            return articles.bodies(session, article_ids)


def take(site: Site, *, now: datetime | None = None) -> SiteSnapshot:
    """What readers may see at `now` (default: this moment), read in one transaction."""
    moment = now or datetime.now(UTC)
    theme_folder = site.folder / "theme"
    with site.connection.read() as session:
        return SiteSnapshot(
            taken_at=moment,
            settings=nouns.settings(session),
            columns=tuple(column for column, _ in columns.tree(session).walk()),
            articles=lists.public_articles(session, moment),
            link_groups=links.groups(session),
            notices=nouns.notices(session),
            media=nouns.all_media(session),
            redirects=redirects.all_of(session),
            withdrawn=lists.withdrawn_articles(session, moment),
            bodies=LibraryBodies(site.connection),
            site_folder=site.folder,
            theme_folder=theme_folder if theme_folder.is_dir() else None,
        )
