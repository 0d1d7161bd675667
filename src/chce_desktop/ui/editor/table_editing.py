"""Markdown tables as a grid: kept aligned for the eye, walked cell by cell. Free of Qt."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_SEPARATOR = re.compile(r"(?<!\\)\|")
_DELIMITER = re.compile(r"^:?-+:?$")


@dataclass(frozen=True, slots=True)
class Position:
    """A cell: `row` counts lines of the table (the line of dashes too), `column` cells; `offset` lies in its text."""

    row: int
    column: int
    offset: int = 0


def is_row(line: str) -> bool:
    """Whether a line can belong to a table."""
    return line.lstrip().startswith("|")


def cells(line: str) -> list[str]:
    """The trimmed texts of a row's cells."""
    bare = line.strip().removeprefix("|")
    parts = _SEPARATOR.split(bare)
    if parts and not parts[-1].strip():
        parts.pop()
    return [part.strip() for part in parts] or [""]


def is_delimiter(line: str) -> bool:
    """Whether it is the line of dashes under the head."""
    return all(_DELIMITER.match(cell) for cell in cells(line))


def width(text: str) -> int:
    """Columns that a text takes where a Han character takes two."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def aligned(lines: list[str]) -> list[str]:
    """The table with its separators below each other, and with as many cells in each row as the longest has."""
    grid = [cells(line) for line in lines]
    columns = max(len(row) for row in grid)
    delimiters = [index for index, line in enumerate(lines) if is_delimiter(line)][:1]
    for row in grid:
        row.extend([""] * (columns - len(row)))
    widths = [
        max([3, *(width(row[column]) for index, row in enumerate(grid) if index not in delimiters)])
        for column in range(columns)
    ]
    result = []
    for index, row in enumerate(grid):
        if index in delimiters:
            written = [_dashes(cell, widths[column]) for column, cell in enumerate(row)]
        else:
            written = [cell + " " * (widths[column] - width(cell)) for column, cell in enumerate(row)]
        result.append(f"| {' | '.join(written)} |")
    return result


def locate(lines: list[str], row: int, offset: int) -> Position:
    """The cell at a character of a line."""
    before = lines[row][:offset].lstrip().removeprefix("|")
    column = len(_SEPARATOR.findall(before))
    return Position(row, min(column, len(cells(lines[row])) - 1))


def span(line: str, column: int) -> tuple[int, int]:
    """Where the text of a cell starts and ends in its line."""
    bars = [match.start() for match in _SEPARATOR.finditer(line)]
    start = bars[column] + 1 if column < len(bars) else len(line)
    end = bars[column + 1] if column + 1 < len(bars) else len(line)
    inside = line[start:end]
    lead = len(inside) - len(inside.lstrip())
    if not inside.strip():
        return min(start + 1, end), min(start + 1, end)
    return start + lead, start + len(inside.rstrip())


def following(lines: list[str], at: Position, *, backward: bool = False) -> Position | None:
    """The next cell (or the one before), skipping the line of dashes; None past the last or before the first."""
    columns = max(len(cells(line)) for line in lines)
    row, column = at.row, at.column + (-1 if backward else 1)
    if not 0 <= column < columns:
        row += -1 if backward else 1
        column = columns - 1 if backward else 0
        while 0 <= row < len(lines) and is_delimiter(lines[row]):
            row += -1 if backward else 1
    return Position(row, column) if 0 <= row < len(lines) else None


def empty_row(columns: int) -> str:
    """A row without any text."""
    return f"|{'     |' * columns}"


def new_table(rows: int, columns: int) -> list[str]:
    """A table with a head and `rows` rows below it."""
    head = empty_row(columns)
    return [head, f"|{' --- |' * columns}", *[head] * rows]


def _dashes(cell: str, columns: int) -> str:
    left, right = cell.startswith(":"), cell.endswith(":") and len(cell) > 1
    return f"{':' if left else '-'}{'-' * (columns - 2)}{':' if right else '-'}"
