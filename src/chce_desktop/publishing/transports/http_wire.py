"""HTTP/1.1 over a few kept connections: what WebDAV needs of it, for a tenth of a general client's processor time.

Redirects are answers like others. The system's proxy settings hold. Known failures are `BROKEN`.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

#: What a connection fails with: `ssl.SSLError` is an OSError, wrong HTTP a ValueError.
BROKEN = (OSError, EOFError, TimeoutError, ValueError, asyncio.LimitOverrunError)

_CONNECT_SECONDS = 20.0
_SECONDS = 60.0
# Slower than this, in bytes a second, a link counts as dead.
_SLOWEST = 2048
_BLOCK = 256 * 1024
_LONGEST_HEAD = 128 * 1024
_WITHOUT_BODY = {204, 304}


@dataclass(frozen=True, slots=True)
class Request:
    """`target` is a path, percent-encoded."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Path = b""


@dataclass(frozen=True, slots=True)
class Response:
    """What the host answered to a request of this method."""

    method: str
    status: int
    reason: str
    content: bytes

    @property
    def ok(self) -> bool:
        """Whether it did what it was asked for."""
        return 200 <= self.status < 300

    @property
    def summary(self) -> str:
        """For the details of an error."""
        return f"{self.method} {self.status} {self.reason}"


class HttpPool:
    """At most `connections` connections to one host. `headers` go with each request."""

    def __init__(
        self,
        scheme: str,
        host: str,
        port: int | None,
        *,
        headers: Mapping[str, str],
        connections: int,
        context: ssl.SSLContext,
    ) -> None:
        self._host = host
        self._port = port or (443 if scheme == "https" else 80)
        named = f"[{host}]" if ":" in host else host
        self._named = named if port is None else f"{named}:{port}"
        self._context = context if scheme == "https" else None
        self._headers = {"Host": self._named, "Accept": "*/*", "User-Agent": "chce-desktop", **headers}
        self._room = asyncio.Semaphore(connections)
        self._kept: list[_Connection] = []
        proxy = "" if proxy_bypass(host) else getproxies().get(scheme, "")
        self._proxy = urlsplit(proxy if "://" in proxy or not proxy else f"http://{proxy}")
        self._prefix = ""
        if self._proxy.hostname and self._context is None:
            self._prefix = f"http://{self._named}"
            self._headers.update(self._proxy_login())

    async def ask(self, *requests: Request) -> Sequence[Response]:
        """The answers to requests that are sent in one flight; fewer than asked where the host hung up in between.

        Raises what stands in `BROKEN` where there is no answer at all.
        """
        async with self._room:
            connection = self._idle() or await self._open()
            try:
                answers = await connection.exchange(requests)
            except BaseException:
                connection.abort()
                raise
            if connection.usable:
                self._kept.append(connection)
            else:
                connection.abort()
            return answers

    def close(self) -> None:
        """End all connections."""
        while self._kept:
            self._kept.pop().abort()

    def _idle(self) -> _Connection | None:
        while self._kept:
            connection = self._kept.pop()
            if connection.usable:
                return connection
            connection.abort()
        return None

    async def _open(self) -> _Connection:
        async with asyncio.timeout(_CONNECT_SECONDS):
            if not self._proxy.hostname:
                server_name = self._host if self._context else None
                reader, writer = await asyncio.open_connection(
                    self._host, self._port, ssl=self._context, server_hostname=server_name, limit=_LONGEST_HEAD
                )
            else:
                reader, writer = await asyncio.open_connection(
                    self._proxy.hostname, self._proxy.port or 80, limit=_LONGEST_HEAD
                )
                if self._context is not None:
                    await self._tunnel(reader, writer)
        return _Connection(reader, writer, self._headers, self._prefix)

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        place = f"{self._named if ':' in self._named else f'{self._named}:{self._port}'}"
        headers = {"Host": place, **self._proxy_login()}
        through = _Connection(reader, writer, headers, "")
        (answer,) = await through.exchange([Request("CONNECT", place)])
        if not answer.ok:
            writer.transport.abort()
            raise OSError(answer.summary)
        await writer.start_tls(self._context, server_hostname=self._host)  # type: ignore[arg-type]  # None is no TLS, which has returned before

    def _proxy_login(self) -> dict[str, str]:
        if self._proxy.username is None:
            return {}
        return basic(unquote(self._proxy.username), unquote(self._proxy.password or ""), "Proxy-Authorization")


