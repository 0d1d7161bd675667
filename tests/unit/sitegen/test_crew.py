"""Two processes build the same bytes as one, however they start and whatever becomes of the second."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

import pytest

from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen import build, crew, texts
from chce_desktop.sitegen.building import cache_folder
from chce_desktop.sitegen.crew import Crew
from tests.helpers.snapshots import site
from tests.unit.sitegen.test_building import tree


def _squared(number: int) -> int:
    return number * number


def _refused(_: int) -> int:
    raise OSError(28, "No space left on device")


def _here(_: int) -> int:
    return os.getpid()


def _unsendable(number: int) -> Callable[[], int]:
    return lambda: number


def _make_ready() -> None:
    os.environ["CHCE_READY"] = "yes"


def _ready(_: None) -> str | None:
    return os.environ.get("CHCE_READY")


def _dies(number: int) -> int:
    if os.getppid() == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def _waited_for(file: Path) -> bool:
    until = time.monotonic() + 5
    while not file.exists() and time.monotonic() < until:
        time.sleep(0.01)
    return file.exists()


def _touched(file: Path) -> bool:
    file.touch()
    return True


def _do(members: Crew, work: Callable[[int], int], tasks: range) -> list[int]:
    found: list[int] = []
    for number in tasks:
        members.give(work, number, found.append)
    members.wait()
    return found


@pytest.fixture(params=[True, False], ids=["forked", "spawned"])
def members(request: pytest.FixtureRequest) -> Crew:
    made = Crew(2)
    made._forks = request.param
    return made


def test_every_task_is_done_once_and_some_in_the_second_process(members: Crew) -> None:
    with members:
        assert sorted(_do(members, _squared, range(50))) == [n * n for n in range(50)]
        assert set(_do(members, _here, range(20))) - {os.getpid()}


def test_what_a_task_raises_is_raised_here(members: Crew) -> None:
    with members, pytest.raises(OSError, match="No space left"):
        _do(members, _refused, range(3))


def test_a_second_process_that_dies_is_no_loss(members: Crew) -> None:
    with members:
        found: list[int] = []
        for _ in range(6):
            members.give(_dies, os.getpid(), found.append)
        members.wait()
    assert found == [os.getpid()] * 6


def test_a_second_process_that_cannot_be_made_ready_is_no_loss(members: Crew) -> None:
    with members:
        members.start(partial(_refused, 0))
        assert sorted(_do(members, _squared, range(20))) == [n * n for n in range(20)]


def test_an_answer_that_cannot_travel_is_made_here(members: Crew) -> None:
    found: list[Callable[[], int]] = []
    with members:
        for _ in range(4):
            members.give(_unsendable, 3, found.append)
        members.wait()
    assert [answer() for answer in found] == [3] * 4


def test_a_small_site_starts_no_second_process() -> None:
    with Crew() as few:
        assert set(_do(few, _here, range(5))) == {os.getpid()}


def test_the_second_process_can_be_made_ready_before_its_first_task(members: Crew) -> None:
    with members:
        members.start(_make_ready)
        found: list[str | None] = []
        members.give(_ready, None, found.append, heavy=True)
        members.wait()
    assert found == ["yes"]
    assert "CHCE_READY" not in os.environ


def test_light_tasks_do_not_wait_for_a_heavy_one(members: Crew, tmp_path: Path) -> None:
    found: list[bool] = []
    with members:
        members.start()
        members.give(_waited_for, tmp_path / "light", found.append, heavy=True)
        members.give(_touched, tmp_path / "light", found.append)
        members.wait()
    assert found == [True, True]


def test_threads_take_turns_as_before_when_the_second_process_is_gone(members: Crew) -> None:
    usual = sys.getswitchinterval()
    with members:
        _do(members, _squared, range(20))
        assert sys.getswitchinterval() < usual
    assert sys.getswitchinterval() == usual


def test_texts_that_are_needed_twice_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    class Library:
        def get(self, article_ids: Iterable[int]) -> Mapping[int, str]:
            ids = list(article_ids)
            read.extend(ids)
            return {number: "文" * number for number in ids if number != 4}

    monkeypatch.setattr(texts, "_MOST", 5)
    twice = texts.TextsTwice(Library())
    assert twice.get([2, 3, 4, 9]) == {2: "文" * 2, 3: "文" * 3, 9: "文" * 9}
    assert twice.get([3, 2, 1]) == {2: "文" * 2, 3: "文" * 3, 1: "文"}
    assert read == [2, 3, 4, 9, 1]  # what was too long, or is not there, was not remembered
    assert twice.get([2, 1]) == {2: "文" * 2, 1: "文"}
    assert read == [2, 3, 4, 9, 1, 2]


@pytest.fixture
def snapshot(tmp_path: Path) -> SiteSnapshot:
    return site(700, tmp_path / "lib", characters=200)


def test_two_processes_write_the_bytes_of_one(snapshot: SiteSnapshot, tmp_path: Path) -> None:
    one = build(snapshot, tmp_path / "one", processes=1)
    two = build(snapshot, tmp_path / "two", processes=2)
    assert two.manifest == one.manifest
    assert tree(tmp_path / "two") == tree(tmp_path / "one")
    assert build(snapshot, tmp_path / "two").written == 0


def test_pages_that_were_kept_are_those_that_would_be_rendered(
    snapshot: SiteSnapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(snapshot, tmp_path / "one")
    again = build(snapshot, tmp_path / "two", processes=2)
    monkeypatch.setenv("CHCE_HOME", str(tmp_path / "another computer"))
    assert build(snapshot, tmp_path / "three", processes=1).manifest == again.manifest


def test_what_only_the_second_process_needed_stays_kept(snapshot: SiteSnapshot, tmp_path: Path) -> None:
    build(snapshot, tmp_path / "one", processes=2)
    segments = cache_folder(snapshot) / "segments"
    made = tree(segments)
    assert made
    for again in ("two", "three"):
        build(snapshot, tmp_path / again, processes=2)
        assert tree(segments) == made


def test_forking_is_only_for_processes_of_one_thread() -> None:
    import threading

    ready = threading.Event()
    thread = threading.Thread(target=ready.wait)
    thread.start()
    try:
        assert not crew._only_thread()
    finally:
        ready.set()
        thread.join()
