"""Pages of articles that are not kept: rendered and written many at a time, here or in the second process."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.prose import Prose
from chce_desktop.sitegen.sheets import FolderWriter, Outcome


class Wanted(NamedTuple):
    """An article's page to make from a body or from Markdown. Where its SHA-256 is `known`, nothing is written."""

    article_id: int
    path: str
    source: Prose | str
    known: str


class Made(NamedTuple):
    """The page's own part, its body where that was not there before, the files and articles in it, what was written."""

    record: bytes
    prose: Prose | None
    media: tuple[str, ...]
    articles: tuple[int, ...]
    outcome: Outcome


def make(generator: Generator, job: tuple[str, Sequence[Wanted]]) -> list[Made]:
    """Make pages and write them below a folder. Raises OSError, TemplateFailed, ThemeFaulty."""
    root, rows = job
    found = []
    by_id = generator.catalogue.by_id
    with FolderWriter(root) as writer:
        for article_id, path, source, known in rows:
            sheet, prose = generator.sheet_of(by_id[article_id], source)
            data = sheet.data()
            digest = hashlib.sha256(data).hexdigest()
            modified = 0 if digest == known else writer.write(path, data)
            outcome = Outcome(digest, len(data), modified)
            fresh = None if source is prose else prose
            found.append(Made(sheet.record(), fresh, prose.media, prose.articles, outcome))
    return found
