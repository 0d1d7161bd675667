"""What is looked for in one article. Everything outside of it is asked of `Surroundings`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import unquote, urljoin, urlsplit

from chce_desktop.domain import proofreading
from chce_desktop.domain.addresses import UNFILED
from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.findings import ERROR, WARNING, Finding, Level
from chce_desktop.domain.media import MediaItem
from chce_desktop.domain.proofreading import Span
from chce_desktop.domain.watchwords import Match, Matcher, WatchWord, WordKind
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.importing.references import Reference, find_references, mask_code

LONGEST_TITLE = 60
#: Findings of one rule in one article that are told.
_MOST = 100
_LONG_ADDRESS = 100
#: What the site shows or leads to; only bodies with something else are looked at closely.
_SHOWN = re.compile(r"(?:\.{0,2}/)*media/|https?://")
_MEDIA_PATH = re.compile(r"(?:\.{0,2}/)*(media/[0-9a-f]{2}/[\w.-]+)")
_ARTICLE = re.compile(r"article:(\d{1,18})")
_OF_A_DISK = re.compile(r"^file:|^[A-Za-z]:[\\/]|^(?!https?:).*\.(?:md|markdown)(?:#.*)?$", re.IGNORECASE)
_ADDRESSED = re.compile(r"\]\(|\]:|<(?:img|a|video|audio|source|embed|iframe)\b|media/[0-9a-f]{2}/", re.IGNORECASE)
_PICTURE = re.compile(r"!\[([^\]\n]*)\]\(\s*<?([^)\s>]*)")
_PICTURE_TAG = re.compile(
    r"<img\b(?![^<>]*\balt\s*=\s*(?:\"[^\"]*\S[^\"]*\"|'[^']*\S[^']*'|[^\s\"'>]))[^<>]*>", re.IGNORECASE
)
_PAGE = re.compile(r"[^?#]*\.html?$|[^?#]*/$")
_OWN_PAGES = frozenset({"", "index.html", "links/", "search/", "tags/", "archive/"})
_OWN_FOLDERS = frozenset({"archive", "tags", "search", "links", "media", "assets", "feeds"})
_RULE_OF_KIND = {
    WordKind.FORBIDDEN: "forbidden-word",
    WordKind.CONFUSABLE: "confusable-word",
    WordKind.NAME: "wrong-name",
}
_SEVERITY = {Level.OFF: 0, Level.WARN: 1, Level.ERROR: 2, Level.BLOCK: 3}
#: The fields of an article that readers read, and what editors call them.
FIELDS: Mapping[str, str] = {
    "title": mark("Title"),
    "short_title": mark("Short title"),
    "prefix": mark("Prefix"),
    "subtitle": mark("Subtitle"),
    "summary": mark("Summary"),
    "source": mark("Source"),
    "source_url": mark("Address of the source"),
    "author": mark("Author"),
    "editor": mark("Responsible editor"),
    "keywords": mark("Keywords"),
    "tags": mark("Tags"),
    "column_id": mark("Column"),
    "date": mark("Date"),
    "cover": mark("Cover picture"),
    "body": mark("Text"),
}
_WORDED = ("title", "short_title", "prefix", "subtitle", "summary", "source", "author", "editor", "keywords", "body")


@dataclass(frozen=True, slots=True)
class Words:
    """The site's watched words, ready to be looked for."""

    matcher: Matcher
    by_word: Mapping[str, WatchWord]

    @classmethod
    def of(cls, items: tuple[WatchWord, ...]) -> Words:
        """Words of these rows."""
        return cls(Matcher(item.word for item in items), {item.word: item for item in items})


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What an article is checked against.

    `levels` of the rules. `media` gives the record of a media path, `public_article` says whether readers see an
    article, `page` whether a public path (`xinwen/a.html`) is a page of the site. `folders` are the slugs of columns.
    `twin` gives the title line of another article with the same title, "" for none; `unsigned` whether the text waits
    for its sign-off. `today` is the day at the site; `home` its public address.
    """

    levels: Mapping[str, Level]
    words: Words
    now: datetime
    today: date
    home: str
    folders: Mapping[int, str]
    media: Callable[[str], MediaItem | None]
    public_article: Callable[[int], bool]
    page: Callable[[str], bool]
    twin: Callable[[ArticleInfo], str] = field(default=lambda _: "")
    unsigned: Callable[[ArticleInfo], bool] = field(default=lambda _: False)

    def on(self, rule: str) -> bool:
        """Whether a rule is looked after."""
        return self.levels[rule] is not Level.OFF


def inspect(info: ArticleInfo, body: str, around: Surroundings) -> list[Finding]:
    """Everything to mend in one article: its fields first, then its text from top to bottom."""
    teller = _Teller(info, body, around)
    found = [*_fields(teller), *_words(teller), *_numbers(teller), *_dates(teller), *_text(teller)]
    order = {name: number for number, name in enumerate(FIELDS)}
    counts: dict[str, int] = {}
    kept = []
    for finding in sorted(found, key=lambda f: (order.get(f.field, 0), f.line, f.column)):
        counts[finding.rule] = counts.get(finding.rule, 0) + 1
        if counts[finding.rule] <= _MOST:
            kept.append(finding)
    return kept


class _Teller:
    """Makes findings of one article."""

    def __init__(self, info: ArticleInfo, body: str, around: Surroundings) -> None:
        self.info, self.body, self.around = info, body, around
        self._masked: str | None = None

    @property
    def masked(self) -> str:
        """The body with its code blanked out."""
        if self._masked is None:
            self._masked = (
                mask_code(self.body) if "`" in self.body or "~~~" in self.body or "<!--" in self.body else self.body
            )
        return self._masked

    def text(self, name: str) -> str:
        """A field's text."""
        return self.body if name == "body" else str(getattr(self.info, name))

    def tell(
        self, rule: str, message: str, fix: str, name: str, span: Span | None = None, *, level: Level | None = None
    ) -> Iterator[Finding]:
        """A finding of a rule that is on; `level` where it is not the rule's own."""
        own = self.around.levels[rule]
        if own is Level.OFF:
            return
        taken = level or own
        title = self.info.title.strip() or self.info.slug
        line = column = 0
        found = ""
        if span is not None:
            text = self.text(name)
            line = text.count("\n", 0, span.start) + 1
            column = span.start - (text.rfind("\n", 0, span.start) + 1) + 1
            found = text[span.start : span.end]
        where = tr("Article “{title}”", title=title)
        if name == "body" and line:
            where = tr("Article “{title}”, line {line}", title=title, line=line)
        yield Finding(
            level=WARNING if taken is Level.WARN else ERROR,
            rule=rule,
            where=where,
            message=message,
            fix=fix,
            blocks=taken is Level.BLOCK,
            article_id=self.info.id,
            field=name,
            line=line,
            column=column,
            found=found,
            suggestion=span.suggestion if span is not None else None,
        )


