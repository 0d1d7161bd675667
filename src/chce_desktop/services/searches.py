"""Saved searches: filters under a name, part of the library, so that everybody who opens the site has them."""

from __future__ import annotations

from dataclasses import dataclass

from chce_desktop.domain import oneline
from chce_desktop.domain.article import ArticleFilter
from chce_desktop.domain.changes import Kind
from chce_desktop.foundation.i18n import tr
from chce_desktop.services.connection import Connection
from chce_desktop.services.errors import InvalidValue, NotFound
from chce_desktop.storage import searches as rows


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A filter with its name."""

    id: int
    name: str
    filter: ArticleFilter


class SavedSearches:
    """The saved searches of an open site. Every method is one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[SavedSearch, ...]:
        """All of them, in the order in which they were saved."""
        with self._connection.read() as session:
            return tuple(SavedSearch(*row) for row in rows.all_of(session))

    def save(self, name: str, wanted: ArticleFilter) -> SavedSearch:
        """Keep a filter; one that has the name already is replaced. Raises InvalidValue for an empty name."""
        name = _checked(name)
        with self._connection.write() as session:
            saved = SavedSearch(rows.save(session, name, wanted), name, wanted)
        self._connection.changed(Kind.SEARCHES)
        return saved

    def rename(self, search_id: int, name: str) -> None:
        """Another name. Raises NotFound, InvalidValue for an empty name or one that is taken."""
        name = _checked(name)
        with self._connection.write() as session:
            if any(other == name and found != search_id for found, other, _ in rows.all_of(session)):
                raise InvalidValue(
                    tr("There is a search “{name}” already.", name=name), hint=tr("Choose another name.")
                )
            if not rows.rename(session, search_id, name):
                raise NotFound(tr("This search is gone."), hint=tr("Somebody has removed it; save it again."))
        self._connection.changed(Kind.SEARCHES)

    def remove(self, search_id: int) -> None:
        """Forget a search; one that is gone already stays gone."""
        with self._connection.write() as session:
            rows.remove(session, search_id)
        self._connection.changed(Kind.SEARCHES)


def _checked(name: str) -> str:
    name = oneline.name(name)
    if not name or not oneline.is_visible(name):
        raise InvalidValue(tr("A saved search needs a name."))
    return name
