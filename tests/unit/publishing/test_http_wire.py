"""The HTTP of WebDAV, against servers that answer in every way that is allowed, and in some that are not."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence

import pytest

from chce_desktop.publishing.transports.http_wire import BROKEN, HttpPool, Request, Response


def asked(answers: Sequence[bytes], *rounds: Sequence[Request]) -> tuple[list[Sequence[Response]], int]:
    """What is understood of a server that sends `answers`, one to each connection; how many connections it took."""
    waiting = iter(answers)
    count = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        count += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(next(waiting))
        await writer.drain()
        writer.close()

    async def work() -> list[Sequence[Response]]:
        async with await asyncio.start_server(serve, "127.0.0.1") as server:
            port = server.sockets[0].getsockname()[1]
            context = ssl.create_default_context()
            pool = HttpPool("http", "127.0.0.1", port, headers={}, connections=4, context=context)
            try:
                found = []
                for requests in rounds:
                    found.append(await pool.ask(*requests))
                    await asyncio.sleep(0.05)
                return found
            finally:
                pool.close()

    return asyncio.run(work()), count


GET = Request("GET", "/a")


@pytest.mark.parametrize(
    ("answer", "status", "content"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", 200, b"abc"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\nT: 1\r\n\r\n",
            200,
            b"abc",
        ),
        (b"HTTP/1.0 200 OK\r\n\r\nabc", 200, b"abc"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", 201, b""),
        (b"HTTP/1.1 204\r\n\r\n", 204, b""),
    ],
)
def test_answers_of_every_form(answer: bytes, status: int, content: bytes) -> None:
    (((found,),), _count) = asked([answer], [GET])
    assert (found.status, found.content) == (status, content)


def test_a_connection_that_ended_is_replaced() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
    found, count = asked([answer, answer], [GET], [GET])
    assert [one[0].content for one in found] == [b"x", b"x"]
    assert count == 2


def test_an_answer_that_does_not_come_is_missing_and_none_at_all_is_an_error() -> None:
    found, _count = asked([b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"], [GET, GET])
    assert len(found[0]) == 1
    for broken in (b"", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nx", b"nonsense\r\n\r\n", b"x" * 300_000):
        with pytest.raises(BROKEN):
            asked([broken], [GET])
