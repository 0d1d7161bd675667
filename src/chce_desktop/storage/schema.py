"""The mapped classes: how the nouns lie in `site.db`. Nothing outside of `storage` sees a row.

The tables are made by the migrations alone; a test holds these classes against what the migrations make.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    CheckConstraint,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chce_desktop.storage.moments import from_milliseconds as from_milliseconds  # noqa: PLC0414 - `schema.from_milliseconds` is how the room names it
from chce_desktop.storage.moments import to_milliseconds as to_milliseconds  # noqa: PLC0414 - as above


class UtcMilliseconds(TypeDecorator[datetime]):
    """An aware datetime, kept as milliseconds since 1970 in UTC: sorts, compares and indexes as an integer."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To the database."""
        return None if value is None else to_milliseconds(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - as above
        """From the database."""
        return None if value is None else from_milliseconds(value)


class Base(DeclarativeBase):
    """Common metadata; constraints are named so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcMilliseconds, str: Text}


class Meta(Base):
    """Facts about the library itself: `uid` of the site, `serial` that grows with every write."""

    __tablename__ = "meta"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Setting(Base):
    """One site setting as JSON; a key that is missing has its default."""

    __tablename__ = "setting"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Column(Base):
    """A column 栏目 of the tree."""

    __tablename__ = "site_column"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("site_column.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str] = mapped_column(default="")
    keywords: Mapped[str] = mapped_column(default="")
    in_navigation: Mapped[bool] = mapped_column(default=True)


class Article(Base):
    """An article without its body, so that lists never read bodies."""

    __tablename__ = "article"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(default="")
    short_title: Mapped[str] = mapped_column(default="")
    prefix: Mapped[str] = mapped_column(default="")
    subtitle: Mapped[str] = mapped_column(default="")
    title_color: Mapped[str] = mapped_column(default="")
    slug: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="draft")
    date: Mapped[datetime]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    summary: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    source_url: Mapped[str] = mapped_column(default="")
    author: Mapped[str] = mapped_column(default="")
    editor: Mapped[str] = mapped_column(default="")
    keywords: Mapped[str] = mapped_column(default="")
    cover: Mapped[str] = mapped_column(default="")
    column_id: Mapped[int | None] = mapped_column(ForeignKey("site_column.id"))
    reads: Mapped[int] = mapped_column(default=0)
    withdraw_at: Mapped[datetime | None]
    trashed_at: Mapped[datetime | None]
    public_since: Mapped[datetime | None]
    characters: Mapped[int] = mapped_column(default=0)
    pictures: Mapped[int] = mapped_column(default=0)
    body_hash: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'review', 'ready', 'published', 'withdrawn')", name="state"),
        Index("ix_article_cover", "cover", sqlite_where=text("cover <> ''")),
        Index("ix_article_live_date", "date", "id", sqlite_where=text("trashed_at IS NULL")),
        Index("ix_article_live_state_date", "state", "date", "id", sqlite_where=text("trashed_at IS NULL")),
        Index("ix_article_live_updated", "updated_at", "id", sqlite_where=text("trashed_at IS NULL")),
        Index("ix_article_live_created", "created_at", "id", sqlite_where=text("trashed_at IS NULL")),
        Index("ix_article_live_title", "title", "id", sqlite_where=text("trashed_at IS NULL")),
        Index("ix_article_live_reads", "reads", "id", sqlite_where=text("trashed_at IS NULL")),
        Index("ix_article_live_characters", "characters", "id", sqlite_where=text("trashed_at IS NULL")),
        Index("ix_article_live_state", "state", "id", sqlite_where=text("trashed_at IS NULL")),
        Index("ix_article_live_column", "column_id", "id", sqlite_where=text("trashed_at IS NULL")),
        Index("ix_article_live_source", "source", "id", sqlite_where=text("trashed_at IS NULL")),
        Index("ix_article_live_author", "author", "id", sqlite_where=text("trashed_at IS NULL")),
        Index("ix_article_live_editor", "editor", "id", sqlite_where=text("trashed_at IS NULL")),
        Index("ix_article_trashed", "trashed_at", "id", sqlite_where=text("trashed_at IS NOT NULL")),
        Index("ix_article_column", "column_id", "state", "trashed_at"),
        Index("ix_article_withdraw", "withdraw_at", sqlite_where=text("withdraw_at IS NOT NULL")),
        {"sqlite_autoincrement": True},
    )


class ArticleBody(Base):
    """The Markdown of an article."""

    __tablename__ = "article_body"
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True)
    text: Mapped[str] = mapped_column(default="")


class MediaUse(Base):
    """An article whose text names a media file."""

    __tablename__ = "media_use"
    path: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, index=True)
    __table_args__ = ({"sqlite_with_rowid": False},)


class TextShelf(Base):
    """1,024 numbers for indexed articles of neighbouring dates (see `storage.shelves`)."""

    __tablename__ = "text_shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    used: Mapped[int]
    oldest: Mapped[datetime]
    newest: Mapped[datetime]
    split: Mapped[datetime | None]
    older_id: Mapped[int | None]
    newer_id: Mapped[int | None]


class TextPlace(Base):
    """The number under which an article stands in the full-text index, with its date once more."""

    __tablename__ = "text_place"
    place: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(unique=True)
    date: Mapped[datetime]


class TextPhrase(Base):
    """A phrase so common that the full-text index holds it as a whole (see `storage.phrases`); never removed."""

    __tablename__ = "text_phrase"
    id: Mapped[int] = mapped_column(primary_key=True)
    phrase: Mapped[str] = mapped_column(unique=True)


class TitleKey(Base):
    """How a title is typed on a keyboard: in pinyin and by the first letters of its syllables."""

    __tablename__ = "title_key"
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True)
    pinyin: Mapped[str]
    initials: Mapped[str]


class SavedSearch(Base):
    """A filter that an editor has named; `filter` is JSON."""

    __tablename__ = "saved_search"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(default=0)
    filter: Mapped[str]


class ReadDay(Base):
    """How often an article was read on one day (days since 1970 in the site's time zone), by imported logs."""

    __tablename__ = "read_day"
    day: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, index=True)
    reads: Mapped[int]
    __table_args__ = ({"sqlite_with_rowid": False},)


class ReadLog(Base):
    """A web server's log, as far as it was counted: `size` bytes, of which `head` and `tail` are the check."""

    __tablename__ = "read_log"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    head: Mapped[str] = mapped_column(unique=True)
    tail: Mapped[str]
    size: Mapped[int]
    counted_at: Mapped[datetime]
    until: Mapped[datetime]


class ArticleColumn(Base):
    """Every column that lists an article: the main one (`main`) and the further ones, these in order."""

    __tablename__ = "article_column"
    column_id: Mapped[int] = mapped_column(ForeignKey("site_column.id", ondelete="CASCADE"), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, index=True)
    main: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    __table_args__ = ({"sqlite_with_rowid": False},)


class Tag(Base):
    """A tag; `folded` (case-folded name) makes it one."""

    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(unique=True)


class ArticleTag(Base):
    """Which tags an article has, in order."""

    __tablename__ = "article_tag"
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
    __table_args__ = ({"sqlite_with_rowid": False},)


class ArticleFlag(Base):
    """A flag on an article, with its beginning and end and its order by hand."""

    __tablename__ = "article_flag"
    flag: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, index=True)
    until: Mapped[datetime | None]
    position: Mapped[int | None]
    set_at: Mapped[datetime]
    since: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("flag IN ('headline', 'recommended', 'pinned')", name="flag"),
        {"sqlite_with_rowid": False},
    )


