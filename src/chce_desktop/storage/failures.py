"""What can be wrong with a library, in the user's words; and the one place where SQLite's words become them."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr


class LibraryFailure(ChceError):
    """The library could not do what was asked."""

    code = "library"


class SiteNotFound(LibraryFailure):
    """There is no site in the folder."""

    code = "site_not_found"


class NotALibrary(LibraryFailure):
    """`site.db` is not a library of this app."""

    code = "not_a_library"


class LibraryDamaged(LibraryFailure):
    """The database fails its integrity check."""

    code = "library_damaged"


class LibraryTooNew(LibraryFailure):
    """A newer version of the app wrote this library."""

    code = "library_too_new"


class LibraryReadOnly(LibraryFailure):
    """The library can be read but not written."""

    code = "read_only"


class LibraryBusy(LibraryFailure):
    """Another program keeps the library locked."""

    code = "library_busy"


class DiskFull(LibraryFailure):
    """No room is left on the disk."""

    code = "disk_full"


class FolderNotEmpty(LibraryFailure):
    """A new site wants an empty folder."""

    code = "folder_not_empty"


class FolderUnreadable(LibraryFailure):
    """The folder cannot be read or made."""

    code = "folder_unreadable"


def damaged(path: Path, detail: str = "") -> LibraryDamaged:
    """The error for a library that fails its check."""
    return LibraryDamaged(
        tr("The library “{name}” is damaged.", name=path.parent.name),
        detail=detail or str(path),
        hint=tr("Nothing was changed. Restore a copy from the folder “backups” or from your own backup."),
    )


def read_only(path: Path, detail: str = "") -> LibraryReadOnly:
    """The error for a library that cannot be written."""
    return LibraryReadOnly(
        tr("The site “{name}” can be read but not changed.", name=path.parent.name),
        detail=detail or str(path),
        hint=tr("Copy the site's folder to a disk that you may write to, and open the copy."),
    )


def of_disk(error: OSError, folder: Path) -> LibraryFailure:
    """The error for a file of the site that the disk refuses."""
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return read_only(folder / "site.db", str(error))
    return _full(folder.name, str(error))


def _full(name: str, detail: str) -> DiskFull:
    return DiskFull(
        tr("The disk of the site “{name}” is full or cannot be written.", name=name),
        detail=detail,
        hint=tr("Make room on the disk and try again; your text is kept."),
    )


_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_READ_ONLY = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def of_sqlite(error: sqlite3.Error, path: Path) -> LibraryFailure | None:
    """The known failure behind SQLite's result code (https://sqlite.org/rescode.html), or None for a bug of ours."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    detail = f"{path}: {error}"
    if code in _DAMAGED:
        return damaged(path, detail)
    if code in _READ_ONLY:
        return read_only(path, detail)
    if code in _BUSY:
        return LibraryBusy(
            tr("Another program is using the library of “{name}”.", name=path.parent.name),
            detail=detail,
            hint=tr("Wait a moment and try again; your text is kept."),
        )
    if code in _FULL:
        return _full(path.parent.name, detail)
    return None


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn the database's errors inside the block into `LibraryFailure`."""
    try:
        yield
    except DBAPIError as error:
        known = of_sqlite(error.orig, path) if isinstance(error.orig, sqlite3.Error) else None
        if known is None:
            raise
        raise known from error
    except sqlite3.Error as error:
        known = of_sqlite(error, path)
        if known is None:
            raise
        raise known from error
