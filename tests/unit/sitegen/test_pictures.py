"""Pictures as readers get them: widths, formats, no private data, made once."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageFilter, PngImagePlugin

from chce_desktop.domain.media import MediaItem
from chce_desktop.sitegen import pictures, themesample
from chce_desktop.sitegen.building import build
from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.privacy import without_private_data
from tests.helpers.snapshots import site, with_picture

pytestmark = pytest.mark.usefixtures("app_home")

_GPS = 0x8825


def _picture(kind: str, size: tuple[int, int], *, orientation: int = 1, private: bool = True) -> bytes:
    image = Image.linear_gradient("L").resize(size).convert("RGB").filter(ImageFilter.SHARPEN)
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "private words"
    exif.get_ifd(_GPS)[1] = "N"
    exif.get_ifd(_GPS)[2] = (39.0, 54.0, 20.0)
    out = io.BytesIO()
    if kind == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Author", "private words")
        image.save(out, kind, pnginfo=words, exif=exif)
    elif private:
        image.save(out, kind, exif=exif, quality=80)
    else:
        image.save(out, kind, quality=80)
    return out.getvalue()


def _item(data: bytes, path: str, width: int, height: int) -> MediaItem:
    suffix = path.rpartition(".")[2]
    return MediaItem(
        id=1,
        uid="u",
        path=path,
        original_name="x",
        sha256=hashlib.sha256(data).hexdigest(),
        mime=f"image/{'jpeg' if suffix == 'jpg' else suffix}",
        size=len(data),
        width=width,
        height=height,
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_private_data_goes_and_the_picture_stays_the_same(kind: str) -> None:
    data = _picture(kind, (300, 200))
    clean = without_private_data(data)
    assert clean is not None
    assert b"private words" in data or kind == "WEBP"
    assert b"private words" not in clean
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(clean)) as after:
        assert not after.getexif()
        assert before.tobytes() == after.tobytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_is_cut_off_anywhere_raises_nothing(kind: str) -> None:
    data = _picture(kind, (60, 40))
    for end in range(0, len(data), 7):
        without_private_data(data[:end])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_programs_hide_in_a_picture_goes(kind: str) -> None:
    """XMP with a place, comments, chunks of unknown programs, and whatever stands behind the picture's end."""
    image = Image.effect_noise((60, 40), 50).convert("P" if kind == "GIF" else "RGB")
    out = io.BytesIO()
    words = b"<x:xmpmeta>secret 39.9N 116.4E</x:xmpmeta>"
    if kind == "PNG":
        chunks = PngImagePlugin.PngInfo()
        chunks.add_itxt("XML:com.adobe.xmp", words.decode())
        chunks.add(b"seCr", b"secret")
        image.save(out, kind, pnginfo=chunks)
    elif kind == "GIF":
        frames = [image, image.rotate(90)]
        image.save(out, kind, comment=words, xmp=words, save_all=True, append_images=frames, loop=0)
    else:
        image.save(out, kind, xmp=words, **({"comment": b"secret"} if kind == "JPEG" else {}))
    data = out.getvalue() + b"<script>secret()</script>"
    assert data.count(b"secret") > 1
    clean = without_private_data(data)
    assert clean is not None
    assert b"secret" not in clean
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(clean)) as after:
        assert getattr(before, "n_frames", 1) == getattr(after, "n_frames", 1)
        assert before.convert("RGB").tobytes() == after.convert("RGB").tobytes()


def test_a_picture_whose_private_data_cannot_be_told_apart_is_encoded_again(tmp_path: Path) -> None:
    data = _picture("JPEG", (300, 200))
    odd = data[:2] + b"\xff\xe1\x00\x06ab12" + b"\0\0" + data[2:]  # two bytes that belong to no segment
    with Image.open(io.BytesIO(odd)) as image:
        image.load()  # decoders pass over them
    assert without_private_data(odd) is None
    source, target = tmp_path / "a.jpg", tmp_path / "b.jpg"
    source.write_bytes(odd)
    pictures.make([pictures.Wanted(source, target, "image/jpeg", 0)])
    assert b"private words" not in target.read_bytes()
    with Image.open(target) as image:
        assert image.size == (300, 200)


