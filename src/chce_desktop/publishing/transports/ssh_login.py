"""Getting into an SSH host: host key, keys, agent, password, and what each refusal means."""

from __future__ import annotations

from collections.abc import Sequence

import asyncssh

from chce_desktop.foundation.i18n import tr
from chce_desktop.publishing.address import Access
from chce_desktop.publishing.errors import (
    HostKeyChanged,
    HostKeyUnknown,
    HostUnreachable,
    LoginRefused,
    PublishError,
)

_KEY_KINDS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512")
_CONNECT_SECONDS = 20
_LOGIN_SECONDS = 40
_OTHER_CIPHERS = ("chacha20-poly1305@openssh.com", "aes256-ctr", "aes192-ctr", "aes128-ctr")
# A dead link is noticed after about a minute of silence.
_KEEPALIVE_SECONDS = 15
_KEEPALIVE_COUNT = 4


class _Client(asyncssh.SSHClient):
    """Accepts exactly one host key, before any secret is sent, and answers the host's questions with the password."""

    def __init__(self, expected: str, password: str | None) -> None:
        self._expected = expected
        self._password = password
        self._asked = False
        self.shown = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Whether this is the accepted key."""
        del host, addr, port
        self.shown = key.get_fingerprint("sha256")
        return bool(self._expected) and self.shown == self._expected

    def kbdint_auth_requested(self) -> str | None:
        """Offer keyboard-interactive once, where there is a password to answer with."""
        if self._password is None or self._asked:
            return None
        self._asked = True
        return ""

    def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """The password for every hidden prompt, in whatever language it is asked for."""
        del name, instructions, lang
        password = self._password or ""
        return ["" if echo else password for _prompt, echo in prompts]


async def connect(access: Access, *, compressed: bool = False) -> asyncssh.SSHClientConnection:
    """A connection that is logged in.

    Raises HostKeyUnknown, HostKeyChanged, LoginRefused or HostUnreachable.
    """
    kinds: tuple[str, ...] = ()
    for _attempt in range(2):
        client = _Client(access.host_key, access.password)
        try:
            return await _connect(access, client, kinds, compressed=compressed)
        except asyncssh.HostKeyNotVerifiable as error:
            kind = await _kind_of(access, access.host_key) if access.host_key and not kinds else None
            if kind is None:
                raise _host_key_problem(access, client.shown) from error
            kinds = (kind,)
        except (asyncssh.Error, OSError, ValueError) as error:
            raise login_problem(error, access) from error
    raise _host_key_problem(access, "")


async def _connect(
    access: Access, client: _Client, kinds: tuple[str, ...], *, compressed: bool
) -> asyncssh.SSHClientConnection:
    address = access.address
    options: dict[str, object] = {}
    if access.key_file:
        options["client_keys"] = [asyncssh.read_private_key(access.key_file, access.password)]
    if kinds:
        options["server_host_key_algs"] = list(kinds)
    if address.user:
        options["username"] = address.user
    return await asyncssh.connect(
        address.host,
        address.port or 22,
        known_hosts=b"",
        # Hardware makes it the fastest by far; hosts that do not know it are offered the library's others.
        encryption_algs=["aes128-gcm@openssh.com", "aes256-gcm@openssh.com", *_OTHER_CIPHERS],
        config=None,
        client_factory=lambda: client,
        password=access.password,
        compression_algs=["zlib@openssh.com", "zlib", "none"] if compressed else ["none", "zlib@openssh.com"],
        connect_timeout=_CONNECT_SECONDS,
        login_timeout=_LOGIN_SECONDS,
        keepalive_interval=_KEEPALIVE_SECONDS,
        keepalive_count_max=_KEEPALIVE_COUNT,
        **options,
    )


async def _kind_of(access: Access, fingerprint: str) -> str | None:
    """Which of the host's keys has the accepted fingerprint: hosts own several, and the best known one is shown."""
    for kind in _KEY_KINDS:
        try:
            key = await asyncssh.get_server_host_key(
                access.address.host, access.address.port or 22, config=None, server_host_key_algs=[kind]
            )
        except (asyncssh.Error, OSError):
            continue
        if key is not None and key.get_fingerprint("sha256") == fingerprint:
            return kind
    return None


def _host_key_problem(access: Access, shown: str) -> HostKeyUnknown | HostKeyChanged:
    host = access.address.host
    if access.host_key:
        return HostKeyChanged(host, shown, access.host_key)
    return HostKeyUnknown(host, shown)


def login_problem(error: Exception, access: Access) -> PublishError:
    """What a failed connection attempt means for the editor."""
    host = access.address.host
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, asyncssh.KeyEncryptionError):
        return LoginRefused(
            tr("The key file is protected by a passphrase that is missing or wrong."),
            detail=detail,
            hint=tr("Type the key's passphrase as this target's password."),
        )
    if isinstance(error, asyncssh.KeyImportError) or (access.key_file and _is_missing(error, access.key_file)):
        return LoginRefused(
            tr("The key file {path} cannot be read.", path=access.key_file),
            detail=detail,
            hint=tr("Choose the private key file again in the target's settings."),
        )
    if isinstance(error, (asyncssh.PermissionDenied, asyncssh.IllegalUserName)):
        return LoginRefused(
            tr("The host {host} refused user name, password or key.", host=host),
            detail=detail,
            hint=tr("Check the user name and type the password again."),
        )
    return HostUnreachable(
        tr("The host {host} cannot be reached.", host=host),
        detail=detail,
        hint=tr("Check the network connection and the address, then try again."),
    )


def _is_missing(error: Exception, path: str) -> bool:
    return isinstance(error, OSError) and error.filename is not None and str(error.filename) == path
