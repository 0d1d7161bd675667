"""What lists show, read through the driver alone: heads of articles, the columns, the settings.

Nothing here needs SQLAlchemy, so that the first list is there before it is imported (see `storage.glance`).
"""

from __future__ import annotations

import contextlib
import gc
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any

from chce_desktop.domain.article import ArticleInfo, State
from chce_desktop.domain.column import Column, ColumnTree
from chce_desktop.domain.homepage import HomeBlock
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.storage import relations
from chce_desktop.storage.moments import from_milliseconds
from chce_desktop.storage.relations import Reader

#: What `HEAD` selects, in this order.
NAMES = (
    "id", "uid", "version", "title", "slug", "state", "date", "updated_at", "created_at", "short_title", "prefix",
    "subtitle", "title_color", "summary", "source", "source_url", "author", "editor", "keywords", "cover", "column_id",
    "reads", "withdraw_at", "trashed_at", "characters", "body_hash",
)  # fmt: skip
#: What to select, from the article `a`, for `infos`.
HEAD = ", ".join(f"a.{name}" for name in NAMES)
DATE = NAMES.index("date")
COLUMN_NAMES = ("id", "uid", "name", "slug", "parent_id", "position", "description", "keywords", "in_navigation")
_ALL_COLUMNS = f"SELECT {', '.join(COLUMN_NAMES)} FROM site_column"  # noqa: S608 - our own words


def settings(reader: Reader) -> SiteSettings:
    """The settings; keys of another version are left alone."""
    known = {field.name for field in fields(SiteSettings)}
    values: dict[str, Any] = {}
    for key, value in reader.raw.execute("SELECT key, value FROM setting"):
        if key in known:
            decoded = json.loads(value)
            values[key] = tuple(decoded) if isinstance(decoded, list) else decoded
    if "home_blocks" in values:
        values["home_blocks"] = tuple(_known_blocks(values["home_blocks"]))
    return SiteSettings(**values)


def _known_blocks(blocks: Iterable[dict[str, Any]]) -> Iterator[HomeBlock]:
    for block in blocks:
        with contextlib.suppress(ValueError):  # a kind of block that another version knows
            yield HomeBlock.of(block)


def columns(reader: Reader) -> ColumnTree:
    """All columns."""
    return ColumnTree(
        Column(**dict(zip(COLUMN_NAMES, (*row[:-1], bool(row[-1])), strict=True)))
        for row in reader.raw.execute(_ALL_COLUMNS)
    )


@dataclass(slots=True)
class Sharing:
    """One object for equal values, while rows are read."""

    texts: dict[str, str] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=lambda: {state.value: state for state in State})


def infos(reader: Reader, rows: Sequence[Sequence[Any]]) -> tuple[ArticleInfo, ...]:
    """Domain objects of rows of `HEAD`, in their order, with columns, tags and flags."""
    ids = None if len(rows) > relations.MANY else [row[0] for row in rows]
    with _without_collecting(many=ids is None):
        return _infos(reader, rows, ids)


@contextmanager
def _without_collecting(*, many: bool) -> Iterator[None]:
    """Nothing here forms cycles; looking for some again and again takes a third of the time of a snapshot."""
    pausing = many and gc.isenabled()
    if pausing:
        gc.disable()
    try:
        yield
    finally:
        if pausing:
            gc.enable()


def _infos(reader: Reader, rows: Sequence[Sequence[Any]], ids: list[int] | None) -> tuple[ArticleInfo, ...]:
    further, tags, flags, kept_out = relations.of(reader, ids)
    sharing = Sharing()
    return tuple(
        ArticleInfo(
            **values(row, sharing),
            further_columns=further.get(row[0], ()),
            tags=tags.get(row[0], ()),
            flags=flags.get(row[0], ()),
            kept_out=kept_out.get(row[0], ()),
        )
        for row in rows
    )


def values(row: Sequence[Any], sharing: Sharing) -> dict[str, Any]:
    """The fields of `ArticleInfo` that stand in a row of `HEAD`."""
    (
        article_id, uid, version, title, slug, state, date, updated, created, short_title, prefix, subtitle,
        title_color, summary, source, source_url, author, editor, keywords, cover, column_id, reads, withdraw,
        trashed, characters, body_hash,
    ) = row  # fmt: skip
    # Written out, and with equal values kept once: it runs for every article of the site at each snapshot.
    same = sharing.texts.setdefault
    at = from_milliseconds(created)
    return {
        "id": article_id,
        "uid": uid,
        "version": version,
        "title": title,
        "slug": slug,
        "state": sharing.states[state],
        "date": at if date == created else from_milliseconds(date),
        "updated_at": at if updated == created else from_milliseconds(updated),
        "created_at": at,
        "short_title": short_title,
        "prefix": same(prefix, prefix),
        "subtitle": subtitle,
        "title_color": same(title_color, title_color),
        "summary": summary,
        "source": same(source, source),
        "source_url": same(source_url, source_url),
        "author": same(author, author),
        "editor": same(editor, editor),
        "keywords": keywords,
        "cover": cover,
        "column_id": column_id,
        "reads": reads,
        "withdraw_at": None if withdraw is None else from_milliseconds(withdraw),
        "trashed_at": None if trashed is None else from_milliseconds(trashed),
        "characters": characters,
        "body_hash": body_hash,
    }
