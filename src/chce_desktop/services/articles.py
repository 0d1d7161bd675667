"""What can be done with articles."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Literal, cast

from chce_desktop.domain import addresses, slugs
from chce_desktop.domain.article import (
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
from chce_desktop.domain.redirect import Redirect
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.services import snippets
from chce_desktop.services.connection import Connection
from chce_desktop.services.errors import (
    ArticleChanged,
    ArticleNotFound,
    ColumnNotFound,
    InvalidValue,
    SlugInvalid,
    SlugTaken,
)
from chce_desktop.storage import articles as rows
from chce_desktop.storage import columns, fulltext, lists, phrases, redirects, revisions
from chce_desktop.storage.engine import Transaction

#: Articles that a change of many handles in one go between two looks at progress.
_MANY = 500
_UNTITLED_SLUG = "untitled"


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that a search found, with a piece of its text around the first match."""

    id: int
    title: str
    snippet: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`total` is exact; `items` are the newest."""

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
            article = create_in(session, patch, author)
        self._changed([article.id])
        return article

    def create_many(
        self, patches: Iterable[ArticlePatch], *, author: str = "", progress: Progress = SILENT
    ) -> tuple[int, ...]:
        """New articles as by `create`, some hundred in each transaction; their ids. What was written stays on cancel."""
        ids: list[int] = []
        waiting = iter(patches)
        while chunk := list(islice(waiting, _MANY)):
            progress.check()
            with self._connection.write() as session:
                made = [create_in(session, patch, author).id for patch in chunk]
                phrases.tend(session)
            self._changed(made)
            ids += made
            progress.report(tr("Writing articles"), len(ids))
        return tuple(ids)

    def tend_index(self, progress: Progress = SILENT) -> int:
        """Learn the phrases that make searches slow, after imports and when nobody waits; how many were new.

        Nothing is found but for speed: every search is exact before and after.
        """
        with self._connection.write() as session:
            return phrases.tend(session, progress)

    def get(self, article_id: int) -> Article:
        """The article with its body. Raises ArticleNotFound."""
        with self._connection.read() as session:
            return _existing(session, article_id)

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
            before = _existing(session, article_id)
            if base_version is not None and before.version != base_version:
                raise ArticleChanged(article_id, before.version)
            after = change_in(session, before, patch, author)
        if after is not before:
            self._changed([article_id])
        return after

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

    def count(self, wanted: ArticleFilter) -> int:
        """How many articles a list has."""
        with self._connection.read() as session:
            return lists.count(session, wanted, _subtree(session, wanted.column_id))

    def counts(self, column_id: int | None = None) -> Counts:
        """How many articles are in each state, in the site or in a column with those below it."""
        with self._connection.read() as session:
            return lists.counts(session, _subtree(session, column_id))

    def set_many(self, ids: Iterable[int], patch: ArticlePatch) -> int:
        """The same change of state, column, tags, flags, source … on many articles, all or none; how many.

        Titles, summaries, slugs and bodies are not changed in bulk (InvalidValue).
        """
        if set(patch) & {"title", "slug", "body", "summary"}:
            raise InvalidValue(tr("Titles and texts are changed one article at a time."))
        wanted = list(dict.fromkeys(ids))
        now = _now()
        with self._connection.write() as session:
            _validate(session, patch)
            if "column_id" in patch:
                self._leave_redirects(session, wanted, patch["column_id"], now)
            changed = rows.change_many(session, wanted, patch, now=now)
        self._changed(wanted)
        return changed

    def trash(self, ids: Iterable[int]) -> int:
        """Move articles to the trash; how many moved."""
        with self._connection.write() as session:
            moved = rows.move_to_trash(session, ids, _now())
        self._changed(moved)
        return len(moved)

    def restore(self, ids: Iterable[int]) -> int:
        """Take articles out of the trash, in the state that they had; how many moved."""
        with self._connection.write() as session:
            moved = rows.take_from_trash(session, ids, _now())
        self._changed(moved)
        return len(moved)

    def purge(self, ids: Iterable[int]) -> int:
        """Delete articles in the trash for good, history included; others are left alone. How many are gone."""
        with self._connection.write() as session:
            gone = rows.destroy(session, ids)
        self._changed(gone)
        return len(gone)

    def revisions(self, article_id: int) -> tuple[Revision, ...]:
        """The history of an article, newest first. Raises ArticleNotFound."""
        with self._connection.read() as session:
            _existing(session, article_id)
            return revisions.all_of(session, article_id)

    def revision(self, article_id: int, revision_id: int) -> Article:
        """The article as it was in a revision. Raises ArticleNotFound, InvalidValue for an unknown revision."""
        with self._connection.read() as session:
            now = _existing(session, article_id)
            return _overlaid(now, _revision_patch(session, article_id, revision_id))

    def name_revision(self, article_id: int, name: str = "", *, author: str = "") -> Revision:
        """Keep the article as it stands for good, under a name that may be empty."""
        with self._connection.write() as session:
            article = _existing(session, article_id)
            made = revisions.record(session, article, now=_now(), author=author, name=name)
            return next(r for r in revisions.all_of(session, article_id) if r.id == made)

    def revert(self, article_id: int, revision_id: int, *, author: str = "") -> Article:
        """Bring an old text back as the newest revision; slug, columns that are gone and state stay as they are now."""
        with self._connection.write() as session:
            before = _existing(session, article_id)
            patch = _revision_patch(session, article_id, revision_id)
            patch.pop("slug", None)
            patch.pop("state", None)
            tree = columns.tree(session)
            if patch.get("column_id") is not None and patch["column_id"] not in tree:
                patch.pop("column_id")
            patch["further_columns"] = tuple(c for c in patch.get("further_columns", ()) if c in tree)
            revisions.record(session, before, now=_now(), author=author, name="")
            after = change_in(session, before, patch, author)
        self._changed([article_id])
        return after

    def search(
        self,
        query: str,
        *,
        where: Literal["all", "title", "body"] = "all",
        state: State | None = None,
        limit: int = 20,
    ) -> SearchResult:
        """Articles outside the trash in which every term of `query` occurs (see `storage.fulltext.terms`)."""
        with self._connection.read() as session:
            total, found = lists.matching(session, query, where, [state] if state else [], limit)
            bodies = rows.bodies(session, [info.id for info in found])
        terms = fulltext.terms(query)
        return SearchResult(
            total,
            tuple(Hit(info.id, info.title, snippets.around(info, bodies.get(info.id, ""), terms)) for info in found),
        )

    def known_sources(self, prefix: str = "", limit: int = 20) -> tuple[str, ...]:
        """Sources in use that start with `prefix`."""
        with self._connection.read() as session:
            return lists.known_values(session, "source", prefix, limit)

    def known_authors(self, prefix: str = "", limit: int = 20) -> tuple[str, ...]:
        """Authors in use that start with `prefix`."""
        with self._connection.read() as session:
            return lists.known_values(session, "author", prefix, limit)

    def known_editors(self, prefix: str = "", limit: int = 20) -> tuple[str, ...]:
        """Responsible editors in use that start with `prefix`."""
        with self._connection.read() as session:
            return lists.known_values(session, "editor", prefix, limit)

    def known_tags(self, prefix: str = "", limit: int = 20) -> tuple[str, ...]:
        """Tags in use that start with `prefix`."""
        with self._connection.read() as session:
            return lists.known_tags(session, prefix, limit)

    def suggest_slug(self, title: str, article_id: int | None = None) -> str:
        """A free slug for a title."""
        with self._connection.read() as session:
            return _free_slug(session, title, article_id)

    @staticmethod
    def _leave_redirects(session: Transaction, ids: list[int], column_id: int | None, now: datetime) -> None:
        tree = columns.tree(session)
        target = tree.get(column_id)
        for start in range(0, len(ids), _MANY):
            for info in rows.get_infos(session, ids[start : start + _MANY]).values():
                if info.column_id == column_id:
                    continue
                old = tree.get(info.column_id)
                if rows.was_public(session, info.id):
                    old_path = addresses.article_path(info.slug, old.slug if old else None)
                    redirects.add(session, [Redirect(old_path, article_id=info.id)], now)
                redirects.forget(session, addresses.article_path(info.slug, target.slug if target else None))

    def _changed(self, ids: Iterable[int]) -> None:
        self._connection.publish(Changes(frozenset({Kind.ARTICLES}), frozenset(ids)))


def create_in(session: Transaction, patch: ArticlePatch, author: str) -> Article:
    """Insert an article within an open transaction, as `Articles.create` does; nobody is told."""
    now = _now()
    complete = _normalised(patch)
    _validate(session, complete)
    complete.setdefault("title", "")
    complete.setdefault("date", now)
    if complete.get("slug"):
        _require_free(session, complete["slug"], None)
    else:
        complete["slug"] = _free_slug(session, complete["title"], None)
    article_id = rows.add(session, complete, now=now)
    article = _existing(session, article_id)
    redirects.forget(session, _path(session, article))
    revisions.record(session, article, now=now, author=author)
    return article


def change_in(session: Transaction, before: Article, patch: ArticlePatch, author: str) -> Article:
    """Change an article within an open transaction, as `Articles.save` does; `before` itself when nothing changes."""
    patch = _normalised(patch)
    if patch.get("slug") == "":
        patch["slug"] = _free_slug(session, patch.get("title", before.title), before.id)
    patch = cast("ArticlePatch", {key: value for key, value in patch.items() if value != getattr(before, key)})
    if not patch:
        return before
    now = _now()
    _validate(session, patch)
    if "slug" in patch:
        _require_free(session, patch["slug"], before.id)
    elif "title" in patch and _follows_title(before) and not rows.was_public(session, before.id):
        patch["slug"] = _free_slug(session, patch["title"], before.id)
    rows.change(session, before, patch, now=now)
    after = _existing(session, before.id)
    if "slug" in patch or "column_id" in patch:
        old, new = _path(session, before), _path(session, after)
        if rows.was_public(session, before.id):
            redirects.add(session, [Redirect(old, article_id=before.id)], now)
        redirects.forget(session, new)
    revisions.record(session, after, now=now, author=author)
    return after


def _existing(session: Transaction, article_id: int) -> Article:
    article = rows.get(session, article_id)
    if article is None:
        raise ArticleNotFound(article_id)
    return article


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
        values |= {"characters": rows.count_characters(patch["body"]), "body_hash": rows.hash_of(patch["body"])}
    return Article(**values)


def _now() -> datetime:
    # The library keeps milliseconds; what is returned must equal what is read back.
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _subtree(session: Transaction, column_id: int | None) -> tuple[int, ...]:
    return () if column_id is None else columns.tree(session).subtree(column_id)


def _path(session: Transaction, article: ArticleInfo) -> str:
    column = columns.tree(session).get(article.column_id)
    return addresses.article_path(article.slug, column.slug if column else None)


def _free_slug(session: Transaction, title: str, article_id: int | None) -> str:
    def taken(slug: str) -> bool:
        return rows.id_of_slug(session, slug) not in (None, article_id)

    return slugs.make_unique(slugs.slugify(title, _UNTITLED_SLUG), taken)


def _follows_title(article: ArticleInfo) -> bool:
    """Whether the slug was made from the title, and not by hand."""
    base = slugs.slugify(article.title, _UNTITLED_SLUG)
    return article.slug == base or article.slug.removeprefix(f"{base}-").isdigit()


def _require_free(session: Transaction, slug: str, article_id: int | None) -> None:
    if not slugs.is_valid(slug):
        raise SlugInvalid(slug)
    if rows.id_of_slug(session, slug) not in (None, article_id):
        raise SlugTaken(slug)


_ONE_LINE = ("title", "short_title", "prefix", "subtitle", "source", "source_url", "author", "editor", "keywords")


def _normalised(patch: ArticlePatch) -> ArticlePatch:
    """Single-line fields on one line without control characters; line ends of texts as LF; no lone surrogates."""
    values = dict(patch)
    for key in _ONE_LINE:
        if key in values:
            text = str(values[key])
            printable = "".join(c if c.isprintable() or c == "\u3000" else " " for c in text)
            values[key] = re.sub(" +", " ", printable).strip()
    for key in ("body", "summary"):
        if key in values:
            text = str(values[key]).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
            values[key] = text.encode("utf-8", "replace").decode("utf-8")
    for key in ("further_columns", "tags", "flags"):
        if key in values:
            values[key] = tuple(cast("Iterable[object]", values[key]))
    for key in ("date", "withdraw_at"):
        moment = values.get(key)
        if isinstance(moment, datetime):
            values[key] = moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)
    return cast("ArticlePatch", values)


def _validate(session: Transaction, patch: ArticlePatch) -> None:
    wanted = [c for c in (patch.get("column_id"), *patch.get("further_columns", ())) if c is not None]
    if wanted:
        tree = columns.tree(session)
        for column_id in wanted:
            if column_id not in tree:
                raise ColumnNotFound(column_id)
    colour = patch.get("title_color", "")
    if colour and not (
        colour.startswith("#") and len(colour) in (4, 7) and all(c in "0123456789abcdefABCDEF" for c in colour[1:])
    ):
        raise InvalidValue(
            tr("“{value}” is not a colour.", value=colour), hint=tr("Write it as # and six digits, such as #C00000.")
        )
    if patch.get("reads", 0) < 0:
        raise InvalidValue(tr("A reading count cannot be below zero."))
