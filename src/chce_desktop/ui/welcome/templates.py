"""The first columns of a new site, by the kind of portal that it is."""

from __future__ import annotations

from dataclasses import dataclass

from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.services.site import Site

#: A name, and the names below it.
Names = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class SiteTemplate:
    """`name` and `columns` are English; `tr` makes them the user's."""

    key: str
    name: str
    hint: str
    columns: Names

    def summary(self) -> str:
        """The main columns in one line."""
        return " · ".join(tr(name) for name, _ in self.columns)

    def fill(self, site: Site, progress: Progress = SILENT) -> None:
        """Make the columns."""
        for number, (name, below) in enumerate(self.columns):
            progress.report(tr("Making columns"), number, len(self.columns))
            parent = site.columns.add(tr(name))
            for child in below:
                site.columns.add(tr(child), parent.id)


TEMPLATES = (
    SiteTemplate(
        "education",
        mark("Education portal"),
        mark("News, policies, papers"),
        (
            (mark("News"), (mark("National news"), mark("Local news"))),
            (mark("Government affairs"), (mark("Notices and announcements"), mark("Laws and policies"))),
            (mark("Well-rounded education"), (mark("Moral education"), mark("Arts and sports"))),
            (mark("Papers"), ()),
            (mark("Special topics"), ()),
        ),
    ),
    SiteTemplate(
        "news",
        mark("News portal"),
        mark("Current affairs by subject"),
        (
            (mark("Headlines"), ()),
            (mark("Domestic"), ()),
            (mark("International"), ()),
            (mark("Society"), ()),
            (mark("Culture"), ()),
            (mark("Opinion"), ()),
            (mark("Special topics"), ()),
        ),
    ),
    SiteTemplate(
        "institution",
        mark("Institution"),
        mark("Who we are and what we do"),
        (
            (mark("About us"), (mark("Organisation"), mark("Contact"))),
            (mark("News"), ()),
            (mark("Notices and announcements"), ()),
            (mark("Services"), ()),
            (mark("Downloads"), ()),
        ),
    ),
    SiteTemplate("empty", mark("Empty"), mark("No columns yet"), ()),
)
