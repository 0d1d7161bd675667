"""The published search index of one snapshot: which files there are, what each depends on, and what is in it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.sitegen import searchindex
from chce_desktop.sitegen.bodies import RenderedBodies
from chce_desktop.sitegen.catalogue import Catalogue
from chce_desktop.sitegen.kept import Kept
from chce_desktop.sitegen.searchindex import CARDS, LEVELS, Document
from chce_desktop.sitegen.typography import cut

FOLDER = "search/"
_DIRECTORY = "search/index.js"
_BEGINNING_WIDTH = 240
_CHUNK = 500


#: A segment of at most so many articles is made anew for any change; so many changed articles may wait in `_EXTRA`.
_SMALL, _LOOSE = LEVELS[0][0], 64
#: The segment for articles that changed in segments that were left as they are.
_EXTRA = "x"


class _Segment(NamedTuple):
    """`articles` are to be indexed (none where it is left as it is); `stamps` say what is in it, `dead` what was."""

    articles: Sequence[ArticleInfo]
    stamps: Mapping[int, str]
    dead: tuple[int, ...] = ()


def _id(info: ArticleInfo) -> int:
    return info.id


def _stamp(info: ArticleInfo) -> str:
    facts = f"{info.title}\0{info.body_hash}\0{info.date.isoformat()}"
    return hashlib.sha256(facts.encode("utf-8", "backslashreplace")).hexdigest()[:12]


def _files(name: str, count: int) -> Iterator[str]:
    yield f"{FOLDER}{name}/m.js"
    for kind, number in zip("tdp", searchindex.shape(count), strict=True):
        for index in range(number):
            yield f"{FOLDER}{name}/{kind}{index}.js"


class SearchFiles:
    """Segments are made whole, one at a time; their files are asked for one after another."""

    def __init__(
        self,
        catalogue: Catalogue,
        bodies: RenderedBodies,
        card: Callable[[ArticleInfo], Sequence[str]],
        stamp: Callable[[ArticleInfo], str],
        kept: Kept | None,
    ) -> None:
        """`card` gives what a result shows of an article: title, path, date, column; `stamp` changes with it."""
        self._catalogue = catalogue
        self._bodies = bodies
        self._card = card
        self._stamp = stamp
        self._kept = kept
        self._before: Mapping[str, Mapping[int, str]] = {}
        self._intact: Callable[[str], bool] = lambda _: False
        self._budget = 0
        self._made: tuple[str, Mapping[str, bytes]] = ("", {})
        self._rows: dict[str, tuple[int, list[int]]] | None = None

    def continue_from(
        self, before: Mapping[str, Mapping[int, str]], intact: Callable[[str], bool], budget: int
    ) -> None:
        """Leave large segments of an earlier build as they are where only a few of their articles changed.

        `before` is `composition` of that build, `intact` tells whether a file is still as it was written. At most
        `budget` files are made anew only to clear up what was left. To be called before anything else.
        """
        self._before, self._intact, self._budget = before, intact, budget

    @cached_property
    def _by_id(self) -> Sequence[ArticleInfo]:
        return sorted(self._catalogue.articles, key=lambda info: info.id)

    @cached_property
    def _pure(self) -> Mapping[str, Sequence[ArticleInfo]]:
        """Folder to articles of each segment that is not empty, as of a first build."""
        articles = self._by_id
        found: dict[str, Sequence[ArticleInfo]] = {}
        if not articles:
            return found
        start = 0
        for level, index in searchindex.ranges(articles[-1].id):
            end_id = (index + 1) * LEVELS[level][0]
            end = start
            while end < len(articles) and articles[end].id < end_id:
                end += 1
            if end > start:
                found[searchindex.name_of(level, index)] = articles[start:end]
            start = end
        return found

    @cached_property
    def _segments(self) -> Mapping[str, _Segment]:
        fresh = {
            name: _Segment(articles, {info.id: _stamp(info) for info in articles})
            for name, articles in self._pure.items()
        }
        planned, loose = dict(fresh), []
        for name, segment in fresh.items():
            before = self._before.get(name)
            if before is None or before == segment.stamps or len(before) <= _SMALL:
                continue
            changed = [info for info in segment.articles if before.get(info.id) != segment.stamps[info.id]]
            dead = tuple(sorted(i for i in before if segment.stamps.get(i) != before[i]))
            files = list(_files(name, len(before)))
            if len(changed) + len(dead) > _LOOSE:
                continue
            if len(files) <= self._budget:
                self._budget -= len(files)
            elif all(map(self._intact, files)):
                planned[name] = _Segment((), before, dead)
                loose += changed
        if len(loose) > _LOOSE:
            return fresh
        if loose:
            planned[_EXTRA] = _Segment(sorted(loose, key=_id), {info.id: _stamp(info) for info in loose})
        return planned

    @property
    def rows(self) -> dict[str, tuple[int, list[int]]]:
        """What the directory tells of each segment: articles, and ids that no longer count."""
        changed = {name: (len(segment.stamps), list(segment.dead)) for name, segment in self._segments.items()}
        if self._rows is None:
            return changed
        rows = {name: changed.get(name, row) for name, row in self._rows.items() if name != _EXTRA}
        return rows | ({_EXTRA: changed[_EXTRA]} if _EXTRA in changed else {})

    def restrict(
        self,
        rows: Mapping[str, tuple[int, list[int]]],
        composition: Callable[[str], Mapping[int, str]],
        changed: Iterable[ArticleInfo],
    ) -> bool:
        """Look only at the segments of `changed` articles; whether that is possible.

        `rows` and `composition` are those of the last build. To be called before anything else.
        """
        articles = self._catalogue.by_id
        names = {}
        for level, index in searchindex.ranges(max(articles, default=0)):
            names[searchindex.name_of(level, index)] = range(index * LEVELS[level][0], (index + 1) * LEVELS[level][0])
        touched = {name for name, ids in names.items() if any(info.id in ids for info in changed)}
        if not (rows.keys() - {_EXTRA} <= names.keys()) or not all(
            name in rows or name in touched for name in names if any(i in articles for i in names[name])
        ):
            return False
        planned: dict[str, _Segment] = {}
        extra = dict(composition(_EXTRA)) if _EXTRA in rows else {}
        loose = [articles[i] for i in extra if i in articles and not any(i in names[name] for name in touched)]
        for name in touched:
            stamps = {i: _stamp(articles[i]) for i in names[name] if i in articles}
            before = composition(name) if name in rows else {}
            if name in rows and searchindex.shape(len(stamps)) != searchindex.shape(len(before)):
                return False
            if len(before) <= _SMALL:
                planned[name] = _Segment([articles[i] for i in stamps], stamps)
                continue
            fresh = [articles[i] for i, stamp in stamps.items() if before.get(i) != stamp]
            dead = tuple(sorted(i for i in before if stamps.get(i) != before[i]))
            if len(fresh) + len(dead) > _LOOSE:
                return False
            planned[name] = _Segment((), before, dead)
            loose += fresh
        if len(loose) > _LOOSE or (extra and searchindex.shape(len(loose)) != searchindex.shape(len(extra))):
            return False
        if bool(extra) and not loose:
            return False
        if loose:
            planned[_EXTRA] = _Segment(sorted(loose, key=_id), {info.id: _stamp(info) for info in loose})
        self._rows = dict(rows) | {name: (0, []) for name in touched if name not in rows}
        self._rows = {name: self._rows[name] for name in (*names, _EXTRA) if name in self._rows}
        self._segments = planned
        return True

    def paths_of(self, changed: Iterable[ArticleInfo]) -> Iterator[str]:
        """The files that `changed` articles are in, after `restrict`."""
        yield _DIRECTORY
        for number in sorted({info.id // CARDS for info in changed}):
            yield f"{FOLDER}c/{number}.js"
        for name, segment in self._segments.items():
            if segment.articles:
                yield from _files(name, len(segment.stamps))

    @property
    def composition(self) -> Mapping[str, Mapping[int, str]]:
        """Segment to id to what was indexed of each article, for `continue_from` of a later build."""
        return {name: segment.stamps for name, segment in self._segments.items()}

    @cached_property
    def _card_files(self) -> Mapping[int, Sequence[ArticleInfo]]:
        found: dict[int, list[ArticleInfo]] = {}
        for info in self._by_id:
            found.setdefault(info.id // CARDS, []).append(info)
        return found

    def paths(self) -> Iterator[str]:
        """Every file of the index."""
        yield _DIRECTORY
        for number in self._card_files:
            yield f"{FOLDER}c/{number}.js"
        for name, segment in self._segments.items():
            yield from _files(name, len(segment.stamps))

    def key(self, path: str) -> str:
        """Changes when the content of the file may."""
        parts = path.removeprefix(FOLDER).split("/")
        if path == _DIRECTORY:
            return ""
        if parts[0] == "c":
            return self._card_key(int(parts[1].removesuffix(".js")))
        return self._segment_keys[parts[0]]

    def _card_key(self, number: int) -> str:
        digest = hashlib.sha256(b"cards 3")
        for info in self._card_files[number]:
            digest.update(self._stamp(info).encode("utf-8", "backslashreplace"))
        return digest.hexdigest()[:24]

    @cached_property
    def _segment_keys(self) -> Mapping[str, str]:
        return {
            name: hashlib.sha256(repr(sorted(segment.stamps.items())).encode()).hexdigest()[:24]
            for name, segment in self._segments.items()
        }

    def render(self, path: str) -> bytes | None:
        """The content of a file of the index; None where it has no such file."""
        if path == _DIRECTORY:
            return searchindex.directory([(name, count, dead) for name, (count, dead) in self.rows.items()])
        parts = path.removeprefix(FOLDER).removesuffix(".js").split("/")
        if len(parts) != 2:
            return None
        if parts[0] == "c":
            articles = self._card_files.get(int(parts[1])) if parts[1].isdigit() else None
            return None if articles is None else self._cards(int(parts[1]), articles)
        if parts[0] not in self._segments:
            return None
        if self._made[0] != parts[0]:
            self._made = (parts[0], self._kept_or_made(parts[0]))
        return self._made[1].get(f"{parts[0]}/{parts[1]}.js")

    def missing(self, there: Callable[[str, str], bool]) -> list[str]:
        """The segments that must be made: neither kept, nor all `there` (path, key)."""
        return [
            name
            for name, segment in self._segments.items()
            if segment.articles
            and not all(there(path, self._segment_keys[name]) for path in _files(name, len(segment.stamps)))
            and not (self._kept and self._kept.has_segment(self._kept_name(name)))
        ]

    def accept(self, name: str, files: Mapping[str, bytes]) -> None:
        """Keep the files of a segment that was made elsewhere."""
        if self._kept:
            self._kept.put_segment(self._kept_name(name), files)

    def _kept_name(self, name: str) -> str:
        return f"{name}-{self._segment_keys[name]}"

    def _cards(self, number: int, articles: Sequence[ArticleInfo]) -> bytes:
        self._bodies.load(articles)
        rows = {}
        for info in articles:
            beginning = info.summary or self._bodies.get(info).text[:400].replace("\n", " ")
            rows[info.id] = (*self._card(info), cut(beginning, _BEGINNING_WIDTH))
        return searchindex.cards(number, rows)

    def _kept_or_made(self, name: str) -> Mapping[str, bytes]:
        files = self._kept.segment(self._kept_name(name)) if self._kept else None
        if files is None:
            files = searchindex.made((name, self.documents(name)))
            self.accept(name, files)
        return files

    def documents(self, name: str) -> list[Document]:
        """What a segment is made from."""
        articles = self._segments[name].articles
        documents = []
        for start in range(0, len(articles), _CHUNK):
            chunk = articles[start : start + _CHUNK]
            texts = self._bodies.texts(chunk)
            documents += [
                Document(
                    info.id, self._catalogue.local(info.date).toordinal() - 719_163, info.title, texts.get(info.id, "")
                )
                for info in chunk
            ]
        return documents
