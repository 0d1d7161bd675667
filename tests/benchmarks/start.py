"""How soon the window is there: `python -m tests.benchmarks.start [articles]`.

Each start is a process of its own, an empty PySide6 window and ours by turns, so that both meet the same machine. What
counts is the ratio of processor time; times by the clock stand beside it. Memory is that of our process before the web
engine is loaded. A report of what took the time to import: `python -X importtime -m tests.benchmarks.start ours DIR`.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.table import Table

_ROUNDS = 7
_FIRST, _FILLED, _MEMORY = 1.5, 3.5, 400.0

#: What is the least that a window can be: Qt, a main window, the first paint.
_EMPTY = """
import json, sys, time
started = time.perf_counter()
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication(["empty"])
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(json.dumps({"paint": time.process_time(), "paint_clock": time.perf_counter() - started}))
        QTimer.singleShot(0, app.quit)
window = Window()
window.resize(1440, 900)
window.show()
app.exec()
"""


def ours(folder: Path) -> None:
    """One start of the app on a site, in this process: prints what it took, then ends."""
    started = time.perf_counter()
    from PySide6.QtCore import QEvent, QObject, Qt, QTimer
    from PySide6.QtTest import QTest

    from chce_desktop.foundation import i18n
    from chce_desktop.ui import app as application
    from chce_desktop.ui.appearance import Appearance
    from chce_desktop.ui.memory import Memory

    i18n.set_language("zh_CN")
    app = application.prepare_qt()
    application.translate_qt(app)
    application._ENGINE_AFTER = 1_000_000
    found: dict[str, float] = {}

    def note(name: str) -> None:
        found[name] = time.process_time()
        found[f"{name}_clock"] = time.perf_counter() - started

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
            if event.type() is QEvent.Type.Paint and watched.objectName() == "main_window" and "paint" not in found:
                QTimer.singleShot(0, lambda: note("paint"))
            return False

    watch = Watch()
    app.installEventFilter(watch)
    controller = application.Controller(app, Memory(), Appearance(app))
    controller.start(folder)

    def look() -> None:
        window = controller.window
        if window is None or "paint" not in found or not window.articles.model.is_loaded:
            return
        if not window.articles.table.currentIndex().isValid():
            return
        table = window.articles.table
        row = table.currentIndex().row()
        QTest.keyClick(table, Qt.Key.Key_Down)
        if table.currentIndex().row() == row + 1:
            polling.stop()
            note("filled")
            found["memory"] = _memory()
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


def _start(*command: str) -> dict[str, float]:
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    answer = subprocess.run(
        [sys.executable, *command], env=environment, stdout=subprocess.PIPE, check=True, timeout=120
    )
    measured: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return measured


def measure(total: int) -> int:
    """Print the table; how many goals were missed."""
    from tests.benchmarks.library import library

    site, _, _ = library(total)
    folder = site.folder
    site.close()
    runs: list[tuple[dict[str, float], dict[str, float]]] = []
    for number in range(_ROUNDS + 1):
        pair = (_start("-c", _EMPTY), _start("-m", "tests.benchmarks.start", "ours", str(folder)))
        if number:  # the first pair warms the disk
            runs.append(pair)
    table = Table(f"Start with {total:,} articles")
    table.start()

    def middle(which: int, name: str) -> float:
        return statistics.median(pair[which][name] for pair in runs)

    def ratio(name: str) -> float:
        return statistics.median(pair[1][name] / pair[0]["paint"] for pair in runs)

    def note(name: str) -> str:
        return f"processor {middle(1, name) * 1000:.0f} ms, clock {middle(1, name + '_clock') * 1000:.0f} ms"

    empty = f"processor; clock {middle(0, 'paint_clock') * 1000:.0f} ms"
    table.row("empty PySide6 window, first paint", middle(0, "paint") * 1000, "ms", note=empty)
    table.row("first paint", ratio("paint"), "× empty", _FIRST, note("paint"))
    table.row("list filled and a key answered", ratio("filled"), "× empty", _FILLED, note("filled"))
    table.row("memory before the web engine", middle(1, "memory"), "MB", _MEMORY)
    return table.end()


if __name__ == "__main__":
    if sys.argv[1:2] == ["ours"]:
        ours(Path(sys.argv[2]))
    else:
        sys.exit(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
