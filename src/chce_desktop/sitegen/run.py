"""One build: everything is looked at, what is due is made and written to the stage, and moved into place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.foundation import files
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress
from chce_desktop.sitegen import searchbatch, searchindex
from chce_desktop.sitegen.articlemarks import Marks
from chce_desktop.sitegen.crew import Crew
from chce_desktop.sitegen.differences import Difference, of_build, since
from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.kept import Kept
from chce_desktop.sitegen.ledger import Ledger
from chce_desktop.sitegen.mediafiles import MediaFiles
from chce_desktop.sitegen.outputs import Output, OutputKind
from chce_desktop.sitegen.pagework import PageWork
from chce_desktop.sitegen.searchbatch import Order
from chce_desktop.sitegen.searchindex import CARDS
from chce_desktop.sitegen.stage import Disk, Stage
from chce_desktop.sitegen.state import DamagedRecords, Head, StateFile, Written

T = TypeVar("T")

#: So many pages are a task.
_CHUNK = 200
#: The same while the second process is fed: it must not wait.
_FEW = 100
_LARGE_PIECE = searchindex.GROUPS["l"][0]
#: So many articles are worth a second process from the start.
_MANY = 2000


class Run:
    """One build. `removed` counts files; all else is known to the ledger and the page work."""

    def __init__(
        self, generator: Generator, kept: Kept, crew: Crew, out: Path, *, full: bool, freshen: int, progress: Progress
    ) -> None:
        self._stage = Stage(out)
        self._stage.recover()
        self._state_file = StateFile(out)
        state = self._state_file.read()
        self._shown_before = state.shown
        there = Disk(out)
        whole = self._stage.whole(there, state.files, full=full)
        ledger = Ledger(out, state.files, there, full=full, whole=whole, doubtful=state.interrupted)
        self._prepare(generator, kept, crew, out, ledger, progress)
        self._work.freshen = freshen
        if not full:
            generator.search.continue_from(state.search, ledger.is_intact, freshen)
        self.everything = full or all(written.size < 0 for written in state.files.values())

    def _prepare(
        self, generator: Generator, kept: Kept, crew: Crew, out: Path, ledger: Ledger, progress: Progress
    ) -> None:
        self._generator, self._kept, self._crew, self._out, self._ledger = generator, kept, crew, out, ledger
        self._progress = progress
        self._work = PageWork(generator, kept, crew, ledger, self._stage.root, progress)
        media = generator.snapshot.media
        self._media_files = MediaFiles(ledger, media, crew, out, self._stage.root, progress)
        #: What is left to make of the search index: pieces that are made together, those that come first last.
        self._segments: list[Sequence[str]] = []
        self._marks = Marks.of(())
        #: How many of them are being made.
        self._making = 0
        #: Files of the search index before this one that say what results show are written.
        self._carded = 0
        #: Media of the site itself, also such that only old pages still show.
        self._shown: set[str] = set()
        #: Whether every page was asked for, so that what was not needed will not be.
        self.everything = False
        self.pages = self.removed = 0

    @property
    def files(self) -> dict[str, Written]:
        """What the output holds afterwards."""
        return self._ledger.files

    @property
    def written(self) -> int:
        """How many files readers find changed."""
        return self._ledger.changed

    @property
    def stale(self) -> int:
        """How many pages show old blocks, until the reader's browser has renewed them."""
        return self._work.stale

    @property
    def page_keys(self) -> set[bytes]:
        """The keys of all kept pages that were needed."""
        return self._work.page_keys

    def build(self) -> None:
        """Render, write, exchange, remove, remember."""
        generator, crew, work = self._generator, self._crew, self._work
        self._segments = self._missing_segments()
        searched = not self._segments  # the index is there: its files can be put together at once
        if self.everything and len(generator.catalogue.articles) > _MANY:
            crew.start(searchindex.make_ready if self._segments else None)
        self._feed()
        before = self._ledger.before
        self._ledger.taken_away = generator.taken_away({path: bool(w.key) for path, w in before.items()})
        later = {OutputKind.ARTICLE} | (set() if searched else {OutputKind.SEARCH})
        for outputs in _chunks((output for output in generator.outputs() if output.kind not in later), _FEW):
            self._feed()
            work.others(outputs)
        articles = generator.catalogue.by_path
        ordered = sorted(articles.items(), key=_piece_and_column) if self.everything else articles.items()
        for number, chunk in enumerate(_chunks(ordered)):
            self._progress.check()
            self._progress.report(tr("Rendering pages"), number * _CHUNK, len(articles))
            self._feed()
            if self.everything and not searched:
                self._cards(min((info.id for _, info in chunk), default=0) // _LARGE_PIECE * _LARGE_PIECE)
            work.articles(chunk)
        while self._segments:
            self._segment(self._segments.pop())
        crew.reserved = False
        if self.everything:
            self._prepare_records()  # while the second process goes on
        if searched:
            crew.wait()
        else:
            self._search_files()
        self._shown = set(generator.keys.own_media)
        if self.stale:  # old pages show old blocks, and the pictures in them
            self._shown |= {path for path in self._shown_before if path in generator.snapshot.media}
        used = {path for w in self.files.values() for path in w.media}
        self._media_files.copy(generator.media_outputs(used | self._shown))
        self._finish()

    def _missing_segments(self) -> list[Sequence[str]]:
        """The pieces of the search index that are neither there nor kept.

        First comes a small one, whose texts are soon read, then large ones; all other small ones together are no more
        than a large one.
        """
        missing = self._generator.search.missing(lambda path, key: self._ledger.stays(path, key) is not None)
        large = [(name,) for name in missing if name.startswith("l")]
        small = [name for name in missing if not name.startswith("l")]
        return [pieces for pieces in (small[1:], *large[::-1], small[:1]) if pieces]

    def _feed(self) -> None:
        """Give the second process segments of the search index, the longest work of all, before anything else."""
        while self._segments and self._crew.idle:
            self._segment(self._segments.pop())
        self._crew.reserved = bool(self._segments)

    def _segment(self, names: Sequence[str]) -> None:
        """Have pieces made: the longest work of all, so it is given away while articles are rendered here."""
        self._progress.check()
        self._progress.report(tr("Making the search index"))
        search = self._generator.search
        orders = [Order(name, search.keys_of(name), search.documents(name)) for name in names]
        self._making += 1
        heavy = sum(len(order.documents) for order in orders) > _CHUNK
        self._crew.give(searchbatch.make, (self._kept.segments, orders), self._made, heavy=heavy)

    def _made(self, _: None) -> None:
        self._making -= 1

    def _cards(self, end: int) -> None:
        """Write what results show of the articles with ids below `end` whose pages are made, as are all before them.

        Nobody else can make them: so that the second process need not wait for it at the end, it is done meanwhile.
        """
        end = min(end, *self._work.under_way) // CARDS if self._work.under_way else end // CARDS
        if end > self._carded:
            paths = self._generator.search.cards_paths(self._carded, end)
            self._work.others(Output(path, OutputKind.SEARCH) for path in paths)
            self._carded = end

    def _search_files(self) -> None:
        """Write the files of the search index, those first that need no article's page that is still being made."""
        search, work, crew = self._generator.search, self._work, self._crew
        done = set(search.cards_paths(0, self._carded))
        outputs = [Output(path, OutputKind.SEARCH) for path in search.paths() if path not in done]
        if self._making:
            crew.wait()
        made_of_pages = {search.cards_path(number) for number in work.under_way}
        work.others(output for output in outputs if output.path not in made_of_pages)
        crew.wait()
        work.others(output for output in outputs if output.path in made_of_pages)

    def close(self) -> None:
        """Let go of everything; what was not moved into place is dropped."""
        self._work.close()
        self._stage.drop()

    # The end

    def _finish(self) -> None:
        """Show readers the new state, and remember it."""
        ledger = self._ledger
        gone = ledger.gone()
        self.removed, self.pages = len(gone), len(self.files)
        if not ledger.staged and not gone and not ledger.doubtful and self._same_as_before():
            return
        self._work.close()
        last = self._difference()
        with self._state_file.begin() as journal:
            journal.write("".join(f"{path}\n" for path in ledger.staged if path not in ledger.before).encode())
            if ledger.whole:
                self._stage.exchange(ledger.staged)
            else:
                self._out.mkdir(parents=True, exist_ok=True)
                self._stage.move(ledger.staged)
                self._remove(gone)
        self._remember(last)

    def _difference(self) -> Difference:
        """What changed since the last build, to be asked for later."""
        generator, head = self._generator, self._state_file.head()
        today = generator.keys.facts, generator.keys.media, generator.shared_version
        try:
            found = since(self._state_file, head, generator.catalogue.articles, *today) if head else Difference()
        except DamagedRecords:
            head, found = None, Difference()
        return of_build(replace(found, complete=self._ledger.full or head is None), head, self._ledger.staged)

    def _same_as_before(self) -> bool:
        return self.files == self._ledger.before and self._out.is_dir()

    def _remember(self, last: Difference) -> None:
        generator = self._generator
        catalogue = generator.catalogue
        if not self.everything:
            self._prepare_records()
        folders = {path.rpartition("/")[0] for path in self.files}
        head = Head(
            site=generator.keys.site,
            shared=generator.shared_version,
            former=generator.former_key,
            lost=generator.former.lost,
            published=generator.former.published_mark,
            own=generator.keys.own,
            pages=len(self.files),
            blocks=sum(bool(written.shared) for written in self.files.values()),
            stale=self.stale,
            pinned=sorted(catalogue.pinned),
            ambiguous=len(catalogue.by_path) < len(catalogue.articles),
            linked=sorted({number for written in self.files.values() for number in written.articles}),
            segments=generator.search.rows,
            media=generator.keys.media,
            facts=dict(generator.keys.facts),
            last=last.record(),
            shown=sorted(self._shown - {""}),
            rising=self._marks.are_rising(),
            months={month: len(articles) for month, articles in catalogue.by_month.items()},
            flagged=[info.id for info in catalogue.with_flags],
            most_read=catalogue.most_read,
            folders={folder: os.stat(self._out / folder).st_mtime_ns for folder in sorted(folders)},  # noqa: PTH116 - short
        )
        self._state_file.write(head, self.files)

    def _prepare_records(self) -> None:
        """Write what is remembered of articles; what is remembered of files follows at the end."""
        generator, catalogue = self._generator, self._generator.catalogue
        known = {info.id: generator.known(info) for info in catalogue.articles}
        self._marks = Marks.of(catalogue.articles)
        self._state_file.prepare(self._marks, catalogue.every_list(), known, generator.search.composition)

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


def _piece_and_column(entry: tuple[str, ArticleInfo]) -> tuple[int, int]:
    """Texts are read once for the pages and for the search index: so pages follow one another as its pieces do.

    Pages of one column have one frame, and lie in one folder: they are best written together.
    """
    info = entry[1]
    return info.id // _LARGE_PIECE, info.column_id or 0


def _chunks(items: Iterable[T], size: int = _CHUNK) -> Iterator[Sequence[T]]:
    rest = iter(items)
    while chunk := tuple(islice(rest, size)):
        yield chunk


def _upwards(folder: Path, root: Path) -> Iterator[Path]:
    while folder != root:
        yield folder
        folder = folder.parent
