"""Connecting again when a link breaks, and doing again what was under way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from chce_desktop.publishing.errors import HostUnreachable, LinkLost, NotThere
from chce_desktop.publishing.layers.layer import Layer
from chce_desktop.publishing.remote import Capabilities, Comparing, Content, Entry, Stat, Transport

T = TypeVar("T")

# Seconds between attempts: about a minute in all, which a change from cable to wireless or a server's restart fits in.
PAUSES = (0.2, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)


class Retrying:
    """A transport over connections that `factory` makes, one after another as they break.

    Calls that were under way are repeated on the next connection: all of them may be, since writing, deleting and
    listing twice is as good as once, and a repeated rename whose source is gone has happened already. A repeated
    `make_folder` that had succeeded answers False. `HostUnreachable` at the very first `connect` is not retried: the
    editor is told at once.
    """

    def __init__(self, factory: Callable[[], Transport], *, pauses: tuple[float, ...] = PAUSES) -> None:
        self._factory = factory
        self._pauses = pauses
        self._inner = factory()
        self._epoch = 0
        self._fruitless = 0
        self._mending = asyncio.Lock()
        self._given_up: HostUnreachable | None = None
        self._under_way: set[asyncio.Task[Any]] = set()
        self._ending = -1

    @property
    def mended(self) -> bool:
        """Whether a connection broke, which may have left halves of files on the host."""
        return self._epoch > 0

    @property
    def capabilities(self) -> Capabilities:
        """As the present connection's."""
        return self._inner.capabilities

    async def connect(self) -> None:
        """Connect for the first time."""
        await self._inner.connect()

    async def close(self) -> None:
        """Close the present connection."""
        await self._inner.close()

    async def read(self, path: str) -> bytes:
        """As the contract says."""
        return await self._repeat(lambda inner: inner.read(path))

    async def write(self, path: str, content: Content, *, durable: bool = False) -> int:
        """As the contract says."""
        return await self._repeat(lambda inner: inner.write(path, content, durable=durable))

    async def write_over(self, path: str, data: bytes, seen: bytes | None) -> None:
        """As the contract says; a repetition that finds `data` there is content."""
        await self._repeat(lambda inner: cast("Comparing", inner).write_over(path, data, seen))

    async def stat(self, path: str) -> Stat | None:
        """As the contract says."""
        return await self._repeat(lambda inner: inner.stat(path))

    async def list(self, path: str) -> tuple[Entry, ...] | None:
        """As the contract says."""
        return await self._repeat(lambda inner: inner.list(path))

    async def make_folder(self, path: str) -> bool:
        """As the contract says."""
        return await self._repeat(lambda inner: inner.make_folder(path))

    async def rename(self, source: str, target: str) -> None:
        """As the contract says; a repetition that finds the source gone and the target there is content."""
        epoch = self._epoch
        try:
            await self._repeat(lambda inner: inner.rename(source, target))
        except NotThere:
            if epoch == self._epoch or await self.stat(target) is None:
                raise

    async def delete(self, path: str) -> bool:
        """As the contract says."""
        return await self._repeat(lambda inner: inner.delete(path))

    async def remove_folder(self, path: str) -> bool:
        """As the contract says."""
        return await self._repeat(lambda inner: inner.remove_folder(path))

    async def test_folder(self, path: str) -> None:
        """As the contract says."""
        await self._repeat(lambda inner: inner.test_folder(path))

    async def commit(self) -> None:
        """Hand on: a host that collects is not wrapped, since a new connection would have lost what waits."""
        await self._inner.commit()

    async def free_space(self) -> int | None:
        """As the contract says."""
        return await self._repeat(lambda inner: inner.free_space())

    async def _repeat(self, call: Callable[[Transport], Awaitable[T]]) -> T:
        while True:
            if self._given_up is not None:
                raise self._given_up
            epoch = self._epoch
            running = asyncio.create_task(_begun(call, self._inner))
            self._under_way.add(running)
            try:
                result = await running
            except LinkLost as error:
                await self._mend(epoch, error)
            except asyncio.CancelledError:
                # Broken off together with its connection, unless it is the caller who is cancelled.
                task = asyncio.current_task()
                if self._ending != epoch or (task is not None and task.cancelling()):
                    raise
                await self._mend(epoch, None)
            else:
                self._fruitless = 0
                return result
            finally:
                self._under_way.discard(running)

    async def _mend(self, epoch: int, broken: LinkLost | None) -> None:
        """Replace the connection of `epoch`, unless another call has done so. Raises the last failure in the end."""
        async with self._mending:
            if self._given_up is not None:
                raise self._given_up
            if self._epoch != epoch:
                return
            failure: HostUnreachable | None = broken
            await self._break_off(epoch)
            while self._fruitless < len(self._pauses):
                await asyncio.sleep(self._pauses[self._fruitless])
                self._fruitless += 1
                await self._inner.close()
                self._inner = self._factory()
                try:
                    await self._inner.connect()
                except HostUnreachable as error:
                    failure = error
                else:
                    self._epoch += 1
                    return
            self._given_up = failure or LinkLost("")
            raise self._given_up

    async def _break_off(self, epoch: int) -> None:
        """End what is under way on the broken connection, so that nothing of it is used after its end."""
        self._ending = epoch
        under_way = tuple(self._under_way)
        for running in under_way:
            running.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _begun(call: Callable[[Transport], Awaitable[T]], inner: Transport) -> T:
    return await call(inner)


def mended(transport: Transport) -> bool:
    """Whether a connection of `transport`, or of what is below its layers, broke and was made anew."""
    while isinstance(transport, Layer):
        transport = transport.inner
    return isinstance(transport, Retrying) and transport.mended
