"""Changes of the column tree that can be undone."""

from __future__ import annotations

from typing import cast

from chce_desktop.domain.column import ColumnPatch
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.articles.commands import DeskCommand
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


def move(desk: Desk, drop: ColumnDrop) -> None:
    """Move a column in the tree."""
    column = desk.columns.get(drop.column_id)
    if column is None:
        return
    columns = desk.site.columns
    old_parent = column.parent_id
    siblings = [c.id for c in desk.columns.children(old_parent)]
    old_index = siblings.index(column.id)
    if (old_parent, old_index) == (drop.parent_id, drop.index):
        return
    desk.undo.push(
        DeskCommand(
            desk,
            tr("Move column “{name}”", name=column.name),
            lambda _: columns.move(drop.column_id, drop.parent_id, drop.index),
            lambda _: columns.move(drop.column_id, old_parent, old_index),
        )
    )
