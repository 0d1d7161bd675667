"""How long a keystroke takes to the screen and to the preview, with real widgets and the real web engine.

    python -m tests.benchmarks.editor_latency [--keys 200]

Prints medians and 95th percentiles in milliseconds for articles of 5,000 and 50,000 characters. The goals: to the
screen at most 16 ms at 50,000 characters; to the preview at most 100 ms at 5,000 and 300 ms at 50,000.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--disable-gpu --no-first-run")

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt
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

    def to_screen(self, keys: int) -> list[float]:
        """Milliseconds from a key to the end of the repaint that shows it, while everything else goes on."""
        times = []
        for _ in range(keys):
            started = time.perf_counter()
            QTest.keyClicks(self.editor.editor, "a")
            self.editor.editor.viewport().repaint()
            times.append((time.perf_counter() - started) * 1000)
            self.pump(0.06)
        return times

    def to_preview(self, keys: int) -> list[float]:
        """Milliseconds from a key until the page's document holds it."""
        times = []
        for number in range(keys):
            mark = f"k{number}z"
            self.editor.editor.insertPlainText(mark)
            started = time.perf_counter()
            self.until(lambda mark=mark: bool(self.js(f"document.body.textContent.includes('{mark}')")))  # type: ignore[misc]
            times.append((time.perf_counter() - started) * 1000)
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


def _line(name: str, times: list[float]) -> str:
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, round(len(ordered) * 0.95))]
    return f"{name}: median {statistics.median(times):.1f} ms, p95 {p95:.1f} ms, worst {ordered[-1]:.1f} ms"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=100)
    keys = parser.parse_args().keys
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    sys.setswitchinterval(0.0005)  # as the app does at its start
    app = QApplication([])
    Appearance(app)
    with tempfile.TemporaryDirectory() as folder:
        for characters in (5_000, 50_000):
            bench = Bench(app, Path(folder) / str(characters), characters)
            print(_line(f"{characters:,} characters, key to screen ", bench.to_screen(keys)))  # noqa: T201
            print(_line(f"{characters:,} characters, key to preview", bench.to_preview(keys)))  # noqa: T201
            bench.close()


if __name__ == "__main__":
    main()
