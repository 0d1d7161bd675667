"""WebDAV over HTTP and HTTPS, many requests at once."""

from __future__ import annotations

import asyncio
import posixpath
import ssl
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree as ET

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
from chce_desktop.publishing.records import new_probe
from chce_desktop.publishing.remote import Capabilities, Content, Entry, Stat
from chce_desktop.publishing.transports.http_wire import BROKEN, HttpPool, Request, Response, basic

_IN_FLIGHT = 32
_MULTI_STATUS = 207
_LARGEST_ANSWER = 64 * 1024 * 1024
# Some servers (wsgidav) stumble over files that vanish while they look, and do better at once after. Of an upload that
# is what nginx and others answer where their disk is full.
_BROKEN_DOWN = 500
_STUMBLE_SECONDS = 0.2
_FULL = {413, 507}
_BUSY = {429, 502, 503, 504}
_PROPERTIES = (
    b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/></prop>'
    b"</propfind>"
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
        self._pool: HttpPool | None = None
        # Whether the question for a file's size may follow its content at once, without waiting for the answer.
        self._follows = True
        self._capabilities = Capabilities(in_flight=_IN_FLIGHT)

    @property
    def capabilities(self) -> Capabilities:
        """What this server can do."""
        return self._capabilities

    async def connect(self) -> None:
        """Log in by looking at the folder, or at the one above."""
        address = self._access.address
        context = ssl.create_default_context()
        if extra := self._access.options.get("ca_file"):
            context.load_verify_locations(extra)
        self._pool = HttpPool(
            "https" if address.scheme == "davs" else "http",
            address.host,
            address.port,
            headers=basic(address.user, self._access.password or "") if address.user else {},
            connections=_IN_FLIGHT,
            context=context,
        )
        try:
            (answer,) = await self._pool.ask(self._look("", "0"))
        except BROKEN as error:
            await self.close()
            raise self._unreachable(error) from error
        if answer.status in {401, 403, 405, 501}:
            await self.close()
            raise self._no_entry(answer)

    async def close(self) -> None:
        """End the connections."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    async def read(self, path: str) -> bytes:
        """As the contract says."""
        (answer,) = await self._ask(Request("GET", self._target(path)))
        if not answer.ok:
            raise _known(answer, path)
        return answer.content

    async def write(self, path: str, content: Content, *, durable: bool = False) -> int:
        """As the contract says; the question for the size follows in the same flight where the host bears that."""
        del durable  # WebDAV has no word for it
        put = Request("PUT", self._target(path), body=content)
        looked = None
        if self._follows and isinstance(content, bytes):
            try:
                answer, *rest = await self._ask(put, self._look(path, "0"))
            except LinkLost:  # some servers reset a connection that holds a question which they did not await
                self._follows = False
                (answer,) = await self._ask(put)
            else:
                looked = rest[0] if rest else None
                self._follows = looked is not None
        else:
            (answer,) = await self._ask(put)
        if not answer.ok:
            raise _known(answer, path, writing=True)
        if looked is None or looked.status != _MULTI_STATUS:
            found = await self.stat(path)
            return found.size if found is not None else 0
        ((_name, stat),) = _stats(looked.content, path)
        return stat.size

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
        (answer,) = await self._ask(Request("MKCOL", self._target(path, folder=True)))
        if answer.ok:
            return True
        if not path and answer.status in {404, 409}:
            parts = self._root.split("/")
            for count in range(2, len(parts)):
                await self._ask(Request("MKCOL", quote("/".join(parts[:count])) + "/"))
            (answer,) = await self._ask(Request("MKCOL", self._target(path, folder=True)))
            return answer.ok
        if await self.stat(path) is not None:
            return False
        if answer.status in {404, 409}:
            raise NotThere(path, detail=answer.summary)
        raise _known(answer, path)

    async def rename(self, source: str, target: str) -> None:
        """As the contract says: MOVE with Overwrite."""
        destination = self._base + self._target(target)
        move = Request("MOVE", self._target(source), {"Destination": destination, "Overwrite": "T"})
        (answer,) = await self._ask(move)
        if answer.status in {403, 412} and await self.stat(target) is not None:
            self._capabilities = replace(self._capabilities, atomic_replace=False)
            await self.delete(target)
            (answer,) = await self._ask(move)
        if not answer.ok or answer.status == _MULTI_STATUS:
            raise NotThere(source) if answer.status == 404 else _known(answer, target)

    async def delete(self, path: str) -> bool:
        """As the contract says. DELETE would take whole folders, so it is only sent for a file."""
        found = await self.stat(path)
        if found is None:
            return False
        if found.is_folder:
            raise FileRefused(path)
        (answer,) = await self._ask(Request("DELETE", self._target(path)))
        if answer.status == 404:
            return False
        if not answer.ok or answer.status == _MULTI_STATUS:
            if await self.stat(path) is None:  # a request that somebody left behind was quicker
                return False
            raise _known(answer, path)
        return True

    async def remove_folder(self, path: str) -> bool:
        """As the contract says. DELETE would take what is inside along, so that is looked at right before."""
        if await self.list(path) != ():
            return False
        (answer,) = await self._ask(Request("DELETE", self._target(path, folder=True)))
        if answer.status == 404:
            return False
        if not answer.ok or answer.status == _MULTI_STATUS:
            if await self.stat(path) is None:  # a request that somebody left behind was quicker
                return False
            raise _known(answer, path)
        return True

    async def test_folder(self, path: str) -> None:
        """As the contract says."""
        probe = posixpath.join(path, new_probe())
        for method in ("MKCOL", "DELETE"):
            (answer,) = await self._ask(Request(method, self._target(probe, folder=True)))
            if not answer.ok or answer.status == _MULTI_STATUS:
                raise FolderRefused(path, detail=answer.summary)

    async def commit(self) -> None:
        """Each call took effect by itself."""

    async def free_space(self) -> int | None:
        """Few servers tell."""
        return None

    def _place(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root or "/"

    def _target(self, path: str, *, folder: bool = False) -> str:
        return quote(self._place(path)) + ("/" if folder or not path else "")

    def _look(self, path: str, depth: str) -> Request:
        headers = {"Depth": depth, "Content-Type": "application/xml; charset=utf-8"}
        return Request("PROPFIND", self._target(path, folder=depth == "1"), headers, _PROPERTIES)

    async def _ask(self, *requests: Request) -> Sequence[Response]:
        if self._pool is None:
            raise _lost("not connected")
        try:
            answers = await self._pool.ask(*requests)
            if answers[0].status == _BROKEN_DOWN:
                await asyncio.sleep(_STUMBLE_SECONDS)
                answers = await self._pool.ask(*requests)
        except BROKEN as error:
            raise _lost(f"{type(error).__name__}: {error}") from error
        if answers[0].status in _BUSY:
            raise _lost(answers[0].summary)
        return answers

    async def _properties(self, path: str, depth: str) -> tuple[tuple[str, Stat], ...] | None:
        (answer,) = await self._ask(self._look(path, depth))
        if answer.status in {404, 409} or (depth == "1" and answer.status == 405):
            return None
        if answer.status in {301, 302} and depth == "0":
            return ((self._place(path), Stat(0, is_folder=True)),)
        if answer.status != _MULTI_STATUS or len(answer.content) > _LARGEST_ANSWER:
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

    def _no_entry(self, answer: Response) -> PublishError:
        host = self._access.address.host
        if answer.status in {401, 403}:
            return LoginRefused(
                tr("The host {host} refused user name or password.", host=host),
                detail=answer.summary,
                hint=tr("Check the user name and type the password again."),
            )
        return HostUnreachable(
            tr("The host {host} answers, but offers no WebDAV at this address.", host=host),
            detail=answer.summary,
            hint=tr("Ask the host for the WebDAV address; it often differs from the public one."),
        )


def make(access: Access) -> WebDav:
    """The transport for `dav://` (HTTP) and `davs://` (HTTPS)."""
    return WebDav(access)


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


def _lost(detail: str) -> LinkLost:
    return LinkLost(
        tr("The connection to the host broke."),
        detail=detail,
        hint=tr("Check the network, then publish again: it goes on where it stopped."),
    )


def _known(answer: Response, path: str, *, writing: bool = False) -> PublishError:
    if answer.status in _FULL or (writing and answer.status == _BROKEN_DOWN):
        return RemoteFull(
            tr("The host stopped accepting data: its disk is full or your quota is reached."),
            detail=f"{path}: {answer.summary}",
            hint=tr("Make room on the host or ask for more, then publish again."),
        )
    if answer.status == 404:
        return NotThere(path, detail=answer.summary)
    return FileRefused(path, detail=answer.summary)
