"""Brackets and tags are found where Python-Markdown finds them, also thousands that never close."""

from __future__ import annotations

import time

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown.extensions import Extension

from chce_desktop.domain.settings import SiteSettings
from chce_desktop.sitegen.prose import Renderer, linkends, unclosed
from chce_desktop.sitegen.prose.unclosed import Brackets, HtmlBlocks

_WORDS = "[ ] ![ ( ) ]( a 教育 \" ' < > <b <div> </div> <!-- \\ ` *"
PARTS = (*_WORDS.split(), " ", "\n", "<b ")
_DEFINED = "\n\n[a]: https://a.example/\n[教育]: <b> '题'\n"


class _Taught(Extension):
    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        md.preprocessors.register(HtmlBlocks(md), "html_block", 20)
        found = Brackets()
        for name in ("reference", "link", "image_link", "image_reference", "short_reference", "short_image_ref"):
            found.teach(md.inlinePatterns[name])  # type: ignore[arg-type]  # the stub knows a common base only


@pytest.mark.parametrize("many", [0, 50])
@given(st.lists(st.sampled_from(PARTS), max_size=60))
def test_links_and_pictures_are_what_they_were(many: int, parts: list[str]) -> None:
    text = "".join(parts) + _DEFINED
    before = unclosed._MANY, linkends._SHORT
    unclosed._MANY, linkends._SHORT = many, 2000 if many else 0
    try:
        assert markdown.markdown(text, extensions=[_Taught()]) == markdown.markdown(text)
    finally:
        unclosed._MANY, linkends._SHORT = before


@given(st.lists(st.sampled_from(["[a](", "[", "](", "(", ")", '"', "'", "b", " ", "<b>"]), max_size=40))
def test_addresses_end_where_they_ended(parts: list[str]) -> None:
    parsers = markdown.Markdown(), markdown.Markdown()
    own, ours = (parser.inlinePatterns["link"] for parser in parsers)
    for parser in parsers:
        parser.convert("a")
    before, linkends._SHORT = linkends._SHORT, 0
    try:
        Brackets().teach(ours)  # type: ignore[arg-type]  # the stub knows a common base only
        text = "".join(parts)
        for place in (place for place, character in enumerate(text) if character == "("):
            expected, found = (each.getLink(text, place) for each in (own, ours))  # type: ignore[attr-defined]  # as above
            assert found == expected or not (found[3] or expected[3])
    finally:
        linkends._SHORT = before


@pytest.mark.parametrize("piece", ['[a](b "c)', "[a](b '", "[a](((", '~~~\n<![CDATA["', "[a](b))"])
@pytest.mark.parametrize("end", ["", ")", "')"])
def test_thousands_of_addresses_take_moments(piece: str, end: str) -> None:
    before = time.process_time()
    Renderer(SiteSettings(), {}).render("[a](" * 4000 + piece * 4000 + end)
    assert time.process_time() - before < 5


@pytest.mark.parametrize("piece", ["[", "![", "[a](", "[a][", "[^", "![a](b", "[a](<"])
def test_thousands_of_open_brackets_are_words(piece: str) -> None:
    renderer = Renderer(SiteSettings(), {})
    assert renderer.render(piece * 20_000).text.count("[") == 20_000 * piece.count("[")


@pytest.mark.parametrize("piece", ["<a b ", "<p\n", "<td colspan='"])
def test_thousands_of_open_tags_are_words(piece: str) -> None:
    page = Renderer(SiteSettings(), {}).render(piece * 20_000)
    assert page.text.count("<") == 20_000
