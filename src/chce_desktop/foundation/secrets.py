"""Passwords live in the operating system's keyring and nowhere else."""

from __future__ import annotations

import os

from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr

_SERVICE = "CHCE Desktop"
ENVIRONMENT_PASSWORD = "CHCE_TARGET_PASSWORD"  # noqa: S105 - the variable's name, not a password


class NoKeyring(ChceError):
    """This computer offers no keyring, so a password cannot be kept."""

    code = "no_keyring"


def store(name: str, secret: str) -> None:
    """Keep `secret` under `name`. Raises NoKeyring."""
    import keyring.errors  # twenty milliseconds that only who asks for a password should wait for

    try:
        keyring.set_password(_SERVICE, name, secret)
    except keyring.errors.KeyringError as error:
        raise NoKeyring(
            tr("The password cannot be kept, because this computer offers no keyring."),
            detail=str(error),
            hint=tr("Type the password at each publish, or set {variable}.", variable=ENVIRONMENT_PASSWORD),
        ) from error


def load(name: str) -> str | None:
    """The secret kept under `name`; else the environment's; else None."""
    import keyring.errors  # as above

    try:
        kept = keyring.get_password(_SERVICE, name)
    except keyring.errors.KeyringError:
        kept = None
    return kept if kept is not None else os.environ.get(ENVIRONMENT_PASSWORD)


def forget(name: str) -> None:
    """Remove the secret kept under `name`, if there is one."""
    import keyring.errors  # as above

    try:
        keyring.delete_password(_SERVICE, name)
    except keyring.errors.KeyringError:
        return
