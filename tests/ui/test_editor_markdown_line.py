from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.ui.editor.markdown_line import PLAIN, Look, scan, segments


def looks(line: str, state: int = PLAIN) -> dict[str, Look]:
    return {line[s.start : s.start + s.length]: s.look for s in segments(scan(line, state).spans)}


def test_heading() -> None:
    assert scan("## 标题").heading == 2
    assert looks("## 标题") == {"##": Look.MARK}


def test_emphasis_next_to_chinese_quotes() -> None:
    assert looks("说**“你好”**的人") == {"**": Look.MARK | Look.BOLD, "“你好”": Look.BOLD}


def test_link_and_image() -> None:
    assert looks("[教育部](https://a.cn)")["教育部"] == Look.LINK
    assert looks("![图](media/a.jpg)")["media/a.jpg"] == Look.ADDRESS
    assert looks("![图](https://a.cn/b.jpg)")["https://a.cn/b.jpg"] == Look.ADDRESS | Look.FOREIGN


def test_fence_holds_until_it_is_closed() -> None:
    opened = scan("```python")
    assert opened.state == 3
    assert scan("# 不是标题", opened.state).heading == 0
    assert scan("~~~", opened.state).state == 3
    assert scan("```", opened.state).state == PLAIN


def test_a_code_span_holds_no_emphasis() -> None:
    assert looks("`a**b**`") == {"`": Look.MARK | Look.CODE, "a**b**": Look.CODE}


@given(st.text(alphabet="*_`[]()!#>|-~<>\\ a春\t:{}.1"), st.integers(-5, 5))
def test_spans_lie_inside_the_line_and_do_not_overlap(line: str, state: int) -> None:
    position = 0
    for span in segments(scan(line, state).spans):
        assert span.start >= position
        assert span.length > 0
        position = span.start + span.length
    assert position <= len(line)


@pytest.mark.parametrize("piece", ["*", "**a", "[", "![", "`", "_a", "<a ", "[a](", "~~a", "|", "***a"])
def test_no_line_takes_long(piece: str) -> None:
    line = piece * (20_000 // len(piece))
    started = time.process_time()
    list(segments(scan(line).spans))
    assert time.process_time() - started < 2
