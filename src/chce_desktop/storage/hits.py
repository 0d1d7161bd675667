"""What a search finds: counted exactly, newest or oldest first, or the best of them."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log2

from chce_desktop.storage import fulltext, phrases, shelves
from chce_desktop.storage.engine import Transaction
from chce_desktop.storage.fulltext import Proof, Question

#: Up to this many candidates are sorted at once, without looking at shelves.
_FEW = 600
#: So many shelves are read at least, and so many at most if the others hold as much of what is wanted; else the
#: articles that a condition leaves are looked through instead.
_NEAR, _FAR = 3, 24
#: Up to this many candidates are read rather than that.
_MANY = 4000
#: The newest hits among which the best are chosen: with every term in the title, and anywhere.
_IN_TITLE, _ANYWHERE = 150, 250

Hit = tuple[int, int]  # date in milliseconds, article id


@dataclass(frozen=True, slots=True)
class Condition:
    """What else must hold, as SQL on the article `a` (and the place `p`); empty for nothing.

    `among`: a query of dates and ids of the articles that fulfil it, where these are not too many to be looked through.
    """

    sql: str = ""
    values: tuple[object, ...] = ()
    among: Condition | None = None


NOTHING = Condition()


def count(session: Transaction, asked: Question, condition: Condition = NOTHING) -> int:
    """How many indexed articles have every term, and fulfil the condition."""
    if not condition.sql and asked.proof is None:
        return fulltext.count_candidates(session, asked)
    if asked.proof is None:
        sql, values = _select("count(*)", asked, condition)
        return int(session.raw.execute(sql, values).fetchone()[0])
    return len(ids(session, asked, condition))


def ids(session: Transaction, asked: Question, condition: Condition = NOTHING) -> list[int]:
    """All of them, in no order."""
    proof = asked.proof
    if proof is None:
        sql, values = _select("p.article_id", asked, condition)
        return [row[0] for row in session.raw.execute(sql, values)]
    sql, values = _select("p.article_id, CAST(b.text AS BLOB)", asked, condition)
    candidates = 0
    found = []
    for article_id, body in session.raw.execute(sql, values):
        candidates += 1
        if proof.holds(session, article_id, body):
            found.append(article_id)
    if candidates > phrases.MANY and len(proof.terms) == 1:
        phrases.wanted(session, proof.terms)
    return found


def by_date(
    session: Transaction,
    asked: Question,
    limit: int,
    *,
    newest_first: bool = True,
    after: Hit | None = None,
    condition: Condition = NOTHING,
) -> list[Hit]:
    """The first `limit` hits by date and id that follow `after`."""
    found: list[Hit] = []
    try:
        for date, article_id in _walk(
            session, asked, limit, newest_first=newest_first, after=after, condition=condition
        ):
            if asked.proof is None or asked.proof.holds(session, article_id):
                found.append((date, article_id))
                if len(found) == limit:
                    break
    except _Far:
        proof = Proof(asked.terms, asked.where)
        rest = _among(session, condition, found[-1] if found else after, newest_first=newest_first)
        found += islice((hit for hit in rest if proof.holds(session, hit[1])), limit - len(found))
    return found


class _Far(Exception):
    """Hits that fulfil the condition lie far behind what was looked at, or are rare there."""


def _among(session: Transaction, condition: Condition, after: Hit | None, *, newest_first: bool) -> list[Hit]:
    """What fulfils a condition, whatever its text, in order of date and id."""
    assert condition.among is not None  # noqa: S101 - `_walk` has looked
    sql, values = condition.among.sql, condition.among.values
    if after is not None:
        sql += f" AND (a.date, a.id) {'<' if newest_first else '>'} (?, ?)"
        values += after
    return sorted(session.raw.execute(sql, values), reverse=newest_first)


def best(
    session: Transaction, query: str, where: str, limit: int, *, condition: Condition = NOTHING, trashed: bool = False
) -> list[int]:
    """The ids of the best hits, best first.

    A term in the title counts most, then how often terms occur in the text, then the date. Chosen among the newest 150
    with every term in the title and the newest 250 with every term anywhere, and among all hits where there are fewer.
    """
    asked = fulltext.question(session, query, where, trashed=trashed)
    if asked is None:
        return []
    pool = dict.fromkeys(by_date(session, asked, _ANYWHERE, condition=condition))
    in_title = fulltext.question(session, query, "title", trashed=trashed)
    if where == "all" and in_title is not None and len(pool) == _ANYWHERE:
        pool |= dict.fromkeys(by_date(session, in_title, _IN_TITLE, condition=condition))
    texts = fulltext.texts(session, [article_id for _, article_id in pool])

    def key(hit: Hit) -> tuple[float, int, int]:
        title, summary, body = texts[hit[1]]
        title, body = title.casefold(), body.casefold()
        titled = sum(term in title for term in asked.terms) / len(asked.terms)
        often = sum(log2(1 + body.count(term)) for term in asked.terms) / len(asked.terms)
        told = any(term in summary.casefold() for term in asked.terms)
        return (-(4 * titled + often + told), -hit[0], -hit[1])

    return [article_id for _, article_id in heapq.nsmallest(limit, pool, key=key)]


def _walk(
    session: Transaction, asked: Question, wanted: int, *, newest_first: bool, after: Hit | None, condition: Condition
) -> Iterator[Hit]:
    """Candidates in order of date and id, read shelf by shelf as far as the caller goes, some `wanted` of them.

    Raises _Far.
    """
    sign = -1 if newest_first else 1
    start = None if after is None else (sign * after[0], sign * after[1])
    waiting: list[Hit] = []

    gathered = 0

    def gather(rows: Iterable[Hit]) -> None:
        nonlocal gathered
        for date, article_id in rows:
            key = (sign * date, sign * article_id)
            if start is None or key > start:
                heapq.heappush(waiting, key)
                gathered += 1

    def far() -> bool:
        worthy = condition.among is not None and position >= _NEAR
        return worthy and not fulltext.has_at_most(session, asked, _MANY)

    sql, values = _select("p.date, p.article_id", asked, condition)
    few = _few(session, asked, sql, values, condition)
    if few is not None:
        gather(few)
        queue: list[shelves.Shelf] = []
    else:
        queue = sorted(shelves.all_of(session), key=lambda s: sign * (s.newest if newest_first else s.oldest))
        if after is not None:
            queue = [s for s in queue if (s.oldest <= after[0] if newest_first else s.newest >= after[0])]
    # FTS5 begins at the end of its lists that is asked for: the newest articles mostly have the highest numbers.
    way = "ORDER BY t.rowid DESC" if newest_first else ""
    position, step = 0, 1
    while waiting or position < len(queue):
        if position < len(queue):
            shelf = queue[position]
            bound = sign * (shelf.newest if newest_first else shelf.oldest)
            if not waiting or waiting[0][0] >= bound:
                if gathered * _FAR < wanted * position and far():
                    raise _Far
                for first, last in _runs(queue[position : position + step]):
                    gather(session.raw.execute(f"{sql} AND t.rowid BETWEEN ? AND ? {way}", (*values, first, last)))
                position, step = position + step, step * 2
                continue
        date, article_id = heapq.heappop(waiting)
        yield sign * date, sign * article_id


def _few(
    session: Transaction, asked: Question, sql: str, values: tuple[object, ...], condition: Condition
) -> list[Hit] | None:
    """All candidates, where they are few enough to be sorted at once."""
    if condition.sql:
        few = fulltext.has_at_most(session, asked, _FEW)
        return session.raw.execute(sql, values).fetchall() if few else None
    rows = session.raw.execute(f"{sql} LIMIT ?", (*values, _FEW + 1)).fetchall()
    return rows if len(rows) <= _FEW else None


def _runs(chosen: Sequence[shelves.Shelf]) -> Iterator[tuple[int, int]]:
    """The ranges of numbers on some shelves, neighbours joined."""
    first = last = None
    for shelf in sorted(chosen, key=lambda s: s.id):
        if last is not None and first is not None and shelf.first == last + 1:
            last = shelf.last
            continue
        if first is not None and last is not None:
            yield first, last
        first, last = shelf.first, shelf.last
    if first is not None and last is not None:
        yield first, last


def _select(what: str, asked: Question, condition: Condition) -> tuple[str, tuple[object, ...]]:
    sql = f"SELECT {what} FROM article_text t CROSS JOIN text_place p ON p.place = t.rowid"  # noqa: S608 - our own words
    if condition.sql:
        sql += " CROSS JOIN article a ON a.id = p.article_id"
    if "b.text" in what:
        sql += " CROSS JOIN article_body b ON b.article_id = p.article_id"
    sql += " WHERE t.article_text MATCH ?"
    if condition.sql:
        sql += f" AND {condition.sql}"
    return sql, (asked.match, *condition.values)
