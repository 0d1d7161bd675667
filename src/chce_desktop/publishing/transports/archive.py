"""A ZIP for hosts that only take an upload form: the whole site, or what changed since the archive before.

Beside `site.zip` lie `site.zip.records`, which says what the archives so far amount to, and, where files have to be
deleted on the host by hand, their list `site.zip.deleted.txt`. Equal sites make equal archives, byte for byte.
"""

from __future__ import annotations

import contextlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO

from chce_desktop.foundation import files
from chce_desktop.foundation.i18n import tr
from chce_desktop.publishing.address import Access
from chce_desktop.publishing.errors import AddressMalformed, FolderRefused, LockLost, NotThere, RecordDamaged
from chce_desktop.publishing.records import HEAD, HOME, Head, RemoteManifest, manifest_path
from chce_desktop.publishing.remote import Entry, Stat
from chce_desktop.publishing.transports.collecting import Collecting, NothingThere, local_problem

_ARCHIVE = "archive.json"
_BLOCK = 1 << 20
# The earliest time that the format can tell.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_PACKED = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".woff2", ".mp3", ".mp4", ".zip", ".gz", ".pdf"}


class Archive(Collecting):
    """One archive at `place`. `changes_only`: it holds what changed since the one before, not the whole site."""

    # A folder cannot compare and set: two computers that write in the same moment are not told apart.
    capabilities = replace(Collecting.capabilities, conditional_write=False)

    def __init__(self, place: Path, *, changes_only: bool) -> None:
        super().__init__()
        self._place = place
        self._changes_only = changes_only
        self._records = _beside(place, ".records")
        self._seen = b""

    async def connect(self) -> None:
        """Read what the archives so far amount to."""
        try:
            self._seen = self._records.read_bytes() if self._records.exists() else b""
            base = _read_base(self._records, self._place, whole=not self._changes_only) if self._seen else None
        except OSError as error:
            raise local_problem(error, str(self._place)) from error
        self.settle(base or NothingThere())

    async def close(self) -> None:
        """Let go of what was not committed."""
        if isinstance(self.base, _ArchiveBase):
            self.base.close()
        self.forget()

    async def test_folder(self, path: str) -> None:
        """As the contract says, with the folder that the archive is for."""
        part = _beside(self._place, ".part")
        try:
            self._place.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(b"")
            part.unlink()
        except OSError as error:
            raise FolderRefused(path, detail=str(error)) from error

    async def commit(self) -> None:
        """As the contract says: archive and list are written beside and moved into place, the records last."""
        changes = self.changes()
        if not changes:
            return
        try:
            self._place.parent.mkdir(parents=True, exist_ok=True)
            found = self._records.read_bytes() if self._records.exists() else b""
            if found != self._seen:
                raise LockLost(
                    tr("Another computer made this archive anew at the same time."),
                    hint=tr("Look at what it published, then publish again."),
                )
            self._replace(changes)
        except OSError as error:
            raise local_problem(error, str(self._place)) from error
        await self.connect()

    def _replace(self, changes: Mapping[str, int | None]) -> None:
        base = self.base
        kept = [path for path in base.paths() if path not in changes] if isinstance(base, _ArchiveBase) else []
        written = [path for path, size in changes.items() if size is not None]
        old = [] if self._changes_only else list(filter(_is_page, kept))
        part = _beside(self._place, ".part")
        try:
            _write_archive(part, {path: self._contents(path, changes) for path in (*old, *filter(_is_page, written))})
            digest = files.sha256(part)
            records = {
                path: b"".join(self._contents(path, changes))
                for path in (*kept, *written)
                if path.startswith(f"{HOME}/")
            }
            if isinstance(base, _ArchiveBase):
                base.close()
            files.replace(part, self._place)
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        self._list_deleted([path for path, size in changes.items() if size is None and _is_page(path)])
        records[_ARCHIVE] = json.dumps({"sha256": digest}).encode()
        _write_archive(part, {path: (data,) for path, data in records.items()})
        files.replace(part, self._records)

    def _contents(self, path: str, changes: Mapping[str, int | None]) -> Iterator[bytes]:
        if changes.get(path) is not None:
            yield from self.blocks(path)
        elif isinstance(self.base, _ArchiveBase):
            yield from self.base.blocks(path)

    def _list_deleted(self, paths: list[str]) -> None:
        place = _beside(self._place, ".deleted.txt")
        if paths:
            files.write_atomic(place, "".join(f"{path}\r\n" for path in paths).encode("utf-8-sig"))
        else:
            place.unlink(missing_ok=True)


