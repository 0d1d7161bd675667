"""What can be done with tags 标签: each change takes all articles with it and leaves a redirect from the old page."""

from __future__ import annotations

from collections.abc import Iterable

from chce_desktop.domain import oneline
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.foundation.i18n import tr
from chce_desktop.services import formeraddresses, writing
from chce_desktop.services.connection import Connection
from chce_desktop.services.errors import InvalidValue, NotFound
from chce_desktop.storage import tags as rows
from chce_desktop.storage.engine import Transaction


class TagNotFound(NotFound):
    """No tag has this name."""

    code = "tag_not_found"

    def __init__(self, name: str) -> None:
        super().__init__(tr("There is no tag “{name}”.", name=name), hint=tr("Look through the list of tags."))


class Tags:
    """The tags of an open site. Every method is one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[tuple[str, int], ...]:
        """Every tag with the number of its articles outside the trash."""
        with self._connection.read() as session:
            return tuple(rows.all_of(session))

    def rename(self, name: str, new: str) -> int:
        """Another name for a tag; where a tag has that name already, the two become one. How many articles changed.

        Raises TagNotFound, InvalidValue.
        """
        return self._replace([name], [new])

    def merge(self, names: Iterable[str], into: str) -> int:
        """Several tags become one. How many articles changed. Raises TagNotFound, InvalidValue."""
        return self._replace(names, [into])

    def split(self, name: str, into: Iterable[str]) -> int:
        """Every article with a tag gets several in its place. How many changed. Raises TagNotFound, InvalidValue."""
        return self._replace([name], list(into))

    def remove(self, name: str) -> int:
        """Take a tag from all articles. How many changed. Raises TagNotFound."""
        return self._replace([name], [])

    def _replace(self, names: Iterable[str], into: list[str]) -> int:
        wanted = list(dict.fromkeys(_checked(name) for name in into))
        now = writing.now()
        with self._connection.write() as session:
            found = {tag[0]: tag[1] for tag in (_existing(session, name) for name in names)}
            changed = rows.articles(session, found)
            for tag_id, old in found.items():
                others = [name for name in wanted if name.casefold() != old.casefold()]
                kept = len(others) < len(wanted)
                if len(wanted) == 1 and (kept or rows.find(session, wanted[0]) is None):
                    rows.respell(session, tag_id, wanted[0])
                else:
                    rows.replace(session, tag_id, others, keep=kept)
                if wanted and (not kept or not others):
                    formeraddresses.tag_moved(session, old, wanted[0])
            rows.touch(session, changed, now)
        self._connection.publish(Changes(frozenset({Kind.ARTICLES}), frozenset(changed)))
        return len(changed)


def _existing(session: Transaction, name: str) -> tuple[int, str]:
    found = rows.find(session, name.strip())
    if found is None:
        raise TagNotFound(name)
    return found


def _checked(name: str) -> str:
    name = oneline.name(name)
    if not name or not oneline.is_visible(name):
        raise InvalidValue(tr("A tag needs a name."))
    return name
