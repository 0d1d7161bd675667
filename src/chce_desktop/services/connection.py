"""What all use cases of an open site share: its database and who wants to know about changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.storage import failures
from chce_desktop.storage.engine import Database, Transaction

Subscriber = Callable[[Changes], None]


class Connection:
    """The database of an open site. Use cases get this; the fronts get `services.site.Site`."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        self._subscribers: list[Subscriber] = []
        self._lock = threading.Lock()

    @property
    def media_folder(self) -> Path:
        """Where the site's media lie."""
        return self.folder / "media"

    def read(self) -> AbstractContextManager[Transaction]:
        """A read transaction."""
        return self.database.read()

    def write(self) -> AbstractContextManager[Transaction]:
        """A write transaction. Raises LibraryReadOnly at once where nothing can be written."""
        if self.database.read_only:
            raise failures.read_only(self.database.path)
        return self.database.write()

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Call `callback` after each committed change, in the thread that made it; the result ends that."""
        with self._lock:
            self._subscribers.append(callback)

        def unsubscribe() -> None:
            with self._lock:
                if callback in self._subscribers:
                    self._subscribers.remove(callback)

        return unsubscribe

    def publish(self, changes: Changes) -> None:
        """Tell the subscribers."""
        with self._lock:
            subscribers = list(self._subscribers)
        for subscriber in subscribers:
            subscriber(changes)

    def changed(self, *kinds: Kind) -> None:
        """Tell the subscribers that nouns other than articles changed."""
        self.publish(Changes(frozenset(kinds)))
