"""Reading and writing articles. Functions take an open transaction and speak in domain objects."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple, cast

from chce_desktop.domain import pinyin
from chce_desktop.domain.article import Article, ArticleInfo, ArticlePatch, State
from chce_desktop.domain.length import count_characters
from chce_desktop.foundation.ids import new_uid
from chce_desktop.storage import fulltext, heads, media_uses, relations, schema, shelves
from chce_desktop.storage.engine import Transaction
from chce_desktop.storage.relations import THESE, listed

_PLAIN = frozenset(heads.NAMES) - {"id", "uid", "version", "characters", "body_hash"}
_DEFAULTS: dict[str, object] = {
    "title": "", "slug": "", "state": "draft", "short_title": "", "prefix": "", "subtitle": "", "title_color": "",
    "summary": "", "source": "", "source_url": "", "author": "", "editor": "", "keywords": "", "cover": "",
    "column_id": None, "reads": 0, "withdraw_at": None, "trashed_at": None,
}  # fmt: skip
_INSERT = "INSERT INTO article ({}) VALUES ({})"


def get_infos(session: Transaction, ids: Iterable[int]) -> dict[int, ArticleInfo]:
    """The articles of these ids that exist, by id."""
    sql = f"SELECT {heads.HEAD} FROM article a WHERE a.id IN {THESE}"  # noqa: S608 - our own words
    rows = session.raw.execute(sql, (listed(ids),)).fetchall()
    return {info.id: info for info in heads.infos(session, rows)}


def get(session: Transaction, article_id: int) -> Article | None:
    """The article with its body, None where there is none."""
    sql = f"SELECT {heads.HEAD} FROM article a WHERE a.id = ?"  # noqa: S608 - our own words
    row = session.raw.execute(sql, (article_id,)).fetchone()
    if row is None:
        return None
    further, tags, flags, kept_out = relations.of(session, [article_id])
    (body,) = session.raw.execute("SELECT text FROM article_body WHERE article_id = ?", (article_id,)).fetchone()
    return Article(
        **heads.values(row, heads.Sharing()),
        further_columns=further.get(article_id, ()),
        tags=tags.get(article_id, ()),
        flags=flags.get(article_id, ()),
        kept_out=kept_out.get(article_id, ()),
        body=body,
    )


def bodies(session: Transaction, ids: Iterable[int]) -> dict[int, str]:
    """The Markdown of these articles, by id."""
    sql = f"SELECT article_id, text FROM article_body WHERE article_id IN {THESE}"  # noqa: S608 - our own words
    return dict(session.raw.execute(sql, (listed(ids),)))


def versions(session: Transaction) -> dict[int, int]:
    """The version of every article, by id."""
    return dict(session.raw.execute("SELECT id, version FROM article"))


def ids_in_state(session: Transaction, state: State) -> list[int]:
    """The articles outside the trash that are in this state."""
    sql = "SELECT id FROM article WHERE trashed_at IS NULL AND state = ? ORDER BY id"
    return [row[0] for row in session.raw.execute(sql, (state.value,))]


def id_of_slug(session: Transaction, slug: str) -> int | None:
    """Which article has this slug."""
    row = session.raw.execute("SELECT id FROM article WHERE slug = ?", (slug,)).fetchone()
    return None if row is None else int(row[0])


def add(session: Transaction, patch: ArticlePatch, *, now: datetime) -> int:
    """Insert an article from a complete, valid patch (slug and date given); its id."""
    body, moment = patch.get("body", ""), schema.to_milliseconds(now)
    values = _DEFAULTS | _stored(patch)
    public = values["state"] in (State.READY.value, State.PUBLISHED.value)
    values |= {
        "uid": new_uid(),
        "version": 1,
        "created_at": moment,
        "updated_at": moment,
        "public_since": moment if public else None,
        **_measured(body),
    }
    sql = _INSERT.format(", ".join(values), ", ".join("?" * len(values)))
    article_id = session.raw.execute(sql, tuple(values.values())).lastrowid
    assert article_id is not None  # noqa: S101 - a row was inserted
    session.raw.execute("INSERT INTO article_body (article_id, text) VALUES (?, ?)", (article_id, body))
    media_uses.write(session, article_id, "", body)
    relations.write(session, [article_id], patch, now)
    fields = (patch.get("title", ""), patch.get("summary", ""), body)
    sql = "INSERT INTO title_key (pinyin, initials, article_id) VALUES (?, ?, ?)"
    session.raw.execute(sql, (*pinyin.keys(fields[0]), article_id))
    fulltext.add(session, article_id, fields, cast("int", values["date"]))
    return article_id


def change(session: Transaction, before: Article, patch: ArticlePatch, *, now: datetime) -> None:
    """Write what `patch` says over `before`, the article as it stands in this transaction."""
    values = _stored(patch)
    after = (patch.get("title", before.title), patch.get("summary", before.summary), patch.get("body", before.body))
    if "body" in patch:
        values |= _measured(patch["body"])
        sql = "UPDATE article_body SET text = ? WHERE article_id = ?"
        session.raw.execute(sql, (patch["body"], before.id))
        media_uses.write(session, before.id, before.body, patch["body"])
    indexed = (before.title, before.summary, before.body)
    if after != indexed or "date" in patch:
        date = schema.to_milliseconds(patch.get("date", before.date))
        fulltext.change(session, before.id, indexed, after, date, is_trashed=before.trashed_at is not None)
    if after[0] != before.title:
        sql = "UPDATE title_key SET pinyin = ?, initials = ? WHERE article_id = ?"
        session.raw.execute(sql, (*pinyin.keys(after[0]), before.id))
    _update(session, [before.id], values, now)
    relations.write(session, [before.id], patch, now)


def change_many(session: Transaction, ids: Iterable[int], patch: ArticlePatch, *, now: datetime) -> int:
    """The same change of state, column, tags, flags or other short fields on many articles; how many there were."""
    values = {key: value for key, value in _stored(patch).items() if key not in ("title", "summary", "slug")}
    sql = f"SELECT id FROM article WHERE id IN {THESE}"  # noqa: S608 - our own words
    present = [row[0] for row in session.raw.execute(sql, (listed(ids),))]
    _update(session, present, values, now)
    relations.write(session, present, patch, now)
    if "date" in patch:
        shelves.redate(session, ((article_id, cast("int", values["date"])) for article_id in present))
    return len(present)


def mark_published(session: Transaction, ids: Iterable[int]) -> list[int]:
    """Those of `ids` that are ready become published. No edit: their versions stay. The ids that changed."""
    sql = f"UPDATE article SET state = 'published' WHERE state = 'ready' AND id IN {THESE} RETURNING id"  # noqa: S608 - words of ours; values are bound
    return [row[0] for row in session.raw.execute(sql, (listed(ids),)).fetchall()]


def move_to_trash(session: Transaction, ids: Iterable[int], now: datetime) -> list[int]:
    """Trash the articles that are not there yet. The ids that moved."""
    moved = _select(session, "trashed_at IS NULL", ids)
    fulltext.mark_trashed(session, moved, trashed=True)
    _update(session, moved, {"trashed_at": schema.to_milliseconds(now)}, now)
    return moved


def take_from_trash(session: Transaction, ids: Iterable[int], now: datetime) -> list[int]:
    """The reverse of `move_to_trash`."""
    moved = _select(session, "trashed_at IS NOT NULL", ids)
    fulltext.mark_trashed(session, moved, trashed=False)
    _update(session, moved, {"trashed_at": None}, now)
    return moved


def destroy(session: Transaction, ids: Iterable[int]) -> list[int]:
    """Delete for good those of `ids` that lie in the trash, and overwrite what they were; the ids that are gone."""
    session.raw.execute("PRAGMA secure_delete=ON")
    gone = _select(session, "trashed_at IS NOT NULL", ids)
    for article_id in gone:
        fulltext.remove(session, article_id, fulltext.texts(session, [article_id])[article_id], is_trashed=True)
    session.raw.execute(f"DELETE FROM article WHERE id IN {THESE}", (listed(gone),))  # noqa: S608 - our own words
    return gone


def public_article_ids(session: Transaction, column_id: int) -> list[tuple[int, str]]:
    """Id and slug of the articles with this main column that may have been published."""
    sql = "SELECT id, slug FROM article WHERE column_id = ? AND public_since IS NOT NULL"
    return list(session.raw.execute(sql, (column_id,)))


class Address(NamedTuple):
    """What an article's address follows from; `public` if it was ready or published at any time."""

    id: int
    slug: str
    column_id: int | None
    public: bool


