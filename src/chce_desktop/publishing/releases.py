"""The last publications, kept on this computer by content, so that any of them can be put back."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chce_desktop.domain.manifest import FileEntry, Manifest
from chce_desktop.foundation import files
from chce_desktop.foundation.i18n import tr
from chce_desktop.publishing.errors import ReleaseMissing
from chce_desktop.publishing.outcome import LocalTree

KEPT = 10


@dataclass(frozen=True, slots=True)
class Release:
    """A publication that can be put back."""

    generation: int
    tree: str
    files: int
    kept_at: datetime


class Releases:
    """The releases in `folder`, which belongs to one target.

    Contents are linked from the build folder where the disk can do that, which costs no room; the build replaces files
    and never writes into them. Whatever comes out is compared with its hash.
    """

    def __init__(self, folder: Path, *, kept: int = KEPT) -> None:
        self._folder = folder
        self._kept = kept

    def all(self) -> tuple[Release, ...]:
        """The releases that are kept, newest first."""
        found = []
        for generation in sorted(self._generations(), reverse=True):
            with contextlib.suppress(ReleaseMissing):
                manifest, kept_at = self._index(generation)
                found.append(Release(generation, manifest.tree_hash(), len(manifest.files), kept_at))
        return tuple(found)

    def holds(self, generation: int) -> bool:
        """Whether this publication is kept."""
        return self._index_path(generation).exists()

    def keep(self, generation: int, tree: LocalTree) -> None:
        """Keep a tree that was just published, and let go of the oldest ones. Raises OSError."""
        entries = tree.manifest.files
        have = self._contents(self._generations() - {generation})
        for path, entry in entries.items():
            place = self._place(entry.sha256)
            if entry.sha256 not in have and not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                _link(tree.root.joinpath(*path.split("/")), place)
        index = {
            "kept_at": int(time.time()),
            "files": {path: [entry.sha256, entry.size] for path, entry in entries.items()},
        }
        files.write_atomic(
            self._index_path(generation), gzip.compress(json.dumps(index, ensure_ascii=False).encode(), mtime=0)
        )
        self._let_go(sorted(self._generations())[: -self._kept])

    def restore(self, generation: int, into: Path) -> LocalTree:
        """Lay the files of a release into the empty folder `into`. Raises ReleaseMissing, also for a damaged one."""
        manifest, _kept_at = self._index(generation)
        for path, entry in manifest.files.items():
            place = files.inside(into, path)
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(self._place(entry.sha256), place)
                intact = files.sha256(place) == entry.sha256
            except OSError as error:
                raise _missing(generation, f"{path}: {error}") from error
            if not intact:
                raise _missing(generation, path)
        return LocalTree(into, manifest)

    def manifest(self, generation: int) -> Manifest:
        """The files of a release. Raises ReleaseMissing."""
        return self._index(generation)[0]

    def read(self, generation: int, path: str) -> bytes | None:
        """One file of a release, None where it has none of that path. Raises ReleaseMissing, OSError."""
        entry = self.manifest(generation).files.get(path)
        return None if entry is None else self._place(entry.sha256).read_bytes()

    def forget_with(self, paths: frozenset[str]) -> None:
        """Let go of every release that has one of these files."""
        held = []
        for generation in sorted(self._generations()):
            try:
                wanted = not paths.isdisjoint(self.manifest(generation).files)
            except ReleaseMissing:
                wanted = True
            if wanted:
                held.append(generation)
        self._let_go(held)

    def _generations(self) -> set[int]:
        return {int(path.name.split(".")[0]) for path in self._folder.glob("[0-9]*.json.gz")}

    def _index_path(self, generation: int) -> Path:
        return self._folder / f"{generation}.json.gz"

    def _index(self, generation: int) -> tuple[Manifest, datetime]:
        try:
            values = json.loads(gzip.decompress(self._index_path(generation).read_bytes()))
            manifest = Manifest({path: FileEntry(sha, size) for path, (sha, size) in values["files"].items()})
            return manifest, datetime.fromtimestamp(values["kept_at"], UTC)
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            raise _missing(generation, repr(error)) from error

    def _contents(self, generations: Iterable[int]) -> set[str]:
        contents = set()
        for generation in generations:
            with contextlib.suppress(ReleaseMissing):
                contents |= {entry.sha256 for entry in self._index(generation)[0].files.values()}
        return contents

    def _place(self, sha256: str) -> Path:
        return self._folder / "contents" / sha256[:2] / sha256

    def _let_go(self, generations: list[int]) -> None:
        if not generations:
            return
        gone = self._contents(generations)
        for generation in generations:
            self._index_path(generation).unlink()
        for sha256 in gone - self._contents(self._generations()):
            self._place(sha256).unlink(missing_ok=True)


def _link(source: Path, place: Path) -> None:
    try:
        os.link(source, place)
    except OSError:  # another disk, or a file system without links
        temporary = place.with_suffix(".tmp")
        shutil.copyfile(source, temporary)
        files.replace(temporary, place)


def _missing(generation: int, detail: str) -> ReleaseMissing:
    return ReleaseMissing(
        tr("Publication no. {generation} cannot be put back: its files are no longer here.", generation=generation),
        detail=detail,
        hint=tr("Choose another publication, or restore a backup of the library."),
    )
