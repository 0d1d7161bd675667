"""Addresses in Markdown are found where a reader would see them, and nowhere else."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.importing.references import find_references, mask_code


def addresses(text: str) -> list[str]:
    return [reference.address for reference in find_references(text)]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("![图](a.png)", "a.png"),
        ('![图](a.png "标题")', "a.png"),
        ("![图]( a.png '标题' )", "a.png"),
        ("![图](<我的 图.png>)", "我的 图.png"),
        ("![图](我的 图 (1).png)", "我的 图 (1).png"),
        ("![图](a%20b.png)", "a%20b.png"),
        ("![图](a.png =300x200)", "a.png"),
        ("![图](images\\a.png)", "images\\a.png"),
        ("[附件](files/a.pdf)", "files/a.pdf"),
        ("> 引用 ![图](a.png)", "a.png"),
        ("<img src=\"a.png\" alt='x'>", "a.png"),
        ("<IMG alt=x SRC=a.png />", "a.png"),
        ("<img src='a&amp;b.png'>", "a&b.png"),
        ("<a href='a.pdf'>附件</a>", "a.pdf"),
        ("<video poster='a.png'></video>", "a.png"),
        ('[1]: a.png "标题"', "a.png"),
        ("[1]: <a b.png>", "a b.png"),
        ("![图](\na.png)", "a.png"),
    ],
)
def test_every_way_to_name_a_file(text: str, address: str) -> None:
    assert addresses(text) == [address]


def test_a_picture_in_a_link_gives_both() -> None:
    found = find_references("[![小图](small.png)](large.png)")
    assert [(r.address, r.picture) for r in found] == [("small.png", True), ("large.png", False)]


@pytest.mark.parametrize(
    "text",
    [
        "`![图](a.png)`",
        "``a ` ![图](a.png)``",
        "```\n![图](a.png)\n```",
        "~~~~md\n```\n![图](a.png)\n~~~~",
        "- item\n\n  ```\n  ![图](a.png)\n  ```",
        "<!-- ![图](a.png) -->",
        "[^1]: 脚注文字",
        "plain [brackets] (and parentheses)",
        "![图]()",
        "![图](never closed",
        "\\[x](a.png",
    ],
)
def test_code_comments_and_plain_text_hold_none(text: str) -> None:
    assert addresses(text) == []


def test_spans_replace_exactly_the_address() -> None:
    text = "前 ![图](a b.png \"t\") 中 <img src='c.png'> [d](<e f.pdf>)\n\n[r]: g.png\n"
    for reference in reversed(find_references(text)):
        text = text[: reference.start] + "X" + text[reference.end :]
    assert text == "前 ![图](X \"t\") 中 <img src='X'> [d](X)\n\n[r]: X\n"


@given(st.text(alphabet="![]()<>`~\\\"' \nab.png:/#-=xsrcimg教", max_size=200))
def test_spans_are_in_order_apart_and_inside(text: str) -> None:
    end = 0
    for reference in find_references(text):
        assert end <= reference.start < reference.end <= len(text)
        end = reference.end


@given(st.text(alphabet="`~\n <!->ab", max_size=200))
def test_masking_moves_nothing(text: str) -> None:
    masked = mask_code(text)
    assert len(masked) == len(text)
    assert [i for i, c in enumerate(masked) if c == "\n"] == [i for i, c in enumerate(text) if c == "\n"]


@pytest.mark.parametrize(
    "piece",
    [
        "](",
        "![",
        "![a](",
        "![a](<",
        "`",
        "` ``",
        "<img ",
        '<img src="',
        "[a]: ",
        "![](data:",
        "<!--",
        "(((",
        '](a "',
        "[^",
        "~~~\n",
    ],
)
def test_hostile_repetition_takes_linear_time(piece: str) -> None:
    started = time.process_time()
    find_references(piece * (400_000 // len(piece)))
    assert time.process_time() - started < 4
