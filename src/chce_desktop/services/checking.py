"""The check before publishing 发布前检查: of the whole site, of the article being written, and of what would stop."""

from __future__ import annotations

import functools
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from chce_desktop.domain import addresses
from chce_desktop.domain.article import Article, ArticleInfo, State
from chce_desktop.domain.findings import ERROR, WARNING, Finding, Level, levels
from chce_desktop.domain.publication import Target
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.foundation import files, paths
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.services import signed_texts, snapshot
from chce_desktop.services.article_checks import Surroundings, Words, inspect, text_findings
from chce_desktop.services.site import Site
from chce_desktop.storage import articles as rows
from chce_desktop.storage import columns, lists, nouns, redirects, signoffs, wordbook
from chce_desktop.storage.engine import Transaction

__all__ = ["ERROR", "WARNING", "Finding", "blocking", "check", "check_article"]

_CHUNK = 200
_SEEN_BY_READERS = (State.READY, State.PUBLISHED)
#: Rules whose outcome depends on the article and the word list alone, so that it holds until one of them changes.
_LASTING = frozenset(
    {
        "no-title", "no-text", "no-column", "no-source", "no-summary", "long-title", "heading-skip", "forbidden-word",
        "confusable-word", "wrong-name", "id-number", "mobile-number", "wrong-date", "reprint",
    }
)  # fmt: skip
#: Grows whenever a rule finds something else than before.
_VERSION = 1


def check(site: Site, *, target: Target | None = None, progress: Progress = SILENT) -> tuple[Finding, ...]:
    """Everything to mend in what is or will be published, errors first: also articles whose time has not come yet."""
    now = datetime.now(UTC)
    taken = snapshot.take(site, now=now)
    with site.connection.read() as session:
        prepared = lists.prepared_articles(session, now)
        unsigned = signed_texts.unsigned(session, prepared) if taken.settings.sign_off else frozenset()
        words = Words.of(wordbook.words(session))
    around = _around_site(taken, prepared, unsigned, words, now)
    found = [*_settings(taken, target), *_furniture(taken, around)]
    bodies = snapshot.LibraryBodies(site.connection)
    for start in range(0, len(prepared), _CHUNK):
        progress.check()
        progress.report(tr("Checking articles"), start, len(prepared))
        piece = prepared[start : start + _CHUNK]
        texts = bodies.get([info.id for info in piece])
        for info in piece:
            found += inspect(info, texts.get(info.id, ""), around)
    progress.report(tr("Checking articles"), len(prepared), len(prepared))
    found += _missing_files(site, taken)
    return tuple(sorted(found, key=lambda finding: (not finding.blocks, finding.level != ERROR)))


def check_article(site: Site, article: Article) -> tuple[Finding, ...]:
    """Everything to mend in one article as it is given, saved or not; only what it names is looked up."""
    now = datetime.now(UTC)
    watched = site.wordbook.watched()
    with site.connection.read() as session:
        settings = nouns.settings(session)
        tree = columns.tree(session)

        def public(article_id: int) -> bool:
            info = rows.get_infos(session, [article_id]).get(article_id)
            return info is not None and info.trashed_at is None and info.state in _SEEN_BY_READERS

        def page(path: str) -> bool:
            found = rows.id_of_slug(session, path.rpartition("/")[2].removesuffix(".html"))
            if found is not None and public(found):
                info = rows.get_infos(session, [found])[found]
                column = tree.get(info.column_id)
                if addresses.article_path(info.slug, column.slug if column else None) == path:
                    return True
            return redirects.leads_on(session, path)

        around = Surroundings(
            levels=levels(settings.check_levels),
            words=watched,
            now=now,
            today=_today(settings, now),
            home=settings.url,
            folders={column.id: column.slug for column, _ in tree.walk()},
            media=lambda path: nouns.media(session, path=path),
            public_article=public,
            page=page,
            twin=lambda info: _twin_of(session, info),
            unsigned=lambda info: settings.sign_off and not _is_signed(session, info),
        )
        digest = hashlib.sha256(article.body.encode("utf-8", "surrogatepass")).hexdigest()
        return tuple(inspect(replace(article, body_hash=digest), article.body, around))


