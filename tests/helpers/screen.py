"""A screen of its own: Xvfb, a window manager, a session bus and accessibility, and a person in front of it.

The app runs as a process of its own and is driven by mouse and keyboard only; what it shows is read from the
accessibility tree, as a screen reader does.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack

import pytest

_PROGRAMS = ("Xvfb", "openbox", "dbus-daemon", "xdotool", "xclip")


@dataclass(frozen=True, slots=True)
class Accessible:
    """One thing that shows. `box` is x, y, width, height on the screen; `id` the dotted path of Qt's object names."""

    role: str
    name: str
    id: str
    description: str
    focused: bool
    enabled: bool
    checked: bool
    selected: bool
    box: tuple[int, int, int, int]
    text: str | None

    @property
    def centre(self) -> tuple[int, int]:
        """Where a person would click."""
        x, y, width, height = self.box
        return x + width // 2, y + height // 2


class Wanted(TypedDict, total=False):
    """What to look for: `role`, `name`, `contains` (part of the name), `id` (its last parts), as AT-SPI names them.

    `focused`: what has the keyboard. `text`: what holds exactly this.
    """

    role: str
    name: str
    contains: str
    id: str
    focused: bool
    text: str


_ASKED: tuple[Literal["role", "name", "contains", "id"], ...] = ("role", "name", "contains", "id")


