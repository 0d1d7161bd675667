"""How soon the window is there: `python -m tests.benchmarks.start [articles]`.

Each start is a process of its own, an empty PySide6 window and ours by turns, so that both meet the same machine. What
counts is the ratio of processor time; times by the clock stand beside it. Memory is that of our process before the web
engine is loaded. A report of what took the time to import: `python -X importtime -m tests.benchmarks.start_once DIR`.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys

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
        pair = (_start("-c", _EMPTY), _start("-m", "tests.benchmarks.start_once", str(folder)))
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
    table.row("window complete, but for the web engine", ratio("complete"), "× empty", note=note("complete"))
    table.row("memory before the web engine", middle(1, "memory"), "MB", _MEMORY)
    return table.end()


if __name__ == "__main__":
    sys.exit(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
