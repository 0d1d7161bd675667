"""The window as users start it, with a watchdog beside it: `python -m tests.helpers.watched_app REPORT …`.

REPORT receives, when the window closes, every moment in which the GUI thread answered nothing for more than 50 ms since
the main window was complete (its preview loaded), as JSON: `{"stalls": [{"seconds", "cpu", "where"}], "seconds"}`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer

from chce_desktop.ui import start
from chce_desktop.ui.mainwindow.window import MainWindow
from tests.helpers.watchdog import Watchdog

#: The web engine's processes are started after the panel is there; the first page is on its way then.
_SETTLE = 1500


def main() -> int:
    report = Path(sys.argv[1])
    load = MainWindow.load_preview

    def load_and_watch(window: MainWindow) -> None:
        load(window)
        QTimer.singleShot(_SETTLE, window, lambda: _watch(window, report))

    MainWindow.load_preview = load_and_watch  # type: ignore[assignment,method-assign]
    return start.main(sys.argv[2:])


def _watch(window: MainWindow, report: Path) -> None:
    dog = Watchdog()
    dog.__enter__()
    began = time.monotonic()

    def end() -> None:
        dog.__exit__(None, None, None)
        stalls = [{"seconds": stall.seconds, "cpu": stall.cpu, "where": stall.where} for stall in dog.stalls]
        told = {"stalls": stalls, "seconds": time.monotonic() - began}
        report.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")

    window.closed.connect(end)


if __name__ == "__main__":
    sys.exit(main())
