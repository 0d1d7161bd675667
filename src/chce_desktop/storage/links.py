"""Reading and writing friendly links and their groups."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from chce_desktop.domain.link import Link, LinkCheck, LinkGroup
from chce_desktop.foundation.ids import new_uid
from chce_desktop.storage import schema
from chce_desktop.storage.engine import Transaction

_L, _G = schema.Link, schema.LinkGroup


def groups(session: Transaction) -> tuple[LinkGroup, ...]:
    """All groups with their links, in order."""
    rows = session.scalars(select(_L).order_by(_L.position, _L.id)).all()
    by_group: dict[int, list[Link]] = {}
    for row in rows:
        by_group.setdefault(row.group_id, []).append(_link(row))
    return tuple(
        LinkGroup(id=row.id, uid=row.uid, name=row.name, position=row.position, links=tuple(by_group.get(row.id, ())))
        for row in session.scalars(select(_G).order_by(_G.position, _G.id))
    )


def get(session: Transaction, link_id: int) -> Link | None:
    """One link, None where there is none."""
    row = session.get(_L, link_id)
    return None if row is None else _link(row)


def add_group(session: Transaction, name: str) -> int:
    """Insert a group as the last one; its id."""
    last = session.scalar(select(func.max(_G.position)))
    statement = insert(_G).values(uid=new_uid(), name=name, position=0 if last is None else last + 1)
    return int(session.execute(statement.returning(_G.id)).scalar_one())


def rename_group(session: Transaction, group_id: int, name: str) -> None:
    """Give a group another name."""
    session.execute(update(_G).where(_G.id == group_id).values(name=name))


def place_group(session: Transaction, group_id: int, index: int) -> None:
    """Make the group the `index`-th; the others are numbered anew."""
    order = list(session.scalars(select(_G.id).where(_G.id != group_id).order_by(_G.position, _G.id)))
    order.insert(max(0, index), group_id)
    for position, found in enumerate(order):
        session.execute(update(_G).where(_G.id == found).values(position=position))


def remove_group(session: Transaction, group_id: int, into: int | None) -> None:
    """Delete a group; its links go into another one, or with it."""
    if into is None:
        session.execute(delete(_L).where(_L.group_id == group_id))
    else:
        last = session.scalar(select(func.max(_L.position)).where(_L.group_id == into))
        session.execute(
            update(_L)
            .where(_L.group_id == group_id)
            .values(group_id=into, position=_L.position + (0 if last is None else last + 1))
        )
    session.execute(delete(_G).where(_G.id == group_id))


def add(session: Transaction, values: dict[str, Any]) -> int:
    """Insert a link as the last of its group; its id."""
    last = session.scalar(select(func.max(_L.position)).where(_L.group_id == values["group_id"]))
    statement = insert(_L).values(uid=new_uid(), position=0 if last is None else last + 1, **values)
    return int(session.execute(statement.returning(_L.id)).scalar_one())


def change(session: Transaction, link_id: int, values: dict[str, Any]) -> None:
    """Write fields; a new address forgets what the last check of the old one met."""
    if "url" in values:
        values = {
            **values,
            "checked_at": None,
            "check_ok": None,
            "check_status": None,
            "check_final_url": "",
            "check_error": "",
        }
    if values:
        session.execute(update(_L).where(_L.id == link_id).values(**values))


def place(session: Transaction, link_id: int, group_id: int, index: int) -> None:
    """Make the link the `index`-th of a group."""
    query = select(_L.id).where(_L.group_id == group_id, _L.id != link_id).order_by(_L.position, _L.id)
    order = list(session.scalars(query))
    order.insert(max(0, index), link_id)
    session.execute(update(_L).where(_L.id == link_id).values(group_id=group_id))
    for position, found in enumerate(order):
        session.execute(update(_L).where(_L.id == found).values(position=position))


def remove(session: Transaction, ids: Iterable[int]) -> None:
    """Delete links."""
    session.execute(delete(_L).where(_L.id.in_(list(ids))))


def record_check(session: Transaction, link_id: int, check: LinkCheck) -> None:
    """Keep what a check met."""
    session.execute(
        update(_L)
        .where(_L.id == link_id)
        .values(
            checked_at=check.checked_at,
            check_ok=check.ok,
            check_status=check.status,
            check_final_url=check.final_url,
            check_error=check.error,
        )
    )


def _link(row: schema.Link) -> Link:
    check = None
    if row.checked_at is not None:
        check = LinkCheck(
            checked_at=row.checked_at,
            ok=bool(row.check_ok),
            status=row.check_status,
            final_url=row.check_final_url,
            error=row.check_error,
        )
    return Link(
        id=row.id, uid=row.uid, group_id=row.group_id, name=row.name, url=row.url, logo=row.logo, note=row.note,
        visible=row.visible, position=row.position, check=check,
    )  # fmt: skip
