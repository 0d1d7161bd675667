"""Whether a link is so slow that compressing pays: measured while files are sent, and remembered for the next time."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from chce_desktop.foundation import files

# Bytes a second. Compressed contents arrive faster than the link carries bytes, so that is given up at a higher rate.
_SLOW = 2_000_000
_FAST = 5_000_000
# The first moment only shows how sending starts.
_START_SECONDS = 0.35
_SECONDS = 0.4


class LinkRate:
    """The rate at which one host confirms contents. `cache`: where the answer is kept, None for nowhere."""

    def __init__(self, cache: Path | None) -> None:
        self._file = cache / "link.json" if cache is not None else None
        self._under_way = 0
        self._began = 0.0
        self._since = 0.0
        self._bytes = 0
        #: Whether to compress.
        self.slow = self._remembered()

    def sending(self) -> None:
        """A content is about to be sent."""
        if not self._under_way:
            self._began, self._since, self._bytes = asyncio.get_running_loop().time(), 0.0, 0
        self._under_way += 1

    def sent(self, size: int) -> None:
        """These bytes of a content were confirmed, or 0 where it failed. Only a row without a gap is measured."""
        self._under_way -= 1
        now = asyncio.get_running_loop().time()
        if not self._since:
            self._since = now if now - self._began >= _START_SECONDS else 0.0
            return
        self._bytes += size
        if now - self._since >= _SECONDS:
            self._judge(self._bytes / (now - self._since))
            self._since, self._bytes = now, 0

    def _judge(self, rate: float) -> None:
        slow = rate < (_FAST if self.slow else _SLOW)
        if slow != self.slow:
            self.slow = slow
            if self._file is not None:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                files.write_atomic(self._file, json.dumps({"slow": slow}).encode())

    def _remembered(self) -> bool:
        try:
            return bool(json.loads(self._file.read_bytes())["slow"]) if self._file is not None else False
        except (OSError, ValueError, KeyError, TypeError):
            return False
