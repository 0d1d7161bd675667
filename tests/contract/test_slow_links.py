"""SFTP over a slow link compresses, of its own accord and from then on."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import asyncssh
import pytest

from chce_desktop.publishing.address import Access
from chce_desktop.publishing.outcome import KnownState
from chce_desktop.publishing.publisher import Publisher
from chce_desktop.publishing.registry import open_remote
from chce_desktop.publishing.transports import ssh_login
from tests.benchmarks.link import slow_link
from tests.contract.hosts import local_tree
from tests.contract.servers import Servers
from tests.helpers.web_server import free_port

pytestmark = pytest.mark.server


def test_a_slow_link_is_compressed_and_remembered(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = servers.host("sftp")
    port, near = urlsplit(host.target.url).port, free_port()
    dealer = random.Random(1)  # noqa: S311 - repeatable, no secret
    files = {f"a{i}.html": "".join(dealer.choices("教育新闻学校", k=2600)).encode() for i in range(150)}
    logins: list[bool] = []
    connect = ssh_login.connect

    async def noted(access: Access, *, compressed: bool = False) -> asyncssh.SSHClientConnection:
        logins.append(compressed)
        return await connect(access, compressed=compressed)

    monkeypatch.setattr(ssh_login, "connect", noted)
    target = replace(host.target, url=host.target.url.replace(f":{port}/", f":{near}/"))
    known = KnownState()
    with slow_link([f"127.0.0.1:{near}=127.0.0.1:{port}"], rtt_ms=5, kbit=3000):
        for content in (files, files | {"a1.html": b"new"}):
            remote = open_remote(target, cache=tmp_path / "host")
            publisher = Publisher(remote, site_uid="s", machine="m", known=known, journal=tmp_path / "journal")
            result = publisher.publish(local_tree(tmp_path / f"site-{known.generation}", content))
            known = KnownState(result.generation, result.tree)
            assert host.files() == content
    assert logins == [False, True, True]
    assert json.loads((tmp_path / "host" / "link.json").read_bytes()) == {"slow": True}
