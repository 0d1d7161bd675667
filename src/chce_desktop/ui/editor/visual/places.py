"""Where a place of the Markdown is in the document that shows it, and the other way round."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QTextCursor, QTextDocument

from chce_desktop.domain.markdown.block_writer import write
from chce_desktop.domain.markdown.kinds import Kind
from chce_desktop.ui.editor.visual.formats import MARK
from chce_desktop.ui.editor.visual.mirror import Mirror
from chce_desktop.ui.editor.visual.reading import pieces


def aligned(visible: str, source: str) -> list[int]:
    """For each character of `visible`, and for its end, its place in `source`: the next one that is the same."""
    found: list[int] = []
    place = 0
    for character in visible:
        at = source.find(character, place)
        if at >= 0 and not character.isspace() and character != MARK:
            place = at
        found.append(place)
        if at == place:
            place += 1
    found.append(place if found else 0)
    return found


def in_source(mirror: Mirror, cursor: QTextCursor) -> int:
    """The place of the text, in characters, that a cursor of the document is at."""
    index, first, offset = mirror.segment_at(cursor.blockNumber())
    if not mirror.segments:
        return len(mirror.lead)
    segment = mirror.segments[index]
    if not segment.source:
        return offset
    visible, before = _visible(cursor.document(), first, segment.piece.count, cursor.position())
    return offset + min(aligned(visible, segment.source)[len(before)], len(segment.source))


def in_document(mirror: Mirror, document: QTextDocument, offset: int) -> QTextCursor:
    """A cursor where a place of the text shows."""
    first, within, segment = mirror.paragraph_at(offset)
    start = document.findBlockByNumber(first)
    cursor = QTextCursor(start if start.isValid() else document.firstBlock())
    if segment is None:
        return cursor
    visible, _ = _visible(document, first, segment.piece.count, -1)
    ends = aligned(visible, segment.source)
    characters = next((index for index, place in enumerate(ends) if place >= within), len(visible))
    cursor.setPosition(start.position() + len(visible[:characters].encode("utf-16-le")) // 2)
    return cursor


def line_of(mirror: Mirror, cursor: QTextCursor) -> int:
    """The line of the text, counted from 0, that a cursor's paragraph begins at."""
    index, first, _ = mirror.segment_at(cursor.blockNumber())
    lines = mirror.lead.count("\n") + sum(segment.text.count("\n") for segment in mirror.segments[:index])
    if index < len(mirror.segments) and mirror.segments[index].piece.content.kind in (Kind.LIST, Kind.QUOTE):
        lines += min(cursor.blockNumber() - first, mirror.segments[index].source.count("\n"))
    return lines


def markdown_of(cursor: QTextCursor) -> str:
    """The selection as Markdown."""
    document = QTextDocument()
    copy = QTextCursor(document)
    start = cursor.document().findBlock(cursor.selectionStart())
    copy.insertFragment(cursor.selection())
    first = document.firstBlock()
    whole = cursor.selectionStart() == start.position()
    if document.blockCount() > 1 and whole and QTextCursor(first).currentTable() is None:
        QTextCursor(first).setBlockFormat(start.blockFormat())
    found = [piece for piece in pieces(document.firstBlock(), document.blockCount()) if not piece.blank]
    solid = (Kind.PROTECTED, Kind.RULE)
    written = [
        piece.content.source if piece.content.kind in solid else write(replace(piece.content)) for piece in found
    ]
    return "\n\n".join(text for text in written if text)


def _visible(document: QTextDocument, first: int, count: int, position: int) -> tuple[str, str]:
    """(the text of paragraphs, the part of it before a position), with one character for each line end."""
    block = document.findBlockByNumber(first)
    start, lines = block.position(), []
    for _ in range(max(1, count)):
        lines.append(block.text().replace("\u2028", "\n"))
        block = block.next()
    text = "\n".join(lines)
    units = text.encode("utf-16-le", "surrogatepass")[: 2 * max(0, position - start)]
    return text, units.decode("utf-16-le", errors="ignore")
