"""What machines read besides pages: reading counts, feeds, the sitemap, robots.txt."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from chce_desktop.domain import slugs
from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.column import Column
from chce_desktop.sitegen.articlepage import READS_BLOCK
from chce_desktop.sitegen.bodies import RenderedBodies
from chce_desktop.sitegen.catalogue import Catalogue
from chce_desktop.sitegen.feeds import Feeds
from chce_desktop.sitegen.layout import Layout
from chce_desktop.sitegen.outputs import Output, OutputKind, Rendered
from chce_desktop.sitegen.sitemap import Sitemap
from chce_desktop.sitegen.typography import shown

_BEGINNING = 200
_FEEDS = {"feed.xml": "application/atom+xml", "rss.xml": "application/rss+xml"}


class DataFiles:
    """Renders them for one site.

    `listed` gives the public paths of the pages besides articles for the sitemap, `former` where former addresses lead.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        layout: Layout,
        bodies: RenderedBodies,
        listed: Callable[[], Iterator[str]],
        former: Callable[[], Mapping[str, str]],
    ) -> None:
        self._former = former
        self._catalogue = catalogue
        self._layout = layout
        self._bodies = bodies
        self._settings = catalogue.snapshot.settings
        self._feeds = Feeds(catalogue, layout, self._settings.language)
        self.sitemap = Sitemap(catalogue, self._feeds, listed, layout.absolute)

    def outputs(self) -> Iterator[Output]:
        """All of them; without a public address there is no sitemap."""
        for block in self._read_counts:
            yield Output(f"fragments/reads-{block}.js", OutputKind.FRAGMENT)
        yield from self._feeds_in((*self._columns, *self._former_folders))
        for name in self.sitemap.names:
            yield Output(name, OutputKind.SITEMAP)
        yield Output("robots.txt", OutputKind.TEXT)

    def outputs_of(self, changed: Sequence[ArticleInfo], lists: Iterable[str], newest_rank: int) -> Iterator[Output]:
        """Those that change with articles in these folders of lists; the oldest of them has that rank."""
        for block in sorted({info.id // READS_BLOCK for info in changed}):
            yield Output(f"fragments/reads-{block}.js", OutputKind.FRAGMENT)
        folders = self._columns.keys() & lists
        former = (old for old, new in self._former_folders.items() if new in folders or not new)
        yield from self._feeds_in((*sorted(folders), *former))
        for name in self.sitemap.names_of(newest_rank):
            yield Output(name, OutputKind.SITEMAP)

    def _feeds_in(self, folders: Iterable[str]) -> Iterator[Output]:
        names = ("feed.xml", "rss.xml") if self._layout.absolute("index.html") else ("feed.xml",)
        for folder in ("", *(f"{folder}/" for folder in folders)):
            for name in names:
                yield Output(folder + name, OutputKind.FEED)

    def render(self, path: str) -> Rendered | None:
        """The file at a public path, None where it is none of these."""
        if path.startswith("fragments/reads-"):
            data, mime = self._reads(path.removeprefix("fragments/reads-").removesuffix(".js")), "text/javascript"
        elif path.rpartition("/")[2] in _FEEDS:
            data, mime = self._feed(path), _FEEDS[path.rpartition("/")[2]]
        elif path == "robots.txt":
            data, mime = self._feeds.robots(), "text/plain"
        elif path.startswith("sitemap") and path.endswith(".xml"):
            data, mime = self.sitemap.render(path), "application/xml"
        else:
            return None
        return None if data is None else Rendered(data, mime)

    @cached_property
    def _read_counts(self) -> dict[int, dict[int, int]]:
        found: dict[int, dict[int, int]] = {}
        for info in self._catalogue.articles:
            block = found.setdefault(info.id // READS_BLOCK, {})
            if info.reads:
                block[info.id] = info.reads
        return found

    def _reads_of(self, block: int) -> dict[int, int] | None:
        if self._catalogue.lists is None:
            return self._read_counts.get(block)
        by_id = self._catalogue.by_id
        ids = [i for i in range(block * READS_BLOCK, (block + 1) * READS_BLOCK) if i in by_id]
        return {i: by_id[i].reads for i in ids if by_id[i].reads} if ids else None

    def _reads(self, number: str) -> bytes | None:
        reads = self._reads_of(int(number)) if number.isdigit() else None
        if reads is None:
            return None
        rows = ",".join(f"{article_id}:{count}" for article_id, count in sorted(reads.items()))
        until = self._catalogue.snapshot.reads_until
        words = self._layout.words["reads_until"].format(date=until.isoformat()) if until is not None else ""
        return f"chceReads({{{rows}}},{json.dumps(words, ensure_ascii=False)});\n".encode()

    @cached_property
    def _columns(self) -> dict[str, Column]:
        return {column.slug: column for column in self._catalogue.snapshot.columns}

    @cached_property
    def _former_folders(self) -> Mapping[str, str]:
        """Folder in which a column's feeds once lay to where they lie now; those of the site for a column that went.

        Who reads feeds follows no page that leads on, so the feeds themselves go on lying there.
        """
        found = {}
        for old, new in self._former().items():
            folder, _, name = old.rpartition("/")
            if name == "index.html" and slugs.is_valid(folder):
                present = new.rpartition("/")[0]
                found[folder] = present if present in self._columns else ""
        return found

    def _feed(self, path: str) -> bytes | None:
        settings, catalogue = self._settings, self._catalogue
        folder, _, name = path.rpartition("/")
        if folder in self._former_folders:
            folder = self._former_folders[folder]
            path = f"{folder}/{name}" if folder else name
        if not folder:
            articles: Sequence[ArticleInfo] = catalogue.articles
            page, title, subtitle, uid = "index.html", settings.name, shown(settings.description), ""
        else:
            column = self._columns.get(folder)
            if column is None:
                return None
            articles, page = catalogue.by_column[column.id], catalogue.column_path(column)
            title, subtitle, uid = f"{column.name} - {settings.name}", shown(column.description), column.uid
        newest = articles[: settings.feed_length]
        self._bodies.load(newest)
        entries = [
            (info, info.summary or self._bodies.get(info).text[:_BEGINNING].replace("\n", " ")) for info in newest
        ]
        if name == "rss.xml":
            known = self._layout.absolute("index.html")
            return self._feeds.rss(path, page, title, subtitle, entries) if known else None
        return self._feeds.atom(path, page, title, subtitle, entries, uid)
