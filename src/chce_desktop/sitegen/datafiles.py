"""What machines read besides pages: reading counts, feeds, the sitemap, robots.txt."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.column import Column
from chce_desktop.sitegen.articlepage import READS_BLOCK
from chce_desktop.sitegen.bodies import RenderedBodies
from chce_desktop.sitegen.catalogue import Catalogue
from chce_desktop.sitegen.feeds import SITEMAP_LENGTH, Feeds
from chce_desktop.sitegen.layout import Layout
from chce_desktop.sitegen.outputs import Output, OutputKind, Rendered

_BEGINNING = 200
_FEEDS = {"feed.xml": "application/atom+xml", "rss.xml": "application/rss+xml"}


class DataFiles:
    """Renders them for one site. `listed` gives the public paths of the pages besides articles for the sitemap."""

    def __init__(
        self, catalogue: Catalogue, layout: Layout, bodies: RenderedBodies, listed: Callable[[], Iterator[str]]
    ) -> None:
        self._catalogue = catalogue
        self._layout = layout
        self._bodies = bodies
        self._listed = listed
        self._settings = catalogue.snapshot.settings
        self._feeds = Feeds(catalogue, layout, self._settings.language)

    def outputs(self) -> Iterator[Output]:
        """All of them; without a public address there is no sitemap."""
        for block in self._read_counts:
            yield Output(f"fragments/reads-{block}.js", OutputKind.FRAGMENT)
        yield from self._feeds_in(column.slug for column in self._catalogue.snapshot.columns)
        if self._layout.absolute("index.html"):
            for name in self._sitemap_names:
                yield Output(name, OutputKind.SITEMAP)
        yield Output("robots.txt", OutputKind.TEXT)

    def outputs_of(self, changed: Sequence[ArticleInfo], lists: Iterable[str], newest_rank: int) -> Iterator[Output]:
        """Those that change with articles in these folders of lists; the oldest of them has that rank."""
        for block in sorted({info.id // READS_BLOCK for info in changed}):
            yield Output(f"fragments/reads-{block}.js", OutputKind.FRAGMENT)
        yield from self._feeds_in(folder for folder in lists if folder in self._columns)
        for name in self._sitemap_files(newest_rank):
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
            data, mime = self._sitemap(path), "application/xml"
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

    def _feed(self, path: str) -> bytes | None:
        settings, catalogue = self._settings, self._catalogue
        folder, _, name = path.rpartition("/")
        if not folder:
            articles: Sequence[ArticleInfo] = catalogue.articles
            page, title, subtitle, uid = "index.html", settings.name, settings.description, ""
        else:
            column = self._columns.get(folder)
            if column is None:
                return None
            articles, page = catalogue.by_column[column.id], catalogue.column_path(column)
            title, subtitle, uid = f"{column.name} - {settings.name}", column.description, column.uid
        newest = articles[: settings.feed_length]
        self._bodies.load(newest)
        entries = [
            (info, info.summary or self._bodies.get(info).text[:_BEGINNING].replace("\n", " ")) for info in newest
        ]
        if name == "rss.xml":
            known = self._layout.absolute("index.html")
            return self._feeds.rss(path, page, title, subtitle, entries) if known else None
        return self._feeds.atom(path, page, title, subtitle, entries, uid)

    @cached_property
    def _pages(self) -> Sequence[str]:
        return tuple(self._listed())

    @cached_property
    def _sitemap_names(self) -> Sequence[str]:
        return self._feeds.sitemap_names(len(self._pages), len(self._catalogue.articles))

    def _sitemap_files(self, newest_rank: int) -> Sequence[str]:
        """The sitemap's files that change with articles up to that rank, counted from the newest."""
        if not self._layout.absolute("index.html"):
            return ()
        first = (len(self._catalogue.articles) - 1 - newest_rank) // SITEMAP_LENGTH + 1
        return [name for name in self._sitemap_names if _number_of(name) == 0 or _number_of(name) >= first]

    def _article_rows(self, start: int, end: int) -> Iterator[tuple[str, str]]:
        """Rows of articles from the oldest, so that a new article changes only the newest file."""
        articles = self._catalogue.articles
        slugs = {column.id: column.slug for column in self._catalogue.snapshot.columns}
        for info in reversed(articles[max(0, len(articles) - end) : len(articles) - start]):
            folder = slugs.get(info.column_id or 0, "articles")
            yield f"{folder}/{info.slug}.html", info.updated_at.isoformat()[:10]

    def _sitemap(self, path: str) -> bytes | None:
        if not self._layout.absolute("index.html") or path not in self._sitemap_names:
            return None
        pages = [(page, "") for page in self._pages]
        if len(self._sitemap_names) == 1:
            return self._feeds.sitemap([*pages, *self._article_rows(0, len(self._catalogue.articles))])
        if path == "sitemap.xml":
            return self._feeds.sitemap_index(self._sitemap_names[1:])
        start = (int(path.rpartition("-")[2].removesuffix(".xml")) - 1) * SITEMAP_LENGTH
        if path.startswith("sitemap-pages-"):
            return self._feeds.sitemap(pages[start : start + SITEMAP_LENGTH])
        return self._feeds.sitemap(self._article_rows(start, start + SITEMAP_LENGTH))


def _number_of(name: str) -> int:
    """The number of a sitemap's file of articles, 0 for others."""
    number = name.removeprefix("sitemap-").removesuffix(".xml")
    return int(number) if number.isdigit() else 0
