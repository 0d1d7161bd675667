"""Each test that asks for a `host` runs against every kind of host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.hosts import Desk, Host
from tests.contract.servers import KINDS, Servers


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    running = Servers()
    yield running
    running.stop()


@pytest.fixture(params=list(KINDS))
def host(request: pytest.FixtureRequest, servers: Servers) -> Host:
    return servers.host(request.param)


@pytest.fixture
def desk(host: Host, tmp_path: Path) -> Desk:
    return Desk(host, tmp_path)
