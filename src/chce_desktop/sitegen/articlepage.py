"""The article's page, which there are most of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.foundation.i18n import tr
from chce_desktop.sitegen.addresses import safe_url
from chce_desktop.sitegen.catalogue import Catalogue
from chce_desktop.sitegen.errors import TemplateFailed
from chce_desktop.sitegen.furniture import Furniture
from chce_desktop.sitegen.layout import Layout
from chce_desktop.sitegen.metadata import Head, is_plain, json_text
from chce_desktop.sitegen.pages import Pages
from chce_desktop.sitegen.prose import Prose, resolve
from chce_desktop.sitegen.prose.marks import is_harmless
from chce_desktop.sitegen.sandbox import looked
from chce_desktop.sitegen.sheets import Frame, Sheet
from chce_desktop.sitegen.theme import plain
from chce_desktop.sitegen.typography import cut
from chce_desktop.sitegen.views import ArticleView, Attachment, Crumb, Tag

#: Reading counts are kept in one file for this many ids.
READS_BLOCK = 1000
_DESCRIPTION_WIDTH = 200
#: In what element a text stands, by the theme contract; a page without it would lose its text.
_BODY = re.compile(rb"""[\s"']id\s*=\s*["']?article-body["'\s/>]""")
#: The way from an article's page to the site's root.
_ROOT = "../"


class _Place(NamedTuple):
    """What the pages of a column's articles have in common; `top` is the name of the column at the top of the tree.

    Where the text of it is plain (see `metadata.is_plain`) so is `is_plain`.
    """

    crumbs: tuple[Crumb, ...]
    section: int
    column: str
    top: str
    is_plain: bool


class ArticlePages:
    """Renders article pages."""

    def __init__(self, catalogue: Catalogue, furniture: Furniture, layout: Layout, pages: Pages) -> None:
        self._catalogue = catalogue
        self._furniture = furniture
        self._layout = layout
        self._pages = pages
        self._settings = catalogue.snapshot.settings
        self._places: dict[int | None, _Place] = {}
        self._tags: dict[str, Tag] = {}
        #: What the JSON-LD of every article says about the site.
        self._language = json_text(self._settings.language)
        self._publisher = f'{{"@type":"Organization","name":{json_text(self._settings.name)}}}'

    def address_of(self, root: str, article_id: int) -> str | None:
        """The way to another article, None where readers cannot see it."""
        info = self._catalogue.by_id.get(article_id)
        return root + self._catalogue.article_path(info) if info else None

    def body(self, prose: Prose, root: str) -> str:
        """The body's HTML on a page with that way to the root."""
        return resolve(prose.html, root, lambda article_id: self.address_of(root, article_id))

    def _place(self, info: ArticleInfo) -> _Place:
        """What the article's page takes from its column."""
        place = self._places.get(info.column_id)
        if place is None:
            place = self._places[info.column_id] = self._new_place(info.column_id)
        return place

    def _new_place(self, column_id: int | None) -> _Place:
        crumbs = self._pages.crumbs(column_id)
        column = self._catalogue.tree.get(column_id)
        name, top = (column.name, crumbs[1].name) if column else (self._layout.words.other_articles,) * 2
        plain = is_plain(name + top) and is_harmless("".join(text for crumb in crumbs for text in crumb))
        return _Place(crumbs, self._pages.section(column_id), name, top, plain)

    def frame(self, info: ArticleInfo) -> Frame:
        """What stands around the article. Raises TemplateFailed."""
        place = self._place(info)
        return self._layout.frame("article", _ROOT, place.section, place.crumbs)

    def page(self, info: ArticleInfo, prose: Prose) -> Sheet:
        """The whole page. Raises TemplateFailed."""
        return self.pages([info], [prose])[0]

    def pages(self, articles: Sequence[ArticleInfo], proses: Sequence[Prose]) -> Sequence[Sheet]:
        """The pages of several articles with these bodies. Raises TemplateFailed.

        Step by step for all of them, which takes a third less time than page by page: each step finds its code and its
        tables in the processor's caches.
        """
        rows = tuple(zip(articles, proses, strict=True))
        views = [self._view(info, prose) for info, prose in rows]
        heads = [self._head(info, prose, view) for (info, prose), view in zip(rows, views, strict=True)]
        written = [self._layout.head(head, _ROOT) for head in heads]
        contents = [
            self._layout.content(
                "article", {"article": view, "cover": self._cover(info, prose)}, self._place(info).section, _ROOT
            )
            for (info, prose), view in zip(rows, views, strict=True)
        ]
        if contents and not _BODY.search(contents[0]):
            raise TemplateFailed("article.html", 0, tr("no element has {needed}", needed='id="article-body"'))
        return [Sheet(*sheet) for sheet in zip(map(self.frame, articles), written, contents, strict=True)]

    def _cover(self, info: ArticleInfo, prose: Prose) -> object:
        """The cover, where the text does not show it itself."""
        return None if info.cover in prose.media else self._furniture.picture(info.cover)

    def _view(self, info: ArticleInfo, prose: Prose) -> ArticleView:
        catalogue, furniture = self._catalogue, self._furniture
        newer, older = catalogue.neighbours(info)
        card = furniture.card(info)
        return ArticleView(
            card.title,
            info.prefix,
            info.subtitle,
            card.color,
            card.date,
            card.iso,
            info.reads,
            info.id // READS_BLOCK,
            info.id,
            info.source,
            safe_url(info.source_url),
            info.author,
            info.editor,
            info.summary,
            looked(prose.html) if prose.is_tame else plain(self.body(prose, _ROOT)),
            furniture.card(newer) if newer else None,
            furniture.card(older) if older else None,
            furniture.cards(catalogue.related(info)),
            tuple(self._attachments(prose)) if prose.files else (),
            tuple([self._tag(tag) for tag in dict.fromkeys(info.tags) if tag.strip()]),
        )

    def _tag(self, name: str) -> Tag:
        tag = self._tags.get(name)
        if tag is None:
            tag = self._tags[name] = Tag(name, self._catalogue.tag_path(name), 0, 1)
        return tag

    def _attachments(self, prose: Prose) -> Iterable[Attachment]:
        for path, label in dict(prose.files).items():
            item = self._catalogue.snapshot.media.get(path)
            if item is None or not item.is_picture:
                kind = path.rsplit(".", 1)[-1].upper() if "." in path.rsplit("/", 1)[-1] else ""
                yield Attachment(path, label, kind, readable_size(item.size) if item else "")

    def _head(self, info: ArticleInfo, prose: Prose, view: ArticleView) -> Head:
        settings, layout = self._settings, self._layout
        path = self._catalogue.article_path(info)
        address = layout.absolute(path)
        description = info.summary or cut(prose.text[:300].replace("\n", " "), _DESCRIPTION_WIDTH)
        keywords = info.keywords or ",".join(info.tags)
        place = self._place(info)
        shown = (info.cover, *prose.media)
        picture = next((path for path in shown if self._furniture.picture(path)), "") if any(shown) else ""
        picture_address = layout.absolute(picture) if picture else ""
        texts = view.title, info.title, description, keywords, info.source, info.author, address, picture_address
        plain = place.is_plain and is_plain("".join(texts))
        said = '"{}"'.format if plain else json_text
        labels = (
            ("ColumnName", place.column),
            ("ColumnType", place.top),
            ("ArticleTitle", info.title or view.title),
            ("PubDate", f"{view.iso[:10]} {view.iso[11:16]}"),
            ("ContentSource", info.source),
            ("Keywords", keywords),
            ("Author", info.author),
            ("Description", description),
            ("Url", address),
        )
        modified = max(view.iso, self._catalogue.stamp(info.updated_at))
        graph = (
            f'{{"@type":"NewsArticle","headline":{said(view.title[:110])},"datePublished":"{view.iso}"'
            f',"dateModified":"{modified}","inLanguage":{self._language}'
        )
        if address:
            graph += f',"mainEntityOfPage":{said(address)}'
        if picture_address:
            graph += f',"image":{said(picture_address)}'
        if info.author:
            graph += f',"author":{{"@type":"Person","name":{said(info.author)}}}'
        elif info.source:
            graph += f',"author":{{"@type":"Organization","name":{said(info.source)}}}'
        elif settings.name:
            graph += f',"author":{self._publisher}'
        if settings.name:
            graph += f',"publisher":{self._publisher}'
        if description:
            graph += f',"description":{said(description)}'
        return Head(
            view.title,
            path,
            description,
            keywords,
            "article",
            picture,
            labels,
            (("article:published_time", view.iso), ("article:modified_time", modified)),
            (graph + "}",),
            crumbs=place.crumbs,
            plain=plain,
        )


def readable_size(size: int) -> str:
    """Bytes as a reader expects them: `820 KB`, `1.2 MB`."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB"
