"""The length of an article is what readers see of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.domain.length import count_characters


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("开学第一课，同步 开讲。\n\n　　第二段。", 15),
        ("### 活动安排", 4),
        ("观看**直播**并写*心得*", 8),
        ("- 小学场\n- 初中场\n1. 甲", 7),
        ("[教育部官网](https://www.moe.gov.cn)", 5),
        ("![](media/b3/kai-xue.jpg)", 0),
        ("| 学校 | 时间 |\n| ---- | ---- |\n| 一中 |      |", 6),
        ("正文[^1]\n\n[^1]: 脚注", 4),
        ("> 引文\n\n---\n\n`码`", 3),
        ("```\n码\n```", 1),
        ("snake_case 2026", 14),
        ("", 0),
    ],
)
def test_marks_and_addresses_do_not_count(body: str, expected: int) -> None:
    assert count_characters(body) == expected


@given(st.text(alphabet="汉字，。abc12 \n", max_size=60))
def test_plain_text_counts_without_white_space(body: str) -> None:
    lines = [line for line in body.split("\n") if line.strip()]
    assert count_characters("\n".join(lines)) == len("".join(body.split()))


@given(st.text(max_size=200))
def test_any_text_has_a_length(body: str) -> None:
    assert 0 <= count_characters(body) <= len(body)
