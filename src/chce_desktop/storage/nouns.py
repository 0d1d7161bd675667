"""Reading and writing the small nouns: settings, notices, media records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from chce_desktop.domain.media import MediaItem
from chce_desktop.domain.notice import Notice, NoticeLink
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.foundation.ids import new_uid
from chce_desktop.storage import heads, schema
from chce_desktop.storage.engine import Transaction

_S, _N, _M = schema.Setting, schema.Notice, schema.Media


def uid(session: Transaction) -> str:
    """The site's own identifier."""
    return session.scalars(select(schema.Meta.value).where(schema.Meta.key == "uid")).one()


def settings(session: Transaction) -> SiteSettings:
    """The settings; keys of another version are left alone."""
    return heads.settings(session)


def write_settings(session: Transaction, values: Mapping[str, object]) -> None:
    """Set some keys."""
    for key, value in values.items():
        encoded = json.dumps(value, ensure_ascii=False)
        statement = upsert(_S).values(key=key, value=encoded)
        session.execute(statement.on_conflict_do_update(index_elements=[_S.key], set_={"value": encoded}))


def notices(session: Transaction) -> tuple[Notice, ...]:
    """All notices in order."""
    return tuple(_notice(row) for row in session.scalars(select(_N).order_by(_N.position, _N.id)))


def add_notice(session: Transaction, values: dict[str, Any]) -> int:
    """Insert a notice as the first one; its id."""
    first = session.scalar(select(func.min(_N.position)))
    position = 0 if first is None else first - 1
    statement = insert(_N).values(uid=new_uid(), position=position, **_plain_notice(values))
    return int(session.execute(statement.returning(_N.id)).scalar_one())


def change_notice(session: Transaction, notice_id: int, values: dict[str, Any]) -> None:
    """Write fields of a notice."""
    if values:
        session.execute(update(_N).where(_N.id == notice_id).values(**_plain_notice(values)))


def place_notice(session: Transaction, notice_id: int, index: int) -> None:
    """Make the notice the `index`-th."""
    order = list(session.scalars(select(_N.id).where(_N.id != notice_id).order_by(_N.position, _N.id)))
    order.insert(max(0, index), notice_id)
    for position, found in enumerate(order):
        session.execute(update(_N).where(_N.id == found).values(position=position))


def remove_notice(session: Transaction, notice_id: int) -> None:
    """Delete a notice."""
    session.execute(delete(_N).where(_N.id == notice_id))


def media(session: Transaction, *, path: str | None = None, sha256: str | None = None) -> MediaItem | None:
    """One media record by path or by content."""
    condition = _M.path == path if path is not None else _M.sha256 == sha256
    row = session.scalars(select(_M).where(condition)).one_or_none()
    return None if row is None else _media(row)


def media_page(session: Transaction, before: int | None, limit: int, text: str = "") -> tuple[MediaItem, ...]:
    """Media records, the newest first, that come after the one with id `before`."""
    query = select(_M).order_by(_M.id.desc()).limit(limit)
    if before is not None:
        query = query.where(_M.id < before)
    if text:
        wanted = text.casefold()
        query = query.where(
            func.instr(func.lower(_M.original_name + "\n" + _M.alt + "\n" + _M.caption + "\n" + _M.credit), wanted) > 0
        )
    return tuple(_media(row) for row in session.scalars(query))


def all_media(session: Transaction) -> dict[str, MediaItem]:
    """Every media record by path."""
    columns = (
        _M.id, _M.uid, _M.path, _M.original_name, _M.sha256, _M.mime, _M.size, _M.width, _M.height, _M.alt, _M.caption,
        _M.credit, _M.added_at,
    )  # fmt: skip
    return {row.path: MediaItem(**row._mapping) for row in session.execute(select(*columns))}  # noqa: SLF001 - public


def count_media(session: Transaction) -> int:
    """How many media files there are."""
    return int(session.scalars(select(func.count()).select_from(_M)).one())


def media_totals(session: Transaction) -> tuple[int, int]:
    """How many media files there are, and their bytes."""
    row = session.execute(select(func.count(), func.coalesce(func.sum(_M.size), 0)).select_from(_M)).one()
    return int(row[0]), int(row[1])


def add_media(session: Transaction, values: dict[str, Any]) -> None:
    """Insert a media record."""
    session.execute(insert(_M).values(uid=new_uid(), **values))


def change_media(session: Transaction, path: str, values: dict[str, Any]) -> None:
    """Write alt, caption or credit."""
    session.execute(update(_M).where(_M.path == path).values(**values))


def remove_media(session: Transaction, path: str) -> None:
    """Delete a media record."""
    session.execute(delete(_M).where(_M.path == path))


def _plain_notice(values: dict[str, Any]) -> dict[str, Any]:
    if "links" not in values:
        return values
    return {**values, "links": json.dumps([[link.label, link.url] for link in values["links"]], ensure_ascii=False)}


def _notice(row: schema.Notice) -> Notice:
    return Notice(
        id=row.id, uid=row.uid, title=row.title, text=row.text, image=row.image, starts_at=row.starts_at,
        links=tuple(NoticeLink(label, url) for label, url in json.loads(row.links)), ends_at=row.ends_at,
        visible=row.visible, position=row.position,
    )  # fmt: skip


def _media(row: schema.Media) -> MediaItem:
    return MediaItem(
        id=row.id, uid=row.uid, path=row.path, original_name=row.original_name, sha256=row.sha256, mime=row.mime,
        size=row.size, width=row.width, height=row.height, alt=row.alt, caption=row.caption, credit=row.credit,
        added_at=row.added_at,
    )  # fmt: skip
