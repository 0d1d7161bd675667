"""A build of a few changed articles: it finds what they touch without looking at the rest.

The cost is that of the change, not of the site. Where something else changed as well (theme, settings, columns,
addresses, files in the output), there is nothing quick about it, and `Run` looks at everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from typing_extensions import override

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.foundation.progress import Progress
from chce_desktop.sitegen import pagination
from chce_desktop.sitegen.articlemarks import ByRisingId, Marks
from chce_desktop.sitegen.catalogue import Catalogue
from chce_desktop.sitegen.crew import Crew
from chce_desktop.sitegen.differences import Difference, of_build
from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.kept import Kept
from chce_desktop.sitegen.lastbuild import Recorded, SomeOfDisk, same_rest, stood
from chce_desktop.sitegen.ledger import Ledger
from chce_desktop.sitegen.lists import names, place_in, place_of
from chce_desktop.sitegen.outputs import Output, OutputKind
from chce_desktop.sitegen.run import Run
from chce_desktop.sitegen.stage import Stage
from chce_desktop.sitegen.state import DamagedRecords, Head, Known, StateFile, Written

#: More changed articles, or more list pages behind a change, are no few.
_FEW, _FEW_PAGES = 32, 200
#: How many shards of records a build looks through for pages to freshen.
_SHARDS_LOOKED_AT = 32


class NotFew(Exception):
    """A change touches more than was thought."""


@dataclass(frozen=True, slots=True)
class _Change:
    """An article that is new (`before` None) or was changed; `rank` and `old_rank` count from the newest."""

    info: ArticleInfo
    before: Known | None
    rank: int
    old_rank: int


class Quick(Run):
    """One build of a few changes, where `start` gives one."""

    @classmethod
    def start(
        cls, generator: Generator, kept: Kept, crew: Crew, out: Path, freshen: int, progress: Progress
    ) -> Self | None:
        """A build of a few changes; None where the whole site must be looked at. Raises DamagedRecords."""
        state = StateFile(out)
        head = state.head()
        if head is None or not same_rest(head, state, generator, out):
            return None
        generator.former.lost = head.lost
        before = state.marks()
        articles = generator.catalogue.articles
        marks = Marks.of(articles)
        places = marks.changed_since(before, _FEW)
        if places is None:
            return None
        head.rising = head.rising and marks.are_rising_at(places)
        _look_up(generator.catalogue, marks, rising=head.rising)
        changed = [articles[place] for place in places]
        new = {info.id for info in changed if state.known(info.id) is None}
        if len(before) + len(new) != len(articles):
            return None
        quick = cls(generator, kept, crew, out, progress, state, head)
        quick.budget, quick.marks = freshen, marks
        quick.edited = new | {i.id for i in changed if i.id not in new and not before.is_edition(i)}
        return quick if quick.prepare(changed, new) else None

    def __init__(
        self,
        generator: Generator,
        kept: Kept,
        crew: Crew,
        out: Path,
        progress: Progress,
        state: StateFile,
        head: Head,
    ) -> None:
        """`state` and its `head` are those of the last build. Nothing is read yet."""
        self._stage = Stage(out)
        self._state_file, self._head = state, head
        self._before = Recorded(state)
        self._prepare(generator, kept, crew, out, Ledger(out, self._before, SomeOfDisk(out)), progress)
        self._changes: Sequence[_Change] = ()
        #: How many pages may be rendered again only for the sake of the blocks that stand on every page.
        self.budget = 0
        #: Which of the changed articles are new or were edited: of the others only the reading count is another one.
        self.edited: set[int] = set()
        self.marks = Marks.of(())

    def prepare(self, changed: Sequence[ArticleInfo], new: set[int]) -> bool:
        """Find out what changed; whether it is of the kind that is quick."""
        generator, head = self._generator, self._head
        catalogue = generator.catalogue
        ids = {info.id for info in changed}
        self._choose_on(changed)
        if (catalogue.pinned ^ set(head.pinned)) - ids or new & set(head.linked) or head.ambiguous:
            return False
        changes = []
        for info in changed:
            path = generator.article_path(info)
            before = None if info.id in new else self._state_file.known(info.id)
            if before is None and (info.id not in new or self._state_file.written(path) is not None):
                return False
            if before is not None and (before.path != path or (before.cover and before.cover != info.cover)):
                return False
            rank = catalogue.rank_of(info.date.timestamp(), info.id)
            old_rank = rank if before is None else catalogue.rank_of(before.moment / 1000, info.id)
            changes.append(_Change(info, before, rank, old_rank))
        self._changes = changes
        new_paths = {change.info.id: generator.article_path(change.info) for change in changes if not change.before}
        if len(set(new_paths.values())) < len(new_paths) or self._leads_elsewhere(new):
            return False
        if len(generator.snapshot.redirects) <= _FEW:
            paths = frozenset(new_paths.values())
            catalogue.stands = lambda path: path in paths or stood(self._state_file, path)
        self._sort_in()
        self._count_on()
        return generator.search.restrict(head.segments, self._state_file.composition, changed)

    def _sort_in(self) -> None:
        """Bring the lists of the last build up to date."""
        catalogue, lists = self._generator.catalogue, self._state_file.lists()
        for change in self._changes:
            if change.before is not None:
                alone = catalogue.tree.get(change.before.column_id) is None
                former = names(change.before.lists, change.before.tags, uncategorised=alone)
                if not lists.take(change.info.id, former):
                    raise DamagedRecords(change.before.path)
        for info in (change.info for change in self._changes):
            alone = catalogue.tree.get(info.column_id) is None
            lists.put(info, names(catalogue.listed_in(info), info.tags, uncategorised=alone), catalogue.by_id)
        catalogue.lists = lists

    def _choose_on(self, changed: Sequence[ArticleInfo]) -> None:
        """Follow from the last build what would be chosen among all articles."""
        catalogue, head = self._generator.catalogue, self._head
        by_id, ids = catalogue.by_id, {info.id for info in changed}
        if not all(number in by_id for number in (*(head.flagged or ()), *(head.most_read or ()))):
            raise DamagedRecords("head")
        if head.flagged is not None:
            same = (by_id[number] for number in head.flagged if number not in ids)
            catalogue.with_flags = sorted([*same, *(info for info in changed if info.flags)], key=place_of)
        if head.most_read is not None and not ids & {*head.most_read}:
            catalogue.much_read = [*(by_id[number] for number in head.most_read), *changed]

    def _count_on(self) -> None:
        """The same for what would be counted."""
        catalogue, head = self._generator.catalogue, self._head
        months = Counter(head.months)
        for change in self._changes:
            months[catalogue.month_of(change.info.date.timestamp())] += 1
            if change.before is not None:
                months[catalogue.month_of(change.before.moment / 1000)] -= 1
        if months.total() == len(catalogue.articles):
            catalogue.months = {month: months[month] for month in sorted(months, reverse=True) if months[month]}

    def _leads_elsewhere(self, new: set[int]) -> bool:
        """Whether a former address may lead to what was not there before, or is no longer."""
        found = {tag for change in self._changes for tag in (*change.info.tags, *(change.before or change.info).tags)}
        tags = {tag.strip().casefold() for tag in found} - {""}
        redirects = self._generator.snapshot.redirects
        return any(each.article_id in new or each.tag.strip().casefold() in tags for each in redirects)

    def build(self) -> None:
        """Render what the changes touch, exchange, remember. Raises NotFew where it was no quick build at all."""
        self._stage.recover()
        touched = {change.info.id: change.info for change in self._changes}
        for change in self._changes:
            for info in self._near(change):
                touched.setdefault(info.id, info)
        for info in touched.values():
            self._progress.check()
            self._work.articles([(self._generator.article_path(info), info)])
        self._crew.wait()
        self._media()
        folders: dict[str, Sequence[ArticleInfo]] = {}
        for change in self._changes:
            for article in (change.info, change.before):
                if article is not None:
                    folders |= self._generator.listings.of(article)
            self._gone_lists(change)
        outputs = {path: Output(path, OutputKind.PAGE) for path in self._list_pages(folders)}
        changed = [change.info for change in self._changes]
        newest_rank = max((max(change.rank, change.old_rank) for change in self._changes), default=-1)
        years = {month[:4] for month in self._months()}
        for output in self._generator.outputs_of(changed, folders, years, newest_rank):
            outputs[output.path] = output
        if any(name not in outputs and name not in self._before for name in self._generator.data_files.sitemap.names):
            raise NotFew("sitemap.xml")  # it has become too large for one file
        for output in outputs.values():
            before = self._before.get(output.path) if output.kind is OutputKind.PAGE else None
            if before is not None and not before.shared:
                raise NotFew(output.path)  # it was a redirect
        self._work.others(output for output in outputs.values() if not self._put_sitemap(output))
        self._freshen_some()
        self._crew.wait()
        self._finish()

    def _put_sitemap(self, output: Output) -> bool:
        """Write a file of the sitemap from what it was; whether that was possible."""
        if output.kind is not OutputKind.SITEMAP:
            return False
        new = [change for change in self._changes if change.before is None]
        edited = [change for change in self._changes if change.before is not None]
        if any(c.rank >= len(new) for c in new) or any(c.rank != c.old_rank for c in edited):
            return False
        if not self._ledger.is_intact(output.path):
            return False
        before = (self._out / output.path).read_bytes()
        body = self._generator.data_files.sitemap.after(
            output.path, before, (c.info for c in new), (c.info for c in edited)
        )
        if body is not None:
            self._work.put(output.path, body)
        return body is not None

    def _freshen_some(self) -> None:
        """Bring some old pages up to date, going round the whole site in the course of many builds."""
        generator, head = self._generator, self._head
        self._work.freshen = self.budget
        for _ in range(min(_SHARDS_LOOKED_AT, head.shards)):
            if self._work.freshen <= 0:
                return
            for path, written in self._state_file.shard(head.cursor).items():
                stale = written.shared and written.shared.split(" ")[0] != generator.shared_version
                if not stale or path in self.files or self._work.freshen <= 0:
                    continue
                info = generator.catalogue.by_path.get(path)
                if info is not None:
                    self._work.articles([(path, info)])
                else:
                    self._work.freshen -= not written.key  # pages without a key are made whenever they are looked at
                    self._work.others([Output(path, OutputKind.PAGE)])
            if self._work.freshen > 0:
                head.cursor = (head.cursor + 1) % head.shards

    def _near(self, change: _Change) -> Iterator[ArticleInfo]:
        """The articles whose pages name this one: its neighbours, then and now, and those related to it."""
        catalogue = self._generator.catalogue
        info, before = change.info, change.before
        yield from filter(None, catalogue.around(info.column_id, change.rank, change.rank + 1))
        yield from filter(None, catalogue.around(info.column_id, change.old_rank, change.old_rank))
        for tag in {*info.tags, *(before.tags if before else ())}:
            for rank in {change.rank, change.old_rank}:
                yield from catalogue.sharers(tag, rank)

    def _gone_lists(self, change: _Change) -> None:
        """Give up where a list vanished or became shorter by a page: then files are removed."""
        tags = {*change.info.tags, *(change.before.tags if change.before else ())}
        for tag in tags:
            slug = self._generator.catalogue.tag_slug(tag)
            if tag.strip() and tag not in self._generator.catalogue.tags and f"tags/{slug}/index.html" in self._before:
                raise NotFew(tag)
        if change.before is not None and change.rank != change.old_rank:
            local = self._generator.catalogue.month_of(change.before.moment / 1000)
            if local not in self._generator.catalogue.by_month:
                raise NotFew(local)

    def _list_pages(self, folders: Mapping[str, Sequence[ArticleInfo]]) -> Iterator[str]:
        """The pages of lists that may change."""
        length = max(1, self._generator.snapshot.settings.list_length)
        places = {(-c.info.date.timestamp(), -c.info.id) for c in self._changes}
        places |= {(-c.before.moment / 1000, -c.info.id) for c in self._changes if c.before}
        for folder, articles in folders.items():
            full = pagination.full_pages(len(articles), length)
            if f"{folder}/page-{full + 1}.html" in self._before:
                raise NotFew(folder)
            oldest = max(place_in(articles, place) for place in places)
            lowest = max(1, (len(articles) - 1 - oldest) // length)
            if full - lowest > _FEW_PAGES:
                raise NotFew(folder)
            yield f"{folder}/index.html"
            for number in sorted({*range(lowest, full + 1), *range(max(1, full - 4), full + 1)}):
                yield f"{folder}/page-{number}.html"
        for month in self._months():
            yield f"archive/{month}.html"

    def _months(self) -> set[str]:
        """The months (`yyyy-mm`) that the changed articles are from, now and before."""
        moments = [c.info.date.timestamp() for c in self._changes]
        moments += [c.before.moment / 1000 for c in self._changes if c.before]
        return {self._generator.catalogue.month_of(moment) for moment in moments}

    def _media(self) -> None:
        """Copy the pictures of changed pages that are new. Raises NotFew where one may be no longer wanted."""
        wanted: set[str] = set()
        for change in self._changes:
            path = self._generator.article_path(change.info)
            before = self._before.get(path)
            now = self.files[path]
            if before is not None and set(before.media) - set(now.media):
                raise NotFew(path)
            wanted |= {*now.media, change.info.cover} - {""}
        self._media_files.copy(output for output in self._generator.media_of(wanted) if output.path not in self._before)

    # The end

    def _finish(self) -> None:
        changed = {path: written for path, written in self.files.items() if self._before.get(path) != written}
        self._work.close()
        new = [path for path in changed if path not in self._before]
        shown = [path for path, written in changed.items() if written.shared]
        head, generator = self._head, self._generator
        if generator.shared_version == head.shared:
            renewed = sum(_was_stale(self._before.get(path), head.shared) for path in shown)
            head.stale -= renewed
        head.blocks += sum(bool(changed[path].shared) for path in new)
        if generator.shared_version != head.shared:
            head.stale = head.blocks - len(shown)
        if not head.stale and set(head.shown) - generator.keys.own_media:
            raise NotFew("pictures")  # no page shows them any more
        self._work.stale = head.stale
        head.last = self._difference().record()
        head.shared, head.segments = generator.shared_version, generator.search.rows
        head.pages += len(new)
        head.pinned = sorted(generator.catalogue.pinned)
        head.linked = sorted({*head.linked, *(number for written in changed.values() for number in written.articles)})
        head.media = generator.keys.media
        catalogue = generator.catalogue
        head.flagged, head.most_read = [info.id for info in catalogue.with_flags], catalogue.most_read
        head.published = generator.former.published_mark
        head.months = {month: len(articles) for month, articles in catalogue.by_month.items()}
        self.pages = head.pages
        with self._state_file.begin() as journal:
            journal.write("".join(f"{path}\n" for path in new).encode())
            self._stage.move(self._ledger.staged)
        for folder in {path.rpartition("/")[0] for path in self._ledger.staged}:
            head.folders[folder] = (self._out / folder).stat().st_mtime_ns
        self._state_file.update(
            head,
            self.marks,
            generator.catalogue.every_list(),
            changed,
            {change.info.id: generator.known(change.info) for change in self._changes},
            generator.search.composition,
        )

    @override
    def _difference(self) -> Difference:
        changes = [change for change in self._changes if change.info.id in self.edited]
        found = Difference(
            new=frozenset(change.info.id for change in changes if change.before is None),
            changed=frozenset(change.info.id for change in changes if change.before is not None),
            left={change.info.id: change.before for change in changes if change.before is not None},
            shared=self._generator.shared_version != self._head.shared,
            counts=len(changes) < len(self._changes),
        )
        return of_build(found, self._head, self._ledger.staged)


def _look_up(catalogue: Catalogue, marks: Marks, *, rising: bool) -> None:
    """Have the catalogue look few articles up without going through all of them, as far as that is possible."""
    articles, ids, catalogue.reads = catalogue.articles, marks.ids, marks.reads
    if rising:
        catalogue.by_id, catalogue.highest_id = ByRisingId(ids[::-1], articles), max(ids[:1], default=0)
    else:
        catalogue.by_id = dict(zip(ids, articles, strict=True))


def _was_stale(before: Written | None, shared: str) -> bool:
    return before is not None and before.shared.split(" ")[0] != shared


def is_enough(generator: Generator, state: StateFile, head: Head, out: Path) -> bool:
    """Whether so little changed that the next build is of this kind, as far as can be told before it is begun."""
    if not same_rest(head, state, generator, out):
        return False
    before, articles = state.marks(), generator.catalogue.articles
    places = Marks.of(articles).changed_since(before, _FEW)
    if places is None:
        return False
    return len(articles) == len(before) + sum(state.known(articles[place].id) is None for place in places)
