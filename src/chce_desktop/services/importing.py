"""Bringing foreign articles into a site, as often as one likes."""

from __future__ import annotations

import hashlib
import zoneinfo
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path
from typing import cast

from typing_extensions import override

from chce_desktop.domain import slugs
from chce_desktop.domain.article import Article, ArticlePatch, State
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.importing.importer import FileUse, ImportedArticle, Importer, NothingToImport, SkippedFile
from chce_desktop.importing.markdown_folder import MarkdownFolder
from chce_desktop.importing.references import find_references
from chce_desktop.services.errors import InvalidValue, MediaRefused
from chce_desktop.services.import_places import ColumnPaths, KnownOrigins
from chce_desktop.services.site import Site
from chce_desktop.services.writing import change_in, create_in
from chce_desktop.storage import articles, origins
from chce_desktop.storage.engine import Transaction
from chce_desktop.storage.origins import Origin

__all__ = ["FORMATS", "FileWarning", "ImportReport", "NothingToImport", "SkippedFile", "import_path", "localised"]

#: What `--format` may be, besides `auto`.
FORMATS: dict[str, Callable[[Path, tzinfo], Importer]] = {MarkdownFolder.format: MarkdownFolder}

#: Articles and characters that one transaction writes at most.
_CHUNK = 200
_CHUNK_CHARACTERS = 5_000_000
#: Where an article is filed and how it stands; what the editors do about that after an import is left alone.
_ORGANISED = frozenset({"state", "column_id", "further_columns", "tags", "flags", "slug", "date", "reads"})
#: What a file that has changed no longer says is empty.
_EMPTY = ArticlePatch(
    short_title="", prefix="", subtitle="", title_color="", summary="", source="", source_url="", author="", editor="",
    keywords="", cover="", tags=(), flags=(),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileWarning:
    """Something about one file (`.`: about the import) that the editor may want to look at."""

    path: str
    message: str


@dataclass(slots=True)
class ImportReport:
    """What an import did, file by file.

    Every file is accounted for: `found` articles are `created`, `updated`, `unchanged` or in `skipped`; other files
    are `media` (brought in for created or updated articles), `media_unchanged` (used by unchanged ones only) or in
    `skipped`.
    """

    found: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    media: int = 0
    media_unchanged: int = 0
    columns_created: int = 0
    skipped: list[SkippedFile] = field(default_factory=list)
    warnings: list[FileWarning] = field(default_factory=list)


def import_path(
    site: Site,
    path: Path,
    *,
    format: str = "auto",  # noqa: A002 - the word that the command line uses
    column_id: int | None = None,
    state: State | None = None,
    dry_run: bool = False,
    progress: Progress = SILENT,
) -> ImportReport:
    """Import a folder or a file; run again, it creates nothing twice.

    Articles without a column of their own go below `column_id`, in columns named like their folders. Without `state`
    an article is ready, unless its file says draft. `dry_run` only says what would happen. An article that was
    changed here since its last import is left alone when its file changes too. Cancelling keeps what was written.

    Raises NothingToImport, InvalidValue for an unknown format, Cancelled, and what the library refuses.
    """
    make = FORMATS.get(MarkdownFolder.format if format == "auto" else format)
    if make is None:
        raise InvalidValue(
            tr("“{format}” is no format that can be imported.", format=format),
            hint=tr("Formats are: {formats}.", formats=", ".join(FORMATS)),
        )
    importer = make(path, zoneinfo.ZoneInfo(site.settings.get().timezone))
    if dry_run:
        return _Run(site, importer, column_id, state).run(progress)
    return _Writing(site, importer, column_id, state).run(progress)


@dataclass(slots=True)
class _Accepted:
    """An article that is new (`existing` None) or has changed, and what is to be written."""

    article: ImportedArticle
    origin: Origin | None
    existing: Article | None
    patch: ArticlePatch = field(default_factory=ArticlePatch)


def localised(imported: ImportedArticle, path_of: Callable[[FileUse], str]) -> str:
    """The body with the addresses in the media library that `path_of` gives; an empty one leaves the text alone."""
    parts: list[str] = []
    done = 0
    for use in imported.uses:
        path = path_of(use)
        if path:
            parts += [imported.body[done : use.start], path]
            done = use.end
    return "".join(parts) + imported.body[done:]


class _Run:
    """One import that changes nothing: it looks, decides and counts."""

    def __init__(self, site: Site, importer: Importer, column_id: int | None, state: State | None) -> None:
        self.site = site
        self.importer = importer
        self.state = state
        self.report = ImportReport()
        self.columns = ColumnPaths(site, column_id)
        with site.connection.read() as session:
            self.origins = KnownOrigins(origins.all_of(session, importer.format))
        self.used: set[str] = set()
        self.kept: set[str] = set()
        self.unknown: Counter[str] = Counter()

    def run(self, progress: Progress) -> ImportReport:
        self.report.found = self.importer.count(progress)
        for number, item in enumerate(self.importer.read(progress)):
            progress.report(tr("Importing articles"), number, self.report.found)
            if isinstance(item, SkippedFile):
                self.report.skipped.append(item)
            else:
                self._take(item)
        self.finish(progress)
        progress.report(tr("Importing articles"), self.report.found, self.report.found)
        self.report.media = len(self.used)
        self.report.media_unchanged = len(self.kept - self.used)
        self.report.columns_created = self.columns.created
        self.report.skipped += self.importer.others()
        for name, count in self.unknown.most_common():
            message = trn(
                "The field “{name}” has no place here; one file has it.",
                "The field “{name}” has no place here; {n} files have it.",
                count,
                name=name,
            )
            self.warn(".", message)
        return self.report

    def warn(self, path: str, message: str) -> None:
        """Add a warning to the report."""
        self.report.warnings.append(FileWarning(path, message))

    def _take(self, article: ImportedArticle) -> None:
        self.unknown.update(set(article.unknown_fields))
        origin = self.origins.of(article, self._title)
        if origin is not None and origin.hash.partition(" ")[0] == article.hash:
            self.report.unchanged += 1
            self.kept.update(use.path for use in article.files)
            return
        existing = self._existing(origin)
        conflict = self._conflict(origin, existing)
        if conflict:
            self.report.skipped.append(SkippedFile(article.path, conflict, article=True))
            self.kept.update(use.path for use in article.files)
            return
        for message in article.warnings:
            self.warn(article.path, message)
        self.used.update(use.path for use in article.files)
        self.accept(_Accepted(article, origin, existing))

    def accept(self, accepted: _Accepted) -> None:
        """An article that is new or has changed."""
        self.columns.ids(accepted.article)
        self._count(accepted.existing)

    def finish(self, progress: Progress) -> None:
        """After the last article."""

    def _count(self, existing: Article | None) -> None:
        if existing is None:
            self.report.created += 1
        else:
            self.report.updated += 1

    def _title(self, origin: Origin) -> str:
        existing = self._existing(origin)
        return existing.title if existing is not None else ""

    def _existing(self, origin: Origin | None) -> Article | None:
        if origin is None:
            return None
        with self.site.connection.read() as session:
            return articles.get(session, origin.article_id)

    @staticmethod
    def _conflict(origin: Origin | None, existing: Article | None) -> str:
        if origin is None or existing is None:
            return ""
        if existing.trashed_at is not None:
            return tr("Its article is in the trash; restore it or delete it for good first.")
        if existing.version != origin.version and _fingerprint(existing) != origin.hash.partition(" ")[2]:
            return tr("Its article was edited here since the last import, and the file has changed too.")
        return ""


class _Writing(_Run):
    """One import that writes, a chunk of articles in each transaction."""

    def __init__(self, site: Site, importer: Importer, column_id: int | None, state: State | None) -> None:
        super().__init__(site, importer, column_id, state)
        self._chunk: list[_Accepted] = []
        self._characters = 0
        self._files: dict[str, str] = {}
        #: Article ids by the path of the file that they came from, and which of them name others.
        self._imported: dict[str, int] = {}
        self._linking: list[tuple[int, ImportedArticle]] = []

    @override
    def accept(self, accepted: _Accepted) -> None:
        article = accepted.article
        patch: ArticlePatch = {**article.fields, "body": localised(article, lambda use: self._media(article, use))}
        column_ids = self.columns.ids(article, create=True)
        patch["column_id"] = column_ids[0] if column_ids else None
        patch["further_columns"] = tuple(column_ids[1:])
        if article.cover is not None:
            patch["cover"] = self._media(article, article.cover) or ""
        if self.state is not None:
            patch["state"] = self.state
        elif accepted.existing is None:
            patch.setdefault("state", State.READY)
        accepted.patch = patch
        self._chunk.append(accepted)
        self._characters += len(article.body)
        if len(self._chunk) >= _CHUNK or self._characters >= _CHUNK_CHARACTERS:
            self._write()

    @override
    def finish(self, progress: Progress) -> None:
        self._write()
        for start in range(0, len(self._linking), _CHUNK):
            progress.check()
            self._link(self._linking[start : start + _CHUNK])
        if written := self.report.created + self.report.updated:
            self.site.articles.tend_index(progress, written=written)

    @override
    def _take(self, article: ImportedArticle) -> None:
        origin = self.origins.of(article, self._title)
        if origin is not None:
            self._imported[article.path] = origin.article_id
        super()._take(article)

    def _write(self) -> None:
        if not self._chunk:
            return
        written: list[int] = []
        with self.site.connection.write() as session:
            for accepted in self._chunk:
                article = self._save(session, accepted)
                self._remember(session, accepted.article, article)
                written.append(article.id)
                self._imported[accepted.article.path] = article.id
                if accepted.article.links:
                    self._linking.append((article.id, replace(accepted.article, body="", uses=(), front_matter="")))
        for accepted in self._chunk:
            self._count(accepted.existing)
        self._chunk.clear()
        self._characters = 0
        self.site.connection.publish(Changes(frozenset({Kind.ARTICLES}), frozenset(written)))

    def _save(self, session: Transaction, accepted: _Accepted) -> Article:
        patch, existing, origin = accepted.patch, accepted.existing, accepted.origin
        self._choose_slug(session, accepted)
        if existing is None:
            return create_in(session, patch, "")
        patch = {**_EMPTY, **patch}
        if self.state is None and patch.get("state") is not State.DRAFT:
            patch.pop("state", None)
        if origin is not None and existing.version != origin.version:
            patch = cast("ArticlePatch", {key: value for key, value in patch.items() if key not in _ORGANISED})
        return change_in(session, existing, patch, "")

    def _choose_slug(self, session: Transaction, accepted: _Accepted) -> None:
        patch = accepted.patch
        wanted = patch.get("slug", "")
        if not wanted:
            return
        own_id = accepted.existing.id if accepted.existing is not None else None
        safe = wanted if slugs.is_valid(wanted) else slugs.slugify(wanted)
        free = slugs.make_unique(safe, lambda slug: articles.id_of_slug(session, slug) not in (None, own_id))
        patch["slug"] = free
        if free != safe:
            self.warn(
                accepted.article.path, tr("The address “{slug}” was taken; it is “{free}”.", slug=safe, free=free)
            )
        elif safe != wanted:
            self.warn(
                accepted.article.path,
                tr("“{slug}” cannot be part of an address; it is “{free}”.", slug=wanted, free=free),
            )

    def _remember(self, session: Transaction, imported: ImportedArticle, article: Article) -> None:
        content = f"{imported.hash} {_fingerprint(article)}"
        origins.write(session, imported.format, Origin(article.id, imported.address, content, article.version))

    def _media(self, article: ImportedArticle, use: FileUse) -> str:
        """The path in the media library, or nothing (with a warning) for a file that it does not take."""
        if use.path not in self._files:
            try:
                item = self.site.media.add_file(use.file)
            except MediaRefused as refused:
                self._files[use.path] = ""
                self.report.skipped.append(SkippedFile(use.path, refused.title))
            else:
                self._files[use.path] = item.path
        path = self._files[use.path]
        if not path:
            self.used.discard(use.path)
            self.warn(article.path, tr("{path} could not be brought in; the text still names it.", path=use.path))
        return path

    def _link(self, linking: list[tuple[int, ImportedArticle]]) -> None:
        """Turn links to files that were imported into links to their articles."""
        written: list[int] = []
        with self.site.connection.write() as session:
            for article_id, imported in linking:
                before = articles.get(session, article_id)
                if before is None:
                    continue
                body = self._linked(before.body, imported)
                after = change_in(session, before, {"body": body}, "")
                if after is not before:
                    self._remember(session, imported, after)
                    written.append(article_id)
        if written:
            self.site.connection.publish(Changes(frozenset({Kind.ARTICLES}), frozenset(written)))

    def _linked(self, body: str, imported: ImportedArticle) -> str:
        targets = {link.address: self._imported.get(link.path) for link in imported.links}
        for address, article_id in targets.items():
            if article_id is None:
                self.warn(imported.path, tr("The link to {address} leads to no imported article.", address=address))
        for reference in reversed(find_references(body)):
            article_id = targets.get(reference.address)
            if article_id is not None:
                body = f"{body[: reference.start]}article:{article_id}{body[reference.end :]}"
        return body


def _fingerprint(article: Article) -> str:
    """What a reader reads: when it differs from what was imported, somebody has edited it."""
    digest = hashlib.sha256(article.body_hash.encode())
    for text in (article.title, article.subtitle, article.summary, article.source, article.author):
        digest.update(f"\0{text}".encode())
    return digest.hexdigest()[:32]
