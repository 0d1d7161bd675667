"""Pages of articles that are not kept: rendered and written many at a time, here or in the second process."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import NamedTuple

from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.packs import Place, Room, RoomWriter
from chce_desktop.sitegen.prose import Prose
from chce_desktop.sitegen.sheets import FolderWriter, Outcome


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
    found = []
    by_id, bodies = generator.catalogue.by_id, generator.bodies
    with FolderWriter(job.root) as writer, _rooms(job) as (pages_room, bodies_room):
        for article_id, path, source, known in job.rows:
            sheet, prose = generator.sheet_of(by_id[article_id], source)
            data, record = sheet.data(), sheet.record()
            digest = hashlib.sha256(data).hexdigest()
            modified = 0 if digest == known else writer.write(path, data)
            outcome = Outcome(digest, len(data), modified)
            body: tuple[bytes, Place | Prose] | None = None
            if isinstance(source, str):
                place = bodies_room.put(bodies.record(prose)) if bodies_room else None
                body = (bodies.key_of(source), place or prose)
            part = (pages_room.put(record) if pages_room else None) or record
            found.append(Made(part, body, prose.media, prose.articles, outcome))
    return found


@contextlib.contextmanager
def _rooms(job: Job) -> Iterator[tuple[RoomWriter | None, RoomWriter | None]]:
    with ExitStack() as stack:
        rooms = [stack.enter_context(RoomWriter(room)) if room else None for room in (job.pages, job.bodies)]
        yield rooms[0], rooms[1]
