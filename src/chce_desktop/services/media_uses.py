"""Where files of the media library are used; one in place of another everywhere; what nobody uses."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field

from chce_desktop.domain.article import ArticlePatch
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.media import MediaItem
from chce_desktop.foundation import files
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.services import bulk, writing
from chce_desktop.services.connection import Connection
from chce_desktop.services.errors import InvalidValue, MediaNotFound
from chce_desktop.storage import failures, links, media_uses, nouns, revisions
from chce_desktop.storage.engine import Transaction

_KINDS = frozenset({Kind.ARTICLES, Kind.NOTICES, Kind.LINKS, Kind.SETTINGS, Kind.MEDIA})
#: Where removed files lie until they are put back, in the site's folder.
TRASH = "media-trash"


@dataclass(frozen=True, slots=True)
class Use:
    """A place where a file is used. `kind`: `article`, `notice`, `link` or `settings` (then `id` is 0)."""

    kind: str
    id: int
    name: str
    trashed: bool = False


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What an exchange changed, for `undo`: articles as they were, ids of notices and links, and the logo."""

    old: str
    new: str
    articles: dict[int, ArticlePatch] = field(default_factory=dict)
    notices: tuple[int, ...] = ()
    links: tuple[int, ...] = ()
    logo: bool = False

    @property
    def places(self) -> int:
        """How many places changed."""
        return len(self.articles) + len(self.notices) + len(self.links) + self.logo


class MediaUses:
    """Uses of the media of an open site."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, path: str) -> tuple[Use, ...]:
        """Every place where a file is used. Raises MediaNotFound."""
        with self._connection.read() as session:
            _existing(session, path)
            return tuple(_uses(session, path))

    def unused(self, text: str = "") -> tuple[MediaItem, ...]:
        """The files that nothing uses and whose name holds `text`, newest first. The trash still uses what it shows."""
        with self._connection.read() as session:
            paths = _unused(session)
            known = nouns.all_media(session)
        return tuple(known[path] for path in paths if text.casefold() in known[path].original_name.casefold())

    def replace(self, old: str, new: str, *, author: str = "", progress: Progress = SILENT) -> Exchanged:
        """Show one file in place of another everywhere, all or nothing; the texts before are kept under a name.

        Raises MediaNotFound, InvalidValue (a picture is replaced by a picture only), Cancelled.
        """
        with self._connection.write() as session:
            before, after = _existing(session, old), _existing(session, new)
            if before.is_picture and not after.is_picture:
                raise InvalidValue(
                    tr("“{name}” is no picture.", name=after.original_name),
                    hint=tr("A picture can only be replaced by another picture."),
                )
            if old == new:
                return Exchanged(old, new)
            name = tr(
                "Before replacing “{find}” with “{replace}”", find=before.original_name, replace=after.original_name
            )
            changed = _exchange(session, old, new, name, author, progress)
        self._tell(changed.articles)
        return changed

    def undo(self, exchanged: Exchanged, *, author: str = "", progress: Progress = SILENT) -> None:
        """Put everything back as it was before `replace`."""
        with self._connection.write() as session:
            bulk.set_each(session, exchanged.articles, author, progress)
            for number in exchanged.notices:
                nouns.change_notice(session, number, {"image": exchanged.old})
            for number in exchanged.links:
                links.change(session, number, {"logo": exchanged.old})
            if exchanged.logo:
                nouns.write_settings(session, {"logo": exchanged.old})
        self._tell(exchanged.articles)

    def discard(self, paths: Iterable[str]) -> tuple[MediaItem, ...]:
        """Take files that nothing uses out of the library; they can be put back. Those in use stay where they are.

        Raises MediaNotFound, LibraryFailure.
        """
        with self._connection.write() as session:
            free = set(_unused(session))
            items = [_existing(session, path) for path in dict.fromkeys(paths)]
            gone = tuple(item for item in items if item.path in free)
            for item in gone:
                nouns.remove_media(session, item.path)
        for item in gone:
            self._move(item.path, f"{TRASH}/{item.path}")
        self._connection.changed(Kind.MEDIA)
        return gone

    def put_back(self, items: Iterable[MediaItem]) -> None:
        """Bring files back that were discarded, with their texts. Raises LibraryFailure."""
        names = ("path", "original_name", "sha256", "mime", "size", "width", "height", "alt", "caption", "credit")
        for item in items:
            self._move(f"{TRASH}/{item.path}", item.path)
            with self._connection.write() as session:
                if nouns.media(session, sha256=item.sha256) is None:
                    values = {name: getattr(item, name) for name in names}
                    nouns.add_media(session, {**values, "added_at": item.added_at or writing.now()})
        self._connection.changed(Kind.MEDIA)

    def _move(self, source: str, target: str) -> None:
        here, there = (files.inside(self._connection.folder, path) for path in (source, target))
        try:
            there.parent.mkdir(parents=True, exist_ok=True)
            if here.exists():
                shutil.move(here, there)
        except OSError as error:
            raise failures.of_disk(error, self._connection.folder) from error

    def _tell(self, articles: Iterable[int]) -> None:
        self._connection.publish(Changes(_KINDS, frozenset(articles)))


def _existing(session: Transaction, path: str) -> MediaItem:
    item = nouns.media(session, path=path)
    if item is None:
        raise MediaNotFound(path)
    return item


def _uses(session: Transaction, path: str) -> list[Use]:
    found = [Use("article", number, title, trashed) for number, title, trashed in media_uses.articles(session, path)]
    found += [Use("notice", notice.id, notice.title) for notice in nouns.notices(session) if notice.image == path]
    found += [
        Use("link", link.id, link.name) for group in links.groups(session) for link in group.links if link.logo == path
    ]
    settings = nouns.settings(session)
    return [*found, Use("settings", 0, settings.name)] if settings.logo == path else found


def _unused(session: Transaction) -> list[str]:
    logo = nouns.settings(session).logo
    return [path for path in media_uses.unused(session) if path != logo]


def _exchange(session: Transaction, old: str, new: str, name: str, author: str, progress: Progress) -> Exchanged:
    patches: dict[int, ArticlePatch] = {}
    uses = _uses(session, old)
    for use in uses:
        if use.kind == "article":
            article = writing.existing(session, use.id)
            revisions.record(session, article, now=writing.now(), author=author, name=name)
            patch = ArticlePatch(body=media_uses.renamed(article.body, old, new))
            if article.cover == old:
                patch["cover"] = new
            patches[use.id] = patch
    before = bulk.set_each(session, patches, author, progress)
    notices = tuple(use.id for use in uses if use.kind == "notice")
    for number in notices:
        nouns.change_notice(session, number, {"image": new})
    logos = tuple(use.id for use in uses if use.kind == "link")
    for number in logos:
        links.change(session, number, {"logo": new})
    own = any(use.kind == "settings" for use in uses)
    if own:
        nouns.write_settings(session, {"logo": new})
    return Exchanged(old, new, before, notices, logos, own)
