from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.domain.punctuation import full_width, spaced, unspaced


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("教育部2024年AI计划", "教育部 2024 年 AI 计划"),
        ("增长5%左右", "增长 5% 左右"),
        ("见`代码a汉`与[链接](https://a.cn/汉a)", "见`代码a汉`与[链接](https://a.cn/汉a)"),
    ],
)
def test_spaces_between_han_and_latin(before: str, after: str) -> None:
    assert spaced(before) == after
    assert unspaced(after) == before


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("你好,世界!", "你好，世界！"),
        ("通知如下:\n一是.", "通知如下：\n一是。"),
        ("（见附件）(见下)", "（见附件）（见下）"),
        ("２０２４年ＡＩ", "2024年AI"),
        ("第3.5节, f(x)", "第3.5节，f(x)"),
        ("时间10:30", "时间10:30"),
        ("![图](media/a,b.jpg)", "![图](media/a,b.jpg)"),
    ],
)
def test_full_width_punctuation(before: str, after: str) -> None:
    assert full_width(before) == after


@given(st.text(alphabet="汉字a1,.:;!?() `\n"))
def test_doing_it_twice_changes_nothing(text: str) -> None:
    once = spaced(text)
    assert spaced(once) == once
