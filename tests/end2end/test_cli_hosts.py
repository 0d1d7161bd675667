"""`chce` and the network: publishing to a real OpenSSH server, checking links against a real web server."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from chce_desktop.services.site import create_site
from tests.helpers.openssh import OpenSshServer
from tests.helpers.web_server import free_port
from tests.unit.cli.conftest import Chce, chce

pytestmark = pytest.mark.server

__all__ = ["chce"]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "站点"
    with create_site(place, "测试站") as made:
        made.columns.add("新闻", slug="xinwen")
    monkeypatch.setenv("CHCE_SITE", str(place))
    text = tmp_path / "a.md"
    text.write_text("---\ntitle: 上线\ncolumn: 新闻\n---\n\n正文。\n", encoding="utf-8")
    return place


def test_publish_over_sftp_with_a_key(chce: Chce, site: Path, tmp_path: Path, sshd: OpenSshServer) -> None:
    article = chce("article", "add", tmp_path / "a.md", "--json").json
    folder = sshd.folder()
    assert chce("target", "add", "主站", sshd.url(folder), "--key", sshd.client_key).status == 0
    for command in (("target", "test", "主站"), ("publish", "主站"), ("publish", "主站", "--dry-run")):
        stopped = chce(*command, "--json")
        assert (stopped.status, stopped.json["error"]["code"]) == (3, "host_key_unknown")
        assert sshd.host_key in stopped.json["error"]["hint"]
    assert list(folder.iterdir()) == []
    done = chce("publish", "主站", "--yes", "--json")
    assert done.status == 0
    assert (folder / article["url"]).is_file()
    assert chce("target", "list", "--json").json[0]["host_key"] == sshd.host_key
    assert chce("publish", "主站", "--json").json["uploaded"] == 0
    chce("target", "set", "主站", "--host-key", "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    changed = chce("publish", "主站", "--yes", "--json")
    assert (changed.status, changed.json["error"]["code"]) == (1, "host_key_changed")


def test_the_password_comes_from_the_environment_and_stays_out_of_everything(
    chce: Chce, site: Path, tmp_path: Path, sshd: OpenSshServer, monkeypatch: pytest.MonkeyPatch, app_home: Path
) -> None:
    if sshd.password is None:
        return  # an account with a password takes root; the key is tested above
    chce("article", "add", tmp_path / "a.md")
    folder = sshd.folder()
    chce("target", "add", "t", sshd.url(folder), "--host-key", sshd.host_key)
    monkeypatch.setenv("CHCE_TARGET_PASSWORD", "wrong")
    refused = chce("publish", "t", "--json")
    assert (refused.status, refused.json["error"]["code"]) == (1, "login_refused")
    monkeypatch.setenv("CHCE_TARGET_PASSWORD", sshd.password)
    assert chce("publish", "t", "--json", "--verbose").status == 0
    secret = sshd.password.encode()
    for root in (site, app_home):
        assert not [path for path in root.rglob("*") if path.is_file() and secret in path.read_bytes()]


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        moved = self.path == "/moved"
        self.send_response(301 if moved else 200 if self.path == "/ok" else 404)
        if moved:
            self.send_header("Location", "/ok")
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815 - the base class names it so

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def answers() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_links_are_checked(chce: Chce, site: Path, answers: str) -> None:
    addresses = {
        "好": f"{answers}/ok",
        "移": f"{answers}/moved",
        "坏": f"{answers}/gone",
        "无": f"http://127.0.0.1:{free_port()}/",
    }
    for name, address in addresses.items():
        chce("link", "add", name, address)
    found = chce("link", "check", "--timeout", 5, "--json")
    assert found.status == 0
    assert all(set(item) == {"name", "url", "ok", "status", "final_url", "error"} for item in found.json)
    by_name = {item["name"]: item for item in found.json}
    assert {name: (item["ok"], item["status"]) for name, item in by_name.items()} == {
        "好": (True, 200), "移": (True, 200), "坏": (False, 404), "无": (False, None),
    }  # fmt: skip
    assert by_name["移"]["final_url"] == f"{answers}/ok"
    assert by_name["无"]["error"]
    assert chce("link", "list", "--json").json[2]["check"]["status"] == 404
