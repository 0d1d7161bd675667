"""The contract of every importer.

An importer reads foreign files and yields what it found, one article at a time; it neither knows the library nor
writes a byte. `services.importing` joins the two: it looks whether an article was imported before, brings the files
that the text refers to into the media folder, and saves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from chce_desktop.domain.article import ArticlePatch
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.progress import Progress


class NothingToImport(ChceError):
    """The path that was given is missing, unreadable or holds nothing in the format."""

    code = "nothing_to_import"


class UnreadableSource(Exception):
    """One file cannot be imported; the message is the translated reason."""


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that is not imported, and why. `path` is relative to what was imported; `article`: in the format."""

    path: str
    reason: str
    article: bool = False


@dataclass(frozen=True, slots=True)
class FileUse:
    """A place in a body that names a local file: `body[start:end]` is the address to be replaced.

    `picture`: the text shows it as a picture, so it has to be one. `path` is relative to what was imported.
    """

    start: int
    end: int
    file: Path
    path: str
    picture: bool


@dataclass(frozen=True, slots=True)
class ArticleLink:
    """An address in a body, as it stands there, that means another article of the same import, by its `path`."""

    address: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedArticle:
    """One article as a foreign file tells it.

    `path`: where it was found, relative to what was imported, joined by `/`. `address`: where that is for good (a
    file's absolute path); with `format` it is the article's origin, by which a second import recognises it. `hash`
    changes when the file or one of the files that it uses changes. `fields` holds what the file says and nothing
    else (no body, no columns, no cover). `columns` are paths of names, the main one first, and `from_folder` says
    that they come from where the file lies and not from the file itself. `front_matter` is its raw text. `guessed`:
    which of `fields` the file does not state (`title` from its name or a heading, `date` from the disk). `warnings`
    are translated sentences.
    """

    path: str
    address: str
    format: str
    hash: str
    fields: ArticlePatch
    body: str
    columns: tuple[tuple[str, ...], ...] = ()
    from_folder: bool = False
    uses: tuple[FileUse, ...] = ()
    links: tuple[ArticleLink, ...] = ()
    cover: FileUse | None = None
    front_matter: str = ""
    guessed: frozenset[str] = frozenset()
    unknown_fields: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[FileUse, ...]:
        """Every local file that the article needs, the cover included."""
        return (*self.uses, self.cover) if self.cover else self.uses


class Importer(Protocol):
    """One foreign format. Made for one path and used once."""

    #: The format's name, as `chce import --format` takes it and as origins keep it.
    format: str

    def count(self, progress: Progress) -> int:
        """Look through everything and return how many articles there seem to be. Raises NothingToImport."""

    def read(self, progress: Progress) -> Iterator[ImportedArticle | SkippedFile]:
        """Read article after article, in an order that is the same each time."""

    def others(self) -> Iterator[SkippedFile]:
        """After `read`: every other file that was found and that no article uses, with the reason."""
