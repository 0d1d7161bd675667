"""Hosts of every kind for the contract suite: each a real server over a folder that the test can look into."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from chce_desktop.domain.manifest import FileEntry, Manifest
from chce_desktop.domain.publication import Target
from chce_desktop.publishing.lock import Pace
from chce_desktop.publishing.outcome import KnownState, LocalTree, PublishResult
from chce_desktop.publishing.publisher import Publisher
from chce_desktop.publishing.registry import Remote, open_remote
from chce_desktop.publishing.remote import Transport
from tests.helpers.openssh import openssh_server
from tests.helpers.web_server import WebServer

#: Servers of a root account may write everywhere.
UNREFUSED = frozenset({"unrefused"} if os.geteuid() == 0 else ())
#: Hosts that show all changes at once: their lock is the commit itself, and their public address follows minutes later.
COMMITS = frozenset({"unrefused", "commits"})
#: A lock's times for tests.
QUICK = Pace(lease=2.0, beat=0.3, poll=0.1, nameless=1.0)


@dataclass(kw_only=True)
class Host:
    """A fresh folder on a running server. `root` is the same folder on this disk."""

    target: Target
    root: Path
    password: str | None = None
    tags: frozenset[str] = frozenset()

    def remote(self, public_url: str = "") -> Remote:
        remote = open_remote(self.target, password=self.password)
        remote.public_url = public_url
        return remote

    def everything(self) -> dict[str, bytes]:
        """All files, ours and others."""
        return files_of(self.root)

    def files(self) -> dict[str, bytes]:
        """What lies there, without our records."""
        return {path: data for path, data in self.everything().items() if not path.startswith(".chce/")}

    def records(self) -> set[str]:
        """Names in `.chce`."""
        home = self.root / ".chce"
        return {path.relative_to(home).as_posix() for path in home.rglob("*")} if home.is_dir() else set()

    def get(self, path: str) -> bytes | None:
        """What a reader gets."""
        try:
            return (self.root / path).read_bytes()
        except (FileNotFoundError, PermissionError):
            return None

    def put(self, path: str, data: bytes) -> None:
        """Change something by hand, in a way that the host's account may change again."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        for touched in (place, *place.parents):
            if touched == self.root:
                break
            touched.chmod(0o777)

    def remove(self, path: str) -> None:
        """Delete a file by hand."""
        (self.root / path).unlink()

    def empty(self) -> None:
        """Delete everything by hand."""
        for path in self.root.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def is_empty(self) -> bool:
        """Whether nothing is left, not even a folder."""
        return not list(self.root.iterdir())

    def served(self, serve: Callable[[Path], WebServer]) -> str:
        """The public address of this folder."""
        return serve(self.root).url

    def stamps(self) -> dict[str, object]:
        """Something of each file and folder that changes when it is touched."""
        return {str(path): path.stat().st_mtime_ns for path in self.root.rglob("*")}


@dataclass
class Desk:
    """One computer with one library: publishes trees to a host and remembers what it published."""

    host: Host
    folder: Path
    machine: str = "newsroom-1"
    site: str = "site-1"
    known: KnownState = field(default_factory=KnownState)
    public_url: str = ""
    wrap: Callable[[Remote], Remote] = lambda remote: remote

    def publisher(self) -> Publisher:
        return Publisher(
            self.wrap(self.host.remote(self.public_url)),
            site_uid=self.site,
            machine=self.machine,
            known=self.known,
            journal=self.folder / "journal",
            pace=QUICK,
        )

    def tree(self, files: dict[str, bytes]) -> LocalTree:
        """A local tree of exactly these files, in a folder of its own."""
        return local_tree(Path(tempfile.mkdtemp(dir=self.folder)), files)

    def publish(self, files: dict[str, bytes], *accept: str, thorough: bool = False) -> PublishResult:
        result = self.publisher().publish(self.tree(files), accept=frozenset(accept), thorough=thorough)
        self.known = KnownState(result.generation, result.tree)
        return result


def altered(desk: Desk, change: Callable[[Transport], None]) -> None:
    """Let the desk's connections behave differently."""

    def wrap(remote: Remote) -> Remote:
        bare = remote.bare_transport

        def made() -> Transport:
            transport = bare()
            change(transport)
            return transport

        remote.bare_transport = made  # type: ignore[method-assign]
        return remote

    desk.wrap = wrap


def local_tree(root: Path, files: dict[str, bytes]) -> LocalTree:
    entries = {}
    for path, data in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        entries[path] = FileEntry(hashlib.sha256(data).hexdigest(), len(data))
    return LocalTree(root, Manifest(entries))


def files_of(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


HostMaker = Callable[[], Host]


@contextmanager
def folder_hosts() -> Iterator[HostMaker]:
    base = Path(tempfile.mkdtemp(prefix="chce 主机 "))

    def make() -> Host:
        root = Path(tempfile.mkdtemp(dir=base))
        return Host(target=Target(id=1, uid="t", name="t", url=root.as_uri()), root=root, tags=UNREFUSED)

    try:
        yield make
    finally:
        shutil.rmtree(base, ignore_errors=True)


@contextmanager
def sftp_hosts(*options: str, tags: frozenset[str] = frozenset()) -> Iterator[HostMaker]:
    with openssh_server(*options) as server:

        def make() -> Host:
            root = server.folder()
            target = Target(
                id=1, uid="t", name="t", url=server.url(root), host_key=server.host_key, key_file=str(server.client_key)
            )
            return Host(target=target, root=root, tags=tags)

        yield make


def plain_sftp_hosts() -> AbstractContextManager[HostMaker]:
    """OpenSSH that offers no posix-rename, as bare version 3 servers do."""
    return sftp_hosts(
        "Subsystem sftp internal-sftp -P posix-rename,statvfs,fsync,limits", tags=frozenset({"no-atomic-replace"})
    )
