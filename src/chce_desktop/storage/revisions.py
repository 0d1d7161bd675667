"""The history of articles: what is kept, for how long, and how a text comes back."""

from __future__ import annotations

import hashlib
import json
import zlib
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import delete, select

from chce_desktop.domain.article import Article, ArticlePatch, Flag, FlagSetting, Revision, State
from chce_desktop.storage import schema
from chce_desktop.storage.engine import Transaction

_R = schema.Revision
#: Saves that follow each other within this time are one revision: its last text.
COALESCE = timedelta(seconds=30)
#: So many characters and more, of which less than half are left, stay in the history: a slip may have taken them.
_MUCH = 50
_FINE = timedelta(hours=1)
_HOURLY = timedelta(days=1)
_FIELDS = tuple(key for key in ArticlePatch.__annotations__ if key not in ("state", "reads", "kept_out"))
_HEAD = (
    _R.id, _R.article_id, _R.parent_id, _R.made_at, _R.title, _R.characters, _R.named, _R.name, _R.author,
)  # fmt: skip
_NEWEST = (
    "SELECT id, made_at, named, content_hash, characters FROM revision WHERE article_id = ? "
    "ORDER BY made_at DESC, id DESC LIMIT 1"
)
_INSERT = (
    "INSERT INTO revision (article_id, parent_id, made_at, named, name, author, title, characters, content, "
    "content_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def record(session: Transaction, article: Article, *, now: datetime, author: str = "", name: str | None = None) -> int:
    """Keep the article as it stands; `name` (may be empty) makes it a named revision. The revision's id.

    Nothing is written when the newest revision has the same content, unless a name is given.
    """
    content = _pack(article)
    digest = hashlib.sha256(content).hexdigest()
    moment = schema.to_milliseconds(now)
    newest = session.raw.execute(_NEWEST, (article.id,)).fetchone()
    if newest is not None and newest[3] == digest:
        if name is not None:
            sql = "UPDATE revision SET named = 1, name = ?, author = ? WHERE id = ?"
            session.raw.execute(sql, (name, author, newest[0]))
        return int(newest[0])
    values = (article.title, article.characters, zlib.compress(content, 6), digest)
    # The clock may have been set back since (now < made_at): then a new revision is made.
    fresh = newest is not None and not newest[2] and 0 <= moment - newest[1] < COALESCE / timedelta(milliseconds=1)
    cut = newest is not None and newest[4] >= _MUCH and article.characters * 2 < newest[4]
    if newest is not None and fresh and name is None and not cut:
        sql = "UPDATE revision SET title = ?, characters = ?, content = ?, content_hash = ? WHERE id = ?"
        session.raw.execute(sql, (*values, newest[0]))
        return int(newest[0])
    parent, made_at = (None, moment) if newest is None else (newest[0], max(moment, newest[1]))
    row = (article.id, parent, made_at, name is not None, name or "", author, *values)
    made = session.raw.execute(_INSERT, row).lastrowid
    assert made is not None  # noqa: S101 - a row was inserted
    if newest is not None:
        _thin(session, article.id, now)
    return made


def all_of(session: Transaction, article_id: int) -> tuple[Revision, ...]:
    """The revisions of an article, newest first."""
    query = select(*_HEAD).where(_R.article_id == article_id).order_by(_R.made_at.desc(), _R.id.desc())
    return tuple(Revision(**row._mapping) for row in session.execute(query))  # noqa: SLF001 - public in SQLAlchemy


def content(session: Transaction, article_id: int, revision_id: int) -> ArticlePatch | None:
    """The fields as they were in a revision, None where the article has no such revision."""
    packed = session.scalars(select(_R.content).where(_R.id == revision_id, _R.article_id == article_id)).one_or_none()
    return None if packed is None else _unpack(zlib.decompress(packed))


def _thin(session: Transaction, article_id: int, now: datetime) -> None:
    """Automatic revisions: all of the last hour, the last of each hour for a day, the last of each day after that.

    Hours and days are those of this computer's clock: a day's work is one day, also where UTC's ends in the morning.
    """
    query = select(_R.id, _R.made_at).where(_R.article_id == article_id, _R.named.is_(False), _R.made_at < now - _FINE)
    kept: set[str] = set()
    surplus: list[int] = []
    for revision_id, made_at in session.execute(query.order_by(_R.made_at.desc(), _R.id.desc())):
        slot = made_at.astimezone().strftime("%Y-%m-%d %H" if now - made_at < _HOURLY else "%Y-%m-%d")
        if slot in kept:
            surplus.append(revision_id)
        kept.add(slot)
    if surplus:
        session.execute(delete(_R).where(_R.id.in_(surplus)))


def _pack(article: Article) -> bytes:
    return json.dumps(
        {name: getattr(article, name) for name in _FIELDS}, default=_plain, ensure_ascii=False, separators=(",", ":")
    ).encode("utf-8", "surrogatepass")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return schema.to_milliseconds(value)
    if isinstance(value, FlagSetting):
        until, since = (None if m is None else schema.to_milliseconds(m) for m in (value.until, value.since))
        return [value.flag.value, until, value.position, since]
    raise TypeError(type(value))


def _flag(flag: str, until: int | None, position: int | None, since: int | None = None) -> FlagSetting:
    end, begin = (None if value is None else schema.from_milliseconds(value) for value in (until, since))
    return FlagSetting(Flag(flag), end, position, begin)


def _unpack(data: bytes) -> ArticlePatch:
    values: dict[str, Any] = json.loads(data.decode("utf-8", "surrogatepass"))
    for key in ("date", "withdraw_at"):
        if values.get(key) is not None:
            values[key] = schema.from_milliseconds(values[key])
    for key in ("further_columns", "tags"):
        values[key] = tuple(values.get(key, ()))
    values["flags"] = tuple(
        _flag(*setting)
        for setting in values.get("flags", ())  # of three parts before flags could begin in the future
    )
    if "state" in values:
        values["state"] = State(values["state"])
    return cast("ArticlePatch", values)
