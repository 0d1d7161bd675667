"""What the system's schedulers are told, as golden texts; and that what they are told to run really publishes."""

from __future__ import annotations

import os
import plistlib
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chce_desktop.domain.article import State
from chce_desktop.domain.publication import AUTOMATIC, Target
from chce_desktop.foundation.errors import ChceError
from chce_desktop.services import automatic, publishing, schedules, scheduling
from chce_desktop.services.schedules import Task
from chce_desktop.services.site import Site, create_site

_TASK = Task(
    id="0123456789ab",
    title="发布 100% <正式 & 网站>",
    command=("/opt/CHCE 桌面/chce", "--site", '/home/编辑/100% "站点" $HOME', "publish", "正式 网站", "--due"),
    every=10,
)
_AT_HOME = Task(id="cd", title="t", command=("chce", "publish", "a b"), every=60, environment={"CHCE_HOME": "/x y%"})


def test_systemd() -> None:
    assert schedules.systemd_service(_TASK) == (
        "[Unit]\nDescription=发布 100%% <正式 & 网站>\n\n[Service]\nType=oneshot\n"
        'ExecStart="/opt/CHCE 桌面/chce" "--site" "/home/编辑/100%% \\"站点\\" $$HOME" "publish" "正式 网站" "--due"\n'
    )
    assert schedules.systemd_timer(_TASK) == (
        "[Unit]\nDescription=发布 100%% <正式 & 网站>\n\n[Timer]\nOnCalendar=*:0/10\nPersistent=true\n"
        "RandomizedDelaySec=20\n\n[Install]\nWantedBy=timers.target\n"
    )
    assert "OnCalendar=hourly" in schedules.systemd_timer(_AT_HOME)
    assert 'Environment="CHCE_HOME=/x y%%"\n' in schedules.systemd_service(_AT_HOME)


def test_cron() -> None:
    assert schedules.cron_line(_TASK) == (
        "*/10 * * * * '/opt/CHCE 桌面/chce' --site '/home/编辑/100\\% \"站点\" $HOME' publish '正式 网站' --due "
        "# chce-publish-0123456789ab"
    )
    assert schedules.cron_line(_AT_HOME) == "0 * * * * CHCE_HOME='/x y\\%' chce publish 'a b' # chce-publish-cd"


def test_launchd() -> None:
    assert (
        schedules.launchd_plist(_TASK).decode()
        == """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>cn.org.chce.publish.0123456789ab</string>
	<key>ProcessType</key>
	<string>Background</string>
	<key>ProgramArguments</key>
	<array>
		<string>/opt/CHCE 桌面/chce</string>
		<string>--site</string>
		<string>/home/编辑/100% "站点" $HOME</string>
		<string>publish</string>
		<string>正式 网站</string>
		<string>--due</string>
	</array>
	<key>StartInterval</key>
	<integer>600</integer>
</dict>
</plist>
"""
    )
    assert plistlib.loads(schedules.launchd_plist(_AT_HOME))["EnvironmentVariables"] == {"CHCE_HOME": "/x y%"}


