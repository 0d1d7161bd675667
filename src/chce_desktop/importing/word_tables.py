"""CSV tables of word lists, as spreadsheets and other programs write them.

The first column is needed, the others may be missing. A first line of headings is recognised by its words, in Chinese
or English; without one the columns are taken in their order.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.importing.encodings import decode_text
from chce_desktop.importing.importer import UnreadableSource

_LARGEST = 20 * 1024 * 1024
_MOST_ROWS = 200_000
_LONGEST_CELL = 10_000
_DELIMITERS = (",", "\t", ";", "，", "；")
#: Excel's own way to name the delimiter in the first line.
_NAMED_DELIMITER = re.compile(r"\n*sep=(.)[^\n]*\n", re.IGNORECASE)
#: Lines among which the headings are looked for: a title may stand above them.
_HEAD = 5


class TableRefused(ChceError):
    """A file that cannot be read as such a table, or cannot be written."""

    code = "table_refused"

    def __init__(self, name: str, reason: str, *, detail: str = "") -> None:
        super().__init__(
            tr("The table “{name}” cannot be used: {reason}", name=name, reason=reason),
            detail=detail,
            hint=tr("Save it from the spreadsheet as CSV (UTF-8 or GBK), one word a line, and try again."),
        )


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key, its heading when written, other headings that are understood.

    `choices` are the values that it can have, with other words for each (`None`: any text); they are folded.
    """

    key: str
    heading: str
    others: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] | None = field(default=None, hash=False)
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `line` is where it stands in the file, counted from 1, `problem` why it cannot be taken."""

    line: int
    cells: dict[str, str]
    problem: str = ""


def read(path: Path, columns: Sequence[Column]) -> list[Row]:
    """The rows of a file. Raises TableRefused."""
    try:
        if path.stat().st_size > _LARGEST:
            raise TableRefused(path.name, tr("It is larger than {size} MB.", size=_LARGEST // 1024 // 1024))
        data = path.read_bytes()
    except OSError as error:
        raise TableRefused(path.name, tr("It cannot be opened."), detail=str(error)) from error
    return parsed(data, path.name, columns)


def parsed(data: bytes, name: str, columns: Sequence[Column]) -> list[Row]:
    """The rows of a file's bytes. Raises TableRefused."""
    try:
        text = decode_text(data)
    except UnreadableSource as error:
        raise TableRefused(name, str(error)) from error
    lines = _lines(text, name)
    heads = ((number, _headings(cells, columns)) for number, (_, cells) in enumerate(lines[:_HEAD]))
    above, order = next(((n, each) for n, each in heads if each and (not n or len(each) > 1)), (-1, None))
    lines = lines[above + 1 :]
    if order is None:
        order = dict(enumerate(column.key for column in columns))
    missing = [column.heading for column in (columns[0], *columns[1:]) if _lacks(column, columns, order, lines)]
    if missing:
        raise TableRefused(name, tr("The column “{column}” is missing.", column=missing[0]))
    by_key = {column.key: column for column in columns}
    rows = []
    for number, cells in lines:
        values = dict.fromkeys(by_key, "")
        problem = ""
        for position, key in order.items():
            if position < len(cells):
                found = _value(cells[position], by_key[key])
                if found is None:
                    shown, heading = cells[position].strip()[:40], by_key[key].heading
                    problem = tr("“{cell}” is no value of the column “{column}”.", cell=shown, column=heading)
                values[key] = found or ""
        if any(values.values()) or problem:
            rows.append(Row(number, values, problem))
    return rows


def written(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> bytes:
    """A table as spreadsheets read it without being asked: UTF-8 with byte order mark, Chinese headings and choices."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.heading for column in columns])
    for row in rows:
        writer.writerow([_shown(cell, column) for cell, column in zip(row, columns, strict=True)])
    return text.getvalue().encode("utf-8-sig", "replace")


def _lines(text: str, name: str) -> list[tuple[int, list[str]]]:
    named = _NAMED_DELIMITER.match(text)
    if named is not None:
        delimiter = named[1]
        text = "\n" * named[0].count("\n") + text[named.end() :]
    else:
        heads = [line for line in text.split("\n", 20)[:20] if line.strip()][:_HEAD]
        head = next((line for line in heads if any(mark in line for mark in _DELIMITERS)), "")
        delimiter = max(_DELIMITERS, key=lambda mark: (head.count(mark), mark == ","))
    found: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if any(len(cell) > _LONGEST_CELL for cell in cells):
                    raise TableRefused(name, tr("Line {line} holds a cell that is too long.", line=reader.line_num))
                found.append((reader.line_num, cells))
            if len(found) > _MOST_ROWS:
                raise TableRefused(name, tr("It has more than {n} lines.", n=_MOST_ROWS))
    except csv.Error as error:
        reason = tr("Line {line} is not written as CSV (a quotation mark is not closed?).", line=reader.line_num)
        raise TableRefused(name, reason, detail=str(error)) from error
    return found


def _headings(cells: list[str], columns: Sequence[Column]) -> dict[int, str] | None:
    """Which column stands where, if this is a line of headings."""
    keys = {name.casefold(): column.key for column in columns for name in (column.heading, *column.others)}
    order: dict[int, str] = {}
    for position, cell in enumerate(cells):
        key = keys.get(cell.strip().casefold())
        if key is not None and key not in order.values():
            order[position] = key
    named = sum(bool(cell.strip()) for cell in cells)
    known = columns[0].key in order.values() and len(order) * 2 > named
    return order if known or (order and len(order) == named) else None


def _lacks(
    column: Column, columns: Sequence[Column], order: Mapping[int, str], lines: Sequence[tuple[int, list[str]]]
) -> bool:
    if column is not columns[0] and not column.needed:
        return False
    places = [position for position, key in order.items() if key == column.key]
    return not places or (bool(lines) and all(len(cells) <= places[0] for _, cells in lines))


def _value(cell: str, column: Column) -> str | None:
    """The value of a cell, None for one that the column cannot have."""
    text = cell.strip()
    if column.choices is None or not text:
        return text
    folded = text.casefold()
    return next((str(value) for value, others in column.choices.items() if folded in (str(value), *others)), None)


def _shown(cell: str, column: Column) -> str:
    return column.choices[cell][0] if column.choices is not None and cell in column.choices else cell
