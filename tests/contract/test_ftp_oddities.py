"""FTP servers as hosts really run them: GBK names, wrong addresses in PASV, one way of passive mode only."""

from __future__ import annotations

import asyncio
import contextlib
import ftplib
import io
import os
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chce_desktop.domain.publication import Target
from chce_desktop.publishing.registry import open_remote
from chce_desktop.publishing.transports.ftp_control import Control
from tests.contract.ftp_servers import ftp_hosts
from tests.contract.hosts import Desk, Host
from tests.contract.servers import Servers

pytestmark = pytest.mark.server

SITE = {
    "index.html": b"<h1>home</h1>",
    "新闻/第一篇.html": "正文".encode(),
    "media/图片 一.jpg": b"\xff\xd8" + bytes(20_000),
}


@contextlib.contextmanager
def desk(folder: Path, more: str, **options: str) -> Iterator[Desk]:
    with ftp_hosts(more) as make:
        host = make()
        host.target = replace(host.target, options=options)
        yield Desk(host, folder)


def names(root: Path, encoding: str) -> set[str]:
    """All paths of the site below `root` as the server stores them, read in this encoding."""
    found = {os.fsencode(path.relative_to(root)).decode(encoding) for path in root.rglob("*") if path.is_file()}
    return {path for path in found if not path.startswith(".chce/")}


def test_a_server_with_gbk_names_gets_them_in_gbk(tmp_path: Path) -> None:
    with desk(tmp_path, "UseEncoding off", encoding="gbk") as newsroom:
        newsroom.publish(SITE)
        assert names(newsroom.host.root, "gbk") == set(SITE)
        after = {path: data for path, data in SITE.items() if "第一篇" not in path} | {"新闻/第二篇.html": b"2"}
        newsroom.publish(after, thorough=True)
        assert names(newsroom.host.root, "gbk") == set(after)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param("MasqueradeAddress 203.0.113.9", id="PASV names another address"),
        pytest.param("<Limit EPSV>\nDenyAll\n</Limit>", id="no EPSV"),
        pytest.param("<Limit PASV>\nDenyAll\n</Limit>", id="no PASV"),
    ],
)
def test_data_connections_find_their_way(tmp_path: Path, more: str) -> None:
    with desk(tmp_path, more) as newsroom:
        newsroom.publish(SITE)
        assert newsroom.host.files() == SITE
        assert newsroom.publish(SITE | {"index.html": b"2"}).uploaded == 1
        assert newsroom.host.files()["index.html"] == b"2"


@pytest.mark.parametrize("kind", ["ftps", "ftps-vsftpd"])
def test_servers_that_insist_on_a_resumed_session_are_among_those_tested(kind: str, servers: Servers) -> None:
    host: Host = servers.host(kind)
    context = ssl.create_default_context(cafile=host.target.options["ca_file"])
    address = host.remote().address
    plain = ftplib.FTP_TLS(context=context)  # noqa: S321 - the server is this computer's
    try:
        plain.connect("127.0.0.1", address.port or 0, timeout=10)
        plain.login(address.user, host.password or "")
        plain.prot_p()
        plain.cwd(address.path)
        with pytest.raises((ftplib.Error, OSError)):
            plain.storbinary("STOR refused", io.BytesIO(b"x"))
    finally:
        plain.close()


def test_what_a_dead_login_left_running_neither_blocks_nor_empties_a_file(servers: Servers) -> None:
    """vsftpd locks a file that is being written, and a login whose link died holds it for a minute."""
    host = servers.host("ftps-vsftpd")
    remote = host.remote()

    async def body() -> None:
        dead = [Control(remote.access, asyncio.Event()) for _ in range(2)]
        ports = []
        for control in dead:
            await control.connect()
            passive, _begun = control.send("EPSV", f"STOR {remote.address.path}/page.html")
            ports.append(int((await passive.done()).text.split("|")[3]))
        transport = remote.bare_transport()
        await transport.connect()
        async with asyncio.timeout(20):
            assert await transport.write("page.html", b"x" * 5000) == 5000
        # The first one ends, so that the second one comes to its turn, and empties what it had opened.
        _reader, writer = await asyncio.open_connection("127.0.0.1", ports[0])
        writer.close()
        await asyncio.sleep(1)
        assert await transport.read("page.html") == b"x" * 5000
        await asyncio.gather(transport.close(), *(control.close() for control in dead))

    asyncio.run(body())
    assert host.files() == {"page.html": b"x" * 5000}


def test_an_answer_that_is_complete_before_its_connection_is_seen() -> None:
    """All answers arrive in one piece, as they do where this computer was busy with something else meanwhile."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        data = await asyncio.start_server(_empty, "127.0.0.1", 0)
        port = data.sockets[0].getsockname()[1]
        answers = {
            b"USER": "230 hello",
            b"FEAT": "211-features\r\n MLST\r\n211 end",
            b"PASV": f"227 (127,0,0,1,{port // 256},{port % 256})\r\n150 here\r\n226 done",
            b"MLSD": "",
        }
        writer.write(b"220 ready\r\n")
        async with data:
            while line := await reader.readline():
                answer = answers.get(line[:4].strip(), "200 done")
                writer.write(f"{answer}\r\n".encode() if answer else b"")
        writer.close()

    async def body() -> None:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            target = Target(id=1, uid="t", name="t", url=f"ftp://u@127.0.0.1:{port}/www")
            transport = open_remote(target).bare_transport()
            await transport.connect()
            assert [await transport.list("") for _ in range(20)] == [()] * 20
            await transport.close()

    asyncio.run(body())


async def _empty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    del reader
    writer.close()
