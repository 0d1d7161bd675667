"""Writing a site's articles as a folder of Markdown files that this and other programs can read."""

from __future__ import annotations

import re
import shutil
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from chce_desktop.domain.article import ArticleFilter, ArticleInfo, Order
from chce_desktop.domain.column import ColumnTree
from chce_desktop.foundation import files
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.services.errors import MediaNotFound
from chce_desktop.services.site import Site
from chce_desktop.services.snapshot import LibraryBodies

_CHUNK = 200
_MEDIA = re.compile(r"(?<![\w/.-])media/[0-9a-f]{2}/[\w.-]*\w")
_ARTICLE = re.compile(r"(?<=\()article:(\d+)(?=[)\s])")
_TEXTS = ("short_title", "prefix", "subtitle", "title_color", "summary", "source", "source_url", "author", "editor")


class ExportFolderNotEmpty(ChceError):
    """An export never mixes with what is there."""

    code = "folder_not_empty"


class ExportFailed(ChceError):
    """The disk refused a file."""

    code = "export_failed"


@dataclass(frozen=True, slots=True)
class ExportResult:
    """How many articles and media files were written."""

    articles: int
    media: int


def export(site: Site, folder: Path, *, progress: Progress = SILENT) -> ExportResult:
    """Write every article outside the trash as `<column slug>/<slug>.md` with YAML front matter, and its files beside.

    Files lie in `media/` of the folder and are named from its root (`/media/…`); `import_path` reads all of it back.
    Raises ExportFolderNotEmpty, ExportFailed, Cancelled.
    """
    try:
        if folder.exists() and any(folder.iterdir()):
            raise ExportFolderNotEmpty(
                tr("The folder “{name}” is not empty.", name=folder.name), hint=tr("Choose a new folder.")
            )
        return _Export(site, folder).run(progress)
    except OSError as error:
        raise ExportFailed(
            tr("The articles could not be written to {folder}.", folder=folder),
            detail=str(error),
            hint=tr("Check that the disk has room and that you may write there."),
        ) from error


class _Export:
    def __init__(self, site: Site, folder: Path) -> None:
        self._site = site
        self._folder = folder
        self._tree: ColumnTree = site.columns.tree()
        self._zone = zoneinfo.ZoneInfo(site.settings.get().timezone)
        self._bodies = LibraryBodies(site.connection)
        self._media: set[str] = set()

    def run(self, progress: Progress) -> ExportResult:
        total = self._site.articles.counts().total
        done = 0
        after: str | None = None
        while True:
            progress.check()
            page = self._site.articles.page(ArticleFilter(order=Order.OLDEST), after=after, limit=_CHUNK)
            bodies = self._bodies.get([info.id for info in page.articles])
            for info in page.articles:
                original = bodies.get(info.id, "")
                self._media |= set(_MEDIA.findall(original)) | ({info.cover} if info.cover else set())
                body = self._body(original)
                text = f"---\n{self._front_matter(info)}---\n\n{body}\n"
                files.write_atomic(self._folder / self._place(info), text.encode())
                done += 1
            progress.report(tr("Writing articles"), done, total)
            after = page.next
            if after is None:
                break
        return ExportResult(done, sum(self._copy(path) for path in sorted(self._media)))

    def _place(self, info: ArticleInfo) -> str:
        column = self._tree.get(info.column_id)
        return f"{column.slug}/{info.slug}.md" if column else f"{info.slug}.md"

    def _body(self, body: str) -> str:
        """The text with files and articles named from the root of the folder."""
        found = {int(match[1]) for match in _ARTICLE.finditer(body)}
        places: Mapping[int, str] = {
            article_id: f"/{self._place(info)}"
            for article_id, info in (self._site.articles.infos(found).items() if found else ())
            if info.trashed_at is None
        }
        body = _ARTICLE.sub(lambda match: places.get(int(match[1]), match[0]), body)
        return _MEDIA.sub(r"/\g<0>", body)

    def _front_matter(self, info: ArticleInfo) -> str:
        fields: dict[str, Any] = {"title": info.title, "slug": info.slug}
        fields["date"] = info.date.astimezone(self._zone).isoformat(sep=" ", timespec="seconds")
        fields["status"] = info.state.value
        if info.column_id is not None:
            fields["column"] = self._tree.path(info.column_id)
        if info.further_columns:
            fields["categories"] = [self._tree.path(column_id) for column_id in info.further_columns]
        fields |= {name: getattr(info, name) for name in _TEXTS if getattr(info, name)}
        if info.tags:
            fields["tags"] = list(info.tags)
        if info.keywords:
            fields["keywords"] = info.keywords
        if info.cover:
            fields["cover"] = f"/{info.cover}"
        if info.flags:
            fields["flags"] = [setting.flag.value for setting in info.flags]
        if info.reads:
            fields["reads"] = info.reads
        if info.withdraw_at is not None:
            fields["withdraw_at"] = info.withdraw_at.astimezone(self._zone).isoformat(sep=" ", timespec="seconds")
        return str(yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=1000))

    def _copy(self, path: str) -> bool:
        try:
            source = self._site.media.file(path)
        except MediaNotFound:
            return False
        if not source.is_file():
            return False
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        return True
