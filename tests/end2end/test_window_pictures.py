"""Fifty pictures at once into the real window: dragged from disk, pasted from Word, and from a web page."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from chce_desktop.services.site import Site, create_site, open_site
from tests.helpers.screen import Screen
from tests.helpers.web_server import WebServer

pytestmark = [pytest.mark.gui, pytest.mark.slow, pytest.mark.timeout(600)]

#: Seconds of computing without an answer that fail the test: see test_window_journey.py.
_ALARM = 0.15
_TITLE = "五十张照片"


def encoded(size: tuple[int, int], kind: str) -> bytes:
    image = Image.effect_noise((size[0] // 8, size[1] // 8), 60).resize(size).convert("P" if kind == "GIF" else "RGB")
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def pictures(folder: Path) -> tuple[list[Path], list[Path]]:
    """Fifty files as photographers send them; those that can be shown, and those that cannot."""
    photograph = encoded((4240, 2832), "JPEG")  # 12 megapixels
    others = {
        "png": encoded((2000, 1500), "PNG"),
        "gif": encoded((800, 600), "GIF"),
        "webp": encoded((1600, 1200), "WEBP"),
        "tif": encoded((2400, 1800), "TIFF"),
        "bmp": encoded((1600, 1200), "BMP"),
    }
    good = []
    for number in range(46):
        suffix = list(others)[number % 5] if number % 4 == 3 else "jpg"
        data = others.get(suffix, photograph)
        if suffix == "jpg":  # another comment, another picture
            words = f"{number}".encode()
            data = data[:2] + b"\xff\xfe" + (len(words) + 2).to_bytes(2, "big") + words + data[2:]
        elif suffix != "tif":
            data += f"{number}".encode()
        file = folder / f"照片 {number:02}.{suffix}"
        file.write_bytes(data if suffix != "tif" else encoded((2400 + number, 1800), "TIFF"))
        good.append(file)
    bad = [folder / name for name in ("断.jpg", "假.png", "手机.heic", "图.svg")]
    for file, data in zip(
        bad, (photograph[:90_000], b"<html>", b"\0\0\0\x18ftypheic" + b"\0" * 99, b"<svg/>"), strict=True
    ):
        file.write_bytes(data)
    return good, bad


def body(folder: Path) -> str:
    with open_site(folder / "站点") as site:
        return body_of(site)


def body_of(site: Site) -> str:
    return site.articles.get(1).body


def wait_for(screen: Screen, folder: Path, count: int, seconds: float) -> None:
    end = time.monotonic() + seconds
    with open_site(folder / "站点") as site:
        while body_of(site).count("](media/") < count:
            if time.monotonic() > end:
                screen.picture(folder / "failed.png")
                pytest.fail(f"{body_of(site).count('](media/')} of {count}; see {folder / 'failed.png'}")
            time.sleep(0.2)


@pytest.mark.parametrize("visual", [False, True], ids=["source", "visual"])
def test_fifty_pictures_come_without_a_stall(
    screen: Screen, tmp_path: Path, serve: Callable[[Path], WebServer], *, visual: bool
) -> None:
    shots = tmp_path / "相机"
    shots.mkdir()
    good, bad = pictures(shots)
    report = tmp_path / "stalls.json"
    with create_site(tmp_path / "站点", "网") as site:
        site.articles.create({"title": _TITLE, "body": "开头。\n"})
    process = screen.open(
        [sys.executable, "-m", "tests.helpers.watched_app", report, tmp_path / "站点", "--lang", "zh_CN"],
        environment={"CHCE_HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path)},
    )
    screen.find(id="preview_panel")
    screen.find(name=_TITLE, role="heading")  # the web engine shows its first page
    screen.click(name=_TITLE, role="table cell", times=2)
    screen.find(id="title_field")
    screen.find(focused=True, id="visual_editor")
    if bool(screen.items(id="visual_editor")) != visual:
        screen.key("ctrl+alt+v")
    editor = "visual_editor" if visual else "source_editor"
    screen.find(id=editor, focused=True)

    # dragged from disk
    screen.open([sys.executable, "tests/helpers/drag_source.py", *good, *bad])
    source, target = screen.find(id="drag_source"), screen.find(id=editor)
    screen.drag(source.centre, target.centre)
    wait_for(screen, tmp_path, len(good), 200)
    screen.find(contains="4 个文件没能存入")

    # pasted from Word (its files) and from a web page
    base = serve(shots).url
    html = "".join(f"<p>段{number}<img src='{file.as_uri()}'></p>" for number, file in enumerate(good[:25]))
    html += "".join(f"<p><img src='{base}{file.name}'>文</p>" for file in [*good[25:], *bad])
    subprocess.run(
        ["xclip", "-selection", "clipboard", "-in", "-t", "text/html"],
        input=f"<html><body><!--StartFragment-->{html}<!--EndFragment--></body></html>".encode(),
        env=screen.environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    screen.enter(id=editor)
    screen.key("ctrl+End", "ctrl+v")
    wait_for(screen, tmp_path, 2 * len(good), 200)
    screen.find(contains="4 张图片没能取回")
    assert body(tmp_path).count(base) == len(bad)
    screen.picture(tmp_path / "pictures.png")
    screen.key("ctrl+w")
    assert process.wait(120) == 0, screen.output(process)
    stalls = sorted(json.loads(report.read_text(encoding="utf-8"))["stalls"], key=lambda stall: -stall["seconds"])
    lines = [f"{s['seconds'] * 1000:.0f} ms ({s['cpu'] * 1000:.0f} ms computing)\n{s['where']}" for s in stalls]
    sys.stdout.write("\n".join([f"{len(stalls)} stalls over 50 ms", *lines]) + "\n")
    assert not [stall for stall in stalls if stall["cpu"] > _ALARM]
