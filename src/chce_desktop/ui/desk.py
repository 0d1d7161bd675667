"""What every widget of a window works with: the open site, its operations, its notices, its undo history."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.column import ColumnTree
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.progress import Progress
from chce_desktop.jobs.queues import LIBRARY, LIBRARY_READ
from chce_desktop.ui.notices import Notices
from chce_desktop.ui.operations import Operations, Running

if TYPE_CHECKING:  # the window is there before the site is open
    from chce_desktop.services.site import Site

T = TypeVar("T")


class Desk(QObject):
    """Passed to every widget that works on the site. One for each open site; `close` it before the site.

    `columns` and `settings` are what the library held when the last change was announced, so that widgets need no job
    to show a column's name. They are filled before `loaded` is emitted.

    A desk may be there before its site is open: jobs that ask for `site` then wait for `use`.
    """

    #: With `domain.changes.Changes`, in the GUI thread, after every commit. `columns` and `settings` are fresh by then.
    changed = Signal(object)
    #: `columns` and `settings` are there for the first time.
    loaded = Signal()
    #: With an article's id: somebody (a search hit, a finding, a link of the preview) wants it opened in the editor.
    article_wanted = Signal(int)
    #: With a public path such as `xinwen/index.html`: somebody wants the page shown in the preview.
    page_wanted = Signal(str)

    #: With a `services.media_uses.Use` that is no article: somebody wants the notice, link or setting opened.
    use_wanted = Signal(object)

    #: With a `domain.findings.Finding`: somebody wants its article opened at the place.
    finding_wanted = Signal(object)

    def __init__(
        self, site: Site | None, operations: Operations, notices: Notices, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._site: Site | None = None
        self._there = threading.Event()
        self._unsubscribe: Callable[[], None] = lambda: None
        self.operations = operations
        self.notices = notices
        self.undo = QUndoStack(self)
        self.undo.setUndoLimit(200)
        self.columns = ColumnTree(())
        self.settings = SiteSettings()
        self.is_loaded = False
        if site is not None:
            self.use(site)
            self.load()

    @property
    def site(self) -> Site:
        """The open site. While it is being opened, a job waits here; whoever must not wait has no business to ask."""
        if self._site is None:
            if threading.current_thread() is threading.main_thread():
                raise RuntimeError("the site is not open yet")
            self._there.wait()
            if self._site is None:
                raise Cancelled
        return self._site

    @property
    def is_open(self) -> bool:
        """Whether there is a `site`."""
        return self._site is not None

    def use(self, site: Site) -> None:
        """The site is open: jobs that waited for it go on."""
        self._site = site
        self._unsubscribe = site.subscribe(self._on_committed)
        self._there.set()

    def load(self) -> None:
        """Read `columns` and `settings`; `loaded` comes when they are there, so call it when all who hear it are."""
        site, before = self.site, (self.columns, self.settings)
        self.run(
            lambda _: (site.columns.tree(), site.settings.get()),
            done=lambda found: self._on_loaded(found, before),
            queue=LIBRARY_READ,
        )

    def know(self, columns: ColumnTree, settings: SiteSettings) -> None:
        """What was read before the site was open, until `loaded`."""
        self.columns, self.settings = columns, settings

    def run(
        self,
        work: Callable[[Progress], T],
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[ChceError], object] | None = None,
        queue: str = LIBRARY,
        label: str = "",
        owner: QObject | None = None,
    ) -> Running:
        """`Operations.run`, which see."""
        return self.operations.run(work, done=done, failed=failed, queue=queue, label=label, owner=owner)

    def close(self) -> None:
        """Hear of no more changes; jobs that still wait for a site end."""
        self._unsubscribe()
        self._there.set()

    def _on_loaded(self, found: tuple[ColumnTree, SiteSettings], before: tuple[ColumnTree, SiteSettings]) -> None:
        """What a change has announced since then is newer than what was `found`."""
        if self.columns is before[0]:
            self.columns = found[0]
        if self.settings is before[1]:
            self.settings = found[1]
        self.is_loaded = True
        self.loaded.emit()

    def _on_committed(self, changes: Changes) -> None:
        """In the thread that committed, where reading is allowed and cheap."""
        columns = self.site.columns.tree() if Kind.COLUMNS in changes.kinds else None
        settings = self.site.settings.get() if Kind.SETTINGS in changes.kinds else None

        def announce() -> None:
            if columns is not None:
                self.columns = columns
            if settings is not None:
                self.settings = settings
            self.changed.emit(changes)

        self.operations.post(announce)
