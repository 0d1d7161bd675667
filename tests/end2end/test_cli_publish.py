"""The exit statuses of `chce publish`, each from a process of its own, and what an interrupted one leaves behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from chce_desktop.domain.article import State
from chce_desktop.services.site import create_site
from tests.helpers.web_server import free_port

pytestmark = pytest.mark.slow

_COMMAND = (sys.executable, "-m", "chce_desktop.cli")
_FIGURES = {
    "generation", "uploaded", "deleted", "unchanged", "bytes", "verified", "repaired", "seconds", "dry_run"
}  # fmt: skip


class Computer:
    """A library on a computer of its own: `chce` runs in a process each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.site = folder / "站 点"
        self.environment = {
            **os.environ,
            "CHCE_HOME": str(folder / "home"),
            "CHCE_SITE": str(self.site),
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONWARNINGS": "error",
        }

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        words = [*_COMMAND, "--lang", "en", *map(str, arguments)]
        return subprocess.run(words, env=self.environment, capture_output=True, encoding="utf-8", check=False)

    def json(self, *arguments: object) -> Any:
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def stopped(self, status: int, *arguments: object) -> str:
        """The code of the failure that ended with this status, told in one document and one sentence."""
        done = self.run(*arguments, "--json")
        assert done.returncode == status, (done.stdout, done.stderr)
        error = json.loads(done.stdout)["error"]
        assert set(error) == {"code", "title", "detail", "hint"}
        assert error["title"] in done.stderr
        assert "Traceback" not in done.stderr
        return str(error["code"])

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*_COMMAND, "--lang", "en", *map(str, arguments), "--json"],
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    made = Computer(tmp_path / "甲")
    with create_site(made.site, "测试网") as site:
        for number in range(40):
            site.articles.create({"title": f"文章{number}", "body": f"正文{number}。\n\n" * 80, "state": State.READY})
    return made


@pytest.fixture
def host(tmp_path: Path) -> Path:
    return tmp_path / "主 机"


def _tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_done_is_0_and_says_what_was_done(computer: Computer, host: Path) -> None:
    computer.json("target", "add", "主机", host.as_uri())
    dry = computer.json("publish", "主机", "--dry-run")
    assert dry["dry_run"] is True
    assert not host.exists()
    done = computer.json("publish", "主机")
    assert set(done) == _FIGURES
    assert (done["generation"], done["deleted"], done["dry_run"]) == (1, 0, False)
    assert done["uploaded"] == dry["uploaded"] == done["verified"] > 40
    again = computer.json("publish", "主机")
    assert (again["generation"], again["uploaded"], again["unchanged"]) == (1, 0, done["uploaded"])
    first = next(host.rglob("wen-zhang-0.html"))
    first.unlink()
    assert computer.json("repair", "主机")["repaired"] == 1
    assert first.is_file()
    listed = computer.json("publications", "主机")
    assert [record["state"] for record in listed] == ["done"] * len(listed)
    computer.json("article", "set", 1, "title=改过的标题")
    computer.json("publish", "主机")
    back = computer.json("rollback", "主机", 1)
    assert set(back) == _FIGURES
    assert "改过的标题" not in first.read_text(encoding="utf-8")


def test_a_known_failure_is_1(computer: Computer) -> None:
    assert computer.stopped(1, "publish", "gibt es nicht") == "target_not_found"
    computer.json("target", "add", "fern", f"sftp://web@127.0.0.1:{free_port()}/www")
    assert computer.stopped(1, "publish", "fern") == "host_unreachable"
    assert computer.json("publications", "fern")[0]["state"] == "failed"


def test_wrong_usage_is_2(computer: Computer) -> None:
    for words in (("publish",), ("publish", "a", "b"), ("publish", "a", "--sofort"), ("rollback", "a", "gestern")):
        assert computer.stopped(2, *words) == "usage"


def test_a_decision_is_3_and_nothing_is_changed(computer: Computer, host: Path, tmp_path: Path) -> None:
    computer.json("target", "add", "主机", host.as_uri())
    host.mkdir()
    (host / "fremd.html").write_text("x", encoding="utf-8")
    assert computer.stopped(3, "publish", "主机") == "foreign_files"
    assert list(_tree(host)) == ["fremd.html"]
    computer.json("publish", "主机", "--yes")
    assert (host / "fremd.html").read_text(encoding="utf-8") == "x"

    other = Computer(tmp_path / "乙")
    shutil.copytree(computer.site, other.site)
    computer.json("article", "set", 1, "title=甲改的")
    computer.json("publish", "主机")
    before = _tree(host)
    assert other.stopped(3, "publish", "主机") == "other_generation"
    assert _tree(host) == before

    computer.json("article", "purge", *range(2, 12), "--everywhere", "--yes")
    assert computer.stopped(3, "publish", "主机") == "unusual_deletion"
    assert _tree(host) == before
    assert computer.json("publish", "主机", "--yes")["deleted"] >= 10


def _slow(computer: Computer, host: Path) -> subprocess.Popen[str]:
    """A publish that is caught while it sends: some of it lies on the host, none of it where readers look."""
    computer.json("target", "add", "主机", host.as_uri(), "--option", "limit_kbit=400")
    process = computer.start("publish", "主机")
    stage = host / ".chce" / "stage"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (stage.is_dir() and len(list(stage.iterdir())) > 5):
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    return process


def _goes_on(computer: Computer, host: Path, tmp_path: Path) -> None:
    """The next publish sends what is missing, and ends with exactly the site and without litter."""
    assert not list(host.rglob("*.html"))
    computer.json("target", "set", "主机", "--option", "limit_kbit=")
    done = computer.json("publish", "主机")
    built = computer.json("build", tmp_path / "gebaut")
    wanted = _tree(tmp_path / "gebaut")
    assert {path: data for path, data in _tree(host).items() if not path.startswith(".chce/")} == wanted
    assert {path.name.split("-")[0] for path in (host / ".chce").iterdir()} == {"head.json", "manifest"}
    assert done["uploaded"] < built["pages"]  # what had arrived was not sent again
    assert done["unchanged"] + done["uploaded"] <= built["pages"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
def test_interrupted_is_130_and_the_next_one_goes_on(computer: Computer, host: Path, tmp_path: Path) -> None:
    process = _slow(computer, host)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 130
    assert json.loads(out)["error"]["code"] == "cancelled"
    assert computer.json("publications", "主机")[0]["state"] == "cancelled"
    _goes_on(computer, host, tmp_path)


def test_killed_outright_the_next_one_goes_on(computer: Computer, host: Path, tmp_path: Path) -> None:
    process = _slow(computer, host)
    process.kill()
    process.communicate(timeout=120)
    _goes_on(computer, host, tmp_path)
    states = [record["state"] for record in computer.json("publications", "主机")]
    assert states == ["done", "failed"]
