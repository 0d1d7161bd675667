from __future__ import annotations

import base64
import contextlib
import http.server
import io
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from chce_desktop.foundation.errors import Cancelled
from chce_desktop.jobs.job import JobProgress
from chce_desktop.services.pasting import (
    PasteTooLarge,
    PictureNotFetched,
    fetch_pictures,
    markdown_of_html,
    renamed_notes,
    with_pictures,
    without_picture,
)
from chce_desktop.services.site import Site, create_site
from tests.helpers.web_server import WebServer, free_port


def png(color: str = "red") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (3, 2), color).save(data, "PNG")
    return data.getvalue()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站", "网") as made:
        yield made


def test_pictures_of_every_kind(
    site: Site, tmp_path: Path, serve: Callable[[Path], WebServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    www, office, elsewhere = tmp_path / "www", tmp_path / "临时", tmp_path / "私人"
    for folder in (www, office, elsewhere):
        folder.mkdir()
    (www / "a.png").write_bytes(png("blue"))
    (www / "page.png").write_text("<html>", encoding="utf-8")
    (office / "clip_image001.png").write_bytes(png("green"))
    (elsewhere / "secret.png").write_bytes(png("black"))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(office))
    base = serve(www).url
    data = ["data:image/png;base64," + base64.b64encode(png()).decode(), "data:image/png;base64,!!!"]
    wanted = {
        data[0]: True,
        data[1]: False,
        f"{base}a.png": True,
        f"{base}missing.png": False,
        f"{base}page.png": False,
        f"http://127.0.0.1:{free_port()}/x.png": False,
        (office / "clip_image001.png").as_uri(): True,
        (elsewhere / "secret.png").as_uri(): False,
        (office / "gone.png").as_uri(): False,
    }
    seen: list[str] = []
    results = fetch_pictures(site, list(wanted), on_result=lambda result: seen.append(result.address))
    assert {result.address: result.item is not None for result in results} == wanted
    assert all(result.error is not None and result.error.title for result in results if result.item is None)
    assert sorted(seen) == sorted(wanted)
    assert site.media.count() == 3


class Server:
    """A web server that answers as hostile ones do. `base` ends with a slash."""

    def __init__(self) -> None:
        outer = self
        self.asked: list[str] = []
        self.redirects: dict[str, str] = {}
        self.ended = threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.lstrip("/")
                outer.asked.append(path)
                if path in outer.redirects:
                    self.send_response(302)
                    self.send_header("Location", outer.redirects[path])
                    self.end_headers()
                    return
                if path.isdecimal():
                    self.send_error(int(path))
                    return
                self.send_response(200)
                self.send_header("Content-Type", "text/html" if path == "page.jpg" else "image/png")
                if path == "told-large.png":
                    self.send_header("Content-Length", str(100 * 1024 * 1024))
                self.end_headers()
                with contextlib.suppress(OSError):
                    if path == "large.png":
                        for _ in range(100):
                            self.wfile.write(b"\0" * 1024 * 1024)
                    elif path == "slow.png":
                        while not outer.ended.wait(0.05):
                            self.wfile.write(b"\0")
                    else:
                        self.wfile.write(b"<html>" if path == "page.jpg" else png("yellow"))

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        self.ended.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


def test_servers_that_refuse_or_lead_astray(
    site: Site, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chce_desktop.services.pasting._LONGEST", 1.0)
    other = Server()
    secret = tmp_path / "secret.png"
    secret.write_bytes(png("black"))
    server.redirects |= {
        "ok": "/a.png",
        "file": secret.as_uri(),
        "data": "data:image/png;base64,iVBORw0KGgo=",
        "elsewhere": f"{other.base}inside.png",
        "name": f"http://localhost:{other.base.rpartition(':')[2]}inside.png",
        "six": f"http://[::1]:{other.base.rpartition(':')[2]}inside.png",
        "metadata": "http://169.254.169.254/latest/meta-data/",
        "loop": "/loop",
        "nowhere": "http://",
    }
    good = {"a.png", "ok"}
    bad = {"403", "404", "401", "500", "page.jpg", "large.png", "told-large.png", "slow.png", *server.redirects} - good
    started = time.monotonic()
    found = fetch_pictures(site, [f"{server.base}{path}" for path in sorted(good | bad)])
    assert time.monotonic() - started < 60
    went = {result.address.removeprefix(server.base): result for result in found}
    assert {path for path, result in went.items() if result.item is not None} == good
    for path in bad:
        error = went[path].error
        assert isinstance(error, PictureNotFetched) or path == "slow.png", path
        assert error is not None
        assert error.title
        assert error.hint
    assert other.asked == []
    assert site.media.count() == 1
    other.close()


def test_a_stop_is_heard_while_a_server_dawdles(site: Site, server: Server) -> None:
    progress = JobProgress()
    threading.Timer(0.5, progress.cancel).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        fetch_pictures(site, [f"{server.base}slow.png"], progress=progress)
    assert time.monotonic() - started < 60


def test_a_page_cannot_name_files_of_this_or_other_computers(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "temp"))
    outside = tmp_path / "secret.png"
    outside.write_bytes(png("black"))
    addresses = [outside.as_uri(), f"file:///{tmp_path.as_posix()}/temp/../secret.png", "file://server/share/x.png"]
    addresses += ["file:////server/share/TemporaryItems/x.png", "file:///C:/Windows/win.ini", "file:///etc/passwd"]
    assert [result.item for result in fetch_pictures(site, addresses)] == [None] * len(addresses)


def test_an_attachment_is_no_picture(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    (tmp_path / "内部.pdf").write_bytes(b"%PDF-1.4")
    (result,) = fetch_pictures(site, [(tmp_path / "内部.pdf").as_uri()])
    assert result.item is None


def test_notes_of_a_pasted_text_keep_apart_from_those_of_the_article() -> None:
    pasted = "甲[^1]乙[^x]\n\n[^1]: 新\n[^x]: 别"
    assert renamed_notes(pasted, "") == pasted
    assert renamed_notes(pasted, "旧[^1][^2]\n\n[^1]: 旧") == "甲[^3]乙[^x]\n\n[^3]: 新\n[^x]: 别"


def test_pictures_are_renamed_and_removed_wherever_they_stand() -> None:
    address = "https://a.cn/x.png?a=1&b=2"
    escaped = address.replace("&", "&amp;")
    text = f'前\n\n![图 \\] 一]({address} "说明")\n\n中![]({address})文\n\n<td><img src="{escaped}" alt=""></td>'
    renamed = with_pictures(text, {address: "media/aa/x.png"})
    assert renamed.count("media/aa/x.png") == 3
    assert "https" not in renamed
    assert without_picture(text, address) == "前\n\n中文\n\n<td></td>"
    assert without_picture(text, "https://a.cn/x.png") == text
    assert without_picture(f"![]({address})\n", address) == ""


def test_too_much_markup_is_told() -> None:
    with pytest.raises(PasteTooLarge):
        markdown_of_html("<p>春天来了</p>" * 1_000_000)


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td>" * 1000 + "留下" + "</td></tr></table>" * 1000,
        "<ul><li>" * 10_000 + "留下",
        "<blockquote>" * 5000 + "留下",
        "<b>" * 50_000 + "留下",
        "留下" + "<" * 2_000_000,
        "留下" + "<!--" * 500_000,
        "<p " + " ".join(f"a{number}=1" for number in range(100_000)) + ">留下</p>",
        "留下<img src='data:image/png;base64," + "A" * 10_000_000 + "'>",
    ],
    ids=["tables", "lists", "quotations", "emphasis", "signs", "comments", "attributes", "data"],
)
def test_hostile_markup_leaves_its_text_within_five_seconds(html: str) -> None:
    begun = time.process_time()
    assert "留下" in markdown_of_html(html).markdown
    assert time.process_time() - begun < 5


def test_nothing_that_runs_is_pasted() -> None:
    markdown = markdown_of_html(
        "<p onclick='alert(1)'>一<script>alert(1)</script><img src='x' onerror='alert(1)'>"
        "<a href='javascript:alert(1)'>二</a><a href='JaVa\tScRiPt:alert(1)'>三</a>"
        "<a href='data:text/html,<script>'>四</a>"
        "<a href='vbscript:x'>五</a></p><div style='width:expression(alert(1))'>六</div>"
        "<svg onload='alert(1)'><script>alert(1)</script></svg><math><mi xlink:href='javascript:alert(1)'>q</mi></math>"
    ).markdown
    assert re.sub(r"\s", "", markdown) == "一二三四五六"
