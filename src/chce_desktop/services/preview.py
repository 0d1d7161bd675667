"""The site as readers will get it, page by page, with the text that is being written laid over the library's."""

from __future__ import annotations

import hashlib
import html
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from chce_desktop.domain.article import Article, ArticleInfo
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.snapshot import Bodies, SiteSnapshot
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.services import snapshot
from chce_desktop.services.site import Site
from chce_desktop.sitegen.errors import PageNotFound
from chce_desktop.sitegen.generator import Generator

#: What may differ between two states of an article without any other page noticing.
_OWN = frozenset({"body", "body_hash", "characters", "version", "updated_at"})
_SHOWN = tuple(field.name for field in fields(Article) if field.name not in _OWN)
_INFO = tuple(field.name for field in fields(ArticleInfo))


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as a web server would give it."""

    status: int
    mime: str
    body: bytes


class Preview:
    """Renders pages on demand. Safe to call from any thread; calls wait for each other."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = threading.Lock()
        #: The library or the theme's files have changed. Whoever says so does not wait for a page that is being made.
        self._outdated = threading.Event()
        self._snapshot: SiteSnapshot | None = None
        self._generator: Generator | None = None
        self._overlay: Article | None = None
        self._settings: Mapping[str, Any] = {}
        self._unsubscribe = site.subscribe(self._on_changes)

    def close(self) -> None:
        """Hear of no more changes."""
        self._unsubscribe()

    def overlay(self, article: Article | None) -> None:
        """Lay the article as it stands in the editor over the library's (None: nothing any more)."""
        with self._lock:
            before, self._overlay = self._overlay, article
            if self._generator is None:
                return
            if before is None or article is None or any(getattr(before, n) != getattr(article, n) for n in _SHOWN):
                self._generator = None
            else:
                self._generator.load(())  # forgets the body that was rendered before

    def lay_settings(self, changes: Mapping[str, Any]) -> None:
        """Show the site as it would be with these fields of its settings; none: as it is."""
        with self._lock:
            self._settings = dict(changes)
            self._generator = None

    def renew(self) -> None:
        """Look at everything again, the files of the site's theme folder too."""
        self._outdated.set()

    def page(self, path: str) -> Reply:
        """The file at a public path such as `xinwen/index.html`; a page that explains itself where there is none."""
        with self._lock:
            try:
                generator = self._current()
                try:
                    rendered = generator.render(path)
                except PageNotFound:
                    return Reply(404, "text/html", generator.render("404.html").body)
            except ChceError as error:
                return Reply(500, "text/html", _explained(error))
        return Reply(200, rendered.mime, rendered.body)

    def article_path(self, article_id: int) -> str:
        """The public path of an article. Raises ArticleNotFound."""
        with self._lock:
            overlay = self._overlay
            if overlay is not None and overlay.id == article_id:
                return self._current().article_path(overlay)
        info = self._site.articles.get(article_id)
        with self._lock:
            return self._current().article_path(info)

    def body_html(self, article: Article) -> str:
        """The body as the article's page shows it, sanitised, with `data-line` (counted from 0) on its blocks."""
        with self._lock:
            return self._current().body_html(article, article.body)

    def _current(self) -> Generator:
        if self._outdated.is_set():
            self._outdated.clear()
            self._snapshot = self._generator = None
        if self._generator is None:
            if self._snapshot is None:
                self._snapshot = snapshot.take(self._site)
            self._generator = Generator(self._laid_over(self._snapshot), preview=True)
        return self._generator

    def _laid_over(self, taken: SiteSnapshot) -> SiteSnapshot:
        mine = self._overlay
        if self._settings:
            taken = replace(taken, settings=replace(taken.settings, **self._settings))
        if mine is None:
            return taken
        digest = hashlib.sha256(mine.body.encode("utf-8", "surrogatepass")).hexdigest()
        shown = ArticleInfo(**{name: getattr(mine, name) for name in _INFO})
        others = [info for info in taken.articles if info.id != mine.id]
        place = next((n for n, info in enumerate(others) if (info.date, info.id) < (mine.date, mine.id)), len(others))
        articles = (*others[:place], replace(shown, body_hash=digest), *others[place:])
        withdrawn = tuple(info for info in taken.withdrawn if info.id != mine.id)
        return replace(taken, articles=articles, withdrawn=withdrawn, bodies=_Bodies(self, taken.bodies))

    def _on_changes(self, changes: Changes) -> None:
        own = self._overlay
        if own is not None and changes.kinds == {Kind.ARTICLES} and changes.articles == frozenset({own.id}):
            return  # the overlay is newer than what was saved
        self._outdated.set()


class _Bodies:
    """The library's bodies, with the text that is being written in its place."""

    def __init__(self, preview: Preview, library: Bodies) -> None:
        self._preview = preview
        self._library = library

    def get(self, article_ids: Iterable[int]) -> Mapping[int, str]:
        mine = self._preview._overlay  # noqa: SLF001 - one mechanism; the caller holds the lock
        wanted = list(article_ids)
        if mine is None or mine.id not in wanted:
            return self._library.get(wanted)
        others = [article_id for article_id in wanted if article_id != mine.id]
        return {**(self._library.get(others) if others else {}), mine.id: mine.body}


def _explained(error: ChceError) -> bytes:
    title = tr("This page cannot be shown")
    parts = [f"<h1>{html.escape(title)}</h1>", f"<p>{html.escape(error.title)}</p>"]
    if error.hint:
        parts.append(f"<p>{html.escape(error.hint)}</p>")
    if error.detail:
        parts.append(f"<pre>{html.escape(error.detail)}</pre>")
    style = "<style>body{font:16px/1.7 sans-serif;max-width:40em;margin:3em auto;padding:0 1em}</style>"
    return f"<!doctype html><meta charset=utf-8><title>{html.escape(title)}</title>{style}{''.join(parts)}".encode()
