"""Publishing by the operating system's scheduler: set up, shown and taken away again by the app."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chce_desktop.domain.publication import Target
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.files import write_atomic
from chce_desktop.foundation.i18n import tr
from chce_desktop.services import schedules
from chce_desktop.services.errors import InvalidValue
from chce_desktop.services.schedules import EVERY, Scheduler, Task
from chce_desktop.services.site import Site

__all__ = ["EVERY", "Schedule", "ScheduleRefused", "Scheduler", "install", "remove", "scheduler", "show", "texts"]

_SECONDS = 30.0


class ScheduleRefused(ChceError):
    """The system's scheduler does not take the task, or there is none."""

    code = "schedule_refused"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A target is looked at every so many minutes, 0 for never. `files` are the scheduler's, if it has any."""

    scheduler: Scheduler
    every: int
    files: tuple[Path, ...] = ()

    @property
    def installed(self) -> bool:
        """Whether the scheduler knows the target."""
        return self.every > 0


def scheduler() -> Scheduler:
    """The scheduler of this computer. Raises ScheduleRefused where there is none."""
    if sys.platform == "win32":
        return Scheduler.WINDOWS
    if sys.platform == "darwin":
        return Scheduler.LAUNCHD
    if shutil.which("systemctl") and _answers(["systemctl", "--user", "show-environment"]):
        return Scheduler.SYSTEMD
    if shutil.which("crontab"):
        return Scheduler.CRON
    raise ScheduleRefused(
        tr("This computer has no scheduler that the app knows."),
        hint=tr("Install cron, or run “chce publish NAME --due” with a scheduler of your own."),
    )


def texts(site: Site, target: Target, every: int, chosen: Scheduler) -> dict[str, str]:
    """What `install` would give to a scheduler: file names (or the place) to texts. Raises InvalidValue."""
    task = _task(site, target, every)
    match chosen:
        case Scheduler.SYSTEMD:
            service, timer = _units(task)
            return {str(service): schedules.systemd_service(task), str(timer): schedules.systemd_timer(task)}
        case Scheduler.CRON:
            return {"crontab": f"{schedules.cron_line(task)}\n"}
        case Scheduler.LAUNCHD:
            return {str(_agent(task)): schedules.launchd_plist(task).decode()}
        case Scheduler.WINDOWS:
            return {f"{task.name}.xml": schedules.windows_task(task)}


def install(site: Site, target: Target, every: int) -> Schedule:
    """Have this computer publish what is due every so many minutes, whether the app runs or not; replaces an older one.

    Raises InvalidValue for other minutes than EVERY, and ScheduleRefused.
    """
    chosen, task = scheduler(), _task(site, target, every)
    match chosen:
        case Scheduler.SYSTEMD:
            for path, text in texts(site, target, every, chosen).items():
                _write(Path(path), text.encode())
            _run(["systemctl", "--user", "daemon-reload"])
            _run(["systemctl", "--user", "enable", "--now", f"{task.name}.timer"])
        case Scheduler.CRON:
            _run(["crontab", "-"], given=schedules.with_line(_crontab(), task))
        case Scheduler.LAUNCHD:
            _write(_agent(task), schedules.launchd_plist(task))
            _try(["launchctl", "bootout", f"gui/{_uid()}/{task.label}"])
            _run(["launchctl", "bootstrap", f"gui/{_uid()}", str(_agent(task))])
        case Scheduler.WINDOWS:
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / f"{task.name}.xml"
                file.write_text(schedules.windows_task(task), encoding="utf-16")
                _run(["schtasks", "/Create", "/TN", task.name, "/XML", str(file), "/F"])
    return show(site, target)


def remove(site: Site, target: Target) -> Schedule:
    """Take the target off this computer's scheduler; nothing happens where it is not there. Raises ScheduleRefused."""
    found, task = show(site, target), _task(site, target, EVERY[0])
    if not found.installed:
        return found
    match found.scheduler:
        case Scheduler.SYSTEMD:
            _try(["systemctl", "--user", "disable", "--now", f"{task.name}.timer"])
            _unlink(*_units(task))
            _try(["systemctl", "--user", "daemon-reload"])
        case Scheduler.CRON:
            _run(["crontab", "-"], given=schedules.without_line(_crontab(), task))
        case Scheduler.LAUNCHD:
            _try(["launchctl", "bootout", f"gui/{_uid()}/{task.label}"])
            _unlink(_agent(task))
        case Scheduler.WINDOWS:
            _run(["schtasks", "/Delete", "/TN", task.name, "/F"])
    return show(site, target)


