"""One publisher at a time, on hosts that offer nothing but files.

The lock is a folder, since making one excludes others on every host. In it `owner.json` names the holder's nonce, and
`beat-<nonce>` holds a counter that grows while the holder lives. No clock is ever compared with another: a lock is
taken over only after its counter stood still, for a whole lease of the watcher's own time. Without compare-and-set on
the host a holder that sleeps through its lease and wakes cannot be fenced off entirely; it looks at the nonce before
each step that readers would notice, which leaves a gap of one round trip.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chce_desktop.foundation.i18n import tr
from chce_desktop.publishing.errors import FileRefused, NotThere, PublishError, RemoteFull, RemoteLocked, taken_over
from chce_desktop.publishing.records import LOCK
from chce_desktop.publishing.remote import Transport

_OWNER = f"{LOCK}/owner.json"
_LAST_BEAT_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds. `lease`: how long a silent lock is respected; `beat`: between signs of life; `poll`: between looks.

    `nameless`: how long a lock without an owner's name is respected (the time between two calls of its maker).
    """

    lease: float = 120.0
    beat: float = 20.0
    poll: float = 4.0
    nameless: float = 15.0


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a look at somebody else's lock showed. Equal looks mean that its holder gave no sign of life."""

    nonce: str = ""
    machine: str = ""
    since: str = ""
    beat: bytes = b""
    names: frozenset[str] = frozenset()


