"""Somebody who types without a pause, in a process of its own that can be killed.

    python -m tests.helpers.typist SITE_FOLDER ARTICLE_ID source|visual PRAGMA|""

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
from itertools import pairwise
from pathlib import Path

from sqlalchemy import event

from chce_desktop.services.site import Site, open_site
from chce_desktop.ui.editor import rescue

_WORD = re.compile(r"第(\d+)词")
#: What a `trouble` may be.
FULL, READ_ONLY = "max_page_count=1", "query_only=1"
#: The named revisions that were seen, by site and article.
_NAMED: dict[tuple[str, int], set[int]] = {}


@dataclass(frozen=True, slots=True)
class Loss:
    """What one kill cost: words typed, words kept, and the age (seconds) of the oldest word that is missing."""

    typed: int
    kept: int
    oldest: float
    revisions: int


def killed_at_random(folder: Path, article_id: int, chance: random.Random, editor: str, trouble: str = "") -> Loss:
    """One round on a site that nobody has open, in the `source` editor or the `visual` one.

    `trouble`: a PRAGMA that makes the library refuse every save from the first second on (`FULL`, `READ_ONLY`); what
    was typed must then come back from beside it. CHCE_HOME must be set.

    Raises LibraryDamaged when the library is not whole afterwards, AssertionError when the history is not.
    """
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "tests.helpers.typist", str(folder), str(article_id), editor, trouble]
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
    assert moments, "the typist never began"
    with open_site(folder) as site:
        site.check_library()
        rescued = rescue.find(site.uid, article_id)
        kept = set(_words(rescued.mine["body"] if rescued else site.articles.get(article_id).body))
        if rescued:
            site.articles.save(article_id, {"body": rescued.mine["body"]})
            rescue.forget(site.uid, article_id)
        revisions = _intact_history(site, article_id)
    missing = [moment for number, moment in moments.items() if number not in kept]
    return Loss(len(moments), len(kept), killed - min(missing) if missing else 0.0, revisions)


def _words(text: str) -> list[int]:
    return [int(number) for number in _WORD.findall(text)]


def _intact_history(site: Site, article_id: int) -> int:
    """How many revisions there are: the newest is the text, and each is a text that was written, older ones shorter."""
    revisions = site.articles.revisions(article_id)
    texts = [_words(site.articles.revision(article_id, revision.id).body) for revision in revisions]
    assert texts[0] == _words(site.articles.get(article_id).body)
    for newer, older in pairwise(texts):
        assert older == newer[: len(older)], (newer, older)
    assert all(text == list(range(1, len(text) + 1)) for text in texts), texts
    site.articles.name_revision(article_id, f"{len(texts[0])}")  # for good: it has to be there after every later kill
    named = [revision for revision in site.articles.revisions(article_id) if revision.named]
    known = _NAMED.setdefault((str(site.folder), article_id), set())
    assert known <= {revision.id for revision in named}
    known |= {revision.id for revision in named}
    return len(revisions)


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

    def refuse() -> None:
        event.listen(
            site.connection.database._engine,
            "checkout",
            lambda connection, *_: connection.execute(f"PRAGMA {sys.argv[4]}"),
        )

    if sys.argv[4]:
        QTimer.singleShot(800, refuse)
    timer = QTimer()
    timer.timeout.connect(type_word)
    panel.article_opened.connect(lambda _: timer.start(15))
    panel.open_article(int(sys.argv[2]))
    app.exec()


if __name__ == "__main__":
    main()
