"""What a check of friendly links says, against real servers."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chce_desktop.domain.link import Link, LinkCheck
from chce_desktop.foundation.errors import Cancelled
from chce_desktop.foundation.progress import ProgressReport
from chce_desktop.services import link_checking
from chce_desktop.services.link_checking import CheckedLink, Offline, Verdict, visit_all
from chce_desktop.services.site import create_site


class _Portal(BaseHTTPRequestHandler):
    """A site with every kind of answer."""

    seen: list[tuple[str, str]]
    busy: list[int]

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        server: Any = self.server
        server.seen.append((self.command, self.path))
        with server.guard:
            server.busy += 1
            server.busiest = max(server.busiest, server.busy)
        time.sleep(0.01)
        path = self.path
        if path == "/silent":
            server.stop.wait(120)
        if path == "/hangup":
            self.close_connection = True
        elif path == "/no-head" and self.command == "HEAD":
            self._send(405)
        elif path == "/deaf-to-head" and self.command == "HEAD":
            self.close_connection = True
        elif path.startswith("/to/"):
            _, _, code, where = path.split("/", 3)
            self._send(int(code), f"/{where}")
        elif path.startswith("/status/"):
            self._send(int(path.rsplit("/", 1)[1]))
        else:
            self._send(200)
        with server.guard:
            server.busy -= 1

    def _send(self, status: int, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Quiet."""


@contextmanager
def _serve(context: ssl.SSLContext | None = None) -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Portal)
    server.daemon_threads = False
    server.seen, server.busy, server.busiest = [], 0, 0
    server.guard, server.stop = threading.Lock(), threading.Event()
    server.handle_error = lambda *_: None
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.stop.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def portal() -> Iterator[Any]:
    with _serve() as server:
        yield server


def _at(server: Any, path: str, scheme: str = "http") -> str:
    return f"{scheme}://127.0.0.1:{server.server_address[1]}{path}"


def _links(*urls: str) -> list[Link]:
    return [Link(id=n, uid=str(n), group_id=1, name=f"网站{n}", url=url) for n, url in enumerate(urls, 1)]


def _visit(*urls: str, **options: Any) -> list[CheckedLink]:
    options.setdefault("on_result", lambda _link, _check: None)
    return list(visit_all(_links(*urls), timeout=options.pop("timeout", 60.0), pause=0.0, **options))


def _one(url: str, **options: Any) -> CheckedLink:
    return _visit(url, **options)[0]


def test_an_address_that_answers_is_ok_and_costs_one_head(portal: Any) -> None:
    checked = _one(_at(portal, "/"))
    assert checked.verdict is Verdict.OK
    assert (checked.check.status, checked.check.error) == (200, "")
    assert portal.seen == [("HEAD", "/")]


@pytest.mark.parametrize("path", ["/no-head", "/deaf-to-head"])
def test_a_server_that_answers_head_badly_is_asked_with_get(portal: Any, path: str) -> None:
    assert _one(_at(portal, path)).verdict is Verdict.OK
    assert portal.seen[-1] == ("GET", path)


@pytest.mark.parametrize("code", [301, 308])
def test_a_permanent_redirect_gives_the_new_address(portal: Any, code: int) -> None:
    checked = _one(_at(portal, f"/to/{code}/new/"))
    assert checked.verdict is Verdict.MOVED
    assert checked.check.final_url == _at(portal, "/new/")


@pytest.mark.parametrize("code", [302, 303, 307])
def test_a_temporary_redirect_is_no_new_address(portal: Any, code: int) -> None:
    checked = _one(_at(portal, f"/to/{code}/login"))
    assert checked.verdict is Verdict.OK


def test_the_new_address_is_the_last_permanent_one(portal: Any) -> None:
    checked = _one(_at(portal, "/to/301/to/302/today"))
    assert checked.check.final_url == _at(portal, "/to/302/today")


