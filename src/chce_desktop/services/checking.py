"""What should be mended before a site is published."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.publication import Target
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.importing.references import find_references
from chce_desktop.services import snapshot
from chce_desktop.services.site import Site

ERROR = "error"
WARNING = "warning"
_CHUNK = 200
_LONG_TITLE = 60
_MEDIA_LINK = re.compile(r"(?<![\w/])media/[0-9a-f]{2}/[\w.-]+")
_PICTURE_WITHOUT_TEXT = re.compile(r"!\[\s*\]\(")
_LONG_ADDRESS = 100
#: What the site shows or leads to; only bodies with something else are looked at closely.
_SHOWN = re.compile(r"(?:\.{0,2}/)*media/|https?://")
_ARTICLE = re.compile(r"article:(\d{1,18})")
_OF_A_DISK = re.compile(r"^file:|^[A-Za-z]:[\\/]|^(?!https?:).*\.(?:md|markdown)(?:#.*)?$", re.IGNORECASE)
_WORTH_READING = re.compile(
    r"!\[[^\]]*\](?!\(<?(?:media/|https?://))|<img\b|article:\d|\.(?:md|markdown)\b|\bfile:|\b[A-Za-z]:\\",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend. `level` is `error` or `warning`, `rule` a stable name, `where` the place in the user's words.

    `article_id` is given where the place is an article.
    """

    level: str
    rule: str
    where: str
    message: str
    fix: str
    article_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    level: str
    message: str
    fix: str
    broken: Callable[[ArticleInfo], bool]


_RULES = (
    _Rule("no-title", ERROR, mark("The title is missing."), mark("Write a title."), lambda a: not a.title.strip()),
    _Rule(
        "no-text",
        ERROR,
        mark("The text is empty."),
        mark("Write the text, or make it a draft again."),
        lambda a: not a.characters,
    ),
    _Rule(
        "no-column",
        WARNING,
        mark("The article is in no column."),
        mark("Choose its column."),
        lambda a: a.column_id is None,
    ),
    _Rule(
        "no-source",
        WARNING,
        mark("The source is missing."),
        mark("Name where it comes from."),
        lambda a: not a.source,
    ),
    _Rule(
        "no-summary",
        WARNING,
        mark("The summary is missing."),
        mark("Write one or two sentences for search engines."),
        lambda a: not a.summary,
    ),
    _Rule(
        "long-title",
        WARNING,
        mark("The title is longer than 60 characters."),
        mark("Shorten it, or give a short title for lists."),
        lambda a: len(a.title) > _LONG_TITLE and not a.short_title,
    ),
)


def check(site: Site, *, target: Target | None = None, progress: Progress = SILENT) -> tuple[Finding, ...]:
    """Everything to mend in what would be published now, errors first."""
    taken = snapshot.take(site, now=datetime.now(UTC))
    found = [*_settings(taken, target), *_articles(taken, progress), *_missing_files(site, taken)]
    return tuple(sorted(found, key=lambda finding: finding.level != ERROR))


def _settings(taken: SiteSnapshot, target: Target | None) -> Iterator[Finding]:
    where = tr("Site settings")
    if not taken.settings.name.strip():
        yield Finding(ERROR, "no-site-name", where, tr("The site has no name."), tr("Give it a name."))
    if not (taken.settings.url or (target is not None and target.public_url)):
        yield Finding(
            WARNING,
            "no-site-address",
            where,
            tr("The site's public address is not known, so feeds and search engines get no full links."),
            tr("Fill in the address in the site settings."),
        )


def _articles(taken: SiteSnapshot, progress: Progress) -> Iterator[Finding]:
    public = frozenset(info.id for info in taken.articles)
    for start in range(0, len(taken.articles), _CHUNK):
        progress.check()
        progress.report(tr("Checking articles"), start, len(taken.articles))
        piece = taken.articles[start : start + _CHUNK]
        bodies = taken.bodies.get([info.id for info in piece])
        for info in piece:
            where = tr("Article “{title}”", title=info.title or info.slug)
            for rule in _RULES:
                if rule.broken(info):
                    yield Finding(rule.level, rule.name, where, tr(rule.message), tr(rule.fix), info.id)
            body = bodies.get(info.id, "")
            for path in sorted(set(_MEDIA_LINK.findall(body)) | ({info.cover} if info.cover else set())):
                if path not in taken.media:
                    message = tr("The file “{path}” is not in the media library.", path=path)
                    yield Finding(ERROR, "missing-media", where, message, tr("Insert it again, or remove it."), info.id)
            yield from _leading_nowhere(body, public, where, info.id)
            if _PICTURE_WITHOUT_TEXT.search(body):
                message = tr("A picture has no description for readers who cannot see it.")
                yield Finding(WARNING, "no-alt", where, message, tr("Describe the picture in a few words."), info.id)


def _leading_nowhere(body: str, public: frozenset[int], where: str, article_id: int) -> Iterator[Finding]:
    """Pictures that readers will not see, links to no page."""
    if not _WORTH_READING.search(body):
        return
    for address, picture in dict.fromkeys((item.address, item.picture) for item in find_references(body)):
        shown = address[:_LONG_ADDRESS]
        if picture and not _SHOWN.match(address):
            message = tr(
                "The picture “{address}” is neither in the media library nor on the web; readers will not see it.",
                address=shown,
            )
            yield Finding(ERROR, "missing-media", where, message, tr("Insert it again, or remove it."), article_id)
        elif not picture and _leads_nowhere(address, public):
            message = tr("The link “{address}” leads to no page of the site.", address=shown)
            yield Finding(WARNING, "dead-link", where, message, tr("Correct the link, or remove it."), article_id)


def _leads_nowhere(address: str, public: frozenset[int]) -> bool:
    article = _ARTICLE.fullmatch(address)
    if article is not None:
        return int(article[1]) not in public
    return bool(_OF_A_DISK.search(address))


def _missing_files(site: Site, taken: SiteSnapshot) -> Iterator[Finding]:
    for path, item in taken.media.items():
        if not site.media.file(path).exists():
            yield Finding(
                ERROR,
                "lost-file",
                tr("Media library"),
                tr("The file of “{name}” ({path}) is gone from the site's folder.", name=item.original_name, path=path),
                tr("Put it back from a backup, or add it again."),
            )
