"""Reading and writing the column tree."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from chce_desktop.domain.column import Column, ColumnPatch, ColumnTree
from chce_desktop.foundation.ids import new_uid
from chce_desktop.storage import heads, schema
from chce_desktop.storage.engine import Transaction
from chce_desktop.storage.relations import THESE, listed

_C = schema.Column


def tree(session: Transaction) -> ColumnTree:
    """All columns. Remembered within a transaction, so that an import asks once."""
    known: ColumnTree | None = session.info.get("columns")
    if known is None:
        known = session.info["columns"] = heads.columns(session)
    return known


def slug_taken(session: Transaction, slug: str, besides: int | None = None) -> bool:
    """Whether another column has this slug."""
    return any(found != besides for found in session.scalars(select(_C.id).where(_C.slug == slug)))


def add(session: Transaction, values: dict[str, Any]) -> int:
    """Insert a column as the last of its siblings; its id."""
    session.info.pop("columns", None)
    parent = values.get("parent_id")
    last = session.scalar(select(func.max(_C.position)).where(_C.parent_id.is_not_distinct_from(parent)))
    column_id = max(session.scalar(select(func.max(_C.id))) or 0, _last_gone(session)) + 1
    position = 0 if last is None else last + 1
    session.execute(insert(_C).values(id=column_id, uid=new_uid(), position=position, **values))
    return column_id


def change(session: Transaction, column_id: int, patch: ColumnPatch) -> None:
    """Write the fields of `patch`."""
    session.info.pop("columns", None)
    if patch:
        session.execute(update(_C).where(_C.id == column_id).values(**patch))


def place(session: Transaction, column_id: int, parent_id: int | None, index: int) -> None:
    """Make the column the `index`-th child of a parent; siblings are numbered anew."""
    session.info.pop("columns", None)
    query = select(_C.id).where(_C.parent_id.is_not_distinct_from(parent_id), _C.id != column_id)
    siblings = list(session.scalars(query.order_by(_C.position, _C.id)))
    siblings.insert(max(0, index), column_id)
    session.execute(update(_C).where(_C.id == column_id).values(parent_id=parent_id))
    for position, sibling in enumerate(siblings):
        session.execute(update(_C).where(_C.id == sibling).values(position=position))


def bring_back(session: Transaction, column: Column) -> None:
    """Insert a column that was removed, with its id, at the top level."""
    session.info.pop("columns", None)
    values = {name: getattr(column, name) for name in heads.COLUMN_NAMES}
    session.execute(insert(_C).values(**values | {"parent_id": None}))


def article_ids(session: Transaction, column_ids: Iterable[int]) -> list[int]:
    """Every article that has one of these columns as its main or a further one, in the trash too."""
    sql = f"SELECT DISTINCT article_id FROM article_column WHERE column_id IN {THESE}"  # noqa: S608 - our own words
    return [row[0] for row in session.raw.execute(sql, (listed(column_ids),))]


def remove(session: Transaction, column_id: int, into: int | None, now: datetime) -> None:
    """Delete a column without children; its articles get `into` (None: no column) instead, as main or further one."""
    session.info.pop("columns", None)
    sql = "UPDATE article SET column_id = ?, version = version + 1, updated_at = ? WHERE column_id = ?"
    session.raw.execute(sql, (into, schema.to_milliseconds(now), column_id))
    if into is not None:
        session.raw.execute(
            "DELETE FROM article_column WHERE column_id = ? AND article_id IN "
            "(SELECT article_id FROM article_column WHERE column_id = ? AND main)",
            (into, column_id),
        )
        session.raw.execute(
            "INSERT OR IGNORE INTO article_column (column_id, article_id, main, position) "
            "SELECT ?, article_id, main, position FROM article_column WHERE column_id = ?",
            (into, column_id),
        )
    session.raw.execute("DELETE FROM article_column WHERE column_id = ?", (column_id,))
    session.raw.execute("DELETE FROM site_column WHERE id = ?", (column_id,))
    gone = max(column_id, _last_gone(session))
    session.raw.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('column_gone', ?)", (str(gone),))


def _last_gone(session: Transaction) -> int:
    """The highest id of a column that went: no other one ever gets it, since an undo may bring the column back."""
    row = session.raw.execute("SELECT value FROM meta WHERE key = 'column_gone'").fetchone()
    return 0 if row is None else int(row[0])
