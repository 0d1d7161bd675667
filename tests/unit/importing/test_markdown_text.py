"""First headings and plain words."""

from __future__ import annotations

import pytest

from chce_desktop.importing.markdown_text import first_heading, plain_words


@pytest.mark.parametrize(
    ("text", "words", "level", "first"),
    [
        ("# 标题\n正文", "标题", 1, True),
        ("\n\n## 标题 ##\n", "标题", 2, True),
        ("正文\n\n# 标题", "标题", 1, False),
        ("#标题\n", "标题", 1, True),
        ("标题\n====\n正文", "标题", 1, True),
        ("标题\n---\n正文", "标题", 2, True),
        ("```\n# 注释\n```\n# 标题", "标题", 1, False),
        ("# \n\n# 标题", "标题", 1, False),
        ("# **[论文]** `x` 与 [链接](a.html)\n", "[论文] x 与 链接", 1, True),
        ("# ![图](a.png)\n## 标题", "图", 1, True),
    ],
)
def test_the_first_heading_with_words(text: str, words: str, level: int, first: bool) -> None:
    heading = first_heading(text)
    assert heading is not None
    assert (heading.words, heading.level, heading.first) == (words, level, first)


@pytest.mark.parametrize("text", ["", "正文", "- 列表\n---\n", "| a |\n---", "> 引文\n---", "#######七", "    # code"])
def test_no_heading(text: str) -> None:
    assert first_heading(text) is None


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("**粗** *斜* ~~删~~", "粗 斜 删"),
        ("a_b_c", "a_b_c"),
        ("&lt;x&gt; &amp;", "<x> &"),
        ("\\*x\\*", "*x*"),
        ("<b>粗</b>", "粗"),
        ("标题 {#id .c}", "标题"),
    ],
)
def test_plain_words(markdown: str, words: str) -> None:
    assert plain_words(markdown) == words
