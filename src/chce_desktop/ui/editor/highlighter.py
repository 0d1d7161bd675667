"""Markdown styled as it is written. Only the lines that change are looked at again."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from chce_desktop.ui.appearance import MONOSPACE, colors
from chce_desktop.ui.editor.markdown_line import PLAIN, Look, scan, segments

#: Sizes of headings, relative to the text.
_SIZES = (1.0, 1.55, 1.35, 1.2, 1.1, 1.0, 1.0)
#: Characters of a line that are styled: no paragraph is longer, and each key in it would style it all again.
_LONGEST = 10_000


class MarkdownHighlighter(QSyntaxHighlighter):
    """Styles the document of the source editor. Call `restyle` when colours or the text size have changed."""

    def __init__(self, document: QTextDocument) -> None:
        self._formats: dict[tuple[Look, int], QTextCharFormat] = {}
        self._points = document.defaultFont().pointSizeF()
        super().__init__(document)

    def restyle(self) -> None:
        """Style everything again, in the colours and the text size of now."""
        self._formats.clear()
        self._points = self.document().defaultFont().pointSizeF()
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        before = self.previousBlockState()
        line = scan(text[:_LONGEST], PLAIN if before == -1 else before)
        self.setCurrentBlockState(line.state)
        if line.heading:
            self.setFormat(0, len(text), self._format(Look(0), line.heading))
        for span in segments(line.spans):
            self.setFormat(span.start, span.length, self._format(span.look, line.heading))

    def _format(self, look: Look, heading: int) -> QTextCharFormat:
        made = self._formats.get((look, heading))
        if made is None:
            made = self._formats[look, heading] = self._make(look, heading)
        return made

    def _make(self, look: Look, heading: int) -> QTextCharFormat:
        made = QTextCharFormat()
        palette = colors()
        if heading:
            made.setFontPointSize(self._points * _SIZES[heading])
            made.setFontWeight(QFont.Weight.DemiBold)
        if look & Look.BOLD:
            made.setFontWeight(QFont.Weight.Bold)
        if look & Look.ITALIC:
            made.setFontItalic(True)
        if look & Look.STRUCK:
            made.setFontStrikeOut(True)
        if look & (Look.CODE | Look.HTML):
            made.setFontFamilies(list(MONOSPACE))
        for which, color in (
            (Look.QUOTE, palette.muted),
            (Look.CODE, palette.success),
            (Look.HTML, palette.warning),
            (Look.IMAGE, palette.accent),
            (Look.LINK, palette.accent),
            (Look.NOTE, palette.accent),
            (Look.ADDRESS, palette.muted),
            (Look.MARK, palette.disabled),
        ):
            if look & which:
                made.setForeground(QColor(color))
        if look & (Look.TABLE | Look.CODE) and not look & Look.MARK:
            made.setBackground(QColor(palette.window))
        if look & Look.FOREIGN:
            made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            made.setUnderlineColor(QColor(palette.warning))
        return made
