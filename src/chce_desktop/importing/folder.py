"""The files below a folder, and which of them an address in a text means. Nothing outside is ever touched."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress
from chce_desktop.importing.importer import NothingToImport, SkippedFile

#: Folders of other programs whose files pages reach under the site's root.
_STATIC = ("", "static", "public", "source", "assets", "content")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_DRIVE = re.compile(r"[A-Za-z]:[/\\]")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


class Place(Enum):
    """Where an address leads that leads to no file of the folder."""

    REMOTE = "remote"
    EMBEDDED = "embedded"
    OUTSIDE = "outside"
    MISSING = "missing"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of the folder, and what followed its name in the address (`#page=2`)."""

    path: str
    suffix: str = ""


class Folder:
    """A folder that is imported from. `files` are relative paths joined by `/`, as they are on disk, in order."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._spelled = {str(path).replace("\\", "/").rstrip("/") + "/" for path in (self.root, root.absolute())}
        self.files: list[str] = []
        self.refused: list[SkippedFile] = []
        self._listed = True
        self._exact: dict[str, str] = {}
        self._folded: dict[str, str] = {}

    def scan(self, progress: Progress) -> None:
        """List everything below the root without following links. Raises NothingToImport."""
        try:
            entries = sorted(os.scandir(self.root), key=lambda entry: entry.name)
        except OSError as error:
            raise NothingToImport(
                tr("The folder {path} cannot be read.", path=self.root),
                detail=str(error),
                hint=tr("Check that it exists and that you may open it."),
            ) from error
        waiting = [("", entry) for entry in reversed(entries)]
        while waiting:
            prefix, entry = waiting.pop()
            path = prefix + entry.name
            if len(self.files) % 500 == 0:
                progress.report(tr("Looking for files"), len(self.files))
                progress.check()
            try:
                if _is_link(entry):
                    self.refused.append(SkippedFile(path, tr("A link to another place; links are not followed.")))
                elif entry.is_dir(follow_symlinks=False):
                    below = sorted(os.scandir(entry.path), key=lambda item: item.name, reverse=True)
                    waiting += [(path + "/", item) for item in below]
                elif entry.is_file(follow_symlinks=False):
                    self._add(path)
                else:
                    self.refused.append(SkippedFile(path, tr("No ordinary file.")))
            except OSError as error:
                self.refused.append(SkippedFile(path, unreadable(error)))

    def _add(self, path: str) -> None:
        self.files.append(path)
        key = _key(path)
        self._exact.setdefault(key, path)
        self._folded.setdefault(key.casefold(), path)

    def look_at(self, name: str) -> None:
        """Instead of `scan`: only the file `name` is an article; others are looked up when a text names them."""
        self._listed = False
        if self.path(name).is_file():
            self.files = [name]

    def _find(self, path: str) -> str | None:
        if not self._listed:
            file = self.path(path)
            # No link on the way: what it leads to may lie anywhere.
            try:
                return path if path and file.is_file() and file.resolve() == file else None
            except OSError:  # a name too long for the disk
                return None
        key = _key(path)
        return self._exact.get(key) or self._folded.get(key.casefold())

    def path(self, relative: str) -> Path:
        """Where a file of `files` lies."""
        return self.root.joinpath(*relative.split("/"))

    def resolve(self, address: str, article: str) -> FoundFile | Place:
        """What `address` means in the text of the file `article`: a file of this folder, or why it is none."""
        if address.startswith("data:"):
            return Place.EMBEDDED
        if address.startswith(("//", "\\\\")) or re.match(r"https?:", address, re.IGNORECASE):
            return Place.REMOTE
        is_local = _DRIVE.match(address) or address.lower().startswith("file:")
        if (_SCHEME.match(address) and not is_local) or address.startswith("#"):
            return Place.OTHER
        escaped = False
        for candidate, suffix in _spellings(address):
            for path in self._places(candidate, article):
                if path is None:
                    escaped = True
                    continue
                found = self._find(path)
                if found is not None:
                    return FoundFile(found, suffix)
        return Place.OUTSIDE if escaped else Place.MISSING

    def _places(self, address: str, article: str) -> Iterator[str | None]:
        """Relative paths that `address` may mean, likeliest first; None for one outside of the folder."""
        if address.lower().startswith("file:"):
            address = re.sub(r"^file:/*(?=/|[A-Za-z]:)", "", address, flags=re.IGNORECASE)
        if address.startswith("/") or _DRIVE.match(address):
            absolute = os.path.normpath(address).replace("\\", "/")
            inside = [root for root in self._spelled if absolute.casefold().startswith(root.casefold())]
            if inside:
                yield absolute[len(inside[0]) :]
            elif _DRIVE.match(address):
                yield None
            for folder in _STATIC:
                yield _join(folder, address.lstrip("/"))
            return
        folder, _, name = article.rpartition("/")
        yield _join(folder, address)
        yield _join(f"{folder}/{name.rpartition('.')[0]}", address)
        if not address.startswith("."):
            for static in _STATIC:
                yield _join(static, address)


def unreadable(error: OSError) -> str:
    """The reason of a file that the system refuses."""
    if isinstance(error, PermissionError):
        return tr("You may not read it.")
    return tr("It cannot be read: {reason}.", reason=error.strerror or type(error).__name__)


def printable(path: str) -> str:
    """`path` as text that every output can hold, whatever bytes the disk's names are made of."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _is_link(entry: os.DirEntry[str]) -> bool:
    if entry.is_symlink():
        return True
    # A junction of Windows; cloud placeholders are reparse points too, and are ordinary files.
    tag = getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0)
    return bool(tag) and tag == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)


def _spellings(address: str) -> Iterator[tuple[str, str]]:
    """Ways in which `address` may be meant: as it stands, without `?…#…`, percent-decoded, unescaped, from Windows."""
    bare = re.split(r"[?#]", address, maxsplit=1)[0]
    for text, suffix in ((address, ""), (bare, address[len(bare) :] if "#" in address else "")):
        for spelling in dict.fromkeys(
            (
                text,
                urllib.parse.unquote(text),
                _ESCAPED.sub(r"\1", text),
                text.replace("\\", "/"),
                urllib.parse.unquote(text).replace("\\", "/"),
            )
        ):
            if spelling.strip("./\\") and "\x00" not in spelling:
                yield spelling, suffix


def _join(folder: str, address: str) -> str | None:
    """`folder/address` without `.` and `..`; None where it would leave the root."""
    parts: list[str] = []
    for part in f"{folder}/{address}".split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _key(path: str) -> str:
    return unicodedata.normalize("NFC", path)
