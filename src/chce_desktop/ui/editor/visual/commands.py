"""What the format buttons and menus do in the visual editor; the rest acts on the source, which it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtGui import QFont, QTextBlock, QTextCharFormat, QTextCursor

from chce_desktop.domain.markdown.blocks import Block, Line
from chce_desktop.domain.markdown.inline import Run
from chce_desktop.domain.markdown.kinds import Kind
from chce_desktop.ui.editor.visual import formats, keys, tables
from chce_desktop.ui.editor.visual.building import insert_runs
from chce_desktop.ui.editor.visual.editor import VisualEditor
from chce_desktop.ui.editor.visual.formats import kind_of


def calls(editor: VisualEditor) -> dict[str, Callable[[], object]]:
    """The actions by their names in `commands.EDITOR_ACTIONS`."""
    return {
        "undo": editor.undo,
        "redo": editor.redo,
        "bold": partial(toggle, editor, formats.BOLD),
        "italic": partial(toggle, editor, formats.ITALIC),
        "code": partial(toggle, editor, formats.CODE),
        "text": partial(set_heading, editor, 0),
        "heading_1": partial(set_heading, editor, 2),
        "heading_2": partial(set_heading, editor, 3),
        "heading_3": partial(set_heading, editor, 4),
        "bullets": partial(toggle_list, editor, ordered=False),
        "numbers": partial(toggle_list, editor, ordered=True),
        "quote": partial(toggle_quote, editor),
        "indent": partial(change_depth, editor, 1),
        "outdent": partial(change_depth, editor, -1),
        "table": partial(tables.insert, editor, 3, 3),
        "footnote": partial(insert_footnote, editor),
        "rule": partial(editor.insert_block, "---"),
        "paste_plain": editor.paste_plain,
        "row_below": partial(tables.add_row, editor),
        "column_right": partial(tables.add_column, editor),
        "remove_row": partial(tables.remove_row, editor),
        "remove_column": partial(tables.remove_column, editor),
    }


def toggle(editor: VisualEditor, which: int) -> None:
    """Make the selection (or what is written next) bold, italic or code, or no longer so."""
    cursor = editor.textCursor()
    if not cursor.hasSelection():
        look = QTextCharFormat(editor.currentCharFormat())
        _set(look, which, on=not look.boolProperty(which))
        editor.setCurrentCharFormat(look)
        return
    start, end = sorted((cursor.position(), cursor.anchor()))
    parts = [part for part in _parts(editor, start, end) if part[2].objectType() != formats.OBJECT]
    on = not all(look.boolProperty(which) for _, _, look in parts)
    cursor.beginEditBlock()
    for begin, stop, look in parts:
        changed = QTextCharFormat(look)
        _set(changed, which, on=on)
        piece = QTextCursor(editor.document())
        piece.setPosition(begin)
        piece.setPosition(stop, QTextCursor.MoveMode.KeepAnchor)
        piece.setCharFormat(changed)
    cursor.endEditBlock()
    editor.setTextCursor(cursor)


def styles(editor: VisualEditor) -> set[str]:
    """The names of the actions whose look the cursor's place has."""
    look, block = editor.currentCharFormat(), editor.textCursor().block()
    found = {name for name, which in (("bold", formats.BOLD), ("italic", formats.ITALIC)) if look.boolProperty(which)}
    match kind_of(block):
        case Kind.LIST:
            found.add("numbers" if block.blockFormat().boolProperty(formats.ORDERED) else "bullets")
        case Kind.QUOTE:
            found.add("quote")
        case _:
            pass
    return found


def set_heading(editor: VisualEditor, level: int) -> None:
    """Make the paragraphs headings of `level`, or text (0, or the level that they have)."""
    blocks = _paragraphs(editor)
    same = all(_level(block) == level for block in blocks)

    def change(cursor: QTextCursor) -> None:
        origin = cursor.blockFormat().intProperty(formats.ORIGIN)
        if level and not same:
            cursor.setBlockFormat(formats.block_format(Kind.HEADING, origin=origin, level=level))
        else:
            keys.make_text(cursor)

    _change(editor, blocks, change)


def toggle_list(editor: VisualEditor, *, ordered: bool) -> None:
    """Make the paragraphs items of a list, or text where they are such items already."""
    blocks = _paragraphs(editor)
    same = all(
        kind_of(block) is Kind.LIST and block.blockFormat().boolProperty(formats.ORDERED) == ordered for block in blocks
    )

    def change(cursor: QTextCursor) -> None:
        look = cursor.blockFormat()
        if same:
            keys.make_text(cursor)
        else:
            depth = look.intProperty(formats.DEPTH) if kind_of(cursor.block()) is Kind.LIST else 0
            origin = look.intProperty(formats.ORIGIN)
            cursor.setBlockFormat(formats.block_format(Kind.LIST, origin=origin, depth=depth, ordered=ordered))

    _change(editor, blocks, change)


