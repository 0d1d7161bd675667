"""What can be done with the column tree."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from chce_desktop.domain import oneline, slugs
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.column import Column, ColumnPatch, ColumnTree
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.services import bulk, formeraddresses, treesteps
from chce_desktop.services.connection import Connection
from chce_desktop.services.errors import (
    ColumnInsideItself,
    ColumnNotEmpty,
    ColumnNotFound,
    InvalidValue,
    SlugInvalid,
    SlugTaken,
)
from chce_desktop.services.treesteps import Recorder, TreeStep
from chce_desktop.storage import articles, lists, mentions
from chce_desktop.storage import columns as rows
from chce_desktop.storage.engine import Transaction

_BOTH = Changes(frozenset({Kind.COLUMNS, Kind.ARTICLES}), None)
#: Where columns go or come back: blocks of the front page and saved searches name them.
_ALL = Changes(_BOTH.kinds | {Kind.SETTINGS, Kind.SEARCHES}, None)


class Columns:
    """The columns of an open site. Every method is one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tree(self) -> ColumnTree:
        """All columns."""
        with self._connection.read() as session:
            return rows.tree(session)

    def find(self, path: str) -> Column:
        """The column whose names from the top are `path`, joined by `/`. Raises ColumnNotFound."""
        found = _find(self.tree(), path)
        if found is None:
            raise ColumnNotFound(path)
        return found

    def add(
        self,
        name: str,
        parent_id: int | None = None,
        *,
        slug: str = "",
        description: str = "",
        keywords: str = "",
        in_navigation: bool = True,
    ) -> Column:
        """A new column, last of its siblings; a sibling of the same name is returned as it is.

        Raises InvalidValue, SlugInvalid, SlugTaken, ColumnNotFound (the parent).
        """
        name = _checked_name(name)
        with self._connection.write() as session:
            tree = rows.tree(session)
            if parent_id is not None and parent_id not in tree:
                raise ColumnNotFound(parent_id)
            existing = next((c for c in tree.children(parent_id) if c.name == name), None)
            if existing is not None:
                return existing
            if slug:
                _require_free(session, slug, None)
            else:
                slug = slugs.make_unique(slugs.slugify(name, "column"), lambda s: rows.slug_taken(session, s))
            column_id = rows.add(
                session,
                {
                    "name": name,
                    "parent_id": parent_id,
                    "slug": slug,
                    "description": description,
                    "keywords": keywords,
                    "in_navigation": in_navigation,
                },
            )
            column = rows.tree(session)[column_id]
        self._connection.changed(Kind.COLUMNS)
        return column

    def change(self, column_id: int, patch: ColumnPatch) -> Column:
        """Change name, slug or the rest; a changed slug leaves redirects from the column's and its articles' pages."""
        with self._connection.write() as session:
            tree = rows.tree(session)
            before = tree.get(column_id)
            if before is None:
                raise ColumnNotFound(column_id)
            if "name" in patch:
                patch = {**patch, "name": _checked_name(patch["name"])}
                if any(c.name == patch["name"] and c.id != column_id for c in tree.children(before.parent_id)):
                    raise InvalidValue(
                        tr("There is a column “{name}” in the same place already.", name=patch["name"]),
                        hint=tr("Choose another name."),
                    )
            if "slug" in patch and patch["slug"] != before.slug:
                _require_free(session, patch["slug"], column_id)
                formeraddresses.column_moved(session, before, patch["slug"])
            rows.change(session, column_id, patch)
            after = rows.tree(session)[column_id]
        self._connection.publish(_BOTH)
        return after

    def move(self, column_id: int, parent_id: int | None, index: int) -> Column:
        """Make the column the `index`-th child of a parent (None: the top). No address changes.

        Raises ColumnInsideItself, ColumnNotFound, InvalidValue for a namesake there.
        """
        with self._connection.write() as session:
            tree = rows.tree(session)
            column = tree.get(column_id)
            if column is None or (parent_id is not None and parent_id not in tree):
                raise ColumnNotFound(column_id if column is None else parent_id)
            if parent_id is not None and parent_id in tree.subtree(column_id):
                raise ColumnInsideItself(column.name)
            if any(c.name == column.name and c.id != column_id for c in tree.children(parent_id)):
                raise InvalidValue(
                    tr("There is a column “{name}” in the same place already.", name=column.name),
                    hint=tr("Rename one of the two first."),
                )
            rows.place(session, column_id, parent_id, index)
            moved = rows.tree(session)[column_id]
        self._connection.changed(Kind.COLUMNS)
        return moved

    def remove(self, column_id: int, into: int | None = None) -> TreeStep:
        """Delete a column; its articles move into another one, or have none. `take_back` undoes it.

        Raises ColumnNotEmpty, ColumnNotFound.
        """
        with self._connection.write() as session:
            tree = rows.tree(session)
            column = tree.get(column_id)
            if column is None:
                raise ColumnNotFound(column_id)
            if into is not None and (into not in tree or into == column_id):
                raise ColumnNotFound(into)
            if tree.children(column_id):
                raise ColumnNotEmpty(column.name)
            recorder = Recorder.of(session, [column_id])
            formeraddresses.column_goes(session, column, None if into is None else tree[into])
            self._go(session, column_id, into)
            step = recorder.step(session)
        self._connection.publish(_ALL)
        return step

    def discard(self, column_id: int) -> TreeStep | None:
        """Undo `add`: a column in which nothing lies goes again; `take_back` brings it back as it was.

        Raises ColumnNotEmpty; None for one that is gone already.
        """
        with self._connection.write() as session:
            tree = rows.tree(session)
            column = tree.get(column_id)
            if column is None:
                return None
            if tree.children(column_id) or rows.article_ids(session, [column_id]):
                raise ColumnNotEmpty(column.name)
            recorder = Recorder.of(session, [column_id])
            rows.remove(session, column_id, None, datetime.now(UTC))
            step = recorder.step(session)
        self._connection.publish(_BOTH)
        return step

    def merge(self, column_ids: Iterable[int], into: int) -> TreeStep:
        """Several columns become one, with their articles and the columns below them; namesakes below become one too.

        Every address that readers know leads on. `take_back` undoes it. Raises ColumnNotFound, ColumnInsideItself.
        """
        chosen = [column_id for column_id in dict.fromkeys(column_ids) if column_id != into]
        with self._connection.write() as session:
            recorder = Recorder.of(session, chosen)
            for column_id in chosen:
                self._merge(session, column_id, into)
            step = recorder.step(session)
        self._connection.publish(_ALL)
        return step

    def take_back(self, step: TreeStep, *, author: str = "", progress: Progress = SILENT) -> int:
        """Undo `merge` or `remove`: columns and articles return. How many articles somebody has filed elsewhere since.

        Those stay there. Raises SlugTaken, Cancelled.
        """
        with self._connection.write() as session:
            left = treesteps.take_back(session, step, author, progress)
        self._connection.publish(_ALL)
        return left

    def split(
        self, column_id: int, name: str, article_ids: Iterable[int], *, slug: str = "", progress: Progress = SILENT
    ) -> Column:
        """Some articles of a column move into a new one beside it (or an old one of that name there).

        Raises what `add` and `Articles.set_many` raise. Cancelled leaves the new column, empty.
        """
        tree = self.tree()
        if column_id not in tree:
            raise ColumnNotFound(column_id)
        made = self.add(name, tree[column_id].parent_id, slug=slug)
        with self._connection.write() as session:
            here = {row.id for row in articles.addresses(session, article_ids) if row.column_id == column_id}
            bulk.set_many(session, sorted(here), {"column_id": made.id}, progress)
        self._connection.publish(_BOTH)
        return made

    def _merge(self, session: Transaction, column_id: int, into: int) -> None:
        tree = rows.tree(session)
        column, target = tree.get(column_id), tree.get(into)
        if column is None or target is None:
            raise ColumnNotFound(column_id if column is None else into)
        if into in tree.subtree(column_id):
            raise ColumnInsideItself(column.name)
        for child in tree.children(column_id):
            namesake = next((c for c in rows.tree(session).children(into) if c.name == child.name), None)
            if namesake is None:
                rows.place(session, child.id, into, len(rows.tree(session).children(into)))
            elif namesake.id != column_id:
                self._merge(session, child.id, namesake.id)
            else:
                # The column itself lies below its target under its child's name: the child takes its place.
                self._merge(session, child.id, column_id)
        formeraddresses.column_goes(session, column, target)
        self._go(session, column_id, into)

    @staticmethod
    def _go(session: Transaction, column_id: int, into: int | None) -> None:
        """Remove a column; its articles, and what else names it, go to another one."""
        if into is not None:
            mentions.lead(session, column_id, into)
        rows.remove(session, column_id, into, datetime.now(UTC))

    def article_counts(self) -> dict[int, int]:
        """How many articles outside the trash have each column as their main one."""
        with self._connection.read() as session:
            return lists.counts_by_column(session)


def _find(tree: ColumnTree, path: str) -> Column | None:
    found: Column | None = None
    for name in path.strip("/").split("/"):
        found = next((c for c in tree.children(found.id if found else None) if c.name == name.strip()), None)
        if found is None:
            return None
    return found


def _checked_name(name: str) -> str:
    name = oneline.name(name)
    if name and "/" not in name and oneline.is_visible(name):
        return name
    hint = tr("Leave out what cannot be seen, such as control characters.") if name else tr("Write a name.")
    if "/" in name:
        hint = tr("Give it a name without the sign “/”.")
    raise InvalidValue(tr("“{name}” cannot be the name of a column.", name=name), hint=hint)


def _require_free(session: Transaction, slug: str, column_id: int | None) -> None:
    if not slugs.is_valid(slug):
        raise SlugInvalid(slug)
    if rows.slug_taken(session, slug, column_id):
        raise SlugTaken(slug)
