"""The texts that tell an operating system's scheduler to run `chce publish … --due`: pure functions."""

from __future__ import annotations

import plistlib
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from xml.sax.saxutils import escape

#: Minutes between two looks that can be chosen.
EVERY = (5, 10, 15, 30, 60)


class Scheduler(StrEnum):
    """The schedulers of the three systems; on Linux, systemd where it runs for the user, else cron."""

    SYSTEMD = "systemd"
    CRON = "cron"
    LAUNCHD = "launchd"
    WINDOWS = "windows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be run. `id` is unique on this computer; `title` is for people; `environment` what it needs."""

    id: str
    title: str
    command: tuple[str, ...]
    every: int
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the scheduler calls it."""
        return f"chce-publish-{self.id}"

    @property
    def label(self) -> str:
        """What launchd calls it."""
        return f"cn.org.chce.publish.{self.id}"


def systemd_service(task: Task) -> str:
    """The unit that does the work."""
    environment = "".join(f"Environment={_unit(f'{key}={value}')}\n" for key, value in task.environment.items())
    command = " ".join(map(_unit, task.command))
    title = task.title.replace("%", "%%").replace("\n", " ")
    return f"[Unit]\nDescription={title}\n\n[Service]\nType=oneshot\n{environment}ExecStart={command}\n"


def systemd_timer(task: Task) -> str:
    """The unit that says when. Persistent: what was missed while the computer slept is made up for."""
    when = "hourly" if task.every == 60 else f"*:0/{task.every}"
    title = task.title.replace("%", "%%").replace("\n", " ")
    return (
        f"[Unit]\nDescription={title}\n\n[Timer]\nOnCalendar={when}\nPersistent=true\nRandomizedDelaySec=20\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )


def cron_line(task: Task) -> str:
    """A line of the user's crontab; `%` ends a command there unless it is escaped."""
    minutes = "0" if task.every == 60 else f"*/{task.every}"
    variables = [f"{key}={shlex.quote(value)}" for key, value in task.environment.items()]
    command = " ".join([*variables, *map(shlex.quote, task.command)]).replace("%", "\\%")
    return f"{minutes} * * * * {command} # {task.name}"


def with_line(crontab: str, task: Task) -> str:
    """A crontab with the task's line in it, once."""
    return f"{without_line(crontab, task)}{cron_line(task)}\n"


def without_line(crontab: str, task: Task) -> str:
    """A crontab without the task's line; everything else stays as it is."""
    kept = [line for line in crontab.splitlines() if not line.endswith(f"# {task.name}")]
    return "".join(f"{line}\n" for line in kept)


def launchd_plist(task: Task) -> bytes:
    """The property list of a LaunchAgent."""
    values: dict[str, object] = {
        "Label": task.label,
        "ProgramArguments": list(task.command),
        "StartInterval": task.every * 60,
        "ProcessType": "Background",
    }
    if task.environment:
        values["EnvironmentVariables"] = dict(task.environment)
    return plistlib.dumps(values, sort_keys=True)


def windows_task(task: Task) -> str:
    """The XML for `schtasks /Create /XML`: as the user who is logged in, without more rights, also on battery."""
    program, arguments = task.command[0], subprocess.list2cmdline(task.command[1:])
    if task.environment:
        settings = " && ".join(f'set "{key}={value}"' for key, value in task.environment.items())
        arguments = f'/d /s /c "{settings} && {subprocess.list2cmdline(task.command)}"'
        program = "cmd.exe"
    return f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>{escape(task.title)}</Description>
  </RegistrationInfo>
  <Triggers>
    <TimeTrigger>
      <StartBoundary>2020-01-01T00:00:00</StartBoundary>
      <Repetition>
        <Interval>PT{task.every}M</Interval>
      </Repetition>
    </TimeTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <Hidden>true</Hidden>
    <ExecutionTimeLimit>PT12H</ExecutionTimeLimit>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{escape(program)}</Command>
      <Arguments>{escape(arguments)}</Arguments>
    </Exec>
  </Actions>
</Task>
"""


def _unit(word: str) -> str:
    """A word of a systemd unit: quoted, with what is special there escaped."""
    for special, harmless in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$"), ("\n", "\\n")):
        word = word.replace(special, harmless)
    return f'"{word}"'
