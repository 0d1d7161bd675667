"""The head of a page says the same whether or not its text is known to be plain."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.sitegen.metadata import Head, HeadWriter, is_plain, json_text
from chce_desktop.sitegen.views import Crumb
from tests.helpers.snapshots import SETTINGS

_TEXT = st.text(st.sampled_from("汉字“，。aZ09 -~&<>\"'\\\n\t\x01\x7f\x85\ufdd0\ufffe\ud800é𠮷😀/:"), max_size=8)


@given(_TEXT, _TEXT, _TEXT, _TEXT, st.sampled_from(["", "https://a.example/"]))
def test_plain_heads_are_those_that_need_no_care(title: str, about: str, word: str, site: str, base: str) -> None:
    writer = HeadWriter(replace(SETTINGS, name=site), base, "无题")
    graph = (f'{{"headline":{json_text(title)},"description":{json_text(about)}}}',)
    labels, properties = (("Author", word), ("Keywords", "")), (("article:tag", word),)
    crumbs = (Crumb("首页", "index.html"), Crumb("栏目", "a/index.html"))
    head = Head(title, "a/b.html", about, word, "article", "", labels, properties, graph, crumbs=crumbs)
    careful = writer.encoded(head, "../")
    assert careful == writer.write(head, "../").translate(_GONE).encode("utf-8", "replace")
    if is_plain(title + about + word):
        assert writer.encoded(replace(head, plain=True), "../") == careful
        assert json_text(title) == f'"{title}"'


_GONE = dict.fromkeys(map(ord, "\x01\x7f\x85\ufdd0\ufffe\ud800"))


def test_most_titles_are_plain() -> None:
    assert is_plain("教育部：2024 年“双减”工作取得成效（图）—— 新华网 100%")
    for odd in "&<>\"'\\\n\x7f\x85\ufdd0\uffff\ud800":
        assert not is_plain(f"甲{odd}乙")
