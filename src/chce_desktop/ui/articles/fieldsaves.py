"""What was changed in an article's fields and is not in the library yet: it waits, is on its way, or was not taken."""

from __future__ import annotations

import time
from typing import Any, cast

from PySide6.QtCore import QObject, QTimer, Signal

from chce_desktop.domain.article import ArticleInfo, ArticlePatch
from chce_desktop.foundation.errors import ChceError
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.operations import let_end

#: A change is saved this long after the last one, and this long after the first at the latest (milliseconds).
_SAVE_AFTER, _LONGEST = 600, 700
#: These mean something only when they are whole.
_WHOLE = frozenset(("slug", "tags"))


class FieldSaves(QObject):
    """Saves the fields of one article at a time, a moment after they were changed.

    What the library would not take stays in its fields and goes along with the next save. An address goes by itself,
    so that one that is taken already keeps nothing else from being saved; it waits until it is put right.
    """

    #: With the `ArticleInfo` as saved, of whatever article.
    saved = Signal(object)
    #: With the `ChceError` for which the address was not taken.
    address_refused = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._article_id: int | None = None
        self._pending: dict[str, Any] = {}
        self._refused: dict[str, Any] = {}
        #: The articles whose saves are on their way, each as often as there are saves.
        self._saving: list[int] = []
        self._since = 0.0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SAVE_AFTER)
        self._soon.timeout.connect(self.flush)

    def begin(self, article_id: int | None) -> None:
        """The fields are another article's from now on. What was changed in those of the one before is saved first."""
        self.flush()
        self._article_id, self._refused = article_id, {}

    def change(self, key: str, value: object) -> None:
        """A field was changed."""
        if self._article_id is not None:
            now = time.monotonic()
            if self._pending.keys() <= _WHOLE:
                self._since = now
            self._pending[key] = value
            left = _SAVE_AFTER if key in _WHOLE else _LONGEST - round((now - self._since) * 1000)
            self._soon.start(max(0, min(_SAVE_AFTER, left)))

    def leave_out(self, key: str) -> None:
        """What the field says now cannot be saved."""
        self._pending.pop(key, None)

    def forget(self) -> None:
        """The article is gone."""
        self._pending, self._refused = {}, {}

    @property
    def are_ahead(self) -> bool:
        """Whether the fields may say something else than the library because it has not taken it yet."""
        return bool(self._pending or self._refused or self._article_id in self._saving)

    @property
    def is_address_refused(self) -> bool:
        """Whether the address is still to be put right."""
        return "slug" in self._refused

    def flush(self) -> None:
        """Save now what has not been saved yet."""
        self._soon.stop()
        if self._article_id is None:
            return
        again = {key: self._refused.pop(key) for key in [*self._refused] if key != "slug"}
        patch, self._pending = again | self._pending, {}
        address = {"slug": patch.pop("slug")} if "slug" in patch else {}
        for part in (patch, address):
            if part:
                self._save(self._article_id, part)

    def finish(self) -> bool:
        """Save now and wait for it. False when the library would not take something (an address does not count)."""
        self.flush()
        let_end(lambda: not self._saving)
        return not self._saving and not self._refused.keys() - {"slug"}

    def _save(self, article_id: int, patch: dict[str, Any]) -> None:
        articles = self._desk.site.articles
        self._saving.append(article_id)

        def done(info: ArticleInfo) -> None:
            self._saving.remove(article_id)
            if article_id == self._article_id:
                for key in patch:
                    self._refused.pop(key, None)
            self.saved.emit(info)

        def failed(error: ChceError) -> bool:
            self._saving.remove(article_id)
            if article_id != self._article_id:
                return False
            self._refused |= patch
            if "slug" not in patch:
                return False
            self.address_refused.emit(error)  # told beside the field
            return True

        self._desk.run(
            lambda _: articles.save(article_id, cast("ArticlePatch", patch)), done=done, failed=failed, owner=self
        )
