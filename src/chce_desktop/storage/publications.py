"""Publish targets, what was published to them, and what waits to be."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from chce_desktop.domain.publication import (
    Publication,
    PublicationKind,
    PublicationState,
    Receipt,
    Target,
    WaitingPublication,
)
from chce_desktop.foundation.ids import new_uid
from chce_desktop.storage import schema
from chce_desktop.storage.engine import Transaction

_T, _P, _W = schema.Target, schema.Publication, schema.WaitingPublication


def targets(session: Transaction) -> tuple[Target, ...]:
    """All publish targets, oldest first."""
    return tuple(_target(row) for row in session.scalars(select(_T).order_by(_T.id)))


def add_target(session: Transaction, values: dict[str, Any]) -> int:
    """Insert a target; its id."""
    statement = insert(_T).values(uid=new_uid(), **_plain(values))
    return int(session.execute(statement.returning(_T.id)).scalar_one())


def change_target(session: Transaction, target_id: int, values: dict[str, Any]) -> None:
    """Write fields of a target."""
    session.execute(update(_T).where(_T.id == target_id).values(**_plain(values)))


def remove_target(session: Transaction, target_id: int) -> None:
    """Delete a target with its publications."""
    session.execute(delete(_T).where(_T.id == target_id))


def publications(session: Transaction, target_id: int, limit: int) -> tuple[Publication, ...]:
    """The publications to a target, newest first."""
    query = select(_P).where(_P.target_id == target_id).order_by(_P.id.desc()).limit(limit)
    return tuple(_publication(row) for row in session.scalars(query))


def last_done(session: Transaction, target_id: int) -> Publication | None:
    """The newest publication that was confirmed."""
    done = (_P.target_id == target_id, _P.state == PublicationState.DONE.value)
    row = session.scalars(select(_P).where(*done).order_by(_P.id.desc()).limit(1)).one_or_none()
    return None if row is None else _publication(row)


def publication(session: Transaction, publication_id: int) -> Publication:
    """One publication that exists."""
    return _publication(session.scalars(select(_P).where(_P.id == publication_id)).one())


def add_publication(session: Transaction, target_id: int, started_at: datetime) -> int:
    """Insert a running publication; its id."""
    statement = insert(_P).values(target_id=target_id, state=PublicationState.RUNNING.value, started_at=started_at)
    return int(session.execute(statement.returning(_P.id)).scalar_one())


def change_publication(session: Transaction, publication_id: int, values: dict[str, Any]) -> None:
    """Write how a publication ended."""
    if "receipt" in values:
        values = {**values, "receipt": json.dumps(asdict(values["receipt"]), ensure_ascii=False)}
    session.execute(update(_P).where(_P.id == publication_id).values(**values))


def end_running(session: Transaction, target_id: int, told: str) -> None:
    """Say of publications that never ended, since the app was killed, that they did not."""
    never_ended = (_P.target_id == target_id, _P.state == PublicationState.RUNNING.value)
    session.execute(update(_P).where(*never_ended).values(state=PublicationState.FAILED.value, error=told))


def drop_repeated(session: Transaction, publication_id: int) -> None:
    """Keep only the newer one of two failures in a row that say the same: a scheduler may try for days."""
    now = session.scalars(select(_P).where(_P.id == publication_id)).one()
    earlier = (_P.target_id == now.target_id, _P.id < publication_id)
    before = session.scalars(select(_P).where(*earlier).order_by(_P.id.desc()).limit(1)).one_or_none()
    says = (PublicationState.FAILED.value, now.error, now.receipt)
    if before is not None and (before.state, before.error, before.receipt) == says and now.state == before.state:
        session.execute(delete(_P).where(_P.id == before.id))


def waiting(session: Transaction) -> tuple[WaitingPublication, ...]:
    """The publishes that wait, the oldest first."""
    return tuple(
        WaitingPublication(
            target_id=row.target_id,
            since=row.since,
            accept=frozenset(json.loads(row.accept)),
            tried_at=row.tried_at,
            problem=row.problem,
        )
        for row in session.scalars(select(_W).order_by(_W.since, _W.target_id))
    )


def wait(session: Transaction, target_id: int, since: datetime, accept: Iterable[str], problem: str) -> None:
    """Let a publish wait; one that waits already keeps its place."""
    values = {"accept": json.dumps(sorted(accept)), "tried_at": since, "problem": problem}
    statement = upsert(_W).values(target_id=target_id, since=since, **values)
    session.execute(statement.on_conflict_do_update(index_elements=[_W.target_id], set_=values))


def wait_no_more(session: Transaction, target_id: int) -> None:
    """Take a publish off those that wait."""
    session.execute(delete(_W).where(_W.target_id == target_id))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: json.dumps(value, ensure_ascii=False) if key in {"options", "capabilities"} else value
        for key, value in values.items()
    }


def _receipt(text: str) -> Receipt:
    """From JSON; keys of another version are left alone."""
    known = {field.name for field in fields(Receipt)}
    values = {key: value for key, value in json.loads(text).items() if key in known}
    if "kind" in values:
        values["kind"] = PublicationKind(values["kind"])
    for key in ("warnings", "written", "removed", "let_out"):
        values[key] = tuple(values.get(key, ()))
    return Receipt(**values)


def _target(row: schema.Target) -> Target:
    return Target(
        id=row.id, uid=row.uid, name=row.name, url=row.url, public_url=row.public_url, host_key=row.host_key,
        key_file=row.key_file, options=json.loads(row.options), capabilities=json.loads(row.capabilities),
    )  # fmt: skip


def _publication(row: schema.Publication) -> Publication:
    return Publication(
        id=row.id, target_id=row.target_id, state=PublicationState(row.state), started_at=row.started_at,
        finished_at=row.finished_at, generation=row.generation, tree=row.tree, uploaded=row.uploaded,
        deleted=row.deleted, unchanged=row.unchanged, bytes=row.bytes, verified=row.verified, repaired=row.repaired,
        seconds=row.seconds, error=row.error, receipt=_receipt(row.receipt),
    )  # fmt: skip
