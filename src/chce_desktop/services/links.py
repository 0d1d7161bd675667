"""What can be done with friendly links."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from chce_desktop.domain.changes import Kind
from chce_desktop.domain.link import Link, LinkCheck, LinkGroup, LinkPatch
from chce_desktop.foundation.i18n import tr
from chce_desktop.services.connection import Connection
from chce_desktop.services.errors import InvalidValue, NotFound
from chce_desktop.storage import links as rows
from chce_desktop.storage.engine import Transaction


class Links:
    """The friendly links of an open site. Every method is one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def groups(self) -> tuple[LinkGroup, ...]:
        """All groups with their links, in order."""
        with self._connection.read() as session:
            return rows.groups(session)

    def get(self, link_id: int) -> Link:
        """One link. Raises NotFound."""
        with self._connection.read() as session:
            return _existing(session, link_id)

    def add_group(self, name: str) -> LinkGroup:
        """A group as the last one; one of the same name is returned as it is. Raises InvalidValue."""
        name = _checked_name(name)
        with self._connection.write() as session:
            group_id = _group_named(session, name) or rows.add_group(session, name)
            group = next(g for g in rows.groups(session) if g.id == group_id)
        self._connection.changed(Kind.LINKS)
        return group

    def rename_group(self, group_id: int, name: str) -> None:
        """Give a group another name. Raises NotFound, InvalidValue."""
        with self._connection.write() as session:
            _require_group(session, group_id)
            rows.rename_group(session, group_id, _checked_name(name))
        self._connection.changed(Kind.LINKS)

    def move_group(self, group_id: int, index: int) -> None:
        """Make the group the `index`-th. Raises NotFound."""
        with self._connection.write() as session:
            _require_group(session, group_id)
            rows.place_group(session, group_id, index)
        self._connection.changed(Kind.LINKS)

    def remove_group(self, group_id: int, into: int | None = None) -> None:
        """Delete a group; its links go into another group, or are deleted too. Raises NotFound."""
        with self._connection.write() as session:
            _require_group(session, group_id)
            if into is not None:
                _require_group(session, into)
            rows.remove_group(session, group_id, None if into == group_id else into)
        self._connection.changed(Kind.LINKS)

    def add(
        self, name: str, url: str, *, group_id: int | None = None, logo: str = "", note: str = "", visible: bool = True
    ) -> Link:
        """A link as the last of its group (the first group, made if there is none). Raises InvalidValue, NotFound."""
        values = {
            "name": _checked_name(name),
            "url": _checked_url(url),
            "logo": logo,
            "note": note,
            "visible": visible,
        }
        with self._connection.write() as session:
            if group_id is None:
                groups = rows.groups(session)
                group_id = groups[0].id if groups else rows.add_group(session, tr("Friendly links"))
            _require_group(session, group_id)
            link = _existing(session, rows.add(session, {**values, "group_id": group_id}))
        self._connection.changed(Kind.LINKS)
        return link

    def change(self, link_id: int, patch: LinkPatch) -> Link:
        """Change fields of a link. Raises NotFound, InvalidValue."""
        values = dict(patch)
        if "name" in patch:
            values["name"] = _checked_name(patch["name"])
        if "url" in patch:
            values["url"] = _checked_url(patch["url"])
        with self._connection.write() as session:
            before = _existing(session, link_id)
            if values.get("url") == before.url:
                del values["url"]
            if "group_id" in patch:
                _require_group(session, patch["group_id"])
            rows.change(session, link_id, values)
            after = _existing(session, link_id)
        self._connection.changed(Kind.LINKS)
        return after

    def move(self, link_id: int, group_id: int, index: int) -> None:
        """Make the link the `index`-th of a group. Raises NotFound."""
        with self._connection.write() as session:
            _existing(session, link_id)
            _require_group(session, group_id)
            rows.place(session, link_id, group_id, index)
        self._connection.changed(Kind.LINKS)

    def remove(self, ids: Iterable[int]) -> None:
        """Delete links."""
        with self._connection.write() as session:
            rows.remove(session, ids)
        self._connection.changed(Kind.LINKS)

    def record_check(self, link_id: int, check: LinkCheck) -> None:
        """Keep what a check of the address met."""
        with self._connection.write() as session:
            rows.record_check(session, link_id, check)
        self._connection.changed(Kind.LINKS)

    def problems(self, name: str, url: str, *, besides: int | None = None) -> tuple[str, ...]:
        """What an editor should know about a name and address before adding them, as sentences; empty: nothing."""
        found = []
        if url.strip() and not _well_formed(url):
            found.append(tr("The address is not complete; it should look like https://www.example.cn/."))
        wanted = _comparable(url)
        for group in self.groups():
            for link in group.links:
                if link.id == besides:
                    continue
                if wanted and _comparable(link.url) == wanted:
                    found.append(tr("“{name}” in “{group}” has the same address.", name=link.name, group=group.name))
                elif name.strip() and link.name == name.strip():
                    found.append(tr("There is a link “{name}” in “{group}” already.", name=link.name, group=group.name))
        return tuple(found)


def _existing(session: Transaction, link_id: int) -> Link:
    link = rows.get(session, link_id)
    if link is None:
        raise NotFound(tr("There is no friendly link {id}.", id=link_id), hint=tr("It may have been deleted."))
    return link


def _group_named(session: Transaction, name: str) -> int | None:
    return next((group.id for group in rows.groups(session) if group.name == name), None)


def _require_group(session: Transaction, group_id: int) -> None:
    if all(group.id != group_id for group in rows.groups(session)):
        raise NotFound(tr("There is no group {id} of links.", id=group_id), hint=tr("It may have been deleted."))


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise InvalidValue(tr("A name is missing."), hint=tr("Give it the name that readers shall see."))
    return name


def _checked_url(url: str) -> str:
    url = url.strip()
    if url and "://" not in url and not url.startswith(("/", "#", "mailto:")):
        url = f"http://{url}"
    if not _well_formed(url):
        raise InvalidValue(
            tr("“{url}” is not an address.", url=url), hint=tr("It should look like https://www.example.cn/.")
        )
    return url


def _well_formed(url: str) -> bool:
    try:
        parts = urlsplit(url.strip() if "://" in url else f"http://{url.strip()}")
        _ = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    return (
        parts.scheme in ("http", "https")
        and ("." in host or host == "localhost" or ":" in host)
        and not any(c.isspace() or ord(c) < 32 for c in url.strip())
        and all(label for label in host.rstrip(".").split("."))
    )


def _comparable(url: str) -> str:
    """Addresses that lead to the same place for a person: scheme, `www.`, case of the host and last `/` aside."""
    try:
        parts = urlsplit(url.strip() if "://" in url else f"http://{url.strip()}")
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}" if host else ""