@dataclass(slots=True)
class Screen:
    """A running display. `environment` is what a program needs to appear on it."""

    environment: dict[str, str]
    run: Path
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _reader: subprocess.Popen[str] | None = None

    def open(
        self, command: Sequence[str | Path], *, environment: Mapping[str, str] | None = None, timeout: float = 120
    ) -> subprocess.Popen[bytes]:
        """Start a program and return once one of its windows has the keyboard. Else fails the test with its output."""
        log = self.run / f"app{len(self._processes)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, env={**self.environment, **(environment or {})}, stdout=output, stderr=output
            )
        self._processes.append(process)
        end = time.monotonic() + timeout
        while not self._gets_keyboard(process.pid):
            if process.poll() is not None or time.monotonic() > end:
                shown = f"ended: {process.returncode}, windows: {self._windows_of(process.pid)}, all: {self.titles()}"
                pytest.fail(
                    f"no window appeared ({shown}):\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}"
                )
            time.sleep(0.05)
        return process

    def _windows(self) -> set[str]:
        return set(self._xdotool("search", "--onlyvisible", "--class", ".", check=False).split())

    def wait_for_manager(self, timeout: float = 60) -> None:
        """Return once there is a window manager, which gives the keyboard to windows."""
        end = time.monotonic() + timeout
        while not self._xdotool("get_num_desktops", check=False).strip():
            if time.monotonic() > end:
                pytest.fail("no window manager came")
            time.sleep(0.05)

    def _gets_keyboard(self, pid: int) -> bool:
        """Whether a window of the process has the keyboard.

        One that was there before the manager is given it; where the manager does not do that, the display does.
        """
        windows = self._windows_of(pid)
        having = {self._xdotool(asked, check=False).strip() for asked in ("getactivewindow", "getwindowfocus")}
        if having.intersection(windows):
            return True
        for given in ("windowactivate", "windowfocus") if windows else ():
            self._xdotool(given, windows[-1], check=False)
        return False

    def _windows_of(self, pid: int) -> list[str]:
        return self._xdotool("search", "--onlyvisible", "--pid", str(pid), check=False).split()

    def output(self, process: subprocess.Popen[bytes]) -> str:
        """What the program has printed so far."""
        log = self.run / f"app{self._processes.index(process)}.log"
        return log.read_text(encoding="utf-8", errors="replace")

    def items(self, **wanted: Unpack[Wanted]) -> list[Accessible]:
        """Everything that shows and matches."""
        reply = self._ask({"do": "find", **{key: str(wanted.get(key)) for key in _ASKED if key in wanted}})
        found = [Accessible(**{**item, "box": tuple(item["box"])}) for item in reply["items"]]
        held = {key: wanted.get(key) for key in ("focused", "text") if key in wanted}
        return [item for item in found if all(getattr(item, key) == value for key, value in held.items())]

    def find(self, *, timeout: float = 60, **wanted: Unpack[Wanted]) -> Accessible:
        """The first match, waited for. Fails the test, with what shows instead, after `timeout` seconds."""
        end = time.monotonic() + timeout
        while True:
            with suppress(KeyError):
                if found := self.items(**wanted):
                    return found[0]
            if time.monotonic() > end:
                shown = "\n".join(
                    f"{i.role} {i.name!r} {i.id}{' (focused)' if i.focused else ''} {i.text or ''}"
                    for i in self.items()
                    if i.name or i.id
                )
                pytest.fail(f"waited {timeout:g} s in vain for {wanted}; this shows:\n{shown}")
            time.sleep(0.1)

    def gone(self, *, timeout: float = 60, **wanted: Unpack[Wanted]) -> None:
        """Return when nothing matches any more. Fails the test after `timeout` seconds."""
        end = time.monotonic() + timeout
        while self.items(**wanted):
            if time.monotonic() > end:
                pytest.fail(f"still there after {timeout:g} s: {wanted}")
            time.sleep(0.1)

    def click(self, *, button: int = 1, times: int = 1, **wanted: Unpack[Wanted]) -> Accessible:
        """Click the middle of the first match with the real mouse."""
        target = self.find(**wanted)
        self.click_at(*target.centre, button=button, times=times)
        return target

    def enter(self, *, id: str) -> Accessible:  # noqa: A002 - as in `Wanted`
        """Click into a field and return once it has the keyboard."""
        self.click(id=id)
        return self.find(id=id, focused=True)

    def open_menu(self, **wanted: Unpack[Wanted]) -> None:
        """Click a button and return once the menu shows that it opens, which the accessibility tree does not hold."""
        before = self._windows()
        self.click(**wanted)
        end = time.monotonic() + 60
        while self._windows() <= before:
            if time.monotonic() > end:
                pytest.fail(f"no menu came from {wanted}")
            time.sleep(0.05)

    def click_at(self, x: int, y: int, *, button: int = 1, times: int = 1) -> None:
        """Click a point of the screen."""
        self._xdotool("mousemove", str(x), str(y), "click", "--repeat", str(times), "--delay", "60", str(button))
        time.sleep(0.15)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press at `start`, move in small steps, release at `end`."""
        self._xdotool("mousemove", str(start[0]), str(start[1]), "mousedown", "1")
        steps = 12
        for step in range(1, steps + 1):
            x = start[0] + (end[0] - start[0]) * step // steps
            y = start[1] + (end[1] - start[1]) * step // steps
            self._xdotool("mousemove", str(x), str(y))
            time.sleep(0.03)
        time.sleep(0.2)
        self._xdotool("mouseup", "1")
        time.sleep(0.2)

    def key(self, *keys: str) -> None:
        """Press keys one after the other, named as X11 does: "ctrl+s", "Tab", "Return"."""
        self._xdotool("key", "--clearmodifiers", "--delay", "50", *keys)
        time.sleep(0.15)

    def type(self, text: str) -> None:
        """Type ASCII text key by key. Chinese goes through `paste`, as X11's synthetic keys drop characters."""
        self._xdotool("type", "--clearmodifiers", "--delay", "25", "--", text)
        time.sleep(0.1)

    def paste(self, text: str) -> None:
        """Put `text` on the clipboard and press Ctrl+V."""
        subprocess.run(
            ["xclip", "-selection", "clipboard", "-in"],
            input=text.encode(),
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.key("ctrl+v")

    def titles(self) -> list[str]:
        """The titles of all windows that show."""
        windows = self._xdotool("search", "--onlyvisible", "--name", ".+", check=False).split()
        return [self._xdotool("getwindowname", window, check=False).strip() for window in windows]

    def picture(self, path: Path) -> Path:
        """Save what the whole screen shows as a PNG file."""
        from PIL import Image

        dump = (self.run / "Xvfb_screen0").read_bytes()  # Xvfb keeps its frame buffer there, in the format of xwd
        words = [int.from_bytes(dump[n : n + 4], "big") for n in range(0, 100, 4)]
        header, width, height, line, colours = words[0], words[4], words[5], words[12], words[19]
        image = Image.frombytes("RGB", (width, height), dump[header + 12 * colours :], "raw", "BGRX", line, 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path)
        return path

    def close(self) -> None:
        """End whatever still runs on this screen that was started here."""
        for process in reversed(self._processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(60)
        if self._reader is not None:
            assert self._reader.stdin is not None
            assert self._reader.stdout is not None
            self._reader.stdin.close()
            self._reader.wait(60)
            self._reader.stdout.close()

    def _xdotool(self, *arguments: str, check: bool = True) -> str:
        return subprocess.run(
            ["xdotool", *arguments], env=self.environment, check=check, capture_output=True, text=True
        ).stdout

    def _ask(self, request: dict[str, str]) -> dict[str, Any]:
        if self._reader is None:
            script = Path(__file__).with_name("accessible_tree.py")
            self._reader = subprocess.Popen(
                ["/usr/bin/python3", script],
                env={**self.environment, "PYTHONPATH": "", "PYTHONHOME": ""} | {"PYTHONIOENCODING": "utf-8"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
        assert self._reader.stdin is not None
        assert self._reader.stdout is not None
        self._reader.stdin.write(json.dumps(request) + "\n")
        self._reader.stdin.flush()
        reply: dict[str, Any] = json.loads(self._reader.stdout.readline())
        return reply


def _bus(environment: dict[str, str], run: Path) -> tuple[str, int]:
    """Start a session bus; its address and process id."""
    printed = subprocess.run(
        ["dbus-daemon", "--session", "--fork", "--print-address=1", "--print-pid=1"],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        cwd=run,
    ).stdout.split()
    return printed[0], int(printed[1])


@contextmanager
def open_screen(width: int = 1440, height: int = 900, *, scale: float = 1.0) -> Iterator[Screen]:
    """A screen of this size; programs on it draw `scale` times as large."""
    missing = [name for name in _PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"no {', '.join(missing)}; `python3 dev.py test` installs them on Debian and Ubuntu")
    run = Path(tempfile.mkdtemp(prefix="chce-screen-"))
    environment = {name: value for name, value in os.environ.items() if not re.match(r"QT_|WAYLAND_|DBUS_", name)}
    environment |= {
        "QT_QPA_PLATFORM": "xcb",
        "QT_ACCESSIBILITY": "1",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "QT_SCALE_FACTOR": f"{scale:g}",
        "XDG_RUNTIME_DIR": str(run),
        "NO_AT_BRIDGE": "0",
    }
    run.chmod(0o700)
    read, write = os.pipe()
    with (run / "x.log").open("wb") as log:
        server = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(write),
                "-screen",
                "0",
                f"{width}x{height}x24",
                "-noreset",  # else it starts anew whenever its last program ends, and drops who comes then
                "-nolisten",
                "tcp",
                "-fbdir",
                run,
            ],
            pass_fds=(write,),
            stderr=log,
        )
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    if not number:
        pytest.fail(f"Xvfb did not start:\n{(run / 'x.log').read_text(encoding='utf-8', errors='replace')}")
    environment["DISPLAY"] = f":{number}"
    environment["DBUS_SESSION_BUS_ADDRESS"], bus = _bus(environment, run)
    with (run / "wm.log").open("wb") as log:
        manager = subprocess.Popen(["openbox"], env=environment, stdout=log, stderr=log)
    screen = Screen(environment, run)
    try:
        screen.wait_for_manager()
        yield screen
    finally:
        screen.close()
        manager.terminate()
        manager.wait(60)
        with suppress(ProcessLookupError):
            os.kill(bus, signal.SIGTERM)
        server.terminate()
        server.wait(60)
        shutil.rmtree(run, ignore_errors=True)


@pytest.fixture
def screen() -> Iterator[Screen]:
    """A fresh screen of 1440 x 900 for one test."""
    with open_screen() as opened:
        yield opened
