"""Changes of the column tree that can be taken back: what stood where before, kept by whoever may want it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chce_desktop.domain.article import ArticleInfo, ArticlePatch
from chce_desktop.domain.column import ColumnTree
from chce_desktop.domain.redirect import Redirect
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.services import bulk, formeraddresses
from chce_desktop.services.errors import SlugTaken
from chce_desktop.storage import articles, columns, mentions, redirects
from chce_desktop.storage.engine import Transaction
from chce_desktop.storage.mentions import Mentions


@dataclass(frozen=True, slots=True)
class TreeStep:
    """The tree before and after, where the articles of the columns that are gone were filed, and where they are now.

    `led` and `leads` is what was remembered for the addresses of the columns that are gone, before and after; `named`
    and `names` is what named columns.
    """

    before: ColumnTree
    after: ColumnTree
    filed: bulk.Step
    led: Mapping[str, Redirect]
    leads: Mapping[str, Redirect]
    named: Mentions
    names: Mentions


@dataclass(slots=True)
class Recorder:
    """Notes down what is there before columns go; `step` compares it with what is there afterwards."""

    tree: ColumnTree
    infos: dict[int, ArticleInfo] = field(default_factory=dict)
    led: Mapping[str, Redirect] = field(default_factory=dict)
    former: tuple[str, ...] = ()
    named: Mentions = field(default_factory=Mentions)

    @classmethod
    def of(cls, session: Transaction, column_ids: Iterable[int]) -> Recorder:
        """Before columns, and those below them, are merged or removed."""
        tree = columns.tree(session)
        touched = dict.fromkeys(below for each in column_ids if each in tree for below in tree.subtree(each))
        infos = articles.get_infos(session, columns.article_ids(session, touched))
        former = formeraddresses.of_columns(session, [tree[column_id] for column_id in touched])
        return cls(tree, infos, redirects.at(session, former), former, mentions.all_of(session))

    def step(self, session: Transaction) -> TreeStep:
        """After they were."""
        after = columns.tree(session)
        now = articles.get_infos(session, self.infos)
        moved = [i for i, info in self.infos.items() if _filing(info) != _filing(now[i])]
        filed = bulk.Step(
            {i: _filing(self.infos[i]) for i in moved}, {i: dict[str, object](_filing(now[i])) for i in moved}
        )
        leads = redirects.at(session, self.former)
        return TreeStep(self.tree, after, filed, self.led, leads, self.named, mentions.all_of(session))


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
        parent = column.parent_id if column.parent_id in columns.tree(session) else None
        siblings = [each.id for each in step.before.children(column.parent_id)]
        columns.place(session, column.id, parent, siblings.index(column.id))
    mentions.put_back(session, step.named, step.names)
    left = bulk.take_back(session, step.filed, author, progress)
    formeraddresses.put_back(session, step.led, step.leads)
    return left


def _filing(info: ArticleInfo) -> ArticlePatch:
    return {"column_id": info.column_id, "further_columns": info.further_columns, "kept_out": info.kept_out}
