"""One article's Markdown to one piece of HTML, with what the page needs to know about it."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import markdown
from markdown.extensions.toc import TocExtension

from chce_desktop.domain.media import MediaItem
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.domain.wordbook import AutoLink
from chce_desktop.sitegen import pictures
from chce_desktop.sitegen.prose.autolinks import AutoLinker
from chce_desktop.sitegen.prose.embeds import with_embeds
from chce_desktop.sitegen.prose.extensions import PortalExtension
from chce_desktop.sitegen.prose.linear import Footnotes
from chce_desktop.sitegen.prose.marks import (
    ARTICLE_MARK,
    LINE_MARK,
    NONCHARACTERS,
    ROOT,
    clean,
)
from chce_desktop.sitegen.prose.mixed import mixed
from chce_desktop.sitegen.prose.repair import repaired
from chce_desktop.sitegen.prose.sanitizer import sanitized
from chce_desktop.sitegen.prose.simple import heading_id, simple
from chce_desktop.sitegen.typography import shown, visible

#: Grows whenever the same text would give other HTML than before.
_VERSION = 13
_IMAGE = re.compile(r"<img\b([^>]*)>")
_SAID = re.compile(r' (?:alt|title)="([^"]*)"')
_SOURCE = re.compile(f'src="{ROOT}([^"]+)"')
#: How wide pictures stand in the text.
_SIZES = "(min-width: 50rem) 46rem, 100vw"
_FIGURE = re.compile(r"<figure((?:\s[^>]*)?)>(<img\b[^>]*>)</figure>")
_FILE_LINK = re.compile(f'<a href="{ROOT}(media/[^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
_BLOCK_END = re.compile(r"</(?:p|li|h[2-6]|td|th|tr|pre|blockquote|figcaption|dt|dd|caption|summary)>|<br>|<hr>")
_TAG = re.compile(r"<[^>]*>")
_FOOTNOTE_LINK = re.compile(r'<a class="footnote-(?:ref|backref)"[^>]*>.*?</a>', re.DOTALL)
_BLANKS = re.compile(r"(?<![ \t\r\f\v\u3000])[ \t\r\f\v\u3000]*\n[ \t\r\n\f\v\u3000]*")
_HOST = re.compile(r'href="https?://([^"/?#]+)')
_LINK = re.compile(r"<a\b([^>]*)>((?:\s|<(?!/?a\b)[^>]*>)+)</a>")


@dataclass(frozen=True, slots=True)
class Prose:
    """A rendered body. `html` holds marks for addresses until `resolve` fills them in.

    `text` is what a reader reads, one line a block; `media` the files that it shows or links, in order;
    `files` those that are offered for download, with their labels; `articles` the ids that it links to. `is_tame`: the
    HTML is known to hold nothing that no page may hold.
    """

    html: str
    text: str
    media: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    articles: tuple[int, ...] = ()
    is_tame: bool = field(default=False, compare=False)


class Renderer:
    """Renders bodies for one site's settings and media. Not for use from several threads at once."""

    def __init__(
        self,
        settings: SiteSettings,
        media: Mapping[str, MediaItem],
        *,
        links: Sequence[AutoLink] = (),
        numbered: bool = False,
    ) -> None:
        """With `numbered`, block elements carry `data-line`, the source line counted from 0.

        `links`: words that become links by themselves.
        """
        self._linker = AutoLinker(links, settings.auto_link_times)
        self._media = media
        self._hosts = settings.embed_hosts
        self._numbered = numbered
        self._chinese = not settings.language.lower().startswith("en")
        self._parser: markdown.Markdown | None = None
        self._shown = 0
        configuration = f"{_VERSION}\0{markdown.__version__}\0{'|'.join(self._hosts)}\0{self._chinese}\0{numbered}"
        configuration += f"\0{self._linker.key}" if self._linker else ""
        self.configuration = hashlib.sha256(configuration.encode()).hexdigest()

    def media_key(self, paths: tuple[str, ...]) -> str:
        """What rendering depends on besides the text: the records of the pictures that it shows."""
        if not paths:
            return ""
        digest = hashlib.sha256()
        for path in paths:
            item = self._media.get(path)
            facts = (item.width, item.height, item.alt, item.caption, item.credit, item.mime) if item else ()
            digest.update(repr((path, facts)).encode())
        return digest.hexdigest()

    def render(self, text: str) -> Prose:
        """The body in HTML. Never raises for any text: what cannot be parsed is shown as it was written."""
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        found = None if self._numbered else simple(text)
        if found is None:
            cleaned = clean(text)
            if cleaned is not text:
                text = cleaned
                found = None if self._numbered else simple(text)
        if found is not None and found.text is not None:
            return self._linked(Prose(found.html, found.text, is_tame=found.is_tame))
        body = found.html if found is not None else self._mixed(text) or self._parsed(text)
        body = with_embeds(body, self._hosts, "视频" if self._chinese else "Video")
        media: list[str] = []
        self._shown = 0
        body = _FIGURE.sub(self._captioned, body)
        named = re.findall(f'{ROOT}(media/[^"]+)', body)
        body = _IMAGE.sub(lambda m: self._image(m, media), body)
        body = _LINK.sub(self._told, body)
        files = tuple((m[1], _plain_text(m[2]).strip() or m[1]) for m in _FILE_LINK.finditer(body))
        media += [path for path in named if path not in media]
        articles = tuple(int(number) for number in ARTICLE_MARK.findall(body))
        prose = Prose(body, _plain_text(body), tuple(dict.fromkeys(media)), files, tuple(dict.fromkeys(articles)))
        return self._linked(prose)

    def _linked(self, prose: Prose) -> Prose:
        """The body with the links that words become by themselves."""
        body = self._linker.linked(prose.html) if self._linker else prose.html
        if body == prose.html:
            return prose
        articles = tuple(dict.fromkeys(int(number) for number in ARTICLE_MARK.findall(body)))
        return replace(prose, html=body, articles=articles, is_tame=False)

    def _repaired(self, body: str) -> str:
        return repaired(body, "详情" if self._chinese else "Details")

    def _mixed(self, text: str) -> str:
        """The body of a text that needs the parser for some of its blocks only; empty for any other."""
        found = None if self._numbered else mixed(text)
        if found is None:
            return ""
        converted = self._converted(found.source)
        return (converted and found.joined(sanitized(converted), self._repaired)) or ""

    def _parsed(self, text: str) -> str:
        """The body of any text."""
        converted = self._converted(text)
        if converted is None:
            # Markdown nested deeper than the parser can follow: a reader still gets every word.
            converted = "".join(f"<p>{html.escape(line)}</p>\n" for line in text.split("\n") if line.strip())
        elif self._numbered:
            # Marks within HTML that the author wrote stand in no block of Markdown.
            converted = LINE_MARK.sub("", converted)
        return self._repaired(sanitized(converted, numbered=self._numbered))

    def _converted(self, text: str) -> str | None:
        """What the parser makes of a text, None where it fails."""
        parser = self._parser = self._parser or self._new_parser()
        try:
            return parser.reset().convert(text)
        except (RecursionError, ValueError, AttributeError, IndexError, KeyError, AssertionError):
            self._parser = None
            return None

    def _new_parser(self) -> markdown.Markdown:
        return markdown.Markdown(
            extensions=[
                "tables",
                Footnotes(BACKLINK_TITLE="返回正文第 {} 处" if self._chinese else "Back to note {} in the text"),
                "attr_list",
                "fenced_code",
                "sane_lists",
                TocExtension(slugify=heading_id, marker=""),
                PortalExtension(numbered=self._numbered),
            ],
            extension_configs={"tables": {"use_align_attribute": True}},
            output_format="html",
        )

    def _captioned(self, match: re.Match[str]) -> str:
        source = _SOURCE.search(match[2])
        item = self._media.get(html.unescape(source[1])) if source else None
        words = " ".join(part for part in (item.caption, item.credit) if part) if item else ""
        caption = f"<figcaption>{html.escape(words, quote=False)}</figcaption>" if words else ""
        return f"<figure{match[1]}>{match[2]}{caption}</figure>"

    def _told(self, match: re.Match[str]) -> str:
        """A link that is nothing but pictures without words gets some."""
        if ' alt="' in match[2].replace(' alt=""', "") or "<img" not in match[2]:
            return match[0]
        host = _HOST.search(match[1])
        words = host[1] if host else ("图片" if self._chinese else "Picture")
        return match[0].replace(' alt=""', f' alt="{words}"', 1)

    def _image(self, match: re.Match[str], media: list[str]) -> str:
        attributes = _SAID.sub(lambda m: m[0] if visible(m[1]) else "", match[1].rstrip("/ "))
        source = _SOURCE.search(attributes)
        if "src=" not in attributes:
            return ""
        item = None
        if source:
            path = html.unescape(source[1])
            media.append(path)
            item = self._media.get(path)
        if ' alt="' not in attributes:
            attributes += f' alt="{html.escape(shown(item.alt) or shown(item.caption)) if item is not None else ""}"'
        if ' alt=""' in attributes and ' title="' in attributes:  # its title is all that is said about it
            attributes = attributes.replace(' alt=""', "").replace(' title="', ' alt="')
        if item is not None and item.is_picture:
            attributes += f' width="{item.width}" height="{item.height}"'
        if source is None:
            attributes += ' referrerpolicy="no-referrer"'
        waits = ' loading="lazy"' if self._shown else ""
        self._shown += 1
        choice = pictures.sources(item) if item is not None else pictures.Sources()
        own = _listed(choice.own) if choice.own else ""
        image = f'<img{attributes}{own}{waits} decoding="async">'
        if not choice.webp:
            return image
        return f'<picture><source type="image/webp"{_listed(choice.webp)}>{image}</picture>'


def resolve(body: str, root: str, article_address: Callable[[int], str | None]) -> str:
    """`body` with its marks filled in: `root` before media, addresses of articles (None: the link becomes text)."""
    if ROOT in body:
        body = body.replace(ROOT, root)
    if "\ufdd2" in body:

        def one(match: re.Match[str]) -> str:
            address = article_address(int(match[1]))
            return "" if address is None else html.escape(address)

        body = ARTICLE_MARK.sub(one, body).replace('<a href="">', "<a>")
    return body


def _listed(choice: tuple[tuple[str, int], ...]) -> str:
    """The widths that a reader's browser may take."""
    files = ", ".join(f"{ROOT}{html.escape(path)} {width}w" for path, width in choice)
    return f' srcset="{files}" sizes="{_SIZES}"'


def _plain_text(body: str) -> str:
    text = _FOOTNOTE_LINK.sub("", body)
    text = text.replace("\n", " ") if "<pre" not in text else text
    text = html.unescape(_TAG.sub("", _BLOCK_END.sub("\n", text)))
    return _BLANKS.sub("\n", NONCHARACTERS.sub("", text)).strip()
