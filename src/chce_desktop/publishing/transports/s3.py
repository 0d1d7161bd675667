"""S3 and its kin: each upload is atomic, nothing can be renamed, and folders are only names."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import posixpath
import re
import secrets
from collections.abc import Awaitable
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    NotFoundError,
    NotSupportedError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from obstore.store import S3Store

from chce_desktop.domain import caching
from chce_desktop.foundation.i18n import tr
from chce_desktop.publishing.address import Access
from chce_desktop.publishing.errors import (
    AddressMalformed,
    CertificateRefused,
    FileRefused,
    FolderRefused,
    HostUnreachable,
    LinkLost,
    LoginRefused,
    NotThere,
    PublishError,
    RemoteFull,
    certificate_refused,
    taken_over,
)
from chce_desktop.publishing.records import new_probe
from chce_desktop.publishing.remote import Capabilities, Content, Entry, Stat

if TYPE_CHECKING:
    from obstore import Attributes, ObjectMeta, PutMode

T = TypeVar("T")

_SILENCE_SECONDS = 60.0
# Slower than this, in bytes a second, a link counts as dead.
_SLOWEST = 2048
# How long a claim stands before it is looked at again, on services that know no conditions.
_CLAIM_SECONDS = 2.0
_FULL = re.compile(r"QuotaExceeded|InsufficientStorage|\b507 Insufficient")
_NO_CONDITIONS = re.compile(r"\b501\b|NotImplemented|not implemented|functionality", re.IGNORECASE)
# An object that stands for a folder, which is needed only to exclude others.
_MARK = ".folder"
_PART = 16 * 1024 * 1024
_LAST_MOMENT_SECONDS = 0.05
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".htm": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".pdf": "application/pdf",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".zip": "application/zip",
    ".gz": "application/gzip",
}

_CONNECTIONS, _CONNECTIONS_AT_LEAST, _OPEN_FILES = 256, 64, 1024


def _connections() -> int:
    """How many connections the system lets this process have; macOS gives an app 256 open files unless it asks."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return _CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    if soft != unlimited and soft < _OPEN_FILES and (hard == unlimited or hard >= _OPEN_FILES):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, hard))
            soft = _OPEN_FILES
    return _CONNECTIONS if soft == unlimited or soft >= _OPEN_FILES else _CONNECTIONS_AT_LEAST


