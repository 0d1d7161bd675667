"""The snapshot's articles, looked up in every way that pages need; each index is made once, when first asked for."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import accumulate, islice
from typing import NamedTuple

from chce_desktop.domain import addresses
from chce_desktop.domain.article import ArticleInfo, Flag
from chce_desktop.domain.column import Column, ColumnTree
from chce_desktop.domain.homepage import BlockKind, block_name
from chce_desktop.domain.snapshot import SiteSnapshot
from chce_desktop.sitegen import typography
from chce_desktop.sitegen.lists import NO_COLUMN, Listed, Lists, Part, Ranked, place_in, place_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STAMP = len("2024-01-18T08:00+08:00")
#: Among how many of a column's newest articles the front page's are taken.
_FRONT = 200
#: How many earlier articles of a tag are looked at for “related”, and how many are shown.
_RELATED_LOOK, _RELATED_SHOW = 24, 6
#: A page's key and the page itself ask for the same, one soon after the other.
_RELATED_REMEMBERED = 2000


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
        self._related: dict[int, Sequence[ArticleInfo]] = {}
        #: Set where few articles will be asked for: then nothing is listed that can be looked up.
        self.lists: Lists | None = None
        #: Set where they are known, so that not every article is looked at: how many there are in each month, newest
        #: first, and articles among which the most read ones are.
        self.months: Mapping[str, int] = {}
        self.much_read: Sequence[ArticleInfo] | None = None
        #: Whether an article's page stands at a path.
        self.stands: Callable[[str], bool] = lambda path: path in self.by_path
        #: The ids of the most read ones, once they were asked for.
        self.most_read: list[int] | None = None

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
    def highest_id(self) -> int:
        """The highest id of an article, 0 where there is none."""
        return max(self.by_id, default=0)

    @cached_property
    def reads(self) -> Sequence[int]:
        """The reading counts of all articles."""
        return [info.reads for info in self.articles]

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
        if self.lists is not None:
            rank = self.rank(info)
            return Neighbours(None, None) if rank < 0 else self.around(info.column_id, rank, rank + 1)
        return self._neighbours.get(info.id, Neighbours(None, None))

    def around(self, column_id: int | None, newer: int, older: int) -> Neighbours:
        """The articles of a main column nearest to a place: newer than rank `newer`, and not newer than `older`."""
        every = self.articles
        before = next((every[n] for n in range(newer - 1, -1, -1) if every[n].column_id == column_id), None)
        after = next((every[n] for n in range(older, len(every)) if every[n].column_id == column_id), None)
        return Neighbours(before, after)

    def rank_of(self, moment: float, article_id: int) -> int:
        """Where an article of that time (seconds since 1970) stands, or would stand, among all."""
        return place_in(self.articles, (-moment, -article_id))

    def month_of(self, moment: float) -> str:
        """`yyyy-mm` of a time, in seconds since 1970, in the site's time zone."""
        local = self.local(_EPOCH + timedelta(seconds=moment))  # Windows knows no negative timestamps
        return f"{local.year:04d}-{local.month:02d}"

    def sharers(self, tag: str, rank: int) -> Sequence[ArticleInfo]:
        """The articles with a tag that may name the one at a rank as related: the nearest newer ones."""
        listed = self.of_tag(tag)
        place = place_in(listed, place_of(self.articles[rank])) if rank < len(self.articles) else len(listed)
        return listed[max(0, place - _RELATED_LOOK - 1) : place]

    def related(self, info: ArticleInfo) -> Sequence[ArticleInfo]:
        """Earlier articles that share most tags, newest first among equals.

        Only earlier ones, so that a new article changes no older page.
        """
        if not info.tags:
            return ()
        found = self._related.get(info.id)
        if found is None:
            if len(self._related) >= _RELATED_REMEMBERED:
                self._related.clear()
            found = self._related[info.id] = self._new_related(info)
        return found

    def _new_related(self, info: ArticleInfo) -> Sequence[ArticleInfo]:
        windows, every = self._next_with(info.tags, self.rank(info))
        sharing: list[set[int]] = []  # those that share two tags, three, four
        seen: set[int] = set()
        for window in windows if len(windows) > 1 else ():
            more = seen.intersection(window)
            for number, known in enumerate(sharing):
                sharing[number], more = known | more, known & more
            sharing.append(more)
            seen.update(window)
        best: list[int] = []
        nearest = set[int]().union(*[window[:_RELATED_SHOW] for window in windows])  # as many as are shown will do
        for found in (*reversed(sharing), nearest):
            if found and len(best) < _RELATED_SHOW:
                best += sorted(found.difference(best))[: _RELATED_SHOW - len(best)]
        return tuple([every[number] for number in best])

    def _next_with(self, tags: Iterable[str], rank: int) -> tuple[Sequence[Sequence[int]], Sequence[ArticleInfo]]:
        """For each tag the next older articles that carry it, as numbers from the newest: of the articles given."""
        if self.lists is None:
            every_rank, windows = self._tag_ranks, []
            for tag in tags:
                ranks = every_rank[tag]
                start = bisect_right(ranks, rank)
                windows.append(ranks[start : start + _RELATED_LOOK])
            return windows, self.articles
        found = [self._following(self.of_tag(tag), rank) for tag in tags]
        every = sorted({info.id: info for each in found for info in each}.values(), key=place_of)
        numbers = {info.id: number for number, info in enumerate(every)}
        return [[numbers[info.id] for info in each] for each in found], every

    def _following(self, listed: Sequence[ArticleInfo], rank: int) -> Sequence[ArticleInfo]:
        if rank < 0:
            return listed[:_RELATED_LOOK]
        start = place_in(listed, place_of(self.articles[rank]))
        start += start < len(listed) and listed[start].id == self.articles[rank].id
        return listed[start : start + _RELATED_LOOK]

    def rank(self, info: ArticleInfo) -> int:
        """The article's place among all, -1 where it is none of them."""
        if self.lists is None:
            return self._rank.get(info.id, -1)
        rank = self.rank_of(info.date.timestamp(), info.id)
        return rank if rank < len(self.articles) and self.articles[rank].id == info.id else -1

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
        if self.lists is not None:
            return {c.id: Listed(self.lists.ids(f"c{c.id}"), self.by_id) for c in self.snapshot.columns}
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
        counts = dict(self.lists.tags() if self.lists else ((tag, len(r)) for tag, r in self._tag_ranks.items()))
        named = (tag for tag in counts if tag.strip())
        return {tag: counts[tag] for tag in sorted(named, key=lambda tag: (self.tag_slug(tag), tag))}

    @cached_property
    def uncategorised(self) -> Sequence[ArticleInfo]:
        """The articles that stand in no column."""
        if self.lists is not None:
            return Listed(self.lists.ids(NO_COLUMN), self.by_id)
        known = {column.id for column in self.snapshot.columns}
        return tuple([info for info in self.articles if info.column_id not in known])

    def of_tag(self, tag: str) -> Sequence[ArticleInfo]:
        """The articles that carry `tag`."""
        if self.lists is not None:
            return Listed(self.lists.ids(f"t{tag}"), self.by_id)
        return Ranked(self._tag_ranks.get(tag, ()), self.articles)

    def every_list(self) -> Lists:
        """All lists of columns and tags, to be remembered."""
        if self.lists is not None:
            return self.lists
        found = {f"c{number}": [info.id for info in listed] for number, listed in self.by_column.items()}
        found[NO_COLUMN] = [info.id for info in self.uncategorised]
        ids = [info.id for info in self.articles]
        return Lists.of(found | {f"t{tag}": [ids[n] for n in ranks] for tag, ranks in self._tag_ranks.items()})

    @cached_property
    def tag_of_slug(self) -> Mapping[str, str]:
        """The tag behind the folder name of its pages."""
        return {self.tag_slug(tag): tag for tag in reversed(list(self.tags))}

    @cached_property
    def by_month(self) -> Mapping[str, Sequence[ArticleInfo]]:
        """`yyyy-mm` in the site's time zone to the articles of that month; newest month first."""
        found: dict[str, Sequence[ArticleInfo]] = {}
        start, step, count = 0, 32, len(self.articles)
        if self.months:
            ends = accumulate(self.months.values())
            parts = zip(self.months.items(), ends, strict=True)
            return {key: Part(self.articles, end - number, end) for (key, number), end in parts}
        while start < count:
            local = self.local(self.articles[start].date)
            first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
            near = start + step  # months are of much the same size
            while near < count and self.articles[near].date >= first:
                near = start + 2 * (near - start)
            place = -first.timestamp()
            end = bisect_right(self.articles, place, start, min(near, count), key=lambda i: -i.date.timestamp())
            step = end - start + 8
            found[f"{local.year:04d}-{local.month:02d}"] = Part(self.articles, start, end)
            start = end
        return found

    @cached_property
    def years(self) -> Sequence[str]:
        """`yyyy` of every year that has articles, newest first."""
        return tuple(dict.fromkeys(key[:4] for key in self.by_month))

    def local(self, moment: datetime) -> datetime:
        """`moment` in the site's time zone."""
        return moment.astimezone(self._zone)

    def stamp(self, moment: datetime) -> str:
        """`moment` in the site's time zone as the web's formats have it, to the minute.

        They know no seconds in offsets, which zones have for old years: Shanghai was 8:05:43 ahead until 1901.
        """
        return moment.astimezone(self._zone).isoformat(timespec="minutes")[:_STAMP]

    # What editors chose

    @cached_property
    def with_flags(self) -> Sequence[ArticleInfo]:
        """The articles that were chosen for something, whether that holds now or not."""
        return [info for info in self.articles if info.flags]

    @cached_property
    def _flagged(self) -> Mapping[Flag, Sequence[ArticleInfo]]:
        now = self.snapshot.taken_at
        chosen: dict[Flag, list[tuple[int, int, ArticleInfo]]] = {flag: [] for flag in Flag}
        for rank, info in enumerate(self.with_flags):
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
        most = self._most_read(length)
        self.most_read = [info.id for info in most]
        return tuple(dict.fromkeys([*first, *most]))[:length]

    def _most_read(self, length: int) -> Sequence[ArticleInfo]:
        if self.much_read is not None:
            known = allowed(sorted(self.much_read, key=place_of), BlockKind.POPULAR)
            return heapq.nlargest(length, known, key=lambda info: info.reads)
        among = heapq.nlargest(2 * length, self.reads)[-1:]  # few are kept out
        most: list[ArticleInfo] = []
        for least in (*among, 0):
            candidates = [self.articles[rank] for rank, count in enumerate(self.reads) if count >= least]
            most = heapq.nlargest(length, allowed(candidates, BlockKind.POPULAR), key=lambda info: info.reads)
            if len(most) == length:
                break
        return most

    @cached_property
    def pinned(self) -> frozenset[int]:
        """The ids of the articles that are 置顶 now."""
        return frozenset(info.id for info in self._flagged[Flag.PINNED])

    def is_pinned(self, info: ArticleInfo) -> bool:
        """Whether the article is 置顶 now."""
        return info.id in self.pinned

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
