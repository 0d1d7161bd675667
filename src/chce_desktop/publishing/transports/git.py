"""Git: one publish is one commit on one branch, pushed on top of what is there and never over it."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from dulwich.client import GitClient, HTTPUnauthorized, Urllib3HttpGitClient
from dulwich.errors import GitProtocolError, HangupException, NotGitRepository

from chce_desktop.foundation.i18n import tr
from chce_desktop.publishing.address import Access
from chce_desktop.publishing.errors import (
    FileRefused,
    HostUnreachable,
    LinkLost,
    LockLost,
    LoginRefused,
    PublishError,
    certificate_refused,
)
from chce_desktop.publishing.layers.retry import PAUSES
from chce_desktop.publishing.records import HEAD
from chce_desktop.publishing.transports.collecting import Collecting, NothingThere, local_problem
from chce_desktop.publishing.transports.git_clients import SshBridge, https_client, https_path, local_client, ssh_client
from chce_desktop.publishing.transports.git_store import ZERO, Addition, Store, TreeBase

T = TypeVar("T")

# Pages are shown as they are; without this file some hosts run a generator of their own over them.
_AS_IS = ".nojekyll"
_REFUSED = (" 401", " 403", "unauthorized", "permission", "access denied", "authentication")


class Git(Collecting):
    """One branch of one repository.

    Its objects are kept in a bare repository in the target's cache, in which no address and no secret is written. What
    others committed in between stays, as long as it is not about the same files.
    """

    def __init__(self, access: Access) -> None:
        super().__init__()
        self._access = access
        self._branch = access.address.fragment.encode()
        self._thread: ThreadPoolExecutor | None = None
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._store: Store | None = None
        self._ssh: SshBridge | None = None
        self._https: Urllib3HttpGitClient | None = None
        self._tip = ZERO
        self._addition: Addition | None = None

    async def connect(self) -> None:
        """Fetch what readers see now."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="git")
        try:
            self._store = await self._call(self._opened)
            self._tip = await self._fetched()
        except BaseException:
            await self.close()
            raise
        self.settle(self._base(self._tip))

    async def close(self) -> None:
        """End the connection, and let go of what was not committed."""
        if self._ssh is not None:
            await self._ssh.close()
        store, self._store = self._store, None
        if store is not None:
            store.stop()
        thread, self._thread = self._thread, None
        if thread is not None:
            await asyncio.get_running_loop().run_in_executor(None, thread.shutdown)
        if self._https is not None:
            self._https.pool_manager.clear()
        if store is not None:
            store.close()
        self.forget()
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None

    async def commit(self) -> None:
        """As the contract says. A link that breaks is tried again, after a look at whether the push had arrived."""
        if not self.changes():
            return
        if self.base.stat(_AS_IS) is None:
            await self.write(_AS_IS, b"")
        changes = self.changes()
        for pause in (*PAUSES, None):
            try:
                if await self._is_pushed(self._found_store(), changes):
                    return
            except HostUnreachable:  # it was there when this publish began
                if pause is None:
                    raise
                await asyncio.sleep(pause)
        raise _taken_over()

    async def _is_pushed(self, store: Store, changes: dict[str, int | None]) -> bool:
        """Push once. False where somebody else's commit came first, which is then the new ground."""
        addition = self._addition
        if addition is None or addition.parent != self._tip:
            tip = self._tip
            addition = await self._call(lambda: store.prepared(tip, changes, self.blocks, _message(changes)))
            self._addition = addition
        elif await self._fetched() == addition.commit:  # the push before had arrived, only its answer had not
            await self._keep(store, addition)
            return True
        refusal = await self._pushed(addition)
        if refusal is None:
            await self._keep(store, addition)
            return True
        found = await self._fetched()
        if found == self._tip:
            raise FileRefused(self._ref.decode(), detail=refusal)
        touched = {*changes, HEAD}
        if any(store.blob(self._tip, path) != store.blob(found, path) for path in touched):
            raise _taken_over()
        self.base, self._tip = self._base(found), found
        return False

    async def _keep(self, store: Store, addition: Addition) -> None:
        await self._call(lambda: store.keep(addition, self.blocks))
        self._tip, self._addition = addition.commit, None
        self.settle(self._base(self._tip))

    def _base(self, tip: bytes) -> TreeBase | NothingThere:
        store = self._found_store()
        return NothingThere() if tip == ZERO else TreeBase(store, tip, hidden=frozenset({_AS_IS}))

    def _found_store(self) -> Store:
        if self._store is None:
            raise _lost("not connected")
        return self._store

    @property
    def _ref(self) -> bytes:
        return b"refs/heads/" + self._branch

    def _opened(self) -> Store:
        place = self._access.cache
        if place is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="chce-git-", ignore_cleanup_errors=True)
            place = Path(self._temporary.name)
        return Store(place / "repository")

    async def _fetched(self) -> bytes:
        """The branch's newest commit, with all that it holds; ZERO where there is no such branch."""
        store = self._found_store()
        client, path = await self._client()
        branch, tip = await self._call(lambda: store.fetch(client, path, self._branch))
        self._branch = branch
        return tip

    async def _pushed(self, addition: Addition) -> str | None:
        """Ask the host to put our commit on top of what we had seen. Answers with its refusal."""
        store = self._found_store()
        client, path = await self._client()
        return await self._call(lambda: store.push(client, path, self._ref, addition, self.blocks))

    async def _client(self) -> tuple[GitClient, bytes]:
        address = self._access.address
        if address.scheme == "git+ssh":
            if self._ssh is None:
                self._ssh = SshBridge(self._access)
            await self._ssh.connect()
            return ssh_client(self._ssh, self._access), address.path.encode()
        if address.scheme == "git+https":
            if self._https is None:
                self._https = https_client(self._access)
            return self._https, https_path(self._access)
        return local_client(), str(Path(address.path)).encode()

    async def _call(self, work: Callable[[], T]) -> T:
        """Done in the one thread of this connection."""
        if self._thread is None:
            raise _lost("not connected")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except PublishError:
            raise
        except Exception as error:
            if self._ssh is not None:
                self._ssh.hang_up()
            raise _known(error, self._access) from error


