"""What readers were given by publishes that this library does not remember.

Another computer with a copy of it published, or it was put back from a backup, or it was killed before it could record
what it had done. Then the host shows a state that the library knows nothing of: whoever replaces it is asked, and the
addresses that readers know from it go on answering.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from chce_desktop.domain.publication import Publication, Target
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.publishing.journal import Journal
from chce_desktop.services import targetfolder
from chce_desktop.services.site import Site
from chce_desktop.storage import published


def name_of(record: Publication) -> str:
    """What an attempt to publish is called where the library is not at hand; one that was put back calls none so."""
    return f"{record.id}@{record.started_at.isoformat()}"


def attempts(site: Site, target: Target) -> Sequence[str]:
    """The last attempts that the library remembers, oldest first: what these left on the host is its own."""
    return [name_of(record) for record in reversed(site.publications.of(target.id))] or [""]


def may_have_committed(site: Site, target: Target, attempt: str) -> bool:
    """Whether an attempt that did not end in order may have brought the host to a new state."""
    return Journal(targetfolder.journal(site, target)).may_have_committed(attempt)


def answering(site: Site, target: Target, taken: SiteSnapshot) -> Callable[[Iterable[str], bool], frozenset[str]]:
    """Chooses those pages that have to go on answering: all but those that were deleted for good here.

    Of a state that the library has seen it knows all pages, but for what an earlier program published.
    """

    def chosen(pages: Iterable[str], seen: bool) -> frozenset[str]:  # noqa: FBT001 - the place of an argument
        wanted = frozenset(() if seen and taken.published else pages)
        return wanted - targetfolder.purged(site, target, wanted)

    return chosen


def heard_of(site: Site, taken: SiteSnapshot, pages: Iterable[str]) -> SiteSnapshot:
    """Remember that readers were given these pages; the same snapshot, which knows it."""
    with site.connection.write() as session:
        published.add(session, pages, datetime.now(UTC))
        return replace(taken, published=published.moments(session))
