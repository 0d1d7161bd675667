"""`chce` as the system's scheduler or a script meets it: a process of its own, pipes, signals, a broken world."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

_COMMAND = (sys.executable, "-m", "chce_desktop.cli")


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONWARNINGS": "error", **more}


def chce(*arguments: object, check: bool = True, **more: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*_COMMAND, *map(str, arguments)], env=environment(**more), capture_output=True, encoding="utf-8", check=False
    )
    assert not check or done.returncode == 0, done.stderr
    return done


def document(*arguments: object) -> Any:
    return json.loads(chce(*arguments, "--json").stdout)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("命令 行") / "演示 站"
    document("new", place, "--name", "演示", "--demo")
    return place


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_main_job_without_a_screen(site: Path, tmp_path: Path) -> None:
    article = tmp_path / "新 文.md"
    article.write_text("---\ntitle: 命令行写的文章\nsource: 本网\n---\n\n正文，见 **此处**。\n", encoding="utf-8")
    added = document("--site", site, "article", "add", article, "--column", "政务公开", "--flag", "recommended")
    out = tmp_path / "页 面"
    first = document("--site", site, "build", out)
    before = tree(out)
    second = document("build", out, "--site", site)
    assert first["written"] == first["pages"] == second["pages"] == second["unchanged"]
    assert second["written"] == second["removed"] == 0
    assert tree(out) == before
    page = (out / added["url"]).read_text(encoding="utf-8")
    assert "命令行写的文章" in page

    host = tmp_path / "主 机"
    host.mkdir()
    document("--site", site, "target", "add", "folder", host.as_uri())
    assert document("--site", site, "publish", "folder")["uploaded"] >= first["pages"] - 1
    assert (host / added["url"]).is_file()
    assert document("--site", site, "article", "show", added["id"])["status"] == "published"


def test_a_broken_pipe_ends_quietly(site: Path) -> None:
    process = subprocess.Popen(
        [*_COMMAND, "--site", str(site), "article", "list", "--limit", "0", "--json"],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 0
    assert errors == b""


def test_output_is_utf_8_whatever_the_console_says(site: Path) -> None:
    for encoding in ("cp936", "ascii"):
        done = chce("--site", site, "info", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
        assert "演示" in done.stdout


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_wait_for_no_library_that_they_do_not_need(option: str) -> None:
    command = (sys.executable, "-X", "importtime", *_COMMAND[1:], option)
    done = subprocess.run(command, env=environment(), capture_output=True, check=True, encoding="utf-8")
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "chce_desktop.cli.program" in imported
    libraries = {"PySide6", "sqlalchemy", "alembic", "jinja2", "markdown", "nh3", "numpy", "PIL", "httpx", "asyncssh"}
    rooms = {f"chce_desktop.{room}" for room in ("services", "storage", "sitegen", "publishing", "importing", "ui")}
    assert not imported & (libraries | rooms | {"keyring", "asyncio", "pypinyin", "opencc"})


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_ends_an_import_with_130_and_the_next_one_goes_on(tmp_path: Path) -> None:
    place = tmp_path / "site"
    chce("new", place, "--name", "x")
    root = tmp_path / "in"
    root.mkdir()
    for number in range(3_000):
        (root / f"{number:04}.md").write_text(f"# 文章 {number}\n\n正文\n", encoding="utf-8")
    process = subprocess.Popen(
        [*_COMMAND, "--site", str(place), "import", str(root), "--json"],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    deadline = time.monotonic() + 60
    with closing(sqlite3.connect(place / "site.db")) as library:
        while process.poll() is None and time.monotonic() < deadline:
            process.send_signal(signal.SIGSTOP)  # it stands still while one looks: else it might come to its end
            if library.execute("SELECT count(*) FROM article").fetchone()[0]:
                break
            process.send_signal(signal.SIGCONT)
            time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGCONT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(out)["error"]["code"] == "cancelled"
    kept = _articles(place)
    assert 0 < kept < 3_000
    report = document("--site", place, "import", root)
    assert (report["unchanged"], report["created"]) == (kept, 3_000 - kept)


def _articles(place: Path) -> int:
    return int(document("--site", place, "info")["articles"]["ready"])


@pytest.fixture
def served(site: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [*_COMMAND, "--site", str(site), "serve"],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
def test_serve_shows_the_site_on_this_computer_only(served: tuple[subprocess.Popen[str], str]) -> None:
    process, address = served
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
    with urllib.request.urlopen(address, timeout=60) as answer:
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "演示" in answer.read().decode()
    for path in ("nothing-here.html", "../../site.db", "%2e%2e/%2e%2e/etc/passwd", "media/"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address + path, timeout=60)
        with refused.value:
            assert refused.value.code == 404
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0


def test_a_read_only_site_can_be_looked_at(site: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    (locked / "site.db").write_bytes((site / "site.db").read_bytes())
    (locked / "media").mkdir()
    (locked / "site.db").chmod(0o444)
    locked.chmod(0o555)
    try:
        assert document("--site", locked, "info")["name"] == "演示"
        if os.access(locked, os.W_OK):
            return  # root writes everywhere; the library's own tests cover the refusal
        refused = chce("--site", locked, "column", "add", "x", "--json", check=False)
        assert refused.returncode == 1
        assert json.loads(refused.stdout)["error"]["title"]
    finally:
        locked.chmod(0o755)
