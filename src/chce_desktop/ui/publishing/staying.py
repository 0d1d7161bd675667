"""What a publish leaves behind: drafts and articles in review, and above all the one that is being written."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from chce_desktop.domain.article import ArticleInfo, State
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.services.site import Site
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE, font, set_role
from chce_desktop.ui.articles.words import named
from chce_desktop.ui.signs import Sign

#: What readers do not get yet.
_UNFINISHED = (State.DRAFT, State.REVIEW)


@dataclass(frozen=True, slots=True)
class Staying:
    """`article`: the one being written, where it stays behind; `others`: how many more do."""

    article: ArticleInfo | None
    others: int


def staying(site: Site, article_id: int | None) -> Staying:
    """What does not go out. To be called outside of the window's thread."""
    by_state = site.articles.counts().by_state
    unfinished = sum(by_state.get(state, 0) for state in _UNFINISHED)
    info = site.articles.infos([article_id]).get(article_id) if article_id is not None else None
    if info is None or info.trashed_at is not None or info.state not in _UNFINISHED:
        return Staying(None, unfinished)
    return Staying(info, unfinished - 1)


class StayingCard(QFrame):
    """Says it before the publish. `wanted`, with the article's id: it is to go out as well."""

    wanted = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("publish_staying")
        set_role(self, "card")
        self._article_id: int | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE + HALF, SPACE, SPACE + HALF, SPACE)
        row.setSpacing(SPACE + HALF)
        self._sign = Sign(self)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(HALF)
        row.addLayout(column, 1)
        self.title = self._label("publish_staying_title")
        self.title.setFont(font(bold=True))
        self.hint = self._label("publish_staying_hint")
        set_role(self.hint, "hint")
        column.addWidget(self.title)
        column.addWidget(self.hint)
        self.button = QPushButton(tr("Publish it too"), self)
        self.button.setObjectName("publish_staying_button")
        self.button.setAccessibleName(self.button.text())
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._on_clicked)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def tell(self, found: Staying) -> None:
        """Show what stays behind; nothing hides the card."""
        self._article_id = found.article.id if found.article is not None else None
        self._sign.show_icon("info", 20, icons.ACCENT)
        others = trn("{n} other draft is not published.", "{n} other drafts are not published.", found.others)
        if found.article is not None:
            name = named(found.article.title)
            words = tr("{article} is in review and is not published.", article=name)
            if found.article.state is State.DRAFT:
                words = tr("{article} is a draft and is not published.", article=name)
            self.title.setText(words[:1].upper() + words[1:])
            self.hint.setText(others)
            self.hint.setVisible(found.others > 0)
        else:
            self.hint.setText(
                trn(
                    "{n} article is a draft or in review and is not published.",
                    "{n} articles are drafts or in review and are not published.",
                    found.others,
                )
            )
            self.hint.show()
        self.title.setVisible(found.article is not None)
        self.button.setVisible(found.article is not None)
        self.setVisible(found.article is not None or found.others > 0)
        self.setAccessibleName(self.title.text() if found.article is not None else self.hint.text())

    def _on_clicked(self) -> None:
        if self._article_id is not None:
            self.wanted.emit(self._article_id)

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label
