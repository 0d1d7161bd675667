"""A password that is known to the test is looked for wherever this computer writes things down."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from chce_desktop.services import publishing
from chce_desktop.services.site import create_site
from chce_desktop.ui import crash
from tests.contract.hosts import Host
from tests.contract.servers import Servers
from tests.helpers.web_server import free_port

pytestmark = [pytest.mark.server, pytest.mark.slow]

_CHCE = (sys.executable, "-m", "chce_desktop.cli")


def forms(password: str) -> set[bytes]:
    """The password as it is and as programs write it: JSON, percent-encoded, hex, base64 at each alignment."""
    plain = password.encode()
    found = {plain, json.dumps(password)[1:-1].encode(), plain.hex().encode(), repr(password)[1:-1].encode()}
    found |= {quoted(password).encode() for quoted in (quote, quote_plus)} | {quote(password, safe="").encode()}
    for shift in range(3):
        padded = base64.b64encode(bytes(shift) + plain)
        # The characters that depend on nothing but the password.
        found.add(padded[-(-shift * 8 // 6) : len(padded) - 4])
    return found


class Watch:
    """Reads the command lines of all processes, again and again."""

    def __init__(self, secrets: set[bytes]) -> None:
        self.found: set[bytes] = set()
        self.looks = 0
        self._secrets = secrets
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._end.set()
            self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(0.02):
            self.looks += 1
            for place in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    line = place.read_bytes()
                except OSError:
                    continue
                self.found |= {line for secret in self._secrets if secret in line}


def run(password: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [*_CHCE, *map(str, arguments)],
        env=variables,
        input=f"{password}\n",
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(params=["sftp-proftpd", "ftps", "dav-nginx", "s3"])
def host(request: pytest.FixtureRequest, servers: Servers) -> Host:
    return servers.host(request.param)


@pytest.mark.allow_log("unexpected")
def test_no_secret_is_written_down_anywhere(host: Host, tmp_path: Path, app_home: Path) -> None:
    if sys.platform != "linux":
        return  # process lists are read from /proc
    password = host.password or ""
    assert len(password) >= 8
    secrets = forms(password)
    place = tmp_path / "站点"
    watch = Watch(secrets)
    with create_site(place, "测试网") as site:
        site.articles.create({"title": "第一篇", "body": "正文"})
        kept = site.targets.add("窗口", host.target.url, host_key=host.target.host_key, options=host.target.options)
        site.targets.set_password(kept.id, password)
        with watch.watching():
            options = [part for key, value in host.target.options.items() for part in ("--option", f"{key}={value}")]
            key = ("--host-key", host.target.host_key) if host.target.host_key else ()
            steps = [
                ("target", "add", "主机", host.target.url, *key, *options, "--password-stdin"),
                ("publish", "主机", "--password-stdin", "--verbose", "--yes", "--json"),
                ("target", "set", "主机", "--url", _nowhere(host), "--password-stdin"),
                ("publish", "主机", "--password-stdin", "--verbose", "--json"),
            ]
            outputs = [run(password, "--site", place, *step) for step in steps]
        assert publishing.publish(site, kept.id, accept=frozenset({"other_generation"})).result.tree
        bug = RuntimeError(f"{host.target.url.replace('://', f'://x:{password}@', 1)} password={password!r}")
        assert crash.unexpected(bug).report
    published, failed = outputs[1], outputs[3]
    assert (published.returncode, failed.returncode) == (0, 1), (published.stderr, failed.stderr)
    assert watch.looks > 10
    assert not watch.found
    for done in outputs:
        assert not [secret for secret in secrets if secret in (done.stdout + done.stderr).encode()], done.args
    roots = (place, app_home, Path.home())
    written = [path for root in roots for path in root.rglob("*") if path.is_file()]
    assert any(path.name.startswith("crash-") for path in written)
    assert any(path.name == "chce.log" for path in written)
    for path in written:
        content = path.read_bytes()
        assert not [secret for secret in secrets if secret in content], path


def test_the_search_finds_what_it_is_to_find() -> None:
    password = "geheim 口令@1"
    found = forms(password)
    for user in ("a", "ab", "abc"):
        header = base64.b64encode(f"{user}:{password}".encode())
        assert any(secret in header for secret in found)
    assert any(secret in f"ftp://u:{quote(password)}@host".encode() for secret in found)


def _nowhere(host: Host) -> str:
    """The same address at a port where nobody listens."""
    endpoint = host.target.url.rpartition("127.0.0.1:")
    rest = endpoint[2].lstrip("0123456789")
    return f"{endpoint[0]}127.0.0.1:{free_port()}{rest}"
