"""What else goes wrong with hosts: refused folders, certificates, passwords, clocks, and work done there by hand."""

from __future__ import annotations

import contextlib
import gc
import http.server
import itertools
import os
import shutil
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from obstore.exceptions import GenericError

from chce_desktop.domain.publication import Target
from chce_desktop.publishing.errors import (
    CertificateRefused,
    FileRefused,
    FolderRefused,
    LockLost,
    LoginRefused,
    OtherComputerPublished,
)
from chce_desktop.publishing.remote import Transport
from chce_desktop.publishing.transports.ftp_control import Answer, Control
from chce_desktop.publishing.transports.http_wire import Request, Response
from chce_desktop.publishing.transports.s3 import S3
from chce_desktop.publishing.transports.webdav import WebDav
from tests.contract.certificates import make_certificate
from tests.contract.crawler import Crawler
from tests.contract.hosts import Desk, Host, altered
from tests.contract.sequences import misfortunes
from tests.contract.servers import Servers
from tests.contract.test_faults import NEW, OLD, ends_well, site

pytestmark = pytest.mark.server

#: One host of each kind that changes file by file.
EACH = ("folder", "sftp", "ftp", "dav-nginx", "s3-weed")
_YEAR_AND_MORE = 400 * 24 * 3600.0


@pytest.fixture(params=EACH)
def host(request: pytest.FixtureRequest, servers: Servers) -> Host:
    return servers.host(request.param)


def _refusing(transport: Transport) -> None:
    """As a host that lets nobody write below `news`, for servers that run with the rights of root."""

    def refuse(name: str) -> None:
        work = getattr(transport, name)

        async def refused(path: str, *more: object, **options: object) -> object:
            if "news" in (path.split("/", maxsplit=1)[0], *(str(one).split("/")[0] for one in more)):
                raise (FolderRefused if name == "test_folder" else FileRefused)(path)
            return await work(path, *more, **options)

        setattr(transport, name, refused)

    for name in ("write", "rename", "delete", "make_folder", "test_folder"):
        refuse(name)


@contextlib.contextmanager
def refused(desk: Desk) -> Iterator[None]:
    """`news` cannot be written meanwhile."""
    news = desk.host.root / "news"
    if "unrefused" in desk.host.tags:
        altered(desk, _refusing)
        yield
        desk.wrap = lambda remote: remote
        return
    before = news.stat()
    if os.geteuid() == 0:
        os.chown(news, 0, 0)
    news.chmod(0o555)
    yield
    os.chown(news, before.st_uid, before.st_gid)
    news.chmod(before.st_mode)


def test_one_refused_folder_changes_no_page(desk: Desk) -> None:
    desk.publish(OLD)
    with Crawler(desk.host, OLD, NEW) as crawler:
        with refused(desk), pytest.raises((FolderRefused, FileRefused)) as caught:
            desk.publish(NEW)
        assert "news" in caught.value.title
        assert caught.value.hint
        assert desk.host.files() == OLD
        assert not {"intent.json.gz", "lock"} & desk.host.records()
        ends_well(desk, NEW)
    crawler.check()


def test_a_folder_that_was_deleted_by_hand_comes_back(desk: Desk) -> None:
    desk.publish(OLD)
    for path in OLD:
        if path.startswith("news/"):
            desk.host.remove(path)
    if desk.host.root.is_dir():
        (desk.host.root / "news").rmdir()
    ends_well(desk, NEW)


def test_a_stage_that_was_cleared_by_hand_is_filled_again(desk: Desk) -> None:
    if "in-place" in desk.host.tags:
        return  # there is none
    desk.publish(OLD)
    times = iter([True])

    def change(transport: Transport) -> None:
        rename = transport.rename

        async def late(source: str, target: str) -> None:
            if next(times, False):
                shutil.rmtree(desk.host.root / ".chce" / "stage")
            await rename(source, target)

        transport.rename = late  # type: ignore[method-assign]

    altered(desk, change)
    ends_well(desk, NEW)


@pytest.mark.parametrize("by", [_YEAR_AND_MORE, -_YEAR_AND_MORE])
def test_clocks_that_are_400_days_off_do_not_matter(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: float
) -> None:
    """Ours jumps at every look at it; the host's files are from another year than both."""
    desk.publish(OLD)
    if desk.host.root.is_dir():
        for place in desk.host.root.rglob("*"):
            os.utime(place, (place.stat().st_mtime - by,) * 2)
    offsets = itertools.cycle((0.0, by))
    jumping = SimpleNamespace(time=lambda: time.time() + next(offsets), monotonic=time.monotonic)
    monkeypatch.setattr("chce_desktop.publishing.lock.time", jumping)
    ends_well(desk, NEW)
    other = Desk(desk.host, tmp_path / "other", machine="newsroom-2", known=desk.known)
    other.folder.mkdir()
    ends_well(other, OLD)


@pytest.mark.parametrize("kind", ["ftp", "ftps", "ftps-vsftpd", "dav-nginx", "dav-wsgidav", "s3-weed", "git-https"])
def test_a_wrong_password_is_told_as_one(servers: Servers, kind: str, tmp_path: Path) -> None:
    host = servers.host(kind)
    if kind == "ftps-vsftpd":  # everybody is let in there, as anonymous
        host = replace(host, target=replace(host.target, url=host.target.url.replace("anonymous@", "editor@")))
    with pytest.raises(LoginRefused) as caught:
        Desk(replace(host, password="wrong"), tmp_path).publish(OLD)
    assert "password" in caught.value.hint or "secret key" in caught.value.hint
    assert "wrong" not in f"{caught.value.title} {caught.value.hint} {caught.value.detail}".split()
    assert not host.everything()
    gc.collect()  # a connection that was left open is told now


