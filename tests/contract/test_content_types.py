"""Readers of storage services get what the upload said about a file, so it must say the charset."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests.contract.hosts import Desk
from tests.contract.s3_servers import S3Host
from tests.contract.servers import Servers

pytestmark = pytest.mark.server

TEXTS = {
    "index.html": "text/html",
    "新闻/第一篇.html": "text/html",
    "about/INDEX.HTM": "text/html",
    "assets/site.css": "text/css",
    "assets/site.js": "text/javascript",
    "search/index.json": "application/json",
    "sitemap.xml": "application/xml",
    "robots.txt": "text/plain",
    "media/ab/logo.svg": "image/svg+xml",
}


@pytest.mark.parametrize("kind", ["s3", "s3-weed"])
def test_every_text_carries_its_charset(kind: str, servers: Servers, tmp_path: Path) -> None:
    host = servers.host(kind)
    assert isinstance(host, S3Host)
    Desk(host, tmp_path).publish({path: "文字".encode() for path in TEXTS} | {"media/ab/a.jpg": b"\xff\xd8"})
    for path, wanted in TEXTS.items():
        answer = httpx.get(host.public + quote(path)).raise_for_status()
        assert answer.headers["content-type"] == f"{wanted}; charset=utf-8"
        assert answer.text == "文字"
    assert httpx.get(f"{host.public}media/ab/a.jpg").headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize("kind", ["s3", "s3-weed"])
def test_every_file_says_how_long_it_may_be_kept(kind: str, servers: Servers, tmp_path: Path) -> None:
    """Blocks of today must not be those of an hour ago, nor a directory of the search index older than its pieces."""
    host = servers.host(kind)
    assert isinstance(host, S3Host)
    wanted = {
        "index.html": "must-revalidate",
        "xinwen/page-2.html": "must-revalidate",
        "assets/portal.12345678.css": "immutable",
        "media/ab/a.jpg": "immutable",
        "fragments/shared.js": "max-age=60",
        "search/index.js": "max-age=0, must-revalidate",
        "search/x.js": "max-age=300",
        "search/index.html": "must-revalidate",
        "xinwen/feed.xml": "max-age=600",
        "sitemap-2.xml": "max-age=600",
    }
    Desk(host, tmp_path).publish({path: "文字".encode() for path in wanted})
    for path, rule in wanted.items():
        assert rule in httpx.get(host.public + path).raise_for_status().headers["cache-control"], path
