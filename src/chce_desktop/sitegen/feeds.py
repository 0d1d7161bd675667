"""What machines read: Atom and RSS feeds, the sitemap, robots.txt."""

from __future__ import annotations

import html
import uuid
from collections.abc import Callable, Iterable, Sequence
from email.utils import format_datetime

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.sitegen.catalogue import Catalogue
from chce_desktop.sitegen.layout import Layout
from chce_desktop.sitegen.prose.marks import public
from chce_desktop.sitegen.typography import shown

#: Addresses in one sitemap file. The standard's limit is 50,000; smaller files change less of the site.
SITEMAP_LENGTH = 10_000
#: What stands after the last row.
SITEMAP_END = b"</urlset>\n"
#: A site with at most this many addresses has one file (https://www.sitemaps.org/protocol.html).
SITEMAP_WHOLE = 50_000
_XML = '<?xml version="1.0" encoding="utf-8"?>\n'
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def _urn(uid: str) -> str:
    """A name that stays (RFC 9562) for what has a uid."""
    try:
        return uuid.UUID(uid).urn
    except ValueError:
        return uuid.uuid5(uuid.NAMESPACE_URL, uid).urn


def escape(value: str) -> str:
    """Text between the tags of XML. The library's own is not worth the seventy modules for networks that it brings."""
    return html.escape(value, quote=False)


def quoteattr(value: str) -> str:
    """The value of an attribute, with the quotes around it."""
    escaped = escape(value).translate({9: "&#9;", 10: "&#10;", 13: "&#13;"})
    if '"' in escaped and "'" not in escaped:
        return f"'{escaped}'"
    return '"' + escaped.replace('"', "&quot;") + '"'


