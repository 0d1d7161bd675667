"""Whatever dies, and whenever: the next publish ends exactly at the wanted tree, and readers never notice."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from chce_desktop.domain.manifest import FileEntry, Manifest
from chce_desktop.publishing.lock import Pace
from chce_desktop.publishing.outcome import QUESTIONS, KnownState, LocalTree, PublishResult
from chce_desktop.publishing.publisher import Publisher
from tests.unit.publishing.memory_host import Died, Disk, MemoryRemote

_EVERYTHING = frozenset(QUESTIONS)
_PACE = Pace(lease=0.02, beat=100.0, poll=0.004, nameless=0.01)
_FOREIGN = {"老站.html": b"theirs", "news/theirs.txt": b"theirs"}

_PAGES = ["index.html", "news/index.html", "news/page-1.html", "news/a.html", "news/b.html", "talk/c.html", "feed.xml"]


@dataclass(frozen=True)
class Step:
    """One publish: the texts and styles of pages, and where the process dies (None: it does not)."""

    pages: dict[str, tuple[int, int]]
    dies_at: int | None
    before: bool
    computer: int


_STEPS = st.builds(
    Step,
    pages=st.dictionaries(st.sampled_from(_PAGES), st.tuples(st.integers(0, 2), st.integers(0, 2))),
    dies_at=st.one_of(st.none(), st.integers(0, 60)),
    before=st.booleans(),
    computer=st.integers(0, 1),
)


def site(pages: dict[str, tuple[int, int]]) -> dict[str, bytes]:
    """Pages that name a style sheet each; the sheets are there under names made from their contents."""
    files = {
        path: f"{path if text else 'same'} {text} <link href=assets/s.{style}.css>".encode()
        for path, (text, style) in pages.items()
    }
    return files | {f"assets/s.{style}.css": f"style {style}".encode() * 9 for _text, style in pages.values()}


class Newsroom:
    """Two computers and a host."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.folder = folder
        self.disk = disk
        self.known = [KnownState(), KnownState()]
        disk.look = self.look
        self._whole: set[bytes] = set(_FOREIGN.values())

    def look(self) -> None:
        """What a reader may meet at any moment."""
        public = self.disk.public()
        for path, data in public.items():
            assert data in self._whole, f"torn: {path}"
            if b"href=" in data:
                style = data.decode().split("href=")[1].rstrip(">")
                assert style in public, f"{path} names {style}, which is not there"
        assert public.items() >= _FOREIGN.items()

    def publish(self, step: Step) -> PublishResult:
        files = site(step.pages)
        self._whole |= set(files.values())
        root = Path(tempfile.mkdtemp(dir=self.folder))
        entries = {}
        for path, data in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
            entries[path] = FileEntry(hashlib.sha256(data).hexdigest(), len(data))
        publisher = Publisher(
            MemoryRemote(self.disk, dies_at=step.dies_at, before=step.before),
            site_uid="site",
            machine=f"m{step.computer}",
            known=self.known[step.computer],
            journal=self.folder / f"journal-{step.computer}",
            pace=_PACE,
        )
        result = publisher.publish(LocalTree(root, Manifest(entries)), accept=_EVERYTHING)
        self.known[step.computer] = KnownState(result.generation, result.tree)
        assert self.disk.public() == files | _FOREIGN
        assert set(self.disk.files) - set(self.disk.public()) == {
            ".chce/head.json",
            f".chce/manifest-{result.generation}.json.gz",
        }
        folders = {str(above) for path in (*files, *_FOREIGN) for above in Path(path).parents if str(above) != "."}
        assert self.disk.folders == {"", ".chce", "empty"} | folders
        return result


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    folder = Path(tempfile.mkdtemp(prefix="chce-newsroom-"))
    yield Newsroom(folder, Disk(dict(_FOREIGN), {"", "news", "empty"}))
    shutil.rmtree(folder)


@hypothesis.given(st.lists(_STEPS, min_size=1, max_size=6))
@hypothesis.settings(max_examples=80)
def test_any_sequence_of_interrupted_publishes_ends_at_the_wanted_tree(steps: list[Step]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="chce-newsroom-"))
    try:
        newsroom = Newsroom(folder, Disk(dict(_FOREIGN), {"", "news", "empty"}))
        for step in steps:
            try:
                newsroom.publish(step)
            except Died:
                newsroom.look()
        newsroom.publish(Step(steps[-1].pages, None, before=True, computer=0))
    finally:
        shutil.rmtree(folder)


_FIRST = dict.fromkeys(_PAGES, (0, 0))
_SECOND = {path: (1, 1) for path in _PAGES if path != "talk/c.html"} | {"talk/new.html": (1, 1)}


@pytest.mark.parametrize("before", [True, False])
def test_death_at_every_single_change(newsroom: Newsroom, before: bool) -> None:
    for dies_at in range(200):
        newsroom.publish(Step(_FIRST, None, before=True, computer=0))
        try:
            newsroom.publish(Step(_SECOND, dies_at, before=before, computer=0))
        except Died:
            newsroom.publish(Step(_SECOND, None, before=True, computer=dies_at % 2))
        else:
            assert dies_at > 25
            return
    pytest.fail("a publish of a few files does not need 200 changes")


@pytest.mark.slow
@pytest.mark.parametrize("last", [0, 1, 2])
def test_two_deaths_in_a_row_with_a_change_of_mind(newsroom: Newsroom, last: int) -> None:
    trees = [
        {"news/a.html": (1, 0)},
        {"news/a.html": (2, 1), "news/b.html": (1, 1)},
        {"news/b.html": (2, 1)},
    ]

    def dies(tree: int, dies_at: int) -> bool:
        try:
            newsroom.publish(Step(trees[tree], dies_at, before=False, computer=0))
        except Died:
            return True
        return False

    first = True
    for first_death in range(100):
        for second_death in range(first_death % 3, 100, 3):
            newsroom.publish(Step(trees[0], None, before=True, computer=0))
            first, second = dies(1, first_death), dies(2, second_death)
            newsroom.publish(Step(trees[last], None, before=True, computer=0))
            if not second:
                break
        if not first:
            return
    pytest.fail("too many changes")


def test_nothing_that_was_confirmed_is_sent_again(newsroom: Newsroom) -> None:
    new = set(site(_SECOND).items()) - set(site(_FIRST).items())
    for dies_at in range(200):
        newsroom.publish(Step(_FIRST, None, before=True, computer=0))
        try:
            newsroom.publish(Step(_SECOND, dies_at, before=False, computer=0))
        except Died:
            contents = [data for path, data in newsroom.disk.files.items() if "/stage/" in path]
            waiting = sum(contents.count(data) == 1 for _path, data in new)
            moved = len(new & set(newsroom.disk.public().items()))
            result = newsroom.publish(Step(_SECOND, None, before=True, computer=0))
            assert result.uploaded <= len(new) - waiting - moved
        else:
            return
