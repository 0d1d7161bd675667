"""Why a page is made anew, or was: for those who wonder about a build."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.foundation import files
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.sitegen import mediauses, pictures, quick
from chce_desktop.sitegen.differences import Difference, recorded, since
from chce_desktop.sitegen.errors import MediaNotShown, PageNotFound
from chce_desktop.sitegen.generator import Generator
from chce_desktop.sitegen.lastbuild import SomeOfDisk
from chce_desktop.sitegen.ledger import Ledger
from chce_desktop.sitegen.mediauses import Uses
from chce_desktop.sitegen.outputs import Output, OutputKind
from chce_desktop.sitegen.state import DamagedRecords, Head, Known, StateFile, Written

_FACTS = {
    "theme": mark("the theme's files, colours or fonts"),
    "columns": mark("the columns"),
    "address": mark("the public address"),
    "rendering": mark("how texts become pages, or the link table"),
    "program": mark("the version of this program"),
}
#: What follows from a setting and need not be told beside it.
_FOLLOWS = {"theme": ("settings.theme", "settings.accent", "settings.fonts"), "address": ("settings.url",)}
#: How an article belongs to a page, and what is told of one that is new there, was changed, or left.
_ROLES = {
    "listed": (
        mark("“{title}”, which it lists, is new here."),
        mark("“{title}”, which it lists, was changed."),
        mark("“{title}”, which it listed, was changed or is not here any more."),
    ),
    "beside": (
        mark("“{title}”, the article before or after it, is new here."),
        mark("“{title}”, the article before or after it, was changed."),
        mark("“{title}”, the article before or after it, was changed or is not here any more."),
    ),
    "related": (
        mark("“{title}”, which it names as related, is new here."),
        mark("“{title}”, which it names as related, was changed."),
        mark("“{title}”, which has a tag of its article, was changed or is not here any more."),
    ),
    "linked": (
        mark("“{title}”, to which its text links, is new here."),
        mark("“{title}”, to which its text links, was changed."),
        mark("“{title}”, to which its text links, is not here any more."),
    ),
}
_NEW, _CHANGED, _LEFT = range(3)
#: So many articles are named at most.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Explanation:
    """`due`: the next build makes the file anew. `reasons` are sentences, `articles` (ids) what it depends on.

    `was_written`: the last build that found anything changed wrote the file, and `why_written` says why; None where
    that is not known.
    """

    path: str
    kind: str
    due: bool
    reasons: tuple[str, ...]
    articles: tuple[int, ...]
    media: tuple[str, ...]
    was_written: bool | None = None
    why_written: tuple[str, ...] = ()


def explain(snapshot: SiteSnapshot, out: Path, path: str, *, base_url: str = "") -> Explanation:
    """Why the next build into `out` would make the file at a public path anew, or leave it. Raises PageNotFound."""
    generator = Generator(snapshot, base_url=base_url)
    path = _public(path, generator.base_url)
    state = StateFile(out)
    head = state.head()
    with contextlib.suppress(DamagedRecords):
        composition = {name: state.composition(name) for name in (head.segments if head else ())}
        generator.search.continue_from(composition, lambda _: True, 0)
    output = next((each for each in generator.outputs() if each.path == path), None)
    if output is None and pictures.original(path, snapshot.media) is not None:
        output = Output(path, OutputKind.MEDIA)
    if output is None:
        raise PageNotFound(path)
    try:
        before = state.written(path) if head else None
        today = (snapshot.articles, generator.keys.facts, generator.keys.media, generator.shared_version)
        found = since(state, head, *today) if head else Difference(complete=True)
    except DamagedRecords:
        head, before, found = None, None, Difference(complete=True)
    if head is None:
        told = [tr("Nothing is known of an earlier build, or it did not come to its end.")]
        return Explanation(path, output.kind.value, True, tuple(told), (), ())
    if output.kind is OutputKind.MEDIA:
        return _of_media(mediauses.uses(generator, head, state.read().files, found.ids, path), path, before, head)
    page = _Page(generator, output, before)
    due = before is None or page.is_due(before, found)
    told = page.reasons(found) if due else page.calm(found)
    if not due and found.left and _names_what_is_gone(generator, state, out, path):
        due, told = True, [tr("Its blocks of every page name an article that is not there any more.")]
    elif due and not found.facts and page.shows_only_old_blocks(out, found):
        due = not quick.is_enough(generator, state, head, out)
        told = [tr("It is an old page whose blocks of every page are brought up to date.") if due else _old_blocks()]
    reasons = [*page.place(), *told]
    written, why = page.past(recorded(head)) if before else (None, ())
    media = before.media if before else ()
    ids = tuple(info.id for info in page.articles)
    return Explanation(path, output.kind.value, due, tuple(reasons), ids, media, written, tuple(why))


def _of_media(shown: Uses | None, path: str, before: Written | None, head: Head) -> Explanation:
    """Why a file below `media/` is there. Raises MediaNotShown."""
    if not shown:
        raise MediaNotShown(path)
    told = [] if shown.variant is None else [tr("A width or format of {path}, made from it.", path=shown.item.path)]
    told += [tr("“{title}” shows it.", title=info.list_title) for info in shown.articles[:_NAMED]]
    if len(shown.articles) > _NAMED:
        told.append(tr("The same holds for {n} more articles.", n=len(shown.articles) - _NAMED))
    if shown.of_site:
        told.append(tr("The site itself shows it: as its logo, in a notice or beside a link."))
    if shown.of_old:
        told.append(tr("Old pages still show it in the blocks of every page."))
    due = before is None or before.key != pictures.key(shown.item)
    if before is None:
        told.append(tr("It was not there in the last build."))
    else:
        told.append(tr("The file was changed.") if due else tr("Nothing that it is made from changed."))
    last, written, why = recorded(head), None, list[str]()
    if before is not None and last.complete:
        written, why = True, [tr("Everything was made: it was the first build, or all was asked for.")]
    elif before is not None and last.written is not None:
        written = path in last.written
        why = [tr("Something began to show it, or the file was changed.")] if written else []
    ids = tuple(info.id for info in shown.articles)
    return Explanation(path, OutputKind.MEDIA.value, due, tuple(told), ids, (shown.item.path,), written, tuple(why))


def _names_what_is_gone(generator: Generator, state: StateFile, out: Path, path: str) -> bool:
    """Whether a page that could stay as it is must not, since readers would find what was taken away."""
    before = state.read().files
    ledger = Ledger(out, before, SomeOfDisk(out))
    ledger.taken_away = generator.taken_away({each: bool(written.key) for each, written in before.items()})
    return bool(before[path].shared) and ledger.names_what_is_gone(path)


def _old_blocks() -> str:
    return tr("Nothing of its own changed. The blocks of every page did: the reader's browser renews them until then.")


def _public(path: str, base_url: str) -> str:
    """The public path that somebody means who writes a path, a folder, or the address from the browser."""
    path = path.partition("#")[0].partition("?")[0]
    if base_url and path.startswith(base_url):
        path = path.removeprefix(base_url)
    elif "://" in path:
        path = urlsplit(path).path
    path = path.lstrip("/")
    return f"{path}index.html" if not path or path.endswith("/") else path


class _Page:
    """One output, and what it is made from."""

    def __init__(self, generator: Generator, output: Output, before: Written | None) -> None:
        self._generator, self._catalogue = generator, generator.catalogue
        self._output, self._path, self._before = output, output.path, before
        self._own = self._catalogue.by_path.get(output.path)
        self._roles = self._find_roles()

    @property
    def articles(self) -> Sequence[ArticleInfo]:
        """What it depends on, itself first."""
        return [*filter(None, [self._own]), *(info for info, _ in self._roles.values())]

    def _find_roles(self) -> Mapping[int, tuple[ArticleInfo, str]]:
        own, catalogue = self._own, self._catalogue
        if own is None:
            listing = self._generator.listings.find(self._path)
            return {info.id: (info, "listed") for info in listing.articles} if listing else {}
        links = self._before.articles if self._before else ()
        found = {info.id: (info, "linked") for info in filter(None, map(catalogue.by_id.get, links))}
        found |= {info.id: (info, "related") for info in catalogue.related(own)}
        found |= {info.id: (info, "beside") for info in catalogue.neighbours(own) if info is not None}
        return {number: value for number, value in found.items() if number != own.id}

    @property
    def _is_list(self) -> bool:
        return self._own is None and self._generator.listings.find(self._path) is not None

    # Whether

    def is_due(self, before: Written, found: Difference) -> bool:
        """Whether the next build makes it anew, or finds other content."""
        generator, output = self._generator, self._output
        if self._own is not None:
            return before.key != generator.keys.article(self._own, before.media, before.articles)
        if output.kind is OutputKind.SEARCH and not found.ids:
            return bool(found.facts) and before.key != generator.key(output)
        key = generator.key(output)
        if key:
            return before.key != key
        if output.kind is OutputKind.SEARCH:
            return bool(found.ids)
        return before.sha256 != hashlib.sha256(generator.render(self._path).body).hexdigest()

    def shows_only_old_blocks(self, out: Path, found: Difference) -> bool:
        """Whether nothing of its own changes, and builds of a few articles leave it alone."""
        generator = self._generator
        year, month_of = generator.listings.year(self._path), self._catalogue.month_of
        if year:
            moments = [known.moment / 1000 for known in found.left.values()]
            moments += [info.date.timestamp() for info in map(self._catalogue.by_id.get, found.ids) if info]
            is_left = all(not month_of(moment).startswith(year) for moment in moments)
        else:
            is_left = generator.is_lasting(self._path)
        sheet = generator.sheet(self._path) if is_left else None
        try:
            there = files.inside(out, self._path).read_bytes() if sheet else b""
        except OSError:
            return False
        return sheet is not None and sheet.head in there and sheet.content in there

    # Why

    def place(self) -> Iterator[str]:
        """What kind of page it is, where that is no matter of course."""
        snapshot, catalogue = self._generator.snapshot, self._catalogue
        former = [r.article_id for r in snapshot.redirects if r.old_path == self._path and r.article_id is not None]
        if self._output.kind is OutputKind.REDIRECT:
            target = next(filter(None, map(catalogue.by_id.get, former)), None)
            if target is None:
                yield tr("A former address; it leads on.")
            else:
                yield tr("A former address of “{title}”; it leads on.", title=target.list_title)
        there = (i for i in snapshot.withdrawn if i.id in former or catalogue.article_path(i) == self._path)
        gone = next(there, None) if self._own is None and self._output.kind is not OutputKind.REDIRECT else None
        if gone is not None:
            yield tr("“{title}” was withdrawn; the page says so.", title=gone.list_title)

    def reasons(self, found: Difference) -> list[str]:
        """What of a difference made it anew."""
        told = [tr("It was not there in the last build.")] if self._before is None else []
        told += self._facts(found)
        if self._own is not None or self._is_list:
            told += self._causes(found)
        elif not told:
            told += self._of_all(found)
        return told or [self._remainder(found)]

    def calm(self, found: Difference) -> list[str]:
        """Why nothing is to be done."""
        before = self._before
        if before and before.shared and before.shared.split(" ")[0] != self._generator.shared_version:
            return [_old_blocks()]
        if self._own is None and not self._is_list and self._output.kind is not OutputKind.SEARCH and not found.nothing:
            return [tr("Nothing that it shows changed.")]
        return [tr("Nothing that it is made from changed.")]

    def past(self, last: Difference) -> tuple[bool | None, Sequence[str]]:
        """Whether the last build wrote it, and why."""
        if last.complete:
            return True, [tr("Everything was made: it was the first build, or all was asked for.")]
        told = self._facts(last)
        if last.written is None:
            return (True, told) if told and (self._own or self._is_list) else (None, ())
        if self._path not in last.written:
            return False, ()
        if self._own is not None or self._is_list:
            told += self._causes(last)
            return True, told or [tr("It was an old page whose blocks of every page were brought up to date.")]
        if self._generator.is_lasting(self._path):
            return True, told or [tr("It was an old page whose blocks of every page were brought up to date.")]
        return True, told or self._of_all(last) or [self._remainder(last)]

    def _facts(self, found: Difference) -> list[str]:
        names = [name for name in found.facts if not any(other in found.facts for other in _FOLLOWS.get(name, ()))]
        told = [
            tr(_FACTS[name]) if name in _FACTS else tr("the setting {key}", key=name.removeprefix("settings."))
            for name in names
        ]
        return [tr("Every page is made anew, since this changed: {what}.", what=tr(", ").join(told))] if told else []

    def _causes(self, found: Difference) -> list[str]:
        """What of the articles and files that a page of an article or a list is made from changed."""
        told = list(self._of_own(found))
        events = [(number, self._roles[number][1]) for number in found.ids if number in self._roles]
        states = {**dict.fromkeys(found.changed, _CHANGED), **dict.fromkeys(found.new, _NEW)}
        named = [tr(_ROLES[role][states.get(number, _LEFT)], title=self._title(number)) for number, role in events]
        for number, known in found.left.items():
            role = "" if number in self._roles else self._former_role(number, known)
            if role:
                named.append(tr(_ROLES[role][_LEFT], title=self._title(number)))
        told += named[:_NAMED]
        if len(named) > _NAMED:
            told.append(tr("The same holds for {n} more articles.", n=len(named) - _NAMED))
        if self._pictures() & found.media:
            told.append(tr("A picture or file that it shows was changed."))
        return told

    def _of_own(self, found: Difference) -> Iterator[str]:
        own = self._own
        if own is None:
            return
        if own.id in found.new:
            yield tr("Its article is new here.")
        elif own.id in found.changed:
            known = found.left.get(own.id)
            moved = known is not None and known.path != self._path
            yield tr("Its article has another address now.") if moved else tr("Its article was changed.")

    def _former_role(self, number: int, known: Known) -> str:
        """How an article belonged to this page where it stood before; empty where it did not."""
        own, catalogue = self._own, self._catalogue
        if own is None:
            return "listed" if self._listed(known) else ""
        if number == own.id:
            return ""
        if self._before is not None and number in self._before.articles:
            return "" if number in catalogue.by_id else "linked"
        place = (known.moment, number)
        newer, older = ((round(i.date.timestamp() * 1000), i.id) if i else None for i in catalogue.neighbours(own))
        if known.column_id == own.column_id and (older is None or older < place) and (newer is None or place < newer):
            return "beside"
        return "related" if {*own.tags} & {*known.tags} and place[0] <= own.date.timestamp() * 1000 else ""

    def _listed(self, known: Known) -> bool:
        folder, _, name = self._path.rpartition("/")
        if folder == "archive":
            return self._catalogue.month_of(known.moment / 1000) == name.removesuffix(".html")
        slugs = {column.slug: column.id for column in self._generator.snapshot.columns}
        if folder in slugs:
            return slugs[folder] in known.lists
        if folder == "articles":
            return known.column_id is None
        return folder.removeprefix("tags/") in map(self._catalogue.tag_slug, known.tags)

    def _pictures(self) -> set[str]:
        covers = {info.cover for info in self.articles if info.cover}
        return covers | set(self._before.media if self._before else ())

    def _of_all(self, found: Difference) -> list[str]:
        """What changed of the whole site, for a page that is put together from it."""
        what = [tr("“{title}”", title=self._title(number)) for number in found.ids[:_NAMED]]
        if len(found.ids) > _NAMED:
            what.append(tr("{n} more articles", n=len(found.ids) - _NAMED))
        parts = (
            (found.shared, mark("blocks of every page (recommended, most read, notices or links)")),
            (found.counts, mark("reading counts")),
            (bool(found.media), mark("pictures or files")),
        )
        what += [tr(part) for holds, part in parts if holds]
        if not what:
            return []
        return [tr("It is put together from the whole site, of which this changed: {what}.", what=tr(", ").join(what))]

    def _remainder(self, found: Difference) -> str:
        if self._is_list:
            return tr("Articles or links to the other pages of its list moved.")
        if self._own is not None:
            return tr("Something that stands beside its article or in its text changed.")
        if found.nothing:
            return tr("Nothing was edited: something that it shows began or ended by its date.")
        return tr("Something that it shows changed.")

    def _title(self, number: int) -> str:
        info = self._catalogue.by_id.get(number)
        info = info or next((each for each in self._generator.snapshot.withdrawn if each.id == number), None)
        return info.list_title if info else tr("article {n}", n=number)
