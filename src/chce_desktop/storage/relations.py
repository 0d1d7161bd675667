"""What belongs to articles many times: columns, tags, flags. Every function takes any number of articles at once."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from chce_desktop.domain.article import ArticlePatch, Flag, FlagSetting
from chce_desktop.storage.moments import from_milliseconds, to_milliseconds

#: Stands for the ids of `listed`, however many they are.
THESE = "(SELECT value FROM json_each(?))"
#: More articles than this are cheaper read with everybody's relations than with their own.
MANY = 20_000

Further = dict[int, tuple[int, ...]]
Tags = dict[int, tuple[str, ...]]
Flags = dict[int, tuple[FlagSetting, ...]]
KeptOut = dict[int, tuple[str, ...]]


class Reader(Protocol):
    """A transaction, as far as these functions need it."""

    @property
    def raw(self) -> sqlite3.Connection:
        """The driver's connection."""


def listed(ids: Iterable[int]) -> str:
    """Ids as one bound value."""
    return json.dumps(list(ids))


def of(session: Reader, ids: list[int] | None) -> tuple[Further, Tags, Flags, KeptOut]:
    """Further columns, tags, flags, and the blocks that they are kept out of, of these articles, or of all."""
    chosen = "" if ids is None else f" AND article_id IN {THESE}"
    values = () if ids is None else (listed(ids),)
    columns: defaultdict[int, list[int]] = defaultdict(list)
    sql = f"SELECT article_id, column_id FROM article_column WHERE NOT main{chosen} ORDER BY position"  # noqa: S608 - words of ours; values are bound
    for article_id, column_id in session.raw.execute(sql, values):
        columns[article_id].append(column_id)
    tags: defaultdict[int, list[str]] = defaultdict(list)
    sql = f"SELECT article_id, tag_id FROM article_tag WHERE true{chosen} ORDER BY position"  # noqa: S608 - our words
    found = session.raw.execute(sql, values).fetchall()
    if found:
        few = listed({tag_id for _, tag_id in found})
        names = dict(session.raw.execute(f"SELECT id, name FROM tag WHERE id IN {THESE}", (few,)))  # noqa: S608 - words of ours; values are bound
        for article_id, tag_id in found:
            tags[article_id].append(names[tag_id])
    flags: defaultdict[int, list[FlagSetting]] = defaultdict(list)
    sql = f"SELECT article_id, flag, until, position, since FROM article_flag WHERE true{chosen} ORDER BY flag"  # noqa: S608 - words of ours; values are bound
    for article_id, flag, until, position, since in session.raw.execute(sql, values):
        flags[article_id].append(FlagSetting(Flag(flag), _moment(until), position, _moment(since)))
    kept_out: defaultdict[int, list[str]] = defaultdict(list)
    sql = f"SELECT article_id, block FROM article_kept_out WHERE true{chosen} ORDER BY block"  # noqa: S608 - our words
    for article_id, block in session.raw.execute(sql, values):
        kept_out[article_id].append(block)
    same: dict[tuple[str, ...], tuple[str, ...]] = {}
    return (
        {article_id: tuple(found) for article_id, found in columns.items()},
        {article_id: same.setdefault(key := tuple(names), key) for article_id, names in tags.items()},
        {article_id: tuple(found) for article_id, found in flags.items()},
        {article_id: tuple(found) for article_id, found in kept_out.items()},
    )


def _moment(value: int | None) -> datetime | None:
    return None if value is None else from_milliseconds(value)


def write(session: Reader, ids: list[int], patch: ArticlePatch, now: datetime) -> None:
    """Give all these articles the columns, tags and flags that `patch` names."""
    if "column_id" in patch:
        _write_main(session, ids, patch["column_id"])
    if "further_columns" in patch:
        _write_further(session, ids, patch["further_columns"])
    if "tags" in patch:
        _write_tags(session, ids, patch["tags"])
    if "flags" in patch:
        _write_flags(session, ids, patch["flags"], now)
    if "kept_out" in patch:
        _write_kept_out(session, ids, patch["kept_out"])


def tag_id(session: Reader, name: str) -> int:
    """The tag of this name, whatever the case; made where there is none."""
    sql = "INSERT INTO tag (name, folded) VALUES (?, ?) ON CONFLICT (folded) DO NOTHING"
    session.raw.execute(sql, (name, name.casefold()))
    return int(session.raw.execute("SELECT id FROM tag WHERE folded = ?", (name.casefold(),)).fetchone()[0])


def _write_main(session: Reader, ids: list[int], main: int | None) -> None:
    sql = f"DELETE FROM article_column WHERE (main OR column_id IS ?) AND article_id IN {THESE}"  # noqa: S608 - our words
    session.raw.execute(sql, (main, listed(ids)))
    if main is not None:
        sql = "INSERT INTO article_column (column_id, article_id, main, position) VALUES (?, ?, 1, 0)"
        session.raw.executemany(sql, [(main, article_id) for article_id in ids])


def _write_further(session: Reader, ids: list[int], further: Iterable[int]) -> None:
    sql = f"DELETE FROM article_column WHERE NOT main AND article_id IN {THESE}"  # noqa: S608 - our own words
    session.raw.execute(sql, (listed(ids),))
    # What is the main column already is not listed twice.
    sql = "INSERT OR IGNORE INTO article_column (column_id, article_id, main, position) VALUES (?, ?, 0, ?)"
    for position, column_id in enumerate(dict.fromkeys(further), 1):
        session.raw.executemany(sql, [(column_id, article_id, position) for article_id in ids])


def _write_tags(session: Reader, ids: list[int], names: Iterable[str]) -> None:
    session.raw.execute(f"DELETE FROM article_tag WHERE article_id IN {THESE}", (listed(ids),))  # noqa: S608 - our words
    tags = dict.fromkeys(tag_id(session, name.strip()) for name in names if name.strip())
    sql = "INSERT INTO article_tag (tag_id, article_id, position) VALUES (?, ?, ?)"
    for position, tag in enumerate(tags):
        session.raw.executemany(sql, [(tag, article_id, position) for article_id in ids])


def _write_flags(session: Reader, ids: list[int], flags: Iterable[FlagSetting], now: datetime) -> None:
    settings = {setting.flag: setting for setting in flags}
    kept = json.dumps([flag.value for flag in settings])
    sql = f"DELETE FROM article_flag WHERE article_id IN {THESE} AND flag NOT IN {THESE}"  # noqa: S608 - our own words
    session.raw.execute(sql, (listed(ids), kept))
    sql = (
        "INSERT INTO article_flag (flag, article_id, until, position, since, set_at) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (flag, article_id) DO UPDATE "
        "SET until = excluded.until, position = excluded.position, since = excluded.since"
    )
    moment = to_milliseconds(now)
    for setting in settings.values():
        until, since = (None if m is None else to_milliseconds(m) for m in (setting.until, setting.since))
        rows = [(setting.flag.value, article_id, until, setting.position, since, moment) for article_id in ids]
        session.raw.executemany(sql, rows)


def _write_kept_out(session: Reader, ids: list[int], blocks: Iterable[str]) -> None:
    session.raw.execute(f"DELETE FROM article_kept_out WHERE article_id IN {THESE}", (listed(ids),))  # noqa: S608 - ours
    rows = [(block, article_id) for block in dict.fromkeys(blocks) for article_id in ids]
    session.raw.executemany("INSERT INTO article_kept_out (block, article_id) VALUES (?, ?)", rows)
