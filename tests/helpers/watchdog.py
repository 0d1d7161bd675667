"""Watches the GUI thread from another thread: how long it answers nothing, and what it did then."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from PySide6.QtCore import QObject, QTimer


@dataclass(frozen=True, slots=True)
class Stall:
    """The GUI thread did not come back to its event loop for so many `seconds`; `where` is a stack during it.

    `cpu`: how many of these it computed itself. The rest it waited, be it for the interpreter, for a lock, or because
    the machine was busy with others. 0 where the system does not tell.
    """

    seconds: float
    cpu: float
    where: str


class Watchdog(QObject):
    """A context around the part of a test that is measured. Make it in the GUI thread."""

    def __init__(self, limit: float = 0.05) -> None:
        """`limit`: stalls that last longer (seconds) are kept in `stalls`."""
        super().__init__()
        self.limit = limit
        self.stalls: list[Stall] = []
        self._gui = threading.get_ident()
        self._clock = time.pthread_getcpuclockid(self._gui) if hasattr(time, "pthread_getcpuclockid") else None
        self._beat, self._beat_cpu = time.perf_counter(), self._cpu()
        self._over = threading.Event()
        self._timer = QTimer(self)
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._on_beat)
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def __enter__(self) -> Self:
        self._on_beat()
        self._timer.start()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self._timer.stop()

    @property
    def longest(self) -> float:
        """The longest stall in seconds, 0 when none was over the limit."""
        return max((stall.seconds for stall in self.stalls), default=0.0)

    def _cpu(self) -> float:
        return time.clock_gettime(self._clock) if self._clock is not None else 0.0

    def report(self) -> str:
        """Every stall, longest first."""
        rows = sorted(self.stalls, key=lambda stall: -stall.seconds)
        lines = [f"{row.seconds * 1000:.0f} ms ({row.cpu * 1000:.0f} ms computing)\n{row.where}" for row in rows]
        return "\n".join(lines) or "no stall"

    def _on_beat(self) -> None:
        self._beat_cpu = self._cpu()
        self._beat = time.perf_counter()

    def _watch(self) -> None:
        seen, where = 0.0, ""
        while not self._over.wait(0.005):
            beat, cpu = self._beat, self._cpu() - self._beat_cpu
            late = time.perf_counter() - beat
            if late > self.limit:
                if beat != seen:
                    seen = beat
                    frame = sys._current_frames().get(self._gui)
                    where = "".join(traceback.format_stack(frame)[-6:]) if frame is not None else ""
                    self.stalls.append(Stall(late, cpu, where))
                else:
                    self.stalls[-1] = Stall(late, cpu, where)
