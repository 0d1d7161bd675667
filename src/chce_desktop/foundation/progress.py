"""How long work reports where it is and learns that it should stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ProgressReport:
    """One moment of a job.

    `phase` is a translated text for the user; `done` and `total` count items of that phase (`total` 0: not known yet);
    `done_bytes` and `total_bytes` count bytes where bytes are moved.
    """

    phase: str = ""
    done: int = 0
    total: int = 0
    done_bytes: int = 0
    total_bytes: int = 0


class Progress(Protocol):
    """What a use case is given. Safe to call from any thread; calls are cheap and may be frequent."""

    def report(self, phase: str, done: int = 0, total: int = 0, done_bytes: int = 0, total_bytes: int = 0) -> None:
        """Say where the work is."""

    def check(self) -> None:
        """Raise `foundation.errors.Cancelled` when the user has cancelled."""

    @property
    def cancelled(self) -> bool:
        """Whether the user has cancelled, for work that must clean up by itself."""


class SilentProgress:
    """Nobody watches and nobody cancels."""

    cancelled = False

    def report(self, phase: str, done: int = 0, total: int = 0, done_bytes: int = 0, total_bytes: int = 0) -> None:
        """Do nothing."""

    def check(self) -> None:
        """Never raise."""


SILENT = SilentProgress()
