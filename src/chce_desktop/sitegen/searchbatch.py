"""Files of the search index whose pieces are kept: put together and written, here or in the second process."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from chce_desktop.sitegen.bodies import TextsElsewhere
from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.sheets import FolderWriter, Outcome


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
