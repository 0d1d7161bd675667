"""The one way from the window to work: a job in a queue, its progress, its end, and what is said when it fails."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar, cast

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Signal, Slot
from shiboken6 import isValid

from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.progress import Progress, ProgressReport
from chce_desktop.jobs.job import Job, JobState
from chce_desktop.jobs.queues import LIBRARY, Queues

T = TypeVar("T")


def let_end(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Stand still until a condition holds that jobs bring about, or the time is over; whether it holds."""
    deadline = time.monotonic() + seconds
    loop, waker = QEventLoop(), QTimer()
    waker.start(50)  # some event comes, and the loop looks at the clock; meanwhile the jobs have the processor
    while not condition() and time.monotonic() < deadline:
        loop.processEvents(
            QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
        )
    return condition()


class Running(QObject):
    """One operation that was started. Lives in the GUI thread, until it has ended."""

    #: With a `ProgressReport`. Frequent reports are thinned: the last one of a moment arrives.
    progressed = Signal(object)
    #: Once, after `done` or `failed` was called.
    ended = Signal()

    def __init__(self, label: str, queue: str, parent: QObject) -> None:
        super().__init__(parent)
        self.label = label
        self.queue = queue
        self.over = False
        self.last = ProgressReport()
        self._job: Job[object] | None = None

    def cancel(self) -> None:
        """Ask the work to stop; `failed` is then called with `Cancelled`, unless the work finishes all the same."""
        if self._job is not None:
            self._job.cancel()

    @property
    def cancelling(self) -> bool:
        """Whether `cancel` was called and the end has not come yet."""
        return not self.over and self._job is not None and self._job.progress.cancelled


class Operations(QObject):
    """Starts operations and brings their ends back into the GUI thread.

    `tell` shows a known failure that nobody handled; `unexpected` takes what is a bug and returns what to show of it.
    """

    #: A labelled operation began or ended: the status bar shows `running`.
    running_changed = Signal()
    _posted = Signal(object)

    def __init__(
        self,
        tell: Callable[[ChceError], object],
        unexpected: Callable[[BaseException], ChceError],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._tell = tell
        self._unexpected = unexpected
        self._queues = Queues()
        self._running: list[Running] = []
        self._closed = False
        self._posted.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> tuple[Running, ...]:
        """What has been started and has not ended, oldest first."""
        return tuple(self._running)

    def post(self, call: Callable[[], None]) -> None:
        """Have `call` called in the GUI thread, from any thread. Nothing happens once the operations are closed."""
        if not self._closed:
            self._posted.emit(call)

    def run(
        self,
        work: Callable[[Progress], T],
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[ChceError], object] | None = None,
        queue: str = LIBRARY,
        label: str = "",
        owner: QObject | None = None,
    ) -> Running:
        """Run `work` in `queue` (see `jobs.queues`); call `done` or `failed` in the GUI thread.

        `failed` returns True when it has told the user; else a notice is shown. It also receives `Cancelled`, which
        is never shown. Whatever is no `ChceError` is reported as a crash and reaches `failed` as a `ChceError` too.
        When `owner` has been destroyed, neither is called and failures are still shown.
        Once the operations are closed, nothing is done.
        `label`, a translated text such as "Publishing", shows the operation in the status bar with a cancel button.
        """
        running = Running(label, queue, self)
        if self._closed:
            running.over = True  # a timer of a window that is going away
            return running

        def progressed(report: ProgressReport) -> None:
            waiting = running.last is not shown[0]
            running.last = report
            if not waiting:
                self.post(show)

        def show() -> None:
            shown[0] = running.last
            if not running.over:
                running.progressed.emit(running.last)

        def ended(job: Job[object]) -> None:
            self.post(lambda: finish(job))

        def finish(job: Job[object]) -> None:
            running.over = True
            alive = owner is None or isValid(owner)
            try:
                if job.state is JobState.DONE:
                    if done is not None and alive:
                        done(cast("T", job.result))
                else:
                    self._failed(job.error, failed if alive else None)
            finally:
                self._forget(running)

        shown = [running.last]
        job: Job[object] = Job(work, label=label, progressed=progressed, ended=ended)
        running._job = job  # noqa: SLF001 - the two classes are one mechanism
        self._running.append(running)
        self._queues.submit(queue, job)
        if label:
            self.running_changed.emit()
        return running

    def close(self, *, cancel: bool = True, seconds: float = 30.0) -> bool:
        """End the work (see `jobs.queues.Queues.close`); no callback comes any more. True when every thread stopped."""
        self._closed = True
        return self._queues.close(cancel=cancel, seconds=seconds)

    def _failed(self, error: BaseException | None, failed: Callable[[ChceError], object] | None) -> None:
        known = error if isinstance(error, ChceError) else self._unexpected(error or RuntimeError("no error given"))
        handled = failed is not None and failed(known) is True
        if not handled and not isinstance(known, Cancelled):
            self._tell(known)

    def _forget(self, running: Running) -> None:
        self._running.remove(running)
        running.ended.emit()
        if running.label:
            self.running_changed.emit()
        running.deleteLater()

    @Slot(object)
    def _deliver(self, call: Callable[[], None]) -> None:
        if not self._closed:
            call()
