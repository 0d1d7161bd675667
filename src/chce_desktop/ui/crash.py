"""Bugs: a report in the log folder, and one plain sentence for the user."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import PySide6

import chce_desktop
from chce_desktop.foundation import logs, paths
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr

_log = logging.getLogger(__name__)


class Unexpected(ChceError):
    """A bug, told like a failure. `report` is the file that describes it, None when not even that could be written."""

    code = "unexpected"

    def __init__(self, detail: str, report: Path | None) -> None:
        kept = tr("A report was saved as {path}.", path=report) if report else ""
        super().__init__(
            tr("Something went wrong in the program itself."),
            hint=tr("What you wrote is saved. If it happens again, please send us the report.") + " " + kept,
            detail=detail,
        )
        self.report = report


def unexpected(error: BaseException) -> Unexpected:
    """Write a report of `error` and return what the user is told."""
    trace = logs.mask("".join(traceback.format_exception(error)))
    text = "\n".join(
        [
            f"CHCE Desktop {chce_desktop.__version__}",
            f"{platform.platform()}, Python {platform.python_version()}, Qt {PySide6.__version__}",
            f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC, thread {threading.current_thread().name}",
            "",
            trace,
        ]
    )
    report: Path | None = paths.log_dir() / f"crash-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.txt"
    assert report is not None  # noqa: S101 - for the type checker
    try:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(text, encoding="utf-8")
    except OSError as refused:
        _log.warning("the crash report could not be written: %s", refused)
        report = None
    _log.error("unexpected %s: %s\n%s", type(error).__name__, error, trace)
    return Unexpected(text, report)


class ExceptionHook:
    """Exceptions that nobody caught, from slots and from threads, reach `tell` instead of the terminal only.

    While one is being told, further ones are only logged: an exception in a paint event would come again and again.
    """

    def __init__(self, tell: object) -> None:
        self._tell = tell
        self._busy = False

    def install(self) -> None:
        """Take over `sys.excepthook` and `threading.excepthook`."""
        sys.excepthook = self._on_exception
        threading.excepthook = lambda args: self._on_thread_exception(args.exc_value)

    def _on_thread_exception(self, error: BaseException | None) -> None:
        if error is not None:
            unexpected(error)  # logged and kept; a thread may not open a window

    def _on_exception(self, _: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.exit(130)
        told = unexpected(error)
        if self._busy or not callable(self._tell):
            return
        self._busy = True
        try:
            self._tell(told)
        finally:
            self._busy = False