class _Quiet(http.server.BaseHTTPRequestHandler):
    """Refuses every request as a storage service does whose clock is another one."""

    def do_GET(self) -> None:
        text = b"<Error><Code>RequestTimeTooSkewed</Code><Message>Too far.</Message></Error>"
        self.send_response(403)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = False  # each is waited for, with what it holds open

    def handle_error(self, *_: object) -> None:
        """Clients hang up on certificates, as they should."""


@contextlib.contextmanager
def answering(context: ssl.SSLContext | None = None) -> Iterator[int]:
    with _Server(("127.0.0.1", 0), _Quiet) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield int(server.server_address[1])
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("validity", [(-400, -1), (400, 800)])
@pytest.mark.parametrize(
    "url",
    [
        "ftps-implicit://u@127.0.0.1:{}/x",
        "davs://u@127.0.0.1:{}/x",
        "s3://k@b/p?endpoint=https://127.0.0.1:{}",
        "git+https://u@127.0.0.1:{}/x#main",
    ],
)
def test_a_certificate_of_another_time_is_refused(tmp_path: Path, url: str, validity: tuple[int, int]) -> None:
    """Expired, or, for a computer whose clock is 400 days behind, not yet good."""
    starts, days = validity
    certificate, key = make_certificate(tmp_path, starts=starts, days=days)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with answering(context) as port:
        options = {"ca_file": str(certificate)}
        target = Target(id=1, uid="t", name="t", url=url.format(port), options=options)
        with pytest.raises(CertificateRefused) as caught:
            Desk(Host(target=target, root=tmp_path, password="geheim"), tmp_path).publish({"index.html": b"1"})
    assert "127.0.0.1" in caught.value.title
    assert "date" in caught.value.hint


def test_a_storage_service_that_finds_our_clock_wrong_says_so(tmp_path: Path) -> None:
    with answering() as port:
        url = f"s3://k@b/p?endpoint=http://127.0.0.1:{port}"
        target = Target(id=1, uid="t", name="t", url=url)
        with pytest.raises(LoginRefused, match="clock"):
            Desk(Host(target=target, root=tmp_path, password="s"), tmp_path).publish({"index.html": b"1"})


@pytest.mark.parametrize("kind", ["ftp", "dav-nginx"])
def test_a_host_that_never_renames_over_a_file(
    servers: Servers, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As FTP servers of Windows do; the crawler is told of no torn file, though one may be away for a moment."""
    ask, request = Control.ask, WebDav._ask

    async def asked(self: Control, *lines: str) -> tuple[Answer, ...]:
        if lines[-1].startswith("RNTO") and not lines[0].startswith("DELE"):
            (size,) = await ask(self, f"SIZE {lines[-1][5:]}")
            if size.ok:
                first = await ask(self, *lines[:-2]) if lines[2:] else ()
                return *first, Answer(350, "go on"), Answer(550, "file exists")
        return await ask(self, *lines)

    async def moved(self: WebDav, *requests: Request) -> Sequence[Response]:
        kept = [
            replace(one, headers={**one.headers, "Overwrite": "F"}) if one.method == "MOVE" else one for one in requests
        ]
        return await request(self, *kept)

    monkeypatch.setattr(Control, "ask", asked)
    monkeypatch.setattr(WebDav, "_ask", moved)
    desk = Desk(servers.host(kind), tmp_path)
    ends_well(desk, OLD)
    with Crawler(desk.host, OLD, NEW) as crawler:
        ends_well(desk, NEW)
    assert not [one for one in crawler.met if one.startswith("torn")]


class TestStorageServices:
    """S3 and its kin: the head is written under a condition, where the service knows conditions."""

    @pytest.fixture
    def desks(self, servers: Servers, tmp_path: Path) -> tuple[Desk, Desk]:
        host = servers.host("s3")
        first, second = (Desk(host, tmp_path / name, machine=name) for name in ("newsroom-1", "newsroom-2"))
        for desk in (first, second):
            desk.folder.mkdir()
        return first, second

    def test_a_publisher_that_sleeps_right_before_its_commit_is_fenced_off(self, desks: tuple[Desk, Desk]) -> None:
        first, second = desks
        first.publish(OLD)
        second.known = first.known
        times = iter([True])

        def change(transport: Transport) -> None:
            assert isinstance(transport, S3)
            write_over = transport.write_over

            async def late(path: str, data: bytes, seen: bytes | None) -> None:
                if next(times, False):
                    colleague = threading.Thread(target=second.publish, args=(site(9),))
                    colleague.start()
                    colleague.join()
                await write_over(path, data, seen)

            transport.write_over = late  # type: ignore[method-assign]

        altered(first, change)
        with pytest.raises(LockLost):
            first.publish(NEW)
        assert first.host.files() == site(9)
        assert first.host.records() == {"head.json", f"manifest-{second.known.generation}.json.gz"}

    def test_a_service_without_conditions_is_served_too(
        self, desks: tuple[Desk, Desk], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Some answer 501 to If-Match and If-None-Match: then the last one to claim a lock has it."""

        async def unknown(*_: object) -> None:
            raise GenericError("501 NotImplemented: A header you provided implies functionality that is not there")

        monkeypatch.setattr(S3, "_put", unknown)
        monkeypatch.setattr("chce_desktop.publishing.transports.s3._CLAIM_SECONDS", 0.4)
        first, second = desks
        ends_well(first, OLD)
        second.known = first.known
        ends_well(second, NEW)
        with pytest.raises(OtherComputerPublished):
            first.publish(OLD)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 11])
def test_misfortunes_in_a_row(servers: Servers, tmp_path: Path, seed: int) -> None:
    for kind in ("folder", "sftp", "s3"):
        misfortunes(servers.host(kind), tmp_path, seed, steps=3, deadly=False)
