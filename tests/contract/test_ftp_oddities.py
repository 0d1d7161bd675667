"""FTP servers as hosts really run them: GBK names, wrong addresses in PASV, one way of passive mode only."""

from __future__ import annotations

import contextlib
import ftplib
import io
import os
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

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
