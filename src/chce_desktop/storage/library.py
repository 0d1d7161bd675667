"""The site's folder on disk: make one, open one, bring it up to date, copy it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

from chce_desktop.foundation import files
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.ids import new_uid
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.storage import failures, places, upgrade
from chce_desktop.storage.engine import Database

DATABASE = "site.db"
MEDIA = "media"
BACKUPS = "backups"

#: Files that an operating system or a cloud client drops anywhere; they do not make a folder "not empty".
_LITTER = frozenset({".ds_store", "desktop.ini", "thumbs.db", ".localized"})
_APPLICATION_ID = 0x43484345  # "CHCE" in the header of the file (https://sqlite.org/fileformat.html#application_id)
#: Up to this size the whole file is checked while opening; larger ones in the background (`check`).
_CHECK_AT_ONCE = 64 * 1024 * 1024


def create(folder: Path) -> Database:
    """Make an empty library in `folder`, which is made too. Raises FolderNotEmpty, FolderUnreadable, DiskFull."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        occupied = [entry.name for entry in folder.iterdir() if entry.name.lower() not in _LITTER]
    except OSError as error:
        raise _unreadable(folder, error) from error
    if occupied:
        raise failures.FolderNotEmpty(
            tr("The folder “{name}” is not empty.", name=folder.name),
            detail=f"{folder}: {', '.join(sorted(occupied)[:10])}",
            hint=tr("Choose an empty folder or a new name for the site."),
        )
    path = folder / DATABASE
    draft = folder / ".site.db.new"
    try:
        (folder / MEDIA).mkdir(exist_ok=True)
        with failures.translated(path), contextlib.closing(sqlite3.connect(draft)) as connection:
            connection.execute(f"PRAGMA application_id={_APPLICATION_ID}")
            upgrade.to_newest(connection)
            connection.execute("INSERT INTO meta (key, value) VALUES ('uid', ?), ('serial', '0')", (new_uid(),))
            connection.commit()
        files.replace(draft, path)
    except (OSError, ChceError) as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unreadable(folder, error) from error
        raise
    return _connect(path)


def open_existing(folder: Path, progress: Progress = SILENT) -> Database:
    """Open the library in `folder`; an older one is brought up to date after a verified copy of it was made.

    Raises SiteNotFound, NotALibrary, LibraryDamaged, LibraryTooNew, FolderUnreadable and what the disk refuses. A
    library that cannot be written is opened for reading.
    """
    path = folder / DATABASE
    progress.report(tr("Opening the site"))
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError as error:
        raise failures.SiteNotFound(
            tr("There is no site in the folder “{name}”.", name=folder.name),
            detail=str(path),
            hint=tr("Choose the folder that holds the file “{file}”.", file=DATABASE),
        ) from error
    except OSError as error:
        raise _unreadable(folder, error) from error
    if header[:16] != b"SQLite format 3\x00":
        raise _not_a_library(path)
    writable = _writable(folder, path)
    with failures.translated(path):
        with contextlib.closing(_raw(path, writable=writable)) as connection:
            found = upgrade.version_of(connection)
            if found is None:
                raise _not_a_library(path)
            if found not in upgrade.KNOWN:
                raise failures.LibraryTooNew(
                    tr("The site “{name}” was made by a newer version of this app.", name=folder.name),
                    detail=f"{path}: {found}",
                    hint=tr("Update the app on this computer; the site was not changed."),
                )
            if size <= _CHECK_AT_ONCE:
                _check(connection, path)
        if found != upgrade.NEWEST:
            if not writable:
                raise failures.read_only(path)
            progress.report(tr("Bringing the library up to date"))
            _upgrade(path, found)
    return _connect(path, writable=writable)


def check(path: Path) -> None:
    """Read the whole library and verify its structure. Raises LibraryDamaged."""
    with failures.translated(path), contextlib.closing(_raw(path, writable=False)) as connection:
        _check(connection, path)


def copy(source: Path, target: Path) -> None:
    """A whole, verified copy of a live library (SQLite's backup API; copying the file itself would tear it)."""
    draft = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with (
            failures.translated(source),
            contextlib.closing(_raw(source, writable=False)) as old,
            contextlib.closing(sqlite3.connect(draft)) as new,
        ):
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")
            _check(new, target)
        files.replace(draft, target)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def _upgrade(path: Path, found: str) -> None:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    copy(path, path.parent / BACKUPS / f"site-{found}-{stamp}.db")
    with contextlib.closing(_raw(path, writable=True)) as connection:
        upgrade.to_newest(connection)


def _connect(path: Path, *, writable: bool = True) -> Database:
    # WAL needs shared memory between processes of one computer: not on network drives, and a synchronisation client
    # that copies the -wal file apart from the database corrupts both.
    mode = "WAL" if places.is_plain_local(path.parent) else "TRUNCATE"
    return Database(path, journal_mode=mode, read_only=not writable)


def _raw(path: Path, *, writable: bool) -> sqlite3.Connection:
    mode = "rw" if writable else "ro" if _writable(path.parent, path) else "ro&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=15.0)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    try:
        answer = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
    except sqlite3.DatabaseError as error:
        known = failures.of_sqlite(error, path)
        raise (known or failures.damaged(path, str(error))) from error
    if answer != ["ok"]:
        raise failures.damaged(path, "\n".join(answer))


def _writable(folder: Path, path: Path) -> bool:
    """Whether the file may be written and files may be made beside it; asked by trying, as permissions can lie."""
    if not path.stat().st_mode & stat.S_IWRITE:
        return False
    probe = folder / f".chce-probe-{os.getpid()}"
    try:
        with path.open("r+b"):
            pass
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def _not_a_library(path: Path) -> failures.NotALibrary:
    return failures.NotALibrary(
        tr("“{name}” is not a site of this app.", name=path.name),
        detail=str(path),
        hint=tr("Choose the folder of a site that this app has made."),
    )


def _unreadable(folder: Path, error: OSError) -> failures.FolderUnreadable:
    if folder.is_file():
        return failures.FolderUnreadable(
            tr("“{name}” is a file, not a folder.", name=folder.name),
            detail=str(folder),
            hint=tr("A site is a folder: choose that."),
        )
    return failures.FolderUnreadable(
        tr("The folder “{name}” cannot be used.", name=folder.name or str(folder)),
        detail=str(error),
        hint=tr("Check that the disk is connected and that you may read and write there."),
    )