def addresses(session: Transaction, ids: Iterable[int]) -> Iterator[Address]:
    """Those of these articles."""
    sql = f"SELECT id, slug, column_id, public_since IS NOT NULL FROM article WHERE id IN {THESE}"  # noqa: S608 - words of ours; values are bound
    for row in session.raw.execute(sql, (listed(ids),)):
        yield Address(row[0], row[1], row[2], bool(row[3]))


def was_public(session: Transaction, article_id: int) -> bool:
    """Whether the article was ready or published at any time, so that its address may be known outside."""
    return any(row.public for row in addresses(session, [article_id]))


def find_titles(session: Transaction, typed: str, limit: int) -> list[int]:
    """Ids of articles outside the trash whose title is typed like this, in pinyin or by initials, newest first.

    `typed`: small Latin letters. Titles that begin so come first.
    """
    sql = (
        "SELECT a.id FROM title_key k CROSS JOIN article a ON a.id = k.article_id "
        "WHERE (instr(k.initials, ?1) OR instr(k.pinyin, ?1)) AND a.trashed_at IS NULL "
        "ORDER BY instr(k.initials, ?1) <> 1 AND instr(k.pinyin, ?1) <> 1, a.date DESC, a.id DESC LIMIT ?2"
    )
    return [row[0] for row in session.raw.execute(sql, (typed, limit))]


