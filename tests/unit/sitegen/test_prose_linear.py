"""What Python-Markdown makes of a text stays the same; what took it minutes takes moments."""

from __future__ import annotations

import time

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown.extensions import Extension
from markdown.extensions.footnotes import FootnoteExtension

from chce_desktop.domain.settings import SiteSettings
from chce_desktop.sitegen.prose import Renderer, linear
from chce_desktop.sitegen.prose.inline import Inline
from chce_desktop.sitegen.prose.linear import Footnotes, teach_blocks

_WORDS = (
    "~~~ ```a ` `` ``` \\ [^ [^a] [^a]: [^b]: [a]: ] ]: : # ## === --- *** > - 1. 2. | |-|-| |- { } {#a} a 教 \u3000"
)
PARTS = (*_WORDS.split(" "), " ", "    ", "\n", "\n", "\n\n")


_INLINE = (
    "* ** *** _ __ *a* **a** *a **b** c* _a_ `a` [a](b) ![a](b) [a] <b> </b> <http://a.b> &amp; \\* klzzwxh:0000 a 教"
)


class _Taught(Extension):
    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        teach_blocks(md)


@pytest.mark.parametrize("few", [-1, 50])
@given(st.lists(st.sampled_from(PARTS), max_size=60))
def test_a_text_becomes_what_it_became(few: int, parts: list[str]) -> None:
    text = "".join(parts)
    extensions = ["tables", "attr_list", "sane_lists", "fenced_code"]
    before = linear._MANY, linear._LONG
    linear._MANY, linear._LONG = few, few
    try:
        ours = markdown.markdown(text, extensions=[*extensions, Footnotes(), _Taught()])
    finally:
        linear._MANY, linear._LONG = before
    assert ours == markdown.markdown(text, extensions=[*extensions, FootnoteExtension()])


class _TaughtInline(Extension):
    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        md.treeprocessors.register(Inline(md), "inline", 20)


@given(st.lists(st.sampled_from((*_INLINE.split(" "), " ", "\n", "  \n", "\n\n", "- ", "\x02", "\x03")), max_size=60))
def test_what_stands_within_lines_becomes_what_it_became(parts: list[str]) -> None:
    text = "".join(parts)
    extensions: list[str | Extension] = ["tables", "attr_list", FootnoteExtension()]
    ours = markdown.markdown(text, extensions=[*extensions, _TaughtInline()])
    assert ours == markdown.markdown(text, extensions=["tables", "attr_list", FootnoteExtension()])


def test_stars_without_blanks_between_them_take_moments() -> None:
    renderer = Renderer(SiteSettings(), {})
    times = []
    for length in (25_000, 200_000):
        before = time.process_time()
        renderer.render("*a*" * (length // 3))
        times.append(time.process_time() - before)
    assert times[1] < 14 * times[0] + 0.5


@pytest.mark.parametrize(
    "piece",
    [
        "[^", "[^1]: a\n\u4e00[^1]", "[^a\n", "[]", "`` `", "```` `", "<\\```\n|-|-|\n", "a\n===\n", "# a|b\n",
        "*a*\n[a]:\n", "  \n#b ", "# a {", "[^a] ", "~~~ a\n",
    ],
)  # fmt: skip
def test_sixty_thousand_characters_take_moments(piece: str) -> None:
    renderer = Renderer(SiteSettings(), {})
    before = time.process_time()
    renderer.render((piece * 20_000)[:60_000])
    assert time.process_time() - before < 10, "minutes, where time grows by the square"


@pytest.mark.parametrize("opening", ["1. ", "- ", "> ", "> - "])
def test_lists_nested_deeper_than_anybody_reads_end_as_text(opening: str) -> None:
    before = time.process_time()
    page = Renderer(SiteSettings(), {}).render(opening * 2000 + "甲\n乙\n" * 8_000)
    assert time.process_time() - before < 10
    assert page.html.count("<li>") + page.html.count("<blockquote>") >= 25
    assert page.text.count("甲") == 8_000


def test_a_long_run_of_blanks_takes_moments() -> None:
    before = time.process_time()
    Renderer(SiteSettings(), {}).render("甲" + " " * 50_000 + "乙\n\n" + "\t" * 50_000 + "- [ ] a\n" * 100)
    assert time.process_time() - before < 5
