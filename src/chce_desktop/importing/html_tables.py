"""Tables out of foreign HTML: Markdown where Markdown can, HTML where cells are merged."""

from __future__ import annotations

from dataclasses import dataclass

from chce_desktop.importing.html_inline import Run, write
from chce_desktop.importing.html_tree import Element


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it stands in the source; spans are at least 1."""

    runs: list[Run]
    columns: int = 1
    rows: int = 1
    header: bool = False


def is_layout(table: Element, rows: list[list[Element]]) -> bool:
    """Whether a table only puts the parts of a page in their places, as old pages and mails do.

    Such a one draws no lines, and holds headings or tables, or is a single column.
    """
    if table.attributes.get("border", "0").strip() not in ("", "0") or _lined(table):
        return False
    cells = [cell for row in rows for cell in row]
    if any(cell.tag == "th" or _lined(cell) for cell in cells):
        return False
    single = all(len(row) == 1 for row in rows)
    return single or any(_holds(cell, {"table", "h1", "h2", "h3", "h4", "h5", "h6"}) for cell in cells)


def _lined(element: Element) -> bool:
    style = element.attributes.get("style", "").lower()
    return "border" in style and any(kind in style for kind in ("solid", "dashed", "dotted", "double", "windowtext"))


def _holds(element: Element, tags: set[str]) -> bool:
    return any(isinstance(child, Element) and (child.tag in tags or _holds(child, tags)) for child in element.children)


def write_table(rows: list[list[Cell]]) -> str:
    """The table, or an empty string for one without any content."""
    if not any(run.image or run.text.strip() for row in rows for cell in row for run in cell.runs):
        return ""
    if any(cell.columns > 1 or cell.rows > 1 for row in rows for cell in row):
        return _html(rows)
    return _pipes(rows)


def _pipes(rows: list[list[Cell]]) -> str:
    width = max(len(row) for row in rows)
    written = [[_piped(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    lines = [_line(written[0]), _line(["---"] * width), *(_line(row) for row in written[1:])]
    return "\n".join(lines)


def _piped(cell: Cell) -> str:
    runs = [Run("<br>", raw=True) if run.raw and run.text == "\n" else run for run in cell.runs]
    return write(runs).replace("|", "\\|").replace("\n", " ")


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _html(rows: list[list[Cell]]) -> str:
    lines = ["<table>"]
    for row in rows:
        cells = []
        for cell in row:
            tag = "th" if cell.header else "td"
            spans = "".join(
                f' {name}="{value}"' for name, value in (("colspan", cell.columns), ("rowspan", cell.rows)) if value > 1
            )
            cells.append(f"<{tag}{spans}>{write(cell.runs, html=True)}</{tag}>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return "\n".join([*lines, "</table>"])
