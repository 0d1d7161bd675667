"""What lies in the output and what a build makes of it: which files are as they were written, and which are new."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from chce_desktop.foundation import files
from chce_desktop.sitegen.sheets import Outcome
from chce_desktop.sitegen.stage import Disk
from chce_desktop.sitegen.state import Written


class Ledger:
    """`before` is what the last build wrote, `there` what lies in the output, `files` what it will hold.

    `staged` are the paths of what was written into the stage, `changed` counts what readers will find changed.
    """

    def __init__(
        self,
        out: Path,
        before: Mapping[str, Written],
        there: Disk,
        *,
        full: bool = False,
        whole: bool = False,
        doubtful: bool = False,
    ) -> None:
        """`full`: nothing stays as it is; `whole`: the output is exchanged as a whole, so everything is written.

        `doubtful`: the last build did not come to its end, so that only contents tell.
        """
        self.before, self.there = before, there
        self.full, self.whole, self.doubtful = full, whole, doubtful
        self.files: dict[str, Written] = {}
        self.staged: list[str] = []
        self.changed = 0
        #: Addresses that pages may still name in the blocks of every page, though nothing is there any more.
        self.taken_away: frozenset[str] = frozenset()
        self._out = out

    def stays(self, path: str, key: str) -> Written | None:
        """What was written there where it was made from the same, and is still as it was written."""
        before = self.before.get(path)
        fine = before is not None and before.key == key and not self.full and self.intact(path, before)
        return before if fine else None

    def known(self, path: str) -> str:
        """The SHA-256 of what lies in the output under the path, where writing the same again can be left out."""
        if self.whole or path not in self.there.files:
            return ""
        before = self.before.get(path)
        if before is not None and self.intact(path, before):
            return before.sha256
        if before is None or before.size < 0:
            return files.sha256(files.inside(self._out, path))
        return ""

    def account(
        self,
        path: str,
        outcome: Outcome,
        key: str,
        shared: str = "",
        media: tuple[str, ...] = (),
        articles: tuple[int, ...] = (),
    ) -> None:
        """Remember what was made: written into the stage, or the same as what is there. See `Written`."""
        modified = outcome.modified
        if modified:
            self.staged.append(path)
            before = self.before.get(path)
            if before is None or before.sha256 != outcome.sha256 or not self.intact(path, before):
                self.changed += 1
        else:
            modified = self.there.files[path][1]
        self.files[path] = Written(outcome.sha256, outcome.size, modified, key, shared, media, articles)

    def is_intact(self, path: str) -> bool:
        """Whether a file of the last build is still as it was written."""
        before = self.before.get(path)
        return before is not None and self.intact(path, before)

    def intact(self, path: str, before: Written) -> bool:
        """The same where it is known what was written: by size and time, by content after an interrupted build."""
        found = self.there.get(path)
        if found is None or found[0] != before.size:
            return False
        if found[1] == before.modified and not self.doubtful:
            return True
        try:
            if files.sha256(files.inside(self._out, path)) != before.sha256:
                return False
        except OSError:
            return False
        before.modified = found[1]
        return True

    def names_what_is_gone(self, path: str) -> bool:
        """Whether a page that could stay as it is names an article that was taken away in the blocks of every page."""
        if not self.taken_away:
            return False
        try:
            text = files.inside(self._out, path).read_bytes()
        except OSError:
            return True
        return any(gone.encode() in text for gone in self.taken_away)

    def gone(self) -> list[str]:
        """What the last build wrote, is still there, and is no longer wanted."""
        return [path for path in self.before if path not in self.files and self.there.get(path) is not None]
