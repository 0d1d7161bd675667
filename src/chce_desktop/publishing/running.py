"""Running a publish's coroutines from ordinary code: in the calling thread, cancellable, without leftovers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

from chce_desktop.foundation.errors import Cancelled
from chce_desktop.foundation.progress import Progress

T = TypeVar("T")

_POLL = 0.05


class Guard:
    """Says whether a cancel may take effect now. While `held`, it waits: half a switch serves nobody."""

    def __init__(self) -> None:
        self._holds = 0

    @property
    def open(self) -> bool:
        """Whether a cancel takes effect at once."""
        return self._holds == 0

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Put a cancel off until the end of the block."""
        self._holds += 1
        try:
            yield
        finally:
            self._holds -= 1


def run(work: Callable[[Guard], Awaitable[T]], progress: Progress) -> T:
    """The result of `work`, run in an event loop of its own in this thread. Raises Cancelled, and what `work` raises.

    The coroutine is cancelled when `progress` says so or Ctrl-C is pressed, and may clean up before it ends.
    """
    with asyncio.Runner() as runner:
        return runner.run(_watched(work, progress))


async def _watched(work: Callable[[Guard], Awaitable[T]], progress: Progress) -> T:
    guard = Guard()

    async def body() -> T:
        return await work(guard)

    task = asyncio.create_task(body())
    interrupted = False
    told = False
    while not task.done():
        try:
            await asyncio.wait({task}, timeout=_POLL)
        except asyncio.CancelledError:
            interrupted = True
        if (interrupted or progress.cancelled) and guard.open and not told and not task.done():
            told = True
            task.cancel()
    try:
        return task.result()
    except asyncio.CancelledError:
        if told and not interrupted:
            raise Cancelled from None
        raise
