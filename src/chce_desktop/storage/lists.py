"""Lists of articles: filtered, sorted, counted, a keyset page at a time (never OFFSET, never the whole table)."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, func, literal, literal_column, or_, select, text, tuple_

from chce_desktop.domain.article import ArticleFilter, ArticleInfo, Counts, Order, Page, State
from chce_desktop.storage import articles, fulltext, schema
from chce_desktop.storage.engine import Transaction

_A = schema.Article
#: Sort column and whether the greatest comes first.
_ORDERS: dict[Order, tuple[Any, bool]] = {
    Order.NEWEST: (_A.date, True),
    Order.OLDEST: (_A.date, False),
    Order.UPDATED: (_A.updated_at, True),
    Order.TITLE: (_A.title, False),
    Order.READS: (_A.reads, True),
}


def page(session: Transaction, wanted: ArticleFilter, columns: Sequence[int], after: str | None, limit: int) -> Page:
    """The articles that follow the cursor `after` (None: from the start). `columns`: the subtree to look in, if any."""
    query = _filtered(articles.base_query(), wanted, columns)
    if query is None:
        return Page((), None)
    key, descending = _ORDERS[wanted.order]
    if after is not None:
        value, last_id = json.loads(after)
        if key.type.__class__ is schema.UtcMilliseconds:
            value = schema.from_milliseconds(value)
        here, there = tuple_(key, _A.id), tuple_(literal(value, key.type), last_id)
        query = query.where(here < there if descending else here > there)
    order = (key.desc(), _A.id.desc()) if descending else (key, _A.id)
    rows = session.execute(query.order_by(*order).limit(limit + 1)).all()
    found = articles.infos(session, rows[:limit])
    return Page(found, _cursor(found[-1], wanted.order) if len(rows) > limit else None)


def count(session: Transaction, wanted: ArticleFilter, columns: Sequence[int]) -> int:
    """How many articles the list has, exactly."""
    match = fulltext.match_of(wanted.text)
    bare = ArticleFilter(text=wanted.text)
    if match is not None and wanted in (bare, _with_order(bare, wanted.order)):
        return fulltext.count(session, match)
    query = _filtered(select(func.count()).select_from(_A), wanted, columns)
    return 0 if query is None else int(session.execute(query).scalar_one())


def counts(session: Transaction, columns: Sequence[int] = ()) -> Counts:
    """How many articles are in each state, in the whole site or in some columns."""
    query = select(_A.state, func.count()).where(_A.trashed_at.is_(None)).group_by(_A.state)
    trash = select(func.count()).select_from(_A).where(_A.trashed_at.is_not(None))
    if columns:
        query, trash = query.where(_in_columns(columns)), trash.where(_in_columns(columns))
    found = {str(row[0]): int(row[1]) for row in session.execute(query)}
    return Counts({state: found.get(state.value, 0) for state in State}, int(session.execute(trash).scalar_one()))


def counts_by_column(session: Transaction) -> dict[int, int]:
    """How many articles (outside the trash) have each column as their main one."""
    query = select(_A.column_id, func.count()).where(_A.trashed_at.is_(None), _A.column_id.is_not(None))
    return {
        int(row[0]): int(row[1]) for row in session.execute(query.group_by(_A.column_id)).all() if row[0] is not None
    }


def known_values(session: Transaction, field: str, prefix: str, limit: int) -> tuple[str, ...]:
    """Values that `field` (source, author or editor) has somewhere, starting with `prefix`, in order."""
    column = {"source": _A.source, "author": _A.author, "editor": _A.editor}[field]
    query = select(column).where(column != "", column >= prefix).distinct().order_by(column).limit(limit)
    if prefix:
        query = query.where(column < prefix + "\U0010ffff")
    return tuple(session.scalars(query))


def known_tags(session: Transaction, prefix: str, limit: int) -> tuple[str, ...]:
    """Tags starting with `prefix`, whatever the case."""
    folded, table = prefix.casefold(), schema.Tag
    query = select(table.name).where(table.folded >= folded, table.folded < folded + "\U0010ffff")
    return tuple(session.scalars(query.order_by(table.folded).limit(limit)))


def matching(
    session: Transaction, match: str, states: Collection[State], limit: int
) -> tuple[int, tuple[ArticleInfo, ...]]:
    """How many indexed articles an FTS5 expression matches in these states (empty: any), and the newest of them."""
    condition = _A.id.in_(_hits(match))
    query, total = articles.base_query().where(condition), select(func.count()).select_from(_A).where(condition)
    if states:
        in_states = _A.state.in_(sorted(state.value for state in states))
        query = query.where(in_states)
        number = int(session.execute(total.where(in_states)).scalar_one())
    else:
        number = fulltext.count(session, match)
    found = session.execute(query.order_by(_A.date.desc(), _A.id.desc()).limit(limit)).all() if number else []
    return number, articles.infos(session, found)


def public_articles(session: Transaction, now: datetime) -> tuple[ArticleInfo, ...]:
    """What readers may see at `now`, newest first."""
    query = articles.base_query().where(
        _A.trashed_at.is_(None),
        _A.state.in_((State.READY.value, State.PUBLISHED.value)),
        _A.date <= now,
        or_(_A.withdraw_at.is_(None), _A.withdraw_at > now),
    )
    return articles.infos(session, session.execute(query.order_by(_A.date.desc(), _A.id.desc())).all())


def withdrawn_articles(session: Transaction, now: datetime) -> tuple[ArticleInfo, ...]:
    """What readers once saw and may not see any more, newest first."""
    gone = or_(
        _A.state == State.WITHDRAWN.value,
        _A.trashed_at.is_not(None),
        and_(_A.withdraw_at.is_not(None), _A.withdraw_at <= now),
    )
    query = articles.base_query().where(_A.public_since.is_not(None), gone)
    return articles.infos(session, session.execute(query.order_by(_A.date.desc(), _A.id.desc())).all())


def next_change(session: Transaction, now: datetime) -> datetime | None:
    """When the set of public articles next changes by itself (a future date comes, a take-down time passes)."""
    coming = select(func.min(_A.date)).where(
        _A.trashed_at.is_(None), _A.state.in_((State.READY.value, State.PUBLISHED.value)), _A.date > now
    )
    ending = select(func.min(_A.withdraw_at)).where(_A.withdraw_at > now)
    moments = [m for m in (session.execute(coming).scalar(), session.execute(ending).scalar()) if m is not None]
    return min(moments, default=None)


def _filtered(query: Select[Any], wanted: ArticleFilter, columns: Sequence[int]) -> Select[Any] | None:
    """`query` with the filter's conditions; None where the filter can match nothing."""
    query = query.where(_A.trashed_at.is_not(None) if wanted.trash else _A.trashed_at.is_(None))
    if wanted.states:
        query = query.where(_A.state.in_(sorted(state.value for state in wanted.states)))
    if wanted.no_column:
        query = query.where(_A.column_id.is_(None))
    if wanted.column_id is not None:
        query = query.where(_in_columns(columns))
    if wanted.tag:
        tagged = select(schema.ArticleTag.article_id).join(schema.Tag, schema.Tag.id == schema.ArticleTag.tag_id)
        query = query.where(_A.id.in_(tagged.where(schema.Tag.folded == wanted.tag.casefold())))
    if wanted.flag is not None:
        flagged = select(schema.ArticleFlag.article_id).where(schema.ArticleFlag.flag == wanted.flag.value)
        query = query.where(_A.id.in_(flagged))
    if wanted.text.strip():
        return query.where(*_text_conditions(wanted))
    return query


