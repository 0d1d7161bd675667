"""The tags of a site, each with all its articles at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from chce_desktop.storage import relations, schema
from chce_desktop.storage.engine import Transaction
from chce_desktop.storage.relations import THESE, listed


def all_of(session: Transaction) -> list[tuple[str, int]]:
    """Every tag with the number of its articles outside the trash; unused ones too."""
    sql = (
        "SELECT g.name, count(a.id) FROM tag g LEFT JOIN article_tag t ON t.tag_id = g.id "
        "LEFT JOIN article a ON a.id = t.article_id AND a.trashed_at IS NULL GROUP BY g.id ORDER BY g.folded"
    )
    return list(session.raw.execute(sql))


def find(session: Transaction, name: str) -> tuple[int, str] | None:
    """Id and spelling of the tag with this name, whatever the case."""
    row = session.raw.execute("SELECT id, name FROM tag WHERE folded = ?", (name.casefold(),)).fetchone()
    return None if row is None else (int(row[0]), str(row[1]))


def articles(session: Transaction, tag_ids: Iterable[int]) -> list[int]:
    """The articles with one of these tags, in the trash too."""
    sql = f"SELECT DISTINCT article_id FROM article_tag WHERE tag_id IN {THESE}"  # noqa: S608 - our own words
    return [row[0] for row in session.raw.execute(sql, (listed(tag_ids),))]


def respell(session: Transaction, tag_id: int, name: str) -> None:
    """Give a tag another name, which no other tag has."""
    sql = "UPDATE tag SET name = ?, folded = ? WHERE id = ?"
    session.raw.execute(sql, (name, name.casefold(), tag_id))


def replace(session: Transaction, tag_id: int, names: Iterable[str], *, keep: bool) -> None:
    """Articles with this tag get those of `names` too, each once; the tag itself goes unless it is kept."""
    sql = (
        "INSERT OR IGNORE INTO article_tag (tag_id, article_id, position) "
        "SELECT ?, article_id, position FROM article_tag WHERE tag_id = ?"
    )
    for name in names:
        session.raw.execute(sql, (relations.tag_id(session, name), tag_id))
    if not keep:
        session.raw.execute("DELETE FROM tag WHERE id = ?", (tag_id,))


def touch(session: Transaction, ids: Iterable[int], now: datetime) -> None:
    """Articles whose tags changed are newer versions."""
    sql = f"UPDATE article SET version = version + 1, updated_at = ? WHERE id IN {THESE}"  # noqa: S608 - our own words
    session.raw.execute(sql, (schema.to_milliseconds(now), listed(ids)))
