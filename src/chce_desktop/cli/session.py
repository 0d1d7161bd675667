"""What a command is given: its arguments, the open site, where to answer and how to report progress."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from chce_desktop.cli.output import Output
from chce_desktop.cli.progress import ConsoleProgress
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr

if TYPE_CHECKING:
    from chce_desktop.services.site import Site

#: Where the site's library lies in its folder, to recognise a site in the current folder.
_LIBRARY = "site.db"
_DIGITS = 18


class Usage(ChceError):
    """The command line itself is wrong (exit status 2)."""

    code = "usage"


def number(text: str) -> int:
    """A whole number that is not negative, as an option's type; the library's ids and counts end at 64 bits."""
    if not text.isdecimal() or len(text) > _DIGITS:
        raise argparse.ArgumentTypeError(tr("“{text}” is no number.", text=text))
    return int(text)


class Session:
    """One run of `chce`."""

    def __init__(self, arguments: argparse.Namespace, output: Output) -> None:
        self.arguments = arguments
        self.output = output
        self.progress = ConsoleProgress()
        self._site: Site | None = None

    @property
    def site(self) -> Site:
        """The site that the command is about, opened at the first use. Raises Usage where none was named."""
        if self._site is None:
            from chce_desktop.services.site import open_site

            self._site = open_site(self._folder(), progress=self.progress)
            for warning in self._site.warnings:
                self.output.note(warning)
        return self._site

    def use(self, site: Site) -> Site:
        """Make a site that was just created the one that the command is about."""
        self._site = site
        return site

    def close(self) -> None:
        """Give the site's files back."""
        self.progress.clear()
        if self._site is not None:
            self._site.close()
            self._site = None

    def _folder(self) -> Path:
        named = self.arguments.site or os.environ.get("CHCE_SITE")
        if named:
            return Path(named)
        if Path(_LIBRARY).is_file():
            return Path()
        raise Usage(
            tr("Which site?"), hint=tr("Name its folder with --site DIR or in CHCE_SITE, or go into the folder first.")
        )
