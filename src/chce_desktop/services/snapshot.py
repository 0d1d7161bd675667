"""A site's public content at one moment, for the generator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.services import counts, signed_texts
from chce_desktop.services.connection import Connection
from chce_desktop.services.site import Site
from chce_desktop.storage import articles, columns, links, lists, nouns, published, redirects, wordbook
from chce_desktop.storage.engine import Transaction


class LibraryBodies:
    """Bodies read from the library when they are asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, article_ids: Iterable[int]) -> Mapping[int, str]:
        """The Markdown of these articles."""
        with self._connection.read() as session:
            return articles.bodies(session, article_ids)


class SignedBodies(LibraryBodies):
    """Bodies that were signed off, by their hashes, whatever is written into the library meanwhile."""

    def __init__(self, connection: Connection, hashes: Mapping[int, str]) -> None:
        super().__init__(connection)
        self._hashes = hashes

    def get(self, article_ids: Iterable[int]) -> Mapping[int, str]:
        """The Markdown of these articles. Raises SignedTextLost."""
        with self._connection.read() as session:
            found = articles.bodies(session, article_ids)
            for article_id, body in found.items():
                wanted = self._hashes.get(article_id)
                if wanted is not None and articles.hash_of(body) != wanted:
                    found[article_id] = signed_texts.signed_body(session, article_id, wanted)
        return found


def take(site: Site, *, now: datetime | None = None) -> SiteSnapshot:
    """What readers may see at `now` (default: this moment), read in one transaction.

    A site that asks for sign-off shows only signed-off texts (see `services.signed_texts.for_readers`).
    """
    return _take(site, now or datetime.now(UTC), lists.public_articles)


def of_front(site: Site, now: datetime, *, newest: int, each: int) -> SiteSnapshot:
    """The same, with no more articles than can stand on the front page: for a look at it in a moment.

    `newest`: how many of the site are looked at, `each`: how many of each column.
    """

    def few(session: Transaction, moment: datetime) -> tuple[ArticleInfo, ...]:
        settings, tree = nouns.settings(session), columns.tree(session)
        lines = [tree.subtree(column.id) for column, _ in tree.walk()]
        # What is kept out of the most read makes room for what is read less.
        numbers = (newest, each, settings.popular_length + len(lists.kept_out(session)))
        return lists.front_articles(session, moment, lines, numbers, _popular(session, settings))

    return _take(site, now, few)


def _popular(session: Transaction, settings: SiteSettings) -> tuple[int, ...]:
    """What was read most in the window of the settings; none where the whole count decides."""
    window = counts.WINDOWS[settings.popular_window]
    if window is counts.Window.ALL:
        return ()
    return tuple(article_id for article_id, _ in counts.in_window(session, window, 2 * settings.popular_length))


def _take(
    site: Site, moment: datetime, public: Callable[[Transaction, datetime], tuple[ArticleInfo, ...]]
) -> SiteSnapshot:
    theme_folder = site.folder / "theme"
    with site.connection.read() as session:
        settings = nouns.settings(session)
        bodies, media = LibraryBodies(site.connection), nouns.all_media(session)
        if settings.sign_off:  # the signed text decides, its date too
            signed = signed_texts.for_readers(session, lists.prepared_articles(session, moment))
            shown = _by_date(info for info in signed if info.date <= moment)
            media = signed_texts.media_for_readers(session, media)
            bodies = SignedBodies(site.connection, {info.id: info.body_hash for info in shown})
        else:
            shown = public(session, moment)
        return SiteSnapshot(
            taken_at=moment,
            settings=settings,
            columns=tuple(column for column, _ in columns.tree(session).walk()),
            articles=shown,
            auto_links=wordbook.auto_links(session),
            reads_until=counts.last_day(session),
            popular=_popular(session, settings),
            link_groups=links.groups(session),
            notices=nouns.notices(session),
            media=media,
            redirects=redirects.all_of(session),
            withdrawn=lists.withdrawn_articles(session, moment),
            bodies=bodies,
            site_folder=site.folder,
            theme_folder=theme_folder if theme_folder.is_dir() else None,
            published=published.moments(session),
        )


def _by_date(infos: Iterable[ArticleInfo]) -> tuple[ArticleInfo, ...]:
    """A signed text may have another date than the one that is written now."""
    return tuple(sorted(infos, key=lambda info: (info.date, info.id), reverse=True))
