"""What follows from what while one chooses, opens and writes articles: list, editor, preview and properties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from chce_desktop.domain.article import Article, ArticleInfo, ArticlePatch
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.ui.articles import commands, words
from chce_desktop.ui.articles.chosen import Chosen
from chce_desktop.ui.articles.list import ArticleList
from chce_desktop.ui.articles.properties import PropertyPane
from chce_desktop.ui.columns.tree import ColumnsPane
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.editor.keeper import WRITING
from chce_desktop.ui.editor.panel import EditorPanel
from chce_desktop.ui.mainwindow.panes import Arrangement, Pane, Panes
from chce_desktop.ui.notices import Offer

if TYPE_CHECKING:  # the web engine is loaded after the window is there
    from chce_desktop.ui.preview.panel import PreviewPanel

#: How long one must rest on an article of the list before its page is shown.
_REST = 150


class Writing(QObject):
    """Knows which article is open or chosen. While one browses, preview and properties show the chosen one."""

    #: What `subject` returns may have changed.
    subject_changed = Signal()

    def __init__(
        self,
        desk: Desk,
        panes: Panes,
        columns: ColumnsPane,
        articles: ArticleList,
        editor: EditorPanel,
        properties: PropertyPane,
    ) -> None:
        super().__init__(panes)
        self._desk = desk
        self._panes = panes
        self._columns = columns
        self._list = articles
        self._editor = editor
        self._properties = properties
        self._preview: PreviewPanel | None = None
        self._open: ArticleInfo | None = None
        #: Articles that were begun here and not left yet.
        self._fresh: dict[int, Article] = {}
        self._ended = False
        self._fields_kept = True
        self._rested = QTimer(self)
        self._rested.setSingleShot(True)
        self._rested.setInterval(_REST)
        self._rested.timeout.connect(self._show_chosen)
        articles.selection_changed.connect(self._on_selection_changed)
        articles.opened.connect(self.open)
        articles.new_wanted.connect(self.create)
        editor.new_wanted.connect(self.create)
        editor.article_opened.connect(self._on_opened)
        editor.article_closed.connect(self._on_closed)
        editor.incoming.settled.connect(self._drop_empty)
        editor.text_changed.connect(self._on_text_changed)
        editor.cursor_line_changed.connect(self._on_cursor_line)
        properties.saved.connect(self._on_info)
        properties.signoff.flush_wanted.connect(self.flush)
        desk.changed.connect(self._on_changed)
        desk.article_wanted.connect(self.open)
        desk.page_wanted.connect(self._on_page_wanted)

    @property
    def open_article(self) -> ArticleInfo | None:
        """The article being written, None while one browses."""
        return self._open if self._panes.arrangement is not Arrangement.BROWSE else None

    def subject(self) -> Chosen:
        """The articles that an action means now."""
        if self._open is not None and self._panes.arrangement is not Arrangement.BROWSE:
            focused = QApplication.focusWidget()
            if focused is None or not self._list.isAncestorOf(focused):
                return Chosen.these((self._open,))
        return self._list.chosen()

    def use_preview(self, preview: PreviewPanel) -> None:
        """The web engine is there: show pages from now on."""
        self._preview = preview
        preview.line_clicked.connect(self._on_preview_line)
        self._show_now()

    def create(self) -> None:
        """A new article in the current column, opened at once."""
        patch: ArticlePatch = {"title": "", "column_id": self._columns.column_id}
        articles = self._desk.site.articles

        def done(article: Article) -> None:
            self._fresh[article.id] = article
            if self._ended:
                self._drop_empty()
            else:
                self.open(article.id)

        self._desk.run(lambda _: articles.create(patch), done=done, owner=self)

    def open(self, article_id: int) -> None:
        """Open an article for writing."""
        self._properties.flush()
        if self._panes.arrangement is Arrangement.BROWSE:
            self._panes.arrange(Arrangement.WRITE)
        self._editor.open_article(article_id)

    def reopen(self) -> None:
        """Go on where the app came to its end without being closed, if it did."""
        articles = self._desk.site.articles

        def find(_: object) -> int | None:
            article_id = self._editor.unfinished()
            info = articles.infos([article_id]).get(article_id) if article_id is not None else None
            return info.id if info is not None and info.trashed_at is None else None

        def done(article_id: int | None) -> None:
            if article_id is None or self._panes.arrangement is not Arrangement.BROWSE:
                return
            self.open(article_id)
            self._desk.notices.info(tr("The app was not closed last time. Here is where you were; nothing is lost."))

        self._desk.run(find, done=done, failed=lambda _: True, queue=LIBRARY_READ, owner=self)

    def close(self) -> None:
        """Back to the list; what was written is saved."""
        article_id = self._open.id if self._open is not None else None
        self._properties.flush()
        self._editor.close_article()
        self._panes.arrange(Arrangement.BROWSE)
        if article_id is not None:
            self._list.select(article_id)
        self._list.table.setFocus()
        self._show_chosen()

    def end(self) -> None:
        """The window is going away, everything is saved: leave nothing behind that was begun without a word."""
        self._ended = True
        self._editor.close_article()

    def flush(self) -> bool:
        """Save everything now and wait for it. False when the library would not take something."""
        self._properties.flush()
        is_text_kept = self._editor.flush()
        self._fields_kept = self._properties.finish()
        return is_text_kept and self._fields_kept

    @property
    def kept_aside(self) -> bool:
        """Whether what `flush` could not save would outlive the window."""
        return self._fields_kept and self._editor.kept_aside

    def refresh_preview(self) -> None:
        """The preview is shown again: let it catch up."""
        self._show_now()

    # Browsing

    def _on_selection_changed(self, _: object) -> None:
        self.subject_changed.emit()
        if self._panes.arrangement is Arrangement.BROWSE:
            self._rested.start()

    def _show_chosen(self) -> None:
        if self._panes.arrangement is not Arrangement.BROWSE:
            return
        chosen = self._list.selected()
        info = chosen[0] if len(chosen) == 1 else None
        self._properties.show_article(info)
        if self._preview is None or info is None or not self._panes.shows(Pane.PREVIEW):
            return
        articles = self._desk.site.articles

        def done(article: Article) -> None:
            now = self._list.selected()
            browsing = self._panes.arrangement is Arrangement.BROWSE
            if self._preview is not None and browsing and [i.id for i in now] == [article.id]:
                self._preview.show_article(article)

        self._desk.run(
            lambda _: articles.get(info.id), done=done, failed=lambda _: True, queue=LIBRARY_READ, owner=self
        )

    # Writing

    def _on_opened(self, article: Article) -> None:
        self._open = article
        self._drop_empty()
        self._show_now()
        self.subject_changed.emit()
        # A turn of the events later: the text and the fields in one would keep a key waiting for both.
        QTimer.singleShot(0, self, lambda: self._show_fields(article))

    def _show_fields(self, article: Article) -> None:
        if self._open is article:
            self._properties.show_article(article)

    def _on_closed(self) -> None:
        self._open = None
        self._drop_empty()
        self.subject_changed.emit()

    def _on_text_changed(self) -> None:
        current = self._editor.current()
        if current is not None and self._preview is not None and self._panes.shows(Pane.PREVIEW):
            self._preview.update_article(current)

    def _on_cursor_line(self, line: int) -> None:
        if self._preview is not None and self._panes.shows(Pane.PREVIEW):
            self._preview.follow_line(line)

    def _on_preview_line(self, line: int) -> None:
        if self.open_article is not None:
            self._editor.go_to_line(line)

    def _on_page_wanted(self, path: str) -> None:
        self._panes.show_pane(Pane.PREVIEW)
        if self._preview is not None:
            self._preview.show_path(path)

    def _show_now(self) -> None:
        current = self._editor.current()
        if self._panes.arrangement is Arrangement.BROWSE or current is None:
            self._show_chosen()
        elif self._preview is not None:
            self._preview.show_article(current)

    def _drop_empty(self) -> None:
        """An article that was begun and left without a word is no article."""
        if self._fresh.keys() - {self._editor.article_id}:
            # Behind the save with which it was left: if that failed, there is a text to come.
            self._desk.run(lambda _: None, done=lambda _: self._drop_left(), queue=WRITING, owner=self)

    def _drop_left(self) -> None:
        articles, expected = self._desk.site.articles, self._editor.expected()
        left = [self._fresh.pop(article_id) for article_id in self._fresh.keys() - expected]

        def work(_: object) -> None:
            for begun in left:
                articles.forsake(begun)

        if left:
            self._desk.run(work, failed=lambda _: True, queue=WRITING)

    # What the library says

    def _on_info(self, info: ArticleInfo) -> None:
        if self._open is not None and info.id == self._open.id:
            self._open = info
            self.subject_changed.emit()

    def _tell_gone(self, opened: ArticleInfo, info: ArticleInfo | None) -> None:
        """Why the article that was being written closes."""
        name = words.named(opened.title if info is None else info.title)
        if info is None:
            text, offer = tr("{article} was deleted for good elsewhere.", article=name), None
        else:
            text = tr("{article} was moved to the trash elsewhere.", article=name)
            offer = Offer(tr("Restore from trash"), lambda: commands.restore(self._desk, [info.id]))
        self._desk.notices.info(text[:1].upper() + text[1:], offer=offer)

    def _on_changed(self, changes: Changes) -> None:
        opened = self._open
        if opened is None or Kind.ARTICLES not in changes.kinds:
            return
        if changes.articles is not None and opened.id not in changes.articles:
            return
        articles = self._desk.site.articles

        def done(found: dict[int, ArticleInfo]) -> None:
            info = found.get(opened.id)
            if self._open is None or self._open.id != opened.id:
                return
            if info is None or (info.trashed_at is not None and self._open.trashed_at is None):
                self.close()
                if changes.articles is None:  # not done here: nobody else has told
                    self._tell_gone(opened, info)
            else:
                self._on_info(info)

        def failed(_: ChceError) -> bool:
            return True

        self._desk.run(lambda _: articles.infos([opened.id]), done=done, failed=failed, queue=LIBRARY_READ, owner=self)