def _fields(teller: _Teller) -> Iterator[Finding]:
    info, around, tell = teller.info, teller.around, teller.tell
    if not info.title.strip():
        yield from tell("no-title", tr("The title is missing."), tr("Write a title."), "title")
    if not info.characters and not teller.body.strip():
        fix = tr("Write the text, or make it a draft again.")
        yield from tell("no-text", tr("The text is empty."), fix, "body")
    if info.column_id is None:
        yield from tell("no-column", tr("The article is in no column."), tr("Choose its column."), "column_id")
    if not info.source.strip():
        yield from tell("no-source", tr("The source is missing."), tr("Name where it comes from."), "source")
    if not info.summary.strip():
        fix = tr("Write one or two sentences for search engines.")
        yield from tell("no-summary", tr("The summary is missing."), fix, "summary")
    if len(info.title) > LONGEST_TITLE and not info.short_title:
        message = tr("The title is longer than {n} characters.", n=LONGEST_TITLE)
        yield from tell("long-title", message, tr("Shorten it, or give a short title for lists."), "title")
    if around.on("same-title") and info.title.strip() and (twin := around.twin(info)):
        message = tr("Another article has the same title: {twin}.", twin=twin)
        yield from tell(
            "same-title", message, tr("Make sure that it is not the same news, or change the title."), "title"
        )
    if info.date > around.now:
        message = tr("The article's date lies in the future: it goes out only then.")
        yield from tell("future-date", message, tr("Check the date, or leave it if that is meant."), "date")
    if around.on("not-signed") and around.unsigned(info):
        message = tr("The text is not signed off, so it does not go out as it is.")
        yield from tell("not-signed", message, tr("Submit it and have it reviewed."), "body")
    if around.on("reprint") and not info.source_url:
        texts = (info.prefix, info.title, info.source, info.author, info.keywords, info.summary, " ".join(info.tags))
        if proofreading.reprint((*texts, teller.body)) and not proofreading.names_origin(
            f"{info.summary}\n{teller.body}"
        ):
            message = tr("A reprint without the address of its source and without a note that it is permitted.")
            fix = tr("Fill in the address of the source, or write that the reprint is permitted.")
            yield from tell("reprint", message, fix, "source_url")


