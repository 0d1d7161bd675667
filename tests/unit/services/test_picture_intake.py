"""Pictures that are brought in: what they really are, what is converted, and what was made to hurt."""

from __future__ import annotations

import io
import struct
import time
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from chce_desktop.services.errors import MediaRefused, NotAnImage
from chce_desktop.services.site import Site, create_site

_GPS = 0x8825


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with create_site(tmp_path / "站", "网") as made:
        yield made


def encoded(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", *, orientation: int = 1) -> bytes:
    image = Image.effect_noise(size, 40).convert(mode)
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "secret place"
    exif.get_ifd(_GPS)[1] = "N"
    exif.get_ifd(_GPS)[2] = (39.0, 54.0, 20.0)
    out = io.BytesIO()
    image.save(out, kind, **({} if kind in ("BMP", "GIF") else {"exif": exif}))
    return out.getvalue()


def png(width: int, height: int, *, depth: int = 8, kind: int = 0, rows: bytes = b"") -> bytes:
    """A PNG with these measures in its header, whatever is inside."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("kind", "mode", "size", "suffix", "mime"),
    [
        ("BMP", "RGB", (60, 40), ".png", "image/png"),
        ("TIFF", "RGBA", (60, 40), ".png", "image/png"),
        ("TIFF", "CMYK", (60, 40), ".png", "image/png"),
        ("TIFF", "I;16", (60, 40), ".png", "image/png"),
        ("TIFF", "1", (60, 40), ".png", "image/png"),
        ("TIFF", "RGB", (2400, 1600), ".jpg", "image/jpeg"),
        ("AVIF", "RGB", (60, 40), ".png", "image/png"),
    ],
)
def test_what_browsers_do_not_show_is_converted(
    site: Site, kind: str, mode: str, size: tuple[int, int], suffix: str, mime: str
) -> None:
    data = encoded(kind, size, mode)
    item = site.media.add_bytes(data, f"图片.{kind.lower()}")
    kept = site.media.file(item.path).read_bytes()
    assert (item.path.rpartition(".")[2], item.mime, item.original_name) == (suffix[1:], mime, f"图片{suffix}")
    assert item.size == len(kept)
    assert b"secret place" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (item.width, item.height) == size
        assert not image.getexif()
    assert site.media.add_bytes(data, "again.tif") == item


def test_a_turned_tiff_is_kept_upright(site: Site) -> None:
    item = site.media.add_bytes(encoded("TIFF", orientation=6), "a.tif")
    assert (item.width, item.height) == (40, 60)


@pytest.mark.parametrize(
    ("data", "name", "word"),
    [
        (b"\0\0\0\x18ftypheic" + b"\0" * 200, "IMG_0001.HEIC", "HEIC"),
        (b"\0\0\0\x18ftypmif1" + b"\0" * 200, "微信图片.jpg", "HEIC"),
        (encoded("TIFF"), "DSC_0001.NEF", "RAW"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>", "图.svg", "SVG"),
        (b"8BPS" + b"\0" * 100, "图.psd", "Photoshop"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_do(site: Site, data: bytes, name: str, word: str) -> None:
    with pytest.raises(MediaRefused) as refused:
        site.media.add_bytes(data, name)
    assert word in refused.value.title
    assert refused.value.hint
    assert site.media.count() == 0


@pytest.mark.parametrize(
    "data",
    [
        png(60_000, 60_000),
        png(400_000, 10_000),
        png(2_000, 2_000),
        encoded("JPEG")[:200],
        encoded("TIFF")[:-200],
        b"<svg onload='alert(1)'/>",
        b"\xff\xd8\xff\xe0<script>alert(1)</script>",
        b"GIF89a/*" + b"x" * 50 + b"*/=1;alert(1)",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(x) run\n",
    ],
    ids=["bomb", "wide", "empty", "cut jpeg", "cut tiff", "svg", "script", "gif script", "postscript"],
)
def test_pictures_that_were_made_to_hurt_are_refused_at_once(site: Site, data: bytes) -> None:
    for name in ("图.png", "图.jpg", "图.gif", "图.tif"):
        started = time.process_time()
        with pytest.raises((MediaRefused, NotAnImage)):
            site.media.add_bytes(data, name)
        assert time.process_time() - started < 1
    assert site.media.count() == 0


def test_the_largest_picture_that_is_taken_needs_no_five_seconds(site: Site) -> None:
    width, height = 13_000, 13_000
    rows = (b"\0" + b"\x55" * (width // 8)) * height
    started = time.process_time()
    item = site.media.add_bytes(png(width, height, depth=1, rows=rows), "大.png")
    assert time.process_time() - started < 5
    assert item.width == width


@pytest.mark.parametrize(
    "name",
    [
        *("CON", "CON.png", "aux.PNG", "..\\..\\x.png", "../../etc/passwd.png", "C:\\Windows\\x.png"),
        *("x" * 400 + ".png", "名" * 300 + ".png", unicodedata.normalize("NFD", "café é.png"), "x." + "y" * 300),
        *("a\n](javascript:x).png", "a\u202egnp.exe.png", ".png", " .png", "..", "a.png.", "a:b|c?.png", "\0.png"),
    ],
)
def test_any_name_is_kept_safely(site: Site, name: str) -> None:
    item = site.media.add_bytes(encoded("PNG"), name)
    file = site.media.file(item.path)
    assert file.parent.parent == site.folder / "media"
    assert file.name.isascii()
    assert len(file.name) < 70
    assert file.stem.casefold() not in ("con", "aux", "nul", "prn")
    assert len(item.original_name) <= 120
    assert unicodedata.is_normalized("NFC", item.original_name)
    assert item.original_name.isprintable()
    assert not set("/\\") & set(item.original_name)
