"""Lists of articles: filtered, sorted, counted, a keyset page at a time, never the whole table.

A filter that leaves few articles is answered by gathering and sorting these; one that leaves many by walking the index
of the order until the page is full. A search in order of date reads the full-text index in that order (`hits`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from operator import itemgetter

from chce_desktop.domain.article import ArticleFilter, ArticleInfo, Counts, Page, State
from chce_desktop.storage import articles, fulltext, heads, hits, orders, schema, ways
from chce_desktop.storage.engine import Transaction
from chce_desktop.storage.fulltext import Question
from chce_desktop.storage.hits import NOTHING, Condition
from chce_desktop.storage.orders import Key
from chce_desktop.storage.relations import THESE, listed
from chce_desktop.storage.selection import FEW

#: So many articles are found in a long list one by one; for more, the list is read.
_FEW_PLACES = 8


def page(
    session: Transaction, wanted: ArticleFilter, columns: Sequence[int], after: str | None, limit: int, offset: int = 0
) -> Page:
    """The articles that follow the cursor `after` (None: from the start), but for the first `offset` of these.

    `columns`: the subtree to look in, if any.
    """
    cursor: Key | None = None if after is None else tuple(json.loads(after))
    keys = ways.keys(session, wanted, columns, cursor, limit + 1, offset)
    found = articles.get_infos(session, [article_id for _, article_id in keys[:limit]])
    shown = tuple(found[article_id] for _, article_id in keys[:limit])
    return Page(shown, json.dumps(keys[limit - 1]) if len(keys) > limit else None)


def ids(session: Transaction, wanted: ArticleFilter, columns: Sequence[int]) -> Sequence[int]:
    """All articles of a list, in its order."""
    return ways.whole(session, wanted, columns, ways.Asked.of(session, wanted, columns))


def dated(session: Transaction, wanted: ArticleFilter, columns: Sequence[int]) -> list[datetime]:
    """The dates of all articles of a list that is in order of date, in its order."""
    asked = ways.Asked.of(session, wanted, columns)
    if asked.is_plain and not asked.chosen.narrowing.sql:
        found: Iterator[Key] = orders.walk(session, orders.way(wanted), asked.chosen, None)
    else:
        members = set(ways.members(session, wanted, asked))
        found = orders.arranged(session, orders.way(wanted), members, trashed=wanted.trash)
    return [schema.from_milliseconds(date) for date, _ in found]


def places(
    session: Transaction, wanted: ArticleFilter, columns: Sequence[int], looked_for: Collection[int]
) -> dict[int, int]:
    """At which row of a list, from 0, some articles stand; those that are not in it are left out."""
    asked = ways.Asked.of(session, wanted, columns)
    along, condition = orders.way(wanted), asked.chosen.condition
    counted = asked.is_plain and along.column != "column_id" and len(looked_for) <= _FEW_PLACES
    if not counted:
        among = set(looked_for)
        whole = ways.whole(session, wanted, columns, asked)
        return {article_id: row for row, article_id in enumerate(whole) if article_id in among}
    found = {}
    for article_id in looked_for:
        sql = f"SELECT a.{along.column} FROM article a WHERE a.id = ? AND {condition.sql}"  # noqa: S608 - our own words
        row = session.raw.execute(sql, (article_id, *condition.values)).fetchone()
        if row is not None:
            # What stands before it is counted in the index of the order.
            before = ">" if along.descending else "<"
            sql = (
                f"SELECT count(*) FROM article a INDEXED BY ix_article_live_{along.index} "  # noqa: S608 - as above
                f"WHERE {condition.sql} AND (a.{along.column}, a.id) {before} (?, ?)"
            )
            found[article_id] = int(session.raw.execute(sql, (*condition.values, row[0], article_id)).fetchone()[0])
    return found


def hit_ids(session: Transaction, asked: Question) -> list[int]:
    """Everything that a search finds, in no order."""
    return hits.ids(session, asked)


def count(session: Transaction, wanted: ArticleFilter, columns: Sequence[int]) -> int:
    """How many articles the list has, exactly."""
    asked = ways.Asked.of(session, wanted, columns)
    if asked.question is None:
        sql, values = ways.plain("count(*)", asked.chosen)
        return int(session.raw.execute(sql, values).fetchone()[0])
    if asked.by_texts:
        return len(ways.members(session, wanted, asked))
    return hits.count(session, asked.question, asked.chosen.narrowing)


def trashed_before(session: Transaction, moment: datetime) -> list[int]:
    """The articles that went into the trash before `moment`."""
    sql = "SELECT id FROM article WHERE trashed_at < ? ORDER BY id"
    return [row[0] for row in session.raw.execute(sql, (schema.to_milliseconds(moment),))]


def counts(session: Transaction, columns: Sequence[int] = ()) -> Counts:
    """How many articles are in each state, in the whole site or in some columns."""
    if columns:
        inside = f"FROM article a WHERE a.id IN (SELECT article_id FROM article_column WHERE column_id IN {THESE})"  # noqa: S608 - our own words
        values: tuple[object, ...] = (listed(columns),)
    else:
        inside, values = "FROM article a WHERE true", ()
    sql = f"SELECT a.state, count(*) {inside} AND a.trashed_at IS NULL GROUP BY a.state"
    found = dict(session.raw.execute(sql, values).fetchall())
    sql = f"SELECT count(*) {inside} AND a.trashed_at IS NOT NULL"
    trash = int(session.raw.execute(sql, values).fetchone()[0])
    return Counts({state: found.get(state.value, 0) for state in State}, trash)


def counts_by_column(session: Transaction) -> dict[int, int]:
    """How many articles (outside the trash) have each column as their main one."""
    sql = (
        "SELECT column_id, count(*) FROM article WHERE trashed_at IS NULL AND column_id IS NOT NULL GROUP BY column_id"
    )
    return dict(session.raw.execute(sql).fetchall())


def known_values(session: Transaction, name: str, prefix: str, limit: int) -> tuple[str, ...]:
    """Values that `name` (source, author or editor) has outside the trash, starting with `prefix`, in order."""
    column = {"source": "source", "author": "author", "editor": "editor"}[name]
    found: list[str] = []
    last, here = prefix, ">=" if prefix else ">"
    while len(found) < limit:
        # From one value to the next: thousands of articles share a source, and none of them is looked at.
        sql = f"SELECT min({column}) FROM article WHERE trashed_at IS NULL AND {column} {here} ?"  # noqa: S608 - as above
        (value,) = session.raw.execute(sql, (last,)).fetchone()
        if value is None or not value.startswith(prefix):
            break
        found.append(value)
        last, here = value, ">"
    return tuple(found)


def known_tags(session: Transaction, prefix: str, limit: int) -> tuple[str, ...]:
    """Tags starting with `prefix`, whatever the case."""
    folded = prefix.casefold()
    sql = "SELECT name FROM tag WHERE folded >= ? AND folded < ? ORDER BY folded LIMIT ?"
    return tuple(row[0] for row in session.raw.execute(sql, (folded, folded + "\U0010ffff", limit)))


def matching(
    session: Transaction, query: str, where: str, states: Collection[State], limit: int, *, best_first: bool = False
) -> tuple[int, tuple[ArticleInfo, ...]]:
    """How many indexed articles a query finds in these states (empty: any), and the newest or best of them."""
    asked = fulltext.question(session, query, where)
    if asked is None:
        return 0, ()
    names = ", ".join(f"'{state.value}'" for state in sorted(states))
    condition = Condition(f"a.state IN ({names})") if states else NOTHING
    number = hits.count(session, asked, condition)
    if number and best_first:
        chosen = hits.best(session, query, where, limit, condition=condition)
    elif number:
        chosen = [article_id for _, article_id in hits.by_date(session, asked, limit, condition=condition)]
    else:
        chosen = []
    found = articles.get_infos(session, chosen)
    return number, tuple(found[article_id] for article_id in chosen)


def titled(session: Transaction, typed: str, limit: int) -> tuple[ArticleInfo, ...]:
    """Articles outside the trash whose title holds what was typed, as it stands, in pinyin or by initials."""
    letters = "".join(typed.casefold().split())
    chosen: list[int] = []
    if letters.isascii() and letters.isalnum():
        chosen = articles.find_titles(session, letters, limit)
    if len(chosen) < limit:
        asked = fulltext.question(session, typed, "title")
        if asked is not None:
            chosen += [article_id for _, article_id in hits.by_date(session, asked, limit)]
    found = articles.get_infos(session, chosen)
    return tuple(found[article_id] for article_id in list(dict.fromkeys(chosen))[:limit])


def public_articles(session: Transaction, now: datetime) -> tuple[ArticleInfo, ...]:
    """What readers may see at `now`, newest first."""
    condition = (
        "a.trashed_at IS NULL AND a.state IN ('ready', 'published') AND a.date <= ?1 "
        "AND (a.withdraw_at IS NULL OR a.withdraw_at > ?1)"
    )
    return _heads(session, condition, now)


def prepared_articles(session: Transaction, now: datetime) -> tuple[ArticleInfo, ...]:
    """What readers see or will see, as far as its time has not passed, newest first."""
    condition = (
        "a.trashed_at IS NULL AND a.state IN ('ready', 'published') AND (a.withdraw_at IS NULL OR a.withdraw_at > ?1)"
    )
    return _heads(session, condition, now)


def front_articles(
    session: Transaction,
    now: datetime,
    lines: Iterable[Sequence[int]],
    numbers: tuple[int, int, int],
    further: Iterable[int],
) -> tuple[ArticleInfo, ...]:
    """Of what readers may see at `now`, all that can stand on the front page, newest first.

    That is the newest ones of the site and of each of the `lines` (columns with those below them), what has a flag,
    what is read most, and `further` ones; `numbers` says how many of the site, of each line and of those read most.
    """
    newest, each, most_read = numbers
    moment = schema.to_milliseconds(now)
    public = (
        "a.trashed_at IS NULL AND a.state IN ('ready', 'published') AND a.date <= ?1 "
        "AND (a.withdraw_at IS NULL OR a.withdraw_at > ?1)"
    )
    walk = f"SELECT a.id FROM article a INDEXED BY ix_article_live_date WHERE {public}"  # noqa: S608 - our own words
    by_date = "ORDER BY a.date DESC, a.id DESC LIMIT ?2"
    found = {row[0] for row in session.raw.execute(f"{walk} {by_date}", (moment, newest))}
    found.update(further)
    found |= {row[0] for row in session.raw.execute("SELECT article_id FROM article_flag")}
    by_reads = "ORDER BY a.reads DESC, a.date DESC, a.id DESC LIMIT ?2"
    sql = f"SELECT a.id FROM article a INDEXED BY ix_article_live_reads WHERE {public} {by_reads}"  # noqa: S608 - as above
    found |= {row[0] for row in session.raw.execute(sql, (moment, most_read))}
    for line in lines:
        members = "FROM article_column c WHERE c.column_id IN (SELECT value FROM json_each(?3))"
        counted = f"SELECT count(*) FROM (SELECT 1 {members.replace('?3', '?')} LIMIT {FEW + 1})"  # noqa: S608 - as above
        if session.raw.execute(counted, (listed(line),)).fetchone()[0] > FEW:
            sql = f"{walk} AND EXISTS (SELECT 1 {members} AND c.article_id = a.id) {by_date}"
        else:
            few = f"SELECT a.id FROM article a NOT INDEXED WHERE a.id IN (SELECT c.article_id {members})"  # noqa: S608 - words of ours; values are bound
            sql = f"{few} AND {public} {by_date}"
        found |= {row[0] for row in session.raw.execute(sql, (moment, each, listed(line)))}
    return _heads(session, f"a.id IN ({', '.join(map(str, sorted(found)))}) AND {public}", now)


def kept_out(session: Transaction) -> list[int]:
    """Every article that is kept out of a block of the front page, once."""
    return [row[0] for row in session.raw.execute("SELECT DISTINCT article_id FROM article_kept_out")]


def flagged(session: Transaction) -> list[int]:
    """Every article with a flag, once."""
    return [row[0] for row in session.raw.execute("SELECT DISTINCT article_id FROM article_flag")]


def withdrawn_articles(session: Transaction, now: datetime) -> tuple[ArticleInfo, ...]:
    """What readers once saw and may not see any more, newest first."""
    gone = "a.state = 'withdrawn' OR a.trashed_at IS NOT NULL OR a.withdraw_at <= ?1"
    return _heads(session, f"a.public_since IS NOT NULL AND ({gone})", now)


def next_change(session: Transaction, now: datetime) -> datetime | None:
    """When pages next change by themselves: a future date comes, a take-down time passes, a flag begins or ends."""
    coming = (
        "SELECT min(date) FROM article WHERE trashed_at IS NULL AND state IN ('ready', 'published') AND date > ?1 "
        "UNION ALL SELECT min(withdraw_at) FROM article WHERE withdraw_at > ?1 "
        "UNION ALL SELECT min(since) FROM article_flag WHERE since > ?1 "
        "UNION ALL SELECT min(until) FROM article_flag WHERE until > ?1"
    )
    moments = [row[0] for row in session.raw.execute(coming, (schema.to_milliseconds(now),)) if row[0] is not None]
    return schema.from_milliseconds(min(moments)) if moments else None


def _heads(session: Transaction, condition: str, now: datetime) -> tuple[ArticleInfo, ...]:
    # Read in the order in which they lie and sorted here: SQLite would sort whole rows.
    sql = f"SELECT {heads.HEAD} FROM article a NOT INDEXED WHERE {condition}"  # noqa: S608 - our own words
    rows = session.raw.execute(sql, (schema.to_milliseconds(now),)).fetchall()
    rows.sort(key=itemgetter(heads.DATE, 0), reverse=True)
    return heads.infos(session, rows)
