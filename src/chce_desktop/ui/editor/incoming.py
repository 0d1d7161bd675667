"""Paste and drop: whatever comes becomes clean Markdown, and its pictures come into the media library."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QTextCursor

from chce_desktop.domain.article import Article
from chce_desktop.domain.media import MediaItem
from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import Progress
from chce_desktop.services.pasting import Converted, markdown_of_html, renamed_notes
from chce_desktop.ui.articles import words
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.editor.arrivals import PICTURES, Arrivals
from chce_desktop.ui.editor.keeper import WRITING
from chce_desktop.ui.editor.source_editor import MARKDOWN_MIME, SourceEditor
from chce_desktop.ui.editor.visual.editor import VisualEditor
from chce_desktop.ui.media.clipboard import image_of
from chce_desktop.ui.media.model import MEDIA_MIME
from chce_desktop.ui.operations import Running

T = TypeVar("T")

#: Conversions have a queue of their own: they may not keep a save waiting.
PASTING = "pasting"
_BRACKET, _ESCAPED = re.compile(r"[\\\[\]*_`<]"), r"\\\g<0>"
#: More characters and lines than any article has; the editor would stand still for seconds.
_LONGEST, _MOST_LINES = 500_000, 12_000
#: Lines are broken nowhere in it, and Qt looks for a place again and again.
_UNBREAKABLE = re.compile("[!-~]{100000}")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something is to be inserted: a cursor in the text of an article, in the editor that showed it."""

    cursor: QTextCursor
    article: int | None
    text: int

    def is_in(self, editor: SourceEditor | VisualEditor) -> bool:
        """Whether the cursor still means its place: that editor shows, and has shown no other text since."""
        return self.cursor.document() is editor.document() and self.text == editor.texts_shown


