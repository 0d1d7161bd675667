"""How a piece of Markdown stands in a `QTextDocument`: properties of its blocks and characters, and back.

The formats hold what a thing is, not how it looks; `looks` makes the look of it. So undo, copy and joining of
paragraphs never leave a wrong look behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtGui import QFont, QTextBlock, QTextBlockFormat, QTextCharFormat, QTextFormat

from chce_desktop.domain.markdown.blocks import Block
from chce_desktop.domain.markdown.inline import Run, Runs, joined
from chce_desktop.domain.markdown.kinds import Kind

_USER = int(QTextFormat.Property.UserProperty.value) + 0x100
#: Of blocks. ORIGIN is the number of the block of the text that it was made from, 0 for none.
KIND, ORIGIN, LEVEL, DEPTH, ORDERED, INFO = range(_USER, _USER + 6)
#: Of characters.
BOLD, ITALIC, CODE, LINK, TITLE, RAW, PICTURE, PLACE, TEXT = range(_USER + 20, _USER + 29)
#: Of tables, besides ORIGIN: the alignment of the columns, joined by commas.
ALIGNS = _USER + 40
#: The object type of everything that is one character in the document and drawn by `objects`.
OBJECT = int(QTextFormat.ObjectTypes.UserObject.value) + 1
#: What stands for an object in the document's text.
MARK = "\ufffc"
#: Blocks that are one object and hold no text.
SOLID = frozenset({Kind.PROTECTED, Kind.RULE})

_INDENT = 26
_TOP = {Kind.TEXT: 8, Kind.HEADING: 16, Kind.CODE: 12, Kind.QUOTE: 8, Kind.NOTE: 2}
_BOTTOM = {Kind.LIST: 4, Kind.HEADING: 6, Kind.QUOTE: 8, Kind.NOTE: 2}


def block_format(
    kind: Kind, *, origin: int = 0, level: int = 0, depth: int = 0, ordered: bool = False, info: str = ""
) -> QTextBlockFormat:
    """The format of a paragraph of a block."""
    made = QTextBlockFormat()
    made.setProperty(KIND, kind.value)
    made.setProperty(ORIGIN, origin)
    if level:
        made.setProperty(LEVEL, level)
        made.setHeadingLevel(level)
    if kind is Kind.LIST:
        made.setProperty(DEPTH, depth)
        made.setProperty(ORDERED, ordered)
    if info:
        made.setProperty(INFO, info)
    left = {Kind.LIST: _INDENT * (depth + 1), Kind.QUOTE: 18, Kind.CODE: 12, Kind.NOTE: _INDENT + 8}.get(kind, 0)
    made.setLeftMargin(left)
    made.setRightMargin(12 if kind is Kind.CODE else 0)
    made.setTopMargin(_TOP.get(kind, 0))
    made.setBottomMargin(_BOTTOM.get(kind, 12))
    made.setLineHeight(5, QTextBlockFormat.LineHeightTypes.LineDistanceHeight.value)
    return made


def kind_of(block: QTextBlock) -> Kind:
    """What a paragraph is; text where nothing says otherwise."""
    value = block.blockFormat().stringProperty(KIND)
    return Kind(value) if value else Kind.TEXT


def char_format(run: Run) -> QTextCharFormat:
    """The format of a run's characters; objects are `object_format`s."""
    made = QTextCharFormat()
    if run.bold:
        made.setProperty(BOLD, True)
        made.setFontWeight(QFont.Weight.Bold)
    if run.italic:
        made.setProperty(ITALIC, True)
        made.setFontItalic(True)
    if run.code:
        made.setProperty(CODE, True)
    if run.link:
        made.setProperty(LINK, run.link)
        made.setProperty(TITLE, run.title)
        made.setAnchor(True)
        made.setAnchorHref(run.link)
    return made


def object_format(run: Run) -> QTextCharFormat:
    """The format of a run that is drawn as one object: a picture, a note's number, a special character."""
    made = char_format(replace(run, title=""))
    made.setObjectType(OBJECT)
    for key, value in ((RAW, run.raw), (PICTURE, run.picture), (PLACE, run.place), (TEXT, run.text)):
        if value:
            made.setProperty(key, value)
    if run.picture and run.title:
        made.setProperty(TITLE, run.title)
    return made


def solid_format(block: Block) -> QTextCharFormat:
    """The format of the object that stands for a protected block or a rule."""
    made = QTextCharFormat()
    made.setObjectType(OBJECT)
    made.setProperty(KIND, block.kind.value)
    made.setProperty(RAW, block.source)
    return made


def is_object(run: Run) -> bool:
    """Whether a run is drawn as one object."""
    return bool(run.picture or run.raw)


def run_of(text: str, look: QTextCharFormat) -> Run:
    """The run of a fragment of the document; `text` is one mark for an object."""
    run = Run(
        text,
        bold=look.boolProperty(BOLD),
        italic=look.boolProperty(ITALIC),
        code=look.boolProperty(CODE),
        link=look.stringProperty(LINK),
        title=look.stringProperty(TITLE) if look.stringProperty(LINK) else "",
    )
    if look.objectType() != OBJECT:
        return run
    return replace(
        run,
        text=look.stringProperty(TEXT),
        raw=look.stringProperty(RAW),
        picture=look.stringProperty(PICTURE),
        place=look.stringProperty(PLACE),
        title=look.stringProperty(TITLE),
    )


def fragments(block: QTextBlock) -> Iterator[tuple[int, str, QTextCharFormat]]:
    """(position in the document, text, format) of each fragment of a paragraph."""
    part = block.begin()
    while not part.atEnd():
        fragment = part.fragment()
        if fragment.isValid():
            yield fragment.position(), fragment.text(), fragment.charFormat()
        part += 1


def runs_of(parts: Iterator[tuple[str, QTextCharFormat]]) -> Runs:
    """The runs of fragments: each mark of an object is a run, a mark without its object is nothing."""
    found: list[Run] = []
    for text, look in parts:
        if look.objectType() == OBJECT:
            found.extend(run_of(MARK, look) for character in text if character == MARK)
        else:
            found.append(run_of(text.replace(MARK, ""), look))
    return joined(found)
