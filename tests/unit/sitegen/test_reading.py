"""The text of a finished page is what a reader reads of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.sitegen.reading import text_of


def test_only_the_main_part_counts_and_paragraphs_are_lines() -> None:
    page = """<!doctype html><head><title>x</title><style>p{}</style></head><body><header>站名</header>
    <main><h1>标题</h1><p>第一段，<b>粗</b>体。</p><script>var a = "<p>"</script><p>第二段&amp;完。</p>
    <aside>侧栏</aside><img src="a.png" alt="图"></main><footer>页脚</footer></body>"""
    assert text_of(page.encode()) == "标题\n第一段，粗体。\n第二段&完。\n[图]"


def test_a_page_without_a_main_part_is_read_as_a_whole() -> None:
    assert text_of("<p>一</p><p>二".encode()) == "一\n二"


@given(st.binary(max_size=200))
def test_anything_can_be_read(data: bytes) -> None:
    assert "\n\n" not in text_of(data)
