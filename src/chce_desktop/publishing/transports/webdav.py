"""WebDAV over HTTP and HTTPS, many requests at once."""

from __future__ import annotations

import asyncio
import posixpath
import secrets
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree as ET

import httpx

from chce_desktop.foundation.i18n import tr
from chce_desktop.publishing.address import Access
from chce_desktop.publishing.errors import (
    FileRefused,
    FolderRefused,
    HostUnreachable,
    LinkLost,
    LoginRefused,
    NotThere,
    PublishError,
    RemoteFull,
    certificate_refused,
)
from chce_desktop.publishing.remote import Capabilities, Content, Entry, Stat

_IN_FLIGHT = 32
_SECONDS = 60.0
# Slower than this, in bytes a second, a link counts as dead.
_SLOWEST = 2048
_BLOCK = 256 * 1024
_MULTI_STATUS = 207
_LARGEST_ANSWER = 64 * 1024 * 1024
# What nginx and others answer to an upload where their disk is full.
_BROKEN = 500
_FULL = {413, 507}
_BUSY = {429, 502, 503, 504}
_PROPERTIES = (
    '<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/></prop>'
    "</propfind>"
)


class WebDav:
    """One collection on a WebDAV server."""

    def __init__(self, access: Access) -> None:
        address = access.address
        scheme = "https" if address.scheme == "davs" else "http"
        port = f":{address.port}" if address.port else ""
        host = f"[{address.host}]" if ":" in address.host else address.host
        self._access = access
        self._base = f"{scheme}://{host}{port}"
        self._root = address.path
        self._client: httpx.AsyncClient | None = None
        self._capabilities = Capabilities(in_flight=_IN_FLIGHT)

    @property
    def capabilities(self) -> Capabilities:
        """What this server can do."""
        return self._capabilities

    async def connect(self) -> None:
        """Log in by looking at the folder, or at the one above."""
        user = self._access.address.user
        context = ssl.create_default_context()
        if extra := self._access.options.get("ca_file"):
            context.load_verify_locations(extra)
        self._client = httpx.AsyncClient(
            auth=httpx.BasicAuth(user, self._access.password or "") if user else None,
            timeout=_patience(0),
            limits=httpx.Limits(max_connections=_IN_FLIGHT, max_keepalive_connections=_IN_FLIGHT),
            verify=context,
        )
        try:
            answer = await self._client.request("PROPFIND", self._url(""), headers={"Depth": "0"}, content=_PROPERTIES)
        except httpx.HTTPError as error:
            await self.close()
            raise self._unreachable(error) from error
        if answer.status_code in {401, 403, 405, 501}:
            await self.close()
            raise self._no_entry(answer)

    async def close(self) -> None:
        """End the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def read(self, path: str) -> bytes:
        """As the contract says."""
        answer = await self._ask("GET", path)
        if not answer.is_success:
            raise _known(answer, path)
        return answer.content

    async def write(self, path: str, content: Content, *, durable: bool = False) -> int:
        """As the contract says; the size is asked for right after."""
        del durable  # WebDAV has no word for it
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        answer = await self._ask(
            "PUT",
            path,
            content=content if isinstance(content, bytes) else _blocks(content),
            headers={"Content-Length": str(size)},
            size=size,
        )
        if not answer.is_success:
            raise _known(answer, path, writing=True)
        found = await self.stat(path)
        return found.size if found is not None else 0

    async def stat(self, path: str) -> Stat | None:
        """As the contract says."""
        found = await self._properties(path, "0")
        if not found:
            return None
        _name, stat = found[0]
        return stat

    async def list(self, path: str) -> tuple[Entry, ...] | None:
        """As the contract says."""
        found = await self._properties(path, "1")
        if found is None:
            return None
        here = self._place(path).rstrip("/")
        entries = []
        for place, stat in found:
            if place.rstrip("/") != here:
                entries.append(Entry(posixpath.basename(place.rstrip("/")), stat.size, stat.is_folder))
            elif not stat.is_folder:
                return None
        return tuple(entries)

    async def make_folder(self, path: str) -> bool:
        """As the contract says; the target's own folder is made with those above it."""
        answer = await self._ask("MKCOL", path, folder=True)
        if answer.is_success:
            return True
        if not path and answer.status_code in {404, 409}:
            parts = self._root.split("/")
            for count in range(2, len(parts)):
                await self._request("MKCOL", self._base + quote("/".join(parts[:count])) + "/")
            return (await self._ask("MKCOL", path, folder=True)).is_success
        if await self.stat(path) is not None:
            return False
        if answer.status_code in {404, 409}:
            raise NotThere(path, detail=_detail(answer))
        raise _known(answer, path)

    async def rename(self, source: str, target: str) -> None:
        """As the contract says: MOVE with Overwrite."""
        headers = {"Destination": self._url(target), "Overwrite": "T"}
        answer = await self._ask("MOVE", source, headers=headers)
        if answer.status_code in {403, 412} and await self.stat(target) is not None:
            self._capabilities = replace(self._capabilities, atomic_replace=False)
            await self.delete(target)
            answer = await self._ask("MOVE", source, headers=headers)
        if not answer.is_success or answer.status_code == _MULTI_STATUS:
            raise NotThere(source) if answer.status_code == 404 else _known(answer, target)

    async def delete(self, path: str) -> bool:
        """As the contract says. DELETE would take whole folders, so it is only sent for a file."""
        found = await self.stat(path)
        if found is None:
            return False
        if found.is_folder:
            raise FileRefused(path)
        answer = await self._ask("DELETE", path)
        if answer.status_code == 404:
            return False
        if not answer.is_success or answer.status_code == _MULTI_STATUS:
            if await self.stat(path) is None:  # a request that somebody left behind was quicker
                return False
            raise _known(answer, path)
        return True

    async def remove_folder(self, path: str) -> bool:
        """As the contract says. DELETE would take what is inside along, so that is looked at right before."""
        if await self.list(path) != ():
            return False
        answer = await self._ask("DELETE", path, folder=True)
        if answer.status_code == 404:
            return False
        if not answer.is_success or answer.status_code == _MULTI_STATUS:
            if await self.stat(path) is None:
                return False
            raise _known(answer, path)
        return True

    async def test_folder(self, path: str) -> None:
        """As the contract says."""
        probe = posixpath.join(path, f".chce-{secrets.token_hex(4)}")
        for method in ("MKCOL", "DELETE"):
            answer = await self._ask(method, probe, folder=True)
            if not answer.is_success or answer.status_code == _MULTI_STATUS:
                raise FolderRefused(path, detail=_detail(answer))

    async def commit(self) -> None:
        """Each call took effect by itself."""

    async def free_space(self) -> int | None:
        """Few servers tell."""
        return None

    def _place(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root or "/"

    def _url(self, path: str, *, folder: bool = False) -> str:
        return self._base + quote(self._place(path)) + ("/" if folder or not path else "")

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        folder: bool = False,
        headers: dict[str, str] | None = None,
        content: bytes | str | AsyncIterator[bytes] | None = None,
        size: int = 0,
    ) -> httpx.Response:
        url = self._url(path, folder=folder)
        return await self._request(method, url, headers=headers, content=content, size=size)

    async def _request(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        content: bytes | str | AsyncIterator[bytes] | None = None,
        size: int = 0,
    ) -> httpx.Response:
        if self._client is None:
            raise _lost("not connected")
        try:
            answer = await self._client.request(method, url, headers=headers, content=content, timeout=_patience(size))
        except httpx.HTTPError as error:
            raise _lost(f"{type(error).__name__}: {error}") from error
        if answer.status_code in _BUSY:
            raise _lost(_detail(answer))
        return answer

    async def _properties(self, path: str, depth: str) -> tuple[tuple[str, Stat], ...] | None:
        answer = await self._ask(
            "PROPFIND",
            path,
            folder=depth == "1",
            headers={"Depth": depth, "Content-Type": "application/xml; charset=utf-8"},
            content=_PROPERTIES,
        )
        if answer.status_code in {404, 409} or (depth == "1" and answer.status_code == 405):
            return None
        if answer.status_code in {301, 302} and depth == "0":
            return ((self._place(path), Stat(0, is_folder=True)),)
        if answer.status_code != _MULTI_STATUS or len(answer.content) > _LARGEST_ANSWER:
            raise _known(answer, path)
        return _stats(answer.content, path)

    def _unreachable(self, error: Exception) -> PublishError:
        host = self._access.address.host
        detail = f"{type(error).__name__}: {error}"
        if "CERTIFICATE_VERIFY_FAILED" in detail:
            return certificate_refused(host, detail)
        return HostUnreachable(
            tr("The host {host} cannot be reached.", host=host),
            detail=detail,
            hint=tr("Check the network connection and the address, then try again."),
        )

    def _no_entry(self, answer: httpx.Response) -> PublishError:
        host = self._access.address.host
        if answer.status_code in {401, 403}:
            return LoginRefused(
                tr("The host {host} refused user name or password.", host=host),
                detail=_detail(answer),
                hint=tr("Check the user name and type the password again."),
            )
        return HostUnreachable(
            tr("The host {host} answers, but offers no WebDAV at this address.", host=host),
            detail=_detail(answer),
            hint=tr("Ask the host for the WebDAV address; it often differs from the public one."),
        )