class ArticleKeptOut(Base):
    """A block of the front page (see `domain.homepage.block_name`) in which an article may not stand by itself."""

    __tablename__ = "article_kept_out"
    block: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, index=True)
    __table_args__ = ({"sqlite_with_rowid": False},)


class Revision(Base):
    """What an article once was: `content` is zlib-compressed JSON of all fields that an editor can change."""

    __tablename__ = "revision"
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None]
    made_at: Mapped[datetime]
    title: Mapped[str]
    characters: Mapped[int]
    named: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(default="")
    author: Mapped[str] = mapped_column(default="")
    content_hash: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (Index("ix_revision_article_made", "article_id", "made_at", "id"),)


class Origin(Base):
    """Where an imported article came from, so that the same import can be run again."""

    __tablename__ = "origin"
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True)
    format: Mapped[str]
    address: Mapped[str]
    hash: Mapped[str]
    version: Mapped[int]
    __table_args__ = (Index("ux_origin_address", "format", "address", unique=True),)


class Redirect(Base):
    """An address that an article, a column or a tag once had."""

    __tablename__ = "redirect"
    old_path: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), index=True)
    column_id: Mapped[int | None] = mapped_column(ForeignKey("site_column.id", ondelete="CASCADE"), index=True)
    tag: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]


class PublishedPath(Base):
    """The public path of a page that a host was given."""

    __tablename__ = "published_path"
    path: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class Media(Base):
    """A file in the `media` folder."""

    __tablename__ = "media"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    path: Mapped[str] = mapped_column(unique=True)
    original_name: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)
    mime: Mapped[str]
    size: Mapped[int]
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    alt: Mapped[str] = mapped_column(default="")
    caption: Mapped[str] = mapped_column(default="")
    credit: Mapped[str] = mapped_column(default="")
    added_at: Mapped[datetime] = mapped_column(index=True)


