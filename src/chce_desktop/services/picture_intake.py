"""What a file that somebody brings in really is: a picture of the web, one that must be converted, or no picture."""

from __future__ import annotations

import io
import tempfile
import threading
import warnings
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from chce_desktop.foundation.i18n import tr
from chce_desktop.services.errors import MediaRefused, NotAnImage

if TYPE_CHECKING:
    from PIL import Image

#: Formats that browsers show: how Pillow calls them → suffix and type.
_WEB = {
    "JPEG": (".jpg", "image/jpeg"),
    "MPO": (".jpg", "image/jpeg"),
    "PNG": (".png", "image/png"),
    "GIF": (".gif", "image/gif"),
    "WEBP": (".webp", "image/webp"),
}
#: Formats that are taken in as PNG or JPEG, since browsers do not show them or not all of them do.
_CONVERTED = ("BMP", "TIFF", "AVIF")
#: What Pillow may try; each further format is one more parser that a stranger's file can reach.
_TRIED = ("JPEG", "PNG", "GIF", "WEBP", *_CONVERTED)
#: Names that promise a picture.
_SUFFIXES = {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif"}
#: Pictures that nothing here reads, and what they are called.
_UNREADABLE = {
    **dict.fromkeys((".heic", ".heif", ".hif"), "HEIC"),
    **dict.fromkeys((".cr2", ".cr3", ".nef", ".arw", ".dng", ".orf", ".rw2", ".raf"), "RAW"),
    **dict.fromkeys((".svg", ".svgz"), "SVG"),
    **dict.fromkeys((".psd", ".psb"), "Photoshop"),
    **dict.fromkeys((".ai", ".eps", ".cdr"), "vector"),
    **dict.fromkeys((".jp2", ".jpx"), "JPEG 2000"),
    ".jxl": "JPEG XL",
}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
#: What Pillow raises for a file that is no picture, or a broken one.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, MemoryError, RuntimeError)
#: Exif: how the camera was held; these turn the picture by a quarter.
_ORIENTATION, _LYING = 0x0112, (5, 6, 7, 8)
#: Pictures are decoded one at a time: several would need much memory and every processor, and the window would wait.
_one_at_a_time = threading.Lock()
#: What is converted stays lossless up to this many pixels (drawings, screenshots); photographs become JPEG.
_LOSSLESS_PIXELS = 2_500_000
_QUALITY = 92


@dataclass(frozen=True, slots=True)
class Intake:
    """A picture as it is kept: its bytes, suffix and type, and its size in pixels when it stands upright."""

    data: bytes
    suffix: str
    mime: str
    width: int
    height: int


def taken(data: bytes, name: str) -> Intake | None:
    """The picture that `data` is, judged by its content; None where neither name nor content is a picture's.

    Raises NotAnImage for what is broken or only called a picture, MediaRefused for what is too large or of a format
    that cannot be read.
    """
    from PIL import Image  # ten milliseconds that only who brings in a file should wait for

    suffix = PurePosixPath(name).suffix.lower()
    if _UNREADABLE.get(suffix) == "RAW":  # a TIFF by its structure, with a small preview inside
        raise _unreadable(name, "RAW")
    try:
        with _one_at_a_time, warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_TRIED) as image:
                return _decoded(image, data)
    except Image.DecompressionBombError as error:  # more than 178 million pixels: Pillow's limit
        raise MediaRefused(
            tr("The picture “{name}” is too large.", name=name),
            detail=str(error),
            hint=tr("Make it smaller in a picture program first."),
        ) from error
    except _BROKEN as error:
        if foreign := "HEIC" if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS else _UNREADABLE.get(suffix):
            raise _unreadable(name, foreign) from error
        if suffix in _SUFFIXES:
            raise NotAnImage(name, str(error)) from error
        return None


def _decoded(image: Image.Image, data: bytes) -> Intake:
    """Only a picture that can be read to its end is one."""
    kind = image.format or ""
    if kind not in _WEB:
        return _converted(image)
    width, height = image.size
    if image.getexif().get(_ORIENTATION, 1) in _LYING:  # published and shown upright
        width, height = height, width
    if kind in ("JPEG", "MPO"):
        image.draft("RGB", (image.width // 8, image.height // 8))  # all of it is read, little of it unfolded
    image.load()
    return Intake(data, *_WEB[kind], width, height)


def _converted(image: Image.Image) -> Intake:
    """The same picture as PNG, or as JPEG where it is a photograph; upright, with nothing but its colour profile."""
    from PIL import ImageOps  # as above

    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I;16"):
        upright = upright.point(lambda value: value / 256).convert("L")  # type: ignore[no-untyped-call,arg-type,unused-ignore]  # Pillow's stubs differ between versions
    clear = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    mode = "RGBA" if clear else "L" if upright.mode in ("L", "1") else "RGB"
    if upright.mode not in (mode, "1"):
        profile = profile if upright.mode in ("RGB", "RGBA", "L") else None
        upright = upright.convert(mode)
    lossless = clear or upright.width * upright.height <= _LOSSLESS_PIXELS
    # Into a file: only then does Pillow let other threads work meanwhile, and the window must not wait.
    with tempfile.TemporaryFile() as out:
        if lossless:
            upright.save(out, "PNG", icc_profile=profile, exif=b"")
        else:
            upright.convert(mode).save(out, "JPEG", quality=_QUALITY, icc_profile=profile, exif=b"")
        out.seek(0)
        return Intake(out.read(), *_WEB["PNG" if lossless else "JPEG"], *upright.size)


def _unreadable(name: str, kind: str) -> MediaRefused:
    hint = tr("Save it as JPEG or PNG in a picture program, then bring it in again.")
    if kind == "HEIC":
        hint = tr(
            "Save it as JPEG in a picture program. An iPhone takes JPEG with "
            "“Settings › Camera › Formats › Most Compatible”."
        )
    return MediaRefused(
        tr("“{name}” has a format that browsers do not show ({kind}).", name=name, kind=kind), hint=hint
    )
