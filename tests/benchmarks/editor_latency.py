"""How long a keystroke takes to the screen and to the preview, with real widgets and the real web engine.

    python -m tests.benchmarks.editor_latency [--keys 200]

95th percentiles in milliseconds, in the source editor and in the visual one, for articles of 5,000 and 50,000
characters. Also the longest moment that the window stands still while the visual editor opens.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--disable-gpu --no-first-run")

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from chce_desktop.foundation.errors import ChceError
from chce_desktop.services.site import create_site
from chce_desktop.ui.appearance import Appearance
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.editor.panel import EditorPanel
from chce_desktop.ui.notices import Notices
from chce_desktop.ui.operations import Operations
from chce_desktop.ui.preview.panel import PreviewPanel
from tests.benchmarks.table import Table, Took, p95, processor, took

_HAN = "教育部关于开展素质活动的通知各地区学校应当认真落实做好工作"


def article_of(characters: int) -> str:
    """Headings, paragraphs, lists and tables, as long as asked for."""
    chance = random.Random(7)  # noqa: S311 - a text, no secret
    parts: list[str] = []
    size = number = 0
    while size < characters:
        number += 1
        match number % 12:
            case 1:
                part = f"## 第{number}节"
            case 5:
                part = "- 列表一**重点**\n- 列表二[链接](https://a.cn)\n- 三"
            case 8:
                part = "| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |"
            case _:
                part = "".join(chance.choices(_HAN, k=180)) + "，**强调**。"
        parts.append(part)
        size += len(part)
    return "\n\n".join(parts)


class Bench:
    """A window with editor and preview on a new site."""

    def __init__(self, app: QApplication, folder: Path, characters: int) -> None:
        self.app = app
        self.site = create_site(folder, "网")
        column = self.site.columns.add("新闻")
        made = self.site.articles.create({"title": "题目", "body": article_of(characters), "column_id": column.id})
        self.window = QWidget()
        self.window.resize(1500, 900)
        self.operations = Operations(lambda error: print(error.title, file=sys.stderr), self._crashed)  # noqa: T201
        self.desk = Desk(self.site, self.operations, Notices(self.window))
        self.editor, self.preview = EditorPanel(self.desk), PreviewPanel(self.desk)
        row = QHBoxLayout(self.window)
        row.addWidget(self.editor, 1)
        row.addWidget(self.preview, 1)
        self.editor.article_opened.connect(self.preview.show_article)
        self.editor.text_changed.connect(self._on_text)
        self.editor.cursor_line_changed.connect(self.preview.follow_line)
        self.window.show()
        self.editor.open_article(made.id)
        self.until(lambda: bool(self.js("document.getElementById('article-body')?.textContent.length > 9")))
        self.pump(1.0)
        editor = self.editor.editor
        editor.go_to_line(editor.blockCount() // 2)
        self.pump(0.5)

    def switch(self, *, visual: bool) -> float:
        """Show the other editor; the longest moment, in milliseconds, that the window stood still meanwhile."""
        longest = 0.0
        action = self.editor.commands["editor.visual"]
        if action.isChecked() != visual:
            longest = took(action.setChecked, visual)
        editor = self.editor.modes.current
        while editor.isReadOnly():
            longest = max(longest, took(self.app.processEvents, QEventLoop.ProcessEventsFlag.AllEvents))
        self.editor.go_to_line(self.editor.editor.blockCount() // 2)
        self.pump(0.5)
        return longest

    def to_screen(self, keys: int) -> list[Took]:
        """From a key to the end of the repaint that shows it, while everything else goes on."""
        editor = self.editor.modes.current

        def key() -> None:
            QTest.keyClicks(editor, "a")
            editor.viewport().repaint()

        times = []
        for _ in range(keys):
            times.append(took(key))
            self.pump(0.06)
        return times

    def to_preview(self, keys: int) -> list[Took]:
        """From a key until the page's document holds it."""
        editor = self.editor.modes.current

        def key(mark: str) -> None:
            editor.insert_plain(mark)
            self.until(lambda: bool(self.js(f"document.body.textContent.includes('{mark}')")))

        times = []
        for number in range(keys):
            times.append(took(key, f"k{number}{'v' if self.editor.modes.is_visual else 's'}z"))
            self.pump(0.1)
        return times

    def close(self) -> None:
        """Give everything back."""
        self.editor.close_article()
        self.preview.close_preview()
        self.until(lambda: not self.operations.running)
        self.desk.close()
        self.operations.close()
        self.site.close()
        self.window.close()
        self.window.deleteLater()
        self.pump(0.2)
        # Without an event loop of the app nobody deletes what was told to go, and the web engine crashes at the end.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def pump(self, seconds: float) -> None:
        """Let everything go on for so long."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            time.sleep(0.001)

    def until(self, condition: Callable[[], bool]) -> None:
        """Let everything go on until `condition` holds. Raises TimeoutError after 30 s."""
        end = time.perf_counter() + 30
        while not condition():
            if time.perf_counter() > end:
                raise TimeoutError
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)

    def js(self, code: str) -> object:
        """The value of an expression in the page, None while there is none."""
        page = self.preview.page
        results: list[object] = []
        if page is None:
            return None
        page.runJavaScript(code, 0, results.append)
        end = time.perf_counter() + 10
        while not results and time.perf_counter() < end:
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 2)
        return results[0] if results else None

    def _on_text(self) -> None:
        article = self.editor.current()
        if article is not None:
            self.preview.update_article(article)

    @staticmethod
    def _crashed(error: BaseException) -> ChceError:
        raise error


def main() -> int:
    """Measure and print; how many goals were missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=100)
    keys = parser.parse_args().keys
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    sys.setswitchinterval(0.0005)  # as the app does at its start
    app = QApplication([])
    Appearance(app)
    table = Table("The editors")
    table.start()
    with tempfile.TemporaryDirectory() as folder:
        for characters, to_preview in ((5_000, 100), (50_000, 300)):
            bench = Bench(app, Path(folder) / str(characters), characters)
            for name, visual in (("source", False), ("visual", True)):
                longest = bench.switch(visual=visual)
                if visual:
                    table.row(f"{name}, {characters:,} characters, longest stop while it opens", longest, "ms", 50)
                times = bench.to_screen(keys)
                work = f"{name}, {characters:,} characters, key to screen, p95"
                table.row(work, p95(times), "ms", 16, processor(times))
                times = bench.to_preview(keys)
                work = f"{name}, {characters:,} characters, key to preview, p95"
                table.row(work, p95(times), "ms", to_preview, processor(times))
            bench.close()
    return table.end()


if __name__ == "__main__":
    sys.exit(main())