def make(access: Access) -> Git:
    """The transport for `git+ssh://`, `git+https://` and `git+file://`, each with `#branch`."""
    return Git(access)


def _message(changes: dict[str, int | None]) -> str:
    gone = sum(size is None for size in changes.values())
    when = time.strftime("%Y-%m-%d %H:%M")
    return f"Publish {when}: {len(changes) - gone} files written, {gone} deleted\n"


def _taken_over() -> LockLost:
    return LockLost(
        tr("Another computer committed to this branch at the same time, so nothing of ours was pushed."),
        hint=tr("Look at what it published, then publish again."),
    )


def _lost(detail: str) -> LinkLost:
    return LinkLost(
        tr("The connection to the host broke."),
        detail=detail,
        hint=tr("Check the network, then publish again: it goes on where it stopped."),
    )


def _known(error: Exception, access: Access) -> PublishError:
    """What a failure of Git means for the editor."""
    host = access.address.host or access.address.path
    detail = f"{type(error).__name__}: {error}"
    low = detail.lower()
    if "certificate" in low:
        return certificate_refused(host, detail)
    if isinstance(error, HTTPUnauthorized) or any(word in low for word in _REFUSED):
        return LoginRefused(
            tr("The host {host} refused user name, password or access token.", host=host),
            detail=detail,
            hint=tr("Make an access token that may write to this repository, and type it as the password."),
        )
    if isinstance(error, NotGitRepository) or "404" in low or "not found" in low or "does not appear to be" in low:
        return HostUnreachable(
            tr("There is no Git repository at this address."),
            detail=detail,
            hint=tr("Check the address. The repository must exist; an empty one will do."),
        )
    if isinstance(error, (GitProtocolError, HangupException, EOFError, ConnectionError, TimeoutError)):
        return _lost(detail)
    if isinstance(error, OSError) and error.errno is not None:
        return local_problem(error, access.address.path)
    return _lost(detail)
