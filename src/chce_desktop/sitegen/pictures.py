"""The pictures of the site as readers get them: in several widths, as WebP and in their own format, without Exif.

Which variants a picture has follows from its record alone, so that pages can name them without looking at files. Each
is made once and kept beside the program's other caches, under the hash of the original and `_VERSION`.
"""

from __future__ import annotations

import io
import re
import tempfile
import time
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from chce_desktop.domain.media import MediaItem
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.foundation import files, paths
from chce_desktop.sitegen.privacy import without_private_data

if TYPE_CHECKING:
    from PIL import Image

#: Grows whenever the same original would give other files than before.
_VERSION = 1
#: A site's list of its pictures, and how old in seconds what no list names must be to be removed.
_LIST, _OLD = "pictures", 86_400
_WIDTHS = (480, 960, 1600)
_WEBP = "image/webp"
#: Formats that have variants. GIF may move, and BMP (of older libraries) is no format of the web.
_SCALED = {"image/jpeg", "image/png", _WEBP}
#: Formats that are published without their private data.
_CLEANED = {*_SCALED, "image/gif"}
_JPEG_QUALITY, _TURNED_QUALITY, _WEBP_QUALITY = 82, 92, 80
_ORIENTATION = 0x0112
_VARIANT = re.compile(r"^(media/.+)-(\d{3,5})\.(webp|jpe?g|png)$")
_SUFFIXES = (".jpg", ".png", ".webp", ".jpeg")


class Variant(NamedTuple):
    """A picture in one width (pixels) and type; `path` is public."""

    path: str
    width: int
    mime: str


class Wanted(NamedTuple):
    """A file that is to be made from an original: `width` 0 for the original itself without private data."""

    source: Path
    target: Path
    mime: str
    width: int


def variants(item: MediaItem) -> tuple[Variant, ...]:
    """The further files of a picture, narrow ones first; none for small ones and those that are not scaled."""
    if item.mime not in _SCALED or item.width <= _WIDTHS[0]:
        return ()
    stem, _, suffix = item.path.rpartition(".")
    narrower = [width for width in _WIDTHS if width < item.width]
    found = [Variant(f"{stem}-{width}.webp", width, _WEBP) for width in narrower]
    if item.mime != _WEBP:
        if item.width <= _WIDTHS[-1]:
            found.append(Variant(f"{stem}-{item.width}.webp", item.width, _WEBP))
        found += [Variant(f"{stem}-{width}.{suffix}", width, item.mime) for width in narrower]
    return tuple(found)


class Sources(NamedTuple):
    """What a page says about a picture: (path, width) in WebP, and in the picture's own format."""

    webp: tuple[tuple[str, int], ...] = ()
    own: tuple[tuple[str, int], ...] = ()


def sources(item: MediaItem) -> Sources:
    """The choice that a reader's browser has; empty where there is only the original."""
    found = variants(item)
    if not found:
        return Sources()
    own = (*((v.path, v.width) for v in found if v.mime == item.mime), (item.path, item.width))
    if item.mime == _WEBP:
        return Sources((), own)
    return Sources(tuple((v.path, v.width) for v in found if v.mime == _WEBP), own)


def original(path: str, media: Mapping[str, MediaItem]) -> tuple[MediaItem, Variant | None] | None:
    """The picture that a public path shows, with the variant that it is; None where there is none."""
    if path in media:
        return media[path], None
    match = _VARIANT.match(path)
    for suffix in _SUFFIXES if match else ():
        item = media.get(f"{match[1]}{suffix}") if match else None
        variant = next((v for v in variants(item) if v.path == path), None) if item else None
        if item is not None and variant is not None:
            return item, variant
    return None


def key(item: MediaItem) -> str:
    """Changes when the files of a picture would."""
    return f"{item.sha256}-{_VERSION}" if item.mime in _CLEANED else item.sha256


