"""Where imported articles came from, so that the same import can be run again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert as upsert

from chce_desktop.storage.engine import Transaction
from chce_desktop.storage.schema import Origin as _Row


@dataclass(frozen=True, slots=True)
class Origin:
    """Which article came from `address`, made of content with this `hash`; `version` is the article's after that."""

    article_id: int
    address: str
    hash: str
    version: int


def all_of(session: Transaction, format_: str) -> tuple[Origin, ...]:
    """Every origin in a format."""
    query = select(_Row.article_id, _Row.address, _Row.hash, _Row.version).where(_Row.format == format_)
    return tuple(Origin(*row) for row in session.execute(query))


def write(session: Transaction, format_: str, origin: Origin) -> None:
    """Remember where an article came from."""
    values = {"format": format_, "address": origin.address, "hash": origin.hash, "version": origin.version}
    statement = upsert(_Row).values(article_id=origin.article_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=[_Row.article_id], set_=values))