def test_a_redirect_to_a_missing_page_is_dead(portal: Any) -> None:
    checked = _one(_at(portal, "/to/301/status/404"))
    assert checked.verdict is Verdict.DEAD
    assert "404" in checked.check.error


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, Verdict.DEAD),
        (410, Verdict.DEAD),
        (500, Verdict.DEAD),
        (503, Verdict.DEAD),
        (403, Verdict.UNSURE),
        (412, Verdict.UNSURE),
        (429, Verdict.UNSURE),
    ],
)
def test_bad_statuses_say_which(portal: Any, status: int, expected: Verdict) -> None:
    checked = _one(_at(portal, f"/status/{status}"))
    assert checked.verdict is expected
    assert checked.check.status == status
    assert str(status) in checked.check.error


def test_circles_are_told(portal: Any) -> None:
    def answer(self: _Portal) -> None:
        self._send(302, "/circle")

    original = _Portal._answer
    _Portal._answer = answer  # type: ignore[method-assign]
    try:
        checked = _one(_at(portal, "/circle"))
    finally:
        _Portal._answer = original  # type: ignore[method-assign]
    assert checked.verdict is Verdict.DEAD
    assert "circles" in checked.check.error


def test_refused_silent_and_broken_connections_are_told_apart(portal: Any) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        refused_url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        refused, broken = _visit(refused_url, _at(portal, "/hangup"))
    silent = _one(_at(portal, "/silent"), timeout=0.3)
    assert "refuses" in refused.check.error
    assert "0.3 seconds" in silent.check.error
    assert "broke the connection off" in broken.check.error
    assert {c.verdict for c in (refused, silent, broken)} == {Verdict.DEAD}
    assert {c.check.status for c in (refused, silent, broken)} == {None}


def test_an_unknown_name_is_dead_when_other_sites_answer(portal: Any) -> None:
    answered, unknown = _visit(_at(portal, "/"), "http://no-such-name.invalid/")
    assert answered.verdict is Verdict.OK
    assert "not found" in unknown.check.error


def test_malformed_addresses_are_told(portal: Any) -> None:
    for url in ("http://", "ftp://127.0.0.1/", "javascript:alert(1)"):
        answered, bad = _visit(_at(portal, "/"), url)
        assert answered.verdict is Verdict.OK
        assert "not a valid web address" in bad.check.error, url


def test_offline_records_nothing() -> None:
    results: list[Link] = []
    with pytest.raises(Offline):
        _visit(
            "http://no-such-name.invalid/",
            "http://nor-this-one.invalid/",
            on_result=lambda link, _check: results.append(link),
        )
    assert results == []


def test_one_host_is_visited_politely_and_hosts_in_parallel(portal: Any) -> None:
    links = _links(*(_at(portal, f"/{n}") for n in range(4)))
    started = time.monotonic()
    visit_all(links, pause=0.1, on_result=lambda _link, _check: None)
    assert time.monotonic() - started >= 0.3
    assert portal.busiest == 1


def test_results_stream_in_and_progress_counts(portal: Any) -> None:
    order: list[str] = []
    watch = _Watch()

    def on_result(link: Link, _check: LinkCheck) -> None:
        order.append(link.name)
        portal.stop.set()  # the silent one speaks once the other has answered

    checked = _visit(
        _at(portal, "/silent"),
        _at(portal, "/").replace("127.0.0.1", "localhost"),
        progress=watch,
        on_result=on_result,
    )
    assert order == ["网站2", "网站1"]
    assert [c.link_id for c in checked] == [1, 2]
    assert [(r.done, r.total) for r in watch.reports] == [(0, 2), (1, 2), (2, 2)]


def test_cancel_stops_within_a_moment_and_keeps_what_came(portal: Any) -> None:
    watch = _Watch()
    kept: list[LinkCheck] = []

    def on_result(_link: Link, check: LinkCheck) -> None:
        kept.append(check)
        watch.cancelled = True

    started = time.monotonic()
    with pytest.raises(Cancelled):
        _visit(
            _at(portal, "/silent"),
            _at(portal, "/").replace("127.0.0.1", "localhost"),
            timeout=120.0,
            progress=watch,
            on_result=on_result,
        )
    assert time.monotonic() - started < 60
    assert len(kept) == 1


