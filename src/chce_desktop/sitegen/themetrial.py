"""A theme tried on a small site with one of everything: what its pages lack, lose, leave open or lead nowhere."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path

from typing_extensions import override

from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.sitegen import theme, themesample
from chce_desktop.sitegen.errors import TemplateFailed
from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.theme import Theme
from chce_desktop.sitegen.themetexts import ERROR, WARNING, Fault, without_comments

#: What scripts of the app look for, by the page on which it must stand.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "article": ('id="article-body"', "data-reads=", "data-block="),
    "search": ('id="search"', 'id="search-status"', 'id="search-results"', 'id="search-pager"', 'class="search-box"'),
    "home": ('id="content"', "<h1", "data-root=", 'data-shared="recommended"', 'data-shared="popular"'),
    "list": ('id="content"', "<h1"),
}
_SHOWN_AS = {
    "blocks": mark("the blocks of the home page"),
    "title": mark("titles of articles"),
    "body": mark("the article's text"),
    "target": mark("the new address"),
    "pager": mark("the way to the older pages"),
    "links": mark("friendly links"),
    "first links": mark("friendly links"),
    "tags": mark("tags"),
    "months": mark("months"),
    "date": mark("the date"),
    "source": mark("the source"),
    "author": mark("the author"),
    "editor": mark("the responsible editor"),
    "subtitle": mark("the subtitle"),
    "attachments": mark("attachments"),
    "filings": mark("the filing numbers"),
    "copyright": mark("who holds the rights"),
    "lines": mark("the free footer lines"),
    "notices": mark("notices"),
    "columns": mark("the columns of the navigation"),
    "style": mark("the style sheet"),
}
#: Where that is to be shown, unless by the template of the page's kind.
_SHOWN_BY = {
    "filings": "parts/footer.html",
    "copyright": "parts/footer.html",
    "lines": "parts/footer.html",
    "notices": "parts/notices.html",
    "columns": "parts/header.html",
    "first links": "parts/links.html",
    "style": "base.html",
}
#: Without these the readers lose text: what, by page, and where it is seen.
_LOST: Mapping[str, tuple[tuple[str, str], ...]] = {
    "home": (
        ("blocks", "区块甲"),
        ("title", "文章6"),
        ("style", "assets/{theme}."),
        ("filings", "京ICP备1号"),
        ("columns", "yi/index.html"),
    ),
    "list": (("title", "文章6"), ("pager", "yi/page-")),
    "article": (("title", "文章5"), ("body", "正文的一段。")),
    "links": (("links", "链接乙"),),
    "tags": (("tags", "标签甲"),),
    "archive": (("months", "archive/2026"),),
    "redirect": (("target", "wen-1.html"),),
}
#: What a theme may do without, but seldom should.
_MISSED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "home": (("copyright", "版权甲"), ("lines", "页脚一行"), ("notices", "公告甲"), ("first links", "链接甲")),
    "article": (
        ("date", "2026"), ("source", "来源甲"), ("author", "作者甲"), ("editor", "编辑甲"), ("subtitle", "副题甲"),
        ("attachments", "PDF"), ("tags", "标签甲"),
    ),
}  # fmt: skip
#: Values that a template wrote as Python names them.
_NO_TEXT = re.compile(r"&lt;(?:Macro|bound method|function|built-in|generator|chce_desktop)\b|\b[A-Z]\w+\(path=&#39;")
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
})  # fmt: skip
#: HTML closes these by itself.
_LOOSE = frozenset({
    "p", "li", "dt", "dd", "option", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "rt", "rp", "optgroup",
    "html", "head", "body",
})  # fmt: skip


def trial(loaded: Theme, folder: Path | None, own: Path) -> Iterator[Fault]:
    """Every kind of page of the small site, in every language of the theme."""
    needed_words = next(iter(theme.shared_strings().values())).keys()
    texts = _own_texts(own)
    for language in (name for name, words in loaded.strings.items() if needed_words <= words.keys()):
        generator = Generator(themesample.snapshot(loaded.name, language, folder))
        known = {output.path for output in generator.outputs()}
        for kind, path in themesample.PAGES.items():
            try:
                page = generator.render(path).body.decode()
            except TemplateFailed as error:
                yield Fault(ERROR, "fault", f"templates/{error.file}", error.line, error.reason)
            else:
                yield from _judged(kind, page, loaded.name)
                yield from _markup(kind, page, texts)
                yield from _dead(kind, path, page, known, texts)


def _judged(kind: str, page: str, name: str) -> Iterator[Fault]:
    file = f"templates/{kind}.html"
    for needed in _NEEDED.get(kind, ()):
        if needed not in page:
            message = tr("The page lacks {needed}, which the scripts of the app look for.", needed=needed)
            yield Fault(ERROR, "missing-block", file, 0, message)
    shown = page[page.index("</head>") :] if "</head>" in page and kind != "redirect" else page
    for level, table in ((ERROR, _LOST), (WARNING, _MISSED)):
        for what, text in table.get(kind, ()):
            if text.format(theme=name) not in (page if what == "style" else shown):
                message = tr("Readers do not get to see: {what}.", what=tr(_SHOWN_AS[what]))
                shown_by = f"templates/{_SHOWN_BY.get(what, f'{kind}.html')}"
                yield Fault(level, "lost-text", shown_by, 0, message)
    if _NO_TEXT.search(page):
        yield Fault(ERROR, "no-text", file, 0, tr("Something is written into the page that is no text."))


def _own_texts(own: Path) -> dict[str, str]:
    found = {}
    for file in sorted(own.glob("templates/**/*.html")):
        if file.is_file():
            text = file.read_text(encoding="utf-8", errors="replace")
            found[file.relative_to(own).as_posix()] = without_comments(text, ".html")
    return found


def _place(kind: str, texts: Mapping[str, str], pattern: str) -> tuple[str, int]:
    """The file and line of what a page shows, first in the template of its kind; its kind and 0 where nowhere."""
    first = f"templates/{kind}.html"
    for file in sorted(texts, key=lambda name: name != first):
        found = re.search(pattern, texts[file])
        if found:
            return file, texts[file].count("\n", 0, found.start()) + 1
    return first, 0


class _Elements(HTMLParser):
    """Elements that are not closed, or closed without being open, and ids."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in _VOID and tag not in _LOOSE:
            self.open.append(tag)

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or tag in _LOOSE:
            return
        if tag not in self.open:
            self.wrong.append(tag)
            return
        while self.open[-1] != tag:
            self.wrong.append(self.open.pop())
        self.open.pop()


