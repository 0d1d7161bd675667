"""The media library's window with very many files: opening, scrolling to the end, finding, memory.

    python -m tests.benchmarks.media_grid [--files 20000]

Every stop of the window is measured while it opens, is scrolled and is searched; thumbnails are made meanwhile.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from chce_desktop.foundation.errors import ChceError
from chce_desktop.services.site import Site, create_site
from chce_desktop.storage import nouns
from chce_desktop.ui.appearance import Appearance
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.media import MediaDialog
from chce_desktop.ui.notices import Notices
from chce_desktop.ui.operations import Operations
from tests.benchmarks.table import Table
from tests.helpers.watchdog import Watchdog


def fill(site: Site, files: int) -> None:
    """Pictures of a newsroom, straight into the library: small ones, and every hundredth as a camera makes it."""
    small, large = io.BytesIO(), io.BytesIO()
    Image.effect_noise((480, 320), 60).convert("RGB").save(small, "JPEG")
    Image.effect_noise((500, 375), 60).resize((4000, 3000)).convert("RGB").save(large, "JPEG")
    first = datetime(2020, 1, 1, tzinfo=UTC)
    with site.connection.write() as session:
        for number in range(files):
            camera = number % 100 == 7
            data = (large if camera else small).getvalue() + str(number).encode()
            digest = hashlib.sha256(data).hexdigest()
            path = f"media/{digest[:2]}/tu-{digest[:10]}.jpg"
            file = site.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
            width, height = (4000, 3000) if camera else (480, 320)
            values = {"original_name": f"会议照片 {number}.jpg", "mime": "image/jpeg", "size": len(data)}
            values |= {"path": path, "sha256": digest, "width": width, "height": height}
            nouns.add_media(session, {**values, "added_at": first + timedelta(minutes=number)})


class Bench:
    """The window of the media library on a library of `files` files."""

    def __init__(self, app: QApplication, site: Site) -> None:
        self.app = app
        self.operations = Operations(lambda error: print(error.title, file=sys.stderr), self._crashed)  # noqa: T201
        self.host = QWidget()
        self.desk = Desk(site, self.operations, Notices(self.host))
        self.until(lambda: not self.operations.running)

    def pump(self, seconds: float) -> None:
        """Let everything go on for so long."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            time.sleep(0.0005)

    def until(self, condition: Callable[[], bool], seconds: float = 120) -> None:
        """Let everything go on until `condition` holds. Raises TimeoutError."""
        end = time.perf_counter() + seconds
        while not condition():
            if time.perf_counter() > end:
                raise TimeoutError
            self.pump(0.002)

    @staticmethod
    def _crashed(error: BaseException) -> ChceError:
        raise error


def measure(bench: Bench, table: Table, files: int) -> None:
    """Open, scroll, find; one row each."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with Watchdog() as dog:
        started = time.perf_counter()
        dialog = MediaDialog(bench.desk)
        dialog.show()
        bench.until(lambda: bool(dialog.model.items))
        table.row(
            f"open, {files:,} files, until the first ones show", (time.perf_counter() - started) * 1000, "ms", 200
        )
        bench.until(lambda: not bench.operations.running)
    table.row("open, longest stop", dog.longest * 1000, "ms", 50, _worst(dog))
    bar = dialog.grid.verticalScrollBar()
    with Watchdog() as dog:
        started = time.perf_counter()
        while len(dialog.model.items) < files:
            bar.setValue(bar.maximum())
            bench.pump(0.02)
        bench.until(lambda: not bench.operations.running)
        table.row("scroll to the last file", time.perf_counter() - started, "s", 20)
    table.row("scroll to the last file, longest stop", dog.longest * 1000, "ms", 50, _worst(dog))
    with Watchdog() as dog:
        for _ in range(120):  # page by page back up, thumbnails all the time
            QTest.keyClick(dialog.grid, Qt.Key.Key_PageUp)
            bench.pump(0.03)
        for share in range(0, 100, 7):
            bar.setValue(bar.maximum() * share // 100)
            bench.pump(0.05)
    table.row("pages and jumps, longest stop", dog.longest * 1000, "ms", 50, _worst(dog))
    with Watchdog() as dog:
        for text in ("照片 1", "照片 19999", "没有", ""):
            dialog.search.setText(text)
            bench.pump(0.5)
        bench.until(lambda: not bench.operations.running)
    table.row("find, longest stop", dog.longest * 1000, "ms", 50, _worst(dog))
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    table.row("memory for all of it", used, "MB", 400)
    dialog.close()
    bench.pump(0.2)


def _worst(dog: Watchdog) -> str:
    worst = max(dog.stalls, key=lambda stall: stall.seconds, default=None)
    return f"{worst.cpu * 1000:.0f} ms computing" if worst else ""


def main() -> int:
    """Measure and print; how many goals were missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=20_000)
    files = parser.parse_args().files
    sys.setswitchinterval(0.0005)  # as the app does at its start
    app = QApplication([])
    Appearance(app)
    table = Table("The media library's window")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CHCE_HOME"] = f"{folder}/home"
        with create_site(Path(folder) / "站点", "网") as site:
            fill(site, files)
            table.start()
            bench = Bench(app, site)
            measure(bench, table, files)
            bench.desk.close()
            bench.operations.close()
    return table.end()


if __name__ == "__main__":
    sys.exit(main())
