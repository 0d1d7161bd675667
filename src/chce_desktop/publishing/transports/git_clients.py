"""How to talk to a Git host: over SSH with this app's own login, over HTTPS, or to a folder."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import quote

import asyncssh
import urllib3
from dulwich.client import GitClient, LocalGitClient, SSHGitClient, SSHVendor, Urllib3HttpGitClient
from dulwich.protocol import Protocol
from typing_extensions import override

from chce_desktop.publishing.address import Access
from chce_desktop.publishing.transports import ssh_login

if TYPE_CHECKING:
    from dulwich.client import SubprocessWrapper

_SILENCE_SECONDS = 120.0
_BLOCK = 128 * 1024


class SshBridge:
    """One SSH connection of the event loop, whose commands are talked to from the thread that Git works in."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._connection: asyncssh.SSHClientConnection | None = None
        self.loop = asyncio.get_running_loop()
        self.begun: list[Protocol] = []

    async def connect(self) -> None:
        """Log in, unless the connection of before is still there."""
        if self._connection is None or self._connection.is_closed():
            self._connection = await ssh_login.connect(self._access)

    async def close(self) -> None:
        """End the connection, and with it every command."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.abort()

    def hang_up(self) -> None:
        """End conversations that a failure broke off."""
        for conversation in self.begun:
            conversation.close()
        self.begun.clear()

    async def process(self, command: str) -> asyncssh.SSHClientProcess[bytes]:
        """Start a command on the host."""
        if self._connection is None:
            raise ConnectionError
        return await self._connection.create_process(command, encoding=None)


class _Pipe:
    """A command's input and output, as Git wants them: blocking, and exactly as many bytes as it asks for."""

    def __init__(self, bridge: SshBridge, command: str) -> None:
        self._bridge = bridge
        self._buffer = b""
        self._process = self._wait(bridge.process(command))
        self.stderr = self

    def read(self, count: int) -> bytes:
        """`count` bytes; fewer only at the end."""
        while len(self._buffer) < count:
            block = self._wait(self._process.stdout.read(_BLOCK))
            if not block:
                break
            self._buffer += block
        found, self._buffer = self._buffer[:count], self._buffer[count:]
        return found

    def write(self, data: bytes) -> None:
        """Send, no faster than the host takes it."""
        self._wait(self._written(data))

    def can_read(self) -> bool:
        """Whether something has arrived that was not read yet."""
        return bool(self._buffer)

    def close(self) -> None:
        """End the command."""
        self._bridge.loop.call_soon_threadsafe(self._process.close)

    def readlines(self) -> list[bytes]:
        """What the host complained about."""
        complaint: bytes = self._wait(self._process.stderr.read())
        return complaint.splitlines(keepends=True)

    async def _written(self, data: bytes) -> None:
        self._process.stdin.write(data)
        await self._process.stdin.drain()

    def _wait(self, work: Any) -> Any:
        future = asyncio.run_coroutine_threadsafe(work, self._bridge.loop)
        try:
            return future.result(_SILENCE_SECONDS)
        except FutureTimeoutError as error:
            future.cancel()
            raise ConnectionError("silence") from error
        except (asyncssh.Error, OSError) as error:
            raise ConnectionError(f"{type(error).__name__}: {error}") from error


class _Vendor(SSHVendor):
    def __init__(self, bridge: SshBridge) -> None:
        self._bridge = bridge

    @override
    def run_command(self, host: str, command: bytes, *args: object, **options: object) -> SubprocessWrapper:
        return cast("SubprocessWrapper", _Pipe(self._bridge, command.decode()))


class _Client(SSHGitClient):
    def __init__(self, bridge: SshBridge, host: str) -> None:
        super().__init__(host, vendor=_Vendor(bridge))
        self._bridge = bridge

    @override
    def _connect(
        self, cmd: bytes, path: str | bytes, protocol_version: int | None = None
    ) -> tuple[Protocol, Callable[[], bool], IO[bytes] | None]:
        found = super()._connect(cmd, path, protocol_version)
        self._bridge.begun.append(found[0])
        return found


def ssh_client(bridge: SshBridge, access: Access) -> GitClient:
    """Git over the connection of `bridge`, which has compared the host's key."""
    return _Client(bridge, access.address.host)


def https_client(access: Access) -> Urllib3HttpGitClient:
    """Git over HTTPS. Most hosts take a token as the password, and some any user name with it."""
    address = access.address
    context = ssl.create_default_context()
    if extra := access.options.get("ca_file"):
        context.load_verify_locations(extra)
    host = f"[{address.host}]" if ":" in address.host else address.host
    port = f":{address.port}" if address.port else ""
    proxy = _proxy()
    timeout = urllib3.Timeout(connect=20.0, read=_SILENCE_SECONDS)
    make: Callable[..., urllib3.PoolManager] = (
        (lambda **options: urllib3.ProxyManager(proxy, **options)) if proxy else urllib3.PoolManager
    )
    # Without retries no redirection is followed, so that the token reaches this host only.
    pools = make(ssl_context=context, timeout=timeout, retries=False, headers=_login(access))
    request = pools.request

    def ask(*arguments: Any, **options: Any) -> urllib3.BaseHTTPResponse:
        """An answer that dulwich will not read gives its connection back, so that it is closed with the others."""
        answer = request(*arguments, **options)
        if answer.status != HTTPStatus.OK:
            answer.drain_conn()
            answer.release_conn()
        return answer

    pools.request = ask  # type: ignore[method-assign]  # dulwich offers no other way in
    return Urllib3HttpGitClient(f"https://{host}{port}", pool_manager=pools)


def _login(access: Access) -> dict[str, str]:
    if access.password is None:
        return {}
    pair = f"{access.address.user or 'git'}:{access.password}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def https_path(access: Access) -> bytes:
    """The repository's path, as an address needs it."""
    return quote(access.address.path).encode()


def local_client() -> GitClient:
    """Git in a folder of this computer."""
    return LocalGitClient()


def _proxy() -> str | None:
    from urllib.request import getproxies

    return getproxies().get("https")