def wanted(item: MediaItem, variant: Variant | None, source: Path) -> Wanted | None:
    """What must be made for a public file; None where it is a plain copy."""
    if item.mime not in _CLEANED:
        return None
    width, mime = (0, item.mime) if variant is None else (variant.width, variant.mime)
    folder = paths.cache_dir() / "pictures" / item.sha256[:2]
    return Wanted(source, folder / f"{item.sha256}-{_VERSION}-{width}.{mime.rpartition('/')[2]}", mime, width)


def make(wanted: Iterable[Wanted]) -> None:
    """Make files of one original that are not there yet. Raises OSError where it cannot be read or they not written.

    What cannot be scaled (broken pictures, moving ones) is given out as it is, without its private data. Where these
    cannot be told from the picture, it is encoded again.
    """
    missing = [want for want in wanted if not want.target.exists()]
    if not missing:
        return
    data = missing[0].source.read_bytes()
    picture = _opened(data)
    cleaned = without_private_data(data)
    for want in sorted(missing, key=lambda w: -w.width):
        made = data if cleaned is None else cleaned
        if picture is not None and want.mime in _SCALED:
            image, turned = picture
            if want.width:
                made = _scaled(image, want.width, want.mime)
            elif turned or cleaned is None:
                made = _encoded(image, want.mime, _TURNED_QUALITY)
        files.write_atomic(want.target, made)


def forget(own: Path, snapshot: SiteSnapshot) -> None:
    """Remove what was made of pictures that no site of this computer has any more.

    Each site says in its own folder of the cache (`own`) which it has; a site whose folder is gone has none. What is
    removed too soon is made again. Raises OSError.
    """
    digests = sorted({item.sha256 for item in snapshot.media.values()})
    files.write_atomic(own / _LIST, "\n".join([str(snapshot.site_folder.resolve()), *digests]).encode())
    had, now = set[str](), time.time()
    for file in own.parent.glob(f"*/{_LIST}"):
        site, *digests = file.read_text(encoding="utf-8").split("\n")
        if Path(site).is_dir():
            had.update(digests)
    for file in (paths.cache_dir() / "pictures").glob("*/*"):
        if file.name.partition("-")[0] not in had and file.stat().st_mtime < now - _OLD:
            file.unlink(missing_ok=True)


def _opened(data: bytes) -> tuple[Image.Image, bool] | None:
    """The picture the right way up, and whether it had to be turned; None where it cannot be scaled."""
    from PIL import Image, ImageOps  # ten milliseconds that a build of texts need not wait for

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as image:
                if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
                    return None
                turned = image.getexif().get(_ORIENTATION, 1) not in (0, 1)
                upright = ImageOps.exif_transpose(image)
                upright.load()
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError):
        return None
    profile = upright.info.get("icc_profile")
    if upright.mode == "P":
        upright = upright.convert("RGBA" if "transparency" in upright.info else "RGB")
    elif upright.mode in ("LA", "PA"):
        upright = upright.convert("RGBA")
    elif upright.mode not in ("RGB", "RGBA", "L"):
        upright, profile = upright.convert("RGB"), None
    upright.info = {"icc_profile": profile} if profile else {}
    return upright, turned


def _scaled(image: Image.Image, width: int, mime: str) -> bytes:
    from PIL import Image  # as above

    if width < image.width:
        height = max(1, round(image.height * width / image.width))
        profile = image.info
        image = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        image.info = profile
    return _encoded(image, mime, _WEBP_QUALITY if mime == _WEBP else _JPEG_QUALITY)


def _encoded(image: Image.Image, mime: str, quality: int) -> bytes:
    profile = image.info.get("icc_profile")
    if mime == _WEBP:
        memory = io.BytesIO()
        image.save(memory, "WEBP", quality=quality, method=3, icc_profile=profile)
        return memory.getvalue()
    # Into a file: only then does Pillow let other threads work meanwhile, and the window must not wait.
    with tempfile.TemporaryFile() as out:
        if mime == "image/png":
            image.save(out, "PNG", icc_profile=profile)
        else:
            flat = image.convert("RGB") if image.mode == "RGBA" else image
            flat.save(out, "JPEG", quality=quality, progressive=True, optimize=True, icc_profile=profile)
        out.seek(0)
        return out.read()
