"""What this computer remembers about one host between publishes: enough to go on after any interruption.

Lost, it costs time and never safety: everything can be read from the host again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from chce_desktop.foundation import files
from chce_desktop.foundation.i18n import tr
from chce_desktop.publishing.errors import RecordDamaged, RemoteLocked
from chce_desktop.publishing.outcome import KnownState
from chce_desktop.publishing.records import RemoteManifest

_MOST_RUNS = 50


@dataclass(frozen=True, slots=True)
class Run:
    """A publish that was begun here: its nonce, and the state that it set out to commit. `ended`: in order.

    `attempt` is what the library calls it. A run that is sure not to have committed aims at no state.
    """

    nonce: str
    generation: int = 0
    tree: str = ""
    ended: bool = False
    attempt: str = ""


class Journal:
    """The folder `path`, which belongs to one target of one site."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._decoded: tuple[str, RemoteManifest] | None = None

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes of this computer out. Raises RemoteLocked. Ends with the process, however that ends."""
        self._path.mkdir(parents=True, exist_ok=True)
        with (self._path / "lock").open("a+b") as file:
            if not files.locked(file):
                raise RemoteLocked(
                    tr("This computer is already publishing to this host."),
                    hint=tr("Wait until that has finished."),
                )
            yield

    def runs(self) -> tuple[Run, ...]:
        """The publishes that were begun since the last one that ended in order, and that one."""
        try:
            values = json.loads((self._path / "runs.json").read_bytes())
            return tuple(
                Run(
                    str(run["nonce"]),
                    int(run["generation"]),
                    str(run["tree"]),
                    ended=bool(run.get("ended", True)),
                    attempt=str(run.get("attempt", "")),
                )
                for run in values
            )
        except (OSError, ValueError, KeyError, TypeError):
            return ()

    def begin(self, run: Run) -> None:
        """Remember a run before the host sees it."""
        self._store((*self.runs()[-_MOST_RUNS:], run))

    def end(self, run: Run) -> None:
        """Forget the runs before this one, which gave its lock back."""
        self._store((replace(run, ended=True),))

    def gave_up(self, run: Run) -> None:
        """Remember that this run ended before it could commit."""
        self._store(
            tuple(replace(each, generation=0, tree="") if each.nonce == run.nonce else each for each in self.runs())
        )

    def interrupted(self) -> bool:
        """Whether the last publish to this host did not end in order, so that something of it may lie there."""
        runs = self.runs()
        return bool(runs) and not runs[-1].ended

    def has_committed(self, state: KnownState, attempts: Collection[str]) -> bool:
        """Whether this state of a host was the aim of one of these attempts, on this computer."""
        aims = ((run.generation, run.tree) for run in self.runs() if run.attempt in attempts)
        return (state.generation, state.tree) in aims

    def may_have_committed(self, attempt: str) -> bool:
        """Whether an attempt that did not end in order may have brought the host to a new state."""
        return any(run.attempt == attempt and run.tree for run in self.runs())

    def _store(self, runs: tuple[Run, ...]) -> None:
        text = json.dumps([asdict(run) for run in runs])
        files.write_atomic(self._path / "runs.json", text.encode(), durable=True)

    def manifest(self, sha256: str) -> RemoteManifest | None:
        """The copy of the host's manifest, if it is the one with this hash."""
        if self._decoded is not None and self._decoded[0] == sha256:
            return self._decoded[1]
        try:
            data = (self._path / "manifest.json.gz").read_bytes()
            if hashlib.sha256(data).hexdigest() == sha256:
                self._decoded = (sha256, RemoteManifest.decode(data))
                return self._decoded[1]
        except (OSError, RecordDamaged):
            return None
        return None

    def keep_manifest(self, data: bytes) -> None:
        """Keep a copy, which saves reading it from the host."""
        files.write_atomic(self._path / "manifest.json.gz", data)

    def gone(self) -> frozenset[str]:
        """The pages that said at the last publish that what stood there was taken away, for records without them."""
        try:
            values = json.loads((self._path / "gone.json").read_bytes())
            return frozenset(map(str, values))
        except (OSError, ValueError, TypeError):
            return frozenset()
