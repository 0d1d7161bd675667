"""The preview panel: follows what is written, and lets one click through the whole site."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from chce_desktop.domain.article import Article
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress
from chce_desktop.jobs.queues import LIBRARY_READ, PREVIEW
from chce_desktop.services.preview import Preview, Reply
from chce_desktop.ui.appearance import is_dark, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.notices import confirm
from chce_desktop.ui.preview import scheme
from chce_desktop.ui.preview.bar import PreviewBar
from chce_desktop.ui.preview.themewatch import ThemeWatch

if TYPE_CHECKING:  # the web engine is loaded when the panel is first seen
    from chce_desktop.ui.preview.browser import SitePage, SiteView
    from chce_desktop.ui.preview.frame import Frame

#: Rendering what is typed has a queue of its own: it never waits for a page that is being loaded.
_TYPING = "preview-typing"
#: A keystroke is rendered after so long, so that a burst of them is rendered once.
_KEYSTROKE_MS = 20
#: Changes of the rest of the page (title, column, other articles) may take this much longer.
_PAGE_MS = 300
#: No line was pointed at yet: the page shows from its top.
_TOP = -1
#: What the editor writes; the library's state of these is older than the window's.
_WRITTEN = ("title", "short_title", "prefix", "subtitle", "body")
_OWN = frozenset({"body", "body_hash", "characters", "version", "updated_at"})
_SHOWN = tuple(field.name for field in fields(Article) if field.name not in _OWN)


class PreviewPanel(QWidget):
    """Shows one page of the site. The web engine starts when the panel is first seen."""

    #: With a source line, counted from 0: its block was clicked.
    line_clicked = Signal(int)
    #: With the public path of the page that shows now.
    path_changed = Signal(str)
    #: The body on the page is the one that was last given.
    body_shown = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preview_panel")
        self.setAccessibleName(tr("Preview"))
        self._desk = desk
        self._preview = Preview(desk.site)
        self._view: SiteView | None = None
        self._starting = False
        self._article: Article | None = None
        self._article_path = ""
        self._path = "index.html"
        self._line = _TOP
        self._loaded = False
        #: Something changed while the page was loading, which it may have missed.
        self._missed = False
        self._rendering = False
        self._behind = False
        self.bar = PreviewBar(self)
        self.setMinimumWidth(240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._frame_holder = QWidget(self)
        self._stack = QStackedLayout(self._frame_holder)
        # The view lies below the placeholder and has its size from the start: a page laid out twice loses its place.
        self._stack.setStackingMode(QStackedLayout.StackingMode.StackAll)
        self._waiting = QLabel(tr("The page appears here in a moment."), self)
        self._waiting.setObjectName("preview_waiting")
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._waiting.setAutoFillBackground(True)
        set_role(self._waiting, "hint")
        self._stack.addWidget(self._waiting)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._frame_holder, 1)
        self._frame: Frame | None = None
        self._keystroke = self._timer(_KEYSTROKE_MS, self._render_body)
        self._page_later = self._timer(_PAGE_MS, self._render_page)
        desk.changed.connect(self._on_changed)
        self.bar.home.clicked.connect(lambda: self.show_path("index.html"))
        self.bar.article.clicked.connect(self.show_article_page)
        self.bar.dark.setChecked(is_dark())
        self.bar.dark_chosen.connect(self._on_dark)
        self.bar.embeds.clicked.connect(self._on_consent)
        self.theme_watch = ThemeWatch(desk, self)
        self.theme_watch.changed.connect(self._on_reload)

    # What others ask

    @property
    def path(self) -> str:
        """The public path of the page that shows (or will, once the web engine is there)."""
        return self._path

    @property
    def page(self) -> SitePage | None:
        """The page of the web engine, once it is there."""
        return self._view.site_page if self._view is not None else None

    def show_article(self, article: Article) -> None:
        """Show an article's page as it stands in `article`, and follow it from now on."""
        self._article = article
        self._line = _TOP
        self._locate(article, go=True)

    def update_article(self, article: Article) -> None:
        """The article that is followed changed: its body shows at once, everything else of the page shortly after."""
        before, self._article = self._article, article
        if before is None or before.id != article.id:
            self.show_article(article)
            return
        if before.body != article.body:
            self._start_keystroke()
        if any(getattr(before, name) != getattr(article, name) for name in _SHOWN):
            self._page_later.start()

    def set_text(self, markdown: str) -> None:
        """The same for the body alone."""
        if self._article is not None:
            self.update_article(replace(self._article, body=markdown))

    def close_article(self) -> None:
        """Follow no article any more; the page stays."""
        self._article = None
        self._article_path = ""
        self._desk.run(lambda _: self._preview.overlay(None), queue=PREVIEW)

    def show_article_page(self) -> None:
        """Back to the page of the article that is being written."""
        if self._article is not None:
            self._locate(self._article, go=True)

    def show_path(self, path: str) -> None:
        """Show a page of the site by its public path, such as `xinwen/index.html`."""
        self._path = path
        self.bar.show_path(path)
        if self._view is not None:
            self._loaded = False
            self._view.site_page.setUrl(scheme.url_of(path))

    def follow_line(self, line: int) -> None:
        """Show the block of a source line (counted from 0)."""
        self._line = line
        if self._view is not None and self._on_article_page and self._loaded:
            self._view.call("follow", str(line))

    def close_preview(self) -> None:
        """Take the web engine apart. Call before the desk is closed."""
        self._keystroke.stop()
        self._page_later.stop()
        self.theme_watch.stop()
        self._desk.changed.disconnect(self._on_changed)
        self._preview.close()
        if self._view is not None:
            self._view.dispose()
            self._view = None

    # Keeping up

    @property
    def _on_article_page(self) -> bool:
        return self._article is not None and self._path == self._article_path

    def _locate(self, article: Article, *, go: bool) -> None:
        """Lay the article over the library's, and go to its page (or stay where one is)."""

        def work(_: Progress) -> str:
            self._preview.overlay(article)
            return self._preview.article_path(article.id)

        def done(path: str) -> None:
            if self._article is None or self._article.id != article.id:
                return
            moved = path != self._article_path and self._on_article_page
            self._article_path = path
            if go or moved:
                self.show_path(path)

        self._desk.run(work, done=done, queue=PREVIEW, owner=self)

    def _start_keystroke(self) -> None:
        if self._rendering:
            self._behind = True
        elif not self._keystroke.isActive():
            self._keystroke.start()

    def _render_body(self) -> None:
        article = self._article
        if article is None or self._rendering:
            return
        self._rendering = True
        self._behind = False
        preview = self._preview

        def work(_: Progress) -> str:
            preview.overlay(article)
            return preview.body_html(article)

        def done(html: str) -> None:
            self._rendering = False
            current = self._article is not None and self._article.id == article.id
            if self._view is not None and current and self._on_article_page and self._loaded:
                self._view.call("body", json.dumps(html, ensure_ascii=False))
                if self._line != _TOP:
                    self._view.call("follow", str(self._line))
                self.body_shown.emit()
            if self._behind:
                self._start_keystroke()

        def failed(_: ChceError) -> bool:
            self._rendering = False
            return False

        self._desk.run(work, done=done, failed=failed, queue=_TYPING, owner=self)

    def _render_page(self) -> None:
        """The page again with whatever changed, in its place."""
        article, path = self._article, self._path
        if self._view is None:
            return
        preview = self._preview

        def work(_: Progress) -> tuple[str, Reply]:
            if article is not None:
                preview.overlay(article)
            now = preview.article_path(article.id) if article is not None else ""
            return now, preview.page(now if path == self._article_path and now else path)

        def done(result: tuple[str, Reply]) -> None:
            now, reply = result
            follows = self._on_article_page
            if article is not None and self._article is not None and self._article.id == article.id:
                moved, self._article_path = now != self._article_path, now
                if moved and follows:
                    self.show_path(now)
                    return
            if self._view is None or self._path != path or reply.mime != "text/html":
                return
            if self._loaded:
                self._view.call("page", json.dumps(reply.body.decode("utf-8", "replace"), ensure_ascii=False))
            else:
                self._missed = True

        self._desk.run(work, done=done, queue=PREVIEW, owner=self)

    def _on_changed(self, changes: Changes) -> None:
        article = self._article
        if article is None or (changes.articles is not None and article.id not in changes.articles):
            self._page_later.start()
            return
        articles = self._desk.site.articles

        def done(found: Article) -> None:
            if self._article is not None and self._article.id == found.id:
                written = {name: getattr(self._article, name) for name in _WRITTEN}
                self.update_article(replace(found, **written))
                if changes.articles != frozenset({found.id}) or changes.kinds != {Kind.ARTICLES}:
                    self._page_later.start()

        self._desk.run(
            lambda _: articles.get(article.id), done=done, failed=lambda _: True, queue=LIBRARY_READ, owner=self
        )

    # The web engine

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._start()

    def _start(self) -> None:
        """Load the web engine in the background, then make the view: the window is painted and answers before."""
        if self._view is not None or self._starting:
            return
        self._starting = True
        QTimer.singleShot(0, self._make_view)

    def _make_view(self) -> None:
        from chce_desktop.ui.preview.browser import SiteView
        from chce_desktop.ui.preview.frame import Frame

        frame = Frame(self)
        view = SiteView(self._desk, self._preview, frame)
        frame.set_view(view)
        self._frame, self._view = frame, view
        view.server.color_scheme = "dark" if self.bar.dark.isChecked() else "light"
        view.guard.held_back.connect(self._on_held_back)
        page = view.site_page
        page.line_clicked.connect(self.line_clicked)
        page.left_site.connect(self._on_left_site)
        page.urlChanged.connect(self._on_url)
        page.loadStarted.connect(self._on_load_started)
        page.loadFinished.connect(self._on_load_finished)
        self.bar.back.clicked.connect(view.back)
        self.bar.forward.clicked.connect(view.forward)
        self.bar.reload.clicked.connect(self._on_reload)
        self.bar.width_chosen.connect(frame.set_width)
        self._stack.insertWidget(0, frame)
        self._stack.setCurrentWidget(self._waiting)
        self.show_path(self._path)

    def _on_load_started(self) -> None:
        self._loaded = False
        self.bar.embeds.hide()

    def _on_load_finished(self, ok: bool) -> None:
        if self._view is None:
            return
        self._loaded = ok
        if self._frame is not None and self._waiting.isVisible():
            self._stack.setCurrentWidget(self._frame)
            self._waiting.hide()
        history = self._view.history()
        self.bar.back.setEnabled(history.canGoBack())
        self.bar.forward.setEnabled(history.canGoForward())
        if ok and self._on_article_page:
            self._render_body()  # what was written while the page loaded
        if ok and self._missed:
            self._missed = False
            self._page_later.start()

    def _on_url(self, url: QUrl) -> None:
        path = scheme.path_of(url)
        if path is not None:
            self._path = path
            self.bar.show_path(path)
            self.path_changed.emit(path)

    def _on_left_site(self, url: QUrl) -> None:
        if url.scheme() not in ("http", "https", "mailto"):
            return
        confirm(
            self,
            tr("Open this address in your browser?"),
            hint=url.toDisplayString(),
            yes=tr("Open"),
            on_yes=lambda: QDesktopServices.openUrl(url),
        )

    def _on_dark(self, dark: bool) -> None:
        if self._view is not None:
            self._view.server.color_scheme = "dark" if dark else "light"
            self._view.site_page.triggerAction(self._view.site_page.WebAction.ReloadAndBypassCache)

    def _on_reload(self) -> None:
        """Look at everything again, the files of the theme too."""
        preview = self._preview

        def show(_: None) -> None:
            if self._view is not None:
                self._view.reload()

        self._desk.run(lambda _: preview.renew(), done=show, queue=PREVIEW, owner=self)

    def _on_held_back(self, host: str) -> None:
        self.bar.embeds.setToolTip(tr("Show what this page embeds from other sites, such as {host}", host=host))
        self.bar.embeds.show()

    def _on_consent(self) -> None:
        if self._view is not None:
            self._view.guard.consent = True
            self._view.reload()

    def _timer(self, milliseconds: int, call: Callable[[], object]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(call)
        return timer
