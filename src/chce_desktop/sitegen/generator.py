"""A snapshot's public files: which there are, what each depends on, and what is in it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cached_property, partial
from urllib.parse import urlsplit

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.column import Column
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.foundation.files import inside
from chce_desktop.sitegen import addresses, look, pagination, pictures, theme
from chce_desktop.sitegen.articlepage import ArticlePages
from chce_desktop.sitegen.bodies import RenderedBodies
from chce_desktop.sitegen.catalogue import Catalogue
from chce_desktop.sitegen.datafiles import DataFiles
from chce_desktop.sitegen.errors import PageNotFound
from chce_desktop.sitegen.formeraddresses import FormerAddresses
from chce_desktop.sitegen.furniture import Furniture
from chce_desktop.sitegen.kept import Kept
from chce_desktop.sitegen.layout import SHARED_FILE, Layout
from chce_desktop.sitegen.outputs import Output, OutputKind, Rendered
from chce_desktop.sitegen.pages import Pages
from chce_desktop.sitegen.prose import Prose, Renderer, resolve
from chce_desktop.sitegen.searchfiles import SearchFiles
from chce_desktop.sitegen.serverfiles import Former, ServerFiles
from chce_desktop.sitegen.sheets import Frame, Sheet
from chce_desktop.sitegen.state import Known
from chce_desktop.sitegen.views import Block

#: Grows whenever the same snapshot and theme would give other files than before.
VERSION = 4
_HTML, _SCRIPT = "text/html", "text/javascript"
#: Pages that say the same whatever articles there are. Search engines need not know them.
_LASTING = frozenset({"404.html", "410.html", "search/index.html"})


class Generator:
    """Renders any public path of a site. Not for use from several threads at once.

    `base_url` (default: the one in the settings) makes canonical links, feeds and sitemap absolute. With `preview`,
    bodies carry `data-line`. `kept` are rendered bodies of earlier builds.
    """

    def __init__(
        self, snapshot: SiteSnapshot, *, base_url: str = "", preview: bool = False, kept: Kept | None = None
    ) -> None:
        self.snapshot = snapshot
        self.base_url = addresses.fit_base(base_url or snapshot.settings.url)
        self._renderer = Renderer(snapshot.settings, snapshot.media, links=snapshot.auto_links, numbered=preview)
        self._bodies = RenderedBodies(snapshot, self._renderer, kept)
        self._kept = kept
        self._stamps = _Stamps(self)
        self.catalogue = Catalogue(snapshot, kept.tag_slugs() if kept else None)

    @cached_property
    def _furniture(self) -> Furniture:
        words = self._theme.words(self.snapshot.settings.language)
        return Furniture(self.catalogue, self.base_url, words.untitled)

    @cached_property
    def _theme(self) -> theme.Theme:
        settings = self.snapshot.settings
        return theme.load(settings.theme, self.snapshot.theme_folder, look.css(settings))

    @cached_property
    def _layout(self) -> Layout:
        return Layout(self.snapshot, self._theme, self._furniture, self.base_url)

    @cached_property
    def _pages(self) -> Pages:
        return Pages(self.catalogue, self._furniture, self._layout)

    @cached_property
    def _articles(self) -> ArticlePages:
        return ArticlePages(self.catalogue, self._furniture, self._layout, self._pages)

    @cached_property
    def _data_files(self) -> DataFiles:
        def listed() -> Iterator[str]:
            yield from (path for path in self._singles if path not in _LASTING)
            yield from (f"{folder}/index.html" for folder, _ in self._list_folders())
            yield from self._archive_paths()

        return DataFiles(self.catalogue, self._layout, self._bodies, listed)

    @cached_property
    def _search(self) -> SearchFiles:
        def card(info: ArticleInfo) -> Sequence[str]:
            shown = self._furniture.card(info)
            return shown.title, shown.path, shown.date, shown.column

        return SearchFiles(self.catalogue, self._bodies, card, self._card_stamp, self._kept)

    def _card_stamp(self, info: ArticleInfo) -> str:
        return f"{self.site_key} {self._stamp(info)}"

    def front_blocks(self) -> tuple[Block, ...]:
        """The blocks of the front page, as it shows them."""
        return self._pages.front.blocks()

    def all_front_blocks(self) -> tuple[Block, ...]:
        """The same with those that it leaves out, since there is nothing to show in them."""
        return tuple(self._pages.front.with_empty())

    def short_title(self, info: ArticleInfo) -> str:
        """The title as lists cut it."""
        return self._furniture.card(info).short

    # Addresses

    def article_path(self, info: ArticleInfo) -> str:
        """The public path of an article's page."""
        return self.catalogue.article_path(info)

    def column_path(self, column: Column) -> str:
        """The public path of a column's newest list page."""
        return self.catalogue.column_path(column)

    # Content

    def body_html(self, info: ArticleInfo, markdown: str) -> str:
        """A body as the article's page shows it, for a text that need not be saved. Never raises for any text."""

        def address(article_id: int) -> str | None:
            found = self.catalogue.by_id.get(article_id)
            return root + self.catalogue.article_path(found) if found else None

        root = "../" * self.catalogue.article_path(info).count("/")
        return resolve(self._renderer.render(markdown).html, root, address)

    def render(self, path: str) -> Rendered:
        """The file at a public path. Raises PageNotFound, TemplateFailed, ThemeFaulty."""
        path = path.lstrip("/")
        if path == "" or path.endswith("/"):
            path += "index.html"
        info = self.catalogue.by_path.get(path)
        return self.render_article(info) if info is not None else self.render_other(path)

    def render_other(self, path: str) -> Rendered:
        """The same for a path that is none of an article's."""
        rendered = self._static(path)
        if rendered is None and path.startswith("media/"):
            rendered = self._media(path)
        if rendered is None:
            page = self._page(path)
            if isinstance(page, Sheet):
                page = page.data()
            rendered = Rendered(page, _HTML) if page is not None else None
        if rendered is None:
            raise PageNotFound(path)
        return rendered

    def load(self, articles: Sequence[ArticleInfo]) -> None:
        """Make rendering these articles cheap: their bodies are read at once."""
        self._bodies.load(articles)

    def render_article(self, info: ArticleInfo) -> Rendered:
        """An article's page. Raises TemplateFailed."""
        prose = self._bodies.get(info)
        return Rendered(self._articles.page(info, prose).data(), _HTML, prose.media, prose.articles)

    def article_sheet(self, info: ArticleInfo) -> tuple[Sheet, Prose]:
        """An article's page in pieces, and the body that it shows. Raises TemplateFailed."""
        prose = self._bodies.get(info)
        return self._articles.page(info, prose), prose

    def sheet_of(self, info: ArticleInfo, source: Prose | str) -> tuple[Sheet, Prose]:
        """The same from a body or from Markdown; nothing is read or kept. Raises TemplateFailed."""
        prose = self._bodies.rendered(source)
        return self._articles.page(info, prose), prose

    @property
    def bodies(self) -> RenderedBodies:
        """The rendered bodies."""
        return self._bodies

    def article_frame(self, info: ArticleInfo) -> Frame:
        """What stands around an article. Raises TemplateFailed."""
        return self._articles.frame(info)

    def body_key(self, info: ArticleInfo) -> bytes:
        """Under which key the article's rendered body is kept."""
        return self._bodies.key(info)

    def _static(self, path: str) -> Rendered | None:
        """What is no page: assets, fragments, search index, feeds, sitemap."""
        if path.startswith("assets/"):
            asset = next((a for a in self._theme.assets.values() if a.path == path), None)
            return Rendered(asset.data, asset.mime) if asset else None
        if path.startswith("search/") and path.endswith(".js"):
            data = self._search.render(path)
            return Rendered(data, _SCRIPT) if data is not None else None
        if path == SHARED_FILE:
            return Rendered(self._layout.shared_script(), _SCRIPT)
        if path in self._layout.shared_fragments:
            return Rendered(self._layout.shared_fragment(path), _HTML)
        server_file = self._server_files.render(path)
        return self._data_files.render(path) if server_file is None else Rendered(server_file, "text/plain")

    def _media(self, path: str) -> Rendered | None:
        found = pictures.original(path, self.snapshot.media)
        if found is None:
            return None
        item, variant = found
        try:
            source = inside(self.snapshot.site_folder, item.path)
            wanted = pictures.wanted(item, variant, source)
            if wanted is not None:
                pictures.make((wanted,))
                source = wanted.target
            data = source.read_bytes()
        except (OSError, ValueError):
            return None
        return Rendered(data, (variant or item).mime or "application/octet-stream")

    @cached_property
    def _singles(self) -> dict[str, Callable[[], Sheet]]:
        pages = self._pages
        singles = {
            "index.html": pages.home,
            "links/index.html": pages.links,
            "search/index.html": pages.search,
            "tags/index.html": pages.tags,
            "archive/index.html": pages.archive,
            "404.html": lambda: pages.not_found(urlsplit(self.base_url).path or "/"),
            "410.html": lambda: pages.gone(urlsplit(self.base_url).path or "/"),
        }
        return {path: page for path, page in singles.items() if path != "tags/index.html" or self.catalogue.tags}

    @cached_property
    def _column_of_slug(self) -> dict[str, Column]:
        return {column.slug: column for column in self.snapshot.columns}

    def _page(self, path: str) -> Sheet | bytes | None:
        single = self._singles.get(path)
        if single is not None:
            return single()
        folder, _, name = path.rpartition("/")
        listing = self._list(folder, name)
        if listing is not None:
            return listing()
        if folder == "archive" and name.removesuffix(".html") in self.catalogue.by_month:
            return self._pages.month(name.removesuffix(".html"))
        if folder == "archive" and name.removesuffix(".html") in self.catalogue.years:
            return self._pages.archive(name.removesuffix(".html"))
        former = self._former
        if path in former.withdrawn:
            return self._pages.withdrawn(path, former.withdrawn[path].column_id)
        if path in former.gone:
            return self._pages.withdrawn(path, former.gone[path])
        target = former.redirects.get(path)
        return self._pages.redirect(path, target) if target else None

    def _list(self, folder: str, name: str) -> Callable[[], Sheet] | None:
        """How the page of a list is made, None where there is no such page."""
        length = self.snapshot.settings.list_length
        column = self._column_of_slug.get(folder)
        if column is not None:
            page = pagination.page(self.catalogue.by_column[column.id], length, name)
            return None if page is None else partial(self._pages.column, column, page)
        if folder == "articles" and self.catalogue.uncategorised:
            page = pagination.page(self.catalogue.uncategorised, length, name)
            return None if page is None else partial(self._pages.uncategorised, page, f"articles/{name}")
        tag = self.catalogue.tag_of_slug.get(folder.removeprefix("tags/")) if folder.startswith("tags/") else None
        if tag is not None:
            page = pagination.page(self.catalogue.of_tag(tag), length, name)
            return None if page is None else partial(self._pages.tag, tag, page)
        return None

    def _taken(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        return (
            path in self._singles
            or self._list(folder, name) is not None
            or (folder == "archive" and self._in_archive(name.removesuffix(".html")))
            or path in self.catalogue.by_path
        )

    def _in_archive(self, name: str) -> bool:
        return name in self.catalogue.by_month or name in self.catalogue.years

    @cached_property
    def _former(self) -> FormerAddresses:
        return FormerAddresses(self.catalogue, self._taken)

    @cached_property
    def _server_files(self) -> ServerFiles:
        def former() -> Former:
            return Former(self._former.redirects, (*self._former.withdrawn, *self._former.gone))

        base, includes = self._layout.base_path, self.snapshot.settings.server_includes
        return ServerFiles(base, former, self._layout.policy, includes=includes)

    # What there is

    def _list_folders(self) -> Iterator[tuple[str, int]]:
        """The folders of lists, with the number of articles in each."""
        for column in self.snapshot.columns:
            yield column.slug, len(self.catalogue.by_column[column.id])
        if self.catalogue.uncategorised:
            yield "articles", len(self.catalogue.uncategorised)
        for slug, tag in self.catalogue.tag_of_slug.items():
            yield f"tags/{slug}", self.catalogue.tags[tag]

    def _archive_paths(self) -> Iterator[str]:
        for key in (*self.catalogue.by_month, *self.catalogue.years):
            yield f"archive/{key}.html"

    def _list_paths(self) -> Iterator[str]:
        length = self.snapshot.settings.list_length
        for folder, count in self._list_folders():
            for name in pagination.names(count, length):
                yield f"{folder}/{name}"
        yield from self._archive_paths()

    def outputs(self) -> Iterator[Output]:
        """Every public file but the media that articles use (see `media_outputs`), assets first, articles in order.

        Raises ThemeFaulty.
        """
        for asset in self._theme.assets.values():
            yield Output(asset.path, OutputKind.ASSET)
        by_path = self.catalogue.by_path
        for path in by_path:
            yield Output(path, OutputKind.ARTICLE)
        for path in self._list_paths():
            yield Output(path, OutputKind.PAGE)
        for path in (*self._former.withdrawn, *self._former.gone):
            yield Output(path, OutputKind.PAGE)
        for path in self._former.redirects:
            yield Output(path, OutputKind.REDIRECT)
        for path in self._search.paths():
            yield Output(path, OutputKind.SEARCH)
        yield from self._shared_outputs()
        for path in self._singles:
            yield Output(path, OutputKind.PAGE)
        yield from self._data_files.outputs()
        for path in self._server_files.paths():
            yield Output(path, OutputKind.TEXT)

    def _shared_outputs(self) -> Iterator[Output]:
        for path in (SHARED_FILE, *self._layout.shared_fragments):
            yield Output(path, OutputKind.FRAGMENT)

    def media_outputs(self, used: Iterable[str]) -> Iterator[Output]:
        """The files below `media/` that readers need: those that articles use, and those of the site itself."""
        shown = {info.cover for info in self.catalogue.articles if info.cover} | set(used)
        yield from self.media_of(shown)
        for path in sorted(self._own_media() - shown):
            if path in self.snapshot.media:
                yield Output(path, OutputKind.MEDIA, inside(self.snapshot.site_folder, path))

    def media_of(self, paths: Iterable[str]) -> Iterator[Output]:
        """The files below `media/` behind these paths, pictures in every width and format."""
        for path in sorted(paths):
            item = self.snapshot.media.get(path)
            if item is not None:
                source = inside(self.snapshot.site_folder, path)
                yield Output(path, OutputKind.MEDIA, source)
                for variant in pictures.variants(item):
                    yield Output(variant.path, OutputKind.MEDIA, source)

    def _own_media(self) -> set[str]:
        settings = self.snapshot.settings
        own = {
            settings.logo,
            *(notice.image for notice in self.snapshot.notices if notice.showing(self.snapshot.taken_at)),
        }
        return own | {link.logo for group in self.snapshot.link_groups for link in group.links if link.visible}

    # What changes with a few articles

    def outputs_of(
        self, changed: Sequence[ArticleInfo], lists: Iterable[str], years: Iterable[str], newest_rank: int
    ) -> Iterator[Output]:
        """The files beside articles and lists that may change when these articles do; `lists` are folders of lists.

        `years` are those that the articles are from, now and before, `newest_rank` is the highest rank that one of
        them has or had, counted from the newest.
        """
        yield from self._data_files.outputs_of(changed, lists, newest_rank)
        for path in self._search.paths_of(changed):
            yield Output(path, OutputKind.SEARCH)
        yield from self._shared_outputs()
        singles = (path for path in self._singles if path not in _LASTING)
        for path in (*singles, *(f"archive/{year}.html" for year in sorted(years))):
            yield Output(path, OutputKind.PAGE)

    def lists_of(self, article: ArticleInfo | Known) -> dict[str, Sequence[ArticleInfo]]:
        """The lists that an article stands in: folder to articles, newest first. Tags without articles are left out."""
        if isinstance(article, ArticleInfo):
            ids: Iterable[int] = self.catalogue.listed_in(article)
        else:
            ids = article.lists
        found = {
            column.slug: self.catalogue.by_column[column.id] for column in map(self.catalogue.tree.get, ids) if column
        }
        if self.catalogue.tree.get(article.column_id) is None:
            found["articles"] = self.catalogue.uncategorised
        for tag in article.tags:
            if tag.strip() and tag in self.catalogue.tags:
                found[f"tags/{self.catalogue.tag_slug(tag)}"] = self.catalogue.of_tag(tag)
        return found

    def known(self, info: ArticleInfo) -> Known:
        """Where the article stands, for the next build."""
        return Known(
            self.catalogue.article_path(info),
            round(info.date.timestamp() * 1000),
            info.column_id,
            self.catalogue.listed_in(info),
            info.tags,
            info.cover,
        )

    # What an output depends on

    @property
    def search(self) -> SearchFiles:
        """The files of the search index."""
        return self._search

    @cached_property
    def site_key(self) -> str:
        """Changes when every page must be made anew: theme, settings, columns, public address, this program."""
        return hashlib.sha256(repr(sorted(self.site_facts.items())).encode()).hexdigest()

    @cached_property
    def site_facts(self) -> Mapping[str, str]:
        """What every page is made from, by name, each as a hash: to say which of it changed."""
        settings = self.snapshot.settings
        facts: dict[str, object] = {f"settings.{f.name}": getattr(settings, f.name) for f in fields(settings)}
        for unseen in ("check_levels", "sign_off"):  # what no page shows
            del facts[f"settings.{unseen}"]
        facts |= {
            "program": VERSION,
            "theme": self._theme.key,
            "columns": self.snapshot.columns,
            "address": self.base_url,
            "rendering": self._renderer.configuration,
        }
        return {
            name: hashlib.sha256(repr(fact).encode("utf-8", "backslashreplace")).hexdigest()[:16]
            for name, fact in facts.items()
        }

    def taken_away(self, before: Mapping[str, bool]) -> frozenset[str]:
        """Addresses that pages of an earlier build may still name, though readers are not meant to meet them any more.

        `before`: the paths of that build, and whether each was a page of its own (not a notice of withdrawal).
        """
        gone = {
            path
            for path, own in before.items()
            if path.endswith(".html")
            and not self._taken(path)
            and path not in self._former.redirects
            and (own or path not in self._former.withdrawn)
        }
        ids = {self._former.withdrawn[path].id for path in gone & self._former.withdrawn.keys()}
        return frozenset(gone | {r.old_path for r in self.snapshot.redirects if r.article_id in ids})

    @cached_property
    def former_key(self) -> str:
        """Changes with what stands at former addresses, as long as the addresses that are taken are the same."""
        return hashlib.sha256(repr(self._former.made_from()).encode("utf-8", "backslashreplace")).hexdigest()

    @cached_property
    def own_key(self) -> str:
        """Changes with the media that the site itself shows."""
        return hashlib.sha256(repr(sorted(self._own_media())).encode()).hexdigest()

    @cached_property
    def media_marks(self) -> dict[str, int]:
        """Path to a checksum of the file's record, for every file of the library."""
        return {
            path: zlib.crc32(repr(item).encode("utf-8", "backslashreplace"))
            for path, item in self.snapshot.media.items()
        }

    @property
    def shared_version(self) -> str:
        """Changes with the blocks that stand on every page."""
        return self._layout.shared_version

    def _stamp(self, info: ArticleInfo | None) -> str:
        return "-" if info is None else self._stamps[info.id]

    def article_key(self, info: ArticleInfo, media: Sequence[str], articles: Sequence[int]) -> str:
        """What the article's page was made from, given the media and articles that its text names."""
        newer, older = self.catalogue.neighbours(info)
        by_id, stamps = self.catalogue.by_id, self._stamps
        facts = [self.site_key, stamps[info.id], self._stamp(newer), self._stamp(older)]
        facts += [stamps[other.id] for other in self.catalogue.related(info)]
        facts += [f"{article_id} {self._stamp(by_id.get(article_id))}" for article_id in articles]
        facts.append(self._renderer.media_key((*media, info.cover)))
        return hashlib.sha256("\0".join(facts).encode("utf-8", "backslashreplace")).hexdigest()[:24]

    def key(self, output: Output) -> str:
        """Changes when the content of an output may; empty where it is always rendered. Not for articles and media."""
        path = output.path
        if output.kind is OutputKind.SEARCH:
            return self._search.key(path)
        listing = self._listing(path) if output.kind is OutputKind.PAGE else None
        if listing is None:
            return ""
        column, _, _ = listing
        page = self._list_page(path, listing)
        listed = page.articles if page else self.catalogue.by_month[listing[2]]
        shape = repr((page.newer, page.older, page.near)) if page else ""
        if column is not None and path.endswith("/index.html"):
            shape += "".join(map(self._stamp, self.catalogue.pinned_in(column.id)))
        ids = [info.id for info in listed]
        pinned = "".join([str(article_id) for article_id in ids if article_id in self.catalogue.pinned])
        facts = (self.site_key, path, shape, pinned, *map(self._stamps.__getitem__, ids))
        return hashlib.sha256("\0".join(facts).encode("utf-8", "backslashreplace")).hexdigest()[:24]

    def _list_page(self, path: str, listing: tuple[Column | None, str, str]) -> pagination.ListPage | None:
        """The part of a list that stands at a path; None for a month, which has one page."""
        column, tag, month = listing
        if month:
            return None
        every = self.catalogue.by_column[column.id] if column else self.catalogue.uncategorised
        every = self.catalogue.of_tag(tag) if tag else every
        return pagination.page(every, self.snapshot.settings.list_length, path.rpartition("/")[2])

    def list_articles(self, path: str) -> Sequence[ArticleInfo] | None:
        """The articles that a page of a list shows, None where the path is none."""
        listing = self._listing(path) if path.endswith(".html") and self._taken(path) else None
        if listing is None:
            return None
        page = self._list_page(path, listing)
        return page.articles if page else self.catalogue.by_month.get(listing[2])

    def _listing(self, path: str) -> tuple[Column | None, str, str] | None:
        """What a page lists: a column, a tag, a month (`yyyy-mm`), or none of them: articles without a column.

        None where it is no page of a list.
        """
        folder, _, name = path.rpartition("/")
        if path in self._singles or self._former.is_notice(path):
            return None
        column = self._column_of_slug.get(folder)
        if column is not None:
            return column, "", ""
        if folder == "articles":
            return None, "", ""
        if folder == "archive":
            month = name.removesuffix(".html")
            return (None, "", month) if month in self.catalogue.by_month else None
        return None, self.catalogue.tag_of_slug[folder.removeprefix("tags/")], ""

    def list_frame(self, path: str) -> Frame | None:
        """What stands around a page of a list, None where the path is none. Raises TemplateFailed."""
        listing = self._listing(path)
        if listing is None:
            return None
        column, tag, month = listing
        return self._pages.list_frame("../" * path.count("/"), column=column, tag=tag, month=month)

    def sheet(self, path: str) -> Sheet | None:
        """A page of the site, none of an article, in pieces; None where it is made otherwise. Raises TemplateFailed."""
        page = self._page(path)
        return page if isinstance(page, Sheet) else None


class _Stamps(dict[int, str]):
    """Article id to what changes with the article, each made when it is first asked for: there are many questions."""

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self._generator = generator

    def __missing__(self, article_id: int) -> str:
        info = self._generator.catalogue.by_id[article_id]
        covered = info.cover in self._generator.snapshot.media
        changed = info.updated_at.timestamp()
        stamp = f"{info.id} {info.version} {changed} {info.body_hash} {info.slug} {covered}\n"
        self[article_id] = stamp
        return stamp
