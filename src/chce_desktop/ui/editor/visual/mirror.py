"""Keeps a text and the `QTextDocument` that shows it in step, block by block.

What was not touched keeps its source, byte for byte. A paragraph that shows again what it showed at first (after an
undo) has its first source again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextCursor, QTextDocument

from chce_desktop.domain.markdown.block_writer import shielded, write
from chce_desktop.domain.markdown.blocks import Block, labels_of, split
from chce_desktop.domain.markdown.kinds import Kind
from chce_desktop.ui.editor.visual import formats
from chce_desktop.ui.editor.visual.building import Writer
from chce_desktop.ui.editor.visual.reading import Piece, pieces, read

#: Stands between two blocks that Markdown would take for one.
_APART = "\n\n<!-- -->\n\n"


@dataclass(frozen=True, slots=True)
class _Origin:
    """A block of the text as it was read, and as the document shows it; `following` is the number of the next."""

    block: Block
    shown: Block
    following: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the document with its source and the gap behind it; a blank one has neither."""

    piece: Piece
    source: str = ""
    gap: str = ""

    @property
    def text(self) -> str:
        """Its part of the text."""
        return self.source + self.gap


@dataclass(frozen=True, slots=True)
class Replaced:
    """`old` characters of the text from `start` on are now `new`."""

    start: int
    old: int
    new: str


