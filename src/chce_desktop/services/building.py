"""Building a site's pages into a folder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from chce_desktop import sitegen
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.services import snapshot
from chce_desktop.services.site import Site
from chce_desktop.sitegen import BuildResult, OutputFolderUnusable, explaining
from chce_desktop.sitegen.explaining import Explanation

__all__ = ["BuildResult", "Explanation", "build", "build_snapshot", "explain"]


def build(
    site: Site,
    out: Path,
    *,
    full: bool = False,
    base_url: str = "",
    now: datetime | None = None,
    progress: Progress = SILENT,
) -> BuildResult:
    """Write the pages that readers may see at `now` into `out`; only what differs from what is there is written.

    `base_url` is where readers find the site, the site's own address by default. `full` renders everything anew.
    Raises what the theme (TemplateFailed) or the disk (OutputFolderUnusable) refuses, and Cancelled. The site's own
    folder is refused too: its pictures would be taken for pages that are no longer wanted.
    """
    if out.resolve().is_relative_to(site.folder.resolve()):
        raise OutputFolderUnusable(str(out), tr("It belongs to the site's own files."))
    return build_snapshot(snapshot.take(site, now=now), out, full=full, base_url=base_url, progress=progress)


def build_snapshot(
    taken: SiteSnapshot,
    out: Path,
    *,
    full: bool = False,
    base_url: str = "",
    freshen: int = 0,
    progress: Progress = SILENT,
) -> BuildResult:
    """The same for a snapshot that was taken already; up to `freshen` pages are renewed for their shared blocks."""
    base_url = base_url or taken.settings.url
    return sitegen.build(taken, out, base_url=base_url, full=full, freshen=freshen, progress=progress)


def explain(site: Site, out: Path, path: str, *, base_url: str = "") -> Explanation:
    """Why the next build into `out` would make the file at a public path anew. Raises PageNotFound, ThemeFaulty."""
    taken = snapshot.take(site)
    return explaining.explain(taken, out, path, base_url=base_url or taken.settings.url)
