"""A process that publishes and is killed at a chosen call: `python deadly.py spec.json`."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from chce_desktop.domain.manifest import FileEntry, Manifest
from chce_desktop.domain.publication import Target
from chce_desktop.publishing.lock import Pace
from chce_desktop.publishing.outcome import KnownState, LocalTree
from chce_desktop.publishing.publisher import Publisher
from chce_desktop.publishing.registry import Remote, open_remote
from chce_desktop.publishing.remote import Transport

_CALLS = {"read", "write", "stat", "list", "make_folder", "rename", "delete", "remove_folder", "test_folder"}


class Counted:
    """Calls `at` when call number `number` begins, with all others under way."""

    def __init__(self, inner: Transport, number: int, at: Callable[[], None]) -> None:
        self._inner = inner
        self._left = number
        self._at = at

    def __getattr__(self, name: str) -> object:
        value = getattr(self._inner, name)
        if name not in _CALLS:
            return value

        async def counted(*arguments: object, **options: object) -> object:
            self._left -= 1
            if self._left == 0:
                self._at()
            return await value(*arguments, **options)

        return counted


def die() -> None:
    """End as if the power had failed."""
    os.kill(os.getpid(), signal.SIGKILL)


def watched(remote: Remote, number: int, at: Callable[[], None]) -> Remote:
    """The remote, whose connections count their calls."""
    bare = remote.bare_transport

    def counted() -> Transport:
        return Counted(bare(), number, at)  # type: ignore[return-value]

    remote.bare_transport = counted  # type: ignore[method-assign]
    return remote


def main() -> None:
    """Publish as the spec says."""
    spec = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    remote = open_remote(Target(**spec["target"]), password=spec["password"])
    files = {path: FileEntry(sha256, size) for path, (sha256, size) in spec["files"].items()}
    publisher = Publisher(
        watched(remote, spec["number"], die),
        site_uid=spec["site"],
        machine=spec["machine"],
        known=KnownState(*spec["known"]),
        journal=Path(spec["journal"]),
        pace=Pace(lease=2.0, beat=0.3, poll=0.1, nameless=1.0),
    )
    publisher.publish(LocalTree(Path(spec["root"]), Manifest(files)), accept=frozenset(spec["accept"]))


if __name__ == "__main__":
    main()
