"""Buttons that fill a field with what fits the text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from chce_desktop.domain.article import Article
from chce_desktop.foundation.i18n import tr
from chce_desktop.services import suggesting
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF
from chce_desktop.ui.desk import Desk

T = TypeVar("T")


def beside(field: QWidget, name: str, text: str, slot: Callable[[], object]) -> QHBoxLayout:
    """A field with a small button at its right that suggests something."""
    button = QToolButton(field.parentWidget())
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(text)
    button.setIcon(icons.icon("wand-sparkles", icons.MUTED))
    button.setIconSize(QSize(16, 16))
    button.clicked.connect(lambda: slot())
    row = QHBoxLayout()
    row.setSpacing(HALF)
    row.addWidget(field, 1)
    row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
    return row


class Suggestions:
    """Reads the saved text of an article in a job and hands what was made of it to a field."""

    def __init__(self, desk: Desk, owner: QWidget) -> None:
        self._desk, self._owner = desk, owner

    def summary(self, article_id: int, take: Callable[[str], object]) -> None:
        """Give a summary to `take`; say so where the text has none."""
        self._suggest(
            article_id,
            lambda article: suggesting.summary(article.body),
            take,
            tr("The text has no paragraph that a summary could be made from."),
        )

    def keywords(self, article_id: int, take: Callable[[str], object]) -> None:
        """Give the article's keywords and those that fit it to `take`."""
        site = self._desk.site

        def make(article: Article) -> str:
            fresh = suggesting.keywords(site, article)
            return "，".join((*filter(None, [article.keywords]), *fresh)) if fresh else ""

        self._suggest(article_id, make, take, tr("None of the site's tags and keywords occurs in the text."))

    def address(self, source: str, take: Callable[[str], object]) -> None:
        """Give the address that is kept with a source to `take`."""
        wordbook = self._desk.site.wordbook
        self._desk.run(
            lambda _: wordbook.address_of(source),
            done=lambda found: take(found) if found else None,
            owner=self._owner,
        )

    def _suggest(
        self, article_id: int, make: Callable[[Article], str], take: Callable[[str], object], nothing: str
    ) -> None:
        articles = self._desk.site.articles

        def done(found: str) -> None:
            if found:
                take(found)
            else:
                self._desk.notices.info(nothing)

        self._desk.run(lambda _: make(articles.get(article_id)), done=done, owner=self._owner)
