"""The network goes away for a while, as when a laptop sleeps or changes from cable to Wi-Fi; the publish goes on."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.contract.hosts import Desk
from tests.contract.servers import Servers

pytestmark = pytest.mark.server
_AWAY = 20.0


class Link:
    """Everything that goes to `port` of this computer goes through here, until it is cut."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._pairs: list[socket.socket] = []
        self._cut = threading.Event()
        self._over = threading.Event()
        self.carried = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(0.1)
        self.port = int(self._server.getsockname()[1])
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def cut(self) -> None:
        """Break what is open, and refuse what is new."""
        self._cut.set()
        for each in self._pairs:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let everything through again."""
        self._cut.clear()

    def end(self) -> None:
        """Close everything."""
        self._over.set()
        self.cut()
        for thread in self._threads:
            thread.join()
        for each in (*self._pairs, self._server):
            each.close()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                here, _ = self._server.accept()
            except TimeoutError:
                continue
            if self._cut.is_set():
                here.close()
                continue
            there = socket.create_connection(("127.0.0.1", self._target))
            self._pairs += [here, there]
            for source, sink in ((here, there), (there, here)):
                thread = threading.Thread(target=self._carry, args=(source, sink))
                self._threads.append(thread)
                thread.start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
                self.carried += len(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def link(servers: Servers) -> Iterator[Link]:
    host = servers.host("sftp")
    made = Link(urlsplit(host.target.url).port or 22)
    yield made
    made.end()


def test_a_publish_outlives_20_seconds_without_network(servers: Servers, link: Link, tmp_path: Path) -> None:
    host = servers.host("sftp")
    port = urlsplit(host.target.url).port
    url = host.target.url.replace(f":{port}/", f":{link.port}/")
    through = replace(host, target=replace(host.target, url=url, options={**host.target.options, "limit_kbit": "4000"}))
    desk = Desk(through, tmp_path)
    files = {f"xinwen/{number}.html": bytes([65 + number % 26]) * 40_000 for number in range(60)}

    def away() -> None:
        while link.carried < 400_000:
            time.sleep(0.02)
        link.cut()
        time.sleep(_AWAY)
        link.mend()

    thread = threading.Thread(target=away)
    thread.start()
    try:
        result = desk.publish(files)
    finally:
        thread.join()
    assert result.uploaded == len(files)
    assert host.files() == files
    assert result.seconds > _AWAY
