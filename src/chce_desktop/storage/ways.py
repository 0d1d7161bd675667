"""The short way to the articles of a filter, in its order: gathered, walked, searched, or a slice of the whole list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Self

from chce_desktop.domain.article import ArticleFilter, Order
from chce_desktop.storage import fulltext, hits, orders, selection
from chce_desktop.storage.engine import Transaction
from chce_desktop.storage.fulltext import Proof, Question
from chce_desktop.storage.orders import Key
from chce_desktop.storage.selection import FEW, Selection

#: Below this many candidates, a search with a filter reads the texts of the filter's articles.
_FEW_TEXTS = 1500
#: How many hits are in order of merit before the others follow by date.
_BEST = 200
#: A jump of more rows than this into a list with a filter makes the whole list, which is then remembered.
_FAR = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """What a filter asks: `question` for its text, `chosen` for all else."""

    question: Question | None
    chosen: Selection
    trash: bool

    @classmethod
    def of(cls, session: Transaction, wanted: ArticleFilter, columns: Sequence[int]) -> Self:
        """Read a filter; `columns` is the subtree of its column."""
        question = fulltext.question(session, wanted.text, wanted.where, trashed=wanted.trash)
        return cls(question, selection.of(session, wanted, columns), wanted.trash)

    @property
    def is_plain(self) -> bool:
        """Whether an index of the order is walked: no text, many articles, none of them in the trash."""
        return self.question is None and self.chosen.few is None and not self.trash

    @property
    def by_texts(self) -> bool:
        """Whether so few articles may be meant that their texts are read."""
        return self.question is not None and self.chosen.few is not None and self.chosen.few_count <= _FEW_TEXTS


def keys(
    session: Transaction, wanted: ArticleFilter, columns: Sequence[int], after: Key | None, limit: int, offset: int
) -> list[Key]:
    """Sort value and id of the articles of a page."""
    asked = Asked.of(session, wanted, columns)
    if wanted.order is Order.BEST:
        if asked.question is not None:
            return _by_merit(session, wanted, columns, asked, after, limit, offset)
        wanted = replace(wanted, order=Order.NEWEST, reverse=False)
    along, chosen = orders.way(wanted), asked.chosen
    everything = asked.is_plain and not chosen.narrowing.sql
    if (wanted.trash and chosen.few is None) or (after is None and offset > _FAR and not everything):
        return _sliced(session, wanted, columns, asked, after, limit, offset)
    if asked.is_plain:
        if along.column == "date" and len(wanted.states) == 1:
            along = replace(along, index="state_date")
        return orders.walked(session, along, chosen, after, limit, offset)
    question, by_date = asked.question, along.column == "date"
    if question is None or asked.by_texts or (not by_date and fulltext.has_at_most(session, question, FEW)):
        return _sliced(session, wanted, columns, asked, after, limit, offset)
    if by_date:
        found = hits.by_date(
            session, question, limit + offset, newest_first=along.descending, after=after, condition=chosen.narrowing
        )
        return list(found[offset:])
    candidates: Iterable[Key]
    if chosen.few is None:
        candidates = orders.walk(session, along, chosen, after)
    else:
        candidates = orders.gathered(session, along, chosen, after, -1)
    proof = Proof(question.terms, wanted.where)
    return list(islice((key for key in candidates if proof.holds(session, key[1])), offset, offset + limit))


def _sliced(
    session: Transaction,
    wanted: ArticleFilter,
    columns: Sequence[int],
    asked: Asked,
    after: Key | None,
    limit: int,
    offset: int,
) -> list[Key]:
    """A page of a list that is made as a whole."""
    found, along = whole(session, wanted, columns, asked), orders.way(wanted)
    start = offset
    if after is not None:
        if after[1] not in found or orders.keys_of(session, along, after[1:]) != [after]:
            # It has left its place since; what followed it there is found by its sort value.
            return orders.gathered(session, along, orders.these(found), after, limit, offset)
        start += found.index(after[1]) + 1
    return orders.keys_of(session, along, found[start : start + limit])


def _by_merit(
    session: Transaction,
    wanted: ArticleFilter,
    columns: Sequence[int],
    asked: Asked,
    after: Key | None,
    limit: int,
    offset: int,
) -> list[Key]:
    """The best hits in order of merit (their sort value is the row), then the others by date (`[date]`)."""
    first = _best(session, wanted, columns, asked)
    if isinstance(after, tuple) and isinstance(after[0], list):
        found: list[Key] = []
        last, skipped = (after[0][0], after[1]), offset
    else:
        start = offset if after is None else offset + int(after[0]) + 1
        if after is None and start > _FAR:
            part = whole(session, wanted, columns, asked)[start : start + limit]
            return [([date], article_id) for date, article_id in orders.keys_of(session, orders.way(wanted), part)]
        found = [(row, first[row]) for row in range(start, min(start + limit, len(first)))]
        last, skipped = None, max(0, start - len(first))
    known = set(first)
    by_date = replace(wanted, order=Order.NEWEST, reverse=False)
    while len(found) < limit:
        ahead = skipped + limit - len(found) + 1
        rest = keys(session, by_date, columns, last, ahead, 0)
        others = [key for key in rest if key[1] not in known]
        found += [([date], article_id) for date, article_id in others[skipped : skipped + limit - len(found)]]
        skipped = max(0, skipped - len(others))
        if len(rest) < ahead:
            break
        last = rest[-1]
    return found


def _best(session: Transaction, wanted: ArticleFilter, columns: Sequence[int], asked: Asked) -> Sequence[int]:
    """The best hits, remembered while somebody goes through the list."""
    narrowing = asked.chosen.narrowing
    return orders.remembered(
        session,
        ("best", wanted, tuple(columns)),
        lambda: hits.best(session, wanted.text, wanted.where, _BEST, condition=narrowing, trashed=wanted.trash),
    )


def whole(session: Transaction, wanted: ArticleFilter, columns: Sequence[int], asked: Asked) -> Sequence[int]:
    """The ids of all articles of a list, in its order, remembered."""
    if wanted.order is Order.BEST:
        wanted = replace(wanted, reverse=False)

    def make() -> list[int]:
        along = orders.way(wanted)
        if asked.is_plain and not asked.chosen.narrowing.sql:
            return [article_id for _, article_id in orders.walk(session, along, asked.chosen, None)]
        left = set(members(session, wanted, asked))
        first: Sequence[int] = ()
        if wanted.order is Order.BEST and asked.question is not None:
            first = _best(session, wanted, columns, asked)
            left.difference_update(first)
        rest = orders.arranged(session, along, left, trashed=wanted.trash)
        return [*first, *(article_id for _, article_id in rest)]

    return orders.remembered(session, (wanted, tuple(columns)), make)


def members(session: Transaction, wanted: ArticleFilter, asked: Asked) -> list[int]:
    """The ids of all articles of a list, in no order."""
    if asked.question is None:
        sql, values = plain("a.id", asked.chosen)
        return [row[0] for row in session.raw.execute(sql, values)]
    if asked.by_texts:
        proof = Proof(asked.question.terms, wanted.where)
        sql, values = plain("a.id", asked.chosen)
        found = session.raw.execute(sql, values).fetchall()
        return [article_id for (article_id,) in found if proof.holds(session, article_id)]
    return hits.ids(session, asked.question, asked.chosen.narrowing)


def plain(what: str, chosen: Selection) -> tuple[str, tuple[object, ...]]:
    """The query of `what` about all articles of a selection."""
    condition = chosen.condition
    if chosen.few is None:
        return f"SELECT {what} FROM article a WHERE {condition.sql}", condition.values  # noqa: S608 - our own words
    sql = f"SELECT {what} FROM article a NOT INDEXED WHERE a.id IN ({chosen.few.sql}) AND {condition.sql}"  # noqa: S608 - words of ours; values are bound
    return sql, (*chosen.few.values, *condition.values)
