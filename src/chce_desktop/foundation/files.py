"""Files that are either the old or the new version, never half of one."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import sys
import time
from pathlib import Path
from typing import BinaryIO

_REPLACE_TRIES = 8


def write_atomic(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write `data` beside `path` and move it into place.

    `durable` also forces the bytes to disk first. On Windows a reader that has the old file open makes the move fail
    for a moment; it is tried again for about a second before OSError is raised.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name[:80]}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def replace(source: Path, target: Path) -> None:
    """`os.replace`, tried again for about a second while Windows says that somebody has the target open."""
    for attempt in range(_REPLACE_TRIES):
        try:
            source.replace(target)
        except PermissionError:
            if attempt == _REPLACE_TRIES - 1:
                raise
            time.sleep(0.01 * 2**attempt)
        else:
            return


def sha256(path: Path) -> str:
    """Hex SHA-256 of a file's content. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def inside(root: Path, relative: str) -> Path:
    """`root/relative`, refusing (ValueError) whatever would lie outside of `root`: absolute, `..`, drives."""
    if "\x00" in relative or "\\" in relative or ":" in relative or relative.startswith("/"):
        raise ValueError(relative)
    parts = [part for part in relative.split("/") if part not in ("", ".")]
    if not parts or ".." in parts:
        raise ValueError(relative)
    return root.joinpath(*parts)


def locked(file: BinaryIO) -> bool:
    """Take the file for this process until it is closed; False where another one has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