class S3:
    """One prefix of one bucket. `user` of the address is the access key, its password the secret key."""

    def __init__(self, access: Access) -> None:
        self.capabilities = Capabilities(rename=False, folders=False, conditional_write=True, in_flight=_connections())
        address = access.address
        endpoint = address.query.get("endpoint", "") or access.options.get("endpoint", "")
        virtual = (address.query.get("style", "") or access.options.get("style", "")) == "virtual"
        if virtual and endpoint:
            endpoint = _with_bucket(endpoint, address.host)
        try:
            self._store = S3Store(
                address.host,
                prefix=address.path.strip("/") or None,
                config={
                    "access_key_id": address.user or access.options.get("access_key", ""),
                    "secret_access_key": access.password or "",
                    "region": address.query.get("region", "") or access.options.get("region", "") or "us-east-1",
                    "virtual_hosted_style_request": virtual,
                    **({"endpoint": endpoint} if endpoint else {}),
                },
                # How long a call may take is decided here, by its size.
                client_options={
                    "allow_http": endpoint.startswith("http://"),
                    "timeout": timedelta(days=1),
                    "connect_timeout": timedelta(seconds=20),
                },
                # Broken links are mended in one place for all transports.
                retry_config={"max_retries": 1, "retry_timeout": timedelta(seconds=20)},
            )
        except (BaseError, ValueError) as error:
            raise AddressMalformed(
                tr("The address “{url}” cannot be understood.", url=address),
                detail=str(error),
                hint=tr("It looks like s3://access-key@bucket/folder?endpoint=https://…&region=…."),
            ) from error
        self._host = endpoint or address.host

    async def connect(self) -> None:
        """Look whether the bucket answers to this key."""
        try:
            async with asyncio.timeout(_SILENCE_SECONDS):
                await obstore.list_with_delimiter_async(self._store, ".chce")
        except (BaseError, OSError) as error:
            known = _known(error, "")
            if isinstance(known, CertificateRefused):
                raise certificate_refused(self._host, known.detail) from error
            if isinstance(known, LinkLost):
                raise HostUnreachable(
                    tr("The host {host} cannot be reached.", host=self._host),
                    detail=known.detail,
                    hint=tr("Check the network connection and the address, then try again."),
                ) from error
            if "RequestTimeTooSkewed" in str(error):
                raise LoginRefused(
                    tr("The storage service refused, because this computer's clock is wrong."),
                    detail=str(error),
                    hint=tr("Set the computer's date and time, then try again."),
                ) from error
            raise LoginRefused(
                tr("The storage service refused the access key, the secret key or the bucket."),
                detail=str(error),
                hint=tr("Check bucket, region and access key, and type the secret key again."),
            ) from error

    async def close(self) -> None:
        """Nothing is kept open, but the library's threads let go of their last results a moment after they gave them.

        One that is still at it when Python ends would take the whole process down with an abort.
        """
        await asyncio.sleep(_LAST_MOMENT_SECONDS)

    async def read(self, path: str) -> bytes:
        """As the contract says."""
        answer = await self._known(path, obstore.get_async(self._store, path))
        return bytes(await self._known(path, answer.bytes_async()))

    async def write(self, path: str, content: Content, *, durable: bool = False) -> int:
        """As the contract says; a host that answers with the content's MD5 has vouched for all of it."""
        del durable  # an answered upload is durable
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        answer = await self._known(
            path,
            obstore.put_async(
                self._store, path, content, attributes=_attributes(path), use_multipart=size > _PART, chunk_size=_PART
            ),
            size,
        )
        if isinstance(content, bytes) and _tag(answer["e_tag"]) == _md5(content):
            return size
        found = await self.stat(path)
        return found.size if found is not None else 0

    async def write_over(self, path: str, data: bytes, seen: bytes | None) -> None:
        """As the contract says: by If-Match and If-None-Match, where the service knows them."""
        mode: PutMode = "create"
        there = None
        try:
            found = await self._known(path, obstore.get_async(self._store, path))
            there = bytes(await self._known(path, found.bytes_async()))
            mode = {"e_tag": found.meta["e_tag"]}
        except NotThere:
            pass
        if there == data:
            return
        if there != seen:
            raise taken_over()
        try:
            await self._put(path, data, mode)
        except (AlreadyExistsError, PreconditionError, FileNotFoundError, NotFoundError) as error:
            if await self.read(path) != data:  # a repetition may meet what it wrote itself
                raise taken_over() from error
        except (BaseError, OSError) as error:
            if not _knows_no_conditions(error):
                raise _known(error, path) from error
            await self.write(path, data)

    async def stat(self, path: str) -> Stat | None:
        """As the contract says."""
        found, mark = await asyncio.gather(self._head(path), self._head(posixpath.join(path, _MARK)))
        if found is not None:
            return Stat(found["size"], md5=_tag(found["e_tag"]))
        return None if mark is None else Stat(0, is_folder=True)

    async def list(self, path: str) -> tuple[Entry, ...] | None:
        """As the contract says; a folder without anything in it is none."""
        found = await self._known(path, obstore.list_with_delimiter_async(self._store, path or None))
        files = [Entry(posixpath.basename(one["path"]), one["size"]) for one in found["objects"]]
        names = [one.rstrip("/") for one in found["common_prefixes"]]
        holding = await asyncio.gather(*(self._known(one, self._holds(one)) for one in names))
        folders = [
            Entry(posixpath.basename(one), 0, is_folder=True)
            for one, holds in zip(names, holding, strict=True)
            if holds
        ]
        if not files and not folders and path:
            return None
        return tuple(entry for entry in (*files, *folders) if entry.name != _MARK)

    async def make_folder(self, path: str) -> bool:
        """As the contract says, by creating its mark under the condition that there is none."""
        if not path:
            return False
        try:
            await self._put(posixpath.join(path, _MARK), b"", "create")
        except (AlreadyExistsError, PreconditionError):
            return False
        except (BaseError, OSError) as error:
            if _knows_no_conditions(error):
                return await self._claimed(posixpath.join(path, _MARK))
            raise _known(error, path) from error
        return True

    async def rename(self, source: str, target: str) -> None:
        """There is no such thing; see `Capabilities.rename`."""
        raise FileRefused(target, detail=f"rename {source}")

    async def delete(self, path: str) -> bool:
        """As the contract says."""
        if await self._head(path) is None:
            return False
        await self._known(path, obstore.delete_async(self._store, path))
        return True

    async def remove_folder(self, path: str) -> bool:
        """As the contract says, by removing its mark."""
        entries = await self.list(path)
        if entries != ():
            return False
        return await self.delete(posixpath.join(path, _MARK))

    async def test_folder(self, path: str) -> None:
        """As the contract says: a key may be good for a part of the names only."""
        probe = posixpath.join(path, new_probe())
        try:
            await self.write(probe, b"")
            await self.delete(probe)
        except FileRefused as error:
            raise FolderRefused(path, detail=error.detail) from error

    async def commit(self) -> None:
        """Each call took effect by itself."""

    async def free_space(self) -> int | None:
        """There is always more, for money."""
        return None

    async def _head(self, path: str) -> ObjectMeta | None:
        if not path:
            return None
        try:
            async with asyncio.timeout(_SILENCE_SECONDS):
                return await obstore.head_async(self._store, path)
        except (FileNotFoundError, NotFoundError):
            return None
        except (BaseError, OSError) as error:
            raise _known(error, path) from error

    async def _put(self, path: str, data: bytes, mode: PutMode) -> None:
        async with asyncio.timeout(_SILENCE_SECONDS):
            await obstore.put_async(self._store, path, data, attributes=_attributes(path), mode=mode)

    async def _claimed(self, mark: str) -> bool:
        """Whether this call made a mark, on a service without conditions: of several that write, the last one did."""
        if await self._head(mark) is not None:
            return False
        ours = secrets.token_bytes(16)
        await self._known(mark, obstore.put_async(self._store, mark, ours))
        await asyncio.sleep(_CLAIM_SECONDS)
        return await self.read(mark) == ours

    async def _holds(self, folder: str) -> bool:
        """Whether anything is in a folder: some services go on listing folders after their last object has gone."""
        async for chunk in obstore.list(self._store, folder, chunk_size=1):
            return bool(chunk)
        return False

    async def _known(self, path: str, work: Awaitable[T], size: int = 0) -> T:
        """The answer, unless a call that moves `size` bytes is silent for too long."""
        try:
            async with asyncio.timeout(_SILENCE_SECONDS + size / _SLOWEST):
                return await work
        except (BaseError, OSError) as error:
            raise _known(error, path) from error


