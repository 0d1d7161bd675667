"""The snapshot's articles, looked up in every way that pages need; each index is made once, when first asked for."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from chce_desktop.domain import addresses
from chce_desktop.domain.article import ArticleInfo, Flag
from chce_desktop.domain.column import Column, ColumnTree
from chce_desktop.domain.homepage import BlockKind, block_name
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen import typography

#: Among how many of a column's newest articles the front page's are taken.
_FRONT = 200
#: How many earlier articles of a tag are looked at for “related”, and how many are shown.
_RELATED_LOOK, _RELATED_SHOW = 24, 6
#: More than there are articles.
_BEYOND_RANKS = 1 << 40


class Neighbours(NamedTuple):
    """The articles that stand beside one in its main column, None at either end."""

    newer: ArticleInfo | None
    older: ArticleInfo | None


class Catalogue:
    """Read-only. Lists are newest first unless said otherwise."""

    def __init__(self, snapshot: SiteSnapshot, tag_slugs: Mapping[str, str] | None = None) -> None:
        """`tag_slugs` are those of earlier builds: dictionaries of pinyin take a quarter of a second to read."""
        self.snapshot = snapshot
        self.articles = snapshot.articles
        self.tree = ColumnTree(snapshot.columns)
        self._zone = typography.zone(snapshot.settings.timezone)
        self._lines: dict[tuple[int | None, tuple[int, ...]], tuple[int, ...]] = {}
        self._tag_slugs = dict(tag_slugs or {})
        self._last_tag: tuple[str, Sequence[ArticleInfo]] = ("", ())
        #: Set where few articles will be asked for: then neighbours are looked for, not listed.
        self.few = False

    # Addresses

    def article_path(self, info: ArticleInfo) -> str:
        """The public path of an article's page."""
        column = self.tree.get(info.column_id)
        return f"{column.slug if column else 'articles'}/{info.slug}.html"

    @staticmethod
    def column_path(column: Column) -> str:
        """The public path of a column's newest list page."""
        return f"{column.slug}/index.html"

    def tag_path(self, tag: str) -> str:
        """The public path of a tag's newest list page; it depends on nothing but the tag."""
        return f"tags/{self.tag_slug(tag)}/index.html"

    def tag_slug(self, tag: str) -> str:
        """Pinyin with a few characters that tell homophones apart; plain for tags that are plain already."""
        slug = self._tag_slugs.get(tag)
        if slug is None:
            slug = self._tag_slugs[tag] = addresses.tag_slug(tag)
        return slug

    @property
    def tag_slugs(self) -> Mapping[str, str]:
        """The slugs that are known so far."""
        return self._tag_slugs

    # Articles one by one

    @cached_property
    def by_id(self) -> Mapping[int, ArticleInfo]:
        """Every public article."""
        return {info.id: info for info in self.articles}

    @cached_property
    def by_path(self) -> Mapping[str, ArticleInfo]:
        """Public path to article; where two claim one path, the newer one has it."""
        slugs = {column.id: column.slug for column in self.snapshot.columns}
        return {f"{slugs.get(info.column_id or 0, 'articles')}/{info.slug}.html": info for info in self.articles[::-1]}

    @cached_property
    def _neighbours(self) -> Mapping[int, Neighbours]:
        found: dict[int, Neighbours] = {}
        last: dict[int | None, ArticleInfo] = {}
        newer_of: dict[int, ArticleInfo | None] = {}
        for info in self.articles:
            newer = last.get(info.column_id)
            if newer is not None:
                found[newer.id] = Neighbours(newer_of[newer.id], info)
            newer_of[info.id] = newer
            last[info.column_id] = info
        for info in last.values():
            found[info.id] = Neighbours(newer_of[info.id], None)
        return found

    def neighbours(self, info: ArticleInfo) -> Neighbours:
        """What stands before and after the article in its main column."""
        if self.few:
            rank = self._rank.get(info.id)
            return Neighbours(None, None) if rank is None else self.around(info.column_id, rank, rank + 1)
        return self._neighbours.get(info.id, Neighbours(None, None))

    def around(self, column_id: int | None, newer: int, older: int) -> Neighbours:
        """The articles of a main column nearest to a place: newer than rank `newer`, and not newer than `older`."""
        every = self.articles
        before = next((every[n] for n in range(newer - 1, -1, -1) if every[n].column_id == column_id), None)
        after = next((every[n] for n in range(older, len(every)) if every[n].column_id == column_id), None)
        return Neighbours(before, after)

    def rank_of(self, moment: float, article_id: int) -> int:
        """Where an article of that time (seconds since 1970) stands, or would stand, among all."""
        return self.place_in(self.articles, (-moment, -article_id))

    @staticmethod
    def place_in(articles: Sequence[ArticleInfo], place: tuple[float, int]) -> int:
        """Where an article of (minus its time, minus its id) stands, or would stand, in a list that is newest first."""
        return bisect_left(articles, place, key=lambda info: (-info.date.timestamp(), -info.id))

    def month_of(self, moment: float) -> str:
        """`yyyy-mm` of a time, in seconds since 1970, in the site's time zone."""
        local = self.local(datetime.fromtimestamp(moment, UTC))
        return f"{local.year:04d}-{local.month:02d}"

    def sharers(self, tag: str, rank: int) -> Sequence[ArticleInfo]:
        """The articles with a tag that may name the one at a rank as related: the nearest newer ones."""
        ranks = self._tag_ranks.get(tag, ())
        place = bisect_left(ranks, rank)
        return [self.articles[n] for n in ranks[max(0, place - _RELATED_LOOK - 1) : place]]

    def related(self, info: ArticleInfo) -> Sequence[ArticleInfo]:
        """Earlier articles that share most tags, newest first among equals.

        Only earlier ones, so that a new article changes no older page.
        """
        if not info.tags:
            return ()
        look: list[int] = []
        rank = self._rank.get(info.id, -1)
        for tag in info.tags:
            ranks = self._tag_ranks[tag]
            start = bisect_right(ranks, rank)
            look += ranks[start : start + _RELATED_LOOK]
        shared = Counter(look)
        # One number for both: those that share more come first, then the newer ones.
        order = sorted([found - count * _BEYOND_RANKS for found, count in shared.items()])
        best = [number % _BEYOND_RANKS for number in order[:_RELATED_SHOW]]
        return tuple(self.articles[rank] for rank in best)

    @cached_property
    def _rank(self) -> Mapping[int, int]:
        return {info.id: rank for rank, info in enumerate(self.articles)}

    # Lists

    def listed_in(self, info: ArticleInfo) -> tuple[int, ...]:
        """The columns that list the article: its own, and those above them."""
        key = (info.column_id, info.further_columns)
        line = self._lines.get(key)
        if line is None:
            ids = {c.id for column_id in (info.column_id, *info.further_columns) for c in self.tree.trail(column_id)}
            line = self._lines[key] = tuple(sorted(ids))
        return line

    @cached_property
    def by_column(self) -> Mapping[int, Sequence[ArticleInfo]]:
        """Column id to the articles filed in it or below it, whether as main or as further column."""
        found: dict[int, list[ArticleInfo]] = {column.id: [] for column in self.snapshot.columns}
        for info in self.articles:
            for column_id in self.listed_in(info):
                found[column_id].append(info)
        return found

    @cached_property
    def _tag_ranks(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = {}
        for rank, info in enumerate(self.articles):
            for tag in info.tags:
                ranks = found.setdefault(tag, [])
                if not ranks or ranks[-1] != rank:
                    ranks.append(rank)
        return found

    @cached_property
    def tags(self) -> Mapping[str, int]:
        """Tag to number of articles, in the order of their addresses."""
        return {
            tag: len(self._tag_ranks[tag])
            for tag in sorted((t for t in self._tag_ranks if t.strip()), key=lambda t: (self.tag_slug(t), t))
        }

    def of_tag(self, tag: str) -> Sequence[ArticleInfo]:
        """The articles that carry `tag`."""
        if self._last_tag[0] != tag:
            self._last_tag = (tag, tuple(self.articles[rank] for rank in self._tag_ranks.get(tag, ())))
        return self._last_tag[1]

    @cached_property
    def tag_of_slug(self) -> Mapping[str, str]:
        """The tag behind the folder name of its pages."""
        return {self.tag_slug(tag): tag for tag in reversed(list(self.tags))}

    @cached_property
    def by_month(self) -> Mapping[str, Sequence[ArticleInfo]]:
        """`yyyy-mm` in the site's time zone to the articles of that month; newest month first."""
        found: dict[str, Sequence[ArticleInfo]] = {}
        start = 0
        while start < len(self.articles):
            local = self.local(self.articles[start].date)
            first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
            end = bisect_right(self.articles, -first.timestamp(), start, key=lambda info: -info.date.timestamp())
            found[f"{local.year:04d}-{local.month:02d}"] = self.articles[start:end]
            start = end
        return found

    @cached_property
    def years(self) -> Sequence[str]:
        """`yyyy` of every year that has articles, newest first."""
        return tuple(dict.fromkeys(key[:4] for key in self.by_month))

    def local(self, moment: datetime) -> datetime:
        """`moment` in the site's time zone."""
        return moment.astimezone(self._zone)

    # What editors chose

    @cached_property
    def _flagged(self) -> Mapping[Flag, Sequence[ArticleInfo]]:
        now = self.snapshot.taken_at
        chosen: dict[Flag, list[tuple[int, int, ArticleInfo]]] = {flag: [] for flag in Flag}
        for rank, info in enumerate(self.articles):
            for setting in info.flags:
                if setting.active(now):
                    position = 1_000_000 if setting.position is None else setting.position
                    chosen[setting.flag].append((position, rank, info))
        return {flag: tuple(entry[2] for entry in sorted(found, key=lambda e: e[:2])) for flag, found in chosen.items()}

    @cached_property
    def recommended(self) -> Sequence[ArticleInfo]:
        """今日导读: what editors recommend, by hand first; the newest articles where nothing is recommended."""
        length = self.snapshot.settings.recommended_length
        by_hand = self._flagged[Flag.RECOMMENDED]
        return tuple(islice(by_hand or allowed(self.articles, BlockKind.RECOMMENDED), length))

    @cached_property
    def headlines(self) -> Sequence[ArticleInfo]:
        """头条, by hand first; what is recommended where there is none."""
        by_hand = self._flagged[Flag.HEADLINE]
        return tuple(islice(by_hand or allowed(self.recommended, BlockKind.HEADLINE), 5))

    @cached_property
    def popular(self) -> Sequence[ArticleInfo]:
        """热门文章: most read in the window of the settings, then by the whole count, newer first among equals."""
        length = self.snapshot.settings.popular_length
        read = (self.by_id[article_id] for article_id in self.snapshot.popular if article_id in self.by_id)
        first = list(islice(allowed(read, BlockKind.POPULAR), length))
        if len(first) == length:
            return tuple(first)
        most = heapq.nlargest(length, allowed(self.articles, BlockKind.POPULAR), key=lambda info: info.reads)
        return tuple(dict.fromkeys([*first, *most]))[:length]

    @cached_property
    def _pinned(self) -> frozenset[int]:
        return frozenset(info.id for info in self._flagged[Flag.PINNED])

    def is_pinned(self, info: ArticleInfo) -> bool:
        """Whether the article is 置顶 now."""
        return info.id in self._pinned

    def in_front(self, column_id: int) -> Sequence[ArticleInfo]:
        """What the front page shows of a column: 置顶 articles, by hand first, then the newest."""
        pinned = self.pinned_in(column_id)
        chosen = {info.id for info in pinned}
        others = allowed(self.by_column[column_id][:_FRONT], block_name(BlockKind.COLUMN, column_id))
        return (*pinned, *(info for info in others if info.id not in chosen))

    def pinned_in(self, column_id: int) -> Sequence[ArticleInfo]:
        """置顶 articles of a column, by hand first."""
        return tuple(info for info in self._flagged[Flag.PINNED] if column_id in self.listed_in(info))


def allowed(articles: Iterable[ArticleInfo], block: str) -> Iterator[ArticleInfo]:
    """Those that editors have not kept out of a block of the front page."""
    return (info for info in articles if block not in info.kept_out)