class Mirror(QObject):
    """`load` (in slices) or `load_all`; then `changes` after every edit of the document, and `show` for other texts."""

    #: The document was edited by somebody: `changes` has something to say.
    edited = Signal()

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._document = document
        self.segments: list[Segment] = []
        self.lead = ""
        self._tail = ""
        self._origins: dict[int, _Origin] = {}
        self._labels: frozenset[str] = frozenset()
        self._numbers = 0
        self._own = False
        self._from = self._rest = -1  # the unchanged beginning and end, in characters; -1: nothing has changed
        document.contentsChange.connect(self._on_contents_change)

    # The text

    def text(self) -> str:
        """The text of now. Call `changes` before."""
        return self.lead + "".join(segment.text for segment in self.segments)

    @property
    def changed(self) -> bool:
        """Whether the document was edited since `changes` was called."""
        return self._from >= 0

    def load_all(self, text: str) -> None:
        """Show `text`, at once."""
        for _ in self.load(text):
            pass

    def load(self, text: str) -> Iterator[None]:
        """Show `text`, block by block: the caller decides when to go on."""
        self._own = True
        self._document.clear()
        self._origins.clear()
        self.segments = []
        self.lead, blocks = split(text)
        self._tail = blocks[-1].gap if blocks else ""
        cursor = QTextCursor(self._document)
        cursor.setBlockFormat(formats.block_format(Kind.TEXT))
        writer = Writer(cursor, reuse=True)
        for block in blocks:
            before = self._document.blockCount()
            self._numbers += 1
            number = self._numbers
            writer.block(block, number)
            if before == 1 or self._document.blockCount() > before:
                yield
        yield from self._segment_all(blocks, self._numbers - len(blocks) + 1)
        self._from = self._rest = -1
        self._own = False

    def changes(self) -> Replaced | None:
        """What the edits since the last call did to the text; None where they changed nothing."""
        if self._from < 0:
            return None
        self._labels = labels_of(self.text())
        first, last, old = self._touched()
        self._from = self._rest = -1
        found = pieces(self._document.findBlockByNumber(first), last)
        start, end = old
        made = self._sourced(found, self.segments[start:end], last=end == len(self.segments))
        if start == 0 and end == len(self.segments) and not any(segment.source for segment in made):
            made = [replace(segment, gap="") for segment in made]
        before = "".join(segment.text for segment in self.segments[start:end])
        after = "".join(segment.text for segment in made)
        at = len(self.lead) + sum(len(segment.source) + len(segment.gap) for segment in self.segments[:start])
        self.segments[start:end] = made
        return None if before == after else Replaced(at, len(before), after)

    def show(self, text: str) -> bool:
        """Let the document show another text with as small an edit as possible; False where it must be loaded anew."""
        lead, blocks = split(text)
        old = [index for index, segment in enumerate(self.segments) if segment.source]
        before, after = [self.segments[index].source for index in old], [block.source for block in blocks]
        edits = [
            edit for edit in SequenceMatcher(None, before, after, autojunk=False).get_opcodes() if edit[0] != "equal"
        ]
        tables = any(
            any(block.kind is Kind.TABLE for block in blocks[first:end])
            or any(self.segments[index].piece.content.kind is Kind.TABLE for index in old[start:stop])
            for _, start, stop, first, end in edits
        )
        if tables or not old or not blocks:
            return False
        cursor = QTextCursor(self._document)
        cursor.beginEditBlock()
        for _, start, stop, first, end in reversed(edits):
            self._rewrite(old, old[start:stop], start, blocks[first:end])
        cursor.endEditBlock()
        full = [index for index, segment in enumerate(self.segments) if segment.source]
        for index, block in zip(full, blocks, strict=True):
            self._settle_gap(index, block)
        self.lead, self._tail = lead, blocks[-1].gap
        return True

    def register(self, blocks: Sequence[Block]) -> list[int]:
        """Numbers for blocks that an edit is about to write into the document, so that they keep their source."""
        first = self._numbers + 1
        self._numbers += len(blocks)
        for number, block in enumerate(blocks, first):
            following = number + 1 if number < self._numbers else 0
            self._origins[number] = _Origin(block, shown_of(block), following)
        return list(range(first, self._numbers + 1))

    # Places

    def segment_at(self, paragraph: int) -> tuple[int, int, int]:
        """(index of the segment that holds a paragraph, its first paragraph, offset of its source in the text)."""
        count, offset = 0, len(self.lead)
        for index, segment in enumerate(self.segments):
            if count + segment.piece.count > paragraph:
                return index, count, offset
            count += segment.piece.count
            offset += len(segment.source) + len(segment.gap)
        return max(0, len(self.segments) - 1), count, offset

    def paragraph_at(self, offset: int) -> tuple[int, int, Segment | None]:
        """(first paragraph of the segment whose source holds a place of the text, place within it, the segment)."""
        count, begin = 0, len(self.lead)
        found: tuple[int, int, Segment | None] = (0, 0, None)
        for segment in self.segments:
            if segment.source:
                if begin > offset and found[2] is not None:
                    break
                found = (count, max(0, offset - begin), segment)
            count += segment.piece.count
            begin += len(segment.source) + len(segment.gap)
        return found

    # Inside

    def _segment_all(self, blocks: Sequence[Block], first: int) -> Iterator[None]:
        for piece in read(self._document.firstBlock(), self._document.blockCount()):
            yield
            index = piece.origin - first
            if piece.origin and 0 <= index < len(blocks) and piece.origin not in self._origins:
                following = piece.origin + 1 if index + 1 < len(blocks) else 0
                self._origins[piece.origin] = _Origin(blocks[index], piece.content, following)
                self.segments.append(Segment(piece, blocks[index].source, blocks[index].gap))
            else:
                self.segments.append(Segment(piece))

    def _on_contents_change(self, position: int, _removed: int, added: int) -> None:
        if self._own:
            return
        rest = max(0, self._document.characterCount() - position - added)
        was = self._from
        self._from = position if was < 0 else min(was, position)
        self._rest = rest if was < 0 else min(self._rest, rest)
        self.edited.emit()

    def _touched(self) -> tuple[int, int, tuple[int, int]]:
        """(first paragraph, last paragraph, the segments that stood there), one whole segment more on both sides."""
        document = self._document
        count = document.blockCount()
        first = max(0, document.findBlock(self._from).blockNumber())
        end = document.findBlock(max(0, document.characterCount() - 1 - self._rest))
        behind = count - 1 - (end.blockNumber() if end.isValid() else count - 1)
        start, above = 0, 0
        while start < len(self.segments) and above + self.segments[start].piece.count < first:
            above += self.segments[start].piece.count
            start += 1
        stop, below = len(self.segments), 0
        while stop > start and below + self.segments[stop - 1].piece.count < behind:
            below += self.segments[stop - 1].piece.count
            stop -= 1
        while start > 0:  # the neighbours say how far apart they stand
            start -= 1
            above -= self.segments[start].piece.count
            if self.segments[start].source and self.segments[start].piece.count:
                break
        while stop < len(self.segments):
            below -= self.segments[stop].piece.count
            stop += 1
            if self.segments[stop - 1].source and self.segments[stop - 1].piece.count:
                break
        while 0 < start < len(self.segments) and not self.segments[start].piece.count:  # parts of one paragraph
            start -= 1
            above -= self.segments[start].piece.count
        while stop < len(self.segments) and not self.segments[stop].piece.count:
            stop += 1
        return above, count - 1 - below, (start, stop)

    def _sourced(self, found: list[Piece], old: list[Segment], *, last: bool) -> list[Segment]:
        made = [Segment(piece, self._source_of(piece)) for piece in found]
        full = [index for index, segment in enumerate(made) if segment.source]
        for index, following in zip_longest(full, full[1:]):
            if following is not None:
                gap = self._gap(made[index], made[following])
            elif last:
                gap = self._tail
            else:
                gap = next((segment.gap for segment in reversed(old) if segment.source), "\n\n")
            made[index] = replace(made[index], gap=gap)
        return made

    def _source_of(self, piece: Piece) -> str:
        if piece.blank:
            return ""
        origin = self._origins.get(piece.origin)
        if origin is not None and origin.shown == piece.content:
            return origin.block.source
        if piece.content.kind in formats.SOLID:
            return piece.content.source
        if piece.content.kind is Kind.CODE:
            return write(piece.content)
        loose = origin is not None and origin.block.loose and not any(line.depth for line in piece.content.lines)
        return shielded(write(replace(piece.content, loose=loose)), self._labels)

    def _gap(self, one: Segment, other: Segment) -> str:
        origin = self._origins.get(one.piece.origin)
        neighbours = origin is not None and 0 < origin.following == other.piece.origin
        if origin is not None and neighbours:
            gap = origin.block.gap
            whole = origin.block.source == one.source
            following = self._origins.get(other.piece.origin)
            if whole and following is not None and following.block.source == other.source:
                return gap
            if _apart(one.source, gap, other.source):
                return gap
        elif origin is not None and origin.following and origin.block.gap.count("\n") > 1:
            gap = origin.block.gap
            if _apart(one.source, gap, other.source):
                return gap
        plain = _apart(one.source, "\n\n", other.source)
        return _APART if not plain and _apart(one.source, _APART, other.source) else "\n\n"

    def _settle_gap(self, index: int, block: Block) -> None:
        """What stands behind a segment is what the text says, also after the next edit beside it."""
        segment = self.segments[index]
        self.segments[index] = replace(segment, source=block.source, gap=block.gap)
        origin = self._origins.get(segment.piece.origin)
        if origin is not None:
            self._origins[segment.piece.origin] = replace(origin, block=replace(origin.block, gap=block.gap))

    def _rewrite(self, old: Sequence[int], gone: Sequence[int], head: int, fresh: Sequence[Block]) -> None:
        """Replace the segments `gone` by `fresh` in one undo step."""
        counts = [segment.piece.count for segment in self.segments]
        cursor = QTextCursor(self._document)
        self._own = True
        cursor.beginEditBlock()
        if gone:
            first = sum(counts[: gone[0]])
            last = sum(counts[: gone[-1] + 1]) - 1
            cursor.setPosition(self._document.findBlockByNumber(first).position())
            end = self._document.findBlockByNumber(last)
            cursor.setPosition(end.position() + end.length() - 1, QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()
            at, until, reuse = gone[0], gone[-1] + 1, True
        else:
            at = old[head - 1] + 1 if head else 0
            until, reuse = at, False
            number = sum(counts[:at]) - 1
            if number < 0:
                cursor.movePosition(QTextCursor.MoveOperation.Start)
                cursor.insertBlock()
                cursor.movePosition(QTextCursor.MoveOperation.Start)
                reuse = True
            else:
                end = self._document.findBlockByNumber(number)
                cursor.setPosition(end.position() + end.length() - 1)
        numbers = self.register(fresh)
        writer = Writer(cursor, reuse=reuse)
        for block, origin in zip(fresh, numbers, strict=True):
            writer.block(block, origin)
        if gone and not fresh:
            cursor.setBlockFormat(formats.block_format(Kind.TEXT))
        cursor.endEditBlock()
        self._own = False
        before, after = sum(counts[:at]), sum(counts[until:])
        made = pieces(self._document.findBlockByNumber(before), self._document.blockCount() - 1 - after)
        self.segments[at:until] = [
            Segment(piece, self._source_of(piece), "\n\n" if not piece.blank else "") for piece in made
        ]


def shown_of(block: Block) -> Block:
    """A block as a document shows it."""
    document = QTextDocument()
    cursor = QTextCursor(document)
    cursor.setBlockFormat(formats.block_format(Kind.TEXT))
    Writer(cursor, reuse=True).block(block, 1)
    found = [piece for piece in pieces(document.firstBlock(), document.blockCount()) if piece.origin]
    return found[0].content if found else replace(block, gap="")


def _apart(one: str, gap: str, other: str) -> bool:
    """Whether two blocks stay two when they stand one behind the other."""
    between = [gap.strip()] if gap.strip() else []
    return [block.source for block in split(one + gap + other)[1]] == [one, *between, other]