class Feeds:
    """Writes them for one site. Without a public address there are neither sitemap nor absolute links."""

    def __init__(self, catalogue: Catalogue, layout: Layout, language: str) -> None:
        self._catalogue = catalogue
        self._layout = layout
        self._language = language
        self._settings = catalogue.snapshot.settings

    def atom(
        self, path: str, page: str, title: str, subtitle: str, entries: Sequence[tuple[ArticleInfo, str]], uid: str
    ) -> bytes:
        """An Atom feed (RFC 4287) of (article, beginning of its text); `page` is the list that it belongs to."""
        root = "../" * path.count("/")

        def address(public: str) -> str:
            return self._layout.absolute(public) or root + public

        site = self._settings
        updated = max((info.updated_at for info, _ in entries), default=None)
        moment = updated.strftime("%Y-%m-%dT%H:%M:%SZ") if updated else "1970-01-01T00:00:00Z"
        author = escape(site.name or "-")
        identity = self._layout.absolute(path) or _urn(uid or site.name)
        parts = [
            _XML,
            f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(self._language)}>\n',
            f"<title>{escape(title)}</title>\n",
            f"<subtitle>{escape(subtitle)}</subtitle>\n" if subtitle else "",
            f"<id>{escape(identity)}</id>\n<updated>{moment}</updated>\n",
            f'<link rel="self" type="application/atom+xml" href={quoteattr(address(path))}/>\n',
            f'<link rel="alternate" type="text/html" href={quoteattr(address(page))}/>\n',
            f"<author><name>{author}</name></author>\n",
        ]
        for info, beginning in entries:
            column = self._catalogue.tree.get(info.column_id)
            who = info.author or info.source
            place = address(self._catalogue.article_path(info))
            parts += (
                "<entry>\n",
                f"<title>{escape(shown(info.title) or self._layout.words.untitled)}</title>\n",
                f"<id>{_urn(info.uid)}</id>\n",
                f'<link rel="alternate" type="text/html" href={quoteattr(place)}/>\n',
                f"<published>{info.date.strftime('%Y-%m-%dT%H:%M:%SZ')}</published>\n",
                f"<updated>{info.updated_at.strftime('%Y-%m-%dT%H:%M:%SZ')}</updated>\n",
                f"<author><name>{escape(who)}</name></author>\n" if who else "",
                f"<category term={quoteattr(column.name)}/>\n" if column else "",
                f"<summary>{escape(beginning)}</summary>\n" if beginning else "",
                "</entry>\n",
            )
        parts.append("</feed>\n")
        return public("".join(parts))

    def rss(self, path: str, page: str, title: str, subtitle: str, entries: Sequence[tuple[ArticleInfo, str]]) -> bytes:
        """An RSS 2.0 feed of the same; only where the public address is known, since RSS has no relative links."""
        newest = max((info.updated_at for info, _ in entries), default=None)
        parts = [
            _XML,
            '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">\n',
            f"<channel>\n<title>{escape(title)}</title>\n",
            f"<link>{escape(self._layout.absolute(page))}</link>\n",
            f"<description>{escape(subtitle or title)}</description>\n",
            f"<language>{escape(self._language)}</language>\n",
            f"<lastBuildDate>{format_datetime(newest)}</lastBuildDate>\n" if newest else "",
            f'<atom:link rel="self" type="application/rss+xml" href={quoteattr(self._layout.absolute(path))}/>\n',
        ]
        for info, beginning in entries:
            column = self._catalogue.tree.get(info.column_id)
            who = info.author or info.source
            place = escape(self._layout.absolute(self._catalogue.article_path(info)))
            parts += (
                f"<item>\n<title>{escape(shown(info.title) or self._layout.words.untitled)}</title>\n",
                f"<link>{place}</link>\n",
                f'<guid isPermaLink="false">{_urn(info.uid)}</guid>\n',
                f"<pubDate>{format_datetime(info.date)}</pubDate>\n",
                f"<dc:creator>{escape(who)}</dc:creator>\n" if who else "",
                f"<category>{escape(column.name)}</category>\n" if column else "",
                f"<description>{escape(beginning)}</description>\n" if beginning else "",
                "</item>\n",
            )
        parts.append("</channel>\n</rss>\n")
        return public("".join(parts))

    @staticmethod
    def sitemap_names(listed: int, articles: int) -> list[str]:
        """The files of a sitemap of so many articles and other pages."""
        if listed + articles <= SITEMAP_WHOLE:
            return ["sitemap.xml"]
        pages = [f"sitemap-pages-{n + 1}.xml" for n in range(-(-listed // SITEMAP_LENGTH))]
        return ["sitemap.xml", *pages, *(f"sitemap-{n + 1}.xml" for n in range(-(-articles // SITEMAP_LENGTH)))]

    def sitemap_index(self, names: Iterable[str]) -> bytes:
        """The file that names the sitemap's files."""
        rows = "".join(f"<sitemap><loc>{escape(self._layout.absolute(name))}</loc></sitemap>\n" for name in names)
        return f'{_XML}<sitemapindex xmlns="{_SITEMAP}">\n{rows}</sitemapindex>\n'.encode()

    def robots(self) -> bytes:
        """robots.txt: everything may be read."""
        address = self._layout.absolute("sitemap.xml")
        return ("User-agent: *\nAllow: /\n" + (f"\nSitemap: {address}\n" if address else "")).encode()


def sitemap(absolute: Callable[[str], str], rows: Iterable[tuple[str, str]]) -> bytes:
    """A sitemap of (public path, day of the last change or empty); `absolute` gives the address of a path."""
    return b"".join(
        (f'{_XML}<urlset xmlns="{_SITEMAP}">\n'.encode(), *(sitemap_row(absolute, r) for r in rows), SITEMAP_END)
    )


def sitemap_row(absolute: Callable[[str], str], row: tuple[str, str]) -> bytes:
    """One line of it."""
    path, day = row
    changed = f"<lastmod>{day}</lastmod>" if day else ""
    return f"<url><loc>{escape(absolute(path))}</loc>{changed}</url>\n".encode()
