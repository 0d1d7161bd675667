"""What templates are given: plain values with names, ready to be shown. See docs/theme.md."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup


class Card(NamedTuple):
    """An article in a list. `path` is public (put `root` before it); `short` is the title cut by width."""

    path: str
    title: str
    short: str
    prefix: str
    color: str
    date: str
    iso: str
    summary: str
    cover: str
    pinned: bool
    reads: int
    column: str
    column_path: str
    picture: Picture | None


class Crumb(NamedTuple):
    """A step of the breadcrumb; `path` empty for the page itself."""

    name: str
    path: str


class Entry(NamedTuple):
    """A column in the navigation or among sub-columns."""

    id: int
    name: str
    path: str
    children: tuple[Entry, ...]


class FriendlyLink(NamedTuple):
    """A friendly link that readers see. `width` and `height` of the logo in pixels, 0 where there is none."""

    name: str
    url: str
    logo: str
    note: str
    width: int
    height: int


class FriendlyGroup(NamedTuple):
    """A group with its visible links."""

    name: str
    links: tuple[FriendlyLink, ...]


class NoticeView(NamedTuple):
    """A notice that shows now; `paragraphs` of plain text, `links` as (label, address)."""

    title: str
    paragraphs: tuple[str, ...]
    image: str
    width: int
    height: int
    links: tuple[tuple[str, str], ...]


class Picture(NamedTuple):
    """A picture with its size in pixels, 0 where it is unknown.

    `webp` and `own` are the choice of widths, (path, pixels), in WebP and in its own format; empty for small ones.
    """

    path: str
    width: int
    height: int
    alt: str
    webp: tuple[tuple[str, int], ...] = ()
    own: tuple[tuple[str, int], ...] = ()


class SiteView(NamedTuple):
    """The site as pages name it. `icp_url` and `police_url` are the filing sites; numbers may be empty."""

    name: str
    slogan: str
    description: str
    language: str
    url: str
    email: str
    email_url: str
    logo: Picture | None
    registration_number: str
    registration_label: str
    icp_number: str
    icp_url: str
    police_number: str
    police_url: str
    copyright: str
    footer_lines: tuple[str, ...]
    indent_paragraphs: bool


class Tag(NamedTuple):
    """A tag with its page and the number of its articles. `weight` is 1 (rare) to 5 (common)."""

    name: str
    path: str
    articles: int
    weight: int


class Attachment(NamedTuple):
    """A file for download; `size` such as `1.2 MB`."""

    path: str
    label: str
    kind: str
    size: str


class ArticleView(NamedTuple):
    """The article of an article page. `body` is safe HTML."""

    title: str
    prefix: str
    subtitle: str
    color: str
    date: str
    iso: str
    reads: int
    block: int
    id: int
    source: str
    source_url: str
    author: str
    editor: str
    summary: str
    body: Markup
    newer: Card | None
    older: Card | None
    related: tuple[Card, ...]
    attachments: tuple[Attachment, ...]
    tags: tuple[Tag, ...]


class PagerLink(NamedTuple):
    """A page of a list by its number; `path` empty for the page itself."""

    label: str
    path: str


class Pager(NamedTuple):
    """Ways from one list page to others; empty paths where there is none."""

    newest: str
    newer: str
    older: str
    oldest: str
    near: tuple[PagerLink, ...]


class Block(NamedTuple):
    """A block of the home page.

    `kind` is one of `homepage.BlockKind` except `columns`, `layout` is `list`, `lead` or `cards`; `name` its heading,
    `path` where “more” leads (empty for nowhere). `lead` stands out, `cards` follow.
    """

    kind: str
    layout: str
    name: str
    path: str
    lead: Card | None
    cards: tuple[Card, ...]


class Month(NamedTuple):
    """A month of the archive; `label` names it, `counted` says how many articles it has."""

    number: int
    path: str
    articles: int
    label: str
    counted: str


class Year(NamedTuple):
    """A year of the archive with its months that have articles; `path` is its own page, `label` names it."""

    number: int
    months: tuple[Month, ...]
    path: str
    label: str