def toggle_quote(editor: VisualEditor) -> None:
    """Make the paragraphs a quotation, or text where they are one already."""
    blocks = _paragraphs(editor)
    same = all(kind_of(block) is Kind.QUOTE for block in blocks)
    origin = blocks[0].blockFormat().intProperty(formats.ORIGIN) if blocks else 0

    def change(cursor: QTextCursor) -> None:
        if same:
            keys.make_text(cursor)
        else:
            cursor.setBlockFormat(formats.block_format(Kind.QUOTE, origin=origin))

    _change(editor, blocks, change)


def change_depth(editor: VisualEditor, step: int) -> None:
    """Move the items of a list in or out."""
    blocks = [block for block in _paragraphs(editor) if kind_of(block) is Kind.LIST]
    _change(editor, blocks, lambda cursor: keys.change_depth(cursor, step))


def rewrite(editor: VisualEditor, change: Callable[[str], str]) -> None:
    """Apply a text tool to the selection; what is bold stays bold."""
    cursor = editor.textCursor()
    start, end = sorted((cursor.position(), cursor.anchor()))
    parts = [part for part in _parts(editor, start, end) if part[2].objectType() != formats.OBJECT]
    cursor.beginEditBlock()
    for begin, stop, look in reversed(parts):
        piece = QTextCursor(editor.document())
        piece.setPosition(begin)
        piece.setPosition(stop, QTextCursor.MoveMode.KeepAnchor)
        text = change(piece.selectedText())
        if text != piece.selectedText():
            piece.insertText(text, look)
    cursor.endEditBlock()


def insert_link(editor: VisualEditor, shown: str, address: str) -> None:
    """Put a link in the place of the selection."""
    cursor = editor.textCursor()
    look = cursor.charFormat()
    run = Run(
        shown or address,
        bold=look.boolProperty(formats.BOLD),
        italic=look.boolProperty(formats.ITALIC),
        link=address,
    )
    cursor.beginEditBlock()
    cursor.removeSelectedText()
    insert_runs(cursor, (run,))
    cursor.endEditBlock()
    editor.setTextCursor(cursor)
    keys.end_of_link(editor)


def insert_footnote(editor: VisualEditor) -> None:
    """Put a note's number at the cursor and the note at the end, and go there to write it."""
    editor.settle()
    text = editor.mirror.text()
    number = 1
    while f"[^{number}]" in text:
        number += 1
    cursor = editor.textCursor()
    cursor.beginEditBlock()
    cursor.setPosition(cursor.selectionEnd())
    insert_runs(cursor, (Run(str(number), raw=f"[^{number}]"),))
    cursor.movePosition(QTextCursor.MoveOperation.End)
    editor.insert_new(cursor, Block(Kind.NOTE, "", lines=(Line(()),), info=str(number)))
    cursor.endEditBlock()
    editor.setTextCursor(cursor)
    editor.ensureCursorVisible()


def _set(look: QTextCharFormat, which: int, *, on: bool) -> None:
    if on:
        look.setProperty(which, True)
    else:
        look.clearProperty(which)
    if which == formats.BOLD:
        look.setFontWeight(QFont.Weight.Bold if on else QFont.Weight.Normal)
    if which == formats.ITALIC:
        look.setFontItalic(on)


def _parts(editor: VisualEditor, start: int, end: int) -> Iterator[tuple[int, int, QTextCharFormat]]:
    """The fragments within a part of the document."""
    block = editor.document().findBlock(start)
    while block.isValid() and block.position() < end:
        if kind_of(block) is not Kind.CODE:
            for position, text, look in formats.fragments(block):
                stop = position + len(text.encode("utf-16-le")) // 2
                if max(position, start) < min(stop, end):
                    yield max(position, start), min(stop, end), look
        block = block.next()


def _level(block: QTextBlock) -> int:
    return block.blockFormat().intProperty(formats.LEVEL) if kind_of(block) is Kind.HEADING else 0


def _paragraphs(editor: VisualEditor) -> list[QTextBlock]:
    """The paragraphs that the selection touches and that can have a style."""
    cursor = editor.textCursor()
    block = editor.document().findBlock(cursor.selectionStart())
    end = cursor.selectionEnd()
    found: list[QTextBlock] = []
    while block.isValid() and (block.position() < end or not found):
        if not keys.solid(block) and QTextCursor(block).currentTable() is None:
            found.append(block)
        block = block.next()
    return found


def _change(editor: VisualEditor, blocks: list[QTextBlock], change: Callable[[QTextCursor], None]) -> None:
    if not blocks:
        return
    whole = editor.textCursor()
    whole.beginEditBlock()
    for number in [block.blockNumber() for block in blocks]:
        change(QTextCursor(editor.document().findBlockByNumber(number)))
    whole.endEditBlock()
