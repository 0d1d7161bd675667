"""SFTP over one SSH connection, with many requests in flight."""

from __future__ import annotations

import asyncio
import contextlib
import io
import posixpath
from collections.abc import Awaitable
from dataclasses import replace
from typing import TypeVar

import asyncssh

from chce_desktop.foundation.i18n import tr
from chce_desktop.publishing.address import Access
from chce_desktop.publishing.errors import (
    FileRefused,
    FolderRefused,
    HostUnreachable,
    LinkLost,
    NotThere,
    PublishError,
    RemoteFull,
)
from chce_desktop.publishing.records import new_probe
from chce_desktop.publishing.remote import Capabilities, Content, Entry, Stat
from chce_desktop.publishing.transports import sftp_session, ssh_login
from chce_desktop.publishing.transports.link_rate import LinkRate

T = TypeVar("T")

# Every server takes requests of this size; larger ones are an extension.
_CHUNK = 32 * 1024
_MOST_CHUNKS = 64
# Each file under way is an open handle on the host; more of them only where it is known to bear them.
_IN_FLIGHT = 128
_MANY_IN_FLIGHT = 256
_UNSTATED_READ = 16 * 1024
_FOLDER = asyncssh.FILEXFER_TYPE_DIRECTORY


class Sftp:
    """One SFTP session. Requests are answered in order of arrival, so a later answer vouches for the earlier ones."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._root = _root(access.address.path)
        self._connection: asyncssh.SSHClientConnection | None = None
        self._sftp: asyncssh.SFTPClient | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._rate = LinkRate(access.cache)
        self._compressing: asyncio.Task[None] | None = None
        # The connection from before compression was found to pay; what was under way on it ends there.
        self._former: asyncssh.SSHClientConnection | None = None
        self._capabilities = Capabilities(free_space=True, in_flight=_IN_FLIGHT)

    @property
    def capabilities(self) -> Capabilities:
        """As far as known: a missing posix-rename shows at the first replacement."""
        return self._capabilities

    async def connect(self) -> None:
        """Log in and start SFTP."""
        self._connection = await ssh_login.connect(self._access, compressed=self._rate.slow)
        try:
            self._sftp = await sftp_session.start(self._connection)
            # Servers that state limits bear many handles (OpenSSH since 8.5); the library tells no number.
            if self._sftp.limits.max_read_len > _UNSTATED_READ:
                self._capabilities = replace(self._capabilities, in_flight=_MANY_IN_FLIGHT)
        except asyncssh.Error as error:
            await self.close()
            raise HostUnreachable(
                tr("The host {host} lets you in, but offers no file transfer (SFTP).", host=self._access.address.host),
                detail=f"{type(error).__name__}: {error}",
                hint=tr("Ask the host to enable SFTP for this account."),
            ) from error

    async def close(self) -> None:
        """End the connection."""
        for ending in tuple(self._ending):
            ending.cancel()
        if self._compressing is not None:
            self._compressing.cancel()
            await asyncio.gather(self._compressing, return_exceptions=True)
        connections = (self._connection, self._former)
        self._connection = self._former = self._sftp = None
        await asyncio.gather(*(_farewell(connection) for connection in connections if connection is not None))

    async def read(self, path: str) -> bytes:
        """As the contract says: open, then content and end in one flight."""
        return await self._known(path, self._read(self._place(path)))

    async def write(self, path: str, content: Content, *, durable: bool = False) -> int:
        """As the contract says: open, then content, size and end in one flight."""
        if self._rate.slow and self._compressing is None and self._former is None and not self._compressed:
            self._compressing = asyncio.create_task(self._compress())
        if self._compressing is not None:  # its handshake is not to wait behind contents
            await asyncio.wait({self._compressing})
        self._rate.sending()
        size = 0
        try:
            size = await self._known(path, self._write(self._place(path), content, durable=durable), writing=True)
        finally:
            self._rate.sent(size)
        return size

    async def stat(self, path: str) -> Stat | None:
        """As the contract says."""
        try:
            found = await self._known(path, self._client.stat(self._place(path)))
        except NotThere:
            return None
        is_folder = found.type == _FOLDER
        return Stat(0 if is_folder else found.size or 0, is_folder)

    async def list(self, path: str) -> tuple[Entry, ...] | None:
        """As the contract says."""
        try:
            names = await self._known(path, self._client.readdir(self._place(path)))
        except NotThere:
            return None
        entries = []
        for name in names:
            text = name.filename if isinstance(name.filename, str) else name.filename.decode("utf-8", "replace")
            if text not in {".", ".."}:
                is_folder = name.attrs.type == _FOLDER
                entries.append(Entry(text, 0 if is_folder else name.attrs.size or 0, is_folder))
        return tuple(entries)

    async def make_folder(self, path: str) -> bool:
        """As the contract says; the target's own folder is made with those above it."""
        place = self._place(path)
        for _attempt in range(2):
            try:
                await self._known(path, self._client.mkdir(place))
            except NotThere:
                if path or place in {"/", "."}:
                    raise
                await self._make_above(place)
            except PublishError:
                # Version 3 of the protocol answers "Failure" for a folder that exists.
                if await self.stat(path) is not None:
                    return False
                if _attempt:
                    raise
            else:
                return True
        return await self.stat(path) is None

    async def rename(self, source: str, target: str) -> None:
        """As the contract says; without posix-rename through a second name, which is not atomic."""
        origin, place = self._place(source), self._place(target)
        if self._capabilities.atomic_replace:
            try:
                await self._client.posix_rename(origin, place)
            except asyncssh.SFTPOpUnsupported:
                self._capabilities = replace(self._capabilities, atomic_replace=False)
            except (asyncssh.Error, OSError) as error:
                raise _known_error(error, target) from error
            else:
                return
        await self._known(target, self._swap(origin, place))

    async def delete(self, path: str) -> bool:
        """As the contract says."""
        try:
            await self._known(path, self._client.remove(self._place(path)))
        except NotThere:
            return False
        return True

    async def remove_folder(self, path: str) -> bool:
        """As the contract says."""
        try:
            await self._known(path, self._client.rmdir(self._place(path)))
        except NotThere:
            return False
        except FileRefused:
            if await self.list(path):
                return False
            raise
        return True

    async def test_folder(self, path: str) -> None:
        """As the contract says: making and removing in one flight."""
        probe = self._place(posixpath.join(path, new_probe()))
        client = self._client
        made, removed = await asyncio.gather(client.mkdir(probe), client.rmdir(probe), return_exceptions=True)
        if made is None and isinstance(removed, asyncssh.SFTPNoSuchFile):  # this server works on both at a time
            removed = (await asyncio.gather(client.rmdir(probe), return_exceptions=True))[0]
        for failure in (made, removed):
            if isinstance(failure, (asyncssh.Error, OSError)):
                known = _known_error(failure, path)
                if isinstance(known, LinkLost):
                    raise known from failure
                raise FolderRefused(path, detail=known.detail) from failure
            if isinstance(failure, BaseException):
                raise failure

    async def commit(self) -> None:
        """Each call took effect by itself."""

    async def free_space(self) -> int | None:
        """As the contract says, where the host offers statvfs."""
        try:
            found = await self._client.statvfs(self._place(""))
        except asyncssh.SFTPOpUnsupported:
            self._capabilities = replace(self._capabilities, free_space=False)
            return None
        except (asyncssh.Error, OSError) as error:
            raise _known_error(error, "") from error
        return int(found.bavail * found.frsize)

    @property
    def _compressed(self) -> bool:
        return self._connection is None or self._connection.get_extra_info("send_compression") != "none"

    async def _compress(self) -> None:
        """Go on over a second connection that compresses, where the host has one for us."""
        try:
            connection = await ssh_login.connect(self._access, compressed=True)
            try:
                sftp = await sftp_session.start(connection)
            except BaseException:
                connection.abort()
                raise
        except (PublishError, asyncssh.Error, OSError):
            return
        self._former, self._connection, self._sftp = self._connection, connection, sftp

    @property
    def _client(self) -> asyncssh.SFTPClient:
        if self._sftp is None:
            raise _lost("not connected")
        return self._sftp

    def _place(self, path: str) -> str:
        if not path:
            return self._root
        return f"{self._root.rstrip('/')}/{path}" if self._root != "." else path

    async def _known(self, path: str, work: Awaitable[T], *, writing: bool = False) -> T:
        try:
            return await work
        except (asyncssh.Error, OSError, ValueError) as error:
            raise _known_error(error, path, writing=writing) from error

    async def _read(self, place: str) -> bytes:
        file = await self._client.open(place, "rb", block_size=0)
        first, found = await asyncio.gather(_part(file, 0), file.stat())
        parts = [first]
        position = len(first)
        while position < (found.size or 0):
            count = min(_MOST_CHUNKS, -(-((found.size or 0) - position) // _CHUNK))
            more = await asyncio.gather(*(_part(file, position + i * _CHUNK) for i in range(count)))
            for part in more:
                parts.append(part)
                position += len(part)
                if len(part) < _CHUNK:
                    break
            if not more[0]:
                break
        self._ending.add(ending := asyncio.create_task(_end(file)))
        ending.add_done_callback(self._ending.discard)
        return b"".join(parts)

    async def _write(self, place: str, content: Content, *, durable: bool) -> int:
        file = await self._client.open(place, "wb", block_size=0)
        if not isinstance(content, bytes) and content.stat().st_size <= _CHUNK:
            content = content.read_bytes()
        if isinstance(content, bytes) and len(content) <= _CHUNK:
            written = [file.write(content, 0)] if content else []
        else:
            await self._write_long(file, content)
            written = []
        synced = [file.fsync()] if durable else []
        answers = await asyncio.gather(*written, *synced, file.stat(), file.close(), return_exceptions=True)
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, asyncssh.SFTPOpUnsupported):
                raise answer
        found = answers[-2]
        return (found.size or 0) if isinstance(found, asyncssh.SFTPAttrs) else 0

    async def _write_long(self, file: asyncssh.SFTPClientFile, content: Content) -> None:
        """Chunk after chunk; as many in flight as the link carries in about a second, so that nothing else waits."""
        clock = asyncio.get_running_loop().time
        window, offset = 4, 0
        with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as source:
            while block := source.read(window * _CHUNK):
                started = clock()
                await asyncio.gather(
                    *(file.write(block[at : at + _CHUNK], offset + at) for at in range(0, len(block), _CHUNK))
                )
                offset += len(block)
                taken = clock() - started
                window = min(window * 2, _MOST_CHUNKS) if taken < 0.5 else max(window // 2, 1) if taken > 2 else window

    async def _swap(self, origin: str, place: str) -> None:
        client = self._client
        try:
            await client.rename(origin, place)
        except asyncssh.SFTPFailure:
            aside = f"{origin}.old"
            await client.rename(place, aside)
            try:
                await client.rename(origin, place)
            except asyncssh.SFTPError:
                await client.rename(aside, place)
                raise
            await client.remove(aside)

    async def _make_above(self, place: str) -> None:
        parts = place.split("/")
        for count in range(1, len(parts)):
            above = "/".join(parts[:count])
            if above:
                try:
                    await self._client.mkdir(above)
                except (asyncssh.SFTPFailure, asyncssh.SFTPPermissionDenied, asyncssh.SFTPFileAlreadyExists):
                    continue  # it exists, or the folder below will tell


def make(access: Access) -> Sftp:
    """The transport for `sftp://user@host:port/folder`; `/~/folder` starts in the account's own folder."""
    return Sftp(access)


def _root(path: str) -> str:
    if path == "/~":
        return "."
    if path.startswith("/~/"):
        return path[3:]
    return path or "/"


async def _farewell(connection: asyncssh.SSHClientConnection) -> None:
    connection.close()
    try:
        await asyncio.wait_for(connection.wait_closed(), 3)
    except (TimeoutError, asyncssh.Error, OSError):
        connection.abort()


async def _end(file: asyncssh.SFTPClientFile) -> None:
    with contextlib.suppress(asyncssh.Error, OSError):  # everything was read already
        await file.close()


async def _part(file: asyncssh.SFTPClientFile, offset: int) -> bytes:
    part: object = await file.read(_CHUNK, offset)
    return part if isinstance(part, bytes) else b""


def _lost(detail: str) -> LinkLost:
    return LinkLost(
        tr("The connection to the host broke."),
        detail=detail,
        hint=tr("Check the network, then publish again: it goes on where it stopped."),
    )


def _known_error(error: Exception, path: str, *, writing: bool = False) -> PublishError:
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)):
        return NotThere(path, detail=detail)
    full = isinstance(error, (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded))
    if full or (writing and isinstance(error, asyncssh.SFTPFailure)):
        # Version 3 of the protocol knows no word for a full disk.
        return RemoteFull(
            tr("The host stopped accepting data: its disk is full or your quota is reached."),
            detail=f"{path}: {detail}",
            hint=tr("Make room on the host or ask for more, then publish again."),
        )
    if isinstance(error, (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection)):
        return _lost(detail)
    if isinstance(error, asyncssh.SFTPError):
        return FileRefused(path, detail=detail)
    return _lost(detail)