def _text_conditions(wanted: ArticleFilter) -> list[ColumnElement[bool]]:
    match = fulltext.match_of(wanted.text)
    if match is None:
        return []
    if not wanted.trash:
        return [_A.id.in_(_hits(match))]
    # The trash is not in the index; it is small, so its texts are read.
    body = select(schema.ArticleBody.text).where(schema.ArticleBody.article_id == _A.id).scalar_subquery()
    return [
        or_(*(func.instr(func.lower(field), term) > 0 for field in (_A.title, _A.summary, body)))
        for term in fulltext.terms(wanted.text)
    ]


def _hits(match: str) -> Select[Any]:
    return (
        select(literal_column("rowid", Integer))
        .select_from(text("article_text"))
        .where(text("article_text MATCH :match").bindparams(match=match))
    )


def _in_columns(columns: Sequence[int]) -> ColumnElement[bool]:
    table = schema.ArticleColumn
    return _A.id.in_(select(table.article_id).where(table.column_id.in_(list(columns))))


def _with_order(wanted: ArticleFilter, order: Order) -> ArticleFilter:
    return ArticleFilter(text=wanted.text, order=order)


def _cursor(last: ArticleInfo, order: Order) -> str:
    value: Any = {
        Order.NEWEST: last.date,
        Order.OLDEST: last.date,
        Order.UPDATED: last.updated_at,
        Order.TITLE: last.title,
        Order.READS: last.reads,
    }[order]
    return json.dumps([schema.to_milliseconds(value) if isinstance(value, datetime) else value, last.id])
