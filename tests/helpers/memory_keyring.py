"""A keyring that lives as long as one test."""

from __future__ import annotations

import keyring.backend
import keyring.errors
from typing_extensions import override


class MemoryKeyring(keyring.backend.KeyringBackend):
    """Keeps passwords in memory. `entries` maps (service, user name) to the password."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # keyring leaves it without annotations
        self.entries: dict[tuple[str, str], str] = {}

    @override
    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    @override
    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.entries:
            raise keyring.errors.PasswordDeleteError(username)
        del self.entries[service, username]
