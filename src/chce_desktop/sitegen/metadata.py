"""The head of a page: what search engines, other sites and the 《政府网站发展指引》 want to know about it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from typing import Any

from markupsafe import Markup

from chce_desktop.domain.settings import SiteSettings
from chce_desktop.sitegen.addresses import readable_host
from chce_desktop.sitegen.prose.marks import HAN, USUAL, is_harmless, public
from chce_desktop.sitegen.sandbox import Escaped
from chce_desktop.sitegen.typography import visible
from chce_desktop.sitegen.views import Crumb, Picture

#: Breadcrumbs that are kept.
_REMEMBERED = 500
_ESCAPED = Escaped(html.escape, 1000)
_PLAIN = re.compile(f"[{HAN} !#-%(-;=?-\\[\\]-~{USUAL}]*")


@dataclass(slots=True)
class Head:
    """What one page says about itself.

    `path` is public; `labels` are meta names of the 指引; `graph` is JSON-LD, piece by piece. Where all text of it is
    known to be plain (see `is_plain`), so is `plain`; the head is written in half the time then.
    """

    title: str
    path: str
    description: str = ""
    keywords: str = ""
    kind: str = "website"
    image: str = ""
    labels: Sequence[tuple[str, str]] = ()
    properties: Sequence[tuple[str, str]] = ()
    graph: Sequence[str] = ()
    feeds: Sequence[tuple[str, str]] = ()
    canonical: bool = True
    index: bool = True
    crumbs: Sequence[Crumb] = field(default=())
    plain: bool = False


class HeadWriter:
    """Writes heads for one site. `base_url` ends with `/`, or is empty where the public address is unknown.

    `logo` stands for pages that have no picture of their own.
    """

    def __init__(self, settings: SiteSettings, base_url: str, untitled: str, *, logo: Picture | None = None) -> None:
        self._base = base_url
        self._logo = logo.path if logo else ""
        self._site = settings
        self._fallback = untitled
        self._breadcrumbs: dict[tuple[Crumb, ...], Sequence[str]] = {}
        labels = [
            ("SiteName", settings.name),
            ("SiteDomain", readable_host(base_url)),
            ("SiteIDCode", settings.site_id_code),
        ]
        self._site_labels = "".join(_named(labels))
        language = settings.language.replace("-", "_")
        self._site_properties = "".join(_properties([("og:site_name", settings.name), ("og:locale", language)]))
        #: Whether what the site says about itself may stand on any page.
        self._is_harmless = is_harmless(
            f"{settings.name}{settings.slogan}{settings.description}{base_url}{untitled}{self._logo}"
            f"{self._site_labels}{self._site_properties}"
        )

    def absolute(self, path: str) -> str:
        """The address of a public path; home is the site's root. Empty where the public address is unknown."""
        if not self._base:
            return ""
        if path == "index.html":
            return self._base
        return self._base + path

    def encoded(self, head: Head, root: str) -> bytes:
        """The elements for `<head>`, from `title` to JSON-LD, as they go out."""
        text = self._text(head, root)
        return text.encode() if head.plain and self._is_harmless else public(text)

    def write(self, head: Head, root: str) -> Markup:
        """The same for a template."""
        return Markup(self._text(head, root))  # noqa: S704 - every value is escaped

    def _text(self, head: Head, root: str) -> str:
        escaped = str if head.plain else _ESCAPED.__getitem__
        title = head.title if head.path == "index.html" else f"{head.title} - {self._site.name}"
        title = title.strip(" -")
        parts = [f"<title>{_ESCAPED[title if visible(title) else self._fallback]}</title>"]
        if head.description:
            description = escaped(head.description)
        else:
            about = self._site.description or self._site.slogan
            description = _ESCAPED[" - ".join(part for part in (title, about) if visible(part))]
        parts.append(f'<meta name="description" content="{description}">' if description else "")
        if head.keywords:
            parts.append(f'<meta name="keywords" content="{escaped(head.keywords)}">')
        if not head.index:
            parts.append('<meta name="robots" content="noindex">')
        address = escaped(self.absolute(head.path)) if head.canonical else ""
        # None for home: it is read under two addresses, and a page must not name the root as its better self.
        if address and head.path != "index.html":
            parts.append(f'<link rel="canonical" href="{address}">')
        for name, feed in head.feeds:
            label, place = _ESCAPED[name], _ESCAPED[root + feed]
            parts.append(f'<link rel="alternate" type="application/atom+xml" title="{label}" href="{place}">')
            if self._base:
                place = place.removesuffix("feed.xml") + "rss.xml"
                parts.append(f'<link rel="alternate" type="application/rss+xml" title="{label} (RSS)" href="{place}">')
        parts.append(self._site_labels)
        parts += _named(head.labels, escaped)
        parts.append(f'{self._site_properties}<meta property="og:type" content="{head.kind}">')
        if head.title:
            parts.append(f'<meta property="og:title" content="{escaped(head.title)}">')
        if description:
            parts.append(f'<meta property="og:description" content="{description}">')
        if address:
            parts.append(f'<meta property="og:url" content="{address}">')
        if self._base and (image := head.image or self._logo):
            parts.append(f'<meta property="og:image" content="{_ESCAPED[self.absolute(image)]}">')
        parts += _properties(head.properties, escaped)
        graph = ",".join([*head.graph, *self._breadcrumb(head.crumbs)]).replace("<", "\\u003c")
        if graph:
            data = f'{{"@context":"https://schema.org","@graph":[{graph}]}}'
            parts.append(f'<script type="application/ld+json">{data}</script>')
        return "".join(parts)

    def _breadcrumb(self, crumbs: Sequence[Crumb]) -> Sequence[str]:
        """The way down to the page in JSON, if there is one."""
        if len(crumbs) < 2 or not self._base:
            return ()
        key = tuple(crumbs)
        written = self._breadcrumbs.get(key)
        if written is None:
            items = []
            for position, crumb in enumerate(crumbs, 1):
                item: dict[str, Any] = {"@type": "ListItem", "position": position, "name": crumb.name}
                if crumb.path:
                    item["item"] = self.absolute(crumb.path)
                items.append(item)
            if len(self._breadcrumbs) >= _REMEMBERED:
                self._breadcrumbs.clear()
            written = self._breadcrumbs[key] = (json_text({"@type": "BreadcrumbList", "itemListElement": items}),)
        return written


def _named(pairs: Iterable[tuple[str, str]], escaped: Callable[[str], str] = _ESCAPED.__getitem__) -> list[str]:
    return [f'<meta name="{name}" content="{escaped(value)}">' for name, value in pairs if value]


def _properties(pairs: Iterable[tuple[str, str]], escaped: Callable[[str], str] = _ESCAPED.__getitem__) -> list[str]:
    return [f'<meta property="{name}" content="{escaped(value)}">' for name, value in pairs if value]


def is_plain(text: str) -> bool:
    """Whether a text may stand as it is in HTML, in JSON, and on any page."""
    return _PLAIN.fullmatch(text) is not None


def json_text(value: Any) -> str:
    """A value in JSON without blanks, as the module `json` writes it, in a third of its time where little is in it.

    For dictionaries, lists, text and whole numbers.
    """
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is dict:
        return "{" + ",".join([f'"{key}":{json_text(item)}' for key, item in value.items()]) + "}"
    if kind is list:
        return "[" + ",".join(map(json_text, value)) + "]"
    return str(value)
