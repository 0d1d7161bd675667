"""The word book: words, rules, links, names and templates, each on a page of its own."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QStackedWidget, QWidget

from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import SPACE, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog
from chce_desktop.ui.wordbook.listpage import ListPage
from chce_desktop.ui.wordbook.rules import RulesPage
from chce_desktop.ui.wordbook.templates import TemplatesPage


class WordbookDialog(DeskDialog):
    """Pages at the left; everything is saved at once."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, page: str = "words") -> None:
        """`page`: the page to begin with."""
        super().__init__(desk, "wordbook_window", tr("Words and templates"), QSize(1000, 680), parent)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        wordbook = desk.site.wordbook
        self.words = ListPage(
            self,
            "words_page",
            tr("Words to watch for"),
            tr("The check marks these words in titles, texts, notices and columns. “Stops” keeps them from going out."),
            wordbook.words,
        )
        self.words.foot.insertWidget(
            1, self.words.button("starter", tr("Add common mistakes"), "wand-sparkles", self._on_starter)
        )
        self.links = ListPage(
            self,
            "links_page",
            tr("Words that become links"),
            tr("The longest word wins. No links within headings, links and code; how many: see the site settings."),
            wordbook.links,
        )
        self.names = ListPage(
            self,
            "names_page",
            tr("Sources and people"),
            tr("Offered while one types, after those that are used most. A source brings its address along."),
            wordbook.names,
        )
        self.rules = RulesPage(self)
        self.templates = TemplatesPage(self)
        self.index = QListWidget(self)
        self.index.setObjectName("wordbook_pages")
        self.index.setAccessibleName(tr("Pages of the word book"))
        self.index.setFixedWidth(184)
        self.index.setIconSize(QSize(18, 18))
        self.index.setViewportMargins(0, SPACE, 0, SPACE)
        self.index.setTabKeyNavigation(False)
        self.stack = QStackedWidget(self)
        for name, text, sign, widget in (
            ("words", tr("Words"), "shield-check", self.words),
            ("rules", tr("Rules"), "sliders-horizontal", self.rules),
            ("links", tr("Links"), "link-2", self.links),
            ("names", tr("Names"), "newspaper", self.names),
            ("templates", tr("Templates"), "file-text", self.templates),
        ):
            item = QListWidgetItem(icons.icon(sign), text, self.index)
            item.setSizeHint(QSize(0, 38))
            self.stack.addWidget(widget)
            if name == page:
                self.index.setCurrentItem(item)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.index)
        line = QFrame(self)
        set_role(line, "vline")
        row.addWidget(line)
        row.addWidget(self.stack, 1)
        self.index.currentRowChanged.connect(self.stack.setCurrentIndex)
        self.stack.setCurrentIndex(self.index.currentRow())
        desk.changed.connect(self._on_changed)
        self.index.setFocus()

    def _on_changed(self, changes: Changes) -> None:
        if Kind.WORDBOOK in changes.kinds:
            for page in (self.words, self.links, self.names, self.templates):
                page.reload()
        if Kind.SETTINGS in changes.kinds:
            self.rules.reload()

    def _on_starter(self) -> None:
        def done(count: int) -> None:
            self.notices.success(trn("{n} new word.", "{n} new words.", count))

        self.run(lambda _: self.desk.site.wordbook.add_starter_words(), done=done)
