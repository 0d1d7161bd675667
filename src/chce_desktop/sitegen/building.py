"""A snapshot to a folder of public files: only what changed is written, only what was written is ever removed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.manifest import FileEntry, Manifest
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.foundation import files, paths
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.sitegen.errors import OutputFolderUnusable
from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.kept import KeptBodies
from chce_desktop.sitegen.outputs import Output, OutputKind, Rendered
from chce_desktop.sitegen.state import StateFile, Written

_CHUNK = 200


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did. `pages` counts all public files; `stale` those whose shared blocks are not the latest.

    `manifest` names every public file of the folder.
    """

    pages: int
    written: int
    unchanged: int
    removed: int
    seconds: float
    manifest: Manifest
    stale: int = 0


def cache_folder(snapshot: SiteSnapshot) -> Path:
    """Where the rendered bodies of a site are kept."""
    name = hashlib.sha256(str(snapshot.site_folder.resolve()).encode()).hexdigest()[:16]
    return paths.cache_dir() / "bodies" / name


def build(
    snapshot: SiteSnapshot,
    out: Path,
    *,
    base_url: str = "",
    full: bool = False,
    freshen: int = 0,
    progress: Progress = SILENT,
) -> BuildResult:
    """Make `out` hold exactly the site, besides files that are not ours.

    Pages are rendered again when something changed that they were made from. Blocks that stand on every page are
    fetched by the reader's browser when they changed; up to `freshen` pages are rendered again for their sake, with
    `full` all. Raises OutputFolderUnusable, TemplateFailed, ThemeFaulty, Cancelled; then the next build mends what is
    missing.
    """
    started = time.perf_counter()
    try:
        if out.exists() and not out.is_dir():
            raise OutputFolderUnusable(str(out), tr("It is a file."))
        with KeptBodies(cache_folder(snapshot)) as kept:
            generator = Generator(snapshot, base_url=base_url, kept=kept)
            run = _Run(generator, out, full=full, freshen=freshen, progress=progress)
            with contextlib.closing(run):
                run.everything()
            if full:
                kept.forget_segments()
    except OSError as error:
        raise OutputFolderUnusable(str(out), str(error)) from error
    manifest = Manifest({path: FileEntry(w.sha256, w.size) for path, w in sorted(run.files.items())})
    seconds = time.perf_counter() - started
    return BuildResult(
        len(run.files), run.written, len(run.files) - run.written, run.removed, seconds, manifest, run.stale
    )


