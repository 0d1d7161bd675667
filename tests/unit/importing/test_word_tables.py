"""Word lists as Excel, WPS and other programs save them."""

from __future__ import annotations

import pytest

from chce_desktop.importing.word_tables import Column, TableRefused, parsed

_COLUMNS = (
    Column("word", "词语", ("word",)),
    Column("level", "级别", ("level",), {"block": ("阻止", "block"), "warn": ("提醒", "warn")}),
    Column("into", "建议", ("suggestion",)),
)
_ROW = ("布署", "block", "部署")


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("词语,级别,建议\r\n布署,阻止,部署\r\n".encode("gbk"), 2),
        ("词语;级别;建议\r\n布署;阻止;部署\r\n".encode("gbk"), 2),
        ("\ufeff词语,级别,建议\r\n布署,阻止,部署\r\n".encode(), 2),
        ("词语\t级别\t建议\r\n布署\t阻止\t部署\r\n".encode("utf-16"), 2),
        ("sep=;\r\n词语;级别;建议\r\n布署;阻止;部署\r\n".encode("gbk"), 3),
        ("词语,级别,建议\r布署,阻止,部署\r".encode("gbk"), 2),
        ("\r\n\r\n词语,级别,建议\r\n布署,阻止,部署\r\n".encode(), 4),
        ("词语，级别，建议\n布署，阻止，部署\n".encode("gb18030"), 2),
        ("全站易错词表,,\r\n词语,级别,建议\r\n布署,阻止,部署\r\n".encode("gbk"), 3),
        ("全站易错词表\r\n\r\n建议;词语;级别\r\n部署;布署;阻止\r\n".encode("gbk"), 4),
        ('"词语";"级别";"建议"\r\n"布署";"阻止";"部署"\r\n'.encode("gbk"), 2),
        ("word,level,suggestion\r\n布署,BLOCK,部署\r\n".encode("gbk"), 2),
        ("布署,阻止,部署\r\n".encode("gbk"), 1),
    ],
)
def test_the_same_row_comes_out_of_every_spelling(data: bytes, line: int) -> None:
    (row,) = parsed(data, "a.csv", _COLUMNS)
    assert tuple(row.cells.values()) == _ROW
    assert (row.line, row.problem) == (line, "")


def test_a_list_of_short_words_in_gbk_is_text() -> None:
    words = ["布署", "松驰", "甲", "㑇", "𠮷"] * 40
    data = "\r\n".join(words).encode("gb18030")
    assert [row.cells["word"] for row in parsed(data, "a.csv", _COLUMNS)] == words


def test_cells_hold_delimiters_and_quotes() -> None:
    data = '词语;级别;建议\r\n"a;b";提醒;"c,d"\r\n他说"好";阻止;"e ""f"""\r\n'.encode("gbk")
    cells = [tuple(row.cells.values()) for row in parsed(data, "a.csv", _COLUMNS)]
    assert cells == [("a;b", "warn", "c,d"), ('他说"好"', "block", 'e "f"')]


@pytest.mark.parametrize("data", [b"PK\x03\x04" + b"\0" * 100, b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4])
def test_a_spreadsheet_or_picture_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(TableRefused) as refused:
        parsed(data, "a.xlsx", _COLUMNS)
    assert "CSV" in refused.value.hint