def make(access: Access) -> WebDav:
    """The transport for `dav://` (HTTP) and `davs://` (HTTPS)."""
    return WebDav(access)


def _patience(size: int) -> httpx.Timeout:
    """How long to wait for an answer: what this computer has handed over may be on its way still."""
    return httpx.Timeout(_SECONDS, connect=min(_SECONDS, 20.0), read=_SECONDS + size / _SLOWEST, pool=None)


async def _blocks(content: Path) -> AsyncIterator[bytes]:
    with content.open("rb") as source:
        while block := source.read(_BLOCK):
            yield block
            await asyncio.sleep(0)


def _stats(document: bytes, path: str) -> tuple[tuple[str, Stat], ...]:
    if b"<!DOCTYPE" in document or b"<!ENTITY" in document:
        raise FileRefused(path, detail="DTD")
    try:
        tree = ET.fromstring(document)  # noqa: S314 - entities were refused above
    except ET.ParseError as error:
        raise FileRefused(path, detail=str(error)) from error
    found = []
    for response in tree.iter("{DAV:}response"):
        place = unquote(urlsplit(response.findtext("{DAV:}href", "")).path)
        is_folder = response.find(".//{DAV:}resourcetype/{DAV:}collection") is not None
        length = response.findtext(".//{DAV:}getcontentlength") or "0"
        found.append((place, Stat(0 if is_folder else int(length), is_folder)))
    return tuple(found)


def _detail(answer: httpx.Response) -> str:
    return f"{answer.request.method} {answer.status_code} {answer.reason_phrase}"


def _lost(detail: str) -> LinkLost:
    return LinkLost(
        tr("The connection to the host broke."),
        detail=detail,
        hint=tr("Check the network, then publish again: it goes on where it stopped."),
    )


def _known(answer: httpx.Response, path: str, *, writing: bool = False) -> PublishError:
    if answer.status_code in _FULL or (writing and answer.status_code == _BROKEN):
        return RemoteFull(
            tr("The host stopped accepting data: its disk is full or your quota is reached."),
            detail=f"{path}: {_detail(answer)}",
            hint=tr("Make room on the host or ask for more, then publish again."),
        )
    if answer.status_code == 404:
        return NotThere(path, detail=_detail(answer))
    return FileRefused(path, detail=_detail(answer))
