from __future__ import annotations

import base64
import io
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from chce_desktop.services.pasting import PasteTooLarge, fetch_pictures, markdown_of_html
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
        "data:0": True,
        "data:1": False,
        f"{base}a.png": True,
        f"{base}missing.png": False,
        f"{base}page.png": False,
        f"http://127.0.0.1:{free_port()}/x.png": False,
        (office / "clip_image001.png").as_uri(): True,
        (elsewhere / "secret.png").as_uri(): False,
        (office / "gone.png").as_uri(): False,
    }
    seen: list[str] = []
    results = fetch_pictures(site, list(wanted), data=data, on_result=lambda result: seen.append(result.address))
    assert {result.address: result.item is not None for result in results} == wanted
    assert all(result.error is not None and result.error.title for result in results if result.item is None)
    assert sorted(seen) == sorted(wanted)
    assert site.media.count() == 3


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
