"""An open site: the one object that both fronts hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from chce_desktop.domain.article import Counts
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.services.articles import Articles
from chce_desktop.services.columns import Columns
from chce_desktop.services.connection import Connection
from chce_desktop.services.counts import ReadingCounts
from chce_desktop.services.links import Links
from chce_desktop.services.media import Media
from chce_desktop.services.media_uses import MediaUses
from chce_desktop.services.noticeboard import Notices
from chce_desktop.services.replacing import Replacing
from chce_desktop.services.searches import SavedSearches
from chce_desktop.services.signing import SignOffs
from chce_desktop.services.site_settings import Settings
from chce_desktop.services.tags import Tags
from chce_desktop.services.targets import Publications, Targets, WaitingPublications
from chce_desktop.services.wordbook import Wordbook
from chce_desktop.storage import library, lists, nouns, places, presence, upgrade
from chce_desktop.storage.engine import Database


@dataclass(frozen=True, slots=True)
class SiteInfo:
    """What a site holds. `schema` is the library's version, `size` bytes of library and media."""

    name: str
    schema: str
    articles: Counts
    columns: int
    links: int
    media: int
    size: int


class Site:
    """An open site. All of its use cases may be called from any thread; close it when the window is gone."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.connection = Connection(folder, database)
        self.articles = Articles(self.connection)
        self.columns = Columns(self.connection)
        self.tags = Tags(self.connection)
        self.searches = SavedSearches(self.connection)
        self.replacing = Replacing(self.connection)
        self.counts = ReadingCounts(self.connection)
        self.links = Links(self.connection)
        self.notices = Notices(self.connection)
        self.media = Media(self.connection)
        self.media_uses = MediaUses(self.connection)
        self.settings = Settings(self.connection)
        self.wordbook = Wordbook(self.connection)
        self.signoffs = SignOffs(self.connection)
        self.targets = Targets(self.connection)
        self.publications = Publications(self.connection)
        self.waiting = WaitingPublications(self.connection)
        self.warnings = _warnings(folder, read_only=database.read_only)
        self._presence: presence.Presence | None = None
        with database.read() as session:
            self.uid = nouns.uid(session)
        database.changed_by_others()

    @property
    def read_only(self) -> bool:
        """Whether the site can only be looked at."""
        return self.connection.database.read_only

    def subscribe(self, callback: Callable[[Changes], None]) -> Callable[[], None]:
        """Call `callback` after each committed change, in the thread that made it; the result ends that."""
        return self.connection.subscribe(callback)

    def look_for_foreign_changes(self) -> bool:
        """Tell the subscribers when another process has changed the site; whether one had. Cheap: call it often."""
        if self.read_only or not self.connection.database.changed_by_others():
            return False
        self.connection.publish(Changes(frozenset(Kind), None))
        return True

    def announce(self, on_other: Callable[[str], None]) -> None:
        """Say, beside the library, that this computer has the site open, until `close`.

        `on_other` is called (in a thread of its own) with a sentence when another computer has it open too.
        """
        if not self.read_only and self._presence is None:
            self._presence = presence.Presence(self.folder, on_other)

    def info(self) -> SiteInfo:
        """What the site holds."""
        with self.connection.read() as session:
            counts = lists.counts(session)
            media_count, media_bytes = nouns.media_totals(session)
            name = nouns.settings(session).name
        return SiteInfo(
            name=name,
            schema=upgrade.NEWEST,
            articles=counts,
            columns=len(self.columns.tree().walk()),
            links=sum(len(group.links) for group in self.links.groups()),
            media=media_count,
            size=self.connection.database.path.stat().st_size + media_bytes,
        )

    def check_library(self) -> None:
        """Read the whole library and verify it. Raises LibraryDamaged."""
        library.check(self.connection.database.path)

    def close(self) -> None:
        """Give the files back. Calls after this fail."""
        if self._presence is not None:
            self._presence.end()
            self._presence = None
        self.connection.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def create_site(folder: Path, name: str, *, progress: Progress = SILENT) -> Site:
    """Make a new, empty site in a folder that is empty or does not exist yet.

    Raises FolderNotEmpty, FolderUnreadable, DiskFull.
    """
    progress.report(tr("Making the site"))
    site = Site(folder, library.create(folder))
    try:
        site.settings.update(name=name)
    except BaseException:
        site.close()
        raise
    return site


def open_site(folder: Path, *, progress: Progress = SILENT) -> Site:
    """Open the site in a folder. Raises SiteNotFound, NotALibrary, LibraryDamaged, LibraryTooNew, FolderUnreadable."""
    return Site(folder, library.open_existing(folder, progress))


def _warnings(folder: Path, *, read_only: bool) -> tuple[str, ...]:
    found = []
    if read_only:
        found.append(tr("This site can be read but not changed: the folder or the disk is write-protected."))
    service = places.cloud_service(folder)
    if service:
        found.append(
            tr(
                "This site lies in a folder that {service} synchronises. Open it on one computer at a time, and let "
                "the synchronisation finish before you change computers.",
                service=service,
            )
        )
    elif places.is_network_drive(folder):
        found.append(tr("This site lies on a network drive. It works, but slower than on this computer's own disk."))
    other = presence.other_computer(folder)
    if other:
        found.append(presence.sentence(other))
    return tuple(found)
