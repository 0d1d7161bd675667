"""What a list is narrowed by: a search with its place and order, and filters. All of it can be combined."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from chce_desktop.domain.article import ArticleFilter, Flag, Order
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE, restyle, set_role
from chce_desktop.ui.articles import words
from chce_desktop.ui.articles.fields import KnownField
from chce_desktop.ui.desk import Desk

_WHERE = (("all", mark("Everywhere")), ("title", mark("In titles")), ("body", mark("In texts")))
_IMAGE = ((None, mark("With or without pictures")), (True, mark("With pictures")), (False, mark("Without pictures")))
_DAY = re.compile(r"(\d{4})(?:\s*[-/.年]\s*(\d{1,2}))?(?:\s*[-/.月]\s*(\d{1,2}))?\s*[年月日]?")
#: How long one must rest in typing before the list follows (milliseconds).
_REST = 120


def parse_day(text: str, zone: tzinfo, *, end: bool) -> datetime | None:
    """The first moment of a day, month or year (`2024`, `2024-1`, `2024年1月18日`), or with `end` the first after it.

    Raises ValueError for what is no date; None for an empty text.
    """
    text = text.strip()
    if not text:
        return None
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day = (int(part) if part else 0 for part in match.groups())
    first = datetime(year, month or 1, day or 1, tzinfo=zone)
    if not end:
        return first.astimezone(UTC)
    if day:
        following = first + timedelta(days=1)
    elif month:
        following = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
    else:
        following = datetime(year + 1, 1, 1, tzinfo=zone)
    return following.astimezone(UTC)


class SearchBar(QWidget):
    """`narrowed` comes when what is asked for has changed; `narrow` puts it into a filter."""

    narrowed = Signal()
    #: Return: go on to the rows.
    entered = Signal()
    #: The user wants this search kept under a name.
    save_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search_bar")
        self._desk = desk
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REST)
        self._soon.timeout.connect(self.narrowed)
        self._build_line()
        self._build_how()
        self.panel = FilterPanel(desk, self)
        self.panel.hide()
        self.panel.edited.connect(self._on_panel_edited)
        self.chips = _Chips(self)
        self.chips.cleared.connect(self.panel.clear)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE, SPACE, 0)
        layout.setSpacing(HALF)
        top = QHBoxLayout()
        top.setSpacing(HALF)
        for widget, stretch in ((self.line, 1), (self.found, 0), (self.more, 0), (self.keep, 0)):
            top.addWidget(widget, stretch)
        layout.addLayout(top)
        layout.addWidget(self.how)
        layout.addWidget(self.panel)
        layout.addWidget(self.chips)
        self._arrange()

    def narrow(self, wanted: ArticleFilter) -> ArticleFilter:
        """The filter with what is asked for here; order and the rest stay where nothing is said about them."""
        text = self.line.text().strip()
        asked = self.panel.put_into(replace(wanted, text=text, where=self.where.currentData() if text else "all"))
        if text and self.order.currentIndex() == 1:
            asked = replace(asked, order=Order.BEST, reverse=False)
        return asked

    def show_filter(self, wanted: ArticleFilter) -> None:
        """Show what a filter asks for, as when a saved search is taken."""
        for widget in (self.line, self.where, self.order):
            widget.blockSignals(True)
        self.line.setText(wanted.text)
        self.where.setCurrentIndex(max(0, self.where.findData(wanted.where)))
        self.order.setCurrentIndex(1 if wanted.order is Order.BEST else 0)
        for widget in (self.line, self.where, self.order):
            widget.blockSignals(False)
        self.panel.show_filter(wanted)
        self._arrange()
        self._soon.stop()

    def clear(self) -> None:
        """Ask for everything."""
        self.show_filter(ArticleFilter())
        self.narrowed.emit()

    def open_panel(self) -> None:
        """Show the fields of the filters and go to the first."""
        self.more.setChecked(True)
        self.panel.flag.setFocus()

    def tell_found(self, number: int | None) -> None:
        """Say how many articles were found; None says nothing."""
        self.found.setVisible(number is not None)  # an empty label would keep its place beside the line
        if number is not None:
            self.found.setText(tr("{n} found", n=f"{number:,}"))

    def _build_line(self) -> None:
        self.line = QLineEdit(self)
        self.line.setObjectName("article_filter")
        self.line.setAccessibleName(tr("Filter articles"))
        self.line.setPlaceholderText(tr("Filter by title or text"))
        self.line.setClearButtonEnabled(True)
        self.line.addAction(icons.icon("search", icons.MUTED), QLineEdit.ActionPosition.LeadingPosition)
        self.line.textChanged.connect(lambda _: self._on_typed())
        self.line.returnPressed.connect(self.entered)
        self.found = QLabel(self)
        self.found.setObjectName("article_count")
        self.found.hide()
        set_role(self.found, "hint")
        self.more = self._button("article_filters", "sliders-horizontal", tr("More filters"))
        self.more.setCheckable(True)
        self.more.toggled.connect(self._on_more)
        self.keep = self._button("article_search_save", "bookmark-plus", tr("Save this search"))
        self.keep.clicked.connect(self.save_wanted)

    def _build_how(self) -> None:
        self.how = QWidget(self)
        self.how.setObjectName("search_how")
        self.where = _choice("search_where", tr("Search in"), [(tr(text), key) for key, text in _WHERE], self.how)
        orders = [(tr("As listed"), 0), (tr("Best first"), 1)]
        self.order = _choice("search_order", tr("Order of what is found"), orders, self.how)
        row = QHBoxLayout(self.how)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.where)
        row.addWidget(self.order)
        row.addStretch(1)
        for box in (self.where, self.order):
            box.currentIndexChanged.connect(lambda _: self.narrowed.emit())

    def _button(self, name: str, sign: str, text: str) -> QToolButton:
        made = QToolButton(self)
        made.setObjectName(name)
        made.setAccessibleName(text)
        made.setToolTip(text)
        made.setIcon(icons.icon(sign, icons.MUTED))
        made.setIconSize(QSize(18, 18))
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return made

    def _on_typed(self) -> None:
        self._arrange()
        self._soon.start()

    def _on_more(self, on: bool) -> None:
        self.panel.setVisible(on)
        self._arrange()

    def _on_panel_edited(self) -> None:
        self._arrange()
        self._soon.start()

    def _arrange(self) -> None:
        asked = self.panel.put_into(ArticleFilter())
        narrowed = asked != ArticleFilter()
        self.how.setVisible(bool(self.line.text().strip()))
        self.keep.setVisible(narrowed or bool(self.line.text().strip()))
        self.chips.tell([] if self.panel.isVisibleTo(self) else describe(asked, self._desk))
        self.more.setIcon(icons.icon("sliders-horizontal", icons.ACCENT if narrowed else icons.MUTED))


class FilterPanel(QWidget):
    """Flag, tag, source, author, days and pictures."""

    edited = Signal()

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("filter_panel")
        self.setAccessibleName(tr("Filters"))
        self._desk = desk
        articles = desk.site.articles
        flags = [(tr("With or without a flag"), None), *((words.flag_name(flag), flag) for flag in Flag)]
        self.flag = _choice("filter_flag", tr("Flag"), flags, self)
        self.image = _choice("filter_image", tr("Pictures"), [(tr(text), value) for value, text in _IMAGE], self)
        self.tag = KnownField("filter_tag", desk, articles.known_tags, self)
        self.source = KnownField("filter_source", desk, articles.known_sources, self)
        self.author = KnownField("filter_author", desk, articles.known_authors, self)
        self.since = self._day("filter_since", tr("From"))
        self.until = self._day("filter_until", tr("Until"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, HALF, 0, HALF)
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(HALF)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self._add(grid, 0, self.flag, self.image)
        self._add(grid, 1, self.tag, self.source, texts=(tr("Tag"), tr("Source")))
        self._add(grid, 2, self.author, self.since, texts=(tr("Author"), tr("From (year, month or day)")))
        self._add(grid, 3, self.until, texts=(tr("Until (year, month or day)"),))
        for box in (self.flag, self.image):
            box.currentIndexChanged.connect(lambda _: self.edited.emit())
        for field in (self.tag, self.source, self.author):
            field.setClearButtonEnabled(True)
            field.textChanged.connect(lambda _: self.edited.emit())

    def put_into(self, wanted: ArticleFilter) -> ArticleFilter:
        """The filter with these fields; a date that is none is left out and marked."""
        zone = words.zone(self._desk.settings.timezone)
        return replace(
            wanted,
            flag=Flag(self.flag.currentData()) if self.flag.currentData() else None,
            has_image=self.image.currentData(),
            tag=self.tag.text().strip(),
            source=self.source.text().strip(),
            author=self.author.text().strip(),
            since=_moment(self.since, zone, end=False),
            until=_moment(self.until, zone, end=True),
        )

    def show_filter(self, wanted: ArticleFilter) -> None:
        """Show what a filter asks for."""
        zone = words.zone(self._desk.settings.timezone)
        self.blockSignals(True)
        self.flag.setCurrentIndex(max(0, self.flag.findData(wanted.flag)))
        self.image.setCurrentIndex(max(0, self.image.findData(wanted.has_image)))
        self.tag.setText(wanted.tag)
        self.source.setText(wanted.source)
        self.author.setText(wanted.author)
        self.since.setText(words.day(wanted.since, zone) if wanted.since else "")
        self.until.setText(words.day(wanted.until - timedelta(seconds=1), zone) if wanted.until else "")
        self.blockSignals(False)

    def clear(self) -> None:
        """Ask for nothing."""
        self.show_filter(ArticleFilter())
        self.edited.emit()

    def _day(self, name: str, text: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setObjectName(name)
        field.setAccessibleName(text)
        field.setClearButtonEnabled(True)
        field.textChanged.connect(lambda _: self.edited.emit())
        return field

    def _add(self, grid: QGridLayout, row: int, *widgets: QWidget, texts: tuple[str, ...] = ()) -> None:
        for column, widget in enumerate(widgets):
            if isinstance(widget, QLineEdit) and texts:
                widget.setPlaceholderText(texts[column])
                widget.setAccessibleName(texts[column])
            grid.addWidget(widget, row, column)


class _Chips(QWidget):
    """What the closed filters ask for, in words, with a button to drop it."""

    cleared = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("filter_chips")
        self.text = QLabel(self)
        self.text.setObjectName("filter_chips_text")
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.text, "badge")
        self.drop = QToolButton(self)
        self.drop.setObjectName("filter_chips_clear")
        self.drop.setAccessibleName(tr("Clear the filters"))
        self.drop.setToolTip(tr("Clear the filters"))
        self.drop.setIcon(icons.icon("x", icons.MUTED))
        self.drop.setIconSize(QSize(14, 14))
        self.drop.clicked.connect(self.cleared)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(HALF)
        row.addWidget(self.text)
        row.addWidget(self.drop)
        row.addStretch(1)

    def tell(self, parts: list[str]) -> None:
        """Show these; nothing hides all."""
        self.setVisible(bool(parts))
        self.text.setText(" · ".join(parts))
        self.text.setAccessibleName(self.text.text())


def describe(wanted: ArticleFilter, desk: Desk) -> list[str]:
    """What a filter asks for besides its text, column and order, in words."""
    zone = words.zone(desk.settings.timezone)
    table: tuple[tuple[object, Callable[[], str]], ...] = (
        (wanted.flag, lambda: words.flag_name(wanted.flag or Flag.PINNED)),
        (wanted.tag, lambda: f"#{wanted.tag}"),
        (wanted.source, lambda: tr("Source: {name}", name=wanted.source)),
        (wanted.author, lambda: tr("Author: {name}", name=wanted.author)),
        (wanted.since, lambda: tr("from {day}", day=words.day(wanted.since or datetime.now(UTC), zone))),
        (
            wanted.until,
            lambda: tr("until {day}", day=words.day((wanted.until or datetime.now(UTC)) - timedelta(seconds=1), zone)),
        ),
        (wanted.has_image is not None, lambda: tr("With pictures") if wanted.has_image else tr("Without pictures")),
    )
    return [text() for holds, text in table if holds]


def _choice(name: str, text: str, rows: Sequence[tuple[str, object]], parent: QWidget) -> QComboBox:
    box = QComboBox(parent)
    box.setObjectName(name)
    box.setAccessibleName(text)
    box.setToolTip(text)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)
    for label, data in rows:
        box.addItem(label, data)
    return box


def _moment(field: QLineEdit, zone: tzinfo, *, end: bool) -> datetime | None:
    try:
        found, wrong = parse_day(field.text(), zone, end=end), False
    except (ValueError, OverflowError):
        found, wrong = None, True
    if field.property("invalid") is not wrong:
        field.setProperty("invalid", wrong)
        restyle(field)
    return found
