"""Addresses that once led somewhere and still must."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from chce_desktop.domain.redirect import Redirect
from chce_desktop.storage import schema
from chce_desktop.storage.engine import Transaction

_R = schema.Redirect


def all_of(session: Transaction) -> tuple[Redirect, ...]:
    """Every redirect, in order of its old address."""
    query = select(_R.old_path, _R.article_id, _R.column_id, _R.tag).order_by(_R.old_path)
    return tuple(Redirect(*row) for row in session.execute(query))


def add(session: Transaction, redirects: Iterable[Redirect], now: datetime) -> None:
    """Keep redirects; an old address that already leads elsewhere now leads here."""
    sql = "INSERT OR REPLACE INTO redirect (old_path, article_id, column_id, tag, made_at) VALUES (?, ?, ?, ?, ?)"
    moment = schema.to_milliseconds(now)
    session.raw.executemany(
        sql, [(each.old_path, each.article_id, each.column_id, each.tag, moment) for each in redirects]
    )


def forget(session: Transaction, *paths: str) -> None:
    """Pages live at these paths again, so nothing leads away from there."""
    session.raw.executemany("DELETE FROM redirect WHERE old_path = ?", [(path,) for path in paths])


def leads_on(session: Transaction, path: str) -> bool:
    """Whether an old address leads somewhere."""
    return session.raw.execute("SELECT 1 FROM redirect WHERE old_path = ?", (path,)).fetchone() is not None


def leading_to(session: Transaction, column_id: int) -> tuple[str, ...]:
    """The old addresses that lead to a column."""
    sql = "SELECT old_path FROM redirect WHERE column_id = ?"
    return tuple(row[0] for row in session.raw.execute(sql, (column_id,)))


def lead(session: Transaction, paths: Iterable[str], column_id: int, now: datetime) -> None:
    """Old addresses lead to another column from now on."""
    add(session, [Redirect(path, column_id=column_id) for path in paths], now)


def lead_tag_on(session: Transaction, old: str, new: str) -> None:
    """What led to a tag leads to another one from now on."""
    session.raw.execute("UPDATE redirect SET tag = ? WHERE tag = ?", (new, old))