def show(site: Site, target: Target) -> Schedule:
    """What is set up on this computer. Raises ScheduleRefused where there is no scheduler."""
    chosen, task = scheduler(), _task(site, target, EVERY[0])
    files: tuple[Path, ...] = ()
    found: re.Match[str] | None
    match chosen:
        case Scheduler.SYSTEMD:
            files = _units(task)
            found = re.search(r"OnCalendar=(?:\*:0/(\d+)|hourly)", _read(files[1]))
        case Scheduler.CRON:
            line = next((line for line in _crontab().splitlines() if line.endswith(f"# {task.name}")), "")
            found = re.match(r"(?:\*/(\d+)|0) ", line)
        case Scheduler.LAUNCHD:
            files = (_agent(task),)
            found = re.search(r"StartInterval</key>\s*<integer>(\d+)", _read(files[0]))
        case Scheduler.WINDOWS:
            found = re.search(r"<Interval>PT(\d+)M", _output(["schtasks", "/Query", "/TN", task.name, "/XML"]))
    if found is None:
        return Schedule(chosen, 0)
    every = int(found[1]) if found[1] else 60
    return Schedule(chosen, every // 60 if chosen is Scheduler.LAUNCHD else every, files)


def _task(site: Site, target: Target, every: int) -> Task:
    if every not in EVERY:
        raise InvalidValue(
            tr("“{value}” is no number of minutes to choose.", value=every),
            hint=tr("Choose one of: {values}.", values=", ".join(map(str, EVERY))),
        )
    digest = hashlib.sha256(f"{site.uid}/{target.uid}/{site.folder.resolve()}".encode()).hexdigest()[:12]
    home = os.environ.get("CHCE_HOME")
    return Task(
        id=digest,
        title=tr("CHCE Desktop: publish to {name} what is due", name=target.name),
        command=(*_chce(), "--site", str(site.folder.resolve()), "publish", target.name, "--due"),
        every=every,
        environment={"CHCE_HOME": home} if home else {},
    )


def _chce() -> tuple[str, ...]:
    """How `chce` is started on this computer: beside the window's program where the app is frozen."""
    if getattr(sys, "frozen", False):
        return (str(Path(sys.executable).with_name("chce.exe" if sys.platform == "win32" else "chce")),)
    return (sys.executable, "-m", "chce_desktop.cli")


def _units(task: Task) -> tuple[Path, Path]:
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    folder = Path(home) / "systemd" / "user"
    return folder / f"{task.name}.service", folder / f"{task.name}.timer"


def _agent(task: Task) -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{task.label}.plist"


def _uid() -> int:
    return os.getuid() if sys.platform != "win32" else 0


def _crontab() -> str:
    return _output(["crontab", "-l"])


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _write(path: Path, data: bytes) -> None:
    try:
        write_atomic(path, data)
    except OSError as error:
        raise _refused(str(path), str(error)) from error


def _unlink(*files: Path) -> None:
    for path in files:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()


def _run(command: Sequence[str], *, given: str | None = None) -> None:
    found = _call(command, given)
    if found.returncode:
        raise _refused(" ".join(command), found.stderr or found.stdout)


def _try(command: Sequence[str]) -> None:
    with contextlib.suppress(ScheduleRefused):
        _run(command)


def _answers(command: Sequence[str]) -> bool:
    try:
        return _call(command, None).returncode == 0
    except ScheduleRefused:
        return False


def _output(command: Sequence[str]) -> str:
    found = _call(command, None)
    return found.stdout if found.returncode == 0 else ""


def _call(command: Sequence[str], given: str | None) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, input=given, capture_output=True, text=True, errors="replace", timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _refused(" ".join(command), str(error)) from error


def _refused(what: str, detail: str) -> ScheduleRefused:
    return ScheduleRefused(
        tr("The scheduler of this computer did not take the task."),
        detail=f"{what}: {detail.strip()}",
        hint=tr("Look at the details. “chce schedule install NAME --print” shows what would be set up."),
    )
