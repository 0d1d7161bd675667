"""One build in a process of its own, so that time and memory are those of the build: `python -m … PICKLE OUT [new]`.

Prints JSON: seconds by the clock, seconds of processor time of all its processes, MB of memory at most, files.
"""

from __future__ import annotations

import json
import os
import pickle
import random
import resource
import sqlite3
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen import build
from tests.helpers.snapshots import NOW, article, body, info_of


class StoredTexts:
    """Bodies from a database, as the library has them: what is not asked for takes no memory."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def fill(self, bodies: Mapping[int, str]) -> None:
        """Put bodies in."""
        with sqlite3.connect(self._path) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS body (id INTEGER PRIMARY KEY, text TEXT)")
            connection.executemany("INSERT OR REPLACE INTO body VALUES (?, ?)", bodies.items())
        connection.close()

    def get(self, article_ids: Iterable[int]) -> Mapping[int, str]:
        """The bodies of these articles."""
        connection = sqlite3.connect(self._path)
        ids = ",".join(map(str, article_ids))
        found = dict(connection.execute(f"SELECT id, text FROM body WHERE id IN ({ids})"))  # noqa: S608 - numbers
        connection.close()
        return found


def with_one_more(snapshot: SiteSnapshot) -> SiteSnapshot:
    """The site with one new article."""
    number = max(info.id for info in snapshot.articles) + 1
    text = body(random.Random(number), 1200)  # noqa: S311 - repeatable, no secret
    new = article(number, text, title="全新的文章", date=NOW, column_id=2, tags=("阅读", "美育"))
    texts = snapshot.bodies
    if isinstance(texts, StoredTexts):
        texts.fill({number: text})
    return replace(snapshot, articles=(info_of(new), *snapshot.articles))


def main() -> None:
    """Build, and say what it took."""
    pickled, out = Path(sys.argv[1]), Path(sys.argv[2])
    snapshot: SiteSnapshot = pickle.loads(pickled.read_bytes())  # noqa: S301 - made by the benchmark
    if "new" in sys.argv:
        snapshot = with_one_more(snapshot)
    before, started = sum(os.times()[:4]), time.perf_counter()
    result = build(snapshot, out)
    seconds = time.perf_counter() - started
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    second = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    facts = {
        "clock": seconds,
        "processor": sum(os.times()[:4]) - before,
        "memory": (own + second) / 1024,
        "files": result.pages,
        "written": result.written,
    }
    sys.stdout.write(json.dumps(facts))


if __name__ == "__main__":
    main()
