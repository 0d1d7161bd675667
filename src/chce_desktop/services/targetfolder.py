"""What this computer keeps for a publish target besides the library: its build, its journal, the last releases."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from chce_desktop.domain.publication import Target
from chce_desktop.foundation import paths
from chce_desktop.publishing.releases import Releases
from chce_desktop.services.site import Site


def folder(site: Site, target: Target) -> Path:
    """Where it lies. Short names: Windows counts 260 characters for a whole path, unless it was told otherwise."""
    return paths.cache_dir() / "targets" / f"{site.uid[-12:]}-{target.uid[-12:]}"


def pages(site: Site, target: Target) -> Path:
    """The folder of the last build for this target."""
    return folder(site, target) / "pages"


def releases(site: Site, target: Target) -> Releases:
    """The publications that can be put back."""
    return Releases(folder(site, target) / "releases")


def journal(site: Site, target: Target) -> Path:
    """What the publisher remembers between publishes; see `publishing.journal`."""
    return folder(site, target) / "journal"


def purged(site: Site, target: Target, public_paths: Iterable[str]) -> frozenset[str]:
    """Which of these pages were deleted for good on this computer."""
    try:
        known = frozenset(_purged(site, target).read_text(encoding="ascii").split())
    except (OSError, ValueError):
        return frozenset()
    return frozenset(path for path in public_paths if _digest(path) in known)


def forget(site: Site, target: Target) -> None:
    """Remove all of it."""
    shutil.rmtree(folder(site, target), ignore_errors=True)


def forget_texts(site: Site, public_paths: Iterable[str]) -> None:
    """Remove what may hold the text of these pages, of every target: releases that show them, and the builds.

    The builds are made anew by the next publish. That the pages were deleted for good is kept without naming them.
    """
    wanted = frozenset(public_paths)
    for target in site.targets.all():
        if folder(site, target).is_dir():
            with _purged(site, target).open("a", encoding="ascii") as file:
                file.writelines(f"{_digest(path)}\n" for path in sorted(wanted))
        releases(site, target).forget_with(wanted)
        for place in folder(site, target).iterdir() if folder(site, target).is_dir() else ():
            if place.name not in {"journal", "purged", "releases"}:
                shutil.rmtree(place, ignore_errors=True) if place.is_dir() else place.unlink(missing_ok=True)


def _purged(site: Site, target: Target) -> Path:
    return folder(site, target) / "purged"


def _digest(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()
