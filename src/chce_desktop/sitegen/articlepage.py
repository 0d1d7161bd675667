"""The article's page, which there are most of."""

from __future__ import annotations

from collections.abc import Iterable

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.sitegen.addresses import safe_url
from chce_desktop.sitegen.catalogue import Catalogue
from chce_desktop.sitegen.furniture import Furniture
from chce_desktop.sitegen.layout import Layout
from chce_desktop.sitegen.metadata import Head, json_text
from chce_desktop.sitegen.pages import Pages
from chce_desktop.sitegen.prose import Prose, resolve
from chce_desktop.sitegen.sheets import Frame, Sheet
from chce_desktop.sitegen.theme import plain
from chce_desktop.sitegen.typography import cut
from chce_desktop.sitegen.views import ArticleView, Attachment, Crumb, Tag

#: Reading counts are kept in one file for this many ids.
READS_BLOCK = 1000
_DESCRIPTION_WIDTH = 200


class ArticlePages:
    """Renders article pages."""

    def __init__(self, catalogue: Catalogue, furniture: Furniture, layout: Layout, pages: Pages) -> None:
        self._catalogue = catalogue
        self._furniture = furniture
        self._layout = layout
        self._pages = pages
        self._settings = catalogue.snapshot.settings
        self._places: dict[int | None, tuple[tuple[Crumb, ...], int]] = {}
        self._tags: dict[str, Tag] = {}

    def address_of(self, root: str, article_id: int) -> str | None:
        """The way to another article, None where readers cannot see it."""
        info = self._catalogue.by_id.get(article_id)
        return root + self._catalogue.article_path(info) if info else None

    def body(self, prose: Prose, root: str) -> str:
        """The body's HTML on a page with that way to the root."""
        return resolve(prose.html, root, lambda article_id: self.address_of(root, article_id))

    def _place(self, info: ArticleInfo) -> tuple[tuple[Crumb, ...], int]:
        """Breadcrumb and section of the article's page."""
        place = self._places.get(info.column_id)
        if place is None:
            place = self._places[info.column_id] = (
                self._pages.crumbs(info.column_id),
                self._pages.section(info.column_id),
            )
        return place

    def frame(self, info: ArticleInfo) -> Frame:
        """What stands around the article. Raises TemplateFailed."""
        crumbs, section = self._place(info)
        return self._layout.frame("article", "../", section, crumbs)

    def page(self, info: ArticleInfo, prose: Prose) -> Sheet:
        """The whole page. Raises TemplateFailed."""
        crumbs, section = self._place(info)
        view = self._view(info, prose)
        values = {"article": view, "cover": self._cover(info, prose)}
        return self._layout.page("article", self._head(info, prose, crumbs, view), values, section=section)

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
            plain(self.body(prose, "../")),
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

    def _head(self, info: ArticleInfo, prose: Prose, crumbs: tuple[Crumb, ...], view: ArticleView) -> Head:
        settings, catalogue = self._settings, self._catalogue
        path = catalogue.article_path(info)
        address = self._layout.absolute(path)
        description = info.summary or cut(prose.text[:300].replace("\n", " "), _DESCRIPTION_WIDTH)
        keywords = info.keywords or ",".join(info.tags)
        updated = catalogue.local(info.updated_at).isoformat(timespec="minutes")
        column = catalogue.tree.get(info.column_id)
        labels = (
            ("ColumnName", column.name if column else ""),
            ("ColumnType", crumbs[1].name if column else ""),
            ("ArticleTitle", info.title),
            ("PubDate", f"{view.iso[:10]} {view.iso[11:16]}"),
            ("ContentSource", info.source),
            ("Keywords", keywords),
            ("Author", info.author),
            ("Description", description),
            ("Url", address),
        )
        shown = (info.cover, *prose.media)
        picture = next((path for path in shown if self._furniture.picture(path)), "")
        modified = max(view.iso, updated)
        graph = [
            f'"@type":"NewsArticle","headline":{json_text(view.title[:110])},"datePublished":"{view.iso}"',
            f'"dateModified":"{modified}","inLanguage":{json_text(settings.language)}',
        ]
        if address:
            graph.append(f'"mainEntityOfPage":{json_text(address)}')
        if picture and address:
            graph.append(f'"image":{json_text(self._layout.absolute(picture))}')
        if info.author:
            graph.append(f'"author":{{"@type":"Person","name":{json_text(info.author)}}}')
        elif info.source or settings.name:
            graph.append(f'"author":{{"@type":"Organization","name":{json_text(info.source or settings.name)}}}')
        if settings.name:
            graph.append(f'"publisher":{{"@type":"Organization","name":{json_text(settings.name)}}}')
        if description:
            graph.append(f'"description":{json_text(description)}')
        return Head(
            view.title,
            path,
            description,
            keywords,
            "article",
            picture,
            labels,
            (("article:published_time", view.iso), ("article:modified_time", modified)),
            (f"{{{','.join(graph)}}}",),
            crumbs=crumbs,
        )


def readable_size(size: int) -> str:
    """Bytes as a reader expects them: `820 KB`, `1.2 MB`."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB"
