"""Who else has the site open: each computer keeps a small file beside the library, with a counter that moves."""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
import threading
import uuid
from collections.abc import Callable
from pathlib import Path

from chce_desktop.foundation import files
from chce_desktop.foundation.i18n import tr

_FOLDER = ".chce-open"
#: Seconds between two beats, and how long a file may stand still before its computer counts as gone.
BEAT = 5.0
_GONE = 30.0
#: How long a beat under way may keep the end waiting; afterwards it could put the file back.
_PATIENCE = 5.0


def machine() -> str:
    """A stable pseudonym of this computer: a hash, so that no hardware address is told to anybody."""
    return hashlib.sha256(f"{uuid.getnode()}/{platform.node()}".encode()).hexdigest()[:16]


def other_computer(folder: Path) -> str:
    """The name of another computer whose file moved within the last half minute, or an empty string.

    Ages are differences between two files' times on the same disk, so no two clocks are compared.
    """
    place = folder / _FOLDER
    try:
        names = [path for path in place.iterdir() if path.suffix == ".json" and path.stem != machine()]
        if not names:
            return ""
        probe = place / f"{machine()}.now"
        probe.write_bytes(b"")
        now = probe.stat().st_mtime
        probe.unlink()
        for path in names:
            if now - path.stat().st_mtime < _GONE:
                return _name_in(path)
    except OSError:
        return ""
    return ""


def sentence(computer: str) -> str:
    """What the user is told."""
    return tr(
        "The computer “{computer}” has this site open as well. Let only one of the two make changes at a time.",
        computer=computer,
    )


class Presence:
    """Keeps this computer's file moving until `end`, and tells once when another computer's file moves."""

    def __init__(self, folder: Path, on_other: Callable[[str], None]) -> None:
        self._path = folder / _FOLDER / f"{machine()}.json"
        self._on_other = on_other
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="presence", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop, and take the file away."""
        self._ended.set()
        self._thread.join(timeout=_PATIENCE)
        with contextlib.suppress(OSError):
            self._path.unlink()
            self._path.parent.rmdir()

    def _beat(self) -> None:
        seen: dict[str, int] = {}
        told: set[str] = set()
        count = 0
        while True:
            count += 1
            content = {"computer": platform.node(), "count": count}
            # A disk that refuses this small file has nothing to do with the user's work: the next beat tries again.
            with contextlib.suppress(OSError):
                files.write_atomic(self._path, json.dumps(content).encode())
            for path in self._others():
                moved = _count_in(path)
                if path.name in seen and moved != seen[path.name] and path.name not in told:
                    told.add(path.name)
                    self._on_other(sentence(_name_in(path)))
                seen[path.name] = moved
            if self._ended.wait(BEAT):
                return

    def _others(self) -> list[Path]:
        try:
            return [path for path in self._path.parent.glob("*.json") if path.name != self._path.name]
        except OSError:
            return []


def _read(path: Path) -> dict[str, object]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _name_in(path: Path) -> str:
    return str(_read(path).get("computer") or path.stem)


def _count_in(path: Path) -> int:
    count = _read(path).get("count")
    return count if isinstance(count, int) else -1
