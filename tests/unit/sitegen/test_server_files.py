"""What a build writes for web servers, loaded by the real ones: caching, former addresses, 404 and 410, includes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest

from chce_desktop.domain.redirect import Redirect
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen import Generator, build
from tests.helpers.snapshots import SETTINGS, site
from tests.helpers.web_server import WebServer

pytestmark = pytest.mark.server
#: The longest that a column's and an article's part of an address may be.
_LONG = f"{'c' * 80}/{'a' * 80}.html"
_ADDRESSES = ["https://www.example.org/", "https://www.example.org/sub/", "https://www.example.org/门户 站(1)/"]


@pytest.fixture
def snapshot(tmp_path: Path) -> SiteSnapshot:
    made = site(60, tmp_path / "lib", characters=40)
    # A column may have had this slug before it was the site's own.
    columns = (*made.columns, replace(made.columns[0], id=900, slug="server", name="服务器"))
    withdrawn = Redirect("xinwen/chehui-qian.html", article_id=made.withdrawn[0].id)
    redirects = (*made.redirects, Redirect(_LONG, article_id=1), withdrawn)
    return replace(
        made, columns=columns, redirects=redirects, published={"xinwen/shan-diao.html": 1, "lost/index.html": 1}
    )


@pytest.fixture(params=["nginx", "apache"])
def served(
    request: pytest.FixtureRequest,
    serve_as_told: Callable[[Path], WebServer],
    apache_as_told: Callable[[Path, str], WebServer],
) -> Callable[[Path, str], WebServer]:
    """Serves a built site by either server; the site was built for an address."""
    return apache_as_told if request.param == "apache" else lambda out, _address: serve_as_told(out)


@pytest.fixture(params=_ADDRESSES)
def answers(
    request: pytest.FixtureRequest, snapshot: SiteSnapshot, tmp_path: Path, served: Callable[[Path, str], WebServer]
) -> Iterator[httpx.Client]:
    """A client that asks below the site's path."""
    out = tmp_path / "out"
    build(snapshot, out, base_url=request.param)
    url = served(out, request.param).url + quote(urlsplit(request.param).path[1:])
    with httpx.Client(base_url=url, trust_env=False) as client:
        yield client


def test_other_answers_than_a_server_was_told_to_give_are_not_right(snapshot: SiteSnapshot) -> None:
    files = Generator(snapshot, base_url=_ADDRESSES[0]).server_files
    former, target = next(iter(files._former().redirects.items()))

    def right(path: str, status: int, place: str) -> bool:
        return files.answers(path, status, place, b"", lambda _: b"<p>")

    assert right(former, 200, target)
    assert not right(former, 404, target)  # it leads on, to nothing
    assert not right(former, 200, "index.html")
    assert not right(former, 410, former)
    assert right("server/nginx.conf", 404, "server/nginx.conf")
    assert not right("server/nginx.conf", 200, "server/nginx.conf")  # an old one: it is shown, and other
    assert not right("server/nginx.conf", 500, "server/nginx.conf")


def test_servers_answer_as_their_files_say(answers: httpx.Client, tmp_path: Path) -> None:
    for former, name in (
        ("xinwen/jiu-dizhi.html", "wenzhang-1.html"),
        (_LONG, "wenzhang-1.html"),
        ("jiu-lanmu/", "index.html"),
        ("jiu-lanmu/index.html", "index.html"),
    ):
        moved = answers.get(former)
        assert (moved.status_code, moved.headers["location"].rpartition("/")[2]) == (301, name), former
        assert answers.get(moved.headers["location"]).status_code == 200
    for gone in ("xinwen/yi-chehui.html", "xinwen/shan-diao.html", "xinwen/chehui-qian.html"):
        answer = answers.get(gone)
        assert (answer.status_code, "文章已撤回" in answer.text) == (410, True), gone
    for missing in ("mei-you.html", "%E4%B8%AD%20x.html", "server/apache.conf", "server/redirects.nginx.map"):
        answer = answers.get(missing)
        assert (answer.status_code, "<html" in answer.text) == (404, True), missing
    for there in ("server/", "server/index.html", "jiu-lanmu/feed.xml", "jiu-lanmu/rss.xml", "lost/feed.xml"):
        assert answers.get(there).status_code == 200, there
    out = tmp_path / "out"
    asset = next((out / "assets").glob("*.js")).relative_to(out).as_posix()
    piece = next((out / "search").glob("?/p*.js")).relative_to(out).as_posix()
    for path, rule in (
        ("", "must-revalidate"),
        ("index.html", "must-revalidate"),
        (asset, "immutable"),
        ("search/index.js", "must-revalidate"),
        (piece, "max-age=300"),
        ("fragments/shared.js", "max-age=60"),
        ("feed.xml", "max-age=600"),
        ("xinwen/rss.xml", "max-age=600"),
    ):
        answer = answers.get(path)
        assert answer.status_code == 200, path
        assert rule in answer.headers["cache-control"], path
        assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("address", _ADDRESSES)
def test_includes_work_below_any_path(
    snapshot: SiteSnapshot, tmp_path: Path, served: Callable[[Path, str], WebServer], address: str
) -> None:
    out = tmp_path / "out"
    settings = replace(SETTINGS, server_includes=True)
    build(replace(snapshot, settings=settings), out, base_url=address)
    notices = (replace(snapshot.notices[0], title="今天的公告"),)
    build(replace(snapshot, settings=settings, notices=notices), out, base_url=address)
    old = next(p for p in sorted(out.glob("*/wenzhang-*.html")) if "今天的公告" not in p.read_text(encoding="utf-8"))
    url = served(out, address).url + quote(urlsplit(address).path[1:]) + old.relative_to(out).as_posix()
    text = httpx.get(url, trust_env=False).text
    assert "今天的公告" in text
    assert "<!--#" not in text


def test_what_hosts_read_names_encoded_addresses(snapshot: SiteSnapshot) -> None:
    generator = Generator(snapshot, base_url=_ADDRESSES[-1])
    moved = generator.render("_redirects").body.decode()
    assert moved.isascii()
    assert all(len(line.split(" ")) == 3 for line in moved.splitlines())
    headers = generator.render("_headers").body.decode()
    assert f"{quote('/门户 站(1)')}/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n" in headers
    for path in ("sitemap.xml", "404.html", "index.html"):
        text = generator.render(path).body.decode()
        assert quote("/门户 站(1)/") in text, path
        assert "门户 站" not in text
