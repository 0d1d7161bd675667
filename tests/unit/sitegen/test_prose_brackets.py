"""Brackets are found where Python-Markdown finds them, also thousands that never close."""

from __future__ import annotations

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown.extensions import Extension

from chce_desktop.domain.settings import SiteSettings
from chce_desktop.sitegen.prose import Renderer, brackets
from chce_desktop.sitegen.prose.brackets import Brackets

_DEFINED = "\n\n[a]: https://a.example/\n[教育]: <b> '题'\n"


class _Taught(Extension):
    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        found = Brackets()
        for name in ("reference", "link", "image_link", "image_reference", "short_reference", "short_image_ref"):
            found.teach(md.inlinePatterns[name])  # type: ignore[arg-type]  # the stub knows a common base only


@pytest.mark.parametrize("many", [0, 50])
@given(
    st.lists(
        st.sampled_from(["[", "]", "![", "(", ")", "](", "a", "教育", " ", "\n", '"', "'", "<", ">", "\\", "`", "*"]),
        max_size=60,
    )
)
def test_links_and_pictures_are_what_they_were(many: int, parts: list[str]) -> None:
    text = "".join(parts) + _DEFINED
    before, brackets._MANY = brackets._MANY, many
    try:
        assert markdown.markdown(text, extensions=[_Taught()]) == markdown.markdown(text)
    finally:
        brackets._MANY = before


@pytest.mark.parametrize("piece", ["[", "![", "[a](", "[a][", "[^", "![a](b", "[a](<"])
def test_thousands_of_open_brackets_are_words(piece: str) -> None:
    renderer = Renderer(SiteSettings(), {})
    assert renderer.render(piece * 20_000).text.count("[") == 20_000 * piece.count("[")
