"""A snapshot to a folder of public files: only what changed is written, only what was written is ever removed."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from chce_desktop.domain.manifest import FileEntry, Manifest
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.foundation import files, paths
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.sitegen import pictures
from chce_desktop.sitegen.crew import Crew
from chce_desktop.sitegen.errors import BuildRunning, OutputFolderUnusable
from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.kept import Kept
from chce_desktop.sitegen.quick import NotFew, Quick
from chce_desktop.sitegen.run import Run
from chce_desktop.sitegen.state import DamagedRecords, Head, StateFile, Written, folder_of
from chce_desktop.sitegen.texts import TextsTwice

#: How long a build waits for another one, in seconds.
_PATIENCE = 1
#: New objects, and looks at the young ones, that start a look at the next generation; see `_few_collections`.
_SELDOM = (200_000, 10, 1_000)
#: To freshen more pages, the whole site is looked at.
_FEW_FRESHENED = 500


@dataclass(frozen=True)
class BuildResult:
    """What a build did. `pages` counts all public files; `stale` those whose shared blocks are not the latest.

    `manifest` names every public file of the folder.
    """

    pages: int
    written: int
    unchanged: int
    removed: int
    seconds: float
    files: Callable[[], Mapping[str, Written]] = field(repr=False, compare=False)
    stale: int = 0
    #: Why every page was made anew: names of `Generator.keys.facts` that changed; empty where it was not.
    renewed: tuple[str, ...] = ()

    @cached_property
    def manifest(self) -> Manifest:
        """Made when it is asked for, since it names the whole site."""
        return Manifest({path: FileEntry(w.sha256, w.size) for path, w in sorted(self.files().items())})


def cache_folder(snapshot: SiteSnapshot) -> Path:
    """Where the rendered bodies of a site are kept."""
    name = hashlib.sha256(str(snapshot.site_folder.resolve()).encode()).hexdigest()[:16]
    return paths.cache_dir() / "bodies" / name


@contextlib.contextmanager
def _few_collections() -> Iterator[None]:
    """Look for cycles seldom, and never through everything: a build makes many objects that live to its end.

    What was there before is left out, unless the app has left out things for good: there is no telling them apart.
    Of two builds at once only the first does so, for as long as it takes: what the other found would be no usual state.
    """
    usual, apart = gc.get_threshold(), gc.get_freeze_count() == 0
    if usual == _SELDOM:
        yield
        return
    gc.set_threshold(*_SELDOM)
    if apart:
        gc.freeze()
    try:
        yield
    finally:
        if apart:
            gc.unfreeze()
        gc.set_threshold(*usual)


@contextlib.contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Let no other build, in whatever process, write into the same folder meanwhile. Raises BuildRunning, OSError."""
    lock = folder_of(out) / "lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("ab") as file:
        until = time.monotonic() + _PATIENCE
        while not files.locked(file):  # a build that was killed may take a moment to be gone
            if time.monotonic() > until:
                raise BuildRunning(str(out))
            time.sleep(0.05)
        yield


def build(
    snapshot: SiteSnapshot,
    out: Path,
    *,
    base_url: str = "",
    full: bool = False,
    freshen: int = 0,
    processes: int | None = None,
    progress: Progress = SILENT,
) -> BuildResult:
    """Make `out` hold exactly the site, besides files that are not ours.

    Pages are rendered again when something changed that they were made from. Blocks that stand on every page are
    fetched by the reader's browser when they changed; up to `freshen` pages are rendered again for their sake, with
    `full` all. `processes` is 1 or 2; by default what the work is worth. Readers see the new state only when all of it
    is written: what stops a build before leaves the old one. Raises BuildRunning, OutputFolderUnusable, TemplateFailed,
    ThemeFaulty, Cancelled.
    """
    started = time.perf_counter()
    try:
        if out.exists() and not out.is_dir():
            raise OutputFolderUnusable(str(out), tr("It is a file."))
        with _alone(out), _few_collections(), Kept(cache_folder(snapshot)) as kept:
            before = StateFile(out).head()
            run = None if full or freshen > _FEW_FRESHENED else _quick(snapshot, base_url, kept, out, freshen, progress)
            if run is None:
                run = _whole(snapshot, base_url, kept, out, (full, freshen, processes), progress)
    except OSError as error:
        raise OutputFolderUnusable(str(out), str(error)) from error
    done = run

    def made() -> Mapping[str, Written]:
        return StateFile(out).read().files if isinstance(done, Quick) else done.files

    seconds = time.perf_counter() - started
    renewed = _renewed(before, StateFile(out).head())
    unchanged = run.pages - run.written
    return BuildResult(run.pages, run.written, unchanged, run.removed, seconds, made, run.stale, renewed)


def _renewed(before: Head | None, after: Head | None) -> tuple[str, ...]:
    if before is None or after is None or before.site == after.site:
        return ()
    return tuple(name for name, fact in after.facts.items() if before.facts.get(name) != fact)


def _quick(
    snapshot: SiteSnapshot, base_url: str, kept: Kept, out: Path, freshen: int, progress: Progress
) -> Run | None:
    """Build the few changes that there are; None where the whole site must be looked at."""
    try:
        generator = Generator(snapshot, base_url=base_url, kept=kept)
        run = Quick.start(generator, kept, Crew(1, generator), out, freshen, progress)
        if run is not None:
            with contextlib.closing(run):
                run.build()
            kept.keep_tag_slugs(generator.catalogue.tag_slugs)
    except (NotFew, DamagedRecords):
        return None
    return run


def _whole(
    snapshot: SiteSnapshot,
    base_url: str,
    kept: Kept,
    out: Path,
    how: tuple[bool, int, int | None],
    progress: Progress,
) -> Run:
    """Look at everything. `how`: full, freshen, processes."""
    full, freshen, processes = how
    snapshot = replace(snapshot, bodies=TextsTwice(snapshot.bodies))
    generator = Generator(snapshot, base_url=base_url, kept=kept)
    crew = Crew(processes, generator)
    run = Run(generator, kept, crew, out, full=full, freshen=freshen, progress=progress)
    if run.everything:
        with contextlib.suppress(OSError):
            pictures.forget(cache_folder(snapshot), snapshot)
    with contextlib.closing(run), crew:  # nobody writes any more when the stage is dropped
        run.build()
    kept.keep_tag_slugs(generator.catalogue.tag_slugs)
    if run.everything:
        articles = snapshot.articles
        kept.forget(
            len(articles), lambda: set(map(generator.body_key, articles)), run.page_keys, generator.search.needed
        )
    return run
