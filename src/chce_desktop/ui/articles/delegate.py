"""How the rows of the article list are drawn: badges behind titles, a coloured dot before states."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.ui.appearance import HALF, SPACE, colors, font
from chce_desktop.ui.articles import words
from chce_desktop.ui.articles.model import HEAD_ROLE, INFO_ROLE, SNIPPET_ROLE

Index = QModelIndex | QPersistentModelIndex

ROW_HEIGHT = 36
#: The height of a row that shows a piece of the text below the title.
SNIPPET_HEIGHT = 62
#: Han characters of a title that no badge may take the place of.
_LEAST_TITLE = 6


def _background(option: QStyleOptionViewItem, painter: QPainter) -> None:
    option.text = ""
    option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)


def paint_other(option: QStyleOptionViewItem, painter: QPainter, index: Index) -> bool:
    """Paint a heading or a row that is not read yet; False for an article."""
    if isinstance(index.data(INFO_ROLE), ArticleInfo):
        return False
    text, palette = option.text, colors()
    _background(option, painter)
    painter.save()
    if index.data(HEAD_ROLE) is not None:
        painter.fillRect(option.rect, QColor(palette.window))
        if index.column() == 0:
            painter.setFont(font(relative=-1, bold=True))
            painter.setPen(QColor(palette.muted))
            area = option.rect.adjusted(SPACE + 2, 0, 0, -HALF)
            painter.setClipping(False)  # the heading belongs to the whole row
            area.setRight(area.left() + QFontMetrics(painter.font()).horizontalAdvance(text) + SPACE)
            painter.drawText(area, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, text)
    elif index.column() == 0:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.hover))
        bar = QRectF(option.rect.left() + SPACE + 2, option.rect.center().y() - 4, option.rect.width() * 0.6, 8)
        painter.drawRoundedRect(bar, 4, 4)
    painter.restore()
    return True


class TitleDelegate(QStyledItemDelegate):
    """The title, cut with … where it must be, small badges for flags that hold, and what was found marked."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._terms: tuple[str, ...] = ()
        self._query = ""

    def look_for(self, query: str) -> None:
        """Mark what a search looks for."""
        if query != self._query:
            from chce_desktop.services.snippets import search_terms  # after the start, with all that searches

            self._query, self._terms = query, search_terms(query)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        info = index.data(INFO_ROLE)
        if not isinstance(info, ArticleInfo):
            paint_other(option, painter, index)
            return
        text = option.text
        _background(option, painter)
        snippet = index.data(SNIPPET_ROLE) or ""
        if option.rect.height() > ROW_HEIGHT:
            self._paint_snippet(painter, option, snippet)
            option.rect.setHeight(ROW_HEIGHT - 2)
        now = datetime.now(UTC)
        badges = [setting.flag for setting in info.flags if setting.active(now)]
        palette, area = colors(), option.rect.adjusted(SPACE + 2, 0, -SPACE, 0)
        small = font(relative=-2)
        small_metrics = QFontMetrics(small)
        widths = [small_metrics.horizontalAdvance(words.flag_badge(flag)) + SPACE + 2 for flag in badges]
        metrics = option.fontMetrics
        least = metrics.horizontalAdvance("汉" * _LEAST_TITLE)
        while widths and area.width() - sum(width + HALF for width in widths) < least:
            badges.pop()  # in a narrow list the title matters more
            widths.pop()
        room = area.width() - sum(width + HALF for width in widths)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(room, 24))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(option.font)
        self._paint_marked(painter, area, shown, QColor(palette.text if info.title else palette.muted))
        left = area.left() + metrics.horizontalAdvance(shown) + SPACE
        painter.setFont(small)
        height = small_metrics.height() + 2
        for flag, width in zip(badges, widths, strict=True):
            text_role, back_role = words.FLAG_COLORS[flag]
            box = QRect(left, area.center().y() - height // 2 + 1, width, height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(getattr(palette, back_role)))
            painter.drawRoundedRect(QRectF(box), 4, 4)
            painter.setPen(QColor(getattr(palette, text_role)))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words.flag_badge(flag))
            left += width + HALF
        painter.restore()

    def _paint_snippet(self, painter: QPainter, option: QStyleOptionViewItem, snippet: str) -> None:
        area = option.rect.adjusted(SPACE + 2, ROW_HEIGHT - HALF - 2, -SPACE, -HALF)
        painter.save()
        painter.setFont(font(relative=-1))
        shown = QFontMetrics(painter.font()).elidedText(snippet, Qt.TextElideMode.ElideRight, area.width())
        self._paint_marked(painter, area, shown, QColor(colors().muted))
        painter.restore()

    def _paint_marked(self, painter: QPainter, area: QRect, text: str, pen: QColor) -> None:
        """Draw a line of text, with a mark behind what was looked for."""
        if self._terms:
            self._paint_marks(painter, area, text)
        painter.setPen(pen)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_marks(self, painter: QPainter, area: QRect, text: str) -> None:
        from chce_desktop.services.snippets import marks  # as in `look_for`

        metrics = QFontMetrics(painter.font())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors().warning_soft))
        for start, end in marks(text, self._terms):
            left = area.left() + metrics.horizontalAdvance(text[:start])
            width = metrics.horizontalAdvance(text[:end]) + area.left() - left
            height = metrics.height()
            painter.drawRoundedRect(QRectF(left, area.center().y() - height / 2 + 1, width, height), 3, 3)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - Qt calls it with all of them
        return QSize(240, ROW_HEIGHT)


class StateDelegate(QStyledItemDelegate):
    """A dot in the state's colour, and its name."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        info = index.data(INFO_ROLE)
        if not isinstance(info, ArticleInfo):
            paint_other(option, painter, index)
            return
        text, palette = option.text, colors()
        _background(option, painter)
        area = option.rect.adjusted(SPACE + 2, 0, 0, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(palette, words.STATE_COLORS[info.state])))
        painter.drawEllipse(QPointF(area.left() + 3, area.center().y() + 1), 3.5, 3.5)
        painter.setPen(QColor(palette.muted))
        painter.setFont(option.font)
        painter.drawText(area.adjusted(SPACE + HALF, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


class QuietDelegate(QStyledItemDelegate):
    """Text that stands back behind the title."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        muted = QColor(colors().muted)
        option.palette.setColor(option.palette.ColorRole.Text, muted)
        option.palette.setColor(option.palette.ColorRole.HighlightedText, muted)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if index.data(HEAD_ROLE) is not None:
            self.initStyleOption(option, index)
            paint_other(option, painter, index)
            return
        super().paint(painter, option, index)
