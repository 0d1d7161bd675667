"""Keeps one open article in the library: within a second of every edit, without a button, overwriting nobody.

A save names the version that it was made from. When the library holds a newer one (another window, `chce`), the two
changes are merged where they touch different sentences or fields; else the editor is asked, and until then nothing is
overwritten.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from PySide6.QtCore import QObject, QTimer, Signal

from chce_desktop.domain.article import Article, ArticlePatch
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.merging import merge_values
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.services.errors import ArticleChanged, ArticleNotFound
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.editor import rescue
from chce_desktop.ui.editor.rescue import Rescued
from chce_desktop.ui.operations import let_end

#: Saves have a queue of their own: a long import must not make a sentence wait.
WRITING = "writing"
#: The fields that are written in the editor; all others belong to the property pane.
FIELDS = ("title", "short_title", "prefix", "subtitle", "body")
_QUIET_MS = 300
_LONGEST_MS = 700
_RETRY_MS = (1_000, 2_000, 5_000, 10_000)

Values = dict[str, str]


def values_of(article: Article) -> Values:
    """The fields that the editor writes."""
    return {name: getattr(article, name) for name in FIELDS}


class Keeper(QObject):
    """One for each article that is open; `read` gives the fields as they stand in the editor."""

    #: With the library's `Article`, after each save that changed something.
    saved = Signal(object)
    #: With the `ChceError` that keeps the text out of the library, and with None once it is in again.
    held_up = Signal(object)
    #: With the values that the editor must show now: they came from elsewhere, or out of a merge.
    adopted = Signal(dict)
    #: With the new `Article` that holds the text from now on: the one that was open was deleted for good elsewhere.
    moved = Signal(object)
    #: With the library's `Article` and the names of the fields that contradict. Saving waits for `resolve`.
    contradicted = Signal(object, tuple)

    def __init__(self, desk: Desk, article: Article, read: Callable[[], Values], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._read = read
        self.article = article
        self._known = values_of(article)  # what the library holds, as it was handed to it
        self._dirty_since: float | None = None
        self._saving = False
        self._waiting = False
        self._failures = 0
        self._rescued = False
        #: Whether what the library would not take lies beside it, so that it outlives the window.
        self.aside = False
        self._ended = False
        self._before: list[Values] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._save)
        desk.changed.connect(self._on_changed)

    @property
    def unsaved(self) -> bool:
        """Whether something is not in the library yet."""
        return self._dirty_since is not None or self._saving

    def touch(self) -> None:
        """The text was edited: it is saved shortly."""
        now = time.monotonic()
        if self._dirty_since is None:
            self._dirty_since = now
        if self._saving or self._waiting:
            return
        left = _LONGEST_MS - round((now - self._dirty_since) * 1000)
        self._timer.start(max(0, min(_QUIET_MS, left)))

    def start_from(self, rescued: Rescued) -> None:
        """Merge what an earlier session could not save."""
        self._merge(rescued.base, rescued.mine, self.article)

    def resolve(self, values: Values) -> None:
        """The editor has decided: `values` stand. What was written here goes into the history before."""
        self._waiting = False
        self._before = [self._read()]
        self.adopted.emit(values)
        self.touch()

    def flush(self, seconds: float = 10.0) -> bool:
        """Save now and wait for it. False when the text could not be saved (it is kept all the same)."""
        failures = self._failures
        if self._dirty_since is not None and not self._saving and not self._waiting:
            self._timer.stop()
            self._save()
        let_end(lambda: not self.unsaved or self._waiting or self._failures != failures, seconds)
        return not self.unsaved

    def end(self) -> None:
        """The article is closed: save what is left, then go. The values of now are kept for that."""
        values = self._read()
        self._read = lambda: values
        self._ended = True
        self._desk.changed.disconnect(self._on_changed)
        if self._dirty_since is not None and not self._saving and not self._waiting:
            self._timer.stop()
            self._save()
        self._go()

    # Saving

    def _save(self) -> None:
        if self._saving or self._waiting:
            return
        values = self._read()
        known = self._before[-1] if self._before else self._known
        patch = {name: value for name, value in values.items() if value != known[name]}
        self._dirty_since = None
        if not patch and not self._before:
            self._settled()
            return
        self._saving = True
        site, article = self._desk.site, self.article
        before = list(self._before)

        def work(_: Progress) -> Article:
            after = article
            for mine in before:
                site.articles.name_revision(article.id, tr("Changed elsewhere"))
                after = site.articles.save(article.id, cast("ArticlePatch", mine), base_version=after.version)
                site.articles.name_revision(article.id, tr("Changed here at the same time"))
            return site.articles.save(article.id, cast("ArticlePatch", patch), base_version=after.version)

        self._desk.run(
            work,
            done=lambda after: self._on_saved(after, values),
            failed=lambda error: self._on_failed(error, values),
            queue=WRITING,
            owner=self,
        )

    def _on_saved(self, article: Article, values: Values) -> None:
        self._saving = False
        self._failures = 0
        self._before = []
        self.article = article
        self._known = values
        self._settled()
        self.saved.emit(article)
        if self._dirty_since is not None:
            self.touch()
        self._go()

    def _settled(self) -> None:
        if self._rescued:
            self._rescued = False
            with suppress(OSError):  # kept once more than needed: merging it again changes nothing
                rescue.forget(self._desk.site.uid, self.article.id)
            self.held_up.emit(None)

    def _on_failed(self, error: ChceError, values: Values) -> bool:
        self._saving = False
        if self._dirty_since is None:
            self._dirty_since = time.monotonic()
        if isinstance(error, ArticleChanged):
            self._fetch(lambda theirs: self._merge(self._known, self._read(), theirs))
            return True
        if isinstance(error, ArticleNotFound):
            self._begin_anew(values)
            return True
        self._failures += 1
        self._rescue(values, error)
        self._timer.start(_RETRY_MS[min(self._failures, len(_RETRY_MS)) - 1])
        return True

    def _begin_anew(self, values: Values) -> None:
        """The article was deleted for good while somebody wrote here: what was written is an article of its own."""
        self._saving = True
        articles, patch = self._desk.site.articles, {**values, "column_id": self.article.column_id}

        def done(article: Article) -> None:
            self._on_saved(article, values)
            text = tr("The article was deleted for good elsewhere. What you wrote is kept as a new draft.")
            self._desk.notices.warning(text)
            self.moved.emit(article)

        def failed(error: ChceError) -> bool:
            self._saving = False
            self._failures += 1
            self._rescue(values, error)
            self._timer.start(_RETRY_MS[-1])
            return True

        self._desk.run(
            lambda _: articles.create(cast("ArticlePatch", patch)), done=done, failed=failed, queue=WRITING, owner=self
        )

    def _rescue(self, values: Values, error: ChceError | None = None) -> None:
        """Keep the values beside the library, then tell `error`, which says why they are not in it."""
        self._rescued = True
        known, uid, article_id = self._known, self._desk.site.uid, self.article.id

        def work(_: Progress) -> bool:
            try:
                rescue.keep(uid, article_id, Rescued(values, known))
            except OSError:
                return False  # the text stays in the window, which says so
            return True

        def done(kept: bool) -> None:
            self.aside = kept
            if error is not None and self._rescued:
                self.held_up.emit(error)

        self._desk.run(work, done=done, queue=WRITING, owner=self)

    # Changes from elsewhere

    def _on_changed(self, changes: Changes) -> None:
        if Kind.ARTICLES in changes.kinds and (changes.articles is None or self.article.id in changes.articles):
            self._fetch(self._adopt, quiet=True)

    def _fetch(self, then: Callable[[Article], None], *, quiet: bool = False) -> None:
        site, article_id = self._desk.site, self.article.id

        def failed(error: ChceError) -> bool:
            if not quiet:
                self._rescue(self._read(), error)
            return True

        self._desk.run(
            lambda _: site.articles.get(article_id), done=then, failed=failed, queue=LIBRARY_READ, owner=self
        )

    def _adopt(self, theirs: Article) -> None:
        """Take over what somebody else changed, while nothing of ours is on the way."""
        self._read()  # brings the last keys of the visual editor along, which count as an edit then
        if theirs.version <= self.article.version or self.unsaved or self._waiting or self._ended:
            return  # a save of ours finds out by itself
        values = values_of(theirs)
        changed = any(values[name] != values_of(self.article)[name] for name in FIELDS)
        self.article = theirs
        if changed:
            self._known = values
            self.adopted.emit(values)
        self.saved.emit(theirs)

    def _merge(self, base: Values, mine: Values, theirs: Article) -> None:
        merged, conflicts = merge_values(base, mine, values_of(theirs))
        values = {name: str(value) for name, value in merged.items()}
        self.article = theirs
        self._known = values_of(theirs)
        self._dirty_since = time.monotonic()
        if conflicts:
            self._waiting = True
            self._rescue(mine)
            self.contradicted.emit(theirs, conflicts)
            self._go()
            return
        self.adopted.emit(values)
        if self._ended:
            self._read = lambda: values
        self._save()

    def _go(self) -> None:
        """Away, once the article is closed and nothing is left to do (a contradiction is kept by `rescue`)."""
        if self._ended and (not self.unsaved or self._waiting):
            self.deleteLater()