def blocking(site: Site, taken: SiteSnapshot, *, progress: Progress = SILENT) -> tuple[Finding, ...]:
    """What stops a publish of this snapshot. Articles that passed before are not read again."""
    with site.connection.read() as session:
        words = Words.of(tuple(word for word in wordbook.words(session) if word.level is Level.BLOCK))
    chosen = levels(taken.settings.check_levels)
    stopping = {name: level if level is Level.BLOCK else Level.OFF for name, level in chosen.items()}
    unsigned: frozenset[int] = frozenset()
    around = replace(_around_site(taken, taken.articles, unsigned, words, taken.taken_at), levels=stopping)
    active = frozenset(name for name, level in stopping.items() if level is Level.BLOCK)
    passed = _Passed(site, words, active)
    found = [finding for finding in _furniture(taken, around) if finding.blocks]
    due = [info for info in taken.articles if not passed.holds(info)]
    for start in range(0, len(due), _CHUNK):
        progress.check()
        progress.report(tr("Checking articles"), start, len(due))
        piece = due[start : start + _CHUNK]
        texts = taken.bodies.get([info.id for info in piece])
        for info in piece:
            stops = [finding for finding in inspect(info, texts.get(info.id, ""), around) if finding.blocks]
            found += stops
            if not stops:
                passed.add(info)
    passed.keep()
    return tuple(found)


class _Passed:
    """Which texts were found to be in order, by article; in the cache, since it can be found out again."""

    def __init__(self, site: Site, words: Words, active: frozenset[str]) -> None:
        self._file = paths.cache_dir() / "checked" / f"{site.uid[-12:]}.json.z"
        facts = sorted((w.word, w.kind, w.suggestion) for w in words.by_word.values())
        self._rules = hashlib.sha256(repr((_VERSION, facts, sorted(active))).encode()).hexdigest()
        self._lasting = active <= _LASTING
        self._before: dict[str, str] = {}
        self._now: dict[str, str] = {}
        try:
            kept = json.loads(zlib.decompress(self._file.read_bytes())) if self._lasting else {}
            if kept.get("rules") == self._rules:
                self._before = kept["articles"]
        except (OSError, ValueError, zlib.error, KeyError, AttributeError):
            self._before = {}

    def holds(self, info: ArticleInfo) -> bool:
        """Whether this very text passed before."""
        key = self._key(info)
        known = self._before.get(str(info.id)) == key
        if known:
            self._now[str(info.id)] = key
        return known

    def add(self, info: ArticleInfo) -> None:
        """The text is in order."""
        self._now[str(info.id)] = self._key(info)

    def keep(self) -> None:
        """Remember for the next time; what cannot be written is found out again."""
        if not self._lasting or self._now == self._before:
            return
        data = json.dumps({"rules": self._rules, "articles": self._now}).encode()
        try:
            files.write_atomic(self._file, zlib.compress(data, 1))
        except OSError:
            return

    @staticmethod
    def _key(info: ArticleInfo) -> str:
        """Changes with every edit; the texts besides, for signed ones, which are older than their version."""
        texts = f"{info.title}\0{info.subtitle}\0{info.summary}\0{info.source}\0{info.author}\0{info.keywords}"
        return f"{info.version}:{info.body_hash[:16]}:{zlib.crc32(texts.encode('utf-8', 'replace'))}"


