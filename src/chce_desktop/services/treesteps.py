"""Changes of the column tree that can be taken back: what stood where before, kept by whoever may want it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from chce_desktop.domain import addresses
from chce_desktop.domain.article import ArticleInfo, ArticlePatch
from chce_desktop.domain.column import ColumnTree
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.services import bulk
from chce_desktop.services.errors import SlugTaken
from chce_desktop.storage import articles, columns, mentions, redirects
from chce_desktop.storage.engine import Transaction
from chce_desktop.storage.mentions import Mentions


@dataclass(frozen=True, slots=True)
class TreeStep:
    """The tree before and after, where the articles of the columns that are gone were filed, and where they are now.

    `led` are old addresses that led to each column that is gone; `named` and `names` is what named columns, before and
    after.
    """

    before: ColumnTree
    after: ColumnTree
    filed: bulk.Step
    led: Mapping[int, tuple[str, ...]]
    named: Mentions
    names: Mentions


@dataclass(slots=True)
class Recorder:
    """Notes down what is there before columns go; `step` compares it with what is there afterwards."""

    tree: ColumnTree
    infos: dict[int, ArticleInfo] = field(default_factory=dict)
    led: dict[int, tuple[str, ...]] = field(default_factory=dict)
    named: Mentions = field(default_factory=Mentions)

    @classmethod
    def of(cls, session: Transaction, column_ids: Iterable[int]) -> Recorder:
        """Before columns, and those below them, are merged or removed."""
        tree = columns.tree(session)
        touched = dict.fromkeys(below for each in column_ids if each in tree for below in tree.subtree(each))
        infos = articles.get_infos(session, columns.article_ids(session, touched))
        led = {column_id: redirects.leading_to(session, column_id) for column_id in touched}
        return cls(tree, infos, led, mentions.all_of(session))

    def step(self, session: Transaction) -> TreeStep:
        """After they were."""
        after = columns.tree(session)
        now = articles.get_infos(session, self.infos)
        moved = [i for i, info in self.infos.items() if _filing(info) != _filing(now[i])]
        filed = bulk.Step(
            {i: _filing(self.infos[i]) for i in moved}, {i: dict[str, object](_filing(now[i])) for i in moved}
        )
        led = {column_id: paths for column_id, paths in self.led.items() if column_id not in after}
        return TreeStep(self.tree, after, filed, led, self.named, mentions.all_of(session))


def take_back(session: Transaction, step: TreeStep, author: str, progress: Progress = SILENT) -> int:
    """Columns that went come back with their ids, and articles return to them; how many stay where they are.

    An article or a column that somebody has moved on since stays where that person put it. Raises SlugTaken when the
    address of a column is another one's now.
    """
    for column, _ in step.before.walk():  # parents come before what is below them
        tree = columns.tree(session)
        if column.id in step.after:
            here, there = tree.get(column.id), step.after[column.id].parent_id
            if here is None or there == column.parent_id or here.parent_id != there:
                continue
        elif column.id not in tree:
            if columns.slug_taken(session, column.slug):
                raise SlugTaken(column.slug)
            columns.bring_back(session, column)
            redirects.forget(session, addresses.column_path(column.slug))
        parent = column.parent_id if column.parent_id in columns.tree(session) else None
        siblings = [each.id for each in step.before.children(column.parent_id)]
        columns.place(session, column.id, parent, siblings.index(column.id))
    mentions.put_back(session, step.named, step.names)
    left = bulk.take_back(session, step.filed, author, progress)
    for column_id, paths in step.led.items():
        redirects.lead(session, paths, column_id, datetime.now(UTC))
    return left


def _filing(info: ArticleInfo) -> ArticlePatch:
    return {"column_id": info.column_id, "further_columns": info.further_columns, "kept_out": info.kept_out}
