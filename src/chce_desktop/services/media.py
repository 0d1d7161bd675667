"""The media library: pictures and attachments, kept by their content."""

from __future__ import annotations

import hashlib
import mimetypes
import unicodedata
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from chce_desktop.domain.changes import Kind
from chce_desktop.domain.media import MediaItem
from chce_desktop.domain.slugs import slugify
from chce_desktop.foundation import files
from chce_desktop.foundation.i18n import tr
from chce_desktop.services import person, signed_texts
from chce_desktop.services.connection import Connection
from chce_desktop.services.errors import MediaNotFound, MediaRefused, NotAnImage
from chce_desktop.services.picture_intake import taken
from chce_desktop.storage import failures, nouns

#: Files that are taken besides pictures, by their names.
_ATTACHMENTS = frozenset(
    {
        *(".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".wps", ".et", ".dps", ".ofd"),
        *(".odt", ".ods", ".odp", ".rtf", ".txt", ".csv", ".zip", ".rar", ".7z"),
        *(".mp3", ".m4a", ".wav", ".ogg", ".flac", ".mp4", ".webm", ".mov", ".m4v"),
    }
)
_MOST_BYTES = 500 * 1024 * 1024
#: Longer names are cut: file systems and dialogs do not bear them.
_LONGEST_NAME = 120


class Media:
    """The media of an open site."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_file(self, path: Path, *, picture: bool = False) -> MediaItem:
        """Take a copy of a file in; the same content is kept once. `picture`: nothing else is taken.

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
        return self.add_bytes(data, path.name, picture=picture)

    def add_bytes(self, data: bytes, name: str, *, picture: bool = False) -> MediaItem:
        """Take data in under the name that it had. Raises what `add_file` raises.

        Pictures that browsers do not show (TIFF, BMP, AVIF) are kept as PNG or JPEG. `picture`: nothing else is taken.
        """
        name = _plain_name(name)
        if len(data) > _MOST_BYTES:
            raise _too_large(name)
        digest, known = self._known(data)
        if known is not None:
            return known
        shown = taken(data, name)
        if shown is None:
            if picture:
                raise NotAnImage(name)
            suffix, mime = _attachment(name)
        else:
            suffix, mime = shown.suffix, shown.mime
            if shown.data is not data:
                data, name = shown.data, f"{PurePosixPath(name).stem}{suffix}"
                digest, known = self._known(data)
                if known is not None:
                    return known
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
                        "width": shown.width if shown else 0,
                        "height": shown.height if shown else 0,
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
        """Set the texts of a file; texts of the site that show it are no longer signed off. Raises MediaNotFound."""
        values = {
            key: " ".join(value.split())
            for key, value in (("alt", alt), ("caption", caption), ("credit", credit))
            if value is not None
        }
        with self._connection.write() as session:
            before = nouns.media(session, path=path)
            if before is None:
                raise MediaNotFound(path)
            if any(getattr(before, key) != value for key, value in values.items()):
                signed_texts.words_changed(session, before, person.name(), datetime.now(UTC))
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

    def _known(self, data: bytes) -> tuple[str, MediaItem | None]:
        """The hash of data, and its record where the library has it; its file is put back where it is missing."""
        digest = hashlib.sha256(data).hexdigest()
        with self._connection.read() as session:
            known = nouns.media(session, sha256=digest)
        if known is not None and not self.file(known.path).exists():
            self._keep(known.path, data)
        return digest, known

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


def _plain_name(name: str) -> str:
    """The last part of a name: composed, without what cannot be seen, of a length that people and disks bear."""
    name = unicodedata.normalize("NFC", PurePosixPath(name.replace("\\", "/")).name)
    name = "".join(each for each in name if unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Zl", "Zp")).strip()
    suffix = PurePosixPath(name).suffix[:12]
    return f"{name.removesuffix(suffix)[: _LONGEST_NAME - len(suffix)]}{suffix}"


def _attachment(name: str) -> tuple[str, str]:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in _ATTACHMENTS:
        raise MediaRefused(
            tr("Files such as “{name}” are not taken into the media library.", name=name),
            hint=tr("Pictures, PDF, Office files, audio, video and ZIP archives are."),
        )
    return suffix, mimetypes.guess_type(f"x{suffix}")[0] or "application/octet-stream"


def _too_large(name: str) -> MediaRefused:
    return MediaRefused(tr("The file “{name}” is too large.", name=name), hint=tr("Files of up to 500 MB are taken."))