class LinkGroup(Base):
    """A group of friendly links."""

    __tablename__ = "link_group"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)


class Link(Base):
    """A friendly link 友情链接, with the outcome of its last check."""

    __tablename__ = "link"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("link_group.id"), index=True)
    name: Mapped[str]
    url: Mapped[str]
    logo: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    visible: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    checked_at: Mapped[datetime | None]
    check_ok: Mapped[bool | None]
    check_status: Mapped[int | None]
    check_final_url: Mapped[str] = mapped_column(default="")
    check_error: Mapped[str] = mapped_column(default="")


class Notice(Base):
    """A notice 公告; `links` is a JSON list of [label, address]."""

    __tablename__ = "notice"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    image: Mapped[str] = mapped_column(default="")
    links: Mapped[str] = mapped_column(default="[]")
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    visible: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)


class Target(Base):
    """A publish target; `options` and `capabilities` are JSON objects. Never a password."""

    __tablename__ = "target"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str]
    public_url: Mapped[str] = mapped_column(default="")
    host_key: Mapped[str] = mapped_column(default="")
    key_file: Mapped[str] = mapped_column(default="")
    options: Mapped[str] = mapped_column(default="{}")
    capabilities: Mapped[str] = mapped_column(default="{}")


class Publication(Base):
    """One publish to one target; `receipt` is a JSON object with what is only ever shown."""

    __tablename__ = "publication"
    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id", ondelete="CASCADE"), index=True)
    state: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    generation: Mapped[int] = mapped_column(default=0)
    tree: Mapped[str] = mapped_column(default="")
    uploaded: Mapped[int] = mapped_column(default=0)
    deleted: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(default=0)
    verified: Mapped[int] = mapped_column(default=0)
    repaired: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    error: Mapped[str] = mapped_column(default="")
    receipt: Mapped[str] = mapped_column(default="{}")


class WaitingPublication(Base):
    """A publish that waits for the network; `accept` is a JSON list of answered questions."""

    __tablename__ = "waiting_publication"
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime]
    accept: Mapped[str] = mapped_column(default="[]")
    tried_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="")


class WatchWord(Base):
    """A word that the check before publishing looks for."""

    __tablename__ = "watch_word"
    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    level: Mapped[str]
    suggestion: Mapped[str]
    note: Mapped[str]


class AutoLink(Base):
    """A word that becomes a link in every article."""

    __tablename__ = "auto_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str]


class KeptName(Base):
    """A source, author or editor to choose from."""

    __tablename__ = "kept_name"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    address: Mapped[str]
    __table_args__ = (Index("ux_kept_name_kind_name", "kind", "name", unique=True),)


class ArticleTemplate(Base):
    """A recurring article; `content` is JSON of the fields that a new one begins with."""

    __tablename__ = "article_template"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    content: Mapped[str]


class SignOff(Base):
    """A step of the sign-off. Triggers refuse changes and deletions; it outlives its article."""

    __tablename__ = "sign_off"
    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(index=True)
    step: Mapped[str]
    who: Mapped[str]
    made_at: Mapped[datetime]
    text_hash: Mapped[str]
    remark: Mapped[str]


class SignedWords(Base):
    """What readers see of a media file's words as long as its new ones were not signed off."""

    __tablename__ = "signed_words"
    path: Mapped[str] = mapped_column(primary_key=True)
    alt: Mapped[str]
    caption: Mapped[str]
    credit: Mapped[str]


class PublishOverride(Base):
    """An article that was let out although the check stopped it. Triggers refuse changes and deletions."""

    __tablename__ = "publish_override"
    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(index=True)
    article_id: Mapped[int | None] = mapped_column(index=True)
    title: Mapped[str]
    who: Mapped[str]
    made_at: Mapped[datetime]
    reason: Mapped[str]
    text_hash: Mapped[str]
    findings: Mapped[str]
