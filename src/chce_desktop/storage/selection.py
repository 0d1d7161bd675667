"""What a filter means in SQL, and which way to its articles is the short one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chce_desktop.domain.article import ArticleFilter
from chce_desktop.storage import schema
from chce_desktop.storage.engine import Transaction
from chce_desktop.storage.hits import Condition
from chce_desktop.storage.relations import THESE, listed

#: Up to this many articles are gathered and sorted; of more, the index of the order is walked until a page is full.
FEW = 5000
#: Up to this many articles of a column, tag or flag are listed before the walk; in a long walk, looking each up in the
#: list takes a third of the time of looking into the table. Of more, the walk soon meets enough.
_LISTED = 20_000


@dataclass(frozen=True, slots=True)
class Selection:
    """`condition` on the article `a`; `few`: a query of at most `FEW` ids that holds all that fulfil it, if known.

    `narrowing` is the condition without the trash, which a search knows by itself.
    """

    condition: Condition
    narrowing: Condition
    few: Condition | None
    few_count: int


def of(session: Transaction, wanted: ArticleFilter, columns: Sequence[int]) -> Selection:
    """The selection of a filter but for its text. `columns`: the subtree of its column."""
    live = Condition("a.trashed_at IS NOT NULL" if wanted.trash else "a.trashed_at IS NULL")
    plain, related = _of_article(wanted), _of_relations(wanted, columns)
    few: Condition | None = None
    few_listed = False
    fewest = FEW + 1

    def consider(query: Condition, most: int) -> int:
        nonlocal few, fewest
        counted = f"SELECT count(*) FROM ({query.sql} LIMIT {most + 1})"  # noqa: S608 - our own words
        number = int(session.raw.execute(counted, query.values).fetchone()[0])
        if number < fewest:
            few, fewest = query, number
        return number

    if wanted.trash:
        consider(Condition("SELECT id FROM article WHERE trashed_at IS NOT NULL"), FEW)
    else:
        select = "SELECT a.id FROM article a WHERE a.trashed_at IS NULL AND"
        for each in plain:
            consider(Condition(f"{select} {each.sql}", each.values), FEW)
    walking, narrowing = [live, *plain], list(plain)
    for relation in related:
        narrowing.append(relation.test)
        listed_at_once = consider(relation.ids, _LISTED) <= _LISTED
        few_listed = few_listed or listed_at_once
        there = Condition(f"a.id IN ({relation.ids.sql})", relation.ids.values)
        walking.append(there if listed_at_once else relation.test)
    if wanted.has_image is not None:
        test = "(a.cover <> '' OR a.pictures > 0)"
        pictured = Condition(test if wanted.has_image else f"NOT {test}")
        narrowing.append(pictured)
        walking.append(pictured)
    among: Condition | None = None
    if few is not None or few_listed:
        held = [*walking] if few is None else [Condition(f"a.id IN ({few.sql})", few.values), *walking]
        all_held = _all(held)
        sql = f"SELECT a.date, a.id FROM article a NOT INDEXED WHERE {all_held.sql}"  # noqa: S608 - our own words
        among = Condition(sql, all_held.values)
    return Selection(_all(walking), replace(_all(narrowing), among=among), few, fewest)


@dataclass(frozen=True, slots=True)
class _Related:
    """`test`: a condition on one article; `ids`: the query of all articles that fulfil it."""

    test: Condition
    ids: Condition


def _all(conditions: Sequence[Condition]) -> Condition:
    sql = " AND ".join(each.sql for each in conditions)
    return Condition(sql, tuple(value for each in conditions for value in each.values))


def _of_relations(wanted: ArticleFilter, columns: Sequence[int]) -> list[_Related]:
    """What tables beside the article's say."""
    found = []
    for table, alias, test, value in (
        ("article_column", "c", f"c.column_id IN {THESE}", listed(columns) if wanted.column_id is not None else None),
        ("tag g JOIN article_tag", "t", "t.tag_id = g.id AND g.folded = ?", wanted.tag.casefold() or None),
        ("article_flag", "f", "f.flag = ?", wanted.flag.value if wanted.flag is not None else None),
    ):
        if value is not None:
            inside = f"FROM {table} {alias} WHERE {test}"
            found.append(
                _Related(
                    Condition(f"EXISTS (SELECT 1 {inside} AND {alias}.article_id = a.id)", (value,)),
                    Condition(f"SELECT {alias}.article_id {inside}", (value,)),
                )
            )
    return found


def _of_article(wanted: ArticleFilter) -> list[Condition]:
    """Conditions on columns of the article that have an index."""
    found = []
    if wanted.states:
        states = ", ".join(f"'{state.value}'" for state in sorted(wanted.states))
        found.append(Condition(f"a.state IN ({states})"))
    if wanted.no_column:
        found.append(Condition("a.column_id IS NULL"))
    if wanted.source:
        found.append(Condition("a.source = ?", (wanted.source,)))
    if wanted.author:
        found.append(Condition("a.author = ?", (wanted.author,)))
    if wanted.since is not None:
        found.append(Condition("a.date >= ?", (schema.to_milliseconds(wanted.since),)))
    if wanted.until is not None:
        found.append(Condition("a.date < ?", (schema.to_milliseconds(wanted.until),)))
    return found
