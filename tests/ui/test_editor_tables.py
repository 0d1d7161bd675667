from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.ui.editor.line_editing import (
    continuation,
    indent,
    outdent,
    with_bullets,
    with_heading,
    with_numbers,
    with_quote,
)
from chce_desktop.ui.editor.outline import headings
from chce_desktop.ui.editor.table_editing import (
    Position,
    aligned,
    cells,
    empty_row,
    following,
    is_row,
    locate,
    new_table,
    span,
    width,
)

CELL = st.text(alphabet="汉字ab1 \\-:", max_size=6).map(lambda text: text.replace("\\", ""))
TABLE = st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=5).map(
    lambda rows: [f"| {' | '.join(row)} |" for row in rows]
)


@given(TABLE)
def test_aligning_keeps_the_cells(lines: list[str]) -> None:
    made = aligned(lines)
    columns = max(len(cells(line)) for line in lines)
    dashes = [index for index, line in enumerate(lines) if set(line) <= set("|-: ") and "-" in line]
    for index, (before, after) in enumerate(zip(lines, made, strict=True)):
        if index not in dashes:
            assert cells(after) == cells(before) + [""] * (columns - len(cells(before))) or not any(cells(before))
    assert len({width(line) for line in made}) == 1
    assert aligned(made) == made


@given(TABLE, st.data())
def test_every_cell_can_be_found_again(lines: list[str], data: st.DataObject) -> None:
    made = aligned(lines)
    row = data.draw(st.integers(0, len(made) - 1))
    column = data.draw(st.integers(0, len(cells(made[row])) - 1))
    start, end = span(made[row], column)
    assert made[row][start:end].strip() == cells(made[row])[column]
    assert locate(made, row, start).column == column


def test_walking_skips_the_dashes_and_ends() -> None:
    table = new_table(1, 2)
    assert all(is_row(line) for line in table)
    steps = [Position(0, 0)]
    while (following_cell := following(table, steps[-1])) is not None:
        steps.append(following_cell)
    assert [(step.row, step.column) for step in steps] == [(0, 0), (0, 1), (2, 0), (2, 1)]
    assert following(table, Position(2, 0), backward=True) == Position(0, 1)
    assert cells(empty_row(3)) == ["", "", ""]


@pytest.mark.parametrize("change", [with_bullets, with_numbers, with_quote])
def test_format_buttons_take_back_what_they_did(change: object) -> None:
    lines = ["第一段", "", "第二段"]
    assert callable(change)
    assert change(change(lines)) == lines


def test_paragraphs_become_one_list() -> None:
    assert with_bullets(["第一段", "", "第二段"]) == ["- 第一段", "- 第二段"]
    assert with_numbers(["- 甲", "- 乙"]) == ["1. 甲", "2. 乙"]


@given(st.text(alphabet=" ab#-汉1.>", max_size=12), st.integers(0, 6))
def test_indent_and_headings_can_be_undone(line: str, level: int) -> None:
    assert outdent(indent(line)) == line or not line.strip()
    if not line.lstrip().startswith("#"):
        assert not with_heading(with_heading(line, level), 0).startswith("#")


def test_continuation_takes_an_empty_mark_away() -> None:
    assert continuation("- ", "- ") is None
    assert continuation("1) 一", "1) 一") == "2) "
    assert continuation("- 一", "") == ""


def test_outline_ignores_fenced_code() -> None:
    text = "# 一\n\n```\n# 不是\n```\n\n### **三** {#id}\n"
    assert list(headings(text)) == [(0, 1, "一"), (6, 3, "三")]