class Lock:
    """The lock of one host. `dead` are nonces of runs of this computer that are known to have ended."""

    def __init__(self, transport: Transport, machine: str, nonce: str, dead: frozenset[str], pace: Pace) -> None:
        self._transport = transport
        self._machine = machine
        self._nonce = nonce
        self._dead = dead
        self._pace = pace
        self._heart: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._lost = False
        self._removed = False
        self._alive_at = (0.0, 0.0)
        self._made_at = -math.inf

    async def acquire(self) -> None:
        """Take the lock, which is to be signed at once. Raises RemoteLocked as soon as somebody else's shows life."""
        first: _Seen | None = None
        clock = asyncio.get_running_loop().time
        since = clock()
        while not await self._transport.make_folder(LOCK):
            seen = await self._look()
            if seen is None:
                first = None
                continue
            if first is None:
                first, since = seen, clock()
            elif seen != first:
                raise _locked(seen)
            patience = self._pace.lease if seen.nonce else self._pace.nameless
            if (seen.nonce in self._dead or clock() - since >= patience) and await self._take_over(seen):
                break
            await asyncio.sleep(min(self._pace.poll, patience / 4))
        self._made_at = clock()

    async def sign(self) -> None:
        """Write our name into the lock and begin to show life."""
        since_text = datetime.now(UTC).isoformat(timespec="seconds")
        self._alive_at = _clocks()
        try:
            await self._transport.write(_OWNER, _json(nonce=self._nonce, machine=self._machine, since=since_text))
        except (RemoteFull, FileRefused):
            if asyncio.get_running_loop().time() - self._made_at < self._pace.nameless / 2:  # nobody took it over
                await self._clear()
            raise
        self._heart = asyncio.create_task(self._beat())

    @property
    def signed(self) -> bool:
        """Whether our name was written into it."""
        return self._heart is not None

    async def check(self, *, again: bool = True) -> None:
        """Raise LockLost unless the lock is still ours.

        Without `again` the host is not asked where the last sign of life is so recent that nobody can have waited for
        a whole lease since.
        """
        if not self._lost and (again or not self._fresh()):
            try:
                owner = json.loads(await self._transport.read(_OWNER))
            except (NotThere, ValueError):
                self._lost = True
            else:
                self._lost = not isinstance(owner, dict) or owner.get("nonce") != self._nonce
        if self._lost:
            raise taken_over()

    async def still(self) -> None:
        """End the heartbeat, and wait for the beat that is under way.

        To be awaited before the lock is given back: a beat that the host gets to late would leave it behind.
        """
        heart, self._heart = self._heart, None
        if heart is not None:
            self._stop.set()
            await asyncio.wait({heart}, timeout=_LAST_BEAT_SECONDS)
            heart.cancel()
            await asyncio.gather(heart, return_exceptions=True)

    async def release(self) -> None:
        """Give back a lock that `check` has just found to be ours."""
        await self.still()
        names = [f"{LOCK}/beat-{self._nonce}", _OWNER]
        # In one flight: most hosts take these in order, and find the folder empty.
        await asyncio.gather(*(self._transport.delete(name) for name in names), self._remove_early())
        if not self._removed:
            await self._clear()

    async def _clear(self) -> None:
        entries = await self._transport.list(LOCK) or ()
        await asyncio.gather(*(self._remove(f"{LOCK}/{entry.name}", entry.is_folder) for entry in entries))
        await self._transport.remove_folder(LOCK)

    async def _remove_early(self) -> None:
        with contextlib.suppress(FileRefused):  # the files in it were still there
            self._removed = await self._transport.remove_folder(LOCK)

    async def _remove(self, path: str, is_folder: bool) -> None:  # noqa: FBT001 - it is the entry's own property
        await (self._transport.remove_folder(path) if is_folder else self._transport.delete(path))

    async def _beat(self) -> None:
        count = 0
        while not self._lost and not await self._stopped():
            count += 1
            with contextlib.suppress(PublishError):  # the work itself meets the same failure and tells it
                await self.check()
                clocks = _clocks()
                await self._transport.write(f"{LOCK}/beat-{self._nonce}", str(count).encode())
                self._alive_at = clocks

    async def _stopped(self) -> bool:
        """Wait until the next beat is due; True where there is to be none."""
        try:
            async with asyncio.timeout(self._pace.beat):
                return await self._stop.wait()
        except TimeoutError:
            return False

    def _fresh(self) -> bool:
        steady, wall = (now - then for now, then in zip(_clocks(), self._alive_at, strict=True))
        return 0 <= steady < self._pace.lease / 2 and 0 <= wall < self._pace.lease / 2

    async def _look(self) -> _Seen | None:
        entries = await self._transport.list(LOCK)
        if entries is None:
            return None
        names = frozenset(entry.name for entry in entries)
        try:
            owner = json.loads(await self._transport.read(_OWNER))
            nonce = str(owner["nonce"])
        except (NotThere, ValueError, KeyError, TypeError):
            return _Seen(names=names)
        try:
            beat = await self._transport.read(f"{LOCK}/beat-{nonce}")
        except NotThere:
            beat = b""
        return _Seen(nonce, str(owner.get("machine", "")), str(owner.get("since", "")), beat, names)

    async def _take_over(self, seen: _Seen) -> bool:
        """Replace a dead holder. A marker folder made for exactly this dead state lets one watcher win."""
        attempt = sum(name.startswith("takeover-") for name in seen.names)
        marker = f"{LOCK}/takeover-{seen.nonce[:16] or 'nameless'}-{attempt}"
        try:
            if not await self._transport.make_folder(marker):
                raise _locked(seen)
        except NotThere:
            return False
        now = await self._look()
        if now is None or now.nonce != seen.nonce or now.beat != seen.beat:
            await self._transport.remove_folder(marker)
            raise _locked(now or seen)
        await self._transport.write(_OWNER, _json(nonce=self._nonce, machine=self._machine, since=""))
        await self._transport.delete(f"{LOCK}/beat-{seen.nonce}")
        for name in now.names:
            if name.startswith("takeover-"):
                await self._transport.remove_folder(f"{LOCK}/{name}")
        return True


def new_nonce() -> str:
    """A fresh one."""
    return secrets.token_hex(16)


def _clocks() -> tuple[float, float]:
    """A steady clock, which may stand still while the computer sleeps, and the wall's, which does not."""
    return time.monotonic(), time.time()


def _json(**values: Any) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode()


def _locked(seen: _Seen) -> RemoteLocked:
    return RemoteLocked(
        tr("{machine} is publishing to this host right now.", machine=seen.machine or tr("Another computer")),
        detail=seen.since,
        hint=tr("Wait until it has finished, then publish again. A publish that broke off is taken over by itself."),
    )
