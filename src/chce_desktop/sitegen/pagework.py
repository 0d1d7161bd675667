"""The pages of a build: which are due, what they are put together from, and who does it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.foundation.progress import Progress
from chce_desktop.sitegen import articlebatch, searchbatch
from chce_desktop.sitegen.articlebatch import Job, Made, Wanted
from chce_desktop.sitegen.crew import Crew
from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.kept import Kept
from chce_desktop.sitegen.ledger import Ledger
from chce_desktop.sitegen.outputs import Output, OutputKind, Rendered
from chce_desktop.sitegen.packs import KEY_LENGTH, Place
from chce_desktop.sitegen.prose import Prose
from chce_desktop.sitegen.sheets import Batch, FolderWriter, Frame, Outcome, Row, Sheet, write_batch

#: Bytes of an article's own part of its page besides its text, where that is long.
_PAGE = 9_000
#: So many files of the search index are a task: those of one stripe follow one another, and share what is read.
_SEARCH_FILES = 20


class _Due(NamedTuple):
    """A page that is to be written: what `Written` wants to know, its frame, and its own part of the page."""

    path: str
    key: str
    shared: str
    frame: Frame
    record: Place | bytes
    media: tuple[str, ...] = ()
    articles: tuple[int, ...] = ()


class _Missing(NamedTuple):
    """An article's page that is due and not kept; `bare` is what it is made from if its text names nothing."""

    path: str
    info: ArticleInfo
    bare: str


