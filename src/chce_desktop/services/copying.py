"""An article as HTML for other programs: plain, or with its look written into every element, as WeChat wants it."""

from __future__ import annotations

import base64
import html
import re

from chce_desktop.domain.article import Article
from chce_desktop.domain.media import MediaItem
from chce_desktop.foundation.i18n import tr
from chce_desktop.services.errors import MediaNotFound
from chce_desktop.services.site import Site

_MEDIA = re.compile(r"media/[^\s)\"'>]+")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>")
_LINK = re.compile(r'<a [^>]*?href="(https?://[^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
_ANY_LINK = re.compile(r"</?a\b[^>]*>")
_SOURCE = re.compile(r'src="(media/[^"]+)"')
#: What readers' browsers choose from on the site means nothing in another program.
_CHOICE = re.compile(r'</?picture>|<source\b[^>]*>|\s(?:srcset|sizes|decoding|loading|fetchpriority)="[^"]*"')
#: The way back from a note leads nowhere outside of the page.
_WAY_BACK = re.compile(r'(?:&nbsp;|&#160;|\s)*<a class="footnote-backref"[^>]*>.*?</a>', re.DOTALL)
_ROOT_LINK = re.compile(r'(?<=\shref=")/(?!/)')
_KEPT_ATTRIBUTES = re.compile(r'\s(?:src|alt|colspan|rowspan)="[^"]*"')
#: Pictures above this stay out: the clipboard of no program takes them.
_LARGEST_PICTURE = 10 * 1024 * 1024
#: Pixels: no phone shows more, and WeChat makes them smaller anyway.
_WIDEST_PICTURE = 1600
_CELL = "border:1px solid #c5cad4;padding:6px 10px;"
_HEADING = "margin:1.3em 0 .7em;font-weight:bold;line-height:1.4;"
_STYLES = {
    "p": "margin:0 0 1em;line-height:1.75;font-size:16px;text-align:justify;",
    "h2": f"{_HEADING}font-size:20px;border-left:4px solid #a51d24;padding-left:10px;",
    "h3": f"{_HEADING}font-size:18px;",
    "h4": f"{_HEADING}font-size:16px;",
    "blockquote": "margin:0 0 1em;padding:8px 14px;border-left:3px solid #c5cad4;background:#f6f6f6;color:#555555;",
    "ul": "margin:0 0 1em;padding-left:1.6em;",
    "ol": "margin:0 0 1em;padding-left:1.6em;",
    "li": "line-height:1.75;font-size:16px;",
    "img": "max-width:100%;height:auto;display:block;margin:0 auto;",
    "figure": "margin:0 0 1em;text-align:center;",
    "figcaption": "font-size:14px;color:#888888;margin-top:6px;",
    "table": "border-collapse:collapse;margin:0 0 1em;font-size:15px;",
    "td": _CELL,
    "th": f"{_CELL}background:#f2f2f2;font-weight:bold;",
    "pre": "background:#f6f6f6;padding:10px;font-size:14px;overflow-x:auto;",
    "code": "font-family:Menlo,Consolas,monospace;",
}


def plain_html(site: Site, article: Article) -> str:
    """The body as HTML; pictures have the address that they will have on the site."""
    base = site.settings.get().url.rstrip("/")
    if not base.startswith("http"):
        return _body(site, article, "")
    return _ROOT_LINK.sub(lambda _: f"{base}/", _body(site, article, f"{base}/"))


def wechat_html(site: Site, article: Article) -> str:
    """The body for the WeChat editor: styles on the elements, pictures inside, links as notes at the end."""
    body = _body(site, article, "")
    links: list[str] = []

    def noted(match: re.Match[str]) -> str:
        address = html.unescape(match[1])
        if address not in links:
            links.append(address)
        return f"{match[2]}<sup>[{links.index(address) + 1}]</sup>"

    body = _ANY_LINK.sub("", _LINK.sub(noted, body))
    if links:
        rows = "".join(f"<p>[{n}] {html.escape(address)}</p>" for n, address in enumerate(links, 1))
        body += f"<h4>{html.escape(tr('Links'))}</h4>{rows}"
    body = _TAG.sub(_styled, body)
    body = _SOURCE.sub(lambda match: f'src="{_inside(site, html.unescape(match[1]))}"', body)
    return f'<section style="color:#222222;font-size:16px;">{body}</section>'


def _body(site: Site, article: Article, root: str) -> str:
    media: dict[str, MediaItem] = {}
    for path in set(_MEDIA.findall(article.body)):
        try:
            media[path] = site.media.get(path)
        except MediaNotFound:
            continue  # a broken picture is the checks' business
    from chce_desktop.sitegen.prose import Renderer, resolve  # with all of Markdown, which no start needs

    prose = Renderer(site.settings.get(), media).render(article.body)
    return _WAY_BACK.sub("", _CHOICE.sub("", resolve(prose.html, root, lambda _: None)))


def _styled(match: re.Match[str]) -> str:
    closing, tag, attributes = match.groups()
    if closing:
        return f"</{tag}>"
    kept = "".join(_KEPT_ATTRIBUTES.findall(attributes))
    style = f' style="{_STYLES[tag]}"' if tag in _STYLES else ""
    return f"<{tag}{kept}{style}>"


def _inside(site: Site, path: str) -> str:
    """A picture as a data: address, as readers of the site get it: no wider than needed, without private data."""
    from chce_desktop.sitegen import pictures

    try:
        item, source = site.media.get(path), site.media.file(path)
        fitting = [each for each in pictures.variants(item) if each.mime == item.mime and each.width <= _WIDEST_PICTURE]
        wanted = pictures.wanted(item, fitting[-1] if fitting else None, source)
        if wanted is not None:
            pictures.make([wanted])
            source = wanted.target
        data = source.read_bytes()
    except (MediaNotFound, OSError):
        return path
    if len(data) > _LARGEST_PICTURE:
        return path
    return f"data:{item.mime};base64,{base64.b64encode(data).decode()}"
