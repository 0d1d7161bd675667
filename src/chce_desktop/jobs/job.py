"""One piece of work, what it says about itself while it runs, and how it ended."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum
from typing import Generic, TypeVar

from chce_desktop.foundation.errors import Cancelled
from chce_desktop.foundation.progress import Progress, ProgressReport

T = TypeVar("T")


class JobState(StrEnum):
    """Where a job is. It ends in exactly one of the last three."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobProgress:
    """`foundation.progress.Progress` of one job: keeps the last report and passes each on to `watcher`.

    The watcher is called in the thread that does the work and must be quick.
    """

    def __init__(self, watcher: Callable[[ProgressReport], None] | None = None) -> None:
        self._watcher = watcher
        self._cancel = threading.Event()
        self.last = ProgressReport()

    def report(self, phase: str, done: int = 0, total: int = 0, done_bytes: int = 0, total_bytes: int = 0) -> None:
        """Keep the report and pass it on."""
        self.last = ProgressReport(phase, done, total, done_bytes, total_bytes)
        if self._watcher is not None:
            self._watcher(self.last)

    def check(self) -> None:
        """Raise Cancelled after `cancel`."""
        if self._cancel.is_set():
            raise Cancelled

    def cancel(self) -> None:
        """Ask the work to stop at its next `check`."""
        self._cancel.set()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancel.is_set()


class Job(Generic[T]):
    """Work in a queue.

    `ended` is called once, in the queue's thread (or in the caller's of `cancel`, for a job that never began), after
    `state`, `result` and `error` have their final values. `error` may be any exception; `Cancelled` only ends as
    CANCELLED. Work that finishes in spite of a cancel is DONE: what happened is told as it happened.
    """

    def __init__(
        self,
        work: Callable[[Progress], T],
        *,
        label: str = "",
        progressed: Callable[[ProgressReport], None] | None = None,
        ended: Callable[[Job[T]], None] | None = None,
    ) -> None:
        self.label = label
        self.progress = JobProgress(progressed)
        self.state = JobState.WAITING
        self.result: T | None = None
        self.error: BaseException | None = None
        self._work = work
        self._ended = ended
        self._lock = threading.Lock()
        self._over = threading.Event()

    @property
    def over(self) -> bool:
        """Whether the job has ended, one way or the other."""
        return self._over.is_set()

    def cancel(self) -> None:
        """End a waiting job at once; ask a running one to stop."""
        self.progress.cancel()
        with self._lock:
            if self.state is not JobState.WAITING:
                return
            self.state = JobState.CANCELLED
            self.error = Cancelled()
        self._finish()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end; False when `seconds` passed first."""
        return self._over.wait(seconds)

    def run(self) -> None:
        """Do the work in the calling thread, unless it was cancelled before. Never raises what the work raises."""
        with self._lock:
            if self.state is not JobState.WAITING:
                return
            self.state = JobState.RUNNING
        try:
            result = self._work(self.progress)
        except Cancelled as error:
            self.error = error
            self.state = JobState.CANCELLED
        except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to whoever asked for the work
            self.error = error
            self.state = JobState.FAILED
        else:
            self.result = result
            self.state = JobState.DONE
        self._finish()

    def _finish(self) -> None:
        ended, self._ended = self._ended, None
        try:
            if ended is not None:
                ended(self)
        finally:
            self._over.set()
