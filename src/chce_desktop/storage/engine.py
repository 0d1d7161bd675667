"""Connections to `site.db` and the two kinds of transaction: `read` and `write`."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from chce_desktop.storage import failures
from chce_desktop.storage.schema import Meta


class Transaction(Session):
    """What `storage` functions are given. Opaque to everybody else."""

    @property
    def raw(self) -> sqlite3.Connection:
        """The driver's connection within this transaction, for what runs thousands of times in one call."""
        found = self.connection().connection.driver_connection
        assert isinstance(found, sqlite3.Connection)  # noqa: S101 - the engine is made for nothing else
        return found


class Database:
    """The open `site.db`. Safe to use from any thread; writers wait for each other, readers for nobody."""

    def __init__(self, path: Path, *, journal_mode: str, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._journal_mode = journal_mode
        self._writing = threading.RLock()
        self._engine = self._make_engine()
        self._sessions = sessionmaker(self._engine, class_=Transaction, expire_on_commit=False)
        self._serial = 0
        self._foreign_write = False
        #: What queries remember of committed data between transactions, each kind under its own key and check.
        self._memory: dict[str, object] = {}

    def _make_engine(self) -> Engine:
        # immutable=1: in a folder that cannot be written to, WAL mode makes even reading fail (SQLite: "Read-only
        # WAL-mode databases"), so nothing beside the file is looked for.
        flags = "?mode=ro&immutable=1" if self.read_only else "?mode=rw"
        address = self.path.absolute().as_uri() + flags

        def connect() -> sqlite3.Connection:
            return sqlite3.connect(address, uri=True, timeout=15.0, check_same_thread=False, isolation_level=None)

        engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=4, max_overflow=8)
        event.listen(engine, "connect", self._on_connect)
        event.listen(engine, "begin", self._on_begin)
        return engine

    def _on_connect(self, connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        if not self.read_only:
            cursor.execute(f"PRAGMA journal_mode={self._journal_mode}")
        for pragma in ("foreign_keys=ON", "synchronous=FULL", "cache_size=-32000", "temp_store=MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @staticmethod
    def _on_begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A consistent view of the library. Raises `failures.LibraryFailure` for what the disk refuses."""
        with failures.translated(self.path), self._sessions(info={"memory": self._memory}) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """All or nothing: committed at the end, undone when an exception leaves the block.

        The library's serial grows with each, so that another process can tell that something changed.
        """
        with (
            failures.translated(self.path),
            self._writing,
            self._sessions(info={"memory": self._memory, "writing": True}) as session,
        ):
            session.connection(execution_options={"writing": True})
            yield session
            session.execute(update(Meta).where(Meta.key == "serial").values(value=Meta.value.op("+")(1)))
            serial = int(session.scalars(select(Meta.value).where(Meta.key == "serial")).one())
            session.commit()
            self._foreign_write = self._foreign_write or serial != self._serial + 1
            self._serial = serial

    def changed_by_others(self) -> bool:
        """Whether another process has written since the last call (or since opening)."""
        with self.read() as session:
            serial = int(session.scalars(select(Meta.value).where(Meta.key == "serial")).one())
        with self._writing:
            changed = self._foreign_write or serial > self._serial
            self._foreign_write = False
            self._serial = max(self._serial, serial)
        return changed

    def write_back(self) -> None:
        """Bring everything from the write-ahead log into the file and empty the log, so that no old text stays in it.

        Where another process is reading just now, what it needs stays until the next time.
        """
        with failures.translated(self.path), self._writing, self._engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")  # a checkpoint is no part of a transaction
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")

    def close(self) -> None:
        """Give the file back. Later calls fail."""
        with self._writing:
            if not self.read_only:
                try:
                    with self._engine.connect() as connection:
                        connection.exec_driver_sql("PRAGMA optimize")
                except DatabaseError:
                    pass  # statistics only; a disk that fails here has told the user already
            self._engine.dispose()
