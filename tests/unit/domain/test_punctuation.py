from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.domain.punctuation import full_width, half_width, quoted, spaced, unspaced
from chce_desktop.domain.scripts import simplified, traditional


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
        ('他说:"好."', '他说："好。"'),
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好，世界。", "你好, 世界."),
        ("看（图）：好！", "看(图): 好!"),
        ("用`，。`和[链，](https://a.cn/，)", "用`，。`和[链,](https://a.cn/，)"),
        ("１２３ＡＢ", "123AB"),
        ("他说：“好。”", '他说: "好."'),
    ],
)
def test_half_width(text: str, expected: str) -> None:
    assert half_width(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('他说"好"，又说"不好"。', "他说“好”，又说“不好”。"),
        ('只有一个"', '只有一个"'),
        ("\"他说'好'\"", "“他说‘好’”"),
        ('It\'s "fine"', "It's “fine”"),
        ('`"码"`和<a title="x">', '`"码"`和<a title="x">'),
    ],
)
def test_quoted(text: str, expected: str) -> None:
    assert quoted(text) == expected


def test_scripts_are_changed_word_by_word_and_code_is_left_alone() -> None:
    assert traditional("头发发展`发展`") == "頭髮發展`发展`"
    assert simplified("頭髮發展[鏈](https://a.cn/發)") == "头发发展[链](https://a.cn/發)"
    assert simplified("\ud800後") == "?后"


@given(st.text())
def test_no_text_is_too_strange_for_the_tools(text: str) -> None:
    for tool in (half_width, quoted, simplified, traditional):
        tool(text)


@pytest.mark.parametrize(
    ("simple", "full"),
    [
        ("头发发展理发发现", "頭髮發展理髮發現"),
        ("皇后以后后来", "皇后以後後來"),
        ("里程公里里面", "里程公里裏面"),
        ("干部干净干涉树干", "幹部乾淨干涉樹幹"),
        ("历史日历", "歷史日曆"),
        ("系统联系关系", "系統聯繫關係"),
        ("只有一只", "只有一隻"),
        ("准备批准制造制度", "準備批准製造制度"),
        ("几乎茶几余额", "幾乎茶几餘額"),
    ],
)
def test_characters_are_converted_word_by_word(simple: str, full: str) -> None:
    assert traditional(simple) == full
    assert simplified(full) == simple


def test_what_has_one_form_in_one_word_and_another_in_the_next() -> None:
    assert simplified("著名作家看著他，接著寫著作") == "著名作家看着他，接着写著作"
    assert traditional("见`里面`与[里面](https://a.cn/里面)") == "見`里面`與[裏面](https://a.cn/里面)"