def _around_site(
    taken: SiteSnapshot,
    prepared: Iterable[ArticleInfo],
    unsigned: frozenset[int],
    words: Words,
    now: datetime,
) -> Surroundings:
    folders = {column.id: column.slug for column in taken.columns}

    # Made when a rule asks for them first: a publish asks for few.
    @functools.cache
    def public() -> set[int]:
        return {info.id for info in taken.articles}

    @functools.cache
    def pages() -> set[str]:
        found = {addresses.article_path(info.slug, folders.get(info.column_id or 0)) for info in taken.articles}
        return found | {redirect.old_path for redirect in taken.redirects}

    @functools.cache
    def titles() -> Counter[str]:
        return Counter(info.title.strip() for info in prepared)

    return Surroundings(
        levels=levels(taken.settings.check_levels),
        words=words,
        now=now,
        today=_today(taken.settings, now),
        home=taken.settings.url,
        folders=folders,
        media=taken.media.get,
        public_article=lambda article_id: article_id in public(),
        page=lambda path: path in pages(),
        twin=lambda info: f"“{info.title.strip()}”" if titles()[info.title.strip()] > 1 else "",
        unsigned=lambda info: info.id in unsigned,
    )


def _today(settings: SiteSettings, now: datetime) -> date:
    try:
        return now.astimezone(ZoneInfo(settings.timezone)).date()
    except (ValueError, OSError, KeyError):
        return now.date()


def _twin_of(session: Transaction, info: ArticleInfo) -> str:
    ids = wordbook.same_titles(session, info.title.strip(), info.id, 1)
    twin = rows.get_infos(session, ids).get(ids[0]) if ids else None
    return f"“{twin.title}” ({twin.date:%Y-%m-%d})" if twin is not None else ""


def _is_signed(session: Transaction, info: ArticleInfo) -> bool:
    return signed_texts.is_signed(signoffs.of(session, info.id), info)


def _settings(taken: SiteSnapshot, target: Target | None) -> Iterator[Finding]:
    where = tr("Site settings")
    if not taken.settings.name.strip():
        yield Finding(
            level=ERROR,
            rule="no-site-name",
            where=where,
            message=tr("The site has no name."),
            fix=tr("Give it a name."),
        )
    if not (taken.settings.url or (target is not None and target.public_url)):
        yield Finding(
            level=WARNING,
            rule="no-site-address",
            where=where,
            message=tr("The site's public address is not known, so feeds and search engines get no full links."),
            fix=tr("Fill in the address in the site settings."),
        )


def _furniture(taken: SiteSnapshot, around: Surroundings) -> Iterator[Finding]:
    """Watched words in what stands beside the articles."""
    if not around.words.matcher:
        return
    settings = taken.settings
    texts: list[tuple[str, tuple[str, ...]]] = [
        (
            tr("Site settings"),
            (settings.name, settings.slogan, settings.description, settings.copyright, *settings.footer_lines),
        )
    ]
    texts += [
        (tr("Notice “{title}”", title=item.title), (item.title, item.text))
        for item in taken.notices
        if item.visible and (item.ends_at is None or item.ends_at > taken.taken_at)
    ]
    texts += [(tr("Column “{name}”", name=item.name), (item.name, item.description)) for item in taken.columns]
    texts += [
        (tr("Friendly link “{name}”", name=link.name), (link.name, link.note))
        for group in taken.link_groups
        for link in group.links
        if link.visible
    ]
    texts += [
        (tr("Media library: {name}", name=item.original_name), (item.alt, item.caption, item.credit))
        for item in taken.media.values()
        if item.alt or item.caption or item.credit
    ]
    for where, parts in texts:
        yield from text_findings(where, "\n\n".join(parts), around)


def _missing_files(site: Site, taken: SiteSnapshot) -> Iterator[Finding]:
    for path, item in taken.media.items():
        if not site.media.file(path).exists():
            yield Finding(
                level=ERROR,
                rule="lost-file",
                where=tr("Media library"),
                message=tr(
                    "The file of “{name}” ({path}) is gone from the site's folder.", name=item.original_name, path=path
                ),
                fix=tr("Put it back from a backup, or add it again."),
            )
