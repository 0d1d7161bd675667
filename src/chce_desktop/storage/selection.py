"""What a filter means in SQL, and which way to its articles is the short one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chce_desktop.domain.article import ArticleFilter
from chce_desktop.storage import schema
from chce_desktop.storage.engine import Transaction
from chce_desktop.storage.hits import Condition
from chce_desktop.storage.relations import THESE, listed

#: Up to this many articles are gathered and sorted; of more, the index of the order is walked until a page is full.
FEW = 5000


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
    live = "a.trashed_at IS NOT NULL" if wanted.trash else "a.trashed_at IS NULL"
    conditions, sets = _parts(wanted, columns)
    if wanted.trash:
        sets.append(Condition("SELECT id FROM article WHERE trashed_at IS NOT NULL"))
    values = tuple(value for part in conditions for value in part.values)
    condition = Condition(" AND ".join([live, *(part.sql for part in conditions)]), values)
    narrowing = Condition(" AND ".join(part.sql for part in conditions), values)
    few: Condition | None = None
    fewest = FEW + 1
    for candidate in sets:
        counted = f"SELECT count(*) FROM ({candidate.sql} LIMIT {fewest})"  # noqa: S608 - our own words
        number = session.raw.execute(counted, candidate.values).fetchone()[0]
        if number < fewest:
            few, fewest = candidate, number
    return Selection(condition, narrowing, few, fewest)


def _parts(wanted: ArticleFilter, columns: Sequence[int]) -> tuple[list[Condition], list[Condition]]:
    """Conditions on an article, and for those that an index answers, the query of all ids that fulfil it."""
    plain = _of_article(wanted)
    conditions = list(plain)
    sets = []
    if not wanted.trash:
        select = "SELECT a.id FROM article a WHERE a.trashed_at IS NULL AND"
        sets = [Condition(f"{select} {each.sql}", each.values) for each in plain]
    for table, alias, test, value in (
        ("article_column", "c", f"c.column_id IN {THESE}", listed(columns) if wanted.column_id is not None else None),
        ("tag g JOIN article_tag", "t", "t.tag_id = g.id AND g.folded = ?", wanted.tag.casefold() or None),
        ("article_flag", "f", "f.flag = ?", wanted.flag.value if wanted.flag is not None else None),
    ):
        if value is not None:
            inside = f"FROM {table} {alias} WHERE {test}"
            sets.append(Condition(f"SELECT {alias}.article_id {inside}", (value,)))
            conditions.append(Condition(f"EXISTS (SELECT 1 {inside} AND {alias}.article_id = a.id)", (value,)))
    if wanted.has_image is not None:
        test = "(a.cover <> '' OR a.pictures > 0)"
        conditions.append(Condition(test if wanted.has_image else f"NOT {test}"))
    return conditions, sets


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