def test_windows() -> None:
    text = schedules.windows_task(_TASK)
    root = ET.fromstring(text.partition("?>")[2])  # noqa: S314 - our own text
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert root.findtext(".//t:Description", namespaces=space) == _TASK.title
    assert root.findtext(".//t:Interval", namespaces=space) == "PT10M"
    assert root.findtext(".//t:Command", namespaces=space) == "/opt/CHCE 桌面/chce"
    assert root.findtext(".//t:Arguments", namespaces=space) == (
        '--site "/home/编辑/100% \\"站点\\" $HOME" publish "正式 网站" --due'
    )
    assert root.findtext(".//t:LogonType", namespaces=space) == "InteractiveToken"
    for setting, value in (
        ("StartWhenAvailable", "true"),
        ("DisallowStartIfOnBatteries", "false"),
        ("MultipleInstancesPolicy", "IgnoreNew"),
    ):
        assert root.findtext(f".//t:{setting}", namespaces=space) == value
    at_home = ET.fromstring(schedules.windows_task(_AT_HOME).partition("?>")[2])  # noqa: S314 - our own text
    assert at_home.findtext(".//t:Command", namespaces=space) == "cmd.exe"
    assert at_home.findtext(".//t:Arguments", namespaces=space) == (
        '/d /s /c "set "CHCE_HOME=/x y%" && chce publish "a b""'
    )


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1), min_size=1, max_size=5))
def test_whatever_a_folder_is_called_the_shell_gets_the_same_words(words: list[str]) -> None:
    line = schedules.cron_line(Task(id="x", title="", command=tuple(words), every=5))
    assert shlex.split(line.removeprefix("*/5 * * * * ").removesuffix(" # chce-publish-x").replace("\\%", "%")) == words


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))), max_size=6))
def test_other_lines_of_a_crontab_stay(lines: list[str]) -> None:
    before = "".join(f"{line}\n" for line in lines)
    twice = schedules.with_line(schedules.with_line(before, _TASK), _TASK)
    assert twice.count("# chce-publish-0123456789ab") == 1
    assert schedules.without_line(twice, _TASK) == before


# On this computer


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站 点", "测试网") as made:
        made.articles.create({"title": "已发", "body": "x", "state": State.READY})
        yield made


@pytest.fixture
def target(site: Site, tmp_path: Path) -> Target:
    target = site.targets.add("主 机", (tmp_path / "主机").as_uri(), options={AUTOMATIC: "yes"})
    publishing.publish(site, target.id)
    return target


