"""What programs put on the clipboard, in their dialects (tests/data/clipboard), and the Markdown that it shall be."""

from __future__ import annotations

from pathlib import Path

import pytest

from chce_desktop.domain.settings import SiteSettings
from chce_desktop.importing.html_markdown import to_markdown
from chce_desktop.sitegen.prose import Renderer

_FILES = sorted((Path(__file__).parents[2] / "data" / "clipboard").glob("*.html"))


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_clean_markdown_comes_out(file: Path) -> None:
    html, expected = file.read_text(encoding="utf-8"), file.with_suffix(".md").read_text(encoding="utf-8").rstrip("\n")
    assert to_markdown(html).markdown == expected
    assert to_markdown(html.replace("\n", "\r\n")).markdown == expected
    shown = Renderer(SiteSettings(), {}).render(expected).html
    assert "**" not in shown
    assert "[^" not in shown
    assert "data-" not in shown


def test_pictures_are_named_as_in_the_text_and_those_out_of_reach_counted() -> None:
    converted = to_markdown(
        '<p><img src="file:///C:\\Users\\张 三\\AppData\\Local\\Temp\\ksohtml1\\wps1.jpg"><img src="cid:image001.png">'
        '<img src="webkit-fake-url://8F/image.png"><img src="https://a.cn/图(1).png?x=1&amp;y=2"></p>'
    )
    assert len(converted.pictures) == 2
    assert all(f"]({address})" in converted.markdown for address in converted.pictures)
    assert converted.lost == 2


def test_bullets_of_every_program_are_bullets() -> None:
    item = (
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='font-family:Wingdings'>"
        "<span style='mso-list:Ignore'>{}<span>&nbsp;</span></span></span>项</p>"
    )
    for bullet in "l·n§Øou-–•■□●○◆★–":
        assert to_markdown(item.format(bullet)).markdown == "- 项", bullet
    for number, shown in (
        ("1.", 1),
        ("(2)", 2),
        ("３．", 3),
        ("4、", 4),
        ("1.2.3", 3),
        ("a)", 1),
        ("iv.", 4),
        ("7", 7),
    ):
        assert to_markdown(item.format(number)).markdown == f"{shown}. 项", number
    for number, text in (("一、", "一、项"), ("（十二）", "（十二）项"), ("第三条", "第三条 项"), ("①", "① 项")):
        assert to_markdown(item.format(number)).markdown == text


def test_numbers_within_a_table_are_text() -> None:
    item = (
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span><span style='mso-list:Ignore'>{}<span>&nbsp;"
        "</span></span></span>{}</p>"
    )
    cell = item.format("1.", "甲") + item.format("（二）", "乙") + item.format("l", "丙")
    html = f"<table border=1><tr><td>{cell}</td><td>丁</td></tr></table>"
    assert to_markdown(html).markdown == "| 1\\. 甲<br>（二）乙<br>丙 | 丁 |\n| --- | --- |"


def test_a_form_keeps_its_empty_cells_and_a_frame_does_not() -> None:
    form = "<table border=1><tr><td>姓名</td><td></td><td></td></tr><tr><td></td><td></td><td></td></tr></table>"
    assert to_markdown(form).markdown == "| 姓名 |  |  |\n| --- | --- | --- |\n|  |  |  |"
    assert to_markdown("<table border=1><tr><td><p>甲</p><p>乙</p></td></tr></table>").markdown == "甲\n\n乙"
    assert (
        to_markdown("<table><tr><td><h2>甲</h2><p>乙</p></td><td>丙</td></tr></table>").markdown == "## 甲\n\n乙\n\n丙"
    )
    table = "<table border=1><tr><td>甲<table><tr><td>内</td></tr></table></td><td>丙</td></tr></table>"
    assert to_markdown(table).markdown == "| 甲<br>内 | 丙 |\n| --- | --- |"