def _words(teller: _Teller) -> Iterator[Finding]:
    words = teller.around.words
    if not words.matcher:
        return
    for name in _WORDED:
        text = teller.text(name)
        for match in _telling(words.matcher.find(text), words.by_word) if text else ():
            word = words.by_word[match.word]
            if _is_right_already(text, match, word):
                continue
            span = Span(match.start, match.end, word.suggestion or None)
            yield from teller.tell(*_said(word, text[match.start : match.end]), name, span, level=word.level)
    for tag in teller.info.tags:
        for match in _telling(words.matcher.find(tag), words.by_word):
            word = words.by_word[match.word]
            yield from teller.tell(*_said(word, tag), "tags", level=word.level)


def _said(word: WatchWord, found: str) -> tuple[str, str, str]:
    """Rule, message and what to do."""
    rule = _RULE_OF_KIND[word.kind]
    messages = {
        WordKind.FORBIDDEN: tr("“{word}” is on the list of forbidden words.", word=found),
        WordKind.CONFUSABLE: tr("“{word}” is easily confused.", word=found),
        WordKind.NAME: tr("“{word}” is not the right name or title.", word=found),
    }
    message = messages[word.kind] + (f" {word.note}" if word.note else "")
    return rule, message, tr("Write “{word}”.", word=word.suggestion) if word.suggestion else tr("Write it otherwise.")


def text_findings(where: str, text: str, around: Surroundings) -> Iterator[Finding]:
    """Watched words in a text that belongs to no article."""
    for match in _telling(around.words.matcher.find(text), around.words.by_word):
        word = around.words.by_word[match.word]
        rule, message, fix = _said(word, text[match.start : match.end])
        if around.on(rule) and not _is_right_already(text, match, word):
            level = WARNING if word.level is Level.WARN else ERROR
            yield Finding(
                level=level, rule=rule, where=where, message=message, fix=fix, blocks=word.level is Level.BLOCK
            )


def _telling(matches: list[Match], by_word: Mapping[str, WatchWord]) -> list[Match]:
    """Without those that lie within a longer one that is taken at least as seriously."""
    kept: list[Match] = []
    for match in matches:  # by start, longer ones first
        severity = _SEVERITY[by_word[match.word].level]
        if not any(
            other.end >= match.end and _SEVERITY[by_word[other.word].level] >= severity
            for other in kept[-8:]
            if other.start <= match.start
        ):
            kept.append(match)
    return kept


def _is_right_already(text: str, match: Match, word: WatchWord) -> bool:
    """“教育部” is right within “国家教育部” where that is what should be written."""
    suggestion = word.suggestion
    if not suggestion or len(suggestion) <= match.end - match.start:
        return False
    at = suggestion.find(text[match.start : match.end])
    return at >= 0 and text.startswith(suggestion, max(match.start - at, 0)) and match.start >= at


def _numbers(teller: _Teller) -> Iterator[Finding]:
    on = teller.around.on
    for name in ("title", "subtitle", "summary", "body"):
        text = teller.text(name)
        if on("id-number"):
            for span in proofreading.id_numbers(text):
                message = tr("The text shows an identity-card number.")
                yield from teller.tell("id-number", message, tr("Leave it out, or hide the day of birth."), name, span)
        if on("mobile-number"):
            for span in proofreading.mobile_numbers(text):
                message = tr("A mobile phone number stands in the text.")
                yield from teller.tell(
                    "mobile-number", message, tr("Leave it out unless it is meant to be public."), name, span
                )


def _dates(teller: _Teller) -> Iterator[Finding]:
    on, today = teller.around.on, teller.around.today
    if not on("future-date") and not on("wrong-date"):
        return
    for name in ("title", "summary", "body"):
        text = teller.text(name) if name != "body" else teller.masked
        for span, day in proofreading.dates(text):
            shown = text[span.start : span.end]
            if day is None:
                message = tr("No calendar has the day “{date}”.", date=shown)
                yield from teller.tell("wrong-date", message, tr("Correct the date."), name, span)
            elif day > today:
                message = tr("The day “{date}” lies in the future.", date=shown)
                yield from teller.tell(
                    "future-date", message, tr("Check the year, or leave it if that is meant."), name, span
                )


