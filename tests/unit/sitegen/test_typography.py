"""Titles are cut by the width in which they are shown; dates are written alike on every system."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.sitegen.typography import _cut, cut, display_width, format_date, visible, zone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("教育部办公厅关于建立健全义务教育控辍保学长效机制的通知", "教育部办公厅关于建立健全义务…"),
        ("2024年全国普通高校招生考试安全工作会议", "2024年全国普通高校招生考试安…"),
        ("人力资源社会保障部 教育部部署工作", "人力资源社会保障部 教育部部…"),
        ("短标题", "短标题"),
        ("一二三四五六七八九十一二三四", "一二三四五六七八九十一二三四"),
        ("😀" * 20, "😀" * 14 + "…"),
    ],
)
def test_titles_are_cut_at_the_width_of_fourteen_han_characters(text: str, expected: str) -> None:
    assert cut(text, 28) == expected


@given(st.text(max_size=60), st.integers(0, 40))
def test_a_cut_title_is_the_start_of_the_title_and_fits(text: str, width: int) -> None:
    shown = cut(text, width)
    if shown != text:
        assert shown.endswith("…")
        assert text.startswith(shown[:-1])
        assert display_width(shown[:-1]) <= width < display_width(text)
    elif width:
        assert display_width(text) <= width


def test_gbk_knows_how_wide_its_characters_are() -> None:
    codes = (bytes((first, second)) for first in range(0x81, 0xFF) for second in range(0x40, 0xFF))
    wide = [character for code in codes if (character := code.decode("gbk", "ignore"))]
    assert len(wide) > 20_000
    for character in (*wide, *map(chr, range(128))):
        assert display_width(character) == len(character.encode("gbk"))


@given(st.text("教育，。“”·AB1 \n\t·α", max_size=60), st.integers(1, 40))
def test_the_short_way_cuts_where_the_long_one_does(text: str, width: int) -> None:
    assert cut(text, width) == (_cut(text, width) if len(text) * 2 > width else text)


def test_no_cut_for_a_width_of_zero() -> None:
    assert cut("长" * 200, 0) == "长" * 200


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("%Y-%m-%d", "2024-01-08"),
        ("%Y-%-m-%-d", "2024-1-8"),
        ("%Y年%#m月%e日 %H:%M", "2024年1月8日 03:05"),
        ("100%%", "100%"),
    ],
)
def test_dates_follow_the_pattern(pattern: str, expected: str) -> None:
    assert format_date(datetime(2024, 1, 8, 3, 5, tzinfo=UTC), pattern) == expected


def test_the_same_moment_is_another_date_elsewhere() -> None:
    moment = datetime(2024, 1, 8, 23, 5, tzinfo=UTC)
    assert format_date(moment, "%d %H") == "08 23"
    assert format_date(moment.astimezone(zone("Asia/Shanghai")), "%d %H") == "09 07"


def test_a_text_of_many_blanks_is_told_at_once() -> None:
    blanks = "\n\x85\u2028&nbsp;" * 500
    assert not visible(blanks)
    assert visible(f"{blanks}详情")
