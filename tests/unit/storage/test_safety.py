from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chce_desktop.services.site import create_site, open_site
from chce_desktop.storage import presence

_WRITER = """
import sys
from pathlib import Path
from chce_desktop.services.site import open_site
site = open_site(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    site.articles.save(1, {"title": f"第 {number} 稿", "body": f"第 {number} 稿。" * 200})
    print(number, flush=True)
"""


@pytest.mark.slow
def test_what_was_saved_survives_kill_9(tmp_path: Path) -> None:
    folder = tmp_path / "站点"
    with create_site(folder, "x") as site:
        site.articles.create({"title": "第 0 稿"})
    chance = random.Random(20260101)  # noqa: S311 - moments to kill, not secrets
    for _ in range(8):
        writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(folder)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        acknowledged = int(writer.stdout.readline())
        time.sleep(chance.uniform(0, 0.2))
        writer.kill()
        acknowledged = max([acknowledged, *(int(line) for line in writer.stdout.read().split("\n")[:-1])])
        writer.wait()
        writer.stdout.close()
        with sqlite3.connect(folder / "site.db") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
        with open_site(folder) as site:
            article = site.articles.get(1)
            number = int(article.title.split()[1])
            assert number in (acknowledged, acknowledged + 1)
            assert article.body == f"第 {number} 稿。" * 200
            assert site.articles.search(f'"第 {number} 稿"').total == 1
            assert site.articles.revisions(1)
            site.articles.save(1, {"title": "第 0 稿", "body": ""})


def _someone_else(folder: Path, count: int) -> None:
    place = folder / ".chce-open" / "0123456789abcdef.json"
    place.parent.mkdir(exist_ok=True)
    place.write_text(json.dumps({"computer": "编辑部-2", "count": count}), encoding="utf-8")


def test_another_computer_is_told_at_once_and_while_working(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "BEAT", 0.05)
    folder = tmp_path / "站点"
    told: list[str] = []
    with create_site(folder, "x") as site:
        site.announce(told.append)
        time.sleep(0.2)
        assert told == []
        end, count, more = time.monotonic() + 60, 0, 5
        while more and time.monotonic() < end:  # told once, and not again
            _someone_else(folder, count := count + 1)
            time.sleep(0.05)
            more -= bool(told)
        assert len(told) == 1
        assert "编辑部-2" in told[0]
        with open_site(folder) as second:
            assert any("编辑部-2" in warning for warning in second.warnings)
    (folder / ".chce-open" / "0123456789abcdef.json").unlink()


def test_a_computer_that_went_away_long_ago_is_not_told(tmp_path: Path) -> None:
    folder = tmp_path / "站点"
    create_site(folder, "x").close()
    _someone_else(folder, 1)
    place = folder / ".chce-open" / "0123456789abcdef.json"
    os.utime(place, (place.stat().st_mtime - 3600,) * 2)
    with open_site(folder) as site:
        assert site.warnings == ()


def test_this_computer_takes_its_mark_away(tmp_path: Path) -> None:
    folder = tmp_path / "站点"
    with create_site(folder, "x") as site:
        site.announce(lambda _: None)
        deadline = time.monotonic() + 60
        while not (folder / ".chce-open").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
    assert sorted(path.name for path in folder.iterdir()) == ["media", "site.db"]