class _Watch:
    """A progress that remembers."""

    def __init__(self) -> None:
        self.reports: list[ProgressReport] = []
        self.cancelled = False

    def report(self, phase: str, done: int = 0, total: int = 0, done_bytes: int = 0, total_bytes: int = 0) -> None:
        self.reports.append(ProgressReport(phase, done, total, done_bytes, total_bytes))

    def check(self) -> None:
        if self.cancelled:
            raise Cancelled


_Key = ec.EllipticCurvePrivateKey


def _certificate(
    folder: Path, name: str, issuer: tuple[x509.Certificate, _Key] | None, *, host: str, days: tuple[int, int]
) -> tuple[x509.Certificate, _Key, ssl.SSLContext]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    address: x509.GeneralName
    try:
        address = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        address = x509.DNSName(host)
    signer = issuer[1] if issuer else key
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + dt.timedelta(days=days[0]))
        .not_valid_after(now + dt.timedelta(days=days[1]))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return certificate, key, context


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ssl.SSLContext]:
    """Makes server contexts whose issuer this computer trusts (unless `known` is False)."""
    authority, authority_key, _ = _certificate(tmp_path, "authority", None, host="authority.test", days=(-900, 900))
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))

    def make(*, host: str = "127.0.0.1", days: tuple[int, int] = (-1, 30), known: bool = True) -> ssl.SSLContext:
        issuer = (authority, authority_key) if known else None
        return _certificate(tmp_path, "server", issuer, host=host, days=days)[2]

    return make


def test_certificates_are_checked_and_their_faults_named(secure: Callable[..., ssl.SSLContext]) -> None:
    for options, expected in (
        ({}, ""),
        ({"days": (-60, -30)}, "expired"),
        ({"host": "other.test"}, "another name"),
        ({"known": False}, "not trusted"),
    ):
        with _serve(secure(**options)) as server:
            checked = _one(_at(server, "/", "https"))
        assert expected in checked.check.error
        assert checked.verdict is (Verdict.DEAD if expected else Verdict.OK)


def test_a_switch_to_https_counts_as_moved_even_by_a_temporary_redirect() -> None:
    import httpx

    before = httpx.Response(302, request=httpx.Request("HEAD", "http://www.moe.gov.cn/"))
    after = httpx.Response(200, request=httpx.Request("HEAD", "https://www.moe.gov.cn/"), history=[before])
    assert link_checking._lasting_address("http://www.moe.gov.cn/", after) == "https://www.moe.gov.cn/"


def test_results_are_recorded_in_the_library_and_only_for_the_address_that_was_visited(
    portal: Any, tmp_path: Path
) -> None:
    with create_site(tmp_path / "站点", "站点") as site:
        kept, changed, removed = (site.links.add(name, _at(portal, f"/{name}")) for name in ("a", "b", "c"))
        told: list[int] = []

        def on_result(link_id: int, _check: LinkCheck) -> None:
            told.append(link_id)
            if link_id == kept.id:  # the editor goes on working meanwhile
                site.links.change(changed.id, {"url": "https://elsewhere.example.cn/"})
                site.links.remove([removed.id])

        checked = link_checking.check_links(site, timeout=60.0, on_result=on_result)
        assert [each.verdict for each in checked] == [Verdict.OK] * 3
        assert told == [kept.id]
        first, second = site.links.groups()[0].links
        assert first.check is not None
        assert first.check.ok
        assert second.check is None


def test_only_the_asked_for_links_are_visited(portal: Any, tmp_path: Path) -> None:
    with create_site(tmp_path / "站点", "站点") as site:
        links = [site.links.add(name, _at(portal, f"/{name}")) for name in ("a", "b")]
        checked = link_checking.check_links(site, [links[1].id])
        assert [each.link_id for each in checked] == [links[1].id]
        assert {path for _, path in portal.seen} == {"/b"}
