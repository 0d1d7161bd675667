"""One article from one Markdown file."""

from __future__ import annotations

import zoneinfo
from pathlib import Path

from chce_desktop.domain.article import Article, ArticlePatch, State
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT
from chce_desktop.importing.importer import ImportedArticle, NothingToImport, SkippedFile
from chce_desktop.importing.markdown_folder import MarkdownFolder
from chce_desktop.services.import_places import ColumnPaths
from chce_desktop.services.importing import localised
from chce_desktop.services.site import Site


def add_file(site: Site, path: Path, patch: ArticlePatch) -> tuple[Article, tuple[str, ...]]:
    """A new article from a Markdown file; what `patch` sets wins over what the file says.

    Unlike an import it is made anew each time, and dated now if nothing else is said. Returns warnings too. Raises
    NothingToImport, MediaRefused, and what `Articles.create` raises.
    """
    imported = _read_file(site, path)
    fields = _with_files(site, imported)
    if "date" in imported.guessed:
        del fields["date"]
    fields.setdefault("state", State.READY)
    column_ids = [] if "column_id" in patch else ColumnPaths(site, None).ids(imported, create=True)
    if column_ids and not imported.from_folder:
        fields["column_id"], fields["further_columns"] = column_ids[0], tuple(column_ids[1:])
    return site.articles.create({**fields, **patch}), _warnings(imported)


def replace_text(site: Site, article_id: int, path: Path) -> tuple[Article, tuple[str, ...]]:
    """Put the text of a Markdown file, and whatever else the file states, into an article.

    Returns warnings too. Raises NothingToImport, MediaRefused, ArticleNotFound, and what `Articles.save` raises.
    """
    imported = _read_file(site, path)
    fields = _with_files(site, imported)
    for name in imported.guessed:
        fields.pop(name, None)  # type: ignore[misc]  # `name` is one of its keys
    column_ids = ColumnPaths(site, None).ids(imported, create=True) if not imported.from_folder else []
    if column_ids:
        fields["column_id"], fields["further_columns"] = column_ids[0], tuple(column_ids[1:])
    site.articles.name_revision(article_id)  # what is replaced stays, however soon after it was written
    return site.articles.save(article_id, fields), _warnings(imported)


def _read_file(site: Site, path: Path) -> ImportedArticle:
    if not path.is_file():
        raise NothingToImport(
            tr("There is no file {path}.", path=path), hint=tr("Check its name and that you may read it.")
        )
    importer = MarkdownFolder(path, zoneinfo.ZoneInfo(site.settings.get().timezone))
    importer.count(SILENT)
    item = next(iter(importer.read(SILENT)))
    if isinstance(item, SkippedFile):
        raise NothingToImport(
            tr("The file {path} cannot be used: {reason}", path=path, reason=item.reason),
            hint=tr("Write the text into a Markdown file in UTF-8."),
        )
    return item


def _with_files(site: Site, imported: ImportedArticle) -> ArticlePatch:
    """The fields with the text, its pictures in the media library. Raises MediaRefused, NotAnImage."""
    fields: ArticlePatch = {**imported.fields, "body": imported.body}
    paths = {use.path: site.media.add_file(use.file).path for use in imported.files}
    fields["body"] = localised(imported, lambda use: paths[use.path])
    if imported.cover is not None:
        fields["cover"] = paths[imported.cover.path]
    return fields


def _warnings(imported: ImportedArticle) -> tuple[str, ...]:
    lost = [tr("The link to {address} leads to no article.", address=link.address) for link in imported.links]
    # The article is dated now, or by whoever adds it.
    aside = tr("It has no date; the date of the file is used.")
    return (*(message for message in imported.warnings if message != aside), *lost)