def hash_of(body: str) -> str:
    """Hex SHA-256 of a body."""
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def _measured(body: str) -> dict[str, object]:
    return {
        "characters": count_characters(body),
        "pictures": body.count("![") + body.count("<img"),
        "body_hash": hash_of(body),
    }


def _stored(patch: ArticlePatch) -> dict[str, object]:
    """The plain fields of a patch as the database keeps them."""
    values: dict[str, object] = {}
    for key, value in cast("Mapping[str, object]", patch).items():
        if key in _PLAIN:
            values[key] = (
                schema.to_milliseconds(value)
                if isinstance(value, datetime)
                else value.value
                if isinstance(value, State)
                else value
            )
    return values


def _update(session: Transaction, ids: list[int], values: Mapping[str, object], now: datetime) -> None:
    settings = [f"{key} = ?" for key in values]
    moment = schema.to_milliseconds(now)
    bound = list(values.values())
    if values.get("state") in (State.READY.value, State.PUBLISHED.value):
        settings.append("public_since = coalesce(public_since, ?)")
        bound.append(moment)
    settings += ["version = version + 1", "updated_at = ?"]
    sql = f"UPDATE article SET {', '.join(settings)} WHERE id IN {THESE}"  # noqa: S608 - names of our own columns
    session.raw.execute(sql, (*bound, moment, listed(ids)))


def _select(session: Transaction, condition: str, ids: Iterable[int]) -> list[int]:
    sql = f"SELECT id FROM article WHERE {condition} AND id IN {THESE}"  # noqa: S608 - our own words
    return [row[0] for row in session.raw.execute(sql, (listed(ids),))]
