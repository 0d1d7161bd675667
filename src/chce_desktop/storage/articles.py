"""Reading and writing articles. Functions take an open transaction and speak in domain objects."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Select, delete, func, insert, literal, select, update

from chce_desktop.domain.article import Article, ArticleInfo, ArticlePatch, Flag, FlagSetting, State
from chce_desktop.foundation.ids import new_uid
from chce_desktop.storage import fulltext, schema
from chce_desktop.storage.engine import Transaction

#: SQLite's oldest limit for bound values is 999; larger sets are asked for in pieces.
CHUNK = 900

_A = schema.Article
_COLUMNS = [
    _A.id, _A.uid, _A.version, _A.title, _A.slug, _A.state, _A.date, _A.updated_at, _A.created_at, _A.short_title,
    _A.prefix, _A.subtitle, _A.title_color, _A.summary, _A.source, _A.source_url, _A.author, _A.editor, _A.keywords,
    _A.cover, _A.column_id, _A.reads, _A.withdraw_at, _A.trashed_at, _A.characters, _A.body_hash,
]  # fmt: skip
_PLAIN = frozenset(column.key for column in _COLUMNS) - {"id", "uid", "version", "characters", "body_hash"}


def chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    """`ids` in pieces that fit into one statement."""
    rest = list(ids)
    for start in range(0, len(rest), CHUNK):
        yield rest[start : start + CHUNK]


def base_query() -> Select[Any]:
    """A query of whole heads, for `infos`."""
    return cast("Select[Any]", select(*_COLUMNS))


def infos(session: Transaction, rows: Sequence[Row[Any]]) -> tuple[ArticleInfo, ...]:
    """Domain objects of rows of `base_query`, in their order, with columns, tags and flags."""
    found: list[ArticleInfo] = []
    for start in range(0, len(rows), CHUNK):
        piece = rows[start : start + CHUNK]
        ids = [row.id for row in piece]
        further, tags, flags = _columns_of(session, ids), _tags_of(session, ids), _flags_of(session, ids)
        for row in piece:
            values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
            values["state"] = State(values["state"])
            found.append(
                ArticleInfo(
                    **values,
                    further_columns=tuple(further.get(row.id, ())),
                    tags=tuple(tags.get(row.id, ())),
                    flags=tuple(flags.get(row.id, ())),
                )
            )
    return tuple(found)


def get_infos(session: Transaction, ids: Iterable[int]) -> dict[int, ArticleInfo]:
    """The articles of these ids that exist, by id."""
    found: dict[int, ArticleInfo] = {}
    for piece in chunks(ids):
        rows = session.execute(base_query().where(_A.id.in_(piece))).all()
        found.update((info.id, info) for info in infos(session, rows))
    return found


def get(session: Transaction, article_id: int) -> Article | None:
    """The article with its body, None where there is none."""
    info = get_infos(session, [article_id]).get(article_id)
    if info is None:
        return None
    body = bodies(session, [article_id]).get(article_id, "")
    return Article(**{name: getattr(info, name) for name in ArticleInfo.__dataclass_fields__}, body=body)


def bodies(session: Transaction, ids: Iterable[int]) -> dict[int, str]:
    """The Markdown of these articles, by id."""
    table = schema.ArticleBody
    found: dict[int, str] = {}
    for piece in chunks(ids):
        found.update(
            (row[0], row[1])
            for row in session.execute(select(table.article_id, table.text).where(table.article_id.in_(piece)))
        )
    return found


def id_of_slug(session: Transaction, slug: str) -> int | None:
    """Which article has this slug."""
    return session.scalars(select(_A.id).where(_A.slug == slug)).one_or_none()


def add(session: Transaction, patch: ArticlePatch, *, now: datetime) -> int:
    """Insert an article from a complete, valid patch (slug and date given); its id."""
    body = patch.get("body", "")
    values = {key: value for key, value in patch.items() if key in _PLAIN}
    values.setdefault("state", State.DRAFT)
    values["public_since"] = now if values["state"] in (State.READY, State.PUBLISHED) else None
    statement = insert(_A).values(
        **values,
        uid=new_uid(),
        created_at=now,
        updated_at=now,
        characters=count_characters(body),
        body_hash=hash_of(body),
    )
    result = session.execute(statement.returning(_A.id))
    article_id = int(result.scalar_one())
    session.execute(insert(schema.ArticleBody).values(article_id=article_id, text=body))
    _write_relations(session, article_id, patch, now)
    fulltext.add(session, article_id, (patch.get("title", ""), patch.get("summary", ""), body))
    return article_id


def change(session: Transaction, before: Article, patch: ArticlePatch, *, now: datetime) -> None:
    """Write what `patch` says over `before`, the article as it stands in this transaction."""
    values: dict[str, Any] = {key: value for key, value in patch.items() if key in _PLAIN}
    if patch.get("state") in (State.READY, State.PUBLISHED):
        values["public_since"] = func.coalesce(_A.public_since, literal(now, schema.UtcMilliseconds()))
    after = (
        patch.get("title", before.title),
        patch.get("summary", before.summary),
        patch.get("body", before.body),
    )
    if "body" in patch:
        values |= {"characters": count_characters(patch["body"]), "body_hash": hash_of(patch["body"])}
        session.execute(
            update(schema.ArticleBody).where(schema.ArticleBody.article_id == before.id).values(text=patch["body"])
        )
    indexed = (before.title, before.summary, before.body)
    if before.trashed_at is None and after != indexed:
        fulltext.remove(session, before.id, indexed)
        fulltext.add(session, before.id, after)
    session.execute(update(_A).where(_A.id == before.id).values(**values, version=_A.version + 1, updated_at=now))
    _write_relations(session, before.id, patch, now)


def change_many(session: Transaction, ids: Iterable[int], patch: ArticlePatch, *, now: datetime) -> int:
    """The same change of state, column, tags, flags or other short fields on many articles; how many there were."""
    values: dict[str, Any] = {
        key: value for key, value in patch.items() if key in _PLAIN - {"title", "summary", "slug"}
    }
    if patch.get("state") in (State.READY, State.PUBLISHED):
        values["public_since"] = func.coalesce(_A.public_since, literal(now, schema.UtcMilliseconds()))
    changed = 0
    for piece in chunks(ids):
        present = session.scalars(select(_A.id).where(_A.id.in_(piece))).all()
        session.execute(update(_A).where(_A.id.in_(present)).values(**values, version=_A.version + 1, updated_at=now))
        for article_id in present:
            _write_relations(session, article_id, patch, now)
        changed += len(present)
    return changed


def mark_published(session: Transaction, ids: Iterable[int]) -> list[int]:
    """Those of `ids` that are ready become published. No edit: their versions stay. The ids that changed."""
    changed: list[int] = []
    for piece in chunks(ids):
        ready = session.scalars(select(_A.id).where(_A.id.in_(piece), _A.state == State.READY.value)).all()
        session.execute(update(_A).where(_A.id.in_(ready)).values(state=State.PUBLISHED.value))
        changed.extend(ready)
    return changed


def move_to_trash(session: Transaction, ids: Iterable[int], now: datetime) -> list[int]:
    """Trash the articles that are not there yet; they leave the index. The ids that moved."""
    moved: list[int] = []
    for piece in chunks(ids):
        query = select(_A.id, _A.title, _A.summary, schema.ArticleBody.text).join(
            schema.ArticleBody, schema.ArticleBody.article_id == _A.id
        )
        for row in session.execute(query.where(_A.id.in_(piece), _A.trashed_at.is_(None))).all():
            fulltext.remove(session, row[0], (row[1], row[2], row[3]))
            moved.append(row[0])
        session.execute(
            update(_A)
            .where(_A.id.in_(piece), _A.trashed_at.is_(None))
            .values(trashed_at=now, updated_at=now, version=_A.version + 1)
        )
    return moved


def take_from_trash(session: Transaction, ids: Iterable[int], now: datetime) -> list[int]:
    """The reverse of `move_to_trash`."""
    moved: list[int] = []
    for piece in chunks(ids):
        query = select(_A.id, _A.title, _A.summary, schema.ArticleBody.text).join(
            schema.ArticleBody, schema.ArticleBody.article_id == _A.id
        )
        for row in session.execute(query.where(_A.id.in_(piece), _A.trashed_at.is_not(None))).all():
            fulltext.add(session, row[0], (row[1], row[2], row[3]))
            moved.append(row[0])
        session.execute(
            update(_A)
            .where(_A.id.in_(piece), _A.trashed_at.is_not(None))
            .values(trashed_at=None, updated_at=now, version=_A.version + 1)
        )
    return moved


def destroy(session: Transaction, ids: Iterable[int]) -> list[int]:
    """Delete for good those of `ids` that lie in the trash; the ids that are gone."""
    gone: list[int] = []
    for piece in chunks(ids):
        here = session.scalars(select(_A.id).where(_A.id.in_(piece), _A.trashed_at.is_not(None))).all()
        session.execute(delete(_A).where(_A.id.in_(here)))
        gone.extend(here)
    return gone


def public_article_ids(session: Transaction, column_id: int) -> list[tuple[int, str]]:
    """Id and slug of the articles with this main column that may have been published."""
    rows = session.execute(select(_A.id, _A.slug).where(_A.column_id == column_id, _A.public_since.is_not(None)))
    return [(row[0], row[1]) for row in rows]


def was_public(session: Transaction, article_id: int) -> bool:
    """Whether the article was ready or published at any time, so that its address may be known outside."""
    return session.scalars(select(_A.public_since).where(_A.id == article_id)).one_or_none() is not None


def hash_of(body: str) -> str:
    """Hex SHA-256 of a body."""
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def count_characters(body: str) -> int:
    """Characters without white space, as newsrooms count them."""
    return sum(1 for character in body if not character.isspace())


def _write_relations(session: Transaction, article_id: int, patch: ArticlePatch, now: datetime) -> None:
    if "column_id" in patch or "further_columns" in patch:
        _write_columns(session, article_id, patch)
    if "tags" in patch:
        _write_tags(session, article_id, patch["tags"])
    if "flags" in patch:
        _write_flags(session, article_id, patch["flags"], now)


def _write_columns(session: Transaction, article_id: int, patch: ArticlePatch) -> None:
    table = schema.ArticleColumn
    if "column_id" in patch:
        main = patch["column_id"]
    else:
        main = session.scalars(select(_A.column_id).where(_A.id == article_id)).one()
    if "further_columns" in patch:
        further = list(patch["further_columns"])
    else:
        further = _columns_of(session, [article_id]).get(article_id, [])
    session.execute(delete(table).where(table.article_id == article_id))
    rows = [{"article_id": article_id, "column_id": main, "main": True, "position": 0}] if main is not None else []
    rows += [
        {"article_id": article_id, "column_id": column, "main": False, "position": n}
        for n, column in enumerate(dict.fromkeys(further), 1)
        if column != main
    ]
    if rows:
        session.execute(insert(table), rows)


def _write_tags(session: Transaction, article_id: int, names: Iterable[str]) -> None:
    table = schema.ArticleTag
    session.execute(delete(table).where(table.article_id == article_id))
    wanted = {name.strip().casefold(): name.strip() for name in reversed(list(names)) if name.strip()}
    for position, (folded, name) in enumerate(reversed(wanted.items())):
        tag = session.scalars(select(schema.Tag.id).where(schema.Tag.folded == folded)).one_or_none()
        if tag is None:
            statement = insert(schema.Tag).values(name=name, folded=folded).returning(schema.Tag.id)
            tag = int(session.execute(statement).scalar_one())
        session.execute(insert(table).values(tag_id=tag, article_id=article_id, position=position))


def _write_flags(session: Transaction, article_id: int, flags: Iterable[FlagSetting], now: datetime) -> None:
    table = schema.ArticleFlag
    kept = dict(session.execute(select(table.flag, table.set_at).where(table.article_id == article_id)).all())
    session.execute(delete(table).where(table.article_id == article_id))
    for setting in {setting.flag: setting for setting in flags}.values():
        session.execute(
            insert(table).values(
                article_id=article_id,
                flag=setting.flag.value,
                until=setting.until,
                position=setting.position,
                set_at=kept.get(setting.flag.value, now),
            )
        )


def _columns_of(session: Transaction, ids: list[int]) -> dict[int, list[int]]:
    table = schema.ArticleColumn
    query = select(table.article_id, table.column_id).where(table.article_id.in_(ids), table.main.is_(False))
    found: defaultdict[int, list[int]] = defaultdict(list)
    for article_id, column_id in session.execute(query.order_by(table.position)):
        found[article_id].append(column_id)
    return found


def _tags_of(session: Transaction, ids: list[int]) -> dict[int, list[str]]:
    table = schema.ArticleTag
    query = select(table.article_id, schema.Tag.name).join(schema.Tag, schema.Tag.id == table.tag_id)
    found: defaultdict[int, list[str]] = defaultdict(list)
    for article_id, name in session.execute(query.where(table.article_id.in_(ids)).order_by(table.position)):
        found[article_id].append(name)
    return found


def _flags_of(session: Transaction, ids: list[int]) -> dict[int, list[FlagSetting]]:
    table = schema.ArticleFlag
    found: defaultdict[int, list[FlagSetting]] = defaultdict(list)
    query = select(table.article_id, table.flag, table.until, table.position).where(table.article_id.in_(ids))
    for article_id, flag, until, position in session.execute(query.order_by(table.flag)):
        found[article_id].append(FlagSetting(Flag(flag), until, position))
    return found
