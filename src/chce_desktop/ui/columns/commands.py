"""Changes of the column tree that can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import cast

from chce_desktop.domain.bulkchange import in_column
from chce_desktop.domain.column import Column, ColumnPatch
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import Progress
from chce_desktop.services.errors import ColumnNotEmpty
from chce_desktop.services.treesteps import TreeStep
from chce_desktop.ui.articles.chosen import Chosen
from chce_desktop.ui.articles.commands import Bulk, DeskCommand, Left
from chce_desktop.ui.columns.model import ColumnDrop
from chce_desktop.ui.desk import Desk


def rename(desk: Desk, column_id: int, name: str) -> None:
    """Give a column another name."""
    change(desk, column_id, {"name": name})


def change(desk: Desk, column_id: int, patch: ColumnPatch) -> None:
    """Change a column's name, slug, description, keywords or place in the navigation."""
    column = desk.columns.get(column_id)
    if column is None or not patch:
        return
    columns = desk.site.columns
    before = cast("ColumnPatch", {key: getattr(column, key) for key in patch})
    desk.undo.push(
        DeskCommand(
            desk,
            tr("Change column “{name}”", name=column.name),
            lambda _: columns.change(column_id, patch),
            lambda _: columns.change(column_id, before),
        )
    )


def added(desk: Desk, column: Column) -> None:
    """A dialog has made a column; undo takes it away again, as long as nothing lies in it."""
    made = _Made(desk, column)
    text = tr("New column “{name}”", name=column.name)
    desk.undo.push(DeskCommand(desk, text, lambda _: made.bring(), lambda _: made.discard(), is_done=True))


def removed(desk: Desk, column: Column, into: int | None, step: TreeStep) -> None:
    """A dialog has removed a column; undo brings it back with its articles."""
    text = tr("Delete column “{name}”", name=column.name)
    columns = desk.site.columns
    _step(desk, text, step, lambda: columns.remove(column.id, into=into))


def merged(desk: Desk, column_ids: Sequence[int], into: Column, step: TreeStep) -> None:
    """A dialog has merged columns into another one; undo brings each back with its articles."""
    text = tr("Merge columns into “{name}”", name=into.name)
    columns = desk.site.columns
    _step(desk, text, step, lambda: columns.merge(column_ids, into.id))


def split_off(desk: Desk, chosen: Chosen, column: Column, *, is_new: bool) -> None:
    """Move articles into a column that was made for them; undo moves them back, and a new column goes with them."""
    made = _Made(desk, column)
    bulk = Bulk(desk.site, chosen, lambda info: in_column(info, column.id))

    def forward(progress: Progress) -> int:
        made.bring()
        return bulk.forward(progress)

    def backward(progress: Progress) -> Left:
        left = bulk.backward(progress)
        if is_new:
            with suppress(ColumnNotEmpty):  # somebody has filed more in it since
                made.discard()
        return left

    def said(n: object) -> str:
        number = n if isinstance(n, int) else 0
        return trn("{n} article filed in “{column}”.", "{n} articles filed in “{column}”.", number, column=column.name)

    desk.undo.push(DeskCommand(desk, tr("File in “{column}”", column=column.name), forward, backward, said=said))


class _Made:
    """A column that undo takes away, and redo brings back under its own id."""

    def __init__(self, desk: Desk, column: Column) -> None:
        self._columns, self._id = desk.site.columns, column.id
        self._gone: TreeStep | None = None

    def discard(self) -> None:
        self._gone = self._columns.discard(self._id)

    def bring(self) -> None:
        if self._gone is not None:
            self._columns.take_back(self._gone)
            self._gone = None


def _step(desk: Desk, text: str, done: TreeStep, again: Callable[[], TreeStep]) -> None:
    columns, steps = desk.site.columns, [done]

    def forward(_: Progress) -> None:
        steps[0] = again()

    def backward(progress: Progress) -> Left:
        return Left(columns.take_back(steps[0], progress=progress))

    desk.undo.push(DeskCommand(desk, text, forward, backward, said=tr("Done: {what}", what=text), is_done=True))


def move(desk: Desk, drop: ColumnDrop) -> None:
    """Move a column in the tree."""
    column = desk.columns.get(drop.column_id)
    if column is None:
        return
    place = [c.id for c in desk.columns.children(column.parent_id)].index(column.id)
    if (column.parent_id, place) != (drop.parent_id, drop.index):
        _place(desk, column, lambda _parent, _place: (drop.parent_id, drop.index))


def shift(desk: Desk, column: Column, by: int) -> None:
    """Move a column on among its siblings by so many places, or back where `by` is below zero."""
    _place(desk, column, lambda parent, place: (parent, max(0, place + by)))


def _place(desk: Desk, column: Column, target: Callable[[int | None, int], tuple[int | None, int]]) -> None:
    """`target` is given the parent and the place that the library has for the column: what shows may be older."""
    columns, before = desk.site.columns, list[tuple[int | None, int]]()

    def forward(_: Progress) -> None:
        tree = columns.tree()
        parent = (tree.get(column.id) or column).parent_id
        places = [place for place, each in enumerate(tree.children(parent)) if each.id == column.id]
        before[:] = [(parent, place) for place in places]
        columns.move(column.id, *target(parent, places[0] if places else 0))

    def backward(_: Progress) -> None:
        for place in before:
            columns.move(column.id, *place)

    desk.undo.push(DeskCommand(desk, tr("Move column “{name}”", name=column.name), forward, backward))
