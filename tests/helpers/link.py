"""A bad link: everything for one port of this computer goes through here, and may be cut, silenced, slowed or lossy."""

from __future__ import annotations

import asyncio
import random
import re
import socket
import threading
from collections.abc import Callable
from typing import Self

_SEGMENT = 1460
_PASSIVE = re.compile(rb"227 [^(]*\((\d+,\d+,\d+,\d+),(\d+),(\d+)\)")
# How long TCP waits before it sends a lost segment again.
_AGAIN = 0.2


class Link:
    """A proxy in a thread of its own. Its properties may be changed at any moment.

    `rate`: bytes a second in both directions together, 0: as fast as it goes. `delay`: seconds in each direction.
    `loss`: the part of segments that is lost, which delays those behind; one loss in twenty ends its connection.
    `carried`: bytes so far. `passive`: offers of FTP data connections are led through here too.
    """

    def __init__(self, port: int, *, passive: bool = False) -> None:
        self.rate = 0.0
        self.delay = 0.0
        self.loss = 0.0
        self.carried = 0
        self._target = port
        self._passive = passive
        self._cut = False
        self._silent = False
        self._at: list[tuple[int, Callable[[], None]]] = []
        self._free_at = 0.0
        self._writers: set[asyncio.StreamWriter] = set()
        self._random = random.Random(7)  # noqa: S311 - it decides which segments are lost
        self._loop = asyncio.new_event_loop()
        self._servers: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.port = asyncio.run_coroutine_threadsafe(self._serve(port), self._loop).result(60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def at(self, count: int, work: Callable[[], None]) -> None:
        """Do something once when another `count` bytes have been carried."""
        self._at.append((self.carried + count, work))

    def cut(self) -> None:
        """Break what is open, and refuse what is new."""
        self._cut = True
        self._loop.call_soon_threadsafe(self._break)

    def silence(self) -> None:
        """Swallow everything, like a hole: connections stay open, and nothing arrives any more."""
        self._silent = True

    def mend(self, *, after: float = 0.0) -> None:
        """Let everything through again, which breaks what was silent."""

        def mended() -> None:
            if self._silent:
                self._break()
            self._cut = self._silent = False

        self._loop.call_soon_threadsafe(self._loop.call_later, after, mended)

    def end(self) -> None:
        """Close everything."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(60)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _serve(self, port: int) -> int:
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._accept(reader, writer, port)

        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def _end(self) -> None:
        self._cut = True
        self._break()
        for server in self._servers:
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _break(self) -> None:
        for writer in tuple(self._writers):
            found = writer.get_extra_info("socket")
            if found is not None and found.fileno() >= 0:
                found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
        if self._cut:
            writer.transport.abort()
            return
        self._writers.add(writer)
        there: asyncio.StreamWriter | None = None
        try:
            answers, there = await asyncio.open_connection("127.0.0.1", port)
            self._writers.add(there)
            is_control = self._passive and port == self._target
            await asyncio.gather(
                self._carry(reader, there, offers=False), self._carry(answers, writer, offers=is_control)
            )
        except (OSError, asyncio.CancelledError):
            pass  # broken off
        finally:
            for each in (writer, there):
                if each is not None:
                    self._writers.discard(each)
                    each.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, offers: bool) -> None:
        while data := await reader.read(4 * _SEGMENT if self.rate or self.loss else 65536):
            while self._silent:  # noqa: ASYNC110 - it is set in another thread
                await asyncio.sleep(0.05)
            if offers and (offer := _PASSIVE.search(data)):
                port = await self._serve(int(offer[2]) * 256 + int(offer[3]))
                numbers = f"{port // 256},{port % 256}".encode()
                data = data[: offer.start(2)] + numbers + data[offer.end(3) :]
            await self._held_up(len(data), writer)
            writer.write(data)
            await writer.drain()
            self.carried += len(data)
            for due in [due for due in self._at if due[0] <= self.carried]:
                self._at.remove(due)
                due[1]()
        if not writer.is_closing() and writer.can_write_eof():
            writer.write_eof()

    async def _held_up(self, count: int, writer: asyncio.StreamWriter) -> None:
        wait = self.delay
        if self.rate:
            now = self._loop.time()
            self._free_at = max(self._free_at, now) + count / self.rate
            wait += self._free_at - now
        for _segment in range(-(-count // _SEGMENT) if self.loss else 0):
            if self._random.random() < self.loss:
                wait += _AGAIN
                if self._random.random() < 0.05:
                    writer.transport.abort()
                    raise ConnectionResetError
        if wait:
            await asyncio.sleep(wait)
