"""Addresses of targets, and everything a transport needs to get in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from chce_desktop.foundation.i18n import tr
from chce_desktop.publishing.errors import AddressMalformed

_ON_DISK = {"file", "zip", "git+file"}
_WINDOWS_DRIVE = re.compile(r"^/[A-Za-z]:(/|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The parts of a target's address. `path` has no `/` at its end; `query` holds options such as S3's endpoint."""

    scheme: str
    host: str = ""
    port: int | None = None
    user: str = ""
    path: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    fragment: str = ""

    def __str__(self) -> str:
        """For people: never a password, since there is none in it."""
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        branch = f"#{self.fragment}" if self.fragment else ""
        return f"{self.scheme}://{user}{self.host}{port}{self.path}{branch}"


def parse_address(url: str) -> Address:
    """Take `sftp://user@host:port/path` and its like apart. Raises AddressMalformed, also when it holds a password."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise _malformed(url, str(error)) from error
    if not parts.scheme or "://" not in url:
        raise _malformed(url, "scheme")
    if parts.password is not None:
        raise AddressMalformed(
            tr("The address holds a password, which does not belong there."),
            hint=tr("Remove the password from the address; it is asked for and kept in the system's keyring."),
        )
    path = unquote(parts.path)
    if parts.scheme in _ON_DISK:
        if not path or "\x00" in path:
            raise _malformed(url, "path")
        if _WINDOWS_DRIVE.match(path):
            path = path[1:]
    elif not parts.hostname:
        raise _malformed(url, "host")
    return Address(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=port,
        user=unquote(parts.username or ""),
        path=path.rstrip("/"),
        query=dict(parse_qsl(parts.query, keep_blank_values=True)),
        fragment=unquote(parts.fragment),
    )


def risk(address: Address) -> str:
    """What the editor has to know before a target of this kind is used; empty where there is nothing."""
    if address.scheme in {"ftp", "dav"} and address.host not in {"localhost", "127.0.0.1", "::1"}:
        return tr(
            "This connection is not encrypted: everybody on the way can read the password and change the pages. Use "
            "SFTP, FTPS or WebDAV over HTTPS where the host offers one."
        )
    return ""


def _malformed(url: str, detail: str) -> AddressMalformed:
    return AddressMalformed(
        tr("The address “{url}” cannot be understood.", url=url),
        detail=detail,
        hint=tr("It looks like sftp://user@host/folder or file:///folder."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """An address with what opens it. The secret is kept out of every text that this object can turn into.

    `cache` is a folder for what can be fetched again from this very host, None where nothing is worth keeping.
    """

    address: Address
    password: str | None = field(default=None, repr=False)
    key_file: str = ""
    host_key: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    cache: Path | None = None
