"""Pages of articles that are not kept: rendered and written many at a time, here or in the second process."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import NamedTuple

from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.packs import Place, Room, RoomWriter
from chce_desktop.sitegen.prose import Prose
from chce_desktop.sitegen.sheets import FolderWriter, Outcome, write_all

#: So many pages are made step by step. A page takes some 30 KB meanwhile.
_AT_ONCE = 100


class Wanted(NamedTuple):
    """An article's page to make from a body or from Markdown. Where its SHA-256 is `known`, nothing is written."""

    article_id: int
    path: str
    source: Prose | str
    known: str


class Job(NamedTuple):
    """Pages to write below the folder `root`, and room for what is kept of them: their own parts, and their bodies."""

    root: str
    rows: Sequence[Wanted]
    pages: Room | None
    bodies: Room | None


class Made(NamedTuple):
    """The page's own part, its body and key where that was not there before, what is in it, what was written.

    Parts and bodies are there themselves where there was no room for them.
    """

    record: Place | bytes
    body: tuple[bytes, Place | Prose] | None
    media: tuple[str, ...]
    articles: tuple[int, ...]
    outcome: Outcome


def make(generator: Generator, job: Job) -> list[Made]:
    """Make pages, write and keep them. Raises OSError, TemplateFailed, ThemeFaulty."""
    found: list[Made] = []
    with FolderWriter(job.root) as writer, _rooms(job) as rooms:
        for start in range(0, len(job.rows), _AT_ONCE):
            found += _made(generator, job.rows[start : start + _AT_ONCE], writer, *rooms)
    return found


def _made(
    generator: Generator,
    rows: Sequence[Wanted],
    writer: FolderWriter,
    pages: RoomWriter | None,
    kept: RoomWriter | None,
) -> Iterator[Made]:
    """Some pages, step by step (see `ArticlePages.pages`)."""
    by_id, bodies = generator.catalogue.by_id, generator.bodies
    proses = [bodies.rendered(row.source) for row in rows]
    sheets = generator.article_sheets([by_id[row.article_id] for row in rows], proses)
    data = [sheet.data() for sheet in sheets]
    outcomes = write_all(writer, [(row.path, row.known) for row in rows], data)
    parts = [_kept(sheet.record(), pages) for sheet in sheets]
    for row, prose, part, outcome in zip(rows, proses, parts, outcomes, strict=True):
        body: tuple[bytes, Place | Prose] | None = None
        if isinstance(row.source, str):
            place = kept.put(bodies.record(prose)) if kept else None
            body = (bodies.key_of(row.source), place or prose)
        yield Made(part, body, prose.media, prose.articles, outcome)


def _kept(record: bytes, room: RoomWriter | None) -> Place | bytes:
    return (room.put(record) if room else None) or record


@contextlib.contextmanager
def _rooms(job: Job) -> Iterator[tuple[RoomWriter | None, RoomWriter | None]]:
    with ExitStack() as stack:
        rooms = [stack.enter_context(RoomWriter(room)) if room else None for room in (job.pages, job.bodies)]
        yield rooms[0], rooms[1]
