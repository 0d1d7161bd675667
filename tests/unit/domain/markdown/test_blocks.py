from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chce_desktop.domain.markdown.block_writer import write as write_block
from chce_desktop.domain.markdown.blocks import Block, put_together, split
from chce_desktop.domain.markdown.inline import BREAK, Run, joined, read
from chce_desktop.domain.markdown.inline_writer import write
from chce_desktop.domain.markdown.kinds import Kind
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.sitegen.prose import Renderer
from tests.helpers.visual import parts, spans

_SPEC = Path(__file__).parents[3] / "data/commonmark/spec.txt"
EXAMPLES = [
    found.replace("→", "\t")
    for found in re.findall(r"^`{32} example\n(.*?)\n\.\n", _SPEC.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
]
_RENDERER = Renderer(SiteSettings(name="x"), {})
Span = tuple[str, bool, bool, bool, str]
_LINES = {
    Kind.TEXT: r"<p[^>]*>(.*?)</p>",
    Kind.HEADING: r"<h\d[^>]*>(.*?)</h\d>",
    Kind.QUOTE: r"<p>(.*?)</p>",
    Kind.TABLE: r"<t[dh][^>]*>(.*?)</t[dh]>",
}
_PIECES = (
    "教育新闻", "“引用”的话，", "Word ", "2024年", "a_b", "5*3", "C++", "100%", "[论文]", "<", "&", "&amp;", "\\", "`",
    "*", "_", "{x}", "![", "](", "https://example.org/a_b?c=d", "~~", "|", "#", "- ", "1. ", "> ", "  ", "\u3000",
    "𠮷😀", "：", "^", "[^1]", "!",
)  # fmt: skip


def article(seed: int) -> str:
    """A Chinese article as editors write it, with a little of everything."""
    dealer = random.Random(seed)  # noqa: S311 - repeatable, no secret

    def sentence() -> str:
        words = [
            "教育部",
            "昨日",
            "在北京",
            "召开",
            "会议",
            "，",
            "来自",
            "31个省份",
            "的",
            "师生",
            "参加",
            "《条例》",
            "“双减”",
            "AI",
            "。",
        ]
        plain = "".join(dealer.choice(words) for _ in range(dealer.randint(3, 14)))
        mark = dealer.choice(["", "", "", "**{}**", "*{}*", "***{}***", "`{}`", "[{}](https://example.org/{}.html)"])
        return plain + (mark.format("“重点”", "a") if mark else "") + dealer.choice(["", "\n", "  \n"]) + "结尾。"

    def block() -> str:
        made: list[Callable[[], str]] = [
            sentence,
            lambda: "　　" + sentence(),
            lambda: "#" * dealer.randint(1, 4) + " " + sentence().split("\n")[0],
            lambda: "\n".join(f"- {sentence().splitlines()[0]}" for _ in range(3)),
            lambda: "\n".join(f"{n}. 第{n}项" for n in (1, 2, 3)) + "\n    - 其中",
            lambda: "> " + sentence().split("\n")[0] + "\n>\n> 第二段",
            lambda: "| 甲 | 乙 |\n|---|:-:|\n| 1 | **二** |",
            lambda: "```python\nprint('中文')\n\n# 注释\n```",
            lambda: '![图片](media/aa/tu.jpg "说明")',
            lambda: '<div class="x">\n\n原样\n\n</div>',
            lambda: "---",
            lambda: "文字[^1]。\n\n[^1]: 注释",
            lambda: "{: .class }\n文字 {#id}",
        ]
        return dealer.choice(made)()

    return "\n" * dealer.randint(0, 2) + ("\n" * dealer.randint(1, 3)).join(block() + "\n" for _ in range(12))


ARTICLES = [article(seed) for seed in range(500)]


@pytest.mark.parametrize("texts", [EXAMPLES, ARTICLES], ids=["commonmark", "articles"])
def test_the_blocks_together_are_the_text(texts: list[str]) -> None:
    for text in texts:
        lead, found = split(text)
        assert put_together(lead, found) == text


@given(st.lists(st.sampled_from([*_PIECES, "\n", "\n\n", "```", "    ", "\t", "<div>", "</div>", "---"])).map("".join))
def test_the_blocks_together_are_any_text(text: str) -> None:
    lead, found = split(text)
    assert put_together(lead, found) == text


@pytest.mark.parametrize("texts", [EXAMPLES, ARTICLES], ids=["commonmark", "articles"])
def test_what_is_shown_is_what_the_site_shows(texts: list[str]) -> None:
    for text in texts:
        for block in split(text)[1]:
            if block.kind in _LINES and "[^" not in block.source and "![" not in block.source:
                html = _RENDERER.render(block.source).html
                assert [leading(spans(each)) for each in re.findall(_LINES[block.kind], html, re.DOTALL)] == [
                    leading(spans(each)) for each in parts(block)
                ], block


def leading(found: list[Span]) -> list[Span]:
    """Without the links that lead nowhere, which the site shows as text."""
    result: list[Span] = []
    for text, bold, italic, code, address in found:
        look = (bold, italic, code, address if re.match(r"https?:|mailto:|.+/", address) else "")
        joins = bool(result) and result[-1][1:] == look
        result = [*result[:-1], (result[-1][0] + text, *look)] if joins else [*result, (text, *look)]
    return result


@pytest.mark.parametrize("texts", [EXAMPLES, ARTICLES], ids=["commonmark", "articles"])
def test_a_block_that_is_written_again_means_the_same(texts: list[str]) -> None:
    for text in texts:
        lead, found = split(text)
        again = [replace(block, source=write_block(block)) for block in found]
        for before, after in zip(found, again, strict=True):
            protected = before.kind is Kind.PROTECTED
            assert protected or meaning(after.source) == [replace(before, source="", gap="")], before
        assert spans(_RENDERER.render(put_together(lead, again)).html) == spans(_RENDERER.render(text).html)


def meaning(source: str) -> list[Block]:
    return [replace(block, source="", gap="") for block in split(source)[1]]


def texts(pieces: tuple[str, ...] = _PIECES) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(pieces), max_size=5).map("".join)


runs = st.lists(
    st.builds(Run, texts(), bold=st.booleans(), italic=st.booleans(), link=st.sampled_from(["", "", "https://e.org/a_(b)"]))
    | st.builds(lambda text: Run(text, code=True), st.sampled_from(["x=1", "a_b", "**"]))
    | st.just(Run(BREAK)),
    max_size=5,
).map(joined)  # fmt: skip


@settings(max_examples=300)
@given(runs)
@example((Run("\\[论文]教育新闻", link="https://e.org/a_(b)"),))
def test_what_somebody_types_is_shown_as_it_was_typed(typed: tuple[Run, ...]) -> None:
    written = write(typed)
    if not written.strip():
        return
    found = split(written)[1]
    assert [block.kind for block in found] == [Kind.TEXT], written
    html = _RENDERER.render(written).html
    text = "".join(piece[0] for piece in spans(html))
    assert tidy(text) == tidy("".join(run.text for run in typed)), written
    assert read(written) is not None, written


def tidy(text: str) -> str:
    """Blanks at the edges of lines mean nothing; a link's text may lose what a link cannot hold."""
    lines = [re.sub(r"[ \u3000\u00a0\t]+", "", line) for line in text.split(BREAK)]
    return BREAK.join(lines).strip(BREAK).replace("`", "'")
