"""The published search index of one snapshot: which files there are, what each depends on, and what is in it."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.sitegen import searchindex
from chce_desktop.sitegen.bodies import RenderedBodies
from chce_desktop.sitegen.catalogue import Catalogue
from chce_desktop.sitegen.kept import Kept, put_stripes
from chce_desktop.sitegen.searchindex import CARDS, FORMAT, GROUPS, STRIPES, Document
from chce_desktop.sitegen.searchsegments import (
    FOLDER,
    Left,
    Row,
    Segment,
    covers,
    dead_of,
    files_of,
    fresh,
    newest_first,
    size_of,
)
from chce_desktop.sitegen.typography import cut

_DIRECTORY = "search/index.js"
_BEGINNING_WIDTH = 240
_CHUNK = 500


#: So many articles may be in no piece: the newest, and those that changed elsewhere.
_LOOSE = 20
#: So many may be in those and in `s` together: what is too new for a piece of `l` or `m`, and what changed in pieces
#: that were left as they are. With more, pieces are made anew.
_RECENT = 512
#: The name for these.
_EXTRA = "x"
_EXTRA_FILE = "search/x.js"


def _id(info: ArticleInfo) -> int:
    return info.id


class SearchFiles:
    """Pieces are made one at a time; the files of a group are asked for one after another."""

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
        self._made: tuple[str, int, Sequence[Mapping[str, bytes]]] = ("", 0, ())
        self._memory: dict[str, list[dict[str, bytes]]] = {}
        self._rows: dict[str, Row] | None = None

    def continue_from(
        self, before: Mapping[str, Mapping[int, str]], intact: Callable[[str], bool], budget: int
    ) -> None:
        """Leave groups of an earlier build as they are where only a few of their articles changed.

        `before` is `composition` of that build, `intact` tells whether a file is still as it was written. At most
        `budget` files are made anew only to clear up what was left. To be called before anything else.
        """
        self._before, self._intact, self._budget = before, intact, budget

    @cached_property
    def _by_id(self) -> Sequence[ArticleInfo]:
        return sorted(self._catalogue.articles, key=lambda info: info.id)

    def _day(self, info: ArticleInfo) -> int:
        return self._catalogue.local(info.date).toordinal()

    def _indexed(self, info: ArticleInfo) -> str:
        """Changes with what is indexed of an article; the day stands behind a full stop."""
        facts = f"{FORMAT}\0{info.title}\0{info.body_hash}"
        digest = hashlib.sha256(facts.encode("utf-8", "backslashreplace")).hexdigest()[:12]
        return f"{digest}.{self._day(info)}"

    @cached_property
    def _spans(self) -> Sequence[searchindex.Span]:
        return searchindex.spans(self._catalogue.highest_id)

    @property
    def _rest(self) -> int:
        """The first id that no piece of `l` or `m` covers."""
        return max((span.end for span in self._spans if span.name != "s0"), default=0)

    @cached_property
    def _segments(self) -> Mapping[str, Segment]:
        articles, start = self._by_id, 0
        planned: dict[str, Segment] = {}
        for span in self._spans:
            end = bisect_left(articles, min(span.end, self._rest), start, key=_id)
            if end > start:
                planned[span.name] = fresh(articles[start:end], self._indexed)
            start = end
        recent = articles[start:]
        left = {group: found for group in ("l", "m") if (found := self._left(group, planned)) is not None}
        while left and len(recent) + sum(len(found.loose) for found in left.values()) > _RECENT:
            del left[max(left, key=lambda group: len(left[group].loose))]
        for found in left.values():
            planned.update(found.pieces)
            recent = [*recent, *found.loose]
        return planned | self._divided({info.id: self._indexed(info) for info in recent})

    def _left(self, group: str, planned: Mapping[str, Segment]) -> Left | None:
        """How a group could stay as it is, where it was there, something changed in it, and little did."""
        names = [name for name in planned if name[0] == group]
        if names != [name for name in self._before if name[0] == group]:
            return None
        pieces: dict[str, Segment] = {}
        loose: list[ArticleInfo] = []
        for name in names:
            before, segment = self._before[name], planned[name]
            loose += (info for info in segment.articles if before.get(info.id) != segment.stamps[info.id])
            pieces[name] = Segment((), before, dead_of(before, segment.stamps))
        dead = sum(len(segment.dead) for segment in pieces.values())
        if not 0 < len(loose) + dead <= _RECENT * 2:
            return None
        return Left(pieces, loose) if self._may_stay({n: len(piece.stamps) for n, piece in pieces.items()}) else None

    def _may_stay(self, counts: Mapping[str, int]) -> bool:
        """Whether all files of a group are there, and it would cost too much to make them anew."""
        files = list(files_of(next(iter(counts))[0], counts))
        if len(files) <= self._budget:
            self._budget -= len(files)
            return False
        return all(self._intact(path) for _, path in files)

    def _divided(self, recent: Mapping[int, str]) -> dict[str, Segment]:
        """How articles that no piece of `l` or `m` has (id to stamp) are divided between `s` and `x`."""
        before = self._before.get("s0", {})
        dead = dead_of(before, recent)
        loose = {i for i, stamp in recent.items() if before.get(i) != stamp}
        few = len(loose) <= _LOOSE and 0 < len(loose) + len(dead) <= _LOOSE * 2
        if before and few and self._may_stay({"s0": len(before)}):
            return {"s0": Segment((), before, dead)} | self._made_of({_EXTRA: loose})
        edge = self._spans[-1].end if self._spans else 0
        return self._made_of({"s0": {i for i in recent if i < edge}, _EXTRA: {i for i in recent if i >= edge}})

    def _made_of(self, segments: Mapping[str, Iterable[int]]) -> dict[str, Segment]:
        """Those of these segments that have articles."""
        by_id = self._catalogue.by_id
        return {name: fresh([by_id[i] for i in sorted(ids)], self._indexed) for name, ids in segments.items() if ids}

    @cached_property
    def rows(self) -> dict[str, Row]:
        """What is kept of every segment."""
        changed = {
            name: (len(segment.stamps), list(segment.dead), self._segment_keys[name])
            for name, segment in self._segments.items()
        }
        return changed if self._rows is None else self._rows | changed

    def restrict(
        self,
        rows: Mapping[str, Row],
        composition: Callable[[str], Mapping[int, str]],
        changed: Iterable[ArticleInfo],
    ) -> bool:
        """Look only at the pieces of `changed` articles; whether that is possible.

        `rows` and `composition` are those of the last build. To be called before anything else.
        """
        articles = self._catalogue.by_id
        ranges = {span.name: range(span.start, span.end) for span in self._spans if span.name != "s0"}
        spans = {name: ids for name, ids in ranges.items() if any(i in articles for i in ids)}
        if spans.keys() != rows.keys() - {"s0", _EXTRA}:
            return False
        small = composition("s0") if "s0" in rows else {}
        void = set(rows["s0"][1]) if small else ()
        recent = {i: small[i] for n, i in enumerate(newest_first(small)) if n not in void}
        recent |= composition(_EXTRA) if _EXTRA in rows else {}
        ids = {info.id for info in changed}
        recent |= {i: self._indexed(articles[i]) for i in ids if i >= self._rest or i in recent}
        planned: dict[str, Segment] = {}
        for name, span in spans.items():
            if any(i in span for i in ids):
                stamps = {i: self._indexed(articles[i]) for i in span if i in articles}
                before = composition(name)
                planned[name] = Segment((), before, dead_of(before, stamps))
                recent = {i: stamp for i, stamp in recent.items() if i not in span}
                recent |= {i: stamp for i, stamp in stamps.items() if before.get(i) != stamp}
        self.continue_from({"s0": small}, lambda _: True, 0)
        if len(recent) > _RECENT:
            return False
        planned |= self._divided({i: stamp for i, stamp in recent.items() if i in articles})
        if rows.keys() & {"s0", _EXTRA} - planned.keys():
            return False
        if small and not covers("s", len(planned["s0"].stamps), len(small)):
            return False
        self._rows = dict(rows)
        self._segments = planned
        return True

    def paths_of(self, changed: Iterable[ArticleInfo]) -> Iterator[str]:
        """The files that `changed` articles are in, after `restrict`."""
        yield _DIRECTORY
        for number in sorted({info.id // CARDS for info in changed}):
            yield f"{FOLDER}c/{number}.js"
        if _EXTRA in self._segments:
            yield _EXTRA_FILE
        if "s0" in self._segments and self._segments["s0"].articles:
            yield from self._group_paths("s")

    @property
    def composition(self) -> Mapping[str, Mapping[int, str]]:
        """Segment to id to what was indexed of each article, for `continue_from` of a later build."""
        return {name: segment.stamps for name, segment in self._segments.items()}

    def _card_articles(self, number: int) -> Sequence[ArticleInfo]:
        """The articles of a file of cards."""
        by_id = self._catalogue.by_id
        return [by_id[i] for i in range(number * CARDS, (number + 1) * CARDS) if i in by_id]

    def paths(self) -> Iterator[str]:
        """Every file of the index; first those of groups, which a second process may put together."""
        for group in GROUPS:
            yield from self._group_paths(group)
        yield _DIRECTORY
        if _EXTRA in self._segments:
            yield _EXTRA_FILE
        yield from self.cards_paths(0, self._catalogue.highest_id // CARDS + 1)

    def cards_paths(self, start: int, end: int) -> Iterator[str]:
        """The files that say what results show, of the numbers from `start` to before `end`."""
        numbers = self._card_numbers
        yield from (f"{FOLDER}c/{n}.js" for n in numbers[bisect_left(numbers, start) : bisect_left(numbers, end)])

    @cached_property
    def _card_numbers(self) -> Sequence[int]:
        return sorted({article_id // CARDS for article_id in self._catalogue.by_id})

    @staticmethod
    def cards_path(article_id: int) -> str:
        """The file that says what a result shows of the article."""
        return f"{FOLDER}c/{article_id // CARDS}.js"

    def _group_paths(self, group: str) -> Iterator[str]:
        return (path for _, path in files_of(group, self._counts(group)))

    def _counts(self, group: str) -> Mapping[str, int]:
        """The articles of each piece of a group."""
        return self._counts_by_group[group]

    @cached_property
    def _counts_by_group(self) -> Mapping[str, Mapping[str, int]]:
        return {g: {name: count for name, (count, *_) in self.rows.items() if name[0] == g} for g in GROUPS}

    def key(self, path: str) -> str:
        """Changes when the content of the file may."""
        parts = path.removeprefix(FOLDER).split("/")
        if path == _DIRECTORY:
            return ""
        if path == _EXTRA_FILE:
            return self._segment_keys[_EXTRA]
        if parts[0] == "c":
            return self._card_key(int(parts[1].removesuffix(".js")))
        return self._group_keys[parts[0]]

    def _card_key(self, number: int) -> str:
        digest = hashlib.sha256(b"cards 4")
        for info in self._card_articles(number):
            digest.update(self._stamp(info).encode("utf-8", "backslashreplace"))
        return digest.hexdigest()[:24]

    @cached_property
    def _segment_keys(self) -> Mapping[str, str]:
        return {
            name: hashlib.sha256(repr((FORMAT, sorted(segment.stamps.items()))).encode()).hexdigest()[:24]
            for name, segment in self._segments.items()
        }

    @cached_property
    def _group_keys(self) -> Mapping[str, str]:
        digests = {group: hashlib.sha256() for group in (*GROUPS, _EXTRA)}
        for name, (*_, key) in sorted(self.rows.items()):
            digests[name[0]].update(f"{name} {key} ".encode())
        return {group: digest.hexdigest()[:24] for group, digest in digests.items()}

    def _version(self, group: str) -> str:
        """What the files of a group say of themselves, so that a browser takes no older or newer ones for them."""
        return self._group_keys[group][:8]

    def render(self, path: str) -> bytes | None:
        """The content of a file of the index; None where it has no such file."""
        if path == _DIRECTORY:
            return self._directory()
        if path == _EXTRA_FILE:
            if _EXTRA not in self._segments:
                return None
            return searchindex.newest(self.documents(_EXTRA), self._version(_EXTRA))
        parts = path.removeprefix(FOLDER).removesuffix(".js").split("/")
        if len(parts) != 2:
            return None
        if parts[0] == "c":
            articles = self._card_articles(int(parts[1])) if parts[1].isdigit() else ()
            return None if not articles else self._cards(int(parts[1]), articles)
        stripe = self._stripes.get(path)
        return None if stripe is None else self._of_group(path, stripe)

    @cached_property
    def _stripes(self) -> Mapping[str, int]:
        """Which stripe of its pieces a file of a group is in."""
        return {path: stripe for group in GROUPS for stripe, path in files_of(group, self._counts(group))}

    def _of_group(self, path: str, stripe: int) -> bytes:
        inner = path.removeprefix(FOLDER)
        group, counts = inner[0], self._counts(inner[0])
        if self._made[:2] != (group, stripe):
            self._made = ("", 0, ())  # one stripe at a time is enough memory
            self._made = (group, stripe, [self._kept_or_made(name, stripe) for name in counts])
        return searchindex.joined(inner, size_of(group, counts), self._made[2], self._version(group))

    def _directory(self) -> bytes:
        groups = {}
        for group in GROUPS:
            counts = self._counts(group)
            if counts:
                dead = [self.rows[name][1] for name in counts]
                groups[group] = searchindex.Group(size_of(group, counts), dead, self._version(group))
        return searchindex.directory(groups, self._version(_EXTRA) if _EXTRA in self.rows else "")

    def missing(self, there: Callable[[str, str], bool]) -> list[str]:
        """The pieces that must be made: neither kept, nor all files of their group `there` (path, key)."""
        found: list[str] = []
        for group in GROUPS:
            key = self._group_keys[group]
            if not all(there(path, key) for path in self._group_paths(group)):
                found += (name for name in self._counts(group) if self._is_missing(name))
        return found

    def _is_missing(self, name: str) -> bool:
        last = self.keys_of(name)[-1]
        return bool(self._segments[name].articles) and not (self._kept and self._kept.has_segment(last))

    def keys_of(self, name: str) -> Sequence[str]:
        """What the stripes of a piece are kept by."""
        return [f"{name}-{self._segment_keys[name]}-{stripe}" for stripe in range(STRIPES[name[0]])]

    @property
    def needed(self) -> set[str]:
        """What all that the index has is kept by."""
        return {key for name in self._segments if name != _EXTRA for key in self.keys_of(name)}

    def _cards(self, number: int, articles: Sequence[ArticleInfo]) -> bytes:
        texts = self._bodies.beginnings([info for info in articles if not info.summary], 400)
        rows = {}
        for info in articles:
            beginning = info.summary or texts[info.id].replace("\n", " ")
            rows[info.id] = (*self._card(info), cut(beginning, _BEGINNING_WIDTH))
        return searchindex.cards(number, rows)

    def _kept_or_made(self, name: str, stripe: int) -> Mapping[str, bytes]:
        keys = self.keys_of(name)
        parts = self._kept.segment(keys[stripe]) if self._kept else None
        if parts is None:
            if name not in self._memory:
                self._memory[name] = searchindex.piece(name, self.documents(name))
                if self._kept:
                    put_stripes(self._kept.segments, keys, self._memory[name])
            parts = self._memory[name][stripe]
        return parts

    def documents(self, name: str) -> list[Document]:
        """What a piece is made from."""
        articles = self._segments[name].articles
        documents = []
        for start in range(0, len(articles), _CHUNK):
            chunk = articles[start : start + _CHUNK]
            texts = self._bodies.texts(chunk)
            documents += [Document(info.id, self._day(info), info.title, texts.get(info.id, "")) for info in chunk]
        return documents