class _Run:
    """One build."""

    def __init__(self, generator: Generator, out: Path, *, full: bool, freshen: int, progress: Progress) -> None:
        self._generator = generator
        self._out = out
        self._progress = progress
        self._full = full
        self._freshen = freshen
        self._state_file = StateFile(out)
        state = self._state_file.read()
        self._before = state.files
        if not full:
            generator.search.continue_from(state.search, self._is_intact, freshen)
        self._taken_away = generator.taken_away({path: bool(w.key) for path, w in self._before.items()})
        self._doubtful = state.interrupted
        self._there = _Disk(out)
        self._made_folders: set[str] = set()
        self._journal: BinaryIO | None = None
        self.files: dict[str, Written] = {}
        self.written = self.removed = self.stale = 0
        self._done = 0
        self._total = 0

    def everything(self) -> None:
        """Render, write, remove, remember."""
        generator = self._generator
        self._total = len(generator.snapshot.articles)
        used: set[str] = set()
        for output in generator.outputs():
            if output.kind is OutputKind.ARTICLE:
                continue
            self._other(output)
        for chunk in _chunks(tuple(generator.catalogue.by_path.items())):
            self._progress.check()
            self._progress.report(tr("Rendering pages"), self._done, self._total)
            self._chunk(chunk)
            self._done += len(chunk)
        for written in self.files.values():
            used.update(written.media)
        for output in generator.media_outputs(used):
            self._copy(output)
        self._remove()
        if self._journal is not None or self._doubtful or self.files != self._before:
            self._begin().close()
            self._state_file.write(self.files, self._generator.search.composition)

    def _chunk(self, chunk: Sequence[tuple[str, ArticleInfo]]) -> None:
        due: list[tuple[str, ArticleInfo]] = []
        shared = self._generator.shared_version
        for path, info in chunk:
            before = self._before.get(path)
            if before is None or self._full or not self._intact(path, before):
                due.append((path, info))
                continue
            if before.key != self._generator.article_key(info, before.media, before.articles):
                due.append((path, info))
            elif before.shared != shared:
                if self._freshen > 0:
                    self._freshen -= 1
                    due.append((path, info))
                elif self._names_what_is_gone(path):
                    due.append((path, info))
                else:
                    self.stale += 1
                    self.files[path] = before
            else:
                self.files[path] = before
        if not due:
            return
        self._generator.load([info for _, info in due])
        for path, info in due:
            rendered = self._generator.render_article(info)
            key = self._generator.article_key(info, rendered.media, rendered.articles)
            self._put(path, rendered, key, shared)

    def _other(self, output: Output) -> None:
        path, key = output.path, self._generator.key(output)
        before = self._before.get(path)
        page = output.kind is OutputKind.PAGE
        shared = self._generator.shared_version if page else ""
        if key and before is not None and before.key == key and not self._full and self._intact(path, before):
            if before.shared == shared:
                self.files[path] = before
                return
            if self._freshen > 0:
                self._freshen -= 1
            elif not self._names_what_is_gone(path):
                self.stale += 1
                self.files[path] = before
                return
        self._progress.check()
        self._put(path, self._generator.render(path), key, shared)

    def _is_intact(self, path: str) -> bool:
        before = self._before.get(path)
        return before is not None and self._intact(path, before)

    def _intact(self, path: str, before: Written) -> bool:
        """Whether the file is still as it was written: by size and time, or by content after an interrupted build."""
        found = self._there.get(path)
        if found is None or found[0] != before.size:
            return False
        if found[1] == before.modified and not self._doubtful:
            return True
        try:
            if files.sha256(files.inside(self._out, path)) != before.sha256:
                return False
        except OSError:
            return False
        before.modified = found[1]
        return True

    def _names_what_is_gone(self, path: str) -> bool:
        """Whether a page that could stay as it is names an article that was taken away in the blocks of every page."""
        if not self._taken_away:
            return False
        try:
            text = files.inside(self._out, path).read_bytes()
        except OSError:
            return True
        return any(gone.encode() in text for gone in self._taken_away)

    def _put(self, path: str, rendered: Rendered, key: str, shared: str) -> None:
        digest = hashlib.sha256(rendered.body).hexdigest()
        size = len(rendered.body)
        before = self._before.get(path)
        if before is not None and before.sha256 == digest and self._intact(path, before):
            modified = before.modified
        elif before is None and self._same_on_disk(path, digest, size):
            modified = self._there.files[path][1]
        else:
            modified = self._write(path, rendered.body)
        self.files[path] = Written(digest, size, modified, key, shared, rendered.media, rendered.articles)

    def _same_on_disk(self, path: str, digest: str, size: int) -> bool:
        found = self._there.get(path)
        return found is not None and found[0] == size and files.sha256(files.inside(self._out, path)) == digest

    def _begin(self) -> BinaryIO:
        if self._journal is None:
            self._out.mkdir(parents=True, exist_ok=True)
            self._journal = self._state_file.begin()
        return self._journal

    def close(self) -> None:
        """Let go of the journal; what is in it tells the next build what was begun."""
        if self._journal is not None:
            self._journal.close()

    def _target(self, path: str) -> Path:
        journal = self._begin()
        if path not in self._before:
            journal.write(f"{path}\n".encode())
        target = files.inside(self._out, path)
        folder = path.rpartition("/")[0]
        if folder not in self._made_folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._made_folders.add(folder)
        if self._there.get(path) is not None:
            # The file may be linked from elsewhere (publications that can be put back): it is replaced, never changed.
            target.unlink(missing_ok=True)
        self.written += 1
        return target

    def _write(self, path: str, data: bytes) -> int:
        target = self._target(path)
        with target.open("wb", buffering=0) as file:
            file.write(data)
            return os.fstat(file.fileno()).st_mtime_ns

    def _copy(self, output: Output) -> None:
        """A media file, whose name is made from its content."""
        if output.source is None:
            return
        item = self._generator.snapshot.media[output.path]
        before = self._before.get(output.path)
        if before is not None and before.sha256 == item.sha256 and self._intact(output.path, before):
            self.files[output.path] = before
            return
        try:
            digest = files.sha256(output.source)
        except FileNotFoundError:
            return
        self._progress.check()
        found = self._there.get(output.path)
        if found is None or files.sha256(files.inside(self._out, output.path)) != digest:
            target = self._target(output.path)
            shutil.copyfile(output.source, target)
            status = target.stat()
            found = (status.st_size, status.st_mtime_ns)
        self.files[output.path] = Written(digest, found[0], found[1])

    def _remove(self) -> None:
        emptied: set[Path] = set()
        for path in self._before:
            if path not in self.files and self._there.get(path) is not None:
                self._begin()
                target = files.inside(self._out, path)
                target.unlink(missing_ok=True)
                self.removed += 1
                emptied.add(target.parent)
        for folder in sorted(emptied, key=lambda f: -len(f.parts)):
            current = folder
            while current != self._out:
                with contextlib.suppress(OSError):
                    current.rmdir()
                    current = current.parent
                    continue
                break


class _Disk:
    """The files of a folder with size and modification time, read once."""

    def __init__(self, root: Path) -> None:
        self.files: dict[str, tuple[int, int]] = {}
        if root.is_dir():
            self._scan(root, "")

    def _scan(self, folder: Path, prefix: str) -> None:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    self._scan(Path(entry.path), f"{prefix}{entry.name}/")
                else:
                    status = entry.stat(follow_symlinks=False)
                    self.files[prefix + entry.name] = (status.st_size, status.st_mtime_ns)

    def get(self, path: str) -> tuple[int, int] | None:
        """Size and modification time in ns of a file, None where there is none."""
        return self.files.get(path)


def _chunks(items: Sequence[tuple[str, ArticleInfo]]) -> Iterator[Sequence[tuple[str, ArticleInfo]]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
