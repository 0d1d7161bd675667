"""How often articles were read: days from web servers' logs, on top of what an older system had counted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chce_desktop.storage import schema
from chce_desktop.storage.engine import Transaction
from chce_desktop.storage.relations import THESE


@dataclass(frozen=True, slots=True)
class CountedLog:
    """A log as far as it was counted: hashes of its first line and of the last bytes before `size`."""

    head: str
    tail: str
    size: int


def log(session: Transaction, head: str) -> CountedLog | None:
    """The log with this first line, where it was counted before."""
    row = session.raw.execute("SELECT head, tail, size FROM read_log WHERE head = ?", (head,)).fetchone()
    return None if row is None else CountedLog(*row)


def remember_log(session: Transaction, name: str, counted: CountedLog, now: datetime, until: int) -> None:
    """Keep how far a log was counted; `until` in milliseconds."""
    sql = (
        "INSERT INTO read_log (name, head, tail, size, counted_at, until) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (head) "
        "DO UPDATE SET name = excluded.name, tail = excluded.tail, size = excluded.size, "
        "counted_at = excluded.counted_at, until = max(until, excluded.until)"
    )
    moment = schema.to_milliseconds(now)
    session.raw.execute(sql, (name, counted.head, counted.tail, counted.size, moment, until))


def add(session: Transaction, days: Mapping[tuple[int, int], int]) -> list[int]:
    """Add reads by (day, article id). An article's version and times stay as they are. The articles that gained."""
    sql = (
        "INSERT INTO read_day (day, article_id, reads) VALUES (?, ?, ?) "
        "ON CONFLICT (day, article_id) DO UPDATE SET reads = reads + excluded.reads"
    )
    session.raw.executemany(sql, [(day, article_id, reads) for (day, article_id), reads in sorted(days.items())])
    totals: dict[int, int] = {}
    for (_, article_id), reads in days.items():
        totals[article_id] = totals.get(article_id, 0) + reads
    session.raw.executemany(
        "UPDATE article SET reads = reads + ? WHERE id = ?",
        [(reads, article_id) for article_id, reads in totals.items()],
    )
    return list(totals)


def last_day(session: Transaction) -> int | None:
    """The newest day with counted reads."""
    found: int | None = session.raw.execute("SELECT max(day) FROM read_day").fetchone()[0]
    return found


def most_read(session: Transaction, first: int, weights: list[float], limit: int) -> list[tuple[int, int]]:
    """Ids and reads of the public articles read most on the days from `first`, each day with its weight."""
    sql = (
        "SELECT r.article_id, sum(r.reads) FROM read_day r JOIN json_each(?1) w ON w.key = r.day - ?2 "
        "JOIN article a ON a.id = r.article_id WHERE r.day BETWEEN ?2 AND ?3 AND a.trashed_at IS NULL "
        "AND a.state IN ('ready', 'published') GROUP BY r.article_id "
        "ORDER BY sum(r.reads * w.value) DESC, r.article_id DESC LIMIT ?4"
    )
    last = first + len(weights) - 1
    return list(session.raw.execute(sql, (json.dumps(weights), first, last, limit)))


def most_read_ever(session: Transaction, limit: int) -> list[tuple[int, int]]:
    """The same by the count that pages show."""
    sql = (
        "SELECT id, reads FROM article WHERE trashed_at IS NULL AND state IN ('ready', 'published') "
        "ORDER BY reads DESC, id DESC LIMIT ?"
    )
    return list(session.raw.execute(sql, (limit,)))


def of_days(session: Transaction, article_ids: Iterable[int]) -> dict[int, int]:
    """How many of these articles' reads come from logs; the rest is the base that was there before."""
    sql = f"SELECT article_id, sum(reads) FROM read_day WHERE article_id IN {THESE} GROUP BY article_id"  # noqa: S608 - words of ours; values are bound
    return dict(session.raw.execute(sql, (json.dumps(list(article_ids)),)))


def addresses(session: Transaction) -> dict[str, int]:
    """Which article lives, or once lived, at which public path."""
    found = dict(
        session.raw.execute("SELECT old_path, article_id FROM redirect WHERE article_id IS NOT NULL").fetchall()
    )
    sql = (
        "SELECT coalesce(c.slug, 'articles') || '/' || a.slug || '.html', a.id FROM article a "
        "LEFT JOIN site_column c ON c.id = a.column_id WHERE a.public_since IS NOT NULL"
    )
    found.update(session.raw.execute(sql))
    return found
