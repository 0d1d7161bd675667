"""Articles in an order: walked along its index, gathered and sorted, or remembered as a whole.

Whoever jumps far into a list, or takes all of it, will look at more of it: the ids of such a list are kept in their
order until the library changes (8 bytes an article), so that each further page is a slice of them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from chce_desktop.domain.article import ArticleFilter, Order
from chce_desktop.storage.engine import Transaction
from chce_desktop.storage.hits import NOTHING, Condition
from chce_desktop.storage.relations import THESE, listed
from chce_desktop.storage.selection import FEW, Selection

#: Sort value (None for no column) and id.
Key = tuple[Any, int]

#: Column of the order, whether the greatest comes first, and the index of the live articles in that order.
_ORDERS: dict[Order, tuple[str, bool, str]] = {
    Order.NEWEST: ("date", True, "date"),
    Order.OLDEST: ("date", False, "date"),
    Order.UPDATED: ("updated_at", True, "updated"),
    Order.CREATED: ("created_at", True, "created"),
    Order.TITLE: ("title", False, "title"),
    Order.READS: ("reads", True, "reads"),
    Order.CHARACTERS: ("characters", True, "characters"),
    Order.STATE: ("state", False, "state"),
    Order.COLUMN: ("column_id", False, "column"),
    Order.SOURCE: ("source", False, "source"),
    Order.AUTHOR: ("author", False, "author"),
    Order.EDITOR: ("editor", False, "editor"),
}
#: Lists that are remembered as a whole at the same time.
_REMEMBERED = 4


@dataclass(frozen=True, slots=True)
class Way:
    """The column of an order, the index of the live articles in it, and the direction."""

    column: str
    index: str
    descending: bool

    @property
    def by(self) -> str:
        """The SQL of the order, for the article `a`."""
        direction = "DESC" if self.descending else "ASC"
        return f"ORDER BY a.{self.column} {direction}, a.id {direction}"

    @property
    def beyond(self) -> str:
        """What compares a later value with an earlier one."""
        return "<" if self.descending else ">"


def way(wanted: ArticleFilter) -> Way:
    """The order of a list; BEST is told apart by the caller and NEWEST otherwise."""
    column, descending, index = _ORDERS.get(wanted.order, _ORDERS[Order.NEWEST])
    return Way(column, index, descending is not wanted.reverse)


def these(found: Collection[int]) -> Selection:
    """Some articles as a selection."""
    few = Condition(f"SELECT a.id FROM article a WHERE a.id IN {THESE}", (listed(found),))  # noqa: S608 - our own words
    return Selection(Condition("true"), NOTHING, few, len(found))


def gathered(
    session: Transaction, along: Way, chosen: Selection, after: Key | None, limit: int, offset: int = 0
) -> list[Key]:
    """A page of a selection whose few articles are known, sorted; `limit` -1 for all."""
    assert chosen.few is not None  # noqa: S101 - what is many is walked
    source = f"article a NOT INDEXED WHERE a.id IN ({chosen.few.sql}) AND {chosen.condition.sql}"
    sql, values = _walking(source, (*chosen.few.values, *chosen.condition.values), along, after, same=None)
    return session.raw.execute(f"{sql} LIMIT ? OFFSET ?", (*values, limit, offset)).fetchall()


def walked(
    session: Transaction, along: Way, chosen: Selection, after: Key | None, limit: int, offset: int = 0
) -> list[Key]:
    """A page of a selection outside the trash, along the index of its order."""
    if after is None:
        sql, values = _walking(*_indexed(along, chosen), along, None, same=None)
        return session.raw.execute(f"{sql} LIMIT ? OFFSET ?", (*values, limit, offset)).fetchall()
    return list(islice(walk(session, along, chosen, after), offset, offset + limit))


def walk(session: Transaction, along: Way, chosen: Selection, after: Key | None) -> Iterator[Key]:
    """All of a selection outside the trash after a cursor, along the index of its order, as far as the caller goes."""
    source, values = _indexed(along, chosen)
    # Within one value SQLite searches the index by id only where the value is given: a whole library may share it.
    steps = (None,) if after is None or after[0] is None else (True, False)
    for same in steps:
        yield from session.raw.execute(*_walking(source, values, along, after, same=same))


def arranged(session: Transaction, along: Way, members: set[int], *, trashed: bool) -> Iterator[Key]:
    """All these articles in order; `trashed`: they lie in the trash."""
    if trashed or len(members) <= FEW:
        yield from gathered(session, along, these(members), None, -1)
        return
    sql = f"SELECT a.{along.column}, a.id FROM article a INDEXED BY ix_article_live_{along.index}"  # noqa: S608 - ours
    for key in session.raw.execute(f"{sql} WHERE a.trashed_at IS NULL {along.by}"):
        if key[1] in members:
            yield key


def remembered(
    session: Transaction, name: object, make: Callable[[], Collection[int]], *, most: int = _REMEMBERED
) -> Sequence[int]:
    """Ids that were made under this name, made anew when the library has changed since."""
    if session.info.get("writing"):
        return array("q", make())
    serial = session.raw.execute("SELECT value FROM meta WHERE key = 'serial'").fetchone()[0]
    memory = session.info["memory"]
    known: dict[object, tuple[object, Sequence[int]]] = memory.get("lists", {})
    found = known.get(name)
    if found is None or found[0] != serial:
        found = (serial, array("q", make()))
    others = [(key, each) for key, each in known.items() if key != name and each[0] == serial]
    memory["lists"] = dict([*others[1 - most :], (name, found)])  # exchanged at once: other threads read it
    return found[1]


def keys_of(session: Transaction, along: Way, ids: Sequence[int]) -> list[Key]:
    """Sort values with ids, in the order of the ids."""
    sql = f"SELECT a.id, a.{along.column} FROM article a WHERE a.id IN {THESE}"  # noqa: S608 - our own words
    values = dict(session.raw.execute(sql, (listed(ids),)))
    return [(values[article_id], article_id) for article_id in ids]


def _indexed(along: Way, chosen: Selection) -> tuple[str, tuple[object, ...]]:
    index = f"ix_article_live_{along.index}"
    return f"article a INDEXED BY {index} WHERE {chosen.condition.sql}", chosen.condition.values


def _walking(
    source: str, values: tuple[object, ...], along: Way, after: Key | None, *, same: bool | None
) -> tuple[str, tuple[object, ...]]:
    """The query of sort values and ids in order, after a cursor; `same`: only those with its value, or only others."""
    column, beyond = along.column, along.beyond
    if after is not None:
        if after[0] is None:  # only a column can be missing; SQLite puts it before all others
            source += f" AND ((a.{column} IS NULL AND a.id {beyond} ?)"
            source += ")" if along.descending else f" OR a.{column} IS NOT NULL)"
            values += after[1:]
        else:
            missing = f" OR a.{column} IS NULL" if along.descending and column == "column_id" else ""
            if same:
                source += f" AND a.{column} = ? AND a.id {beyond} ?"
                values += after
            elif same is None:
                source += f" AND ((a.{column}, a.id) {beyond} (?, ?){missing})"
                values += after
            else:
                source += f" AND (a.{column} {beyond} ?{missing})"
                values += after[:1]
    return f"SELECT a.{column}, a.id FROM {source} {along.by}", values  # noqa: S608 - our own words
