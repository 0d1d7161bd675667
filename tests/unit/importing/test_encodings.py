"""Bytes become text, or a reason; never an exception of another kind and never noise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.importing.encodings import decode_text
from chce_desktop.importing.importer import UnreadableSource

TEXT = "教育新闻：2024年全国“素质教育”工作会议\n\n第二段，Latin words & 数字 123。\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "gbk", "gb2312"]
)
def test_what_chinese_computers_write_is_read(encoding: str) -> None:
    assert decode_text(TEXT.encode(encoding)) == TEXT


def test_line_ends_become_line_feeds_and_control_characters_go() -> None:
    assert decode_text(("一\r\n二\r三\x00\x07\ufeff四" + "五" * 40).encode()) == "一\n二\n三四" + "五" * 40


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n" + b"\x00\x01\x02" * 400,
        b"\xef\xbb\xbf\xff\xfe\xfd",
        b"\xc3\x28" * 50,
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(UnreadableSource) as refused:
        decode_text(data)
    assert str(refused.value)


@given(st.binary(max_size=400))
def test_any_bytes_give_clean_text_or_a_reason(data: bytes) -> None:
    try:
        text = decode_text(data)
    except UnreadableSource:
        return
    assert "\r" not in text
    assert "\x00" not in text
    text.encode("utf-8")


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1))
def test_any_chinese_text_in_utf_8_comes_back(text: str) -> None:
    assert decode_text(text.encode()) == text


def test_a_stray_nul_does_not_turn_english_into_chinese() -> None:
    assert decode_text(b"A plain text of even length.\x00" + b"More of it, and more words." * 3) == (
        "A plain text of even length." + "More of it, and more words." * 3
    )


def test_rare_characters_of_gb18030_are_characters() -> None:
    text = "𠮷野家的㐂䶮二字，𠮷是异体。"
    assert decode_text(text.encode("gb18030")) == text
