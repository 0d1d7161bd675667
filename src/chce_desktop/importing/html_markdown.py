"""HTML as Word, WPS, WeChat and web pages write it, made into the Markdown that an editor would have typed.

Kept: headings, paragraphs, lists, quotes, tables (those with merged cells as HTML), emphasis, links, pictures, code,
footnotes. Everything else about the look is left behind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from chce_desktop.importing.html_inline import Run, plain, weight, write
from chce_desktop.importing.html_tables import Cell, write_table
from chce_desktop.importing.html_tree import BLOCKS, Element, parse

_WORD_LIST = re.compile(r"\bl\d+ level(\d+)")
_WORD_HEADING = re.compile(r"\b(?:mso)?heading([1-6])\b", re.IGNORECASE)
_WORD_FOOTNOTE = re.compile(r"mso-(?:foot|end)note-id:\s*(\w+)", re.IGNORECASE)
_NUMBERED = re.compile(r"^[(（]?(\d{1,3}|[a-z]|[ivx]{1,4})[.)）、．]$", re.IGNORECASE)
_MARKS = {"sup": "sup", "sub": "sub", "del": "del", "s": "del", "strike": "del"}
_EMPTY_PICTURE = re.compile(r"^data:(?!\d+$)|^about:")


@dataclass(frozen=True, slots=True)
class Converted:
    """The Markdown of a piece of HTML.

    `pictures` are the addresses of its pictures as they stand in `markdown`, each once; one of the form `data:N` means
    entry N of `data` (a whole data: address).
    """

    markdown: str
    pictures: tuple[str, ...] = ()
    data: tuple[str, ...] = ()


def to_markdown(html: str) -> Converted:
    """Convert a page or a fragment of one. Raises ValueError for more markup than an editor would wait for."""
    fragment = re.search(r"<!--StartFragment-->(.*?)<!--EndFragment-->", html, re.DOTALL)
    tree, data = parse(fragment.group(1) if fragment and fragment.group(1).strip() else html)
    converter = _Converter(data)
    blocks = converter.convert(tree)
    return Converted("\n\n".join(blocks), tuple(dict.fromkeys(converter.pictures)), tuple(data))


@dataclass(slots=True)
class _ListItem:
    """An item of a list that Word wrote as a paragraph."""

    level: int
    ordered: bool
    text: str


class _Converter:
    def __init__(self, data: list[str]) -> None:
        self.pictures: list[str] = []
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
        inline: list[Element | str] = []
        items: list[_ListItem] = []
        for child in [*parent.children, Element("end")]:
            if isinstance(child, str) or (child.tag not in BLOCKS and not child.has_blocks and child.tag != "end"):
                inline.append(child)
                continue
            if any(not isinstance(each, str) or each.strip() for each in inline) and items:
                yield _word_list(items)
                items = []
            yield from self._paragraph(inline)
            inline = []
            item = self._word_item(child)
            if item is not None:
                items.append(item)
                continue
            if items:
                yield _word_list(items)
                items = []
            yield from self._block(child)

    def _block(self, element: Element) -> Iterator[str]:
        if element.style("display") == "none" or element.tag == "end":
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
        if _heading_level(element):
            yield from self._heading(element, _heading_level(element))
        elif _is_word_footnote(element):
            self._keep_footnote(element)
        else:
            yield from writers.get(element.tag, self._blocks)(element)

    def _top_list(self, element: Element) -> Iterator[str]:
        written = self._list(element)
        if written:
            yield written

    def _quote(self, element: Element) -> Iterator[str]:
        inside = "\n\n".join(self._blocks(element))
        if inside:
            yield "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))

    def _fenced(self, element: Element) -> Iterator[str]:
        text = element.text().strip("\n")
        longest = max((len(match) for match in re.findall("`{3,}", text)), default=2)
        fence = "`" * (longest + 1)
        yield f"{fence}\n{text}\n{fence}"

    def _rule(self, element: Element) -> Iterator[str]:
        if element.attributes.get("width") != "33%":  # the line that Word draws above its footnotes
            yield "---"

    def _heading(self, element: Element, level: int) -> Iterator[str]:
        runs = [
            replace(run, bold=False, text=" " if run.raw and run.text == "\n" else run.text)
            for run in self._runs(element, Run(""))
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
        written = write(runs)
        if written:
            yield written

    def _list(self, element: Element, depth: int = 0) -> str:
        ordered = element.tag == "ol"
        number = int(element.attributes["start"]) if element.attributes.get("start", "").isdecimal() else 1
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
        rows: list[list[Cell]] = []
        caption = ""
        for part in _descendants(element, {"tr", "caption"}, stop={"table"}):
            if part.tag == "caption":
                caption = write(self._runs(part, Run("")))
                continue
            row = [self._cell(cell) for cell in part.children if isinstance(cell, Element) and cell.tag in ("td", "th")]
            if row:
                rows.append(row)
        if caption:
            yield caption
        if len(rows) == 1 and len(rows[0]) == 1:  # a frame drawn around something
            for cell in _descendants(element, {"td", "th"}, stop={"table"}):
                yield from self._blocks(cell)
            return
        written = write_table(rows)
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
                if child.style("display") == "none":
                    continue
                self._cell_runs(child, runs)
                if runs and child.tag in BLOCKS and not (runs[-1].raw and runs[-1].text == "\n"):
                    runs.append(Run("\n", raw=True))
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
            written = write([replace(picture, text=picture.text or plain(caption))])
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
            return [replace(look, text=child)]
        if child.style("display") == "none" or "mso-list:ignore" in child.attributes.get("style", "").lower().replace(
            " ", ""
        ):
            return []
        if child.tag == "br":
            return [Run("\n", raw=True)]
        if child.tag == "img":
            return self._picture(child, look)
        if child.tag == "a":
            note = _WORD_FOOTNOTE.search(child.attributes.get("style", ""))
            if note:
                return [Run(f"[^{note.group(1).removeprefix('ftn').removeprefix('_')}]", raw=True)]
            href = child.attributes.get("href", "").strip()
            if href.lower().startswith(("http://", "https://", "mailto:")):
                look = replace(look, link=href)
        return self._runs(child, _look(child, look))

    def _picture(self, element: Element, look: Run) -> list[Run]:
        attributes = element.attributes
        candidates = (attributes.get(name, "").strip() for name in ("data-src", "data-original", "src"))
        address = next((each for each in candidates if each and not _EMPTY_PICTURE.match(each)), "")
        if address.startswith("//"):
            address = f"https:{address}"
        if not address.lower().startswith(("http://", "https://", "file:", "data:")):
            return []
        self.pictures.append(address)
        return [Run(attributes.get("alt", ""), image=address, link=look.link)]

    # Word

    def _word_item(self, element: Element) -> _ListItem | None:
        level = _WORD_LIST.search(element.style("mso-list"))
        if element.tag not in ("p", "div") or level is None or _heading_level(element):
            return None
        bullet = "".join(
            part.text() for part in _descendants(element, {"span"}, stop=set()) if part.style("mso-list") == "ignore"
        )
        text = write(self._runs(element, Run("")))
        ordered = _NUMBERED.match(bullet.replace("\u00a0", "").strip()) is not None
        return _ListItem(int(level.group(1)), ordered, text) if text else None

    def _keep_footnote(self, element: Element) -> None:
        name = element.attributes.get("id", "").removeprefix("ftn") or str(len(self._footnotes) + 1)
        runs = [run for run in self._runs(element, Run("")) if not (run.raw and run.text.startswith("[^"))]
        self._footnotes[name] = write(runs).replace("\n", " ")


def _look(element: Element, look: Run) -> Run:
    bold = weight(element.style("font-weight"))
    if bold is None and element.tag in ("b", "strong"):
        bold = True
    slant = element.style("font-style")
    italic = slant.startswith(("italic", "oblique")) if slant else element.tag in ("i", "em", "cite") or look.italic
    return replace(
        look,
        bold=look.bold if bold is None else bold,
        italic=italic,
        code=look.code or element.tag in ("code", "tt", "kbd"),
        mark=_MARKS.get(element.tag, look.mark),
    )


def _heading_level(element: Element) -> int:
    if re.fullmatch("h[1-6]", element.tag):
        return int(element.tag[1])
    if element.tag != "p":
        return 0
    named = _WORD_HEADING.search(element.attributes.get("class", ""))
    level = named.group(1) if named else element.style("mso-outline-level")
    return int(level) if level.isdecimal() and 1 <= int(level) <= 6 else 0


def _is_word_footnote(element: Element) -> bool:
    return element.style("mso-element") in ("footnote", "endnote")


def _is_list(block: str) -> bool:
    return re.match(r"(?:-|\d+\.) ", block) is not None


def _word_list(items: list[_ListItem]) -> str:
    lines = []
    numbers: dict[int, int] = {}
    top = min(item.level for item in items)
    deepest = top - 1
    for item in items:
        level = min(item.level, deepest + 1)
        deepest = level
        numbers = {key: value for key, value in numbers.items() if key <= level}
        numbers[level] = numbers.get(level, 0) + 1
        marker = f"{numbers[level]}." if item.ordered else "-"
        indent = "    " * (level - top)
        lines.append(f"{indent}{marker} " + item.text.replace("\n", f"\n{indent}    "))
    return "\n".join(lines)


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
