"""Tries the frozen app as a user would: `python build_spec/smoke.py FOLDER`, the folder that freeze.py built.

Makes the demo site, builds it twice, publishes it to a folder and lets the window make its tour, offscreen. Any step
that fails ends it with the program's own words. Nothing of the checkout or of Python is used but this script.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

_LONGEST = 300


class Frozen:
    """The programs of a frozen app, run with a home of their own. `times` has the seconds of each step."""

    def __init__(self, folder: Path, home: Path) -> None:
        inside = folder / "Contents" / "MacOS" if folder.suffix == ".app" else folder
        suffix = ".exe" if os.name == "nt" else ""
        self._console = inside / f"chce{suffix}"
        self._window = inside / f"chce-desktop{suffix}"
        self.times: dict[str, float] = {}
        # PATH and the like stay; whatever could lead the app to this computer's Python or Qt does not.
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QT", "VIRTUAL_ENV"))
        }
        self._environment |= {"CHCE_HOME": str(home), "HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
        self._environment["QTWEBENGINE_CHROMIUM_FLAGS"] = "--disable-gpu --log-level=3"
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            self._environment["QTWEBENGINE_DISABLE_SANDBOX"] = "1"

    def _run(self, step: str, command: list[str | Path]) -> str:
        started = time.monotonic()
        result = subprocess.run(
            command,
            env=self._environment,
            cwd=Path(self._environment["HOME"]),
            capture_output=True,
            timeout=_LONGEST,
            encoding="utf-8",
            check=False,
        )
        self.times[step] = time.monotonic() - started
        if result.returncode != 0:
            raise SystemExit(f"{step}: exit status {result.returncode}\n{result.stdout}\n{result.stderr}")
        return result.stdout

    def chce(self, step: str, *arguments: str | Path) -> dict[str, Any]:
        """What `chce --json …` answers."""
        answer: dict[str, Any] = json.loads(self._run(step, [self._console, "--json", *arguments]))
        return answer

    def window(self, step: str, *arguments: str | Path) -> str:
        """What the window program prints until it ends by itself."""
        return self._run(step, [self._window, *arguments])


def expect(condition: object, what: str) -> None:
    """End with `what` unless it holds."""
    if not condition:
        raise SystemExit(f"the frozen app: {what}")


def smoke(folder: Path) -> dict[str, float]:
    """Try everything; the seconds of each step. Raises SystemExit with what went wrong."""
    with tempfile.TemporaryDirectory(prefix="试用 smoke ") as scratch:
        base = Path(scratch)
        home, site, out, host, tour = (base / name for name in ("home", "网站 site", "out", "host", "tour"))
        home.mkdir()
        frozen = Frozen(folder, home)
        expect(
            frozen.chce("chce new --demo", "new", site, "--name", "示例", "--demo")["name"] == "示例", "no demo site"
        )
        on_site = ("--site", site)
        expect(frozen.chce("chce info", *on_site, "info")["articles"]["published"] >= 0, "no articles counted")
        first = frozen.chce("chce build", *on_site, "build", out)
        expect(first["pages"] > 40 and (out / "index.html").is_file(), f"the build is not whole: {first}")
        second = frozen.chce("chce build, again", *on_site, "build", out)
        expect(second["written"] == 0, f"the second build wrote {second['written']} files")
        host.mkdir()
        frozen.chce("chce target add", *on_site, "target", "add", "本机", host.as_uri())
        published = frozen.chce("chce publish", *on_site, "publish", "本机")
        expect(published["verified"] and (host / "index.html").is_file(), f"the publish is not whole: {published}")
        frozen.window("window, tour", "--tour", tour)
        pictures = list(tour.rglob("*.png"))
        expect(len(pictures) >= 3, f"the tour left {len(pictures)} screenshots")
        return frozen.times


if __name__ == "__main__":
    for name, seconds in smoke(Path(sys.argv[1]).resolve()).items():
        print(f"{seconds:7.1f} s  {name}")
