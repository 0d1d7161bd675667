"""One build: what is due is rendered or taken from what was kept, written to the stage, and moved into place."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.foundation import files
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress
from chce_desktop.sitegen import articlebatch, pictures, searchindex
from chce_desktop.sitegen.articlebatch import Made, Wanted
from chce_desktop.sitegen.crew import Crew
from chce_desktop.sitegen.differences import Difference, of_build, since
from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.kept import Kept
from chce_desktop.sitegen.outputs import Output, OutputKind, Rendered
from chce_desktop.sitegen.packs import KEY_LENGTH, Place
from chce_desktop.sitegen.prose import Prose
from chce_desktop.sitegen.sheets import Batch, FolderWriter, Frame, Outcome, Row, framed, write_batch
from chce_desktop.sitegen.stage import Disk, Stage
from chce_desktop.sitegen.state import DamagedRecords, Head, Marks, StateFile, Written

_CHUNK = 200
#: So many pictures are worth a second process.
_MANY_PICTURES = 3


class _Due(NamedTuple):
    """An article's page that is to be written: what `Written` wants to know, and its own part of the page."""

    path: str
    info: ArticleInfo
    key: str
    record: Place | bytes
    media: tuple[str, ...] = ()
    articles: tuple[int, ...] = ()


class _Missing(NamedTuple):
    """An article's page that is due and not kept; `bare` is what it is made from if its text names nothing."""

    path: str
    info: ArticleInfo
    bare: str


