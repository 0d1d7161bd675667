"""Folders of Markdown files with YAML or TOML front matter, or none: Hugo, Hexo, Jekyll, Pelican, or by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from chce_desktop.domain.article import ArticlePatch
from chce_desktop.domain.dates import split_file_name
from chce_desktop.foundation.files import sha256
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import Progress
from chce_desktop.importing import front_matter
from chce_desktop.importing.encodings import decode_text
from chce_desktop.importing.fields import MAX_TITLE, Reading, column_name, read_fields
from chce_desktop.importing.folder import Folder, FoundFile, Place, printable, unreadable
from chce_desktop.importing.importer import (
    ArticleLink,
    FileUse,
    ImportedArticle,
    NothingToImport,
    SkippedFile,
    UnreadableSource,
)
from chce_desktop.importing.markdown_text import first_heading
from chce_desktop.importing.references import find_references

#: Five million bytes are more than a million Han characters; longer files are data, not articles.
MAX_BYTES = 5_000_000

_ARTICLES = (".md", ".markdown", ".mdown", ".mkd")
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".bmp", ".tif", ".tiff", ".avif", ".ico", ".heic")
_ATTACHMENTS = (
    ".pdf",
    ".doc",
    ".docx",
    ".xls",
    ".xlsx",
    ".ppt",
    ".pptx",
    ".wps",
    ".zip",
    ".rar",
    ".7z",
    ".mp3",
    ".mp4",
)
#: Addresses that mean a file of the folder, so that it is missed when it is not there.
_LOCAL = (*_ATTACHMENTS, *_ARTICLES)
_INDEX = ("index", "_index")


class MarkdownFolder:
    """Imports every Markdown file below a folder, or one file. `local` is the zone of dates that name none."""

    format = "markdown"

    def __init__(self, path: Path, local: tzinfo) -> None:
        self._local = local
        self._only = "" if path.is_dir() else path.name
        self._folder = Folder(path if not self._only else path.parent)
        self._articles: list[str] = []
        self._used: set[str] = set()
        self._hashes: dict[str, str] = {}

    def count(self, progress: Progress) -> int:
        """See `Importer.count`."""
        if self._only:
            if not self._folder.path(self._only).exists():
                raise NothingToImport(
                    tr("There is nothing at {path}.", path=self._folder.path(self._only)),
                    hint=tr("Check its name and that you may read it."),
                )
            self._folder.look_at(self._only)
        else:
            self._folder.scan(progress)
        self._articles = [path for path in self._folder.files if path.lower().endswith(_ARTICLES)]
        if not self._articles:
            raise NothingToImport(
                tr("There is no Markdown file in {path}.", path=self._folder.root),
                hint=tr("Markdown files end in .md or .markdown."),
            )
        return len(self._articles)

    def read(self, progress: Progress) -> Iterator[ImportedArticle | SkippedFile]:
        """See `Importer.read`."""
        for path in self._articles:
            progress.check()
            try:
                yield self._article(path)
            except UnreadableSource as reason:
                yield SkippedFile(printable(path), str(reason), article=True)
            except OSError as error:
                yield SkippedFile(printable(path), unreadable(error), article=True)

    def others(self) -> Iterator[SkippedFile]:
        """See `Importer.others`."""
        if self._only:
            return
        for refused in self._folder.refused:
            yield SkippedFile(printable(refused.path), refused.reason, article=refused.path.lower().endswith(_ARTICLES))
        articles = set(self._articles)
        for path in self._folder.files:
            if path not in articles and path not in self._used:
                yield SkippedFile(printable(path), tr("No article, and no article refers to it."))

    def _article(self, path: str) -> ImportedArticle:
        data = self._bytes(path)
        parts = front_matter.split(decode_text(data))
        reading = read_fields(parts.fields, self._local)
        draft = _Draft(path, parts.body.strip("\n"), reading, [*parts.warnings, *reading.warnings])
        name = path.rpartition("/")[2].rpartition(".")[0]
        file_date, rest = split_file_name(name, self._local)
        guessed = {"title", "date"} - set(draft.patch)
        draft.choose_title(rest or name)
        if "date" not in draft.patch:
            draft.patch["date"] = file_date or self._modified(draft)
            if file_date is not None:
                guessed.discard("date")
        columns = reading.columns
        folder = tuple(
            column
            for item in path.split("/")[:-1]
            if not item.startswith(".") and (column := column_name(printable(item)))
        )
        if name.lower() in _INDEX:
            folder = folder[:-1]  # the folder is the article
        self._find_files(draft)
        digest = hashlib.sha256(data)
        for use in (*draft.uses, *([draft.cover] if draft.cover else [])):
            digest.update(self._hash(use).encode())
        return ImportedArticle(
            path=printable(path),
            address=printable(self._folder.path(path).as_posix()),
            format=self.format,
            hash=digest.hexdigest(),
            fields=draft.patch,
            body=draft.body,
            columns=columns or ((folder,) if folder else ()),
            from_folder=not columns,
            uses=tuple(draft.uses),
            links=tuple(draft.links),
            cover=draft.cover,
            front_matter=parts.raw,
            guessed=frozenset(guessed),
            unknown_fields=reading.unknown,
            warnings=tuple(draft.warnings),
        )

    def _bytes(self, path: str) -> bytes:
        file = self._folder.path(path)
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableSource(
                tr("The file has {size} MB; articles may have {limit}.", size=size // 10**6, limit=MAX_BYTES // 10**6)
            )
        data = file.read_bytes()
        if not data.strip(b"\x00 \t\r\n"):
            raise UnreadableSource(tr("The file is empty."))
        return data

    def _modified(self, draft: _Draft) -> datetime:
        draft.warnings.append(tr("It has no date; the date of the file is used."))
        seconds = self._folder.path(draft.path).stat().st_mtime
        try:
            moment = datetime.fromtimestamp(int(seconds), UTC)
        except (OverflowError, OSError, ValueError):
            return datetime.now(UTC)
        return min(moment, datetime.now(UTC))

    def _hash(self, use: FileUse) -> str:
        if use.path not in self._hashes:
            try:
                self._hashes[use.path] = sha256(use.file)
            except OSError as error:
                self._hashes[use.path] = unreadable(error)
        return self._hashes[use.path]

    def _find_files(self, draft: _Draft) -> None:
        remote = 0
        embedded = 0
        for reference in find_references(draft.body):
            found = self._folder.resolve(reference.address, draft.path)
            picture = reference.picture or reference.address.lower().endswith(_PICTURES)
            if isinstance(found, FoundFile):
                if found.path.lower().endswith(_ARTICLES):
                    # A place in the other text (#…) is given up: its headings are named anew.
                    draft.links.append(ArticleLink(reference.address, printable(found.path)))
                    continue
                end = reference.end - len(found.suffix)
                draft.uses.append(self._use(found, reference.start, end, picture=picture))
            elif found is Place.REMOTE and picture:
                remote += 1
            elif found is Place.EMBEDDED and picture:
                embedded += 1
            elif picture or (found is not Place.REMOTE and reference.address.lower().endswith(_LOCAL)):
                draft.missed(reference.address, found)
        if remote:
            draft.warnings.append(
                trn("One picture stays on another server.", "{n} pictures stay on other servers.", remote)
            )
        if embedded:
            draft.warnings.append(
                trn("One picture stays inside the text.", "{n} pictures stay inside the text.", embedded)
            )
        cover = draft.reading.cover
        if cover:
            found = self._folder.resolve(cover, draft.path)
            if isinstance(found, FoundFile):
                draft.cover = self._use(found, 0, 0, picture=True)
            else:
                draft.missed(cover, found)

    def _use(self, found: FoundFile, start: int, end: int, *, picture: bool) -> FileUse:
        self._used.add(found.path)
        return FileUse(start, end, self._folder.path(found.path), printable(found.path), picture)


@dataclass(slots=True)
class _Draft:
    """An article while it is being read."""

    path: str
    body: str
    reading: Reading
    warnings: list[str]
    uses: list[FileUse] = field(default_factory=list)
    links: list[ArticleLink] = field(default_factory=list)
    cover: FileUse | None = None

    @property
    def patch(self) -> ArticlePatch:
        return self.reading.patch

    def choose_title(self, file_name: str) -> None:
        """Take front matter's, else the first heading, else the file's name.

        The page shows it once, so a heading that opens the text and says the same is taken out of it.
        """
        heading = first_heading(self.body)
        title = self.patch.get("title", "")
        if not title and heading is not None:
            title = heading.words[:MAX_TITLE]
        if not title:
            name = file_name
            if name.lower() in _INDEX and "/" in self.path:
                name = self.path.split("/")[-2]
            title = " ".join(printable(name).replace("_", " ").split())[:MAX_TITLE]
            self.warnings.append(tr("It has no title; the file's name is used."))
        self.patch["title"] = title
        if heading is not None and heading.first and heading.words == title and heading.level == 1:
            self.body = self.body[heading.end :].strip("\n")

    def missed(self, address: str, place: Place) -> None:
        """Warn of an address that leads to no file of the folder."""
        address = address[:200]
        if place is Place.REMOTE:
            self.warnings.append(tr("The picture {address} stays on another server.", address=address))
        elif place is Place.OUTSIDE:
            self.warnings.append(tr("{address} lies outside of the folder and was not brought in.", address=address))
        else:
            self.warnings.append(tr("{address} was not found in the folder.", address=address))
