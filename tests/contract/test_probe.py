"""A passed test of a target means that publishing works; a failed one names what is wrong."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from chce_desktop.publishing.errors import HostKeyChanged, HostKeyUnknown, HostUnreachable, LoginRefused
from chce_desktop.publishing.outcome import LocalTree
from chce_desktop.publishing.probing import probe
from chce_desktop.publishing.publisher import Publisher
from chce_desktop.publishing.registry import open_remote
from tests.contract.hosts import Desk, Host
from tests.contract.servers import Servers
from tests.helpers.openssh import OpenSshServer, openssh_server
from tests.helpers.web_server import WebServer, free_port

pytestmark = pytest.mark.server


def test_a_good_target_passes_and_nothing_is_left(host: Host, serve: Callable[[Path], WebServer]) -> None:
    report = probe(host.remote(host.served(serve)))
    assert report.passed, report
    looks = [] if "commits" in host.tags else ["public"]
    assert [step.code for step in report.steps] == ["connect", "write", "rename", "read", *looks, "remove"]
    assert host.is_empty()
    assert report.capabilities.atomic_replace == ("no-atomic-replace" not in host.tags)
    assert report.capabilities.case_sensitive


def test_a_public_address_of_another_folder_is_named(
    host: Host, serve: Callable[[Path], WebServer], tmp_path: Path
) -> None:
    if "commits" in host.tags:
        return  # those show what was committed minutes later
    report = probe(host.remote(serve(tmp_path).url))
    assert [step.code for step in report.steps if not step.ok] == ["public"]
    assert "does not show this folder" in report.steps[-2].problem
    assert host.is_empty()
    report = probe(host.remote(f"http://127.0.0.1:{free_port()}/"))
    assert "does not answer" in report.steps[-2].problem


class _Forbidden(http.server.BaseHTTPRequestHandler):
    """A bucket that is not open for reading."""

    def do_GET(self) -> None:
        self.send_response(403)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_public_address_that_lets_nobody_in_is_named(servers: Servers) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Forbidden) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        report = probe(servers.host("folder").remote(f"http://127.0.0.1:{server.server_address[1]}"))
        server.shutdown()
        thread.join()
    (failed,) = [step for step in report.steps if not step.ok]
    assert failed.code == "public"
    assert "does not let readers in (403)" in failed.problem
    assert "open for reading" in failed.hint


def test_a_folder_without_permission_is_named(servers: Servers) -> None:
    host = servers.host("sftp")
    host.root.chmod(0o555)
    report = probe(host.remote())
    failed = [step for step in report.steps if not step.ok]
    assert [step.code for step in failed] == ["write"]
    assert failed[0].hint


def test_a_missing_folder_is_made(host: Host, tmp_path: Path) -> None:
    if "?" in host.target.url or "commits" in host.tags:
        return  # folders are only names there
    deep = replace(host, target=replace(host.target, url=f"{host.target.url}/a/站点"), root=host.root / "a" / "站点")
    assert probe(deep.remote()).passed
    Desk(deep, tmp_path).publish({"index.html": b"1"})
    assert deep.files() == {"index.html": b"1"}


class TestSshLogin:
    def publish(self, server: OpenSshServer, tmp_path: Path, password: str | None = None, **fields: str) -> None:
        from chce_desktop.domain.manifest import Manifest
        from chce_desktop.domain.publication import Target
        from chce_desktop.publishing.outcome import KnownState

        target = Target(
            id=1,
            uid="t",
            name="t",
            url=fields.get("url", server.url(server.folder())),
            host_key=fields.get("host_key", server.host_key),
            key_file=fields.get("key_file", str(server.client_key)),
        )
        publisher = Publisher(
            open_remote(target, password=password),
            site_uid="s",
            machine="m",
            known=KnownState(),
            journal=tmp_path / "j",
        )
        publisher.compare(LocalTree(tmp_path, Manifest({})))

    def test_an_unknown_host_key_is_shown_for_a_decision(self, sshd: OpenSshServer, tmp_path: Path) -> None:
        with pytest.raises(HostKeyUnknown) as caught:
            self.publish(sshd, tmp_path, host_key="")
        assert caught.value.fingerprint == sshd.host_key

    def test_a_changed_host_key_is_refused_before_any_secret_is_sent(self, sshd: OpenSshServer, tmp_path: Path) -> None:
        before = sshd.log.read_text(encoding="utf-8", errors="replace")
        with pytest.raises(HostKeyChanged) as caught:
            self.publish(sshd, tmp_path, password="secret", host_key="SHA256:" + "A" * 43)
        assert caught.value.fingerprint == sshd.host_key
        assert "Accepted" not in sshd.log.read_text(encoding="utf-8", errors="replace")[len(before) :]

    def test_any_of_the_hosts_keys_may_be_the_accepted_one(self, tmp_path: Path) -> None:
        import subprocess

        key = tmp_path / "rsa"
        subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", key], check=True)
        shown = subprocess.run(["ssh-keygen", "-lf", f"{key}.pub"], check=True, capture_output=True, text=True).stdout
        with openssh_server(f"HostKey {key}") as server:
            self.publish(server, tmp_path, host_key=shown.split()[1])

    def test_password_and_keyboard_interactive(self, sshd: OpenSshServer, tmp_path: Path) -> None:
        if sshd.password is None:
            return
        self.publish(sshd, tmp_path, password=sshd.password, key_file="")
        with pytest.raises(LoginRefused):
            self.publish(sshd, tmp_path, password="wrong", key_file="")
        with pytest.raises(LoginRefused):
            self.publish(sshd, tmp_path, key_file="")
        with openssh_server(
            "UsePAM yes", "KbdInteractiveAuthentication yes", "AuthenticationMethods keyboard-interactive"
        ) as server:
            self.publish(server, tmp_path, password=server.password, key_file="")

    def test_a_key_with_a_passphrase(self, sshd: OpenSshServer, tmp_path: Path) -> None:
        import shutil
        import subprocess

        key = tmp_path / "密钥"
        shutil.copyfile(sshd.client_key, key)
        key.chmod(0o600)
        subprocess.run(["ssh-keygen", "-q", "-p", "-P", "", "-N", "口令 1", "-f", key], check=True)
        self.publish(sshd, tmp_path, password="口令 1", key_file=str(key))
        for password in (None, "wrong"):
            with pytest.raises(LoginRefused, match="passphrase"):
                self.publish(sshd, tmp_path, password=password, key_file=str(key))
        with pytest.raises(LoginRefused, match="cannot be read"):
            self.publish(sshd, tmp_path, key_file=str(tmp_path / "none"))

    def test_nobody_listens(self, sshd: OpenSshServer, tmp_path: Path) -> None:
        with pytest.raises(HostUnreachable):
            self.publish(sshd, tmp_path, url=f"sftp://u@127.0.0.1:{free_port()}/x")
        with pytest.raises(HostUnreachable):
            self.publish(sshd, tmp_path, url="sftp://u@no-such-host.invalid/x")
