"""Who works at this computer: the name that sign-offs and overridden checks are recorded with."""

from __future__ import annotations

import contextlib
import getpass
import json
import platform
from pathlib import Path

from chce_desktop.foundation import paths
from chce_desktop.foundation.files import write_atomic

#: Characters of a name.
LONGEST = 40


def name() -> str:
    """The name that was set on this computer, else the one that its user logs in with; never empty."""
    return chosen() or _login()


def chosen() -> str:
    """The name that was set on this computer, "" for none."""
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    kept = found.get("name") if isinstance(found, dict) else None
    return tidy(kept) if isinstance(kept, str) else ""


def choose(wanted: str) -> str:
    """Keep a name, "" for none; the name as it is kept. Raises OSError."""
    kept = tidy(wanted)
    if kept:
        write_atomic(_file(), json.dumps({"name": kept}, ensure_ascii=False).encode())
    else:
        with contextlib.suppress(FileNotFoundError):
            _file().unlink()
    return kept


def tidy(text: str) -> str:
    """A name on one line, without what cannot be seen."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:LONGEST].strip()


def _login() -> str:
    with contextlib.suppress(OSError, KeyError, ImportError):
        if found := tidy(getpass.getuser()):
            return found
    return tidy(platform.node()) or "?"


def _file() -> Path:
    return paths.settings_dir() / "person.json"