def _stand_in(folder: Path, name: str, script: str) -> None:
    """A program of this name on the PATH: the real ones would change the scheduler of whoever runs the tests."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return folder


def _coming(site: Site) -> None:
    """An article whose time has come after the last publish, as if that had been a while ago."""
    last = site.publications.last_done(site.targets.all()[0].id)
    assert last is not None
    moment = last.started_at + timedelta(milliseconds=50)
    site.articles.create({"title": "到点发布", "body": "到点。", "state": State.READY, "date": moment})


@pytest.mark.skipif(sys.platform == "win32", reason="systemd and cron are not on Windows")
def test_systemd_is_set_up_shown_and_taken_away(site: Site, target: Target, programs: Path, tmp_path: Path) -> None:
    _stand_in(programs, "systemctl", f'echo "$@" >> "{tmp_path}/calls"')
    assert not scheduling.show(site, target).installed
    found = scheduling.install(site, target, 15)
    assert (found.scheduler, found.every, found.installed) == (scheduling.Scheduler.SYSTEMD, 15, True)
    assert all(path.is_file() for path in found.files)
    calls = (tmp_path / "calls").read_text(encoding="utf-8")
    assert f"--user enable --now {found.files[1].name}" in calls
    if verifier := shutil.which("systemd-analyze"):
        checked = subprocess.run(
            [verifier, "--user", "verify", *map(str, found.files)], capture_output=True, text=True, check=False
        )
        assert str(found.files[0].parent) not in checked.stderr, checked.stderr
    assert scheduling.install(site, target, 60).every == 60
    assert not scheduling.remove(site, target).installed
    assert not any(path.exists() for path in found.files)


@pytest.mark.skipif(sys.platform == "win32", reason="systemd and cron are not on Windows")
def test_the_line_in_the_crontab_publishes_what_is_due(
    site: Site, target: Target, programs: Path, tmp_path: Path
) -> None:
    _stand_in(programs, "systemctl", "exit 1")  # no systemd for this user
    table = tmp_path / "crontab"
    _stand_in(programs, "crontab", f'if [ "$1" = "-l" ]; then cat "{table}"; else cat > "{table}"; fi')
    table.write_text("5 4 * * * 备份\n", encoding="utf-8")
    found = scheduling.install(site, target, 5)
    assert (found.scheduler, found.every) == (scheduling.Scheduler.CRON, 5)
    first, line = table.read_text(encoding="utf-8").splitlines()
    assert first == "5 4 * * * 备份"
    command = line.removeprefix("*/5 * * * * ").replace("\\%", "%")
    page = tmp_path / "主机" / "articles" / "dao-dian-fa-bu.html"

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)

    quiet = run()
    assert quiet.returncode == 0, quiet.stderr
    _coming(site)
    ran = run()
    assert ran.returncode == 0, ran.stderr
    assert page.is_file()
    assert not scheduling.remove(site, target).installed
    assert table.read_text(encoding="utf-8") == "5 4 * * * 备份\n"


@pytest.mark.skipif(sys.platform == "win32", reason="systemd and cron are not on Windows")
def test_a_scheduler_that_refuses_is_told(site: Site, target: Target, programs: Path) -> None:
    _stand_in(programs, "systemctl", 'case "$*" in *enable*) echo kaputt >&2; exit 1;; esac')
    with pytest.raises(scheduling.ScheduleRefused) as caught:
        scheduling.install(site, target, 10)
    assert "kaputt" in caught.value.detail
    with pytest.raises(ChceError):
        scheduling.install(site, target, 7)


def test_the_texts_for_every_system_can_be_looked_at(site: Site, target: Target) -> None:
    for chosen in scheduling.Scheduler:
        (place, text), *_ = scheduling.texts(site, target, 10, chosen).items()
        assert place
        assert "--due" in text
        assert "主 机" in text


# What is due


def test_an_article_whose_time_comes_is_due_once(site: Site, target: Target) -> None:
    now = datetime.now(UTC)
    assert automatic.pending(site) == ()
    soon = now + timedelta(hours=1)
    site.articles.create({"title": "明天的", "body": "x", "state": State.READY, "date": soon})
    site.articles.save(1, {"withdraw_at": soon + timedelta(hours=1)})
    assert automatic.pending(site, now=now) == ()
    assert automatic.next_change(site, now=now) == soon.replace(microsecond=soon.microsecond // 1000 * 1000)
    (due,) = automatic.pending(site, now=soon + timedelta(seconds=1))
    assert (due.target.id, due.waiting) == (target.id, False)
    publishing.publish(site, target.id, now=soon + timedelta(seconds=1))
    site.targets.change(target.id, options={})
    assert automatic.pending(site, now=soon + timedelta(hours=3)) == ()  # not without consent


def test_a_waiting_publish_is_tried_again_ever_more_rarely_and_ends_with_success(site: Site, target: Target) -> None:
    site.waiting.add(target.id, accept=["foreign_files"], problem="offline")
    (waiting,) = site.waiting.all()
    assert automatic.pending(site, now=waiting.since + timedelta(seconds=10)) == ()
    (found,) = automatic.pending(site, now=waiting.since + timedelta(seconds=31))
    assert (found.waiting, found.accept) == (True, frozenset({"foreign_files"}))
    assert len(automatic.pending(site, patient=False)) == 1
    site.waiting.add(target.id, accept=found.accept, problem="still offline")
    (again,) = site.waiting.all()
    assert again.since == waiting.since
    assert automatic.next_try(again) >= waiting.since + timedelta(seconds=30)
    publishing.publish(site, target.id)
    assert site.waiting.all() == ()


def test_the_same_question_for_days_is_recorded_once(site: Site, target: Target, tmp_path: Path) -> None:
    (tmp_path / "主机" / "articles" / "neu.html").write_text("fremd", encoding="utf-8")
    site.articles.create({"title": "新", "slug": "neu", "body": "x", "state": State.READY})
    for _ in range(3):
        with pytest.raises(ChceError):
            publishing.publish(site, target.id)
    failed, done = site.publications.of(target.id)
    assert (failed.receipt.code, done.generation) == ("foreign_files", 1)


def test_the_first_publish_is_somebodys_decision(site: Site, tmp_path: Path) -> None:
    site.targets.add("neu", (tmp_path / "neu").as_uri(), options={AUTOMATIC: "yes"})
    assert automatic.pending(site, now=datetime.now(UTC) + timedelta(days=1)) == ()
