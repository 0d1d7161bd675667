"""Addresses that once led somewhere and still must. `services.formeraddresses` has the rule of who is found there.

A row that leads to nothing stands for what was deleted for good: nobody is found there, whoever has stood there since.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from chce_desktop.domain.redirect import Redirect
from chce_desktop.storage import schema
from chce_desktop.storage.engine import Transaction

_R = schema.Redirect
_LEADS = "(article_id IS NOT NULL OR column_id IS NOT NULL OR tag <> '')"
_ADD = "INSERT INTO redirect (old_path, article_id, column_id, tag, made_at) VALUES (?, ?, ?, ?, ?)"
_CHANGE = (
    "ON CONFLICT (old_path) DO UPDATE SET article_id = excluded.article_id, column_id = excluded.column_id, "
    "tag = excluded.tag, made_at = excluded.made_at"
)
_PUBLISHED = "(SELECT path FROM published_path)"


def all_of(session: Transaction) -> tuple[Redirect, ...]:
    """Every redirect, in order of its old address."""
    query = select(_R.old_path, _R.article_id, _R.column_id, _R.tag).order_by(_R.old_path)
    return tuple(Redirect(*row) for row in session.execute(query) if any(row[1:]))


def paths(session: Transaction) -> tuple[str, ...]:
    """Every old address, also those that lead to nothing."""
    return tuple(row[0] for row in session.raw.execute("SELECT old_path FROM redirect"))


def at(session: Transaction, former: Iterable[str]) -> dict[str, Redirect]:
    """What is remembered for these addresses; one that leads to nothing too."""
    sql = "SELECT old_path, article_id, column_id, tag FROM redirect WHERE old_path = ?"
    found = (session.raw.execute(sql, (path,)).fetchone() for path in former)
    return {row[0]: Redirect(*row) for row in found if row is not None}


def leads_on(session: Transaction, path: str) -> bool:
    """Whether an old address leads somewhere."""
    sql = f"SELECT 1 FROM redirect WHERE old_path = ? AND {_LEADS}"  # noqa: S608 - our own words
    return session.raw.execute(sql, (path,)).fetchone() is not None


def keep(session: Transaction, redirects: Iterable[Redirect], now: datetime) -> None:
    """Old addresses lead here; one that a host was given, and that is remembered already, stays as it is."""
    sql = f"{_ADD} {_CHANGE} WHERE old_path NOT IN {_PUBLISHED}"
    session.raw.executemany(sql, _rows(redirects, now))


def put(session: Transaction, redirects: Iterable[Redirect], now: datetime) -> None:
    """Old addresses lead here, wherever they led before."""
    session.raw.executemany(f"{_ADD} {_CHANGE}", _rows(redirects, now))


def lead_nowhere(session: Transaction, former: Iterable[str], now: datetime) -> None:
    """Of these addresses, those that a host was given and that lead to nobody else are remembered as nobody's."""
    sql = (
        "INSERT OR IGNORE INTO redirect (old_path, tag, made_at) SELECT path, '', ? FROM published_path WHERE path = ?"
    )
    moment = schema.to_milliseconds(now)
    session.raw.executemany(sql, [(moment, path) for path in former])


def drop(session: Transaction, redirects: Iterable[Redirect]) -> None:
    """Forget these redirects; an address that leads elsewhere goes on doing so."""
    sql = "DELETE FROM redirect WHERE old_path = ? AND article_id IS ? AND column_id IS ? AND tag = ?"
    session.raw.executemany(sql, [(each.old_path, each.article_id, each.column_id, each.tag) for each in redirects])


def forget(session: Transaction, former: Iterable[str]) -> None:
    """Forget wherever these addresses lead."""
    session.raw.executemany("DELETE FROM redirect WHERE old_path = ?", [(path,) for path in former])


def of_article(session: Transaction, article_id: int) -> tuple[str, ...]:
    """The old addresses that lead to an article."""
    return _leading(session, "article_id", article_id)


def of_column(session: Transaction, column_id: int) -> tuple[str, ...]:
    """The old addresses that lead to a column."""
    return _leading(session, "column_id", column_id)


def lead_column_on(session: Transaction, old: int, new: int) -> None:
    """What led to a column leads to another one from now on."""
    session.raw.execute("UPDATE redirect SET column_id = ? WHERE column_id = ?", (new, old))


def lead_tag_on(session: Transaction, old: str, new: str) -> None:
    """What led to a tag leads to another one from now on."""
    session.raw.execute("UPDATE redirect SET tag = ? WHERE tag = ?", (new, old))


def _leading(session: Transaction, kind: str, number: int) -> tuple[str, ...]:
    sql = f"SELECT old_path FROM redirect WHERE {kind} = ?"  # noqa: S608 - our own words
    return tuple(row[0] for row in session.raw.execute(sql, (number,)))


def _rows(redirects: Iterable[Redirect], now: datetime) -> list[tuple[object, ...]]:
    moment = schema.to_milliseconds(now)
    return [(each.old_path, each.article_id, each.column_id, each.tag, moment) for each in redirects]