def basic(user: str, password: str, header: str = "Authorization") -> dict[str, str]:
    """The header that logs in."""
    return {header: f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}


class _Connection:
    """One connection; one exchange at a time."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: Mapping[str, str], prefix: str
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._common = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._prefix = prefix
        self._keeps = True
        self._sending: asyncio.Task[None] | None = None

    @property
    def usable(self) -> bool:
        """Whether a further request can be sent."""
        return self._keeps and not self._reader.at_eof() and not self._writer.is_closing()

    def abort(self) -> None:
        """End it at once."""
        self._writer.transport.abort()

    async def exchange(self, requests: Sequence[Request]) -> list[Response]:
        """Send all, then take the answers, also those that come before everything was sent (a refusal)."""
        self._sending = asyncio.create_task(self._send(requests))
        answers: list[Response] = []
        try:
            for request in requests:
                try:
                    # What this computer has handed over may be on its way still.
                    answers.append(await self._receive(request.method, _SECONDS + _size(request) / _SLOWEST))
                except BROKEN:
                    self._keeps = False
                    if not answers:
                        raise
                if not self._keeps:
                    break
        finally:
            if not self._sending.done() or self._sending.exception():
                self._keeps = False
            self._sending.cancel()
            with contextlib.suppress(asyncio.CancelledError, *BROKEN):
                await self._sending
        return answers

    async def _send(self, requests: Sequence[Request]) -> None:
        for request in requests:
            body = request.body
            size = _size(request)
            own = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
            length = f"Content-Length: {size}\r\n" if size or request.method == "PUT" else ""
            line = f"{request.method} {self._prefix}{request.target} HTTP/1.1\r\n"
            head = f"{line}{self._common}{own}{length}\r\n".encode("latin-1")
            if isinstance(body, bytes):
                self._writer.write(head + body)
            else:
                self._writer.write(head)
                with body.open("rb") as source:
                    while block := source.read(_BLOCK):
                        self._writer.write(block)
                        await self._drained()
            await self._drained()

    async def _drained(self) -> None:
        async with asyncio.timeout(_SECONDS):
            await self._writer.drain()

    async def _receive(self, method: str, patience: float) -> Response:
        while True:
            first, _newline, rest = (await self._head(patience)).decode("latin-1").partition("\r\n")
            version, _space, told = first.partition(" ")
            code, _space, reason = told.partition(" ")
            if (status := int(code)) >= 200:  # before that: news of what goes on
                break
        headers: dict[str, str] = {}
        for line in rest.split("\r\n"):
            name, colon, value = line.partition(":")
            if colon:
                headers[name.strip().lower()] = value.strip()
        wishes = headers.get("connection", "").lower()
        self._keeps = "close" not in wishes and (version != "HTTP/1.0" or "keep-alive" in wishes)
        return Response(method, status, reason, await self._content(method, status, headers))

    async def _head(self, patience: float) -> bytes:
        while True:
            try:
                async with asyncio.timeout(patience):
                    return await self._reader.readuntil(b"\r\n\r\n")
            except TimeoutError:
                if self._sending is None or self._sending.done():
                    raise

    async def _content(self, method: str, status: int, headers: Mapping[str, str]) -> bytes:
        if method in {"HEAD", "CONNECT"} or status in _WITHOUT_BODY:
            return b""
        if "chunked" in headers.get("transfer-encoding", "").lower():
            pieces = []
            while size := int((await self._line()).partition(b";")[0], 16):
                pieces.append(await self._exactly(size))
                await self._line()
            while (await self._line()).strip():
                pass
            return b"".join(pieces)
        if "content-length" in headers:
            return await self._exactly(int(headers["content-length"]))
        self._keeps = False
        pieces = []
        while piece := await self._some(_BLOCK):
            pieces.append(piece)
        return b"".join(pieces)

    async def _line(self) -> bytes:
        async with asyncio.timeout(_SECONDS):
            return await self._reader.readuntil(b"\n")

    async def _exactly(self, size: int) -> bytes:
        pieces = []
        while size:
            piece = await self._some(min(size, _BLOCK))
            if not piece:
                raise EOFError
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    async def _some(self, size: int) -> bytes:
        async with asyncio.timeout(_SECONDS):
            return await self._reader.read(size)


def _size(request: Request) -> int:
    return len(request.body) if isinstance(request.body, bytes) else request.body.stat().st_size
