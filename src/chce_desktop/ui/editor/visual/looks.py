"""How text of the visual editor looks: sizes of headings, bold, code, links. The document itself holds no looks."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextCursor, QTextDocument, QTextTable

from chce_desktop.domain.markdown.kinds import Kind
from chce_desktop.ui.appearance import MONOSPACE, colors
from chce_desktop.ui.editor.visual import formats

#: Sizes of headings, relative to the text.
_SIZES = (1.0, 1.7, 1.45, 1.25, 1.12, 1.0, 1.0)

_Key = tuple[bool, bool, bool, bool, int, bool]


class Looks(QSyntaxHighlighter):
    """Styles the paragraphs that change. Call `restyle` when colours or the text size have changed."""

    def __init__(self, document: QTextDocument) -> None:
        self._made: dict[_Key, QTextCharFormat] = {}
        super().__init__(document)

    def restyle(self) -> None:
        """Look at everything again."""
        self._made.clear()
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        block = self.currentBlock()
        kind = formats.kind_of(block)
        level = block.blockFormat().intProperty(formats.LEVEL) if kind is Kind.HEADING else 0
        head = kind is Kind.TEXT and _in_head(QTextCursor(block))
        quiet = kind in (Kind.QUOTE, Kind.NOTE)
        if kind is Kind.CODE:
            self.setFormat(0, len(text.encode("utf-16-le")) // 2, self._look((False, False, True, False, 0, False)))
            return
        for position, part, look in formats.fragments(block):
            if look.objectType() == formats.OBJECT:
                continue
            key = (
                look.boolProperty(formats.BOLD) or level > 0 or head,
                look.boolProperty(formats.ITALIC),
                look.boolProperty(formats.CODE),
                bool(look.stringProperty(formats.LINK)),
                level,
                quiet,
            )
            if any(key):
                units = len(part.encode("utf-16-le")) // 2
                self.setFormat(position - block.position(), units, self._look(key))

    def _look(self, key: _Key) -> QTextCharFormat:
        if key not in self._made:
            self._made[key] = self._make(*key)
        return self._made[key]

    def _make(self, bold: bool, italic: bool, code: bool, link: bool, level: int, quiet: bool) -> QTextCharFormat:
        made, tints = QTextCharFormat(), colors()
        points = self.document().defaultFont().pointSizeF()
        if bold:
            made.setFontWeight(QFont.Weight.Bold)
        if italic:
            made.setFontItalic(True)
        if level:
            made.setFontPointSize(points * _SIZES[min(level, 6)])
        if code:
            made.setFontFamilies(list(MONOSPACE))
            made.setFontPointSize(points * 0.94)
            made.setBackground(QColor(tints.window))  # Han look the same in a monospaced font
        if quiet:
            made.setForeground(QColor(tints.muted))
        if link:
            made.setForeground(QColor(tints.accent))
            made.setFontUnderline(True)
        return made


def _in_head(cursor: QTextCursor) -> bool:
    table: QTextTable | None = cursor.currentTable()
    return table is not None and table.cellAt(cursor).row() == 0
