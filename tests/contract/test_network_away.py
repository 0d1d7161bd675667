"""The network goes away for a while, as when a laptop sleeps or changes from cable to Wi-Fi; the publish goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.contract.hosts import Desk
from tests.contract.servers import Servers
from tests.helpers.link import Link

pytestmark = pytest.mark.server
_AWAY = 20.0


@pytest.fixture
def link(servers: Servers) -> Iterator[Link]:
    host = servers.host("sftp")
    with Link(urlsplit(host.target.url).port or 22) as made:
        yield made


def test_a_publish_outlives_20_seconds_without_network(servers: Servers, link: Link, tmp_path: Path) -> None:
    host = servers.host("sftp")
    port = urlsplit(host.target.url).port
    url = host.target.url.replace(f":{port}/", f":{link.port}/")
    through = replace(host, target=replace(host.target, url=url, options={**host.target.options, "limit_kbit": "4000"}))
    desk = Desk(through, tmp_path)
    files = {f"xinwen/{number}.html": bytes([65 + number % 26]) * 40_000 for number in range(60)}

    def away() -> None:
        link.cut()
        link.mend(after=_AWAY)

    link.at(400_000, away)
    result = desk.publish(files)
    assert result.uploaded == len(files)
    assert host.files() == files
    assert result.seconds > _AWAY
