"""Find and replace across articles: first every change is shown, then the chosen ones are made, in one step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from chce_desktop.domain.article import ArticleFilter, ArticlePatch
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.services import bulk, writing
from chce_desktop.services.connection import Connection
from chce_desktop.services.errors import InvalidValue
from chce_desktop.storage import columns, fulltext, lists, revisions
from chce_desktop.storage.engine import Transaction
from chce_desktop.storage.grams import Fields

Field = Literal["title", "summary", "body"]
_AROUND = 24
_STEP = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One occurrence: in which field of which article, where (characters from its start), and what stands around."""

    article_id: int
    title: str
    field: Field
    position: int
    before: str
    found: str
    replacement: str
    after: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """What to look for, and what to put there.

    `find` is plain text. `match_case` False finds `chce` for `CHCE`; `fields` are those that are searched.
    """

    find: str
    replace: str
    match_case: bool = True
    fields: tuple[Field, ...] = ("title", "summary", "body")

    def pattern(self) -> re.Pattern[str]:
        """The expression that finds it. Raises InvalidValue for nothing to find."""
        if not self.find:
            raise InvalidValue(tr("There is nothing to find."), hint=tr("Type the text that is to be replaced."))
        return re.compile(re.escape(self.find), 0 if self.match_case else re.IGNORECASE)


class Replacing:
    """Find and replace in the articles of an open site."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def preview(
        self, wanted: Replacement, where: ArticleFilter | None = None, *, progress: Progress = SILENT
    ) -> tuple[Change, ...]:
        """Every change that would be made in the articles of a list (default: all outside the trash).

        Raises InvalidValue, Cancelled.
        """
        pattern = wanted.pattern()
        found: list[Change] = []
        with self._connection.read() as session:
            ids = _candidates(session, wanted, where or ArticleFilter())
            for start in range(0, len(ids), _STEP):
                progress.check()
                progress.report(tr("Searching"), start, len(ids))
                for article_id, fields in fulltext.texts(session, ids[start : start + _STEP]).items():
                    found += _changes(article_id, fields, wanted, pattern)
        return tuple(found)

    def replace(
        self, changes: Iterable[Change], wanted: Replacement, *, author: str = "", progress: Progress = SILENT
    ) -> bulk.Step:
        """Make these changes of a preview, all or none; `Articles.take_back` undoes them.

        The text before is kept in each article's history under a name. Raises InvalidValue when a text has changed
        since the preview, Cancelled.
        """
        chosen = tuple(changes)
        name = tr("Before replacing “{find}” with “{replace}”", find=wanted.find, replace=wanted.replace)
        patches = self.patches(chosen)
        with self._connection.write() as session:
            for article_id, fields in fulltext.texts(session, patches).items():
                _require_same(fields, [change for change in chosen if change.article_id == article_id])
            now = writing.now()
            for piece in bulk.pieces(patches, progress):
                for article_id in piece:
                    article = writing.existing(session, article_id)
                    revisions.record(session, article, now=now, author=author, name=name)
            step = bulk.stepped(session, bulk.set_each(session, patches, author, progress))
        if step.before:
            self._connection.publish(Changes(frozenset({Kind.ARTICLES}), frozenset(step.before)))
        return step

    def patches(self, changes: Iterable[Change]) -> dict[int, ArticlePatch]:
        """What `Articles.set_each` must be given to make these changes of a preview, and no others.

        `set_each` returns what undoes them. Raises InvalidValue when a text has changed since the preview.
        """
        chosen: dict[int, dict[Field, list[Change]]] = {}
        for change in changes:
            chosen.setdefault(change.article_id, {}).setdefault(change.field, []).append(change)
        made: dict[int, ArticlePatch] = {}
        with self._connection.read() as session:
            texts = fulltext.texts(session, chosen)
        for article_id, by_field in chosen.items():
            patch = ArticlePatch()
            for field, wanted in by_field.items():
                text = dict(zip(_FIELDS, texts.get(article_id, ("", "", "")), strict=True))[field]
                patch[field] = _replaced(text, wanted)
            made[article_id] = patch
        return made


_FIELDS: tuple[Field, ...] = ("title", "summary", "body")


def _candidates(session: Transaction, wanted: Replacement, where: ArticleFilter) -> Sequence[int]:
    subtree = () if where.column_id is None else columns.tree(session).subtree(where.column_id)
    among = lists.ids(session, where, subtree)
    # The index narrows what is read; a text with blanks or quotes is one term when it is quoted.
    if '"' in wanted.find or "\n" in wanted.find:
        return among
    asked = fulltext.question(session, f'"{wanted.find}"', trashed=where.trash)
    if asked is None:
        return among
    hits = set(lists.hit_ids(session, asked))
    return [article_id for article_id in among if article_id in hits]


def _changes(article_id: int, fields: Fields, wanted: Replacement, pattern: re.Pattern[str]) -> Iterator[Change]:
    for field, text in zip(_FIELDS, fields, strict=True):
        if field not in wanted.fields:
            continue
        for match in pattern.finditer(text):
            if match[0] != wanted.replace:
                yield Change(
                    article_id=article_id,
                    title=fields[0],
                    field=field,
                    position=match.start(),
                    before=text[max(0, match.start() - _AROUND) : match.start()],
                    found=match[0],
                    replacement=wanted.replace,
                    after=text[match.end() : match.end() + _AROUND],
                )


def _require_same(fields: Fields, changes: Iterable[Change]) -> None:
    """Raises InvalidValue where a change does not find what it found in the preview."""
    texts = dict(zip(_FIELDS, fields, strict=True))
    for change in changes:
        _replaced(texts[change.field], [change])


def _replaced(text: str, changes: list[Change]) -> str:
    for change in sorted(changes, key=lambda c: -c.position):
        end = change.position + len(change.found)
        if text[change.position : end] != change.found:
            raise InvalidValue(
                tr("“{title}” was changed since the preview.", title=change.title or change.article_id),
                hint=tr("Nothing was replaced. Search again."),
            )
        text = text[: change.position] + change.replacement + text[end:]
    return text