def make(access: Access) -> S3:
    """The transport for `s3://access-key@bucket/prefix?endpoint=https://…&region=…[&style=virtual]`."""
    return S3(access)


def _with_bucket(endpoint: str, bucket: str) -> str:
    """An endpoint whose host begins with the bucket, as obstore wants it where the bucket stands in the host name."""
    scheme, separator, host = endpoint.partition("://")
    return endpoint if host.startswith(f"{bucket}.") else f"{scheme}{separator}{bucket}.{host}"


def _md5(data: bytes) -> str:
    """The hex MD5, which these hosts use as a name for contents; it protects nothing."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _tag(etag: str | None) -> str:
    return (etag or "").strip('"')


def _attributes(path: str) -> Attributes:
    extension = posixpath.splitext(path)[1].lower()
    return {
        "Content-Type": _TYPES.get(extension, "application/octet-stream"),
        "Cache-Control": caching.rule(path),
    }


def _knows_no_conditions(error: Exception) -> bool:
    return isinstance(error, NotSupportedError) or bool(_NO_CONDITIONS.search(str(error)))


def _known(error: Exception, path: str) -> PublishError:
    detail = f"{type(error).__name__}: {error}"[:2000]
    if isinstance(error, (FileNotFoundError, NotFoundError)):
        return NotThere(path, detail=detail)
    if _FULL.search(detail):  # several services say it as a 403
        return RemoteFull(
            tr("The host stopped accepting data: its disk is full or your quota is reached."),
            detail=f"{path}: {detail}",
            hint=tr("Make room on the host or ask for more, then publish again."),
        )
    if isinstance(error, (PermissionError, PermissionDeniedError, UnauthenticatedError)):
        return FileRefused(path, detail=detail)
    if "certificate" in detail.lower():
        return certificate_refused("", detail)
    if " 40" in detail and "status" in detail:
        return FileRefused(path, detail=detail)
    return LinkLost(
        tr("The connection to the host broke."),
        detail=detail,
        hint=tr("Check the network, then publish again: it goes on where it stopped."),
    )
