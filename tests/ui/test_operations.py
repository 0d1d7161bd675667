from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.progress import Progress, ProgressReport
from chce_desktop.ui import crash
from chce_desktop.ui.operations import Operations
from tests.helpers.qt import wait_until


@pytest.fixture
def told() -> list[ChceError]:
    return []


@pytest.fixture
def operations(qapp: QApplication, told: list[ChceError]) -> Iterator[Operations]:
    made = Operations(told.append, lambda error: ChceError(f"bug: {error}"))
    yield made
    assert made.close()


def fail(error: BaseException) -> object:
    raise error


def test_the_end_comes_in_the_gui_thread(operations: Operations) -> None:
    seen: list[tuple[int, bool]] = []
    worker: list[int] = []

    def work(_: Progress) -> int:
        worker.append(threading.get_ident())
        return 7

    operations.run(
        work,
        done=lambda value: seen.append((value, threading.current_thread() is threading.main_thread())),
    )
    wait_until(lambda: seen)
    assert seen == [(7, True)]
    assert worker != [threading.get_ident()]
    assert operations.running == ()


def test_a_known_failure_is_told_unless_somebody_did(operations: Operations, told: list[ChceError]) -> None:
    mine: list[ChceError] = []

    def handle(error: ChceError) -> bool:
        mine.append(error)
        return True

    operations.run(lambda _: fail(ChceError("first")))
    operations.run(lambda _: fail(ChceError("second")), failed=handle)
    operations.run(lambda _: fail(ChceError("third")), failed=mine.append)
    wait_until(lambda: not operations.running)
    assert [error.title for error in told] == ["first", "third"]
    assert [error.title for error in mine] == ["second", "third"]


def test_a_bug_is_told_too(operations: Operations, told: list[ChceError]) -> None:
    operations.run(lambda _: fail(KeyError("x")))
    wait_until(lambda: told)
    assert told[0].title == "bug: 'x'"


def test_cancel_ends_quietly(operations: Operations, told: list[ChceError]) -> None:
    ends: list[ChceError] = []

    def work(progress: Progress) -> None:
        while True:
            progress.check()
            time.sleep(0.001)

    running = operations.run(work, failed=ends.append, label="Counting")
    wait_until(lambda: running in operations.running)
    running.cancel()
    wait_until(lambda: ends)
    assert isinstance(ends[0], Cancelled)
    assert told == []


def test_frequent_progress_is_thinned_but_the_last_arrives(operations: Operations) -> None:
    go = threading.Event()

    def work(progress: Progress) -> None:
        for number in range(5000):
            progress.report("reading", number + 1, 5000)
        go.wait(60)

    seen: list[ProgressReport] = []
    running = operations.run(work)
    running.progressed.connect(seen.append)
    wait_until(lambda: seen and seen[-1].done == 5000)
    go.set()
    assert len(seen) < 2500
    wait_until(lambda: not operations.running)


def test_nothing_comes_for_an_owner_that_is_gone(operations: Operations, told: list[ChceError]) -> None:
    owner = QObject()
    seen: list[object] = []
    go = threading.Event()
    operations.run(lambda _: go.wait(60), done=seen.append, owner=owner)
    operations.run(lambda _: fail(ChceError("still told")), failed=lambda _: True, owner=owner)
    shiboken6.delete(owner)
    go.set()
    wait_until(lambda: not operations.running)
    assert seen == []
    assert [error.title for error in told] == ["still told"]


def test_a_labelled_operation_is_announced(operations: Operations) -> None:
    announced: list[int] = []
    operations.running_changed.connect(lambda: announced.append(len(operations.running)))
    operations.run(lambda _: None)
    wait_until(lambda: not operations.running)
    assert announced == []
    operations.run(lambda _: None, label="Publishing")
    wait_until(lambda: not operations.running)
    assert announced == [1, 0]


def test_after_close_nothing_comes_any_more(qapp: QApplication) -> None:
    made = Operations(lambda _: None, lambda _: ChceError("bug"))
    seen: list[object] = []
    made.run(lambda _: time.sleep(0.02), done=seen.append)
    assert made.close(cancel=False)
    QApplication.processEvents()
    assert seen == []


@pytest.mark.allow_log("unexpected ValueError")
def test_a_crash_leaves_a_report_without_losing_the_sentence() -> None:
    try:
        raise ValueError("broken")
    except ValueError as error:
        told = crash.unexpected(error)
    assert told.report is not None
    text = told.report.read_text(encoding="utf-8")
    assert "ValueError: broken" in text
    assert "Qt " in text
    assert str(told.report) in told.hint
    assert "Traceback" not in told.title
