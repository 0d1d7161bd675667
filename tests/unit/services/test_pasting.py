from __future__ import annotations

import base64
import io
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