def _text(teller: _Teller) -> Iterator[Finding]:
    if teller.around.on("heading-skip") and (
        "#" in teller.body or "<h" in teller.body.lower() or "\n-" in teller.body or "\n=" in teller.body
    ):
        for span, before, level in proofreading.skipped_headings(teller.masked):
            message = tr("A heading of level {level} follows one of level {before}.", level=level, before=before)
            fix = tr("Make it a heading of level {level}.", level=before + 1)
            yield from teller.tell("heading-skip", message, fix, "body", span)
    cover = teller.info.cover
    if cover and teller.around.media(cover) is None:
        message = tr("The file “{path}” is not in the media library.", path=cover)
        yield from teller.tell("missing-media", message, tr("Insert it again, or remove it."), "cover")
    if _ADDRESSED.search(teller.body):
        yield from _references(teller)
        yield from _pictures(teller)


def _references(teller: _Teller) -> Iterator[Finding]:
    around = teller.around
    told: set[tuple[str, bool]] = set()
    for item in find_references(teller.body):
        shown = item.address[:_LONG_ADDRESS]
        if (item.address, item.picture) in told:
            continue
        span = Span(item.start, item.end)
        media = _MEDIA_PATH.match(item.address)
        if media is not None:
            if around.media(media[1]) is None:
                message = tr("The file “{path}” is not in the media library.", path=media[1])
                told.add((item.address, item.picture))
                yield from teller.tell("missing-media", message, tr("Insert it again, or remove it."), "body", span)
        elif item.picture and not _SHOWN.match(item.address):
            message = tr(
                "The picture “{address}” is neither in the media library nor on the web; readers will not see it.",
                address=shown,
            )
            told.add((item.address, item.picture))
            yield from teller.tell("missing-media", message, tr("Insert it again, or remove it."), "body", span)
        elif not item.picture and _leads_nowhere(item, teller):
            message = tr("The link “{address}” leads to no page of the site.", address=shown)
            told.add((item.address, item.picture))
            yield from teller.tell("dead-link", message, tr("Correct the link, or remove it."), "body", span)


def _leads_nowhere(item: Reference, teller: _Teller) -> bool:
    around = teller.around
    article = _ARTICLE.fullmatch(item.address)
    if article is not None:
        return not around.public_article(int(article[1]))
    if _OF_A_DISK.search(item.address):
        return True
    path = _own_path(item.address, teller)
    return path is not None and not _is_page(path, around)


def _own_path(address: str, teller: _Teller) -> str | None:
    """The path of a page within the site, None for what is no page of ours."""
    home = teller.around.home.rstrip("/") + "/"
    folder = teller.around.folders.get(teller.info.column_id or 0, UNFILED)
    base = home if home != "/" else "http://site.invalid/"
    try:
        whole = urlsplit(urljoin(f"{base}{folder}/page.html", address.strip()))
        root = urlsplit(base)
    except ValueError:
        return None
    if whole.scheme not in ("http", "https") or whole.netloc.lower() != root.netloc.lower():
        return None
    if address.startswith("#") or not whole.path.startswith(root.path):
        return None
    path = unquote(whole.path[len(root.path) :])
    return path if not path or _PAGE.fullmatch(path) else None


def _is_page(path: str, around: Surroundings) -> bool:
    folder, _, name = path.partition("/")
    if path in _OWN_PAGES or folder in _OWN_FOLDERS:
        return True
    if folder in around.folders.values() and (not name or name == "index.html" or name.removesuffix(".html").isdigit()):
        return True
    return around.page(path)


def _pictures(teller: _Teller) -> Iterator[Finding]:
    message = tr("A picture has no description for readers who cannot see it.")
    fix = tr("Describe the picture in a few words.")
    for match in _PICTURE.finditer(teller.masked):
        if not match[1].strip():
            media = _MEDIA_PATH.match(match[2])
            item = teller.around.media(media[1]) if media else None
            if item is None or not (item.alt or item.caption):
                yield from teller.tell("no-alt", message, fix, "body", Span(match.start(), match.end(1) + 1))
    for match in _PICTURE_TAG.finditer(teller.masked):
        yield from teller.tell("no-alt", message, fix, "body", Span(match.start(), match.end()))
