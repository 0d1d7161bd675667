from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from chce_desktop.foundation.errors import Cancelled
from chce_desktop.foundation.progress import Progress, ProgressReport
from chce_desktop.jobs.job import Job, JobState
from chce_desktop.jobs.queues import Queues, QueuesClosed, host_queue


@pytest.fixture
def queues() -> Iterator[Queues]:
    before = set(threading.enumerate())
    queues = Queues()
    yield queues
    assert queues.close(seconds=60)
    assert set(threading.enumerate()) <= before


def until_cancelled(progress: Progress) -> None:
    while True:
        progress.check()
        time.sleep(0.001)


def test_jobs_of_one_key_run_in_order(queues: Queues) -> None:
    seen: list[int] = []
    jobs: list[Job[object]] = [Job(lambda _, n=n: seen.append(n)) for n in range(50)]  # type: ignore[misc]
    for job in jobs:
        queues.submit("library", job)
    assert all(job.wait(60) for job in jobs)
    assert seen == list(range(50))


def test_keys_do_not_wait_for_each_other(queues: Queues) -> None:
    slow: Job[object] = Job(until_cancelled)
    quick: Job[object] = Job(lambda _: "answer")
    queues.submit(host_queue("a"), slow)
    queues.submit("library", quick)
    assert quick.wait(60)
    assert quick.result == "answer"
    assert not slow.over
    slow.cancel()
    assert slow.wait(60)
    assert slow.state is JobState.CANCELLED


def test_an_error_belongs_to_its_job_and_the_queue_goes_on(queues: Queues) -> None:
    def fail(_: Progress) -> object:
        raise ZeroDivisionError

    bad: Job[object] = Job(fail)
    good: Job[object] = Job(lambda _: 7)
    queues.submit("library", bad)
    queues.submit("library", good)
    assert good.wait(60)
    assert bad.state is JobState.FAILED
    assert isinstance(bad.error, ZeroDivisionError)
    assert good.result == 7


def test_a_cancelled_job_that_waits_never_runs_and_ends_once(queues: Queues) -> None:
    ended: list[JobState] = []
    ran: list[str] = []
    first: Job[object] = Job(until_cancelled)
    second: Job[object] = Job(lambda _: ran.append("second"), ended=lambda job: ended.append(job.state))
    queues.submit("library", first)
    queues.submit("library", second)
    second.cancel()
    second.cancel()
    assert second.over
    first.cancel()
    assert first.wait(60)
    assert ended == [JobState.CANCELLED]
    assert isinstance(second.error, Cancelled)
    assert ran == []


def test_work_that_finishes_in_spite_of_a_cancel_is_done(queues: Queues) -> None:
    started, go = threading.Event(), threading.Event()

    def work(_: Progress) -> str:
        started.set()
        go.wait(60)
        return "finished"

    job: Job[object] = Job(work)
    queues.submit("library", job)
    assert started.wait(60)
    job.cancel()
    go.set()
    assert job.wait(60)
    assert (job.state, job.result) == (JobState.DONE, "finished")


def test_progress_is_passed_on_and_the_last_is_kept(queues: Queues) -> None:
    reports: list[ProgressReport] = []

    def work(progress: Progress) -> None:
        progress.report("reading", 1, 2)
        progress.report("reading", 2, 2, 10, 10)

    job: Job[object] = Job(work, progressed=reports.append)
    queues.submit("library", job)
    assert job.wait(60)
    assert [report.done for report in reports] == [1, 2]
    assert job.progress.last == ProgressReport("reading", 2, 2, 10, 10)


def test_close_cancels_what_runs_and_what_waits() -> None:
    queues = Queues()
    jobs: list[Job[object]] = [Job(until_cancelled) for _ in range(3)]
    for job in jobs:
        queues.submit("links", job)
    assert queues.close(seconds=60)
    assert {job.state for job in jobs} == {JobState.CANCELLED}
    with pytest.raises(QueuesClosed):
        queues.submit("links", Job(lambda _: None))


def test_close_can_finish_what_was_begun() -> None:
    queues = Queues()
    jobs: list[Job[object]] = [Job(lambda _: time.sleep(0.01)) for _ in range(5)]
    for job in jobs:
        queues.submit("library", job)
    assert queues.close(cancel=False, seconds=60)
    assert {job.state for job in jobs} == {JobState.DONE}


def test_close_tells_when_a_job_does_not_stop() -> None:
    queues = Queues()
    started, go = threading.Event(), threading.Event()

    def work(_: Progress) -> object:
        started.set()
        return go.wait(60)

    job: Job[object] = Job(work)
    queues.submit("host:x", job)
    assert started.wait(60)
    assert not queues.close(seconds=0.05)
    go.set()
    assert job.wait(60)
