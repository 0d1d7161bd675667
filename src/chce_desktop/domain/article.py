"""Articles 文章: what an editor writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypedDict

#: How many days the trash keeps an article.
TRASH_DAYS = 90


class State(StrEnum):
    """Where an article is on its way to the reader. The trash is not a state: see `ArticleInfo.trashed_at`."""

    DRAFT = "draft"
    REVIEW = "review"
    READY = "ready"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Flag(StrEnum):
    """What makes an article stand out: 头条, 今日导读, 置顶."""

    HEADLINE = "headline"
    RECOMMENDED = "recommended"
    PINNED = "pinned"


@dataclass(frozen=True, slots=True)
class FlagSetting:
    """One flag on one article. `until`: it ends by itself then. `position`: order by hand, lowest first, else None.

    `since`: it begins by itself then.
    """

    flag: Flag
    until: datetime | None = None
    position: int | None = None
    since: datetime | None = None

    def active(self, now: datetime) -> bool:
        """Whether the flag holds at `now`."""
        return (self.since is None or self.since <= now) and not self.over(now)

    def over(self, now: datetime) -> bool:
        """Whether the flag has ended at `now`."""
        return self.until is not None and self.until <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleInfo:
    """Everything about an article except its body. All times are aware and in UTC.

    `column_id` is the main column, which gives the address; `further_columns` the others that list it.
    `cover` is a media path such as `media/ab/abcdef.jpg`. `reads` is the reading count that the page shows.
    `kept_out` are the blocks of the front page where it may not stand by itself (see `domain.homepage.block_name`).
    `version` grows by one with every change; `body_hash` is the hex SHA-256 of the body in UTF-8.
    """

    id: int
    uid: str
    version: int
    title: str
    slug: str
    state: State
    date: datetime
    updated_at: datetime
    created_at: datetime
    short_title: str = ""
    prefix: str = ""
    subtitle: str = ""
    title_color: str = ""
    summary: str = ""
    source: str = ""
    source_url: str = ""
    author: str = ""
    editor: str = ""
    keywords: str = ""
    cover: str = ""
    column_id: int | None = None
    further_columns: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    flags: tuple[FlagSetting, ...] = ()
    kept_out: tuple[str, ...] = ()
    reads: int = 0
    withdraw_at: datetime | None = None
    trashed_at: datetime | None = None
    characters: int = 0
    body_hash: str = ""

    def flagged(self, flag: Flag, now: datetime) -> bool:
        """Whether `flag` is set and has not ended."""
        return any(setting.flag is flag and setting.active(now) for setting in self.flags)

    @property
    def list_title(self) -> str:
        """The title for lists: the short one where there is one."""
        return self.short_title or self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(ArticleInfo):
    """An article with its Markdown body."""

    body: str = ""


class ArticlePatch(TypedDict, total=False):
    """What a change sets; keys that are missing stay as they are. Meanings as in `ArticleInfo`."""

    title: str
    short_title: str
    prefix: str
    subtitle: str
    title_color: str
    slug: str
    body: str
    summary: str
    source: str
    source_url: str
    author: str
    editor: str
    keywords: str
    cover: str
    column_id: int | None
    further_columns: tuple[int, ...]
    tags: tuple[str, ...]
    flags: tuple[FlagSetting, ...]
    kept_out: tuple[str, ...]
    reads: int
    date: datetime
    withdraw_at: datetime | None
    state: State


class Order(StrEnum):
    """How a list of articles is sorted. Ties are broken by id, so that every order is total.

    Dates, counts of reads and of characters begin with the greatest, all else with the least;
    `ArticleFilter.reverse` turns that round. BEST is for lists with a search text (see `storage.hits.best`): the best
    hits first, all others after them by date; without a text it is NEWEST.
    """

    NEWEST = "newest"
    OLDEST = "oldest"
    UPDATED = "updated"
    TITLE = "title"
    READS = "reads"
    CREATED = "created"
    CHARACTERS = "characters"
    STATE = "state"
    COLUMN = "column"
    SOURCE = "source"
    AUTHOR = "author"
    EDITOR = "editor"
    BEST = "best"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFilter:
    """Which articles a list shows; everything given must hold.

    `states` empty means any; `trash` False leaves out the trash, True shows only the trash.
    `column_id` includes the columns below it; `no_column` finds those without any. `text` is a search query,
    looked up in `where`: title, summary and body, or only title or only body.
    `since` is the first moment of the article's date, `until` the first one after it. `source` and `author` are whole.
    `has_image`: a cover or a picture in the text, or (False) neither.
    """

    states: frozenset[State] = frozenset()
    trash: bool = False
    column_id: int | None = None
    no_column: bool = False
    tag: str = ""
    flag: Flag | None = None
    text: str = ""
    where: Literal["all", "title", "body"] = "all"
    order: Order = Order.NEWEST
    reverse: bool = False
    since: datetime | None = None
    until: datetime | None = None
    source: str = ""
    author: str = ""
    has_image: bool | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One keyset page of a list. `next` continues after the last row, None at the end; opaque to callers."""

    articles: tuple[ArticleInfo, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many articles are in each state (the trash counted apart)."""

    by_state: dict[State, int]
    trash: int

    @property
    def total(self) -> int:
        """All articles outside the trash."""
        return sum(self.by_state.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A text that an article once had. `named` ones are kept for good; `parent_id` is the revision it came from."""

    id: int
    article_id: int
    parent_id: int | None
    made_at: datetime
    title: str
    characters: int
    named: bool = False
    name: str = ""
    author: str = ""
