"""Chinese is written with a real input method, ibus with libpinyin, in both editors of the real window."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chce_desktop.services.site import create_site, open_site
from tests.helpers.screen import Screen

pytestmark = [pytest.mark.gui, pytest.mark.slow, pytest.mark.timeout(600)]

_START = "开头。"


@pytest.fixture
def pinyin(screen: Screen) -> Iterator[Screen]:
    """The screen with libpinyin as its input method."""
    missing = [name for name in ("ibus-daemon", "ibus") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"no {', '.join(missing)}; `python3 dev.py test` installs them on Debian and Ubuntu")
    screen.environment |= {"QT_IM_MODULE": "ibus", "IBUS_ENABLE_SYNC_MODE": "1", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    with (screen.run / "ibus.log").open("wb") as log:
        daemon = subprocess.Popen(
            ["ibus-daemon", "--replace", "--xim", "--panel", "disable"], env=screen.environment, stdout=log, stderr=log
        )
    try:
        end = time.monotonic() + 60
        while "libpinyin" not in asked(screen, "ibus", "engine"):
            if time.monotonic() > end:
                pytest.fail((screen.run / "ibus.log").read_text(encoding="utf-8", errors="replace"))
            time.sleep(0.3)  # its answer to the next command is 1 also where it did what was asked
            asked(screen, "ibus", "engine", "libpinyin")
        yield screen
    finally:
        daemon.terminate()
        daemon.wait(60)


def asked(screen: Screen, *command: str) -> str:
    """What a command on the screen answers."""
    return subprocess.run(command, env=screen.environment, capture_output=True, text=True, check=False).stdout


def body_is(folder: Path, article: int, wanted: str, screen: Screen) -> None:
    """Wait until the library holds `wanted`."""
    end = time.monotonic() + 60
    with open_site(folder) as site:
        while (found := site.articles.get(article).body) != wanted:
            if time.monotonic() > end:
                screen.picture(folder.parent / "failed.png")
                pytest.fail(f"{found!r} instead of {wanted!r}; see {folder.parent / 'failed.png'}")
            time.sleep(0.1)


def test_pinyin_in_both_editors_and_undo_by_word(pinyin: Screen, tmp_path: Path) -> None:
    folder = tmp_path / "站点"
    with create_site(folder, "素质教育网") as site:
        column = site.columns.add("新闻", slug="xinwen")
        article = site.articles.create({"title": "题目", "body": _START, "column_id": column.id}).id
    home = tmp_path / "home"
    process = pinyin.open(
        [sys.executable, "-m", "chce_desktop", folder, "--lang", "zh_CN"],
        environment={"CHCE_HOME": str(home), "QTWEBENGINE_DISABLE_SANDBOX": "1", "PATH": os.environ["PATH"]},
    )
    row = pinyin.find(name="题目", role="table cell")
    pinyin.click_at(*row.centre, times=2)
    for editor in ("visual_editor", "source_editor"):
        if editor == "source_editor":
            pinyin.key("ctrl+alt+v")
        pinyin.enter(id=editor)
        pinyin.key("ctrl+End")
        pinyin.type("jiaoyu")
        pinyin.key("space")
        pinyin.type("xinwen")
        pinyin.key("space")
        body_is(folder, article, f"{_START}教育新闻", pinyin)
        pinyin.key("ctrl+z")
        body_is(folder, article, f"{_START}教育", pinyin)
        pinyin.key("ctrl+z")
        body_is(folder, article, _START, pinyin)
    pinyin.picture(tmp_path / "pinyin.png")
    pinyin.key("ctrl+q")
    process.wait(120)