def _markup(kind: str, page: str, texts: Mapping[str, str]) -> Iterator[Fault]:
    elements = _Elements()
    elements.feed(page)
    elements.close()
    for tag in dict.fromkeys((*elements.wrong, *elements.open)):
        uneven = {
            file: text
            for file, text in texts.items()
            if len(re.findall(rf"<{tag}\b", text)) != len(re.findall(rf"</{tag}\b", text))
        }
        file, line = _place(kind, uneven or texts, rf"</?{tag}\b")
        yield Fault(ERROR, "markup", file, line, tr("The element “{tag}” is not opened and closed evenly.", tag=tag))
    for value in sorted({value for value in elements.ids if elements.ids.count(value) > 1}):
        file, line = _place(kind, texts, rf"\bid=[\"']?{re.escape(value)}\b")
        yield Fault(ERROR, "markup", file, line, tr("The id “{value}” stands there twice.", value=value))


def _dead(kind: str, path: str, page: str, known: Iterable[str], texts: Mapping[str, str]) -> Iterator[Fault]:
    """Links and files that the templates name and the site has not."""
    for address in dict.fromkeys(re.findall(r"<[^>]*?\s(?:href|src)=[\"']?([^\"'\s>]+)", page)):
        bare = address.split("#")[0].split("?")[0]
        if not bare or re.match(r"[a-z+]+:|//", address, re.IGNORECASE):
            continue
        # The page for unknown addresses, which stands at any depth, links from the host's root.
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), bare)).lstrip("/")
        if target in known or target.startswith("media/") or f"{target}/index.html" in known:
            continue
        file, line = _place(kind, texts, re.escape(bare.lstrip("./")))
        if line:  # what no template names comes from the sample itself
            name = bare.lstrip("./")
            message = tr("The site has no “{name}”. Files of assets are named by assets[…].", name=name)
            yield Fault(ERROR, "dead-link", file, line, message)
