"""What can be done with articles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby, islice
from typing import Literal

from chce_desktop.domain.article import (
    TRASH_DAYS,
    Article,
    ArticleFilter,
    ArticleInfo,
    ArticlePatch,
    Counts,
    Page,
    Revision,
    State,
)
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.length import count_characters
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.services import bulk, formeraddresses, snippets, writing
from chce_desktop.services.connection import Connection
from chce_desktop.services.errors import (
    ArticleChanged,
    InvalidValue,
)
from chce_desktop.storage import articles as rows
from chce_desktop.storage import columns, fulltext, lists, phrases, revisions
from chce_desktop.storage.engine import Transaction

#: Articles written in one transaction by `create_many`.
_MANY = 500


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that a search found, with a piece of its text around the first match."""

    id: int
    title: str
    snippet: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`total` is exact; `items` are the newest or the best."""

    total: int
    items: tuple[Hit, ...]


class Articles:
    """The articles of an open site. Every method is one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, patch: ArticlePatch, *, author: str = "") -> Article:
        """A new article; what `patch` leaves out gets its default (state draft, date now, slug from the title).

        Raises SlugInvalid, SlugTaken, ColumnNotFound, InvalidValue.
        """
        with self._connection.write() as session:
            article = writing.create_in(session, patch, author)
        self._changed([article.id])
        return article

    def create_many(
        self, patches: Iterable[ArticlePatch], *, author: str = "", progress: Progress = SILENT
    ) -> tuple[int, ...]:
        """New articles as by `create`, a few hundred a transaction; their ids. Cancelled keeps what was written."""
        ids: list[int] = []
        waiting = iter(patches)
        while chunk := list(islice(waiting, _MANY)):
            progress.check()
            with self._connection.write() as session:
                made = [writing.create_in(session, patch, author).id for patch in chunk]
                phrases.tend(session)
            self._changed(made)
            ids += made
            progress.report(tr("Writing articles"), len(ids))
        return tuple(ids)

    def tend_index(self, progress: Progress = SILENT, *, written: int = 0) -> int:
        """Learn the phrases that make searches slow, and tidy the index, after `written` articles came or changed.

        How many phrases were new. Every search is exact before and after; others may write in between.
        """
        with self._connection.write() as session:
            learned = phrases.tend(session, progress)
            more = fulltext.tidy(session, written)
        while more and written:
            progress.check()
            with self._connection.write() as session:
                more = fulltext.tidy(session)
        return learned

    def get(self, article_id: int) -> Article:
        """The article with its body. Raises ArticleNotFound."""
        with self._connection.read() as session:
            return writing.existing(session, article_id)

    def infos(self, ids: Iterable[int]) -> dict[int, ArticleInfo]:
        """Those of these articles that exist, by id."""
        with self._connection.read() as session:
            return rows.get_infos(session, ids)

    def save(
        self, article_id: int, patch: ArticlePatch, *, base_version: int | None = None, author: str = ""
    ) -> Article:
        """Write what `patch` sets and keep a revision. The article as it is now.

        `base_version`: the version that the change was made from; ArticleChanged when there is a newer one. Raises
        also ArticleNotFound, SlugInvalid, SlugTaken, ColumnNotFound, InvalidValue.
        """
        with self._connection.write() as session:
            before = writing.existing(session, article_id)
            if base_version is not None and before.version != base_version:
                raise ArticleChanged(article_id, before.version)
            after = writing.change_in(session, before, patch, author)
        if after is not before:
            self._changed([article_id])
        return after

    def rewrite(self, article_id: int, change: Callable[[str], str]) -> Article:
        """Make the body what `change` makes of it, whoever else writes the article. Raises ArticleNotFound."""
        with self._connection.write() as session:
            before = writing.existing(session, article_id)
            after = writing.change_in(session, before, {"body": change(before.body)}, "")
        if after is not before:
            self._changed([article_id])
        return after

    def forsake(self, begun: Article) -> None:
        """Take away an article that was begun (as `begun` says) and left; it stays when there is a word in it."""
        with self._connection.write() as session:
            writing.forsake(session, begun)
        self._changed([begun.id])

    def find_by_slug(self, slug: str) -> ArticleInfo | None:
        """The article with this slug, in the trash too."""
        with self._connection.read() as session:
            article_id = rows.id_of_slug(session, slug)
            return None if article_id is None else rows.get_infos(session, [article_id])[article_id]

    def page(self, wanted: ArticleFilter, *, after: str | None = None, limit: int = 50, offset: int = 0) -> Page:
        """A keyset page of a list; `after` is the `next` of the page before.

        `offset` leaves out so many articles first: for a jump to a row, from where keyset pages go on. To jump near the
        end, ask for the list the other way round (`ArticleFilter.reverse`).
        """
        with self._connection.read() as session:
            return lists.page(session, wanted, _subtree(session, wanted.column_id), after, limit, offset)

    def places(self, wanted: ArticleFilter, ids: Collection[int]) -> dict[int, int]:
        """At which row of a list, from 0, articles stand; those that are not in it are left out."""
        with self._connection.read() as session:
            return lists.places(session, wanted, _subtree(session, wanted.column_id), ids)

    def days(self, wanted: ArticleFilter, zone: tzinfo) -> tuple[tuple[date, int], ...]:
        """Each day of a list in order of date, with the number of its articles, in the order of the list."""
        with self._connection.read() as session:
            moments = lists.dated(session, wanted, _subtree(session, wanted.column_id))
        found = groupby(moments, key=lambda moment: moment.astimezone(zone).date())
        return tuple((day, sum(1 for _ in same)) for day, same in found)

    def snippets(self, ids: Iterable[int], query: str) -> dict[int, str]:
        """For each article a piece of its text around the first place where the query occurs."""
        terms = fulltext.terms(query)
        with self._connection.read() as session:
            infos = rows.get_infos(session, ids)
            bodies = rows.bodies(session, infos)
        return {info.id: snippets.around(info, bodies.get(info.id, ""), terms) for info in infos.values()}

    def flagged(self) -> tuple[ArticleInfo, ...]:
        """Every article outside the trash that has a flag, begun, ended or neither."""
        with self._connection.read() as session:
            found = rows.get_infos(session, lists.flagged(session)).values()
        return tuple(info for info in found if info.trashed_at is None)

    def kept_out(self) -> tuple[ArticleInfo, ...]:
        """Every article outside the trash that is kept out of a block of the front page, newest first."""
        with self._connection.read() as session:
            found = rows.get_infos(session, lists.kept_out(session)).values()
        live = [info for info in found if info.trashed_at is None]
        return tuple(sorted(live, key=lambda info: (info.date, info.id), reverse=True))

    def count(self, wanted: ArticleFilter) -> int:
        """How many articles a list has."""
        with self._connection.read() as session:
            return lists.count(session, wanted, _subtree(session, wanted.column_id))

    def counts(self, column_id: int | None = None) -> Counts:
        """How many articles are in each state, in the site or in a column with those below it."""
        with self._connection.read() as session:
            return lists.counts(session, _subtree(session, column_id))

    def set_many(self, ids: Iterable[int], patch: ArticlePatch, *, progress: Progress = SILENT) -> int:
        """The same change of state, column, tags, flags, source … on many articles, all or none; how many.

        Titles, summaries, slugs and bodies are not changed in bulk (InvalidValue). For a change that can be undone see
        `set_each`.
        """
        if bulk.TEXTS & patch.keys():
            raise InvalidValue(tr("Titles and texts are changed one article at a time."))
        wanted = list(dict.fromkeys(ids))
        with self._connection.write() as session:
            changed = bulk.set_many(session, wanted, patch, progress)
        self._changed(wanted)
        return changed

    def set_each(
        self, patches: Mapping[int, ArticlePatch], *, author: str = "", progress: Progress = SILENT
    ) -> dict[int, ArticlePatch]:
        """A change for each of many articles, all or none; unknown ids are left out.

        Returns what the fields were before for each article that changed: `set_each` of that undoes the change, and
        what this returns does it again. Slugs stay when titles change. Raises Cancelled (then nothing was changed),
        SlugInvalid, SlugTaken, ColumnNotFound, InvalidValue.
        """
        with self._connection.write() as session:
            before = bulk.set_each(session, patches, author, progress)
        if before:
            self._changed(before)
        return before

    def change_each(
        self, patches: Mapping[int, ArticlePatch], *, author: str = "", progress: Progress = SILENT
    ) -> bulk.Step:
        """`set_each`, with what `take_back` needs to undo it. Raises what `set_each` raises."""
        with self._connection.write() as session:
            step = bulk.stepped(session, bulk.set_each(session, patches, author, progress))
        if step.before:
            self._changed(step.before)
        return step

    def take_back(self, step: bulk.Step, *, author: str = "", progress: Progress = SILENT) -> int:
        """Undo a change of many articles, all or none; fields that somebody has changed since stay as they are.

        How many articles have such fields. Raises what `set_each` raises.
        """
        with self._connection.write() as session:
            left = bulk.take_back(session, step, author, progress)
        if step.before:
            self._changed(step.before)
        return left

    def trash(self, ids: Iterable[int], *, progress: Progress = SILENT) -> int:
        """Move articles to the trash, all or none; how many moved."""
        return self._through(rows.move_to_trash, ids, progress)

    def restore(self, ids: Iterable[int], *, progress: Progress = SILENT) -> int:
        """Take articles out of the trash, in the state that they had; how many moved."""
        return self._through(rows.take_from_trash, ids, progress)

    def purge(self, ids: Iterable[int], *, progress: Progress = SILENT) -> int:
        """Delete articles in the trash for good, history included; others are left alone. How many are gone."""
        return self._through(
            lambda session, piece, _: formeraddresses.articles_destroyed(session, piece), ids, progress
        )

    def empty_old_trash(self, *, progress: Progress = SILENT) -> int:
        """Delete for good what has lain in the trash for longer than `TRASH_DAYS`; how many articles are gone."""
        with self._connection.read() as session:
            old = lists.trashed_before(session, writing.now() - timedelta(days=TRASH_DAYS))
        return self.purge(old, progress=progress) if old else 0

    def revisions(self, article_id: int) -> tuple[Revision, ...]:
        """The history of an article, newest first. Raises ArticleNotFound."""
        with self._connection.read() as session:
            writing.existing(session, article_id)
            return revisions.all_of(session, article_id)

    def revision(self, article_id: int, revision_id: int) -> Article:
        """The article as it was in a revision. Raises ArticleNotFound, InvalidValue for an unknown revision."""
        with self._connection.read() as session:
            now = writing.existing(session, article_id)
            return _overlaid(now, _revision_patch(session, article_id, revision_id))

    def name_revision(self, article_id: int, name: str = "", *, author: str = "") -> Revision:
        """Keep the article as it stands for good, under a name that may be empty."""
        with self._connection.write() as session:
            article = writing.existing(session, article_id)
            made = revisions.record(session, article, now=writing.now(), author=author, name=name)
            return next(r for r in revisions.all_of(session, article_id) if r.id == made)

    def revert(self, article_id: int, revision_id: int, *, author: str = "") -> Article:
        """Bring an old text back as the newest revision; slug, columns that are gone and state stay as they are now."""
        with self._connection.write() as session:
            before = writing.existing(session, article_id)
            patch = _revision_patch(session, article_id, revision_id)
            patch.pop("slug", None)
            patch.pop("state", None)
            tree = columns.tree(session)
            if patch.get("column_id") is not None and patch["column_id"] not in tree:
                patch.pop("column_id")
            patch["further_columns"] = tuple(c for c in patch.get("further_columns", ()) if c in tree)
            revisions.record(session, before, now=writing.now(), author=author, name="")
            after = writing.change_in(session, before, patch, author)
        self._changed([article_id])
        return after

    def search(
        self,
        query: str,
        *,
        where: Literal["all", "title", "body"] = "all",
        state: State | None = None,
        limit: int = 20,
        best_first: bool = False,
    ) -> SearchResult:
        """Articles outside the trash in which every term of `query` occurs (see `storage.fulltext.terms`).

        `best_first`: those first that have the terms in the title and most often in the text; else the newest.
        """
        with self._connection.read() as session:
            total, found = lists.matching(session, query, where, [state] if state else [], limit, best_first=best_first)
            bodies = rows.bodies(session, [info.id for info in found])
        terms = fulltext.terms(query)
        return SearchResult(
            total,
            tuple(Hit(info.id, info.title, snippets.around(info, bodies.get(info.id, ""), terms)) for info in found),
        )

    def find_titles(self, typed: str, limit: int = 20) -> tuple[ArticleInfo, ...]:
        """Articles outside the trash whose title holds what was typed, as it stands, in pinyin or by initials.

        `jyxw`, `jiaoyu` and `育新` all find 教育新闻. Titles that begin so come first, then the newest.
        """
        with self._connection.read() as session:
            return lists.titled(session, typed, limit)

    def ids(self, wanted: ArticleFilter) -> tuple[int, ...]:
        """Every article of a list, in its order: what “select all” means."""
        with self._connection.read() as session:
            return tuple(lists.ids(session, wanted, _subtree(session, wanted.column_id)))

    def known_sources(self, prefix: str = "", limit: int = 20) -> tuple[str, ...]:
        """Sources in use that start with `prefix`."""
        with self._connection.read() as session:
            return lists.known_values(session, "source", prefix, limit)

    def known_authors(self, prefix: str = "", limit: int = 20) -> tuple[str, ...]:
        """Authors in use that start with `prefix`."""
        with self._connection.read() as session:
            return lists.known_values(session, "author", prefix, limit)

    def known_tags(self, prefix: str = "", limit: int = 20) -> tuple[str, ...]:
        """Tags in use that start with `prefix`."""
        with self._connection.read() as session:
            return lists.known_tags(session, prefix, limit)

    def suggest_slug(self, title: str, article_id: int | None = None) -> str:
        """A free slug for a title."""
        with self._connection.read() as session:
            return writing.free_slug(session, title, article_id)

    def _through(
        self, work: Callable[[Transaction, list[int], datetime], list[int]], ids: Iterable[int], progress: Progress
    ) -> int:
        done: list[int] = []
        with self._connection.write() as session:
            for piece in bulk.pieces(dict.fromkeys(ids), progress):
                done += work(session, piece, writing.now())
        self._changed(done)
        return len(done)

    def _changed(self, ids: Iterable[int]) -> None:
        self._connection.publish(Changes(frozenset({Kind.ARTICLES}), frozenset(ids)))


def _revision_patch(session: Transaction, article_id: int, revision_id: int) -> ArticlePatch:
    patch = revisions.content(session, article_id, revision_id)
    if patch is None:
        raise InvalidValue(
            tr("The article has no revision {id}.", id=revision_id), hint=tr("Look through its history for the others.")
        )
    return patch


def _overlaid(article: Article, patch: ArticlePatch) -> Article:
    values = {name: getattr(article, name) for name in Article.__dataclass_fields__}
    values |= patch
    if "body" in patch:
        values |= {"characters": count_characters(patch["body"]), "body_hash": rows.hash_of(patch["body"])}
    return Article(**values)


def _subtree(session: Transaction, column_id: int | None) -> tuple[int, ...]:
    return () if column_id is None else columns.tree(session).subtree(column_id)
