"""A slow link for any TCP protocol, on any machine and without root: a relay with latency and a limited rate.

    python -m tests.benchmarks.link --rtt-ms 40 [--kbit 10000] LISTEN:PORT=TARGET:PORT …

Each direction of all connections together shares one link: what is received leaves at the link's rate, and arrives
half a round trip later. A connection's first bytes wait a round trip more, which is what a handshake takes. Not
imitated: loss, and TCP's slow start, which would cost every program alike. The relay runs in a process of its own;
`measured` proves what it adds and how much it carries.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial
from typing import cast

#: Bytes that wait in the relay for one connection before its sender is made to wait.
_HELD = 8 * 1024 * 1024
#: Pieces in which a limited link carries bytes.
_PIECE = 16 * 1024
#: Seconds that bytes wait in front of a limited link at most, as in a router's queue.
_QUEUE_SECONDS = 0.1
_PROBE = 64 * 1024 * 1024


class _Wire:
    """One direction of the link. `delay` in seconds, `rate` in bytes a second or 0 without a limit."""

    def __init__(self, delay: float, rate: float) -> None:
        self.delay = delay
        self.rate = rate
        self._free_at = 0.0

    def leaves(self, size: int, now: float) -> float:
        """When the last of `size` bytes has left."""
        if not self.rate:
            return now
        self._free_at = max(now, self._free_at) + size / self.rate
        return self._free_at

    def crowded(self, now: float) -> float:
        """Seconds until the queue has room again, 0 where it has."""
        return max(0.0, self._free_at - now - _QUEUE_SECONDS) if self.rate else 0.0


class _End(asyncio.Protocol):
    """One end of a connection: what it receives goes over its wire to the other end."""

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire
        self._loop = asyncio.get_running_loop()
        # The handshake that the relay has answered by itself.
        self._not_before = self._loop.time() + 3 * wire.delay
        # Bytes under way with the time of their arrival; True and False are the sender's end, in peace or not.
        self._flying: deque[tuple[float, bytes | bool]] = deque()
        self._held = 0
        self._timer: asyncio.TimerHandle | None = None
        self._paused = False
        self._full = False
        self.transport: asyncio.Transport | None = None
        self.other: _End | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        raw: socket.socket = transport.get_extra_info("socket")
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        now = self._loop.time()
        step = _PIECE if self._wire.rate else len(data)
        for at in range(0, len(data), step):
            piece = data[at : at + step]
            self._fly(piece, self._wire.leaves(len(piece), now))
        self._held += len(data)
        if wait := self._wire.crowded(now):
            self._pause()
            self._loop.call_later(wait, self._resume)
        elif self._held > _HELD:
            self._pause()

    def eof_received(self) -> bool:
        self._fly(True, self._loop.time())
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self._fly(exc is None, self._loop.time())

    def pause_writing(self) -> None:
        if self.other is not None:
            self.other.hold(full=True)

    def resume_writing(self) -> None:
        if self.other is not None:
            self.other.hold(full=False)

    def hold(self, *, full: bool) -> None:
        """The other end takes nothing more now, or does again."""
        self._full = full
        if full:
            self._pause()
        else:
            self._resume()

    def start(self) -> None:
        """The other end is there."""
        self._schedule()

    def _fly(self, what: bytes | bool, leaves: float) -> None:
        last = self._flying[-1][0] if self._flying else 0.0
        self._flying.append((max(leaves + self._wire.delay, self._not_before, last), what))
        self._schedule()

    def _schedule(self) -> None:
        if self._timer is None and self._flying and self.other is not None:
            self._timer = self._loop.call_at(self._flying[0][0], self._deliver)

    def _deliver(self) -> None:
        self._timer = None
        target = self.other.transport if self.other is not None else None
        if target is None or target.is_closing():
            self._flying.clear()
            return
        now = self._loop.time() + 0.0005
        pieces: list[bytes] = []
        end: bool | None = None
        while self._flying and self._flying[0][0] <= now and end is None:
            what = self._flying.popleft()[1]
            if isinstance(what, bool):
                end = what
            else:
                self._held -= len(what)
                pieces.append(what)
        if pieces:
            target.writelines(pieces)
        if end is False:
            target.abort()
        elif end and (self.transport is None or self.transport.is_closing()):
            target.close()
        elif end and target.can_write_eof():
            with contextlib.suppress(OSError):  # it has gone already
                target.write_eof()
        if self._held <= _HELD // 2 and not self._wire.crowded(now):
            self._resume()
        self._schedule()

    def _pause(self) -> None:
        if not self._paused and self.transport is not None and not self.transport.is_closing():
            self._paused = True
            self.transport.pause_reading()

    def _resume(self) -> None:
        if self._paused and not self._full and self.transport is not None and not self.transport.is_closing():
            self._paused = False
            self.transport.resume_reading()


async def _relay(pairs: Sequence[str], delay: float, rate: float) -> None:
    up, down = _Wire(delay, rate), _Wire(delay, rate)
    loop = asyncio.get_running_loop()
    joining: set[asyncio.Task[None]] = set()

    async def join(near: _End, host: str, port: int) -> None:
        await asyncio.sleep(delay)
        try:
            _transport, far = await loop.create_connection(lambda: _End(down), host, port)
        except OSError:
            if near.transport is not None:
                near.transport.abort()
            return
        near.other, far.other = far, near
        near.start()
        far.start()

    def accept(host: str, port: int) -> _End:
        near = _End(up)
        joining.add(task := asyncio.ensure_future(join(near, host, port)))
        task.add_done_callback(joining.discard)
        return near

    for pair in pairs:
        here, _equals, there = pair.partition("=")
        (host, port), (to_host, to_port) = here.rsplit(":", 1), there.rsplit(":", 1)
        await loop.create_server(partial(accept, to_host, int(to_port)), host, int(port), backlog=256)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)  # ends with whoever started it


@contextlib.contextmanager
def slow_link(pairs: Sequence[str], *, rtt_ms: float, kbit: float = 0) -> Iterator[None]:
    """A relay for pairs of `LISTEN:PORT=TARGET:PORT`; `kbit` a second in each direction, 0 without a limit."""
    command = [sys.executable, "-m", "tests.benchmarks.link", f"--rtt-ms={rtt_ms}", f"--kbit={kbit}", *pairs]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        if process.stdout is None or process.stdout.readline().strip() != b"ready":
            raise RuntimeError("the link did not start")
        yield
    finally:
        process.terminate()
        process.communicate()


def measured(address: tuple[str, int], target: tuple[str, int]) -> tuple[float, float]:
    """Milliseconds of a round trip, and MB a second, through a relay from `address` to a `target` that is free."""
    with socket.create_server(target) as server:

        def answer() -> None:
            connection, _peer = server.accept()
            with connection:
                while connection.recv(1) == b"?":
                    connection.sendall(b"!")
                while connection.recv(1024 * 1024):
                    pass
                connection.sendall(b".")

        thread = threading.Thread(target=answer)
        thread.start()
        with socket.create_connection(address) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            times = []
            for _ in range(11):
                started = time.perf_counter()
                client.sendall(b"?")
                client.recv(1)
                times.append(time.perf_counter() - started)
            started = time.perf_counter()
            client.sendall(bytes(_PROBE))
            client.shutdown(socket.SHUT_WR)
            client.recv(1)
            seconds = time.perf_counter() - started
        thread.join()
    return sorted(times[1:])[5] * 1000, _PROBE / seconds / 1e6


def main() -> None:
    """Run the relay until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rtt-ms", type=float, required=True)
    parser.add_argument("--kbit", type=float, default=0, help="each direction; 0: no limit")
    parser.add_argument("pairs", nargs="+", metavar="LISTEN:PORT=TARGET:PORT")
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_relay(options.pairs, options.rtt_ms / 2000, options.kbit * 125))


if __name__ == "__main__":
    main()
