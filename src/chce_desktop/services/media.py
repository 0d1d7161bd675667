"""The media library: pictures and attachments, kept by their content."""

from __future__ import annotations

import hashlib
import io
import mimetypes
import unicodedata
import warnings
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from PIL import Image, UnidentifiedImageError

from chce_desktop.domain.changes import Kind
from chce_desktop.domain.media import MediaItem
from chce_desktop.domain.slugs import slugify
from chce_desktop.foundation import files
from chce_desktop.foundation.i18n import tr
from chce_desktop.services.connection import Connection
from chce_desktop.services.errors import MediaNotFound, MediaRefused, NotAnImage
from chce_desktop.storage import failures, nouns

#: What is taken, and the type that it is served with. Pictures must also prove to be what they say.
_PICTURES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".bmp": "image/bmp",
}
_FORMATS = {"JPEG": ".jpg", "MPO": ".jpg", "PNG": ".png", "GIF": ".gif", "WEBP": ".webp", "BMP": ".bmp"}
_ATTACHMENTS = frozenset(
    {
        *(".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".wps", ".et", ".dps", ".ofd"),
        *(".odt", ".ods", ".odp", ".rtf", ".txt", ".csv", ".zip", ".rar", ".7z"),
        *(".mp3", ".m4a", ".wav", ".ogg", ".flac", ".mp4", ".webm", ".mov", ".m4v"),
    }
)
#: Exif: how the camera was held; these turn the picture by a quarter.
_ORIENTATION, _LYING = 0x0112, (5, 6, 7, 8)
_MOST_BYTES = 500 * 1024 * 1024
#: Decompression bombs: no newspaper picture has more than this many pixels.
_MOST_PIXELS = 250_000_000


class Media:
    """The media of an open site."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_file(self, path: Path) -> MediaItem:
        """Take a copy of a file in; the same content is kept once.

        Raises MediaRefused, NotAnImage, and LibraryFailure where the site's disk is full or cannot be written.
        """
        try:
            size = path.stat().st_size
            if size > _MOST_BYTES:
                raise _too_large(path.name)
            data = path.read_bytes()
        except OSError as error:
            raise MediaRefused(
                tr("The file “{name}” cannot be read.", name=path.name),
                detail=str(error),
                hint=tr("Check that it is still there and that you may read it."),
            ) from error
        return self.add_bytes(data, path.name)

    def add_bytes(self, data: bytes, name: str) -> MediaItem:
        """Take data in under the name that it had. Raises what `add_file` raises."""
        name = unicodedata.normalize("NFC", PurePosixPath(name.replace("\\", "/")).name)
        if len(data) > _MOST_BYTES:
            raise _too_large(name)
        digest = hashlib.sha256(data).hexdigest()
        with self._connection.read() as session:
            known = nouns.media(session, sha256=digest)
        if known is not None:
            if not self.file(known.path).exists():
                self._keep(known.path, data)
            return known
        suffix, mime, width, height = _examine(data, name)
        # A file that was in a media library before, such as an exported one, keeps its name.
        stem = PurePosixPath(name).stem.removesuffix(f"-{digest[:10]}")
        stem = slugify(stem, "file")[:40].strip("-") or "file"
        path = f"media/{digest[:2]}/{stem}-{digest[:10]}{suffix}"
        # The file first: a record without its file would be a broken picture, a file without its record only litter.
        self._keep(path, data)
        with self._connection.write() as session:
            known = nouns.media(session, sha256=digest)
            if known is None:
                nouns.add_media(
                    session,
                    {
                        "path": path,
                        "original_name": name,
                        "sha256": digest,
                        "mime": mime,
                        "size": len(data),
                        "width": width,
                        "height": height,
                        "added_at": datetime.now(UTC),
                    },
                )
                known = nouns.media(session, path=path)
        if known is None:
            raise MediaNotFound(path)
        self._connection.changed(Kind.MEDIA)
        return known

    def get(self, path: str) -> MediaItem:
        """The record of a path. Raises MediaNotFound."""
        with self._connection.read() as session:
            item = nouns.media(session, path=path)
        if item is None:
            raise MediaNotFound(path)
        return item

    def page(self, *, before: int | None = None, limit: int = 100, text: str = "") -> tuple[MediaItem, ...]:
        """The newest files first; `before` is the id of the last one of the page before."""
        with self._connection.read() as session:
            return nouns.media_page(session, before, limit, text)

    def count(self) -> int:
        """How many files there are."""
        with self._connection.read() as session:
            return nouns.count_media(session)

    def change(
        self, path: str, *, alt: str | None = None, caption: str | None = None, credit: str | None = None
    ) -> MediaItem:
        """Set the texts of a file. Raises MediaNotFound."""
        values = {
            key: " ".join(value.split())
            for key, value in (("alt", alt), ("caption", caption), ("credit", credit))
            if value is not None
        }
        with self._connection.write() as session:
            if nouns.media(session, path=path) is None:
                raise MediaNotFound(path)
            if values:
                nouns.change_media(session, path, values)
            item = nouns.media(session, path=path)
        if item is None:
            raise MediaNotFound(path)
        self._connection.changed(Kind.MEDIA)
        return item

    def remove(self, path: str) -> None:
        """Take a file out of the library. Raises MediaNotFound."""
        with self._connection.write() as session:
            if nouns.media(session, path=path) is None:
                raise MediaNotFound(path)
            nouns.remove_media(session, path)
        self.file(path).unlink(missing_ok=True)
        self._connection.changed(Kind.MEDIA)

    def _keep(self, path: str, data: bytes) -> None:
        try:
            files.write_atomic(self.file(path), data, durable=True)
        except OSError as error:
            raise failures.of_disk(error, self._connection.folder) from error

    def file(self, path: str) -> Path:
        """Where the bytes of `media/…` lie. Raises MediaNotFound for a path that leads elsewhere."""
        if not path.startswith("media/"):
            raise MediaNotFound(path)
        try:
            return files.inside(self._connection.folder, path)
        except ValueError as error:
            raise MediaNotFound(path) from error


def _examine(data: bytes, name: str) -> tuple[str, str, int, int]:
    """Suffix, type, width and height; pictures by what they are, not by what they are called."""
    suffix = PurePosixPath(name).suffix.lower()
    found = _picture(data, suffix, name)
    if found is not None:
        return found
    if suffix in _ATTACHMENTS:
        return suffix, mimetypes.guess_type(f"x{suffix}")[0] or "application/octet-stream", 0, 0
    raise MediaRefused(
        tr("Files such as “{name}” are not taken into the media library.", name=name),
        hint=tr("Pictures, PDF, Office files, audio, video and ZIP archives are."),
    )


def _picture(data: bytes, suffix: str, name: str) -> tuple[str, str, int, int] | None:
    called_picture = suffix in _PICTURES
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as image:
                width, height, kind = image.width, image.height, image.format or ""
                if image.getexif().get(_ORIENTATION, 1) in _LYING:  # published and shown upright
                    width, height = height, width
                if kind in _FORMATS and width * height <= _MOST_PIXELS:
                    image.load()
    except UnidentifiedImageError as error:
        if called_picture:
            raise NotAnImage(name, str(error)) from error
        return None
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        if called_picture:
            raise NotAnImage(name, str(error)) from error
        return None
    if kind not in _FORMATS:
        if called_picture:
            raise NotAnImage(name, kind)
        return None
    if width * height > _MOST_PIXELS:
        raise MediaRefused(
            tr("The picture “{name}” is too large.", name=name),
            detail=f"{width} x {height}",
            hint=tr("Make it smaller in a picture program first."),
        )
    real = _FORMATS[kind]
    return real, _PICTURES[real], width, height


def _too_large(name: str) -> MediaRefused:
    return MediaRefused(tr("The file “{name}” is too large.", name=name), hint=tr("Files of up to 500 MB are taken."))
