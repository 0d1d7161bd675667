"""Somebody who types without a pause, in a process of its own that can be killed.

    python -m tests.helpers.typist SITE_FOLDER ARTICLE_ID source|visual

Types numbered words into the real editor and prints each with the moment (seconds of the system's monotonic clock) at
which it was in the editor's text. `killed_at_random` starts it, kills it, and says what was lost.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from chce_desktop.services.site import open_site

_WORD = re.compile(r"第(\d+)词")


@dataclass(frozen=True, slots=True)
class Loss:
    """What one kill cost: words typed, words kept, and the age (seconds) of the oldest word that is missing."""

    typed: int
    kept: int
    oldest: float
    revisions: int


def killed_at_random(folder: Path, article_id: int, chance: random.Random, editor: str) -> Loss:
    """One round on a site that nobody has open, in the `source` editor or the `visual` one.

    Raises LibraryDamaged when the library is not whole afterwards.
    """
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "tests.helpers.typist", str(folder), str(article_id), editor]
    moments: dict[int, float] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, encoding="utf-8") as process:
        assert process.stdout is not None
        output = process.stdout

        def listen() -> None:
            for line in output:
                number, moment = line.split()
                moments[int(number)] = float(moment)

        listener = threading.Thread(target=listen, name="typist-output")
        listener.start()
        give_up = time.monotonic() + 60
        while not moments and process.poll() is None and time.monotonic() < give_up:
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, 2.5))
        process.kill()
        killed = time.monotonic()
        process.wait()
        listener.join()
    with open_site(folder) as site:
        site.check_library()
        kept = {int(number) for number in _WORD.findall(site.articles.get(article_id).body)}
        revisions = len([site.articles.revision(article_id, r.id) for r in site.articles.revisions(article_id)])
    missing = [moment for number, moment in moments.items() if number not in kept]
    return Loss(len(moments), len(kept), killed - min(missing) if missing else 0.0, revisions)


def main() -> None:
    """Open the article, and type until killed."""
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtGui import QTextCursor
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QWidget

    from chce_desktop.foundation.errors import ChceError
    from chce_desktop.ui.desk import Desk
    from chce_desktop.ui.editor.panel import EditorPanel
    from chce_desktop.ui.notices import Notices
    from chce_desktop.ui.operations import Operations

    app = QApplication(["typist"])
    site = open_site(Path(sys.argv[1]))

    def told(error: ChceError) -> None:
        raise error

    def crashed(error: BaseException) -> ChceError:
        raise error

    window = QWidget()
    desk = Desk(site, Operations(told, crashed), Notices(window))
    panel = EditorPanel(desk, window)
    panel.commands["editor.visual"].setChecked(sys.argv[3] == "visual")
    window.show()
    numbers = [int(number) for number in _WORD.findall(site.articles.get(int(sys.argv[2])).body)]
    state = {"next": max(numbers, default=0) + 1}

    def type_word() -> None:
        editor = panel.modes.current
        if editor.isReadOnly():
            return  # a long text is still being opened
        number = state["next"]
        state["next"] += 1
        editor.moveCursor(QTextCursor.MoveOperation.End)
        editor.insert_plain(f"第{number}词，")
        if number % 40 == 0:
            QTest.keyClick(editor, Qt.Key.Key_Return)
        sys.stdout.write(f"{number} {time.monotonic()}\n")
        sys.stdout.flush()

    timer = QTimer()
    timer.timeout.connect(type_word)
    panel.article_opened.connect(lambda _: timer.start(15))
    panel.open_article(int(sys.argv[2]))
    app.exec()


if __name__ == "__main__":
    main()
