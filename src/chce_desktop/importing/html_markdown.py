"""HTML as Word, WPS, WeChat and web pages write it, made into the Markdown that an editor would have typed.

Kept: headings, paragraphs, lists, quotes, tables (those with merged cells as HTML), emphasis, links, pictures, code,
footnotes. Everything else about the look is left behind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

from chce_desktop.importing import html_word
from chce_desktop.importing.html_inline import Run, address, paragraphs, plain, weight, write
from chce_desktop.importing.html_tables import Cell, is_layout, write_table
from chce_desktop.importing.html_tree import BLOCKS, Element, parse
from chce_desktop.importing.html_word import ListItem

_MARKS = {"sup": "sup", "sub": "sub", "del": "del", "s": "del", "strike": "del"}
#: The same said by style: property, its value, the mark.
_MARK_STYLES = (
    ("vertical-align", "super", "sup"),
    ("vertical-align", "sub", "sub"),
    ("text-decoration", "line-through", "del"),
    ("text-decoration-line", "line-through", "del"),
)
#: Where pages keep the address of a picture, those that load it late first.
_SOURCES = ("data-src", "data-original", "data-actualsrc", "data-lazy-src", "data-lazyload", "src")
_EMPTY_PICTURE = re.compile(r"^data:(?!\d+$)|^about:")
#: Pictures that only the program which they were copied from can show.
_OUT_OF_REACH = re.compile(
    r"(?:cid|blob|webkit-fake-url|applewebdata|safari-resource|content|mhtml|moz-extension):", re.IGNORECASE
)
#: Addresses that lead on to the real one, and the parameter that names it.
_LEADING_ON = {("www.google.com", "/url"): "q", ("link.zhihu.com", "/"): "target", ("link.juejin.cn", "/"): "target"}
#: A table of so few cells with a single full one is a frame: of a text box, or drawn around a paragraph.
_FRAME_CELLS = 4
_LANGUAGE = re.compile(r"\blang(?:uage)?-([\w+#-]{1,20})")
_LIST_CLASS = re.compile(r"\blist-(?:number|bullet)([2-9])\b")


@dataclass(frozen=True, slots=True)
class Converted:
    """The Markdown of a piece of HTML.

    `pictures` are the addresses of its pictures as they stand in `markdown`, each once; one of the form `data:N` means
    entry N of `data` (a whole data: address). `lost`: how many pictures only the other program could have shown.
    """

    markdown: str
    pictures: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    lost: int = 0


def to_markdown(html: str) -> Converted:
    """Convert a page or a fragment of one. Raises ValueError for more markup than an editor would wait for."""
    fragment = re.search(r"<!--StartFragment-->(.*?)<!--EndFragment-->", html, re.DOTALL)
    tree, data = parse(fragment.group(1) if fragment and fragment.group(1).strip() else html)
    converter = _Converter(data)
    blocks = converter.convert(tree)
    return Converted("\n\n".join(blocks), tuple(dict.fromkeys(converter.pictures)), tuple(data), converter.lost)


class _Converter:
    def __init__(self, data: list[str]) -> None:
        self.pictures: list[str] = []
        self.lost = 0
        self._data = data
        self._shift = 0
        self._footnotes: dict[str, str] = {}

    def convert(self, tree: Element) -> list[str]:
        """All blocks of the text, footnotes last."""
        self._shift = 1 if _contains(tree, lambda element: element.tag == "h1") else 0
        blocks = list(self._blocks(tree))
        notes = [f"[^{name}]: {text}" for name, text in self._footnotes.items()]
        return blocks + (["\n".join(notes)] if notes else [])

    def _blocks(self, parent: Element) -> Iterator[str]:
        return html_word.merged(self._parts(parent))

    def _parts(self, parent: Element) -> Iterator[str]:
        inline: list[Element | str] = []
        items: list[ListItem] = []
        for child in [*parent.children, Element("end")]:
            if isinstance(child, str) or (child.tag not in BLOCKS and not child.has_blocks and child.tag != "end"):
                inline.append(child)
                continue
            if any(not isinstance(each, str) or each.strip() for each in inline) and items:
                yield from html_word.lists(items)
                items = []
            yield from self._paragraph(inline)
            inline = []
            if level := html_word.list_level(child):
                items += self._word_item(child, level, items)
                continue
            yield from html_word.lists(items)
            items = []
            yield from self._block(child)

    def _block(self, element: Element) -> Iterator[str]:
        if html_word.is_gone(element) or element.tag == "end":
            return
        writers: dict[str, Callable[[Element], Iterator[str]]] = {
            "ul": self._top_list,
            "ol": self._top_list,
            "blockquote": self._quote,
            "pre": self._fenced,
            "hr": self._rule,
            "table": self._table,
            "figure": self._figure,
        }
        number = html_word.text_label(element)
        if level := html_word.heading_level(element):
            yield from self._heading(element, level, number)
        elif name := html_word.note_name(element):
            self._keep_footnote(element, name)
        elif number:
            yield from self._paragraph([number, *element.children])
        else:
            yield from writers.get(element.tag, self._blocks)(element)

    def _top_list(self, element: Element) -> Iterator[str]:
        written = self._list(element)
        deeper = _LIST_CLASS.search(element.attributes.get("class", ""))
        indent = "    " * (int(deeper.group(1)) - 1) if deeper else ""
        if written:
            yield "\n".join(f"{indent}{line}" if line else "" for line in written.split("\n"))

    def _quote(self, element: Element) -> Iterator[str]:
        inside = "\n\n".join(self._blocks(element))
        if inside:
            yield "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))

    def _fenced(self, element: Element) -> Iterator[str]:
        text = element.text().strip("\n")
        longest = max((len(match) for match in re.findall("`{3,}", text)), default=2)
        fence = "`" * (longest + 1)
        named = [*_descendants(element, {"code"}, stop=set()), element]
        language = _LANGUAGE.search(" ".join(each.attributes.get("class", "") for each in named))
        yield f"{fence}{language.group(1) if language else ''}\n{text}\n{fence}"

    def _rule(self, element: Element) -> Iterator[str]:
        if element.attributes.get("width") != "33%":  # the line that Word draws above its footnotes
            yield "---"

    def _heading(self, element: Element, level: int, number: str) -> Iterator[str]:
        runs = [
            run._replace(bold=False, raw=run.raw and run.text != "\n")
            for run in [Run(number), *self._runs(element, Run(""))]
        ]
        pictures = [run for run in runs if run.image]
        text = write([run for run in runs if not run.image]).replace("\n", " ")
        if text:
            yield f"{'#' * min(6, level + self._shift)} {text}"
        for picture in pictures:
            yield write([picture])

    def _paragraph(self, inline: list[Element | str]) -> Iterator[str]:
        runs: list[Run] = []
        for child in inline:
            runs += self._child_runs(child, Run(""))
        for part in paragraphs(runs):
            written = write(part)
            if written:
                yield written

    def _list(self, element: Element, depth: int = 0) -> str:
        ordered = element.tag == "ol"
        items = [child for child in element.children if isinstance(child, Element) and child.tag == "li"]
        start = (items[0].attributes.get("value") if items else None) or element.attributes.get("start", "")
        number = int(start) if start.isdecimal() and len(start) < 9 else 1
        lines: list[str] = []
        for child in element.children:
            if isinstance(child, str):
                continue
            if child.tag in ("ul", "ol"):  # Word and some editors nest lists directly in lists
                nested = self._list(child, depth + 1)
                lines += [f"    {line}" for line in nested.split("\n")] if nested else []
                continue
            parts = list(self._blocks(child))
            if not parts:
                continue
            marker = f"{number}." if ordered else "-"
            first, *rest = "\n\n".join(parts).split("\n")
            # A nested list follows its item without a blank line, so that the list stays tight.
            if len(parts) > 1 and all(_is_list(part) for part in parts[1:]):
                first, *rest = "\n".join(parts).split("\n")
            lines.append(f"{marker} {first}")
            lines += [f"    {line}" if line else "" for line in rest]
            number += 1
        return "\n".join(lines)

    def _table(self, element: Element) -> Iterator[str]:
        rows: list[list[Element]] = []
        caption = ""
        cells: list[Element] = []
        for part in _descendants(element, {"tr", "caption"}, stop={"table"}):
            if part.tag == "caption":
                caption = write(self._runs(part, Run("")))
                continue
            if html_word.is_gone(part):
                continue
            found = [cell for cell in part.children if isinstance(cell, Element) and cell.tag in ("td", "th")]
            cells += found
            if found:
                rows.append(found)
        if caption:
            yield caption
        full = [cell for cell in cells if _has_content(cell)]
        frame = len(full) <= 1 and len(cells) <= _FRAME_CELLS
        if frame or is_layout(element, rows):
            for cell in full:
                yield from self._blocks(cell)
            return
        written = write_table([[self._cell(cell) for cell in row] for row in rows])
        if written:
            yield written

    def _cell(self, element: Element) -> Cell:
        runs: list[Run] = []
        self._cell_runs(element, runs)
        while runs and runs[-1].raw and runs[-1].text == "\n":
            runs.pop()

        def span(name: str) -> int:
            value = element.attributes.get(name, "1")
            return max(1, min(100, int(value))) if value.isdecimal() else 1

        return Cell(runs, span("colspan"), span("rowspan"), element.tag == "th")

    def _cell_runs(self, element: Element, runs: list[Run]) -> None:
        for child in element.children:
            if isinstance(child, Element) and (child.tag in BLOCKS or child.has_blocks):
                if html_word.is_gone(child):
                    continue
                if child.tag in BLOCKS and _has_content(child):
                    _break(runs)
                    if number := html_word.text_label(child):
                        runs.append(Run(number))
                self._cell_runs(child, runs)
                if child.tag in BLOCKS:
                    _break(runs)
            else:
                runs += [
                    run for run in self._child_runs(child, Run("")) if run.image or run.raw or plain(run.text).strip()
                ]

    def _figure(self, element: Element) -> Iterator[str]:
        captions = [write(self._runs(part, Run(""))) for part in _descendants(element, {"figcaption"}, stop=set())]
        pictures = [run for run in self._runs(element, Run("")) if run.image]
        caption = " ".join(filter(None, captions)).replace("\n", " ")
        if not pictures:
            yield from self._blocks(replace(element, tag="div"))
            return
        for picture in pictures:
            written = write([picture._replace(text=picture.text or plain(caption))])
            title = caption.replace('"', "”")
            yield f'{written[:-1]} "{title}")' if title and picture is pictures[-1] else written

    # Inline

    def _runs(self, element: Element, look: Run) -> list[Run]:
        runs: list[Run] = []
        for child in element.children:
            runs += self._child_runs(child, look)
        return runs

    def _child_runs(self, child: Element | str, look: Run) -> list[Run]:
        if isinstance(child, str):
            return [look._replace(text=child)]
        if html_word.is_gone(child) or html_word.is_label(child):
            return []
        if child.style("mso-tab-count"):
            return [Run(" ")]
        if child.tag == "br":
            return [Run("\n", raw=True)]
        if child.tag == "img":
            return self._picture(child, look)
        if child.tag == "a":
            if note := html_word.note_mark(child):
                return [Run(f"[^{note}]", raw=True)]
            href = _real_address(child.attributes.get("href", "").strip())
            if href.lower().startswith(("http://", "https://", "mailto:")):
                look = look._replace(link=href)
        return self._runs(child, _look(child, look))

    def _picture(self, element: Element, look: Run) -> list[Run]:
        attributes = element.attributes
        candidates = [attributes.get(name, "").strip() for name in _SOURCES]
        named = [f"https:{each}" if each.startswith("//") else each for each in candidates if each]
        real = [each for each in named if not _EMPTY_PICTURE.match(each)]
        found = next((each for each in real if each.lower().startswith(("http://", "https://", "file:", "data:"))), "")
        if not found:
            self.lost += any(_OUT_OF_REACH.match(each) for each in real)
            return []
        self.pictures.append(address(found))
        return [Run(attributes.get("alt", ""), image=found, link=look.link)]

    # Word

    def _word_item(self, element: Element, level: int, before: list[ListItem]) -> list[ListItem]:
        last = next((item.number for item in reversed(before) if item.level == level), None)
        text = write(self._runs(element, Run("")))
        return [ListItem(level, html_word.list_number(element, last), text)] if text else []

    def _keep_footnote(self, element: Element, name: str) -> None:
        first, *rest = "\n\n".join(self._blocks(element)).split("\n")
        first = re.sub(r"^\[\^[^\]]+\]\s*", "", first)
        self._footnotes[name] = "\n".join([first, *(f"    {line}" if line else "" for line in rest)])


def _look(element: Element, look: Run) -> Run:
    bold = weight(element.style("font-weight"))
    if bold is None and element.tag in ("b", "strong"):
        bold = True
    slant = element.style("font-style")
    italic = slant.startswith(("italic", "oblique")) if slant else element.tag in ("i", "em", "cite") or look.italic
    return look._replace(
        bold=look.bold if bold is None else bold,
        italic=italic,
        code=look.code or element.tag in ("code", "tt", "kbd"),
        mark=_MARKS.get(element.tag) or _mark_of(element) or look.mark,
    )


def _mark_of(element: Element) -> str:
    if "style" not in element.attributes:
        return ""
    return next((mark for name, value, mark in _MARK_STYLES if value in element.style(name).split()), "")


def _real_address(href: str) -> str:
    """Where a link leads in the end, without the pages that only count who follows it."""
    try:
        parts = urlsplit(href)
        named = _LEADING_ON.get((parts.netloc, parts.path))
        return parse_qs(parts.query)[named][0] if named else href
    except (ValueError, KeyError):
        return href


def _break(runs: list[Run]) -> None:
    """End the line, unless it has just begun."""
    if runs and not (runs[-1].raw and runs[-1].text == "\n"):
        runs.append(Run("\n", raw=True))


def _has_content(element: Element) -> bool:
    return any(
        child.strip(" \t\r\n\f\u00a0\u3000\u200b")
        if isinstance(child, str)
        else child.tag == "img" or _has_content(child)
        for child in element.children
    )


def _is_list(block: str) -> bool:
    return re.match(r"(?:-|\d+\.) ", block) is not None


def _contains(element: Element, wanted: Callable[[Element], bool]) -> bool:
    return any(isinstance(child, Element) and (wanted(child) or _contains(child, wanted)) for child in element.children)


def _descendants(element: Element, tags: set[str], *, stop: set[str]) -> Iterator[Element]:
    """Elements of `tags` below, in order, not looking inside of found ones nor of `stop`."""
    for child in element.children:
        if isinstance(child, str):
            continue
        if child.tag in tags:
            yield child
        elif child.tag not in stop:
            yield from _descendants(child, tags, stop=stop)
