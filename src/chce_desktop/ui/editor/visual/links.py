"""Links of the visual editor: finding the one at the cursor, changing where it leads, taking it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCharFormat, QTextCursor

from chce_desktop.domain.markdown.inline import Run
from chce_desktop.ui.editor.visual import formats

if TYPE_CHECKING:
    from chce_desktop.ui.editor.visual.editor import VisualEditor


def around(cursor: QTextCursor) -> tuple[QTextCursor, str] | None:
    """The whole of the link that a cursor stands in or beside, selected, and its address."""
    stretches: list[tuple[int, int, str]] = []
    for position, text, look in formats.fragments(cursor.block()):
        end, address = position + len(text.encode("utf-16-le")) // 2, look.stringProperty(formats.LINK)
        if stretches and stretches[-1][1:] == (position, address):
            stretches[-1] = (stretches[-1][0], end, address)
        else:
            stretches.append((position, end, address))
    start, stop = cursor.selectionStart(), cursor.selectionEnd()
    for begin, end, address in stretches:
        if address and begin <= start and stop <= end:
            found = QTextCursor(cursor)
            found.setPosition(begin)
            found.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            return found, address
    return None


def lead(editor: VisualEditor, link: QTextCursor, address: str) -> None:
    """Let what `link` selects lead to `address`, or nowhere where that is empty; it looks as before."""
    parts = []
    for position, text, look in formats.fragments(link.block()):
        end = position + len(text.encode("utf-16-le")) // 2
        if link.selectionStart() <= position and end <= link.selectionEnd():
            parts.append((position, end, look))
    link.beginEditBlock()
    for start, end, look in parts:
        piece = QTextCursor(editor.document())
        piece.setPosition(start)
        piece.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        piece.setCharFormat(_leading(look, address))
    link.endEditBlock()


def _leading(look: QTextCharFormat, address: str) -> QTextCharFormat:
    if look.objectType() == formats.OBJECT:
        return look
    run = formats.run_of("x", look)
    return formats.char_format(
        Run("x", bold=run.bold, italic=run.italic, code=run.code, link=address, title=run.title if address else "")
    )
