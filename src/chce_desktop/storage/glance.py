"""The first page of a library, read before the library is opened: what the window shows while all else is loaded.

Only a library as every day has it is looked at, of the newest version and in order as far as one sees. Whatever else
there is gives None, without a word: opening it (`storage.library`) finds out what is the matter, and says so.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from chce_desktop.domain.article import Page
from chce_desktop.domain.column import ColumnTree
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.storage import heads, upgrade

#: The name of the library's file in a site's folder.
DATABASE = "site.db"
#: Seconds to wait for somebody who is writing, on disks where readers must.
_PATIENCE = 0.05
#: The order and the condition of a list that nothing narrows, as `storage.lists` walks it.
_NEWEST = (
    "SELECT a.date, a.id FROM article a INDEXED BY ix_article_live_date WHERE a.trashed_at IS NULL "
    "ORDER BY a.date DESC, a.id DESC LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Glance:
    """The newest articles, the columns and the settings of a site, as of one moment."""

    page: Page
    columns: ColumnTree
    settings: SiteSettings


@dataclass(frozen=True, slots=True)
class _Reader:
    raw: sqlite3.Connection


def take(folder: Path, limit: int) -> Glance | None:
    """The first `limit` articles of a site and what goes with them; None where it cannot be had at once."""
    path = folder / DATABASE
    try:
        address = f"{path.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE)) as connection:
            connection.isolation_level = None
            connection.execute("BEGIN")
            if upgrade.version_of(connection) != upgrade.NEWEST:
                return None
            return _read(_Reader(connection), limit)
    except (sqlite3.Error, OSError, ValueError, KeyError, TypeError):
        return None  # damaged, locked, gone: opening it will tell


def _read(reader: _Reader, limit: int) -> Glance:
    keys = reader.raw.execute(_NEWEST, (limit + 1,)).fetchall()
    ids = [article_id for _, article_id in keys[:limit]]
    sql = f"SELECT {heads.HEAD} FROM article a WHERE a.id IN ({', '.join('?' * len(ids))})"  # noqa: S608 - our own words
    found = {info.id: info for info in heads.infos(reader, reader.raw.execute(sql, ids).fetchall())}
    page = Page(
        tuple(found[article_id] for article_id in ids), json.dumps(keys[limit - 1]) if len(keys) > limit else None
    )
    return Glance(page, heads.columns(reader), heads.settings(reader))
