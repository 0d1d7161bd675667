"""Reads a `QTextDocument` back into blocks of Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextCursor, QTextTable

from chce_desktop.domain.markdown.blocks import Block, Line
from chce_desktop.domain.markdown.inline import BREAK, Run, Runs
from chce_desktop.domain.markdown.kinds import Kind
from chce_desktop.ui.editor.visual import formats
from chce_desktop.ui.editor.visual.formats import MARK, OBJECT, kind_of

_BLANKS = f" \t\u3000{BREAK}"


@dataclass(frozen=True, slots=True)
class Piece:
    """One block as the document shows it: what it holds, the number of what it was made from, its paragraphs' count.

    A blank one stands for nothing in the text.
    """

    content: Block
    origin: int
    count: int

    @property
    def blank(self) -> bool:
        """Whether it is an empty paragraph (or a list, a quotation without text)."""
        if self.content.kind in (Kind.PROTECTED, Kind.RULE, Kind.TABLE, Kind.NOTE, Kind.CODE):
            return False
        runs = [run for line in self.content.lines for run in line.runs]
        return not any(run.text.strip(_BLANKS) or run.picture for run in runs)


def pieces(first: QTextBlock, last: int) -> list[Piece]:
    """The blocks from the paragraph `first` to the one with the number `last`."""
    return list(read(first, last))


def read(first: QTextBlock, last: int) -> Iterator[Piece]:
    """The same, one by one; the document must not change meanwhile."""
    block = first
    while block.isValid() and block.blockNumber() <= last:
        table: QTextTable | None = QTextCursor(block).currentTable()
        if table is not None:
            yield _table(table)
            block = table.lastCursorPosition().block().next()
        elif any(_is_solid(look) for _, _, look in formats.fragments(block)):
            yield from _with_solid(block)
            block = block.next()
        else:
            piece, block = _readers[kind_of(block)](block, last)
            yield piece


def origin_of(block: QTextBlock) -> int:
    """The number of the block of the text that a paragraph was made from, 0 for none."""
    return block.blockFormat().intProperty(formats.ORIGIN)


def _runs(block: QTextBlock) -> Runs:
    found = formats.runs_of((text, look) for _, text, look in formats.fragments(block))
    if any(run.place for run in found) and len(found) > 1:
        found = tuple(replace(run, place="") for run in found)  # a place is for pictures that stand alone
    return _without_edges(found)


def _without_edges(runs: Runs) -> Runs:
    """Line breaks at the edges mean nothing."""
    found = list(runs)
    while found and not formats.is_object(found[0]) and found[0].text.startswith(BREAK):
        found[0] = replace(found[0], text=found[0].text.lstrip(BREAK))
        if not found[0].text:
            found.pop(0)
    while found and not formats.is_object(found[-1]) and found[-1].text.endswith(BREAK):
        found[-1] = replace(found[-1], text=found[-1].text.rstrip(BREAK))
        if not found[-1].text:
            found.pop()
    return tuple(found)


def _without_indent(runs: Runs) -> Runs:
    """Only paragraphs of text begin with blanks."""
    found = list(runs)
    while found and not formats.is_object(found[0]):
        found[0] = replace(found[0], text=found[0].text.lstrip(" \t\u3000"))
        if found[0].text:
            break
        found.pop(0)
    return tuple(found)


def _line(block: QTextBlock) -> tuple[Line, ...]:
    runs = _runs(block)
    if kind_of(block) is not Kind.TEXT:
        runs = _without_indent(runs)
    return (Line(runs),) if runs else ()


def _single(block: QTextBlock, _: int) -> tuple[Piece, QTextBlock]:
    look, kind = block.blockFormat(), kind_of(block)
    if kind in formats.SOLID:  # its object was deleted
        kind = Kind.TEXT
    lines = _line(block)
    if kind is Kind.CODE:
        text = block.text().replace(MARK, "")
        lines = (Line((Run(text),) if text else ()),)
    content = Block(
        kind, "", lines=lines, level=look.intProperty(formats.LEVEL), info=look.stringProperty(formats.INFO)
    )
    if kind is Kind.HEADING and not lines:
        content = Block(Kind.TEXT, "")
    return Piece(content, origin_of(block), 1), block.next()


def _list(block: QTextBlock, last: int) -> tuple[Piece, QTextBlock]:
    origin, count = origin_of(block), 0
    ordered_first = block.blockFormat().boolProperty(formats.ORDERED)
    items: list[Line] = []
    kinds: dict[int, bool] = {}
    while block.isValid() and block.blockNumber() <= last and kind_of(block) is Kind.LIST:
        look = block.blockFormat()
        depth, ordered = look.intProperty(formats.DEPTH), look.boolProperty(formats.ORDERED)
        if count and (not depth and ordered != ordered_first):
            break
        if QTextCursor(block).currentTable() is not None:
            break
        runs = _without_indent(_runs(block))
        runs = tuple(replace(run, text=run.text.replace(BREAK, " ")) for run in runs)
        count += 1
        block = block.next()
        if not any(run.text.strip() or formats.is_object(run) for run in runs):
            continue
        depth = min(depth, items[-1].depth + 1 if items else 0)
        kinds = {each: kind for each, kind in kinds.items() if each <= depth}
        items.append(Line(runs, depth, kinds.setdefault(depth, ordered if depth else ordered_first)))
    return Piece(Block(Kind.LIST, "", lines=tuple(items)), origin, count), block


def _quote(block: QTextBlock, last: int) -> tuple[Piece, QTextBlock]:
    origin, count = origin_of(block), 0
    lines: list[Line] = []
    while (
        block.isValid()
        and block.blockNumber() <= last
        and kind_of(block) is Kind.QUOTE
        and origin_of(block) in (origin, 0)
    ):
        lines += _line(block)
        count += 1
        block = block.next()
    return Piece(Block(Kind.QUOTE, "", lines=tuple(lines)), origin, count), block


def _is_solid(look: QTextCharFormat) -> bool:
    return look.objectType() == OBJECT and look.hasProperty(formats.KIND)


def _with_solid(block: QTextBlock) -> list[Piece]:
    """A paragraph with an object that is a block of its own, and with whatever came beside it by joining."""
    found: list[Piece] = []
    beside: list[tuple[str, QTextCharFormat]] = []

    def close() -> None:
        runs = _without_edges(formats.runs_of(iter(beside)))
        beside.clear()
        if runs:
            found.append(Piece(Block(Kind.TEXT, "", lines=(Line(runs),)), 0, 0))

    for _, text, look in formats.fragments(block):
        if not _is_solid(look):
            beside.append((text, look))
            continue
        close()
        kind = Kind(look.stringProperty(formats.KIND))
        solid = Block(kind, look.stringProperty(formats.RAW))
        found += [Piece(solid, origin_of(block), 0)] * text.count(MARK)
    close()
    found[0] = replace(found[0], count=1)
    return found


def _table(table: QTextTable) -> Piece:
    aligns = table.format().stringProperty(formats.ALIGNS).split(",")
    aligns = (aligns + [""] * table.columns())[: table.columns()]
    rows = tuple(tuple(_cell(table, row, column) for column in range(table.columns())) for row in range(table.rows()))
    first, last = table.firstCursorPosition().block(), table.lastCursorPosition().block()
    content = Block(Kind.TABLE, "", rows=rows, aligns=tuple(aligns))
    return Piece(content, table.format().intProperty(formats.ORIGIN), last.blockNumber() - first.blockNumber() + 1)


def _cell(table: QTextTable, row: int, column: int) -> Runs:
    cell = table.cellAt(row, column)
    block, last = cell.firstCursorPosition().block(), cell.lastCursorPosition().blockNumber()
    runs: list[Run] = []
    while block.isValid() and block.blockNumber() <= last:
        if runs:
            runs.append(Run(" "))
        runs.extend(
            run if formats.is_object(run) else replace(run, text=run.text.replace(BREAK, " ")) for run in _runs(block)
        )
        block = block.next()
    return tuple(runs)


_readers = {
    Kind.TEXT: _single,
    Kind.HEADING: _single,
    Kind.CODE: _single,
    Kind.NOTE: _single,
    Kind.LIST: _list,
    Kind.QUOTE: _quote,
    Kind.RULE: _single,
    Kind.PROTECTED: _single,
    Kind.TABLE: _single,
}


def visible(document_cursor: QTextCursor) -> str:
    """The text of a cursor's selection, as a reader sees it."""
    return document_cursor.selectedText().replace("\u2029", "\n").replace(BREAK, "\n").replace(MARK, "")
