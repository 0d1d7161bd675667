"""The search index, here or in the second process: pieces made and kept, files put together from pieces and written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from chce_desktop.sitegen import searchindex
from chce_desktop.sitegen.bodies import TextsElsewhere
from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.kept import put_stripes
from chce_desktop.sitegen.searchindex import Document
from chce_desktop.sitegen.sheets import FolderWriter, Outcome


class Order(NamedTuple):
    """A piece to be made of documents, which are taken out of their list, and the keys that its stripes are kept by."""

    name: str
    keys: Sequence[str]
    documents: list[Document]


def make(job: tuple[Path, Sequence[Order]]) -> None:
    """Make pieces and keep them in the folder `Kept.segments`, as far as they can be written there."""
    folder, orders = job
    for name, keys, documents in orders:
        put_stripes(folder, keys, searchindex.piece(name, _taken_out(documents)))


def _taken_out(documents: list[Document]) -> Iterator[Document]:
    while documents:
        yield documents.pop()


def write(generator: Generator, job: tuple[str, Sequence[tuple[str, str]]]) -> list[Outcome | None]:
    """Write files (path, known SHA-256) below a folder; None for each of which something is not kept. Raises OSError.

    No library is read: an open database must not be used by two processes.
    """
    root, rows = job
    outcomes: list[Outcome | None] = []
    generator.bodies.closed = True
    try:
        with FolderWriter(root) as writer:
            for path, known in rows:
                try:
                    data = generator.render_other(path).body
                except TextsElsewhere:
                    outcomes.append(None)
                    continue
                digest = hashlib.sha256(data).hexdigest()
                modified = 0 if digest == known else writer.write(path, data)
                outcomes.append(Outcome(digest, len(data), modified))
    finally:
        generator.bodies.closed = False
    return outcomes
