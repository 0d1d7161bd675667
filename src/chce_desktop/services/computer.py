"""What this computer is called where others see it: only a name that the user chose, never the host name by itself."""

from __future__ import annotations

import contextlib
import json
import platform
from pathlib import Path

from chce_desktop.foundation import paths
from chce_desktop.foundation.files import write_atomic
from chce_desktop.publishing.records import LONGEST_LABEL

__all__ = ["LONGEST_LABEL", "label", "set_label", "suggestion"]


def label() -> str:
    """The name that a publish leaves on the host beside the computer's pseudonym; "" unless the user gave one."""
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    name = found.get("label") if isinstance(found, dict) else None
    return _tidy(name) if isinstance(name, str) else ""


def set_label(name: str) -> str:
    """Keep a name, "" for none; the name as it is kept. It is public: the folder on the host may be readable."""
    kept = _tidy(name)
    if kept:
        write_atomic(_file(), json.dumps({"label": kept}, ensure_ascii=False).encode())
    else:
        with contextlib.suppress(FileNotFoundError):
            _file().unlink()
    return kept


def suggestion() -> str:
    """The host name, to be offered."""
    return _tidy(platform.node())


def _file() -> Path:
    return paths.settings_dir() / "computer.json"


def _tidy(name: str) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(printable.split())[:LONGEST_LABEL].strip()
