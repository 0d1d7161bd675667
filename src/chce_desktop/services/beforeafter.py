"""The pages of a target before and after a publish, to be looked at side by side."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from chce_desktop.domain.differences import Piece, differences
from chce_desktop.domain.publication import Target
from chce_desktop.foundation.files import inside
from chce_desktop.publishing import publicpage
from chce_desktop.publishing.errors import ReleaseMissing
from chce_desktop.services import targetfolder
from chce_desktop.services.site import Site
from chce_desktop.sitegen.reading import text_of


@dataclass(frozen=True, slots=True)
class Both:
    """One page in two states; None where there is none. `words` is what differs in its text."""

    before: bytes | None
    after: bytes | None
    words: tuple[Piece, ...]


def before(site: Site, target: Target, path: str, generation: int) -> bytes | None:
    """A public file as it is on the host now, at `generation`: as this computer published it, else as readers get it.

    None where it can be had from neither. May wait for the network: call it in a job.
    """
    last = site.publications.last_done(target.id)
    if last is not None and last.generation == generation:
        with contextlib.suppress(ReleaseMissing, OSError):
            return targetfolder.releases(site, target).read(generation, path)
    return publicpage.fetch(target.public_url, path) if target.public_url else None


def after(site: Site, target: Target, path: str, put_back: int = 0) -> bytes | None:
    """A public file as the last build for this target made it, None where there is none.

    `put_back`: as it was in that generation.
    """
    with contextlib.suppress(OSError, ValueError, ReleaseMissing):
        if put_back:
            return targetfolder.releases(site, target).read(put_back, path)
        return inside(targetfolder.pages(site, target), path).read_bytes()
    return None


def both(site: Site, target: Target, path: str, generation: int, put_back: int = 0) -> Both:
    """One page before and after. May take a moment for long texts: call it in a job."""
    old, new = before(site, target, path, generation), after(site, target, path, put_back)
    return Both(old, new, differences(text_of(old or b""), text_of(new or b"")))
