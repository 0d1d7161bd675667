"""What stands on every page: site name, navigation, notices, recommended, popular, friendly links, footer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.column import Column
from chce_desktop.domain.link import Link
from chce_desktop.sitegen import pictures
from chce_desktop.sitegen.addresses import is_mailbox, is_public_path, safe_url
from chce_desktop.sitegen.catalogue import Catalogue
from chce_desktop.sitegen.prose.marks import ROOT
from chce_desktop.sitegen.typography import cut, format_date, shown, visible
from chce_desktop.sitegen.views import Card, Entry, FriendlyGroup, FriendlyLink, NoticeView, Picture, SiteView

ICP_SITE = "https://beian.miit.gov.cn/"
_POLICE_SITE = "https://beian.mps.gov.cn/#/query/webSearch?code="
_COLOR = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?")


class Furniture:
    """Makes the views that more than one kind of page shows. Cards are made once each."""

    def __init__(self, catalogue: Catalogue, base_url: str, untitled: str) -> None:
        """`untitled` stands for a title that is empty."""
        self._catalogue = catalogue
        self._snapshot = catalogue.snapshot
        self._settings = catalogue.snapshot.settings
        self._base_url = base_url
        self._untitled = untitled
        self._cards: dict[int, Card] = {}

    def card(self, info: ArticleInfo) -> Card:
        """The article as lists show it."""
        card = self._cards.get(info.id)
        if card is None:
            card = self._cards[info.id] = self._new_card(info)
        return card

    def cards(self, articles: Iterable[ArticleInfo]) -> tuple[Card, ...]:
        """Cards in the same order."""
        return tuple(map(self.card, articles))

    def titled(self, title: str) -> str:
        """A title that can be seen."""
        return shown(title) or self._untitled

    def _new_card(self, info: ArticleInfo) -> Card:
        catalogue = self._catalogue
        local = catalogue.local(info.date)
        column = catalogue.tree.get(info.column_id)
        title = self.titled(info.title)
        return Card(
            catalogue.article_path(info),
            title,
            cut(self.titled(info.short_title) if info.short_title else title, self._settings.title_cut),
            info.prefix,
            safe_color(info.title_color) if info.title_color else "",
            format_date(local, self._settings.date_format),
            catalogue.stamp(info.date),
            info.summary,
            info.cover if info.cover in self._snapshot.media else "",
            catalogue.is_pinned(info),
            info.reads,
            column.name if column else "",
            catalogue.column_path(column) if column else "",
            self.picture(info.cover) if info.cover else None,
        )

    def picture(self, path: str) -> Picture | None:
        """A picture of the site's media; None where there is none of that path."""
        item = self._snapshot.media.get(path)
        if item is None or not item.is_picture:
            return None
        return Picture(item.path, item.width, item.height, item.alt, *pictures.sources(item))

    @cached_property
    def site(self) -> SiteView:
        """The site's own facts."""
        s = self._settings
        digits = re.sub(r"[^0-9]", "", s.police_number)
        return SiteView(
            self.titled(s.name),
            shown(s.slogan),
            shown(s.description),
            s.language,
            safe_url(s.url) or self._base_url,
            shown(s.email),
            f"mailto:{s.email}" if is_mailbox(s.email) else "",
            self.picture(s.logo),
            shown(s.registration_number),
            s.registration_label,
            shown(s.icp_number),
            ICP_SITE,
            shown(s.police_number),
            _POLICE_SITE + digits,
            shown(s.copyright),
            tuple(line for line in s.footer_lines if visible(line)),
            s.indent_paragraphs,
        )

    @cached_property
    def navigation(self) -> tuple[Entry, ...]:
        """The columns shown in the navigation, two levels deep."""
        return self._entries(self._catalogue.tree.children(None), 2)

    def sub_columns(self, column_id: int) -> tuple[Entry, ...]:
        """The columns directly below one."""
        return self._entries(self._catalogue.tree.children(column_id), 1)

    def _entries(self, columns: Sequence[Column], depth: int) -> tuple[Entry, ...]:
        if not depth:
            return ()
        tree = self._catalogue.tree
        return tuple(
            Entry(
                c.id, self.titled(c.name), self._catalogue.column_path(c), self._entries(tree.children(c.id), depth - 1)
            )
            for c in columns
            if c.in_navigation
        )

    @cached_property
    def recommended(self) -> tuple[Card, ...]:
        """今日导读."""
        return self.cards(self._catalogue.recommended)

    @cached_property
    def popular(self) -> tuple[Card, ...]:
        """热门文章."""
        return self.cards(self._catalogue.popular)

    @cached_property
    def notices(self) -> tuple[NoticeView, ...]:
        """The notices that show at the snapshot's moment, in order."""
        found = []
        for notice in self._snapshot.notices:
            if notice.showing(self._snapshot.taken_at):
                picture = self.picture(notice.image)
                found.append(
                    NoticeView(
                        self.titled(notice.title),
                        tuple(line.strip() for line in notice.text.splitlines() if visible(line)),
                        picture.path if picture else "",
                        picture.width if picture else 0,
                        picture.height if picture else 0,
                        tuple(
                            (link.label.strip(), address)
                            for link in notice.links
                            if visible(link.label) and (address := self.address(link.url))
                        ),
                    )
                )
        return tuple(found)

    def address(self, url: str) -> str:
        """An address that an editor gave, made harmless; an article's or a public path follows the mark of the root."""
        url = url.strip()
        if url.startswith("article:") and url[8:].isdigit():
            info = self._catalogue.by_id.get(int(url[8:]))
            return ROOT + (self._catalogue.article_path(info) if info else "index.html")
        return ROOT + url if is_public_path(url) else safe_url(url)

    @cached_property
    def link_groups(self) -> tuple[FriendlyGroup, ...]:
        """The groups that have visible links."""
        groups = []
        for group in self._snapshot.link_groups:
            links = tuple(made for link in group.links if link.visible and (made := self._friendly(link)))
            if links:
                groups.append(FriendlyGroup(shown(group.name), links))
        return tuple(groups)

    def _friendly(self, link: Link) -> FriendlyLink | None:
        address, logo = self.address(link.url), self.picture(link.logo)
        if not address:
            return None
        size = (logo.width, logo.height) if logo else (0, 0)
        return FriendlyLink(
            shown(link.name) or link.url.strip(), address, logo.path if logo else "", shown(link.note), *size
        )

    @cached_property
    def first_links(self) -> tuple[FriendlyLink, ...]:
        """The friendly links that stand before 更多."""
        every = [link for group in self.link_groups for link in group.links]
        return tuple(every[: self._settings.sidebar_links])


def safe_color(color: str) -> str:
    """A title's colour as `#rrggbb` or `#rgb`, empty for anything else."""
    return color if _COLOR.fullmatch(color) else ""
