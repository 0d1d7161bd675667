"""A whole site in one file, verified when it is written and again before it is restored."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from chce_desktop.foundation import files
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.services.errors import FolderNotEmpty
from chce_desktop.services.site import Site, open_site
from chce_desktop.storage import library

_CONTENTS = "contents.json"
_BLOCK = 1024 * 1024
#: Folders of a site that are part of it besides the library itself.
_FOLDERS = ("media", "theme")


class BackupUnusable(ChceError):
    """The file is no backup of this app, or it is damaged."""

    code = "backup_unusable"


class BackupFailed(ChceError):
    """The backup could not be written."""

    code = "backup_failed"


@dataclass(frozen=True, slots=True)
class BackupResult:
    """What is in the backup. `size` in bytes of the file, `sha256` of the file."""

    articles: int
    media: int
    size: int
    sha256: str


def backup(site: Site, target: Path, *, progress: Progress = SILENT) -> BackupResult:
    """Write a backup of the open site to `target`, read it back, and only then put it in place.

    Raises BackupFailed, Cancelled, and what the library refuses.
    """
    draft = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="chce-backup-") as place:
            copy = Path(place) / library.DATABASE
            library.copy(site.folder / library.DATABASE, copy)
            _write(site.folder, copy, draft, progress)
        _verified(draft, progress)
        files.replace(draft, target)
    except OSError as error:
        raise BackupFailed(
            tr("The backup “{name}” could not be written.", name=target.name),
            detail=str(error),
            hint=tr("Check that the disk has room and that you may write there."),
        ) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
    info = site.info()
    return BackupResult(
        articles=info.articles.total + info.articles.trash,
        media=info.media,
        size=target.stat().st_size,
        sha256=files.sha256(target),
    )


def restore(source: Path, folder: Path, *, progress: Progress = SILENT) -> BackupResult:
    """Make a site in `folder` (empty or new) from a backup. Raises BackupUnusable, FolderNotEmpty, Cancelled."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(
            tr("The folder “{name}” is not empty.", name=folder.name),
            hint=tr("Choose an empty folder or a new name for the site."),
        )
    draft = folder.with_name(folder.name + ".restoring")
    try:
        with _opened(source) as archive:
            for name, digest in _contents(archive, source).items():
                progress.check()
                place = files.inside(draft, name)
                place.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as packed, place.open("wb") as file:
                    if _copy(packed, file) != digest:
                        raise _damaged(source, name)
        (draft / library.MEDIA).mkdir(exist_ok=True)
        with open_site(draft) as site:
            info = site.info()
        if folder.exists():
            folder.rmdir()
        files.replace(draft, folder)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise _damaged(source, str(error)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return BackupResult(
        articles=info.articles.total + info.articles.trash,
        media=info.media,
        size=source.stat().st_size,
        sha256=files.sha256(source),
    )


def _write(folder: Path, database: Path, draft: Path, progress: Progress) -> None:
    wanted = {library.DATABASE: database}
    for name in _FOLDERS:
        wanted |= {p.relative_to(folder).as_posix(): p for p in sorted((folder / name).rglob("*")) if p.is_file()}
    digests = {}
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        for number, (name, path) in enumerate(wanted.items()):
            progress.check()
            progress.report(tr("Writing the backup"), number, len(wanted))
            with path.open("rb") as file, archive.open(name, "w", force_zip64=True) as packed:
                digests[name] = _copy(file, packed)
        archive.writestr(_CONTENTS, json.dumps({"format": 1, "files": digests}, ensure_ascii=False, indent=0))


def _verified(path: Path, progress: Progress) -> None:
    with _opened(path) as archive:
        contents = _contents(archive, path)
        for number, (name, digest) in enumerate(contents.items()):
            progress.check()
            progress.report(tr("Checking the backup"), number, len(contents))
            with archive.open(name) as packed:
                if _copy(packed, None) != digest:
                    raise _damaged(path, name)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise _damaged(path, str(error)) from error
    with archive:
        yield archive


def _contents(archive: zipfile.ZipFile, path: Path) -> dict[str, str]:
    try:
        contents = json.loads(archive.read(_CONTENTS))
        named = {str(name): str(digest) for name, digest in contents["files"].items()}
    except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise _damaged(path, str(error)) from error
    allowed = {name for name in named if name == library.DATABASE or name.partition("/")[0] in _FOLDERS}
    if library.DATABASE not in named or allowed != set(named) or not allowed <= set(archive.namelist()):
        raise _damaged(path, ", ".join(sorted(set(named) - allowed)[:5]))
    return named


def _copy(source: IO[bytes], target: IO[bytes] | None) -> str:
    digest = hashlib.sha256()
    while block := source.read(_BLOCK):
        digest.update(block)
        if target is not None:
            target.write(block)
    return digest.hexdigest()


def _damaged(path: Path, detail: str) -> BackupUnusable:
    return BackupUnusable(
        tr("“{name}” is not a whole backup of this app.", name=path.name),
        detail=detail,
        hint=tr("Nothing was restored. Choose another backup."),
    )
