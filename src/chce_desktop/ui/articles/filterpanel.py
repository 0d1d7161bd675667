"""What a list is narrowed by besides a search: flag, tag, source, author, days and pictures."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from chce_desktop.domain.article import ArticleFilter, Flag
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.ui.appearance import HALF, SPACE, restyle
from chce_desktop.ui.articles import words
from chce_desktop.ui.articles.choice import choice
from chce_desktop.ui.articles.fields import KnownField
from chce_desktop.ui.desk import Desk

_IMAGE = ((None, mark("With or without pictures")), (True, mark("With pictures")), (False, mark("Without pictures")))
_DAY = re.compile(r"(\d{4})(?:\s*[-/.年]\s*(\d{1,2}))?(?:\s*[-/.月]\s*(\d{1,2}))?\s*[年月日]?")


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


class FilterPanel(QWidget):
    """Flag, tag, source, author, days and pictures."""

    edited = Signal()

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("filter_panel")
        self.setAccessibleName(tr("Filters"))
        self._desk = desk
        flags = [(tr("With or without a flag"), None), *((words.flag_name(flag), flag) for flag in Flag)]
        self.flag = choice("filter_flag", tr("Flag"), flags, self)
        self.image = choice("filter_image", tr("Pictures"), [(tr(text), value) for value, text in _IMAGE], self)
        self.tag = KnownField("filter_tag", desk, lambda text: desk.site.articles.known_tags(text), self)
        self.source = KnownField("filter_source", desk, lambda text: desk.site.articles.known_sources(text), self)
        self.author = KnownField("filter_author", desk, lambda text: desk.site.articles.known_authors(text), self)
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


def _moment(field: QLineEdit, zone: tzinfo, *, end: bool) -> datetime | None:
    try:
        found, wrong = parse_day(field.text(), zone, end=end), False
    except (ValueError, OverflowError):
        found, wrong = None, True
    if field.property("invalid") is not wrong:
        field.setProperty("invalid", wrong)
        restyle(field)
    return found
