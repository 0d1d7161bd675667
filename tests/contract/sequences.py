"""Random misfortunes in a row: several publishes of several computers, each of which may go wrong in its own way."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from chce_desktop.foundation.errors import Cancelled
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.publishing.errors import FileRefused, LinkLost, PublishError, RemoteFull, UploadCutShort
from chce_desktop.publishing.outcome import QUESTIONS, KnownState
from chce_desktop.publishing.registry import Remote
from tests.contract.crawler import Crawler
from tests.contract.deadly import watched
from tests.contract.hosts import Desk, Host
from tests.contract.test_faults import killed

_FOREIGN = {"老站/旧.html": b"theirs", "news/theirs.txt": b"theirs"}
_PAGES = ("index.html", "news/index.html", *(f"news/a{i}.html" for i in range(6)), "talk/b.html", "feed.xml")
_MOST_CALLS = 70
_FAILURES: dict[str, Callable[[], BaseException]] = {
    "link": lambda: LinkLost("cut"),
    "full": lambda: RemoteFull("full"),
    "refused": lambda: FileRefused("x"),
    "cut short": lambda: UploadCutShort("x", 2, 1),
}


@dataclass
class _Impatient:
    """Cancels after so many reports."""

    left: int
    cancelled: bool = field(default=False)

    def report(self, phase: str, done: int = 0, total: int = 0, done_bytes: int = 0, total_bytes: int = 0) -> None:
        self.left -= 1
        self.cancelled = self.left < 0

    def check(self) -> None:
        raise AssertionError


def _tree(chance: random.Random) -> dict[str, bytes]:
    """A site of which any page may be there or not, in one of three states; pages name what they need."""
    files: dict[str, bytes] = {}
    for path in _PAGES:
        if chance.random() < 0.75:
            style, text = f"assets/s.{chance.randrange(3)}.css", chance.randrange(3)
            up = "../" * path.count("/")
            files[path] = f'<link href="{up}{style}">{path} {text}'.encode() * 40
            files[style] = f"style {style}".encode() * 900
    return files or {"index.html": b"empty"}


def _failing(chance: random.Random, desk: Desk, kind: str) -> None:
    number, times = chance.randrange(1, _MOST_CALLS), iter([True])

    def fail() -> None:
        if next(times, False):
            error = _FAILURES[kind]()
            raise error

    def wrap(remote: Remote) -> Remote:
        return watched(remote, number, fail)

    desk.wrap = wrap


def misfortunes(host: Host, folder: Path, seed: int, *, steps: int = 4, deadly: bool = True) -> list[str]:
    """A sequence that follows from `seed` alone; what went wrong, in order. Raises AssertionError."""
    chance = random.Random(seed)  # noqa: S311 - the same misfortunes each time
    everything = frozenset(QUESTIONS)
    for path, data in _FOREIGN.items():
        host.put(path, data)
    desks = [Desk(host, Path(tempfile.mkdtemp(dir=folder)), machine=f"newsroom-{number}") for number in (1, 2)]
    trees = [_tree(chance) for _step in range(steps + 1)]
    happened = []
    with Crawler(host, *trees, _FOREIGN) as crawler:
        for tree in trees[:-1]:
            desk = chance.choice(desks)
            kind = chance.choice([*_FAILURES, "cancel", "none", *(["kill"] if deadly else [])])
            happened.append(kind)
            if kind == "kill":
                killed(desk, tree, chance.randrange(1, _MOST_CALLS), accept=sorted(everything))
                continue
            progress: Progress = SILENT
            if kind == "cancel":
                progress = _Impatient(chance.randrange(40))
            elif kind != "none":
                _failing(chance, desk, kind)
            try:
                result = desk.publisher().publish(desk.tree(tree), accept=everything, progress=progress)
            except (PublishError, Cancelled):
                desk.wrap = lambda remote: remote
                continue
            desk.wrap = lambda remote: remote
            desk.known = KnownState(result.generation, result.tree)
            assert host.files() == tree | _FOREIGN, (seed, happened)
        last = desks[0].publisher().publish(desks[0].tree(trees[-1]), accept=everything)
    crawler.check()
    assert host.files() == trees[-1] | _FOREIGN, (seed, happened)
    assert host.records() == {"head.json", f"manifest-{last.generation}.json.gz"}, (seed, happened)
    return happened
