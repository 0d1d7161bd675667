"""Columns 栏目: the tree in which articles are filed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    `slug` is unique in the site and is the column's folder on the host, so a move in the tree changes no address.
    `position` orders siblings, lowest first. `in_navigation`: shown in the site's navigation.
    """

    id: int
    uid: str
    name: str
    slug: str
    parent_id: int | None = None
    position: int = 0
    description: str = ""
    keywords: str = ""
    in_navigation: bool = True


class ColumnPatch(TypedDict, total=False):
    """What a change of a column sets."""

    name: str
    slug: str
    description: str
    keywords: str
    in_navigation: bool


class ColumnTree:
    """Read-only look-ups over the columns of a site, in the order in which a reader sees them."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self._by_id = {column.id: column for column in columns}
        self._children: dict[int | None, list[Column]] = {}
        for column in sorted(self._by_id.values(), key=lambda c: (c.position, c.id)):
            parent = column.parent_id if column.parent_id in self._by_id else None
            self._children.setdefault(parent, []).append(column)

    def __contains__(self, column_id: object) -> bool:
        return column_id in self._by_id

    def __getitem__(self, column_id: int) -> Column:
        return self._by_id[column_id]

    def get(self, column_id: int | None) -> Column | None:
        """The column, or None where there is none of that id."""
        return None if column_id is None else self._by_id.get(column_id)

    def children(self, column_id: int | None) -> Sequence[Column]:
        """The columns directly below, in order; `None` for the top level."""
        return self._children.get(column_id, ())

    def trail(self, column_id: int | None) -> tuple[Column, ...]:
        """From the top level down to the column itself (breadcrumb)."""
        trail: list[Column] = []
        column = self.get(column_id)
        while column is not None and column not in trail:
            trail.append(column)
            column = self.get(column.parent_id)
        return tuple(reversed(trail))

    def path(self, column_id: int | None) -> str:
        """Names from the top level down, joined by `/`."""
        return "/".join(column.name for column in self.trail(column_id))

    def subtree(self, column_id: int) -> tuple[int, ...]:
        """The ids of the column and of all below it."""
        found: list[int] = []
        waiting = [column_id]
        while waiting:
            current = waiting.pop()
            found.append(current)
            waiting.extend(child.id for child in reversed(self.children(current)))
        return tuple(found)

    def walk(self) -> tuple[tuple[Column, int], ...]:
        """Every column with its depth (0 at the top), parents before children, siblings in order."""
        rows: list[tuple[Column, int]] = []
        waiting = [(column, 0) for column in reversed(self.children(None))]
        while waiting:
            column, depth = waiting.pop()
            rows.append((column, depth))
            waiting.extend((child, depth + 1) for child in reversed(self.children(column.id)))
        return tuple(rows)
