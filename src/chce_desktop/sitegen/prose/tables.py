"""Tables whose cells overlap, reach out of their rows or leave rows and columns empty, set right."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from chce_desktop.sitegen.prose.tree import Element
from chce_desktop.sitegen.typography import visible

#: More columns than that are taken for a mistake: each cell then has one.
_MOST_COLUMNS = 1000
_SCOPES = frozenset({"row", "col", "rowgroup", "colgroup"})
_ORDER = ("thead", "tbody", "tfoot")
#: What may not stand in a header, and what takes its place.
_IN_HEADERS = {**dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "p"), "section": "div", "blockquote": "div"}


@dataclass(slots=True)
class _Cell:
    element: Element
    row: int
    column: int
    rows: int
    columns: int


def mended(table: Element) -> Sequence[Element | str]:
    """The table as it may stand in a page; what it says where it has no cell."""
    children = [child for child in table.children if isinstance(child, Element)]
    captions = [child for child in children if child.tag == "caption"]
    groups = [child for child in children if child.tag in _ORDER and any(map(_cells, _rows(child)))]
    for later in [child for child in groups if child.tag == "thead"][1:]:
        later.tag = "tbody"
    for later in [child for child in groups if child.tag == "tfoot"][1:]:
        later.tag = "tbody"
    if not groups:
        return [Element("p", {}, caption.children) for caption in captions if caption.text.strip()]
    groups.sort(key=lambda group: _ORDER.index(group.tag))
    for further in captions[1:]:
        captions[0].children += [" ", *further.children]
    if [child for child in children if child.tag in (*_ORDER, "caption")] != [*captions[:1], *groups]:
        table.children = [*captions[:1], *groups]
    cells = [cell for group in groups for cell in _placed(group)]
    starts = sorted({cell.column for cell in cells})
    for cell in cells:
        wide = sum(cell.column <= start < cell.column + cell.columns for start in starts) if cell.columns > 1 else 1
        _span(cell.element, "colspan", wide)
    rows = [_cells(row) for group in groups for row in _rows(group)]
    even = all(len(row) == len(rows[0]) for row in rows)
    _told_apart(cells, {id(cell) for row in _rows(groups[0])[:1] for cell in _cells(row)}, even=even)
    return [table]


def _rows(group: Element) -> list[Element]:
    return [child for child in group.children if isinstance(child, Element) and child.tag == "tr"]


def _cells(row: Element) -> list[Element]:
    return [child for child in row.children if isinstance(child, Element) and child.tag in ("td", "th")]


def _placed(group: Element) -> list[_Cell]:
    """Where each cell of a group of rows stands; rows without cells go, and cells that reach too far are cut."""
    full = [row for row in _rows(group) if _cells(row)]
    if len(full) != len(_rows(group)):
        dropped = [row for row in _rows(group) if not _cells(row)]
        _shorten(group, dropped)
        group.children = [child for child in group.children if child not in dropped]
    taken: set[tuple[int, int]] = set()
    placed = []
    for number, row in enumerate(full):
        column = 0
        for element in _cells(row):
            while (number, column) in taken:
                column += 1
            wide = min(_number(element, "colspan"), max(1, _MOST_COLUMNS - column))
            # A cell is as wide as there is room before one that comes down from above.
            wide = next((n for n in range(1, wide) if (number, column + n) in taken), wide)
            high = max(1, min(_number(element, "rowspan"), len(full) - number))
            _span(element, "rowspan", high)
            taken.update((number + y, column + x) for y in range(high) for x in range(wide))
            placed.append(_Cell(element, number, column, high, wide))
            column += wide
    return placed


def _shorten(group: Element, dropped: Iterable[Element]) -> None:
    """Cells that reach over rows without cells reach over fewer rows."""
    rows = _rows(group)
    without = {number for number, row in enumerate(rows) if row in dropped}
    for number, row in enumerate(rows):
        for cell in _cells(row):
            high = _number(cell, "rowspan")
            if high > 1:
                _span(cell, "rowspan", high - sum(number < other < number + high for other in without))


def _number(cell: Element, name: str) -> int:
    return int(cell.attributes.get(name, "1"))


def _span(cell: Element, name: str, value: int) -> None:
    if value > 1:
        cell.attributes[name] = str(value)
    else:
        cell.attributes.pop(name, None)


def _heads(cell: Element) -> bool:
    """Whether a cell can head others: it says something, and nothing in it folds away."""
    return visible(cell.text) and all(below.tag != "details" for below in cell.walk())


def _told_apart(cells: Sequence[_Cell], first_row: Collection[int], *, even: bool) -> None:
    """A header that cannot be one, or that heads nothing, is an ordinary cell; others say what they head.

    They need not where each row has as many cells as the others (`even`) and only the first one heads anything.
    """
    elements = [cell.element for cell in cells]
    nothing_headed = all(element.tag == "th" for element in elements)
    for element in elements:
        if element.tag == "th" and (nothing_headed or not _heads(element)):
            element.tag = "td"
        if element.tag == "td" or element.attributes.get("scope", "row") not in _SCOPES:
            element.attributes.pop("scope", None)
        if element.tag == "th":
            for below in element.walk():
                if below.tag in _IN_HEADERS:
                    below.tag = _IN_HEADERS[below.tag]
                    below.attributes.pop("cite", None)
    if even and all((element.tag == "th") == (id(element) in first_row) for element in elements):
        return  # headers above their columns and nothing else
    for element in elements:
        if element.tag == "th":
            element.attributes.setdefault("scope", "col" if id(element) in first_row else "row")
