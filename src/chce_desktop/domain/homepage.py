"""The front page as data: which blocks stand on it, in which order, and how each looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Self


class BlockKind(StrEnum):
    """What a block of the front page shows."""

    HEADLINE = "headline"
    LATEST = "latest"
    PICTURES = "pictures"
    COLUMNS = "columns"
    COLUMN = "column"
    RECOMMENDED = "recommended"
    POPULAR = "popular"


class BlockLayout(StrEnum):
    """How the articles of a block are shown; AUTO leaves it to the theme."""

    AUTO = ""
    LIST = "list"
    LEAD = "lead"
    CARDS = "cards"


MOST_ARTICLES = 40


def block_name(kind: BlockKind | str, column_id: int | None = None) -> str:
    """What a block is called where articles are kept out of it: its kind, or `column:` with the id of its column.

    The lists that stand beside every page have the names of the blocks that show the same.
    """
    return f"column:{column_id}" if column_id is not None else str(kind)


@dataclass(frozen=True, slots=True)
class HomeBlock:
    """One block. `title` empty: its usual name; `length` 0: as many articles as usual.

    `column` is the id of the column that a block of the kind `column` shows. A block of the kind `columns` stands for
    one block for each column of the navigation.
    """

    kind: BlockKind
    title: str = ""
    column: int = 0
    length: int = 0
    layout: BlockLayout = BlockLayout.AUTO

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """A block from plain values. Raises ValueError for an unknown name or a value that it cannot have."""
        unknown = set(values) - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(", ".join(sorted(unknown)))
        title, column, length = values.get("title", ""), values.get("column", 0), values.get("length", 0)
        if not isinstance(title, str) or type(column) is not int or type(length) is not int:
            raise ValueError(str(dict(values)))
        if column < 0 or not 0 <= length <= MOST_ARTICLES:
            raise ValueError(str(dict(values)))
        return cls(
            BlockKind(values.get("kind", "")),
            " ".join(title.split()),
            column,
            length,
            BlockLayout(values.get("layout", "")),
        )


#: What a site begins with.
USUAL_BLOCKS = (
    HomeBlock(BlockKind.HEADLINE),
    HomeBlock(BlockKind.LATEST),
    HomeBlock(BlockKind.PICTURES),
    HomeBlock(BlockKind.COLUMNS),
)
