"""The public paths of pages that a host was ever given: something stands at each of them for ever."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from chce_desktop.storage import schema
from chce_desktop.storage.engine import Transaction


def moments(session: Transaction) -> dict[str, int]:
    """All of them, with the time at which a host was first given each, in ms since 1970."""
    return dict(session.raw.execute("SELECT path, since FROM published_path"))


def add(session: Transaction, found: Iterable[str], now: datetime) -> None:
    """Remember pages that readers can reach from now on."""
    known = moments(session)
    moment = schema.to_milliseconds(now)
    rows = [(path, moment) for path in found if path not in known]
    session.raw.executemany("INSERT INTO published_path (path, since) VALUES (?, ?)", rows)


def forget(session: Transaction, purged: Iterable[str]) -> None:
    """Nothing shall remind of these any more, not even their addresses."""
    session.raw.executemany("DELETE FROM published_path WHERE path = ?", [(path,) for path in purged])
