"""A finished page as a reader reads it: its text without furniture, so that two states can be compared word by word."""

from __future__ import annotations

from html.parser import HTMLParser

from typing_extensions import override

_SILENT = frozenset({"script", "style", "nav", "aside", "footer", "header", "template", "noscript", "svg", "head"})
_LISTS = ("li", "ul", "ol", "dt", "dd", "table", "tr")
_PARTS = ("div", "section", "article", "main", "figure", "figcaption", "blockquote", "pre")
_BLOCKS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "br", "hr", *_LISTS, *_PARTS})


def text_of(page: bytes) -> str:
    """The text of a page's main part (of its whole body where it has none), a line for each paragraph."""
    whole = _Reader()
    whole.feed(page.decode("utf-8", "replace"))
    whole.close()
    lines = (" ".join(line.split()) for line in "".join(whole.main or whole.all).split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.all: list[str] = []
        self.main: list[str] = []
        self._silent: list[str] = []
        self._in_main = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        if tag == "main":
            self._in_main += 1
        if tag in _BLOCKS:
            self._say("\n")
        if tag == "img" and not self._silent:
            self._say(f"[{dict(attrs).get('alt') or dict(attrs).get('src') or ''}]")

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass
        if tag == "main":
            self._in_main = max(0, self._in_main - 1)
        if tag in _BLOCKS:
            self._say("\n")

    @override
    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._say(data.replace("\n", " "))

    def _say(self, text: str) -> None:
        self.all.append(text)
        if self._in_main:
            self.main.append(text)
