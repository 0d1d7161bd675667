"""Many calls at once, but never more bytes under way than the link carries in about a second."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")

_SECONDS = 1.0
_SAMPLE = 0.25
_LEAST = 64 * 1024
_START = 128 * 1024
_MOST = 16 * 1024 * 1024


class ByteWindow:
    """Lets bytes onto the link. Follows the measured rate, so that heartbeats and cancels get through on slow links."""

    def __init__(self) -> None:
        self._limit = _START
        self._under_way = 0
        self._done = 0
        self._since = 0.0
        self._room = asyncio.Condition()

    async def enter(self, size: int) -> None:
        """Wait for room; a content larger than the window goes alone."""
        async with self._room:
            await self._room.wait_for(lambda: not self._under_way or self._under_way + size <= self._limit)
            if not self._under_way:
                self._since = asyncio.get_running_loop().time()
                self._done = 0
            self._under_way += size

    async def leave(self, size: int) -> None:
        """Say that these bytes were confirmed (or failed)."""
        async with self._room:
            self._under_way -= size
            self._done += size
            now = asyncio.get_running_loop().time()
            taken = now - self._since
            if taken >= _SAMPLE:
                self._limit = int(min(max(self._done / taken * _SECONDS, _LEAST), _MOST))
                self._since, self._done = now, 0
            self._room.notify_all()


async def fly(items: Iterable[T], work: Callable[[T], Awaitable[None]], width: int) -> None:
    """Do `work` for all items, `width` at a time, in order of arrival. The first failure cancels the others."""
    waiting = iter(items)

    async def worker() -> None:
        for item in waiting:
            await work(item)

    tasks = [asyncio.create_task(worker()) for _ in range(width)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, asyncio.CancelledError):
            raise outcome


async def collect(items: Iterable[T], work: Callable[[T], Awaitable[object]], width: int) -> dict[T, object]:
    """The results of `work` by item; otherwise as `fly`."""
    results: dict[T, object] = {}

    async def kept(item: T) -> None:
        results[item] = await work(item)

    await fly(items, kept, width)
    return results


async def together(*work: Awaitable[Any]) -> list[Any]:
    """The results of all; the first failure cancels the others and is raised when they have ended."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def beside(always: Coroutine[Any, Any, None], work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, done at the same time as `always`, which is not cancelled by its failure."""
    task = asyncio.create_task(always)
    try:
        return await work
    finally:
        await task