class Run:
    """One build. `files` is what the output holds afterwards; `stale` counts pages whose shared blocks are old."""

    def __init__(
        self, generator: Generator, kept: Kept, crew: Crew, out: Path, *, full: bool, freshen: int, progress: Progress
    ) -> None:
        self._generator, self._kept, self._crew = generator, kept, crew
        self._out = out
        self._full, self._freshen = full, freshen
        self._progress = progress
        self._stage = Stage(out)
        self._stage.recover()
        self._state_file = StateFile(out)
        state = self._state_file.read()
        self._before: Mapping[str, Written] = state.files
        self._doubtful = state.interrupted
        self._there: Disk = Disk(out)
        self._whole = self._stage.whole(self._there, self._before, full=full)
        if not full:
            generator.search.continue_from(state.search, self._is_intact, freshen)
        self._taken_away = generator.taken_away({path: bool(w.key) for path, w in self._before.items()})
        self._start_empty()

    def _start_empty(self) -> None:
        self._writer = FolderWriter(os.fspath(self._stage.root))
        self._staged: list[str] = []
        self._page_keys: set[bytes] = set()
        self._segments: list[str] = []
        self.files: dict[str, Written] = {}
        self.pages = self.written = self.removed = self.stale = 0

    @property
    def everything(self) -> bool:
        """Whether every page was asked for, so that what was not needed will not be."""
        return self._full or not self._before

    @property
    def page_keys(self) -> set[bytes]:
        """The keys of all kept pages that were needed."""
        return self._page_keys

    def build(self) -> None:
        """Render, write, exchange, remove, remember."""
        generator, crew = self._generator, self._crew
        self._segments = self._missing_segments()
        searched = not self._segments  # the index is there: its files can be put together at once
        together = searched and not self._before  # no order matters: nothing is freshened within a budget
        articles = tuple(generator.catalogue.by_path.items())
        chunks = deque(articles[start : start + _CHUNK] for start in range(0, len(articles), _CHUNK))
        for output in generator.outputs():
            if output.kind is OutputKind.ARTICLE or (output.kind is OutputKind.SEARCH and not searched):
                continue
            self._feed()
            while together and chunks and crew.has_room:
                self._articles(chunks.popleft())
            self._other(output)
        everything = len(articles)
        while chunks:
            self._progress.check()
            self._progress.report(tr("Rendering pages"), everything - sum(map(len, chunks)), everything)
            self._feed()
            self._articles(chunks.popleft())
        while self._segments:
            self._segment(self._segments.pop())
        crew.wait()
        for output in generator.outputs():
            if output.kind is OutputKind.SEARCH and not searched:
                self._other(output)
        used = {path for written in self.files.values() for path in written.media}
        self._media_files(generator.media_outputs(used))
        self._finish()

    def _feed(self) -> None:
        """Give the second process a segment of the search index, the longest work of all, when it has nothing to do."""
        if self._segments and self._crew.idle:
            self._segment(self._segments.pop())

    def close(self) -> None:
        """Let go of everything; what was not moved into place is dropped."""
        self._writer.__exit__(None, None, None)
        self._stage.drop()

    # Articles

    def _articles(self, chunk: Sequence[tuple[str, ArticleInfo]]) -> None:
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
            wanted = [Wanted(page.path, sources[page.info.id], self._known(page.path)) for page in missing]
            job = (os.fspath(self._stage.root), wanted)
            self._crew.give_lent(articlebatch.make, job, partial(self._made, missing, sources))
        elif missing:
            self._generator.load([page.info for page in missing])
            due += map(self._rendered, missing)
        if due:
            self._kept.pages.flush()
            self._crew.give(write_batch, self._batch(due), partial(self._written, due))

    def _is_due(self, path: str, info: ArticleInfo) -> bool:
        before = self._before.get(path)
        if before is None or self._full or not self._intact(path, before):
            return True
        if before.key != self._generator.article_key(info, before.media, before.articles):
            return True
        if before.shared != self._shared(info):
            if self._freshen > 0:
                self._freshen -= 1
                return True
            if self._names_what_is_gone(path):
                return True
            self.stale += 1
        self.files[path] = before
        return False

    def _shared(self, info: ArticleInfo) -> str:
        """What the page shows besides its own content, as of its last rendering: blocks of today and reading count."""
        return f"{self._generator.shared_version} {info.reads}"

    def _kept_page(self, path: str, info: ArticleInfo) -> _Due | _Missing:
        pages = self._kept.pages
        bare = key = self._generator.article_key(info, (), ())
        names_key = _names_key(key)
        names = pages.get(names_key)
        media: tuple[str, ...] = ()
        articles: tuple[int, ...] = ()
        if names is not None:
            self._page_keys.add(names_key)
            media, articles = map(tuple, json.loads(names))
            key = self._generator.article_key(info, media, articles)
        page_key = _page_key(key, info)
        place = pages.find(page_key)
        if place is None:
            return _Missing(path, info, bare)
        self._page_keys.add(page_key)
        return _Due(path, info, key, place, media, articles)

    def _rendered(self, page: _Missing) -> _Due:
        sheet, prose = self._generator.article_sheet(page.info)
        return self._keep(page, sheet.record(), prose.media, prose.articles)

    def _made(self, missing: Sequence[_Missing], sources: Mapping[int, Prose | str], made: Sequence[Made]) -> None:
        for page, done in zip(missing, made, strict=True):
            source = sources[page.info.id]
            if done.prose is not None and isinstance(source, str):
                self._generator.bodies.keep(source, done.prose)
            self._account(self._keep(page, done.record, done.media, done.articles), done.outcome)

    def _keep(self, page: _Missing, record: bytes, media: tuple[str, ...], articles: tuple[int, ...]) -> _Due:
        """Keep the article's own part of its page."""
        pages, info, key = self._kept.pages, page.info, page.bare
        if media or articles:
            names_key = _names_key(key)
            pages.put(names_key, json.dumps([media, articles]).encode())
            self._page_keys.add(names_key)
            key = self._generator.article_key(info, media, articles)
        page_key = _page_key(key, info)
        self._page_keys.add(page_key)
        return _Due(page.path, info, key, pages.put(page_key, record) or record, media, articles)

    def _batch(self, due: Sequence[_Due]) -> Batch:
        frames: dict[Frame, int] = {}
        numbers: dict[int | None, int] = {}
        rows = []
        for page in due:
            number = numbers.get(page.info.column_id)
            if number is None:
                number = frames.setdefault(self._generator.article_frame(page.info), len(frames))
                numbers[page.info.column_id] = number
            rows.append(Row(page.path, number, page.record, self._known(page.path)))
        pack = self._kept.pages.path
        return Batch(os.fspath(self._stage.root), "" if pack is None else os.fspath(pack), tuple(frames), tuple(rows))

    def _written(self, due: Sequence[_Due], outcomes: Sequence[Outcome | None]) -> None:
        for page, outcome in zip(due, outcomes, strict=True):
            if outcome is None:
                rendered = self._generator.render_article(page.info)
                self._put(page.path, rendered, page.key, self._shared(page.info))
            else:
                self._account(page, outcome)

    def _account(self, page: _Due, outcome: Outcome) -> None:
        self._note(page.path, outcome)
        modified = outcome.modified or self._there.files[page.path][1]
        shared = self._shared(page.info)
        self.files[page.path] = Written(
            outcome.sha256, outcome.size, modified, page.key, shared, page.media, page.articles
        )

    # Everything else

    def _missing_segments(self) -> list[str]:
        """The segments of the search index that are neither there nor kept, the largest last."""

        def there(path: str, key: str) -> bool:
            before = self._before.get(path)
            return before is not None and before.key == key and not self._full and self._intact(path, before)

        return self._generator.search.missing(there)[::-1]

    def _segment(self, name: str) -> None:
        """Have a segment made: the longest work of all, so it is given away while articles are rendered here."""
        self._progress.check()
        self._progress.report(tr("Making the search index"))
        search = self._generator.search
        job = (name, search.documents(name))
        self._crew.give(searchindex.made, job, partial(search.accept, name), heavy=len(job[1]) > _CHUNK)

    def _other(self, output: Output) -> None:
        path, key = output.path, self._generator.key(output)
        before = self._before.get(path)
        page = output.kind is OutputKind.PAGE
        shared = self._generator.shared_version if page else ""
        if key and before is not None and before.key == key and not self._full and self._intact(path, before):
            if before.shared == shared:
                self.files[path] = before
                return
            if self._freshen > 0:
                self._freshen -= 1
            elif not self._names_what_is_gone(path):
                self.stale += 1
                self.files[path] = before
                return
        self._progress.check()
        self._put(path, self._kept_or_rendered(output, key), key, shared)

    def _kept_or_rendered(self, output: Output, key: str) -> Rendered:
        """A list or a file of the search index from what was kept, all else as it is made."""
        path, pages = output.path, self._kept.pages
        frame = self._generator.list_frame(path) if output.kind is OutputKind.PAGE else None
        if not key or not (frame or path.startswith("search/c/")):
            return self._generator.render(path)
        record_key = hashlib.sha256(f"list {path} {key}".encode()).digest()[:KEY_LENGTH]
        self._page_keys.add(record_key)
        record = pages.get(record_key)
        if frame is None:
            if record is None:
                record = self._generator.render(path).body
                pages.put(record_key, record)
            return Rendered(record, "text/javascript")
        if record is None:
            sheet = self._generator.sheet(path)
            if sheet is None:
                return self._generator.render(path)
            record = sheet.record()
            pages.put(record_key, record)
        return Rendered(framed(frame, record), "text/html")

    def _put(self, path: str, rendered: Rendered, key: str, shared: str) -> None:
        digest = hashlib.sha256(rendered.body).hexdigest()
        modified = 0 if digest == self._known(path) else self._writer.write(path, rendered.body)
        outcome = Outcome(digest, len(rendered.body), modified)
        self._note(path, outcome)
        modified = modified or self._there.files[path][1]
        self.files[path] = Written(digest, outcome.size, modified, key, shared, rendered.media, rendered.articles)

    def _media_files(self, outputs: Iterable[Output]) -> None:
        """Copy media files, after their variants were made that are due: all of one picture together."""
        due: dict[Path, list[tuple[str, str, pictures.Wanted | None]]] = {}
        for output in outputs:
            found = pictures.original(output.path, self._generator.snapshot.media)
            if found is None or output.source is None:
                continue
            key, before = pictures.key(found[0]), self._before.get(output.path)
            if before is not None and not self._whole and before.key == key and self._intact(output.path, before):
                self.files[output.path] = before
                continue
            wanted = pictures.wanted(*found, output.source)
            due.setdefault(output.source, []).append((output.path, key, wanted))
        there = {source: made for source, made in due.items() if source.is_file()}
        for number, made in enumerate(there.values()):
            self._progress.check()
            self._progress.report(tr("Preparing pictures"), number, len(there))
            missing = [want for _, _, want in made if want is not None and not want.target.exists()]
            if missing:
                self._crew.give(pictures.make, missing, _nothing_more, heavy=len(there) > _MANY_PICTURES)
        self._crew.wait()
        for source, made in there.items():
            for path, key, want in made:
                self._copy(path, key, source if want is None else want.target)

    def _copy(self, path: str, key: str, source: Path) -> None:
        """A media file, whose name is made from its content."""
        before = self._before.get(path)
        intact = before is not None and before.key == key and self._intact(path, before)
        digest = files.sha256(source)
        self._progress.check()
        modified = 0
        if digest != self._known(path):
            target = files.inside(self._stage.root, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            if not (intact and _linked(self._out / path, target)):
                shutil.copyfile(source, target)
            modified = target.stat().st_mtime_ns
        size = source.stat().st_size
        self._note(path, Outcome(digest, size, modified))
        self.files[path] = Written(digest, size, modified or self._there.files[path][1], key)

    # What is there

    def _known(self, path: str) -> str:
        """The SHA-256 of what lies in the output under the path, where writing the same again can be left out."""
        if self._whole or path not in self._there.files:
            return ""
        before = self._before.get(path)
        if before is not None and self._intact(path, before):
            return before.sha256
        if before is None or before.size < 0:
            return files.sha256(files.inside(self._out, path))
        return ""

    def _note(self, path: str, outcome: Outcome) -> None:
        """Remember what was staged, and count what readers will find changed."""
        if not outcome.modified:
            return
        self._staged.append(path)
        before = self._before.get(path)
        if before is None or before.sha256 != outcome.sha256 or not self._intact(path, before):
            self.written += 1

    def _is_intact(self, path: str) -> bool:
        before = self._before.get(path)
        return before is not None and self._intact(path, before)

    def _intact(self, path: str, before: Written) -> bool:
        """Whether the file is still as it was written: by size and time, or by content after an interrupted build."""
        found = self._there.get(path)
        if found is None or found[0] != before.size:
            return False
        if found[1] == before.modified and not self._doubtful:
            return True
        try:
            if files.sha256(files.inside(self._out, path)) != before.sha256:
                return False
        except OSError:
            return False
        before.modified = found[1]
        return True

    def _names_what_is_gone(self, path: str) -> bool:
        """Whether a page that could stay as it is names an article that was taken away in the blocks of every page."""
        if not self._taken_away:
            return False
        try:
            text = files.inside(self._out, path).read_bytes()
        except OSError:
            return True
        return any(gone.encode() in text for gone in self._taken_away)

    # The end

    def _finish(self) -> None:
        """Show readers the new state, and remember it."""
        gone = [path for path in self._before if path not in self.files and self._there.get(path) is not None]
        self.removed, self.pages = len(gone), len(self.files)
        if not self._staged and not gone and not self._doubtful and self._same_as_before():
            return
        self._writer.__exit__(None, None, None)
        last = self._difference()
        with self._state_file.begin() as journal:
            journal.write("".join(f"{path}\n" for path in self._staged if path not in self._before).encode())
            if self._whole:
                self._stage.exchange(self._staged)
            else:
                self._out.mkdir(parents=True, exist_ok=True)
                self._stage.move(self._staged)
                self._remove(gone)
        self._remember(last)

    def _difference(self) -> Difference:
        """What changed since the last build, to be asked for later."""
        generator, head = self._generator, self._state_file.head()
        today = generator.site_facts, generator.media_marks, generator.shared_version
        try:
            found = since(self._state_file, head, generator.catalogue.articles, *today) if head else Difference()
        except DamagedRecords:
            head, found = None, Difference()
        return of_build(replace(found, complete=self._full or head is None), head, self._staged)

    def _same_as_before(self) -> bool:
        return self.files == self._before and self._out.is_dir()

    def _remember(self, last: Difference) -> None:
        generator = self._generator
        catalogue = generator.catalogue
        folders = {path.rpartition("/")[0] for path in self.files}
        head = Head(
            site=generator.site_key,
            shared=generator.shared_version,
            former=generator.former_key,
            own=generator.own_key,
            pages=len(self.files),
            blocks=sum(bool(written.shared) for written in self.files.values()),
            stale=self.stale,
            pinned=sorted(info.id for info in catalogue.articles if catalogue.is_pinned(info)),
            linked=sorted({number for written in self.files.values() for number in written.articles}),
            segments=generator.search.rows,
            media=generator.media_marks,
            facts=dict(generator.site_facts),
            last=last.record(),
            folders={folder: os.stat(self._out / folder).st_mtime_ns for folder in sorted(folders)},  # noqa: PTH116 - short
        )
        known = {info.id: generator.known(info) for info in catalogue.articles}
        self._state_file.write(head, marks_of(catalogue.articles), self.files, known, generator.search.composition)

    def _remove(self, gone: Sequence[str]) -> None:
        emptied: set[Path] = set()
        for path in gone:
            target = files.inside(self._out, path)
            target.unlink(missing_ok=True)
            emptied.add(target.parent)
        for folder in sorted(emptied, key=lambda f: -len(f.parts)):
            for current in _upwards(folder, self._out):
                try:
                    current.rmdir()
                except OSError:
                    break


def _nothing_more(_: None) -> None:
    """What is done when pictures were made: they lie in the cache."""


def _upwards(folder: Path, root: Path) -> Iterator[Path]:
    while folder != root:
        yield folder
        folder = folder.parent


def marks_of(articles: Sequence[ArticleInfo]) -> Marks:
    """What tells whether an article changed."""
    return {info.id: (info.version, info.reads) for info in articles}


def _page_key(key: str, info: ArticleInfo) -> bytes:
    return hashlib.sha256(f"page {key} {info.reads}".encode()).digest()[:KEY_LENGTH]


def _names_key(key: str) -> bytes:
    return hashlib.sha256(f"names {key}".encode()).digest()[:KEY_LENGTH]


def _linked(source: Path, target: Path) -> bool:
    with contextlib.suppress(OSError):
        os.link(source, target)
        return True
    return False
