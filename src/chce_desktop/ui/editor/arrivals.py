"""Pictures that the text names and the library does not have yet: brought in, named anew, or refused."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QTextCursor, QTextDocument

from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import Progress
from chce_desktop.services.pasting import Fetched, PictureNotFetched, fetch_pictures, with_pictures, without_picture
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.editor.keeper import WRITING
from chce_desktop.ui.editor.source_editor import SourceEditor
from chce_desktop.ui.notices import Offer

#: Pictures have a queue of their own: they may not keep a save waiting.
PICTURES = "pictures"
#: Those that come within so many milliseconds are named at once: each change of the text is shown and saved.
_GATHER = 250


@dataclass(frozen=True, slots=True)
class Refused:
    """A picture that did not come: `name` is what the text calls it, `address` where it was looked for."""

    name: str
    address: str
    reason: str
    article: int | None

    @property
    def shown(self) -> str:
        """The address for people; one of a picture within the pasted text says nothing."""
        return tr("Picture of the pasted text") if self.address.startswith("data:") else self.address


class Arrivals(QObject):
    """Brings pictures in for one editor. The text may change meanwhile, in the source or in the visual editor."""

    #: What `here` tells has changed.
    changed = Signal()

    def __init__(
        self,
        desk: Desk,
        source: SourceEditor,
        settle: Callable[[], object],
        article: Callable[[], int | None],
        parent: QObject,
    ) -> None:
        """`settle` brings edits of the visual editor into `source`; `article` tells which one is open."""
        super().__init__(parent)
        self._desk = desk
        self._source = source
        self._settle = settle
        self._article = article
        self._refused: dict[str, Refused] = {}
        #: Called by the message about refused pictures.
        self.ask: Callable[[], object] = lambda: None
        self._renames: dict[int | None, dict[str, str]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_GATHER)
        self._timer.timeout.connect(self._rename)
        self._revision = -1

    def here(self) -> tuple[Refused, ...]:
        """What the open article waits for: refused, and still in its text."""
        text, article = self._source.toPlainText(), self._article()
        return tuple(
            each
            for each in self._refused.values()
            if each.article == article and (each.name in text or html.escape(each.name) in text)
        )

    def inserted(self) -> None:
        """Called right after a paste: what its pictures are called later is undone together with it."""
        self._revision = self._source.document().revision()

    def fetch(self, wanted: Mapping[str, str], article: int | None = None) -> None:
        """Bring pictures in. `wanted`: what the text calls each → its address (http, https, data, file).

        `article`: whose text, None for the open one's.
        """
        if not wanted:
            return
        names: dict[str, list[str]] = {}
        for name, address in wanted.items():
            names.setdefault(address, []).append(name)
            self._refused.pop(name, None)
        self.changed.emit()
        site, post = self._desk.site, self._desk.operations.post
        article = self._article() if article is None else article
        waiting = dict(wanted)

        def arrived(fetched: Fetched) -> None:
            item = fetched.item
            if item is not None:
                post(lambda: self._arrived(article, names[fetched.address], item.path, waiting))

        def work(progress: Progress) -> tuple[Fetched, ...]:
            return fetch_pictures(site, list(names), progress=progress, on_result=arrived)

        def done(results: tuple[Fetched, ...]) -> None:
            refused = [
                Refused(name, result.address, _reason(result.error), article)
                for result in results
                if result.error is not None
                for name in names[result.address]
            ]
            self._refuse(article, refused)

        def failed(error: ChceError) -> bool:
            if isinstance(error, Cancelled):
                stopped = [Refused(name, address, tr("It was stopped."), article) for name, address in waiting.items()]
                self._refuse(article, stopped)
            return False

        label = tr("Fetching pictures")
        self._desk.run(work, done=done, failed=failed, queue=PICTURES, label=label, owner=self)

    def replace(self, name: str, path: str) -> None:
        """Let every picture of the text that is called `name` show `path` of the library."""
        self._refused.pop(name, None)
        self._arrived(self._article(), [name], path, {})
        self.changed.emit()

    def remove(self, names: Sequence[str]) -> None:
        """Take pictures out of the text; one undo step."""
        self._settle()
        text = self._source.toPlainText()
        for name in names:
            text = without_picture(text, name)
            self._refused.pop(name, None)
        self._source.replace_text(text)
        self.changed.emit()

    def flush(self) -> None:
        """Name at once what has come."""
        if self._timer.isActive():
            self._timer.stop()
            self._rename()

    # Inside

    def _arrived(self, article: int | None, names: Sequence[str], path: str, waiting: dict[str, str]) -> None:
        for name in names:
            waiting.pop(name, None)
            self._renames.setdefault(article, {})[name] = path
        if not self._timer.isActive():
            self._timer.start()

    def _refuse(self, article: int | None, refused: Sequence[Refused]) -> None:
        if not refused:
            return
        here = article == self._article()
        self._refused.update((each.name, each) for each in refused)
        self.changed.emit()
        self._desk.notices.warning(
            trn("{n} picture could not be brought in.", "{n} pictures could not be brought in.", len(refused)),
            hint=tr("It is marked in the text.") if len(refused) == 1 else tr("They are marked in the text."),
            detail="\n".join(f"{each.shown[:200]}\n  {each.reason}" for each in refused),
            offer=Offer(tr("Look at them…"), self.ask) if here else None,
        )

    def _rename(self) -> None:
        by_article, self._renames = self._renames, {}
        renames = by_article.pop(self._article(), {})
        for article, found in by_article.items():
            if article is not None:  # another one is open by now; its pictures come all the same
                self._rename_elsewhere(article, found)
        if not renames:
            return
        self._settle()
        document = self._source.document()
        cursor = QTextCursor(document)
        if document.revision() == self._revision:
            cursor.joinPreviousEditBlock()
        else:
            cursor.beginEditBlock()
        for old, new in renames.items():
            for mark in dict.fromkeys((f"({old}", f'"{old}"', f'"{html.escape(old)}"')):
                _replace(document, mark, f"{mark[0]}{new}{mark[-1] if mark[-1] == mark[0] else ''}")
        cursor.endEditBlock()
        self._revision = document.revision()

    def _rename_elsewhere(self, article: int, renames: Mapping[str, str]) -> None:
        articles = self._desk.site.articles

        self._desk.run(
            lambda _: articles.rewrite(article, lambda body: with_pictures(body, renames)),
            queue=WRITING,  # behind the save with which it was left
            owner=self,
        )


def _replace(document: QTextDocument, mark: str, new: str) -> None:
    found = document.find(mark, 0, QTextDocument.FindFlag.FindCaseSensitively)
    while not found.isNull():
        if mark.endswith('"') or document.characterAt(found.selectionEnd()) in (")", " "):
            found.insertText(new)
        found = document.find(mark, found, QTextDocument.FindFlag.FindCaseSensitively)


def _reason(error: ChceError) -> str:
    reason = error.reason if isinstance(error, PictureNotFetched) else error.title
    return reason[:1].upper() + reason[1:]
