"""Publish targets and what was published to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chce_desktop.domain.changes import Kind
from chce_desktop.domain.decisions import without_reasons
from chce_desktop.domain.publication import Publication, Target, WaitingPublication
from chce_desktop.foundation import secrets
from chce_desktop.foundation.i18n import tr
from chce_desktop.publishing.address import parse_address
from chce_desktop.publishing.errors import AddressMalformed
from chce_desktop.services.connection import Connection
from chce_desktop.services.errors import InvalidValue, TargetNotFound
from chce_desktop.storage import nouns, publications
from chce_desktop.storage.engine import Transaction


class Targets:
    """The publish targets of an open site. Passwords are in the computer's keyring, never in the library."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[Target, ...]:
        """All targets, oldest first."""
        with self._connection.read() as session:
            return publications.targets(session)

    def find(self, name: str) -> Target:
        """The target of this name. Raises TargetNotFound."""
        found = next((target for target in self.all() if target.name == name), None)
        if found is None:
            raise TargetNotFound(name)
        return found

    def get(self, target_id: int) -> Target:
        """The target of this id. Raises TargetNotFound."""
        with self._connection.read() as session:
            return _existing(session, target_id)

    def add(
        self,
        name: str,
        url: str,
        *,
        public_url: str = "",
        host_key: str = "",
        key_file: str = "",
        options: dict[str, str] | None = None,
        capabilities: dict[str, Any] | None = None,
    ) -> Target:
        """A new target. Raises InvalidValue for a name that is taken or an address that holds a password."""
        values = _checked(
            {
                "name": name,
                "url": url,
                "public_url": public_url,
                "host_key": host_key,
                "key_file": key_file,
                "options": options or {},
                "capabilities": capabilities or {},
            }
        )
        self._require_outside(values["url"])
        with self._connection.write() as session:
            _require_free(session, values["name"], None)
            target = _existing(session, publications.add_target(session, values))
        self._connection.changed(Kind.TARGETS)
        return target

    def change(self, target_id: int, **fields: Any) -> Target:
        """Change fields of a target. Raises TargetNotFound, InvalidValue."""
        values = _checked(fields)
        self._require_outside(values.get("url", ""))
        with self._connection.write() as session:
            _existing(session, target_id)
            if "name" in values:
                _require_free(session, values["name"], target_id)
            publications.change_target(session, target_id, values)
            target = _existing(session, target_id)
        self._connection.changed(Kind.TARGETS)
        return target

    def remove(self, target_id: int) -> None:
        """Forget a target, its password and its history; nothing on the host is touched. Raises TargetNotFound."""
        target = self.get(target_id)
        with self._connection.write() as session:
            publications.remove_target(session, target_id)
        secrets.forget(self.secret_name(target))
        self._connection.changed(Kind.TARGETS)

    def set_password(self, target_id: int, password: str) -> None:
        """Keep the password in the computer's keyring. Raises foundation.secrets.NoKeyring."""
        secrets.store(self.secret_name(self.get(target_id)), password)

    def password(self, target_id: int) -> str | None:
        """The password from the keyring, else from the environment, else None."""
        return secrets.load(self.secret_name(self.get(target_id)))

    def secret_name(self, target: Target) -> str:
        """Under which name the keyring holds the target's password."""
        with self._connection.read() as session:
            return f"{nouns.uid(session)}/{target.uid}"

    def _require_outside(self, url: str) -> None:
        """Refuse the site's own folder: pictures of the library would be replaced and deleted as published files."""
        try:
            address = parse_address(url)
        except AddressMalformed:
            return  # told when the site is published
        if address.scheme == "file" and not address.host:
            site = self._connection.folder.resolve()
            if Path(address.path or "/").resolve().is_relative_to(site):
                raise InvalidValue(
                    tr("A site cannot be published into its own folder."),
                    hint=tr("Choose a folder that lies elsewhere."),
                )


class Publications:
    """What was published, to which target, and how it ended."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, target_id: int, limit: int = 50) -> tuple[Publication, ...]:
        """The publications to a target, newest first."""
        with self._connection.read() as session:
            return publications.publications(session, target_id, limit)

    def get(self, publication_id: int) -> Publication:
        """One publication that was recorded."""
        with self._connection.read() as session:
            return publications.publication(session, publication_id)

    def last_done(self, target_id: int) -> Publication | None:
        """The last publication to a target that was confirmed, None before the first."""
        with self._connection.read() as session:
            return publications.last_done(session, target_id)


class WaitingPublications:
    """Publishes that wait for the network, because the editor said so. Kept in the library: they survive a restart."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[WaitingPublication, ...]:
        """What waits, the oldest first."""
        with self._connection.read() as session:
            return publications.waiting(session)

    def add(self, target_id: int, *, accept: Iterable[str] = (), problem: str = "") -> None:
        """Let the publish to a target wait. `problem`: why the last attempt failed. Raises TargetNotFound.

        A reason that lets out what the check stops is not kept: other texts may have come by then.
        """
        with self._connection.write() as session:
            _existing(session, target_id)
            publications.wait(session, target_id, datetime.now(UTC), without_reasons(accept), problem)
        self._connection.changed(Kind.PUBLICATIONS)

    def remove(self, target_id: int) -> None:
        """Do not wait any more."""
        with self._connection.write() as session:
            publications.wait_no_more(session, target_id)
        self._connection.changed(Kind.PUBLICATIONS)


def _existing(session: Transaction, target_id: int) -> Target:
    found = next((target for target in publications.targets(session) if target.id == target_id), None)
    if found is None:
        raise TargetNotFound(target_id)
    return found


def _require_free(session: Transaction, name: str, besides: int | None) -> None:
    if any(target.name == name and target.id != besides for target in publications.targets(session)):
        raise InvalidValue(
            tr("There is a publish target “{name}” already.", name=name), hint=tr("Choose another name.")
        )


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    values = {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}
    if "name" in values and not values["name"]:
        raise InvalidValue(tr("A name is missing."), hint=tr("Give the target a name such as “Main server”."))
    if "url" in values:
        scheme, separator, rest = values["url"].partition("://")
        if not separator or not scheme:
            raise InvalidValue(
                tr("“{url}” is not the address of a publish target.", url=values["url"]),
                hint=tr("It should look like sftp://user@host/folder or file:///folder."),
            )
        login, at, _ = rest.partition("/")[0].rpartition("@")
        if at and ":" in login:
            raise InvalidValue(
                tr("The address of a publish target must not hold a password."),
                hint=tr("Leave it out; the password is asked for and kept in this computer's keyring."),
            )
    return values
