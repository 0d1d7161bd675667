"""One start of the app, measured from inside: `python -m tests.benchmarks.start_once DIR`.

Imports as little as it can before the app does: what is measured is the app. Prints one line of JSON, then ends.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from pathlib import Path


def main(folder: Path) -> None:
    """Open the site and tell the processor time and the time by the clock of each step, in seconds."""
    gc.disable()  # as `start.main` does
    started = time.perf_counter()
    from PySide6.QtCore import Qt, QTimer

    from chce_desktop.foundation import i18n
    from chce_desktop.ui import start
    from chce_desktop.ui.memory import Memory

    i18n.set_language("zh_CN")
    app = start.prepare_qt()
    found: dict[str, float] = {}

    def note(name: str) -> None:
        found[name] = time.process_time()
        found[f"{name}_clock"] = time.perf_counter() - started

    memory = Memory()
    window = start.first_frame(start.parse([str(folder)]), memory)
    assert window is not None
    note("paint")
    start.dress_qt(app)
    from chce_desktop.ui.appearance import Appearance

    appearance = Appearance(app)
    from PySide6.QtTest import QTest

    from chce_desktop.ui import app as application

    application._ENGINE_AFTER = 1_000_000
    controller = application.Controller(app, memory, appearance, window)
    controller.start(folder)

    def look() -> None:
        if not window.is_begun or not window.articles.model.is_loaded:
            return
        if not window.articles.table.currentIndex().isValid():
            return
        table = window.articles.table
        row = table.currentIndex().row()
        QTest.keyClick(table, Qt.Key.Key_Down)
        if table.currentIndex().row() == row + 1:
            polling.stop()
            note("filled")
            window.furnished.connect(complete)

    def complete() -> None:
        note("complete")
        found["memory"] = _memory()
        import json

        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()
        os._exit(0)

    polling = QTimer()
    polling.setInterval(2)
    polling.timeout.connect(look)
    polling.start()
    app.exec()


def _memory() -> float:
    """Megabytes of this process that are in memory."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    main(Path(sys.argv[1]))