def test_a_picture_is_never_enlarged() -> None:
    item = _item(b"", "media/ab/a.jpg", 1200, 800)
    assert [(v.path, v.width) for v in pictures.variants(item)] == [
        ("media/ab/a-480.webp", 480),
        ("media/ab/a-960.webp", 960),
        ("media/ab/a-1200.webp", 1200),
        ("media/ab/a-480.jpg", 480),
        ("media/ab/a-960.jpg", 960),
    ]
    assert pictures.variants(replace(item, width=480)) == ()
    assert pictures.variants(replace(item, mime="image/gif")) == ()
    assert pictures.variants(replace(item, mime="application/pdf", width=0)) == ()


def _site(folder: Path, data: bytes, size: tuple[int, int]) -> tuple[Generator, MediaItem]:
    snapshot = themesample.snapshot("portal", "zh-CN", None)
    path = next(path for path, known in snapshot.media.items() if known.is_picture)
    item = replace(_item(data, path, *size), alt="图")
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(data)
    return Generator(replace(snapshot, site_folder=folder, media={**snapshot.media, path: item})), item


def test_a_build_makes_every_width_once_without_private_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = _picture("JPEG", (1200, 800))
    generator, item = _site(tmp_path / "site", data, (1200, 800))
    out = tmp_path / "out"
    build(generator.snapshot, out, processes=1)
    for variant in pictures.variants(item):
        with Image.open(out / variant.path) as made:
            assert made.width == variant.width
            assert made.height == round(800 * variant.width / 1200)
            assert f"image/{made.format}".lower() == variant.mime
            assert not made.getexif()
    with Image.open(out / item.path) as published:
        assert published.size == (1200, 800)
        assert not published.getexif()
    assert (generator.snapshot.site_folder / item.path).read_bytes() == data
    # The preview answers with the same bytes, and an unchanged site encodes nothing.
    for path in (item.path, *(v.path for v in pictures.variants(item))):
        assert generator.render(path).body == (out / path).read_bytes()
    monkeypatch.setattr(pictures, "make", None)
    result = build(generator.snapshot, out, processes=1)
    assert result.written == 0


def test_pages_name_only_files_that_are_there(tmp_path: Path) -> None:
    generator, _ = _site(tmp_path / "site", _picture("JPEG", (1000, 500)), (1000, 500))
    out = tmp_path / "out"
    build(generator.snapshot, out, processes=1)
    named = 0
    for page in out.rglob("*.html"):
        text = page.read_text("utf-8")
        for srcset in text.split('srcset="')[1:]:
            for choice in srcset.partition('"')[0].split(", "):
                assert (page.parent / choice.split(" ")[0]).is_file(), (page, choice)
                named += 1
    assert named > 0


def test_a_turned_photograph_is_published_upright(tmp_path: Path) -> None:
    generator, item = _site(tmp_path / "site", _picture("JPEG", (600, 300), orientation=6), (300, 600))
    with Image.open(io.BytesIO(generator.render(item.path).body)) as made:
        assert made.size == (300, 600)
        assert not made.getexif()


def test_a_broken_picture_is_given_out_as_it_is(tmp_path: Path) -> None:
    data = _picture("JPEG", (1200, 800), private=False)[:3000]
    generator, item = _site(tmp_path / "site", data, (1200, 800))
    assert generator.render(pictures.variants(item)[0].path).body == data


def test_the_same_original_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = _picture("JPEG", (1000, 700))
    bodies = []
    for name in ("one", "two"):
        monkeypatch.setenv("CHCE_HOME", str(tmp_path / name))
        generator, item = _site(tmp_path / f"site-{name}", data, (1000, 700))
        bodies.append([generator.render(v.path).body for v in pictures.variants(item)])
    assert bodies[0] == bodies[1]


def test_what_was_made_of_pictures_goes_with_the_last_site_that_has_them(app_home: Path, tmp_path: Path) -> None:
    def made() -> list[Path]:
        return list(app_home.glob("cache/pictures/*/*"))

    first = with_picture(site(3, tmp_path / "first"), "a.png", (1200, 800), (1, 2, 3))
    picture = next(iter(first.media))
    first = replace(first, settings=replace(first.settings, logo=picture))
    other = replace(first, site_folder=tmp_path / "other")
    shutil.copytree(first.site_folder, other.site_folder)
    build(first, tmp_path / "out 1")
    build(other, tmp_path / "out 2")
    without = {"media": {}, "settings": replace(first.settings, logo="")}
    for file in made():
        os.utime(file, (0, 0))
    assert made()
    build(replace(first, **without), tmp_path / "out 1", full=True)  # type: ignore[arg-type]
    assert made()
    build(replace(other, **without), tmp_path / "out 2", full=True)  # type: ignore[arg-type]
    assert not made()
