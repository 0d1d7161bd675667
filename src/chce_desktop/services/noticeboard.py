"""What can be done with notices 公告."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chce_desktop.domain.changes import Kind
from chce_desktop.domain.notice import Notice, NoticePatch
from chce_desktop.foundation.i18n import tr
from chce_desktop.services.connection import Connection
from chce_desktop.services.errors import InvalidValue, NotFound
from chce_desktop.storage import nouns
from chce_desktop.storage.engine import Transaction


class Notices:
    """The notices of an open site. Every method is one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[Notice, ...]:
        """All notices in order."""
        with self._connection.read() as session:
            return nouns.notices(session)

    def get(self, notice_id: int) -> Notice:
        """A notice. Raises NotFound."""
        with self._connection.read() as session:
            return _existing(session, notice_id)

    def add(self, patch: NoticePatch) -> Notice:
        """A new notice as the first one. Raises InvalidValue."""
        values = _checked(patch)
        values.setdefault("title", tr("Notice"))
        with self._connection.write() as session:
            notice = _existing(session, nouns.add_notice(session, values))
        self._connection.changed(Kind.NOTICES)
        return notice

    def change(self, notice_id: int, patch: NoticePatch) -> Notice:
        """Change fields of a notice. Raises NotFound, InvalidValue."""
        values = _checked(patch)
        with self._connection.write() as session:
            before = _existing(session, notice_id)
            starts, ends = values.get("starts_at", before.starts_at), values.get("ends_at", before.ends_at)
            _check_dates(starts, ends)
            nouns.change_notice(session, notice_id, values)
            after = _existing(session, notice_id)
        self._connection.changed(Kind.NOTICES)
        return after

    def move(self, notice_id: int, index: int) -> None:
        """Make the notice the `index`-th. Raises NotFound."""
        with self._connection.write() as session:
            _existing(session, notice_id)
            nouns.place_notice(session, notice_id, index)
        self._connection.changed(Kind.NOTICES)

    def remove(self, notice_id: int) -> None:
        """Delete a notice."""
        with self._connection.write() as session:
            nouns.remove_notice(session, notice_id)
        self._connection.changed(Kind.NOTICES)


def _existing(session: Transaction, notice_id: int) -> Notice:
    found = next((notice for notice in nouns.notices(session) if notice.id == notice_id), None)
    if found is None:
        raise NotFound(tr("There is no notice {id}.", id=notice_id), hint=tr("It may have been deleted."))
    return found


def _checked(patch: NoticePatch) -> dict[str, Any]:
    values: dict[str, Any] = dict(patch)
    if "title" in values:
        values["title"] = " ".join(values["title"].split())
        if not values["title"]:
            raise InvalidValue(tr("The notice has no title."), hint=tr("Write what readers shall see first."))
    for key in ("starts_at", "ends_at"):
        if values.get(key) is not None:
            values[key] = values[key].astimezone(UTC).replace(microsecond=0)
    for link in values.get("links", ()):
        if not link.label.strip() or not link.url.strip():
            raise InvalidValue(
                tr("A link of the notice is not complete."), hint=tr("Give each link a label and an address.")
            )
    _check_dates(values.get("starts_at"), values.get("ends_at"))
    return values


def _check_dates(starts: datetime | None, ends: datetime | None) -> None:
    if starts is not None and ends is not None and ends <= starts:
        raise InvalidValue(
            tr("The notice ends before it starts."), hint=tr("Choose an end that is later than the start.")
        )
