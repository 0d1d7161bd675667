"""Two processes build the same bytes as one, however they start and whatever becomes of the second."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen import build, crew
from chce_desktop.sitegen.crew import Crew
from tests.helpers.snapshots import site
from tests.unit.sitegen.test_building import tree


def _squared(number: int) -> int:
    return number * number


def _refused(_: int) -> int:
    raise OSError(28, "No space left on device")


def _here(_: int) -> int:
    return os.getpid()


def _dies(number: int) -> int:
    if os.getppid() == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


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


def test_a_small_site_starts_no_second_process() -> None:
    with Crew() as few:
        assert set(_do(few, _here, range(5))) == {os.getpid()}


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
