"""Progress for a terminal (one bar) or for a log (a plain line now and then), and Ctrl+C as a wish to cancel."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType

from chce_desktop.cli.output import width, write
from chce_desktop.foundation.errors import Cancelled
from chce_desktop.foundation.i18n import tr

_BAR_SECONDS = 0.1
_LINE_SECONDS = 5.0
_BAR = 24


class ConsoleProgress:
    """Writes to stderr. Safe to call from any thread."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._phase = ""
        self._shown_at = time.monotonic()
        self._on_line = 0

    def report(self, phase: str, done: int = 0, total: int = 0, done_bytes: int = 0, total_bytes: int = 0) -> None:
        """Show where the work is, not more often than a person can read."""
        now = time.monotonic()
        with self._lock:
            fresh = phase != self._phase
            wait = _BAR_SECONDS if self._terminal else _LINE_SECONDS
            if now - self._shown_at < wait and not (fresh and self._terminal):
                return
            self._phase, self._shown_at = phase, now
            self._show(phase, _figures(done, total, done_bytes, total_bytes), done / total if total else 0.0)

    def _show(self, phase: str, figures: str, share: float) -> None:
        if self._terminal:
            full = round(min(share, 1.0) * _BAR)
            bar = f"[{'#' * full}{'.' * (_BAR - full)}] " if share else ""
            line = f"{bar}{phase} {figures}"
            # Blanks instead of escape sequences, which older consoles of Windows print as they are.
            write(sys.stderr, f"\r{line}{' ' * max(0, self._on_line - width(line))}")
            self._on_line = width(line)
        else:
            write(sys.stderr, f"{phase} {figures}".rstrip() + "\n")

    def clear(self) -> None:
        """Take the bar away, so that an answer starts on a clean line."""
        with self._lock:
            if self._on_line:
                write(sys.stderr, f"\r{' ' * self._on_line}\r")
                self._on_line = 0

    def check(self) -> None:
        """Raise Cancelled after Ctrl+C."""
        if self._cancelled.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> bool:
        """Wait for Ctrl+C, but not longer; whether it came."""
        return self._cancelled.wait(seconds)

    @property
    def cancelled(self) -> bool:
        """Whether Ctrl+C was pressed."""
        return self._cancelled.is_set()

    @contextlib.contextmanager
    def interruptible(self) -> Iterator[None]:
        """Within: the first Ctrl+C (or SIGTERM) cancels between two steps, the second stops at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def wish(_number: int, _frame: FrameType | None) -> None:
            if self._cancelled.is_set():
                raise KeyboardInterrupt
            self._cancelled.set()
            self.clear()
            write(sys.stderr, tr("Stopping after this step; press Ctrl+C again to stop at once.") + "\n")

        before = {number: signal.signal(number, wish) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _figures(done: int, total: int, done_bytes: int, total_bytes: int) -> str:
    parts = []
    if total:
        parts.append(f"{done}/{total}")
    elif done:
        parts.append(str(done))
    if total_bytes:
        parts.append(f"{done_bytes / 1e6:.1f}/{total_bytes / 1e6:.1f} MB")
    return " ".join(parts)