class _ArchiveBase:
    """What the archives so far amount to: contents where the archive at hand has them, else what the records tell."""

    def __init__(self, records: Mapping[str, bytes], manifest: RemoteManifest, archive: zipfile.ZipFile | None) -> None:
        self._records = records
        self._archive = archive
        if archive is not None:
            self._sizes = {info.filename: info.file_size for info in archive.infolist()}
        else:
            self._sizes = {path: entry.size for path, entry in manifest.manifest.files.items()}
        self._sizes |= {path: len(data) for path, data in records.items()}
        self._inside: dict[str, dict[str, bool]] = {"": {}}
        for path in self._sizes:
            parts = path.split("/")
            for depth, name in enumerate(parts):
                self._inside.setdefault("/".join(parts[:depth]), {})[name] = depth < len(parts) - 1

    def close(self) -> None:
        """Let go of the archive."""
        if self._archive is not None:
            self._archive.close()

    def paths(self) -> Iterable[str]:
        """Everything there is."""
        return sorted(self._sizes)

    def blocks(self, path: str) -> Iterator[bytes]:
        """A content, piece by piece."""
        if path in self._records:
            yield self._records[path]
            return
        with self._opened(path) as file:
            while block := file.read(_BLOCK):
                yield block

    def read(self, path: str) -> bytes:
        """As `Base` says; what only an earlier archive held is not there."""
        return b"".join(self.blocks(path))

    def stat(self, path: str) -> Stat | None:
        """As `Base` says."""
        if path in self._inside:
            return Stat(0, is_folder=True)
        return Stat(self._sizes[path]) if path in self._sizes else None

    def list(self, path: str) -> tuple[Entry, ...] | None:
        """As `Base` says."""
        if path not in self._inside:
            return None
        here = f"{path}/" if path else ""
        return tuple(
            Entry(name, 0 if is_folder else self._sizes[here + name], is_folder)
            for name, is_folder in self._inside[path].items()
        )

    def _opened(self, path: str) -> IO[bytes]:
        try:
            if self._archive is None:
                raise KeyError(path)
            return self._archive.open(path)
        except KeyError as error:
            raise NotThere(path) from error


def make(access: Access) -> Archive:
    """The transport for `zip:///folder/site.zip`; `?changes=yes` for what changed since the archive before."""
    address = access.address
    if not address.path.lower().endswith(".zip"):
        raise AddressMalformed(
            tr("The address “{url}” cannot be understood.", url=address),
            hint=tr("It looks like zip:///folder/site.zip."),
        )
    place = Path(f"//{address.host}{address.path}" if address.host else address.path)
    wanted = address.query.get("changes", "") or access.options.get("changes", "")
    return Archive(place, changes_only=wanted in {"yes", "1", "true"})


def _beside(place: Path, ending: str) -> Path:
    return place.with_name(place.name + ending)


def _is_page(path: str) -> bool:
    return not path.startswith(f"{HOME}/")


def _read_base(records: Path, archive: Path, *, whole: bool) -> _ArchiveBase | None:
    """None where the records are damaged, or where a whole archive is wanted and the one before is not at hand."""
    try:
        with zipfile.ZipFile(records) as file:
            found = {name: file.read(name) for name in file.namelist()}
        digest = json.loads(found.pop(_ARCHIVE))["sha256"]
        head = Head.decode(found[HEAD]) if HEAD in found else None
        listed = found.get(manifest_path(head.generation)) if head else None
        manifest = RemoteManifest.decode(listed) if listed else RemoteManifest()
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, RecordDamaged):
        return None
    at_hand = archive.exists() and files.sha256(archive) == digest
    if whole and not at_hand:
        return None
    return _ArchiveBase(found, manifest, zipfile.ZipFile(archive) if whole else None)


def _write_archive(place: Path, contents: Mapping[str, Iterable[bytes]]) -> None:
    """Entries in the order of their names, without time or owner."""
    with place.open("wb") as out:
        with zipfile.ZipFile(out, "w") as archive:
            for path in sorted(contents):
                info = zipfile.ZipInfo(path, _NO_TIME)
                info.create_system, info.external_attr = 3, 0o644 << 16
                info.compress_type = zipfile.ZIP_STORED if _is_packed(path) else zipfile.ZIP_DEFLATED
                with archive.open(info, "w") as entry:
                    for block in contents[path]:
                        entry.write(block)
        out.flush()
        os.fsync(out.fileno())


def _is_packed(path: str) -> bool:
    return Path(path).suffix.lower() in _PACKED
