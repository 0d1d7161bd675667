"""Addresses that once led somewhere and still must."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from chce_desktop.domain.redirect import Redirect
from chce_desktop.storage import schema
from chce_desktop.storage.engine import Transaction

_R = schema.Redirect


def all_of(session: Transaction) -> tuple[Redirect, ...]:
    """Every redirect, in order of its old address."""
    query = select(_R.old_path, _R.article_id, _R.column_id).order_by(_R.old_path)
    return tuple(Redirect(*row) for row in session.execute(query))


def add(session: Transaction, redirects: Iterable[Redirect], now: datetime) -> None:
    """Keep redirects; an old address that already leads elsewhere now leads here."""
    for redirect in redirects:
        statement = insert(_R).values(
            old_path=redirect.old_path, article_id=redirect.article_id, column_id=redirect.column_id, made_at=now
        )
        session.execute(
            statement.on_conflict_do_update(
                index_elements=[_R.old_path],
                set_={"article_id": redirect.article_id, "column_id": redirect.column_id, "made_at": now},
            )
        )


def forget(session: Transaction, path: str) -> None:
    """A page lives at `path` again, so nothing leads away from there."""
    session.execute(delete(_R).where(_R.old_path == path))
