"""Filters that an editor has named, kept in the library."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from chce_desktop.domain.article import ArticleFilter, Flag, Order, State
from chce_desktop.storage import schema
from chce_desktop.storage.engine import Transaction


def all_of(session: Transaction) -> list[tuple[int, str, ArticleFilter]]:
    """Id, name and filter of every saved search, in order."""
    rows = session.raw.execute("SELECT id, name, filter FROM saved_search ORDER BY position, id")
    return [(row[0], row[1], _unpack(row[2])) for row in rows]


def save(session: Transaction, name: str, wanted: ArticleFilter) -> int:
    """Keep a filter under a name; one that has the name is replaced. Its id."""
    sql = (
        "INSERT INTO saved_search (name, position, filter) "
        "VALUES (?, (SELECT coalesce(max(position), -1) + 1 FROM saved_search), ?) "
        "ON CONFLICT (name) DO UPDATE SET filter = excluded.filter"
    )
    session.raw.execute(sql, (name, _pack(wanted)))
    return int(session.raw.execute("SELECT id FROM saved_search WHERE name = ?", (name,)).fetchone()[0])


def rename(session: Transaction, search_id: int, name: str) -> bool:
    """Another name, which no other search has; whether there was such a search."""
    return session.raw.execute("UPDATE saved_search SET name = ? WHERE id = ?", (name, search_id)).rowcount > 0


def remove(session: Transaction, search_id: int) -> None:
    """Forget a saved search."""
    session.raw.execute("DELETE FROM saved_search WHERE id = ?", (search_id,))


def _pack(wanted: ArticleFilter) -> str:
    default = ArticleFilter()
    values: dict[str, Any] = {}
    for name in ArticleFilter.__dataclass_fields__:
        value = getattr(wanted, name)
        if value != getattr(default, name):
            if isinstance(value, datetime):
                value = schema.to_milliseconds(value)
            values[name] = sorted(value) if isinstance(value, frozenset) else value
    return json.dumps(values, ensure_ascii=False)


def _unpack(text: str) -> ArticleFilter:
    values: dict[str, Any] = json.loads(text)
    known = {key: value for key, value in values.items() if key in ArticleFilter.__dataclass_fields__}
    for key, make in (
        ("states", lambda states: frozenset(map(State, states))),
        ("flag", Flag),
        ("order", Order),
        ("since", schema.from_milliseconds),
        ("until", schema.from_milliseconds),
    ):
        if known.get(key) is not None:
            known[key] = make(known[key])
    return ArticleFilter(**known)
