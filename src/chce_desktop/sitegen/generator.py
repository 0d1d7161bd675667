"""A snapshot's public files: which there are, what each depends on, and what is in it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from urllib.parse import urlsplit

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.column import Column
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.foundation.files import inside
from chce_desktop.sitegen import addresses, look, pictures, theme
from chce_desktop.sitegen.articlepage import ArticlePages
from chce_desktop.sitegen.bodies import RenderedBodies
from chce_desktop.sitegen.catalogue import Catalogue
from chce_desktop.sitegen.datafiles import DataFiles
from chce_desktop.sitegen.errors import PageNotFound
from chce_desktop.sitegen.formeraddresses import FormerAddresses
from chce_desktop.sitegen.furniture import Furniture
from chce_desktop.sitegen.kept import Kept
from chce_desktop.sitegen.keys import Keys
from chce_desktop.sitegen.layout import SHARED_FILE, Layout
from chce_desktop.sitegen.listings import Listing, Listings
from chce_desktop.sitegen.outputs import Output, OutputKind, Rendered
from chce_desktop.sitegen.pages import Pages
from chce_desktop.sitegen.prose import Prose, Renderer, resolve
from chce_desktop.sitegen.searchfiles import SearchFiles
from chce_desktop.sitegen.serverfiles import Former, ServerFiles
from chce_desktop.sitegen.sheets import Frame, Sheet
from chce_desktop.sitegen.state import Known
from chce_desktop.sitegen.views import Block

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
        self.bodies = RenderedBodies(snapshot, self._renderer, kept)
        self._kept = kept
        self.catalogue = Catalogue(snapshot, kept.tag_slugs() if kept else None)
        self.listings = Listings(self.catalogue)
        self.keys = Keys(self.catalogue, self._renderer, self.base_url, lambda: self._theme.key)

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
    def data_files(self) -> DataFiles:
        """What machines read."""

        def listed() -> Iterator[str]:
            yield from (path for path in self._singles if path not in _LASTING)
            yield from (f"{folder}/index.html" for folder, _ in self.listings.folders())
            yield from self.listings.archive()

        return DataFiles(self.catalogue, self._layout, self.bodies, listed, lambda: self.former.redirects)

    @cached_property
    def search(self) -> SearchFiles:
        """The files of the search index."""

        def card(info: ArticleInfo) -> Sequence[str]:
            shown = self._furniture.card(info)
            return shown.title, shown.path, shown.date, shown.column

        return SearchFiles(self.catalogue, self.bodies, card, self.keys.card, self._kept)

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
        self.bodies.load(articles)

    def render_article(self, info: ArticleInfo) -> Rendered:
        """An article's page. Raises TemplateFailed."""
        prose = self.bodies.get(info)
        return Rendered(self._articles.page(info, prose).data(), _HTML, prose.media, prose.articles)

    def article_sheets(self, articles: Sequence[ArticleInfo], proses: Sequence[Prose]) -> Sequence[Sheet]:
        """Pages of articles with these bodies, in pieces; nothing is read or kept. Raises TemplateFailed."""
        return self._articles.pages(articles, proses)

    def article_frame(self, info: ArticleInfo) -> Frame:
        """What stands around an article. Raises TemplateFailed."""
        return self._articles.frame(info)

    def body_key(self, info: ArticleInfo) -> bytes:
        """Under which key the article's rendered body is kept."""
        return self.bodies.key(info)

    def _static(self, path: str) -> Rendered | None:
        """What is no page: assets, fragments, search index, feeds, sitemap."""
        if path.startswith("assets/"):
            asset = next((a for a in self._theme.assets.values() if a.path == path), None)
            return Rendered(asset.data, asset.mime) if asset else None
        if path.startswith("search/") and path.endswith(".js"):
            data = self.search.render(path)
            return Rendered(data, _SCRIPT) if data is not None else None
        if path == SHARED_FILE:
            return Rendered(self._layout.shared_script(), _SCRIPT)
        if path in self._layout.shared_fragments:
            return Rendered(self._layout.shared_fragment(path), _HTML)
        server_file = self.server_files.render(path)
        return self.data_files.render(path) if server_file is None else Rendered(server_file, "text/plain")

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

    def _page(self, path: str) -> Sheet | bytes | None:
        single = self._singles.get(path)
        if single is not None:
            return single()
        listing = self.listings.find(path)
        if listing is not None:
            return self._listed(path, listing)
        year = self.listings.year(path)
        if year:
            return self._pages.archive(year)
        former = self.former
        if path in former.withdrawn:
            return self._pages.withdrawn(path, former.withdrawn[path].column_id)
        if path in former.gone:
            return self._pages.withdrawn(path, former.gone[path])
        target = former.redirects.get(path)
        return self._pages.redirect(path, target) if target else None

    def _listed(self, path: str, listing: Listing) -> Sheet:
        """The page of a list."""
        pages, page = self._pages, listing.page
        if page is None:
            return pages.month(listing.month)
        if listing.column is not None:
            return pages.column(listing.column, page)
        return pages.tag(listing.tag, page) if listing.tag else pages.uncategorised(page, path)

    def _taken(self, path: str) -> bool:
        listed = path in self._singles or self.listings.has(path) or bool(self.listings.year(path))
        return listed or self.catalogue.stands(path)

    @cached_property
    def former(self) -> FormerAddresses:
        """What stands at addresses that pages have left."""
        return FormerAddresses(self.catalogue, self._taken)

    @cached_property
    def server_files(self) -> ServerFiles:
        """The files for those who run a web server."""

        def former() -> Former:
            return Former(self.former.redirects, (*self.former.withdrawn, *self.former.gone))

        layout = self._layout
        return ServerFiles(layout.base_path, former, layout.policy, includes=self.snapshot.settings.server_includes)

    # What there is

    def outputs(self) -> Iterator[Output]:
        """Every public file but the media that articles use (see `media_outputs`), assets first, articles in order.

        Raises ThemeFaulty.
        """
        for path in dict.fromkeys(asset.path for asset in self._theme.assets.values()):
            yield Output(path, OutputKind.ASSET)
        by_path = self.catalogue.by_path
        for path in by_path:
            yield Output(path, OutputKind.ARTICLE)
        for path in self.listings.paths():
            yield Output(path, OutputKind.PAGE)
        for path in (*self.former.withdrawn, *self.former.gone):
            yield Output(path, OutputKind.PAGE)
        for path in self.former.redirects:
            yield Output(path, OutputKind.REDIRECT)
        for path in self.search.paths():
            yield Output(path, OutputKind.SEARCH)
        yield from self._shared_outputs()
        for path in self._singles:
            yield Output(path, OutputKind.PAGE)
        yield from self.data_files.outputs()
        for path in self.server_files.paths():
            yield Output(path, OutputKind.TEXT)

    def _shared_outputs(self) -> Iterator[Output]:
        for path in (SHARED_FILE, *self._layout.shared_fragments):
            yield Output(path, OutputKind.FRAGMENT)

    def media_outputs(self, used: Iterable[str]) -> Iterator[Output]:
        """The files below `media/` that readers need: those that are `used`, and those of the site itself."""
        shown = {info.cover for info in self.catalogue.articles if info.cover} | set(used)
        yield from self.media_of(shown)
        for path in sorted(self.keys.own_media - shown):
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

    # What changes with a few articles

    def outputs_of(
        self, changed: Sequence[ArticleInfo], lists: Iterable[str], years: Iterable[str], newest_rank: int
    ) -> Iterator[Output]:
        """The files beside articles and lists that may change when these articles do; `lists` are folders of lists.

        `years` are those that the articles are from, now and before, `newest_rank` is the highest rank that one of
        them has or had, counted from the newest.
        """
        yield from self.data_files.outputs_of(changed, lists, newest_rank)
        for path in self.search.paths_of(changed):
            yield Output(path, OutputKind.SEARCH)
        yield from self._shared_outputs()
        singles = (path for path in self._singles if path not in _LASTING)
        for path in (*singles, *(f"archive/{year}.html" for year in sorted(years))):
            yield Output(path, OutputKind.PAGE)

    def is_lasting(self, path: str) -> bool:
        """Whether the page there says the same whatever articles there are, but for the blocks of every page."""
        return path in _LASTING or path in self.former.withdrawn or path in self.former.gone

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

    def taken_away(self, before: Mapping[str, bool]) -> frozenset[str]:
        """Addresses that pages of an earlier build may still name, though readers are not meant to meet them any more.

        `before`: the paths of that build, and whether each was a page of its own (not a notice of withdrawal).
        """
        gone = {
            path
            for path, own in before.items()
            if path.endswith(".html")
            and not self._taken(path)
            and path not in self.former.redirects
            and (own or path not in self.former.withdrawn)
        }
        ids = {self.former.withdrawn[path].id for path in gone & self.former.withdrawn.keys()}
        former = (each.old_path for each in self.snapshot.redirects if each.article_id in ids)
        return frozenset(gone.union(path for path in former if not self._taken(path)))

    @cached_property
    def former_key(self) -> str:
        """Changes with what stands at former addresses, as long as those that are taken, and lost, are the same."""
        return hashlib.sha256(repr(self.former.made_from()).encode("utf-8", "backslashreplace")).hexdigest()

    @property
    def shared_version(self) -> str:
        """Changes with the blocks that stand on every page."""
        return self._layout.shared_version

    def key(self, output: Output) -> str:
        """Changes when the content of an output may; empty where it is always rendered. Not for articles and media."""
        if output.kind is OutputKind.SEARCH:
            return self.search.key(output.path)
        is_list = output.kind is OutputKind.PAGE and output.path not in self._singles
        listing = self.listings.find(output.path) if is_list else None
        return "" if listing is None else self.keys.listing(output.path, listing)

    def list_frame(self, path: str) -> Frame | None:
        """What stands around a page of a list, None where the path is none. Raises TemplateFailed."""
        listing = self.listings.find(path)
        if listing is None:
            return None
        root, column = "../" * path.count("/"), listing.column
        return self._pages.list_frame(root, column=column, tag=listing.tag, month=listing.month)

    def sheet(self, path: str) -> Sheet | None:
        """A page of the site, none of an article, in pieces; None where it is made otherwise. Raises TemplateFailed."""
        page = self._page(path)
        return page if isinstance(page, Sheet) else None