class Incoming(QObject):
    """Takes what the editor's paste and drop hand out, and what the picture buttons choose."""

    #: Something has come, or will not come.
    settled = Signal()

    def __init__(self, desk: Desk, editor: SourceEditor, article: Callable[[], int | None]) -> None:
        """`article` tells which article is open."""
        super().__init__(editor)
        self._desk = desk
        self._source = editor
        self._article = article
        self._editor: SourceEditor | VisualEditor = editor
        self._on_the_way: list[tuple[int | None, Running]] = []
        self.arrivals = Arrivals(desk, editor, self._settle, article, self)
        editor.incoming.connect(self.take)

    def set_editor(self, editor: SourceEditor | VisualEditor) -> None:
        """Insert into this one from now on."""
        self._editor = editor

    def awaited_by(self) -> set[int | None]:
        """The articles that something is still on its way to: they may look empty and are not."""
        self._on_the_way = [each for each in self._on_the_way if not each[1].over]
        return {article for article, _ in self._on_the_way}

    def take(self, source: QMimeData, plain: bool) -> None:
        """Insert the content of `source` at the cursor."""
        text = source.text() if source.hasText() else ""
        if plain:
            self._insert_text(text)
        elif source.hasFormat(MARKDOWN_MIME):
            markdown = bytes(source.data(MARKDOWN_MIME).data()).decode()
            self._insert_at(self._place(), markdown, block="\n\n" in markdown.strip("\n"))
        elif source.hasFormat(MEDIA_MIME):
            self.insert_media(bytes(source.data(MEDIA_MIME).data()).decode().splitlines())
        elif files := [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]:
            self.add_files(files)
        elif source.hasImage() and not text.strip():
            self._add_image(source)
        elif source.hasHtml() and not source.hasFormat("vscode-editor-data"):
            self._add_html(source.html(), text)
        else:
            self._insert_text(text)

    def add_files(self, files: Sequence[Path]) -> None:
        """Bring files into the library and insert pictures and links to attachments, in order."""

        def work(progress: Progress) -> tuple[list[MediaItem], list[ChceError]]:
            items: list[MediaItem] = []
            errors: list[ChceError] = []
            for number, file in enumerate(files):
                progress.check()
                progress.report(tr("Bringing in files"), number, len(files))
                try:
                    items.append(self._desk.site.media.add_file(file))
                except Cancelled:
                    raise
                except ChceError as error:
                    errors.append(error)
            return items, errors

        place = self._place()

        def done(result: tuple[list[MediaItem], list[ChceError]]) -> None:
            items, errors = result
            self._insert_at(place, "\n\n".join(markdown_of(item) for item in items), block=True)
            if len(errors) == 1:
                self._desk.notices.warning(errors[0].title, hint=errors[0].hint, detail=errors[0].detail)
            elif errors:
                self._desk.notices.warning(
                    trn("{n} file could not be brought in.", "{n} files could not be brought in.", len(errors)),
                    hint=errors[0].hint,
                    detail="\n".join(error.title for error in errors),
                )

        label = tr("Bringing in files") if len(files) > 1 else ""
        self._bring(place, work, done, label=label)

    def insert_media(self, paths: Sequence[str]) -> None:
        """Insert files of the media library by their paths."""
        place = self._place()

        def done(items: list[MediaItem]) -> None:
            self._insert_at(place, "\n\n".join(markdown_of(item) for item in items), block=True)

        media = self._desk.site.media
        self._bring(place, lambda _: [media.get(path) for path in paths], done)

    # Inside

    def _add_image(self, source: QMimeData) -> None:
        work, name = image_of(source), tr("Pasted picture")
        place = self._place()
        self._bring(
            place,
            lambda _: self._desk.site.media.add_bytes(work(), f"{name}.png", picture=True),
            lambda item: self._insert_at(place, markdown_of(item), block=True),
        )

    def _add_html(self, html: str, text: str) -> None:
        place = self._place()

        def done(converted: Converted) -> None:
            self._settle()
            here, wanted = place.article == self._article(), {}
            markdown = renamed_notes(converted.markdown, self._source.toPlainText()) if here else converted.markdown
            mark = secrets.token_hex(4)
            for address in converted.pictures:
                name = f"incoming:{mark}-{address[5:]}" if address.startswith("data:") else address
                markdown = markdown.replace(f"({address}", f"({name}").replace(f'"{address}"', f'"{name}"')
                wanted[name] = converted.data[int(address[5:])] if address.startswith("data:") else address
            self._insert_at(place, markdown or text, block="\n" in markdown.strip())
            if here:
                self._settle()
                self.arrivals.inserted()
            self.arrivals.fetch(wanted, place.article)
            if converted.lost:
                self._desk.notices.warning(
                    trn("{n} picture was left behind.", "{n} pictures were left behind.", converted.lost),
                    hint=tr("The other program gives pictures only to itself. Copy or save them one by one."),
                )

        def failed(error: ChceError) -> bool:
            self._insert_at(place, text, block=False)
            self._desk.notices.warning(error.title, hint=error.hint)
            return True

        self._bring(place, lambda _: markdown_of_html(html), done, failed=failed, queue=PASTING)

    def _bring(
        self,
        place: _Place,
        work: Callable[[Progress], T],
        done: Callable[[T], object],
        *,
        failed: Callable[[ChceError], object] | None = None,
        queue: str = PICTURES,
        label: str = "",
    ) -> None:
        running = self._desk.run(work, done=done, failed=failed, queue=queue, label=label, owner=self)
        self._on_the_way.append((place.article, running))
        running.ended.connect(self.settled)

    def _place(self) -> _Place:
        """The cursor of now, the selection removed; it stays at its text while other text is written."""
        cursor = self._editor.textCursor()
        cursor.removeSelectedText()
        place = QTextCursor(cursor)
        place.setKeepPositionOnInsert(True)
        return _Place(place, self._article(), self._editor.texts_shown)

    def _too_long(self, text: str) -> bool:
        if len(text) <= _LONGEST and text.count("\n") <= _MOST_LINES and _UNBREAKABLE.search(text) is None:
            return False
        self._desk.notices.warning(
            tr("The copied text is too long for one article ({n} characters).", n=f"{len(text):,}"),
            hint=tr("Nothing was inserted. Copy it in smaller pieces."),
        )
        return True

    def _insert_text(self, text: str) -> None:
        if self._too_long(text):
            return
        self._editor.insert_plain(text.replace("\r\n", "\n").replace("\r", "\n"))

    def _insert_at(self, place: _Place, text: str, *, block: bool) -> None:
        if not text or self._too_long(text):
            return
        if place.article != self._article():  # another one was opened meanwhile
            if place.article is not None:
                self._append(place.article, text)
            return
        editor = self._editor
        if isinstance(editor, VisualEditor) and editor.is_loading:  # it shows what the source has by then
            at, before = editor.place(), len(self._source.toPlainText())
            self._source.insert_at(self._source.cursor_at(at), text, block=block)
            editor.go_to_place(at + len(self._source.toPlainText()) - before)
            return
        caret = editor.textCursor()
        cursor = place.cursor if place.is_in(editor) else QTextCursor(caret)
        cursor.clearSelection()
        cursor.setKeepPositionOnInsert(False)
        follow = caret.position() == cursor.position()
        editor.insert_at(cursor, text, block=block)
        if follow:
            editor.setTextCursor(cursor)
            editor.ensureCursorVisible()

    def _append(self, article_id: int, text: str) -> None:
        """Put what was meant for an article that is open no longer at its end: its cursor went with its text."""
        articles = self._desk.site.articles

        def longer(body: str) -> str:
            return "\n\n".join(part for part in (body.rstrip("\n"), renamed_notes(text, body)) if part) + "\n"

        def done(article: Article) -> None:
            name = words.named(article.title)
            self._desk.notices.info(tr("What was on its way came to the end of {article}.", article=name))

        self._desk.run(lambda _: articles.rewrite(article_id, longer), done=done, queue=WRITING)

    def _settle(self) -> None:
        if isinstance(self._editor, VisualEditor):
            self._editor.settle()


def markdown_of(item: MediaItem) -> str:
    """How a file of the library stands in a text."""
    if item.is_picture:
        caption = f' "{item.caption.replace(chr(34), "”")}"' if item.caption else ""
        return f"![{_BRACKET.sub(_ESCAPED, item.alt)}]({item.path}{caption})"
    return f"[{_BRACKET.sub(_ESCAPED, item.original_name)}]({item.path})"
