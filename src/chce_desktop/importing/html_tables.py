"""Tables out of foreign HTML: Markdown where Markdown can, HTML where cells are merged."""

from __future__ import annotations

from dataclasses import dataclass

from chce_desktop.importing.html_inline import Run, write


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it stands in the source; spans are at least 1."""

    runs: list[Run]
    columns: int = 1
    rows: int = 1
    header: bool = False


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
