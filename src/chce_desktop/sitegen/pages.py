"""The pages of the site one by one, except the article's own: what each template is given."""

from __future__ import annotations

from typing import Any

from chce_desktop.domain.column import Column
from chce_desktop.sitegen import pagination
from chce_desktop.sitegen.catalogue import Catalogue
from chce_desktop.sitegen.frontpage import FrontPage
from chce_desktop.sitegen.furniture import Furniture
from chce_desktop.sitegen.layout import Layout
from chce_desktop.sitegen.metadata import Head, json_text
from chce_desktop.sitegen.pagination import ListPage
from chce_desktop.sitegen.sheets import Frame, Sheet
from chce_desktop.sitegen.typography import shown
from chce_desktop.sitegen.views import Block, Card, Crumb, Month, Pager, PagerLink, Tag, Year


class Pages:
    """Renders pages. Methods raise TemplateFailed."""

    def __init__(self, catalogue: Catalogue, furniture: Furniture, layout: Layout) -> None:
        self._catalogue = catalogue
        self._furniture = furniture
        self._layout = layout
        self._settings = catalogue.snapshot.settings
        self._words = layout.words
        self.front = FrontPage(catalogue, furniture, layout)

    def crumbs(self, column_id: int | None, *further: Crumb) -> tuple[Crumb, ...]:
        """From home down the column tree."""
        trail = self._catalogue.tree.trail(column_id)
        home = Crumb(self._words.home, "index.html")
        return (home, *(Crumb(column.name, self._catalogue.column_path(column)) for column in trail), *further)

    def section(self, column_id: int | None) -> int:
        """The id of the column at the top of the tree, 0 for none."""
        trail = self._catalogue.tree.trail(column_id)
        return trail[0].id if trail else 0

    def home(self) -> Sheet:
        """The front page."""
        settings = self._settings
        description = shown(settings.description)
        graph: dict[str, Any] = {
            "@type": "WebSite",
            "name": settings.name,
            "url": self._layout.absolute("index.html"),
            "description": description,
            "inLanguage": settings.language,
        }
        head = Head(
            settings.name,
            "index.html",
            description,
            shown(settings.keywords),
            graph=(json_text({key: value for key, value in graph.items() if value or key == "name"}),),
            feeds=((settings.name, "feed.xml"),),
        )
        blocks = self.front.blocks()
        first = next((n for n, block in enumerate(blocks, 1) if any(c.picture for c in _in(block))), 0)
        return self._layout.page("home", head, {"blocks": blocks, "first_pictured": first})

    def column(self, column: Column, page: ListPage) -> Sheet:
        """A page of a column's list."""
        catalogue, furniture = self._catalogue, self._furniture
        pinned = catalogue.pinned_in(column.id) if page.number is None else ()
        rest = [info for info in page.articles if info not in pinned] if pinned else page.articles
        description, keywords = shown(column.description), shown(column.keywords)
        head = Head(
            column.name if page.number is None else self._words["page_title"].format(title=column.name, n=page.number),
            f"{column.slug}/{page.name}",
            description,
            keywords,
            labels=(  # all of them are required, also of a column that nothing is said about
                ("ColumnName", column.name),
                ("ColumnDescription", description or f"{column.name} - {self._settings.name}".strip(" -")),
                ("ColumnKeywords", keywords or column.name),
                ("ColumnType", catalogue.tree.trail(column.id)[0].name),
            ),
            feeds=((column.name, f"{column.slug}/feed.xml"),),
            crumbs=self.crumbs(column.id),
        )
        values = {
            "name": column.name,
            "description": description,
            "sub_columns": furniture.sub_columns(column.id),
            "cards": furniture.cards(pinned) + furniture.cards(rest),
            "pager": pager(page, f"{column.slug}/", self._words["page_label"]),
            "feed": f"{column.slug}/feed.xml",
        }
        return self._layout.page("list", head, values, section=self.section(column.id))

    # What stands around lists, for those whose content is kept

    def _other_crumbs(self) -> tuple[Crumb, ...]:
        return self.crumbs(None, Crumb(self._words.other_articles, ""))

    def _tag_crumbs(self, tag: str) -> tuple[Crumb, ...]:
        return self.crumbs(None, Crumb(self._words.tags, "tags/index.html"), Crumb(tag, self._catalogue.tag_path(tag)))

    def _month_title(self, key: str) -> str:
        return self._words["month_title"].format(year=int(key[:4]), month=int(key[5:]))

    def _month_crumbs(self, key: str) -> tuple[Crumb, ...]:
        return self.crumbs(None, Crumb(self._words.archive, "archive/index.html"), Crumb(self._month_title(key), ""))

    def list_frame(self, root: str, *, column: Column | None = None, tag: str = "", month: str = "") -> Frame:
        """What stands around a page of a list: of a column, a tag, a month, or of articles without a column."""
        if column is not None:
            return self._layout.frame("list", root, self.section(column.id), self.crumbs(column.id))
        crumbs = self._tag_crumbs(tag) if tag else self._month_crumbs(month) if month else self._other_crumbs()
        return self._layout.frame("list", root, 0, crumbs)

    # Lists

    def uncategorised(self, page: ListPage, path: str) -> Sheet:
        """A page of the list of articles without a column."""
        head = Head(self._words.other_articles, path, crumbs=self._other_crumbs())
        values = {
            "name": self._words.other_articles,
            "description": "",
            "sub_columns": (),
            "cards": self._furniture.cards(page.articles),
            "pager": pager(page, "articles/", self._words["page_label"]),
            "feed": "",
        }
        return self._layout.page("list", head, values)

    def tag(self, tag: str, page: ListPage) -> Sheet:
        """A page of the list of a tag."""
        folder = f"tags/{self._catalogue.tag_slug(tag)}/"
        head = Head(
            self._words["tag_title"].format(tag=tag),
            folder + page.name,
            keywords=tag,
            crumbs=self._tag_crumbs(tag),
        )
        values = {
            "name": self._words["tag_title"].format(tag=tag),
            "description": "",
            "sub_columns": (),
            "cards": self._furniture.cards(page.articles),
            "pager": pager(page, folder, self._words["page_label"]),
            "feed": "",
        }
        return self._layout.page("list", head, values)

    def tags(self) -> Sheet:
        """All tags."""
        counts = self._catalogue.tags
        most = max(counts.values(), default=1)
        tags = [Tag(tag, self._catalogue.tag_path(tag), n, 1 + round(4 * n / most)) for tag, n in counts.items()]
        head = Head(self._words.tags, "tags/index.html", crumbs=self.crumbs(None, Crumb(self._words.tags, "")))
        return self._layout.page("tags", head, {"tags": tags})

    def links(self) -> Sheet:
        """All friendly links."""
        head = Head(self._words.links, "links/index.html", crumbs=self.crumbs(None, Crumb(self._words.links, "")))
        return self._layout.page("links", head, {"groups": self._furniture.link_groups})

    def search(self) -> Sheet:
        """The search page; its script does the work."""
        head = Head(
            self._words.search_title, "search/index.html", crumbs=self.crumbs(None, Crumb(self._words.search_title, ""))
        )
        return self._layout.page("search", head, {})

    def archive(self, only: str = "") -> Sheet:
        """Years and months; with `only` those of one year."""
        years: dict[int, list[Month]] = {}
        words = self._words
        for key, articles in self._catalogue.by_month.items():
            if not key.startswith(only):
                continue
            year, month = int(key[:4]), int(key[5:])
            label, count = words["month_label"].format(month=month), words["count_label"].format(n=len(articles))
            years.setdefault(year, []).append(Month(month, f"archive/{key}.html", len(articles), label, count))
        shown = [
            Year(year, tuple(months), f"archive/{year:04d}.html", words["year_label"].format(year=year))
            for year, months in years.items()
        ]
        title, path = self._words.archive, "archive/index.html"
        crumbs = self.crumbs(None, Crumb(title, ""))
        if only:
            crumbs = self.crumbs(None, Crumb(title, path), Crumb(str(int(only)), ""))
            title, path = f"{title} {int(only)}", f"archive/{only}.html"
        return self._layout.page("archive", Head(title, path, crumbs=crumbs), {"years": shown})

    def month(self, key: str) -> Sheet:
        """All articles of a month (`yyyy-mm`)."""
        title = self._month_title(key)
        head = Head(title, f"archive/{key}.html", crumbs=self._month_crumbs(key))
        values = {
            "name": title,
            "description": "",
            "sub_columns": (),
            "cards": self._furniture.cards(self._catalogue.by_month[key]),
            "pager": None,
            "feed": "",
        }
        return self._layout.page("list", head, values)

    def not_found(self, root: str) -> Sheet:
        """The page of a host for addresses that it does not know; `root` is the site's path on its host."""
        head = Head(self._words.not_found, "404.html", canonical=False, index=False)
        return self._layout.page("404", head, {}, root=root)

    def gone(self, root: str) -> Sheet:
        """The page of a host for articles that were withdrawn; `root` is the site's path on its host."""
        head = Head(self._words.withdrawn, "410.html", canonical=False, index=False)
        return self._layout.page("withdrawn", head, {}, root=root)

    def withdrawn(self, path: str, column_id: int | None) -> Sheet:
        """What stands where an article was."""
        head = Head(self._words.withdrawn, path, canonical=False, index=False, crumbs=self.crumbs(column_id))
        return self._layout.page("withdrawn", head, {}, section=self.section(column_id))

    def redirect(self, old: str, target: str) -> bytes:
        """A page that leads from an old address to the present one, `target` (both are public paths)."""
        head = Head(self._words.moved, old, canonical=False, index=False)
        root = "../" * old.count("/")
        values = {"target": root + target, "canonical": self._layout.absolute(target)}
        return self._layout.bare_page("redirect.html", head, values)


def _in(block: Block) -> tuple[Card, ...]:
    return (block.lead, *block.cards) if block.lead else block.cards


def pager(page: ListPage, folder: str, label: str) -> Pager | None:
    """The ways from a list page to the others; None where it is the only one."""
    if page.oldest is None and page.newer is None:
        return None

    def path(name: str | None) -> str:
        return folder + name if name else ""

    near = tuple(
        PagerLink(label.format(n=number), "" if number == page.number else folder + name) for number, name in page.near
    )
    newest = "" if page.number is None else folder + pagination.file_name(None)
    return Pager(newest, path(page.newer), path(page.older), path(page.oldest), near)
