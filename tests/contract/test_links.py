"""Bad links: cut, silent, slow and lossy ones. The publish goes on, or is told as failed in time and goes on later."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from chce_desktop.domain.publication import Target
from chce_desktop.publishing.errors import HostUnreachable, PublishError
from chce_desktop.publishing.layers.retry import Retrying
from chce_desktop.publishing.remote import Transport
from chce_desktop.publishing.transports import ftp, ftp_control, git_clients, http_wire, s3, ssh_login
from tests.contract.crawler import Crawler
from tests.contract.hosts import Desk, Host, altered
from tests.contract.servers import Servers
from tests.contract.test_faults import ends_well
from tests.helpers.link import Link
from tests.helpers.openssh import OpenSshServer, openssh_server

pytestmark = [pytest.mark.server, pytest.mark.slow]

#: One of each kind that a network lies before. TLS changes nothing about links.
DISTANT = ("sftp", "ftp", "dav-nginx", "s3-weed", "git-ssh")


def site(version: int) -> dict[str, bytes]:
    """A site of about 40 KB."""
    style = f"assets/s.{version}.css"
    files = {style: f"/* {version} */".encode() * 50, f"media/{version}.jpg": bytes([version]) * 15_000}
    for path in ("index.html", "news/index.html", *(f"news/a{i}.html" for i in range(8))):
        up = "../" * path.count("/")
        page = f'<link href="{up}{style}"><img src="{up}media/{version}.jpg">{path} {version}'
        files[path] = page.encode() + bytes([65 + version]) * 2000
    return files


OLD, NEW = site(1), site(2)


@pytest.fixture(params=DISTANT)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def link(kind: str, servers: Servers) -> Iterator[Link]:
    url = servers.host(kind).target.url
    port = urlsplit(url).port or 0
    with Link(_endpoint(url) or port, passive=kind == "ftp") as made:
        yield made


def _endpoint(url: str) -> int:
    """The port of a storage service, 0 for other addresses."""
    _before, found, after = url.partition("endpoint=http://127.0.0.1:")
    return int(after.partition("&")[0].partition("/")[0]) if found else 0


@pytest.fixture
def desk(kind: str, servers: Servers, link: Link, tmp_path: Path) -> Desk:
    """A desk that reaches its host through the link."""
    host = servers.host(kind)
    port = _endpoint(host.target.url) or urlsplit(host.target.url).port
    url = host.target.url.replace(f"127.0.0.1:{port}", f"127.0.0.1:{link.port}")
    assert url != host.target.url
    return Desk(replace(host, target=replace(host.target, url=url)), tmp_path)


@contextlib.contextmanager
def impatient() -> Iterator[None]:
    """Silences are noticed after two seconds, not after a minute, and what follows is as quick."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        _make_impatient(monkeypatch)
        yield


def _make_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, seconds in (
        (ssh_login, "_KEEPALIVE_SECONDS", 1),
        (ssh_login, "_KEEPALIVE_COUNT", 2),
        (ssh_login, "_CONNECT_SECONDS", 2),
        (ssh_login, "_LOGIN_SECONDS", 2),
        (ftp_control, "_SILENCE_SECONDS", 2.0),
        (ftp_control, "_CONNECT_SECONDS", 2.0),
        (ftp, "_DATA_SECONDS", 2.0),
        (http_wire, "_SECONDS", 2.0),
        (http_wire, "_CONNECT_SECONDS", 2.0),
        (s3, "_SILENCE_SECONDS", 2.0),
        (git_clients, "_SILENCE_SECONDS", 2.0),
    ):
        monkeypatch.setattr(module, name, seconds)
    monkeypatch.setattr(Retrying.__init__, "__kwdefaults__", {"pauses": (0.1, 0.3, 1.0)})
    monkeypatch.setattr("chce_desktop.publishing.transports.git.PAUSES", (0.1, 0.3))


@contextlib.contextmanager
def sftp_server() -> Iterator[tuple[OpenSshServer, Host]]:
    """A server that no other test needs."""
    with openssh_server() as server:
        root = server.folder()
        url, key = server.url(root), str(server.client_key)
        target = Target(id=1, uid="t", name="t", url=url, host_key=server.host_key, key_file=key)
        yield server, Host(target=target, root=root)


def before_commits(desk: Desk, work: Callable[[], None]) -> None:
    """Do something right before the host is asked to commit."""
    times = iter([True])

    def change(transport: Transport) -> None:
        commit = transport.commit

        async def late() -> None:
            if next(times, False):
                work()
            await commit()

        transport.commit = late  # type: ignore[method-assign]

    altered(desk, change)


@pytest.mark.parametrize("after", [15_000])
def test_a_cut_link_is_mended_and_the_publish_goes_on(desk: Desk, link: Link, after: int) -> None:
    """As a server shows itself that starts again: what is open breaks, and for a second nobody listens."""
    desk.publish(OLD)

    def cut() -> None:
        link.cut()
        link.mend(after=1.0)

    if "commits" in desk.host.tags:  # all that they send goes out in the end
        before_commits(desk, cut)
    else:
        link.at(after, cut)
    with Crawler(desk.host, OLD, NEW) as crawler:
        ends_well(desk, NEW)
    crawler.check()


@pytest.mark.parametrize("after", [12_000])
def test_a_silent_link_is_told_in_time_and_the_next_publish_goes_on(desk: Desk, link: Link, after: int) -> None:
    desk.publish(OLD)
    link.at(after // 4 if "commits" in desk.host.tags else after, link.silence)  # those send everything packed
    started = time.monotonic()
    with Crawler(desk.host, OLD, NEW) as crawler:
        with impatient(), pytest.raises(HostUnreachable) as caught:  # slow machines are silent that long by themselves
            desk.publish(NEW)
        assert time.monotonic() - started < 150
        assert caught.value.hint
        link.mend()
        time.sleep(0.2)
        ends_well(desk, NEW)
    crawler.check()


def test_a_slow_link_carries_a_publish(desk: Desk, link: Link) -> None:
    """64 kbit/s: nothing counts as broken that is only slow."""
    link.rate = 8_000
    files = {path: data for path, data in OLD.items() if "news/a" not in path}
    ends_well(desk, files)


def test_a_link_that_loses_data_carries_a_publish(desk: Desk, link: Link) -> None:
    link.loss, link.delay = 0.02, 0.02
    for version in (1, 2):
        for _attempt in range(3):  # a login that breaks is told at once
            try:
                ends_well(desk, site(version))
            except PublishError:
                continue
            break
    assert desk.host.files() == NEW


def test_a_server_that_really_starts_again_in_the_middle_of_the_switch(tmp_path: Path) -> None:
    with sftp_server() as (server, host):
        desk = Desk(host, tmp_path)
        desk.publish(OLD)
        calls = iter(range(1000))
        again = threading.Timer(1.0, server.start)

        def change(transport: Transport) -> None:
            rename = transport.rename

            async def late(source: str, target: str) -> None:
                if next(calls) == 4:
                    server.stop()
                    again.start()
                await rename(source, target)

            transport.rename = late  # type: ignore[method-assign]

        altered(desk, change)
        with Crawler(host, OLD, NEW) as crawler:
            ends_well(desk, NEW)
        again.join()
        crawler.check()
