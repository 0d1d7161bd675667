"""Which transport serves which kind of address, and the remote that is made of it."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, cast

from chce_desktop.domain.publication import Target
from chce_desktop.foundation import logs
from chce_desktop.foundation.i18n import tr
from chce_desktop.publishing.address import Access, Address, parse_address
from chce_desktop.publishing.errors import AddressMalformed
from chce_desktop.publishing.layers.retry import Retrying
from chce_desktop.publishing.layers.throttle import Throttled
from chce_desktop.publishing.remote import Transport

if TYPE_CHECKING:
    from collections.abc import Callable

_ROOM = "chce_desktop.publishing.transports"

# Scheme → module with `make(access) -> Transport`. Imported when first needed; the frozen app's hidden imports are
# the values of this table.
TRANSPORTS = {
    "file": f"{_ROOM}.folder",
    "sftp": f"{_ROOM}.sftp",
    "ftp": f"{_ROOM}.ftp",
    "ftps": f"{_ROOM}.ftp",
    "ftps-implicit": f"{_ROOM}.ftp",
    "dav": f"{_ROOM}.webdav",
    "davs": f"{_ROOM}.webdav",
    "s3": f"{_ROOM}.s3",
    "git+ssh": f"{_ROOM}.git",
    "git+https": f"{_ROOM}.git",
    "git+file": f"{_ROOM}.git",
    "zip": f"{_ROOM}.archive",
}


class Remote:
    """A host that can be connected to, as often as needed. Holds no connection itself."""

    def __init__(self, access: Access, *, public_url: str = "") -> None:
        self.access = access
        self.public_url = public_url

    @property
    def address(self) -> Address:
        """Where it is."""
        return self.access.address

    def transport(self) -> Transport:
        """A fresh, unconnected transport with all its layers: broken links are mended, the rate is kept."""
        transport = self.bare_transport()
        if not transport.capabilities.transactional:
            transport = Retrying(self.bare_transport)
        limit = self.access.options.get("limit_kbit", "")
        return Throttled(transport, int(limit) * 125) if limit.isdigit() and int(limit) else transport

    def bare_transport(self) -> Transport:
        """A fresh, unconnected transport without layers."""
        module = importlib.import_module(TRANSPORTS[self.address.scheme])
        make = cast("Callable[[Access], Transport]", module.make)
        return make(self.access)


def open_remote(target: Target, *, password: str | None = None, cache: Path | None = None) -> Remote:
    """The remote of a target. `password` serves the login or the key file's passphrase. Raises AddressMalformed.

    `cache` is a folder that may be filled with what would otherwise be fetched from this host each time.

    Nothing is connected yet.
    """
    logs.conceal(password or "")
    address = parse_address(target.url)
    if address.scheme not in TRANSPORTS:
        raise AddressMalformed(
            tr("This app cannot publish to addresses that begin with {scheme}://.", scheme=address.scheme),
            detail=target.url,
            hint=tr("Use one of these: {schemes}.", schemes=", ".join(TRANSPORTS)),
        )
    access = Access(
        address=address,
        password=password,
        key_file=target.key_file,
        host_key=target.host_key,
        options=target.options,
        cache=cache,
    )
    return Remote(access, public_url=target.public_url)
