"""A reader who never stops: reads every page of a site, over and over, while it is being published."""

from __future__ import annotations

import posixpath
import re
import threading
from types import TracebackType
from typing import Self

from tests.contract.hosts import Host

_LINK = re.compile(rb'(?:href|src)="([^"]+)"')


class Crawler:
    """Reads the files of a host like a web server would. What it met is told by `check`."""

    def __init__(self, host: Host, *versions: dict[str, bytes]) -> None:
        self._host = host
        self._versions = versions
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self.rounds = 0
        self.met: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()

    def check(self) -> None:
        assert self.rounds
        assert not self.met, self.met[:5]

    def _read(self) -> None:
        paths = sorted({path for version in self._versions for path in version})
        while not self._end.is_set():
            for path in paths:
                self._visit(path)
            self.rounds += 1

    def _visit(self, path: str) -> None:
        page = self._get(path)
        if page is None:
            return
        if all(version.get(path) != page for version in self._versions):
            self.met.append(f"torn: {path}")
        for link in _LINK.findall(page):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), link.decode()))
            # An old page may be replaced, and what it named removed, between the two requests.
            if self._get(target) is None and self._get(path) == page:
                self.met.append(f"{path} without {target}")

    def _get(self, path: str) -> bytes | None:
        return self._host.get(path)
