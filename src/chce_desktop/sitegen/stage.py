"""Where a build writes before readers see it: a folder beside the output, whose files are moved into place at the end.

A build that dies before the end leaves the output as it was. An output that is new, or all ours and made anew, is
exchanged as a whole.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Collection, Iterable
from pathlib import Path

from chce_desktop.foundation import files
from chce_desktop.sitegen.state import folder_of


class Disk:
    """The files of a folder with size and modification time, read once."""

    def __init__(self, root: Path) -> None:
        self.files: dict[str, tuple[int, int]] = {}
        if root.is_dir():
            self._scan(root, "")

    def _scan(self, folder: Path, prefix: str) -> None:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    self._scan(Path(entry.path), f"{prefix}{entry.name}/")
                else:
                    status = entry.stat(follow_symlinks=False)
                    self.files[prefix + entry.name] = (status.st_size, status.st_mtime_ns)

    def get(self, path: str) -> tuple[int, int] | None:
        """Size and modification time in ns of a file, None where there is none."""
        return self.files.get(path)


class Stage:
    """The folder beside `out`. All methods raise OSError."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._old = folder_of(out) / "old"
        self.root = folder_of(out) / "stage"

    def recover(self) -> None:
        """Put back what a build that died in the middle of the exchange had taken away; remove what was left over."""
        if self._old.exists():
            if not self._out.exists():
                self._old.rename(self._out)
            else:
                shutil.rmtree(self._old)
        if self.root.exists():
            shutil.rmtree(self.root)

    def whole(self, there: Disk, ours: Collection[str], *, full: bool) -> bool:
        """Whether the output will be exchanged as a whole: it is not there yet, or all of it is ours and made anew."""
        if self._out.is_symlink():
            return False
        return not there.files or (full and all(path in ours for path in there.files))

    def exchange(self, written: Iterable[str]) -> None:
        """Put the stage in the place of the output; file by file where the system does not let go of the folder."""
        self.root.mkdir(parents=True, exist_ok=True)
        taken = False
        try:
            if self._out.exists():
                self._out.rename(self._old)
                taken = True
            else:
                self._out.parent.mkdir(parents=True, exist_ok=True)
            self.root.rename(self._out)
        except OSError:
            if taken:
                self._old.rename(self._out)
            self.move(written)
        with contextlib.suppress(OSError):
            shutil.rmtree(self._old)

    def move(self, written: Iterable[str]) -> None:
        """Move files into the output, one by one."""
        made: set[str] = set()
        for path in written:
            target = files.inside(self._out, path)
            folder = path.rpartition("/")[0]
            if folder not in made:
                target.parent.mkdir(parents=True, exist_ok=True)
                made.add(folder)
            files.replace(self.root / path, target)
        if self.root.exists():
            shutil.rmtree(self.root)

    def drop(self) -> None:
        """Remove what was written and is not wanted. Never raises."""
        shutil.rmtree(self.root, ignore_errors=True)