class PageWork:
    """`stale` counts pages that stay as they are though the blocks of every page changed.

    `freshen` is how many more may be made anew only for their sake. `page_keys`: what of the kept pages was needed.
    """

    def __init__(
        self, generator: Generator, kept: Kept, crew: Crew, ledger: Ledger, stage: Path, progress: Progress
    ) -> None:
        self._generator, self._kept, self._crew, self._ledger = generator, kept, crew, ledger
        self._progress = progress
        self._root = os.fspath(stage)
        self._writer = FolderWriter(self._root)
        self.freshen = self.stale = 0
        self.page_keys: set[bytes] = set()
        #: Ids of the articles whose pages are being rendered elsewhere, so that their bodies are not kept yet.
        self.under_way: set[int] = set()

    def close(self) -> None:
        """Let go of the stage's folders."""
        self._writer.__exit__(None, None, None)

    # Articles

    def articles(self, chunk: Iterable[tuple[str, ArticleInfo]]) -> None:
        """Make the pages of articles (path, article) that are due, or have them made."""
        due: list[_Due] = []
        missing: list[_Missing] = []
        for path, info in chunk:
            if self._is_due(path, info):
                found = self._kept_page(path, info)
                if isinstance(found, _Missing):
                    missing.append(found)
                else:
                    due.append(found)
        if missing and self._crew.lends:
            sources = self._generator.bodies.sources([page.info for page in missing])
            wanted = [Wanted(p.info.id, p.path, sources[p.info.id], self._ledger.known(p.path)) for p in missing]
            length = sum(len(source if isinstance(source, str) else source.html) for source in sources.values())
            texts = sum(len(source) for source in sources.values() if isinstance(source, str))
            rooms = self._kept.pages.room(_PAGE * len(missing) + 4 * length), self._kept.bodies.room(8 * texts)
            job = Job(self._root, wanted, *rooms)
            self.under_way.update(sources)
            self._crew.give_lent(articlebatch.make, job, partial(self._made, missing), bulky=True)
        elif missing:
            infos = [page.info for page in missing]
            self._generator.load(infos)
            proses = [self._generator.bodies.get(info) for info in infos]
            due += map(self._rendered, missing, self._generator.article_sheets(infos, proses), proses)
        self._put_together(due)

    def _is_due(self, path: str, info: ArticleInfo) -> bool:
        before = self._ledger.before.get(path)
        if before is None or self._ledger.full or not self._ledger.intact(path, before):
            return True
        if before.key != self._generator.keys.article(info, before.media, before.articles):
            return True
        return self._is_refreshed(path, self._shared(info))

    def _is_refreshed(self, path: str, shared: str) -> bool:
        """Whether a page of which nothing of its own changed is made anew for the sake of the blocks of every page."""
        before = self._ledger.before[path]
        if before.shared != shared:
            if self.freshen > 0:
                self.freshen -= 1
                return True
            if self._ledger.names_what_is_gone(path):
                return True
            self.stale += 1
        self._ledger.files[path] = before
        return False

    def _shared(self, info: ArticleInfo) -> str:
        """What the page shows besides its own content, as of its last rendering: blocks of today and reading count."""
        return f"{self._generator.shared_version} {info.reads}"

    def _kept_page(self, path: str, info: ArticleInfo) -> _Due | _Missing:
        pages = self._kept.pages
        bare = key = self._generator.keys.article(info, (), ())
        if pages.was_empty:
            return _Missing(path, info, bare)
        names_key = _names_key(key)
        names = pages.get(names_key)
        media: tuple[str, ...] = ()
        articles: tuple[int, ...] = ()
        if names is not None:
            self.page_keys.add(names_key)
            media, articles = map(tuple, json.loads(names))
            key = self._generator.keys.article(info, media, articles)
        page_key = _page_key(key, info)
        place = pages.find(page_key)
        if place is None:
            return _Missing(path, info, bare)
        self.page_keys.add(page_key)
        return _Due(path, key, self._shared(info), self._generator.article_frame(info), place, media, articles)

    def _rendered(self, page: _Missing, sheet: Sheet, prose: Prose) -> _Due:
        key, record = self._keep(page, sheet.record(), prose.media, prose.articles)
        return _Due(page.path, key, self._shared(page.info), sheet.frame, record, prose.media, prose.articles)

    def _made(self, missing: Sequence[_Missing], made: Sequence[Made]) -> None:
        for page, done in zip(missing, made, strict=True):
            if done.body is not None:
                self._generator.bodies.adopt(*done.body)
            key, _ = self._keep(page, done.record, done.media, done.articles)
            self._ledger.account(page.path, done.outcome, key, self._shared(page.info), done.media, done.articles)
            self.under_way.discard(page.info.id)

    def _keep(
        self, page: _Missing, record: Place | bytes, media: tuple[str, ...], articles: tuple[int, ...]
    ) -> tuple[str, Place | bytes]:
        """Keep the article's own part of its page: the key of all that it was made from, and the part."""
        pages, info, key = self._kept.pages, page.info, page.bare
        if media or articles:
            names_key = _names_key(key)
            pages.put(names_key, json.dumps([media, articles]).encode())
            self.page_keys.add(names_key)
            key = self._generator.keys.article(info, media, articles)
        page_key = _page_key(key, info)
        self.page_keys.add(page_key)
        if isinstance(record, bytes):
            return key, pages.put(page_key, record) or record
        pages.adopt(page_key, record)
        return key, record

    # Everything else

    def others(self, outputs: Iterable[Output]) -> None:
        """Make what is due of other outputs than articles and media. Pages of lists are kept, as those of articles."""
        due: list[_Due] = []
        search: list[tuple[str, str]] = []
        for output in outputs:
            path, key = output.path, self._generator.key(output)
            shared = self._generator.shared_version if output.kind is OutputKind.PAGE else ""
            if key and self._ledger.stays(path, key) and not self._is_refreshed(path, shared):
                continue
            self._progress.check()
            frame = self._generator.list_frame(path) if key and output.kind is OutputKind.PAGE else None
            record = self._list_record(path, key) if frame else None
            if frame is not None and record is not None:
                due.append(_Due(path, key, shared, frame, record))
            elif key and path.startswith("search/c/"):
                self._put(path, Rendered(self._cards(path, key), "text/javascript"), key, shared)
            elif key and output.kind is OutputKind.SEARCH and self._crew.shares_what_is_lent:
                search.append((path, key))
                if len(search) == _SEARCH_FILES:
                    self._search_files(search)
                    search = []
            else:
                self._put(path, self._generator.render_other(path), key, shared)
        self._put_together(due)
        self._search_files(search)

    def _search_files(self, files: Sequence[tuple[str, str]]) -> None:
        """Have files (path, key) of the search index put together and written."""
        if not files:
            return
        job = (self._root, [(path, self._ledger.known(path)) for path, _ in files])
        self._crew.give_lent(searchbatch.write, job, partial(self._searched, files))

    def _searched(self, files: Sequence[tuple[str, str]], outcomes: Sequence[Outcome | None]) -> None:
        for (path, key), outcome in zip(files, outcomes, strict=True):
            if outcome is None:
                self._put(path, self._generator.render_other(path), key, "")
            else:
                self._ledger.account(path, outcome, key)

    def _list_record(self, path: str, key: str) -> Place | bytes | None:
        """What is the list's own of its page, None where that is no page in pieces."""
        record_key = self._list_key(path, key)
        record = self._kept.pages.find(record_key)
        if record is None:
            sheet = self._generator.sheet(path)
            return None if sheet is None else self._kept.pages.put(record_key, sheet.record()) or sheet.record()
        return record

    def _cards(self, path: str, key: str) -> bytes:
        """A file of the search index that says what its results show."""
        record_key = self._list_key(path, key)
        record = self._kept.pages.get(record_key)
        if record is None:
            record = self._generator.render_other(path).body
            self._kept.pages.put(record_key, record)
        return record

    def _list_key(self, path: str, key: str) -> bytes:
        record_key = hashlib.sha256(f"list {path} {key}".encode()).digest()[:KEY_LENGTH]
        self.page_keys.add(record_key)
        return record_key

    def put(self, path: str, body: bytes) -> None:
        """Write a file that was made elsewhere, and is made in each build."""
        self._put(path, Rendered(body, ""), "", "")

    def _put(self, path: str, rendered: Rendered, key: str, shared: str) -> None:
        digest = hashlib.sha256(rendered.body).hexdigest()
        modified = 0 if digest == self._ledger.known(path) else self._writer.write(path, rendered.body)
        outcome = Outcome(digest, len(rendered.body), modified)
        self._ledger.account(path, outcome, key, shared, rendered.media, rendered.articles)

    # Pages in pieces

    def _put_together(self, due: Sequence[_Due]) -> None:
        """Have pages put together and written."""
        if not due:
            return
        self._kept.pages.flush()
        frames: dict[Frame, int] = {}
        rows = [
            Row(page.path, frames.setdefault(page.frame, len(frames)), page.record, self._ledger.known(page.path))
            for page in due
        ]
        pack = self._kept.pages.path
        batch = Batch(self._root, "" if pack is None else os.fspath(pack), tuple(frames), tuple(rows))
        self._crew.give(write_batch, batch, partial(self._written, due))

    def _written(self, due: Sequence[_Due], outcomes: Sequence[Outcome | None]) -> None:
        for page, outcome in zip(due, outcomes, strict=True):
            if outcome is None:  # it is not kept any more
                self._put(page.path, self._generator.render(page.path), page.key, page.shared)
            else:
                self._ledger.account(page.path, outcome, page.key, page.shared, page.media, page.articles)


def _page_key(key: str, info: ArticleInfo) -> bytes:
    return hashlib.sha256(f"page {key} {info.reads}".encode()).digest()[:KEY_LENGTH]


def _names_key(key: str) -> bytes:
    return hashlib.sha256(f"names {key}".encode()).digest()[:KEY_LENGTH]
