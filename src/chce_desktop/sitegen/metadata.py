"""The head of a page: what search engines, other sites and the 《政府网站发展指引》 want to know about it."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from typing import Any

from markupsafe import Markup

from chce_desktop.domain.settings import SiteSettings
from chce_desktop.sitegen.sandbox import Escaped
from chce_desktop.sitegen.typography import visible
from chce_desktop.sitegen.views import Crumb, Picture

#: Breadcrumbs that are kept.
_REMEMBERED = 500
_ESCAPED = Escaped(html.escape, 1000)


@dataclass(slots=True)
class Head:
    """What one page says about itself.

    `path` is public; `labels` are meta names of the 指引; `graph` is JSON-LD, piece by piece.
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
        labels = [("SiteName", settings.name), ("SiteDomain", _domain(base_url)), ("SiteIDCode", settings.site_id_code)]
        self._site_labels = "".join(_named(labels))
        language = settings.language.replace("-", "_")
        self._site_properties = "".join(_properties([("og:site_name", settings.name), ("og:locale", language)]))

    def absolute(self, path: str) -> str:
        """The address of a public path; home is the site's root. Empty where the public address is unknown."""
        if not self._base:
            return ""
        if path == "index.html":
            return self._base
        return self._base + path

    def write(self, head: Head, root: str) -> Markup:
        """The elements for `<head>`, from `title` to JSON-LD."""
        title = head.title if head.path == "index.html" else f"{head.title} - {self._site.name}"
        title = title.strip(" -")
        about = self._site.description or self._site.slogan
        description = head.description or " - ".join(part for part in (title, about) if visible(part))
        parts = [f"<title>{_ESCAPED[title if visible(title) else self._fallback]}</title>"]
        parts += _named((("description", description), ("keywords", head.keywords)))
        if not head.index:
            parts.append('<meta name="robots" content="noindex">')
        address = self.absolute(head.path)
        # None for home: it is read under two addresses, and a page must not name the root as its better self.
        if address and head.canonical and head.path != "index.html":
            parts.append(f'<link rel="canonical" href="{_ESCAPED[address]}">')
        for name, feed in head.feeds:
            label, place = _ESCAPED[name], _ESCAPED[root + feed]
            parts.append(f'<link rel="alternate" type="application/atom+xml" title="{label}" href="{place}">')
            if self._base:
                place = place.removesuffix("feed.xml") + "rss.xml"
                parts.append(f'<link rel="alternate" type="application/rss+xml" title="{label} (RSS)" href="{place}">')
        parts.append(self._site_labels)
        parts += _named(head.labels)
        parts.append(self._site_properties)
        properties = [("og:type", head.kind), ("og:title", head.title), ("og:description", description)]
        if address and head.canonical:
            properties.append(("og:url", address))
        if self._base and (image := head.image or self._logo):
            properties.append(("og:image", self.absolute(image)))
        parts += _properties([*properties, *head.properties])
        graph = ",".join([*head.graph, *self._breadcrumb(head.crumbs)]).replace("<", "\\u003c")
        if graph:
            data = f'{{"@context":"https://schema.org","@graph":[{graph}]}}'
            parts.append(f'<script type="application/ld+json">{data}</script>')
        return Markup("".join(parts))  # noqa: S704 - every value was escaped above

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


def _domain(base_url: str) -> str:
    return base_url.split("://", 1)[-1].split("/", 1)[0] if base_url else ""


def _named(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [f'<meta name="{name}" content="{_ESCAPED[value]}">' for name, value in pairs if value]


def _properties(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [f'<meta property="{name}" content="{_ESCAPED[value]}">' for name, value in pairs if value]


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
