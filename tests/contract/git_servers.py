"""Git: a bare repository on the disk, and one that is reached over SSH."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from typing_extensions import override

from chce_desktop.domain.publication import Target
from tests.contract.certificates import make_certificate
from tests.contract.hosts import COMMITS, Host, HostMaker, local_tree
from tests.helpers.openssh import openssh_server
from tests.helpers.web_server import WebServer, free_port, wait_for_port

BRANCH = "pages"
_AS_IS = ".nojekyll"


@dataclass(kw_only=True)
class GitHost(Host):
    """A branch of a bare repository; `root` is the repository."""

    account: str = ""

    @override
    def everything(self) -> dict[str, bytes]:
        listed = self.git("ls-tree", "-r", "-z", BRANCH).decode()
        names = {}
        for line in filter(None, listed.split("\0")):
            facts, _tab, path = line.partition("\t")
            names[path] = facts.split()[2]
        return {path: self.git("cat-file", "blob", sha) for path, sha in names.items() if path != _AS_IS}

    @override
    def records(self) -> set[str]:
        return {path.removeprefix(".chce/") for path in self.everything() if path.startswith(".chce/")}

    @override
    def get(self, path: str) -> bytes | None:
        found = subprocess.run(
            ["git", "-C", self.root, "cat-file", "blob", f"{BRANCH}:{path}"], capture_output=True, check=False
        )
        return found.stdout if found.returncode == 0 else None

    @override
    def put(self, path: str, data: bytes) -> None:
        self.change(lambda clone: local_tree(clone, {path: data}))

    @override
    def remove(self, path: str) -> None:
        def remove(clone: Path) -> None:
            (clone / path).unlink()

        self.change(remove)

    @override
    def empty(self) -> None:
        def empty(clone: Path) -> None:
            for place in clone.iterdir():
                if place.is_dir() and place.name != ".git":
                    shutil.rmtree(place)
                elif place.is_file():
                    place.unlink()

        self.change(empty)

    @override
    def is_empty(self) -> bool:
        return not self.everything()

    @override
    def served(self, serve: Callable[[Path], WebServer]) -> str:
        return ""

    @override
    def stamps(self) -> dict[str, object]:
        return {"commit": self.git("rev-parse", BRANCH)}

    def git(self, *arguments: str) -> bytes:
        """What git says; nothing where there is no such branch yet."""
        return subprocess.run(["git", "-C", self.root, *arguments], capture_output=True, check=False).stdout

    def change(self, work: Callable[[Path], object]) -> None:
        """Somebody else commits and pushes with the ordinary git."""
        with tempfile.TemporaryDirectory() as place:
            clone = Path(place)
            run = ["git", "-C", place, "-c", "user.name=x", "-c", "user.email=x@x"]
            subprocess.run(["git", "init", "-q", "-b", BRANCH, place], check=True)
            here = self.root.as_uri()
            if self.git("rev-parse", "--verify", "-q", BRANCH):
                subprocess.run([*run, "fetch", "-q", here, BRANCH], check=True)
                subprocess.run([*run, "reset", "-q", "--hard", "FETCH_HEAD"], check=True)
            work(clone)
            subprocess.run([*run, "add", "-A"], check=True)
            subprocess.run([*run, "commit", "-q", "--allow-empty", "-m", "by hand"], check=True)
            subprocess.run([*run, "push", "-q", here, f"HEAD:{BRANCH}"], check=True)
        if self.account:
            subprocess.run(["chown", "-R", self.account, self.root], check=True)


def _repository(place: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("no git; `python3 dev.py test` installs it on Debian and Ubuntu")
    subprocess.run(["git", "init", "-q", "--bare", place], check=True)
    subprocess.run(["git", "config", "--global", "safe.directory", "*"], check=True)


@contextlib.contextmanager
def git_hosts() -> Iterator[HostMaker]:
    base = Path(tempfile.mkdtemp(prefix="chce 仓库 "))

    def make() -> Host:
        root = Path(tempfile.mkdtemp(dir=base))
        _repository(root)
        url = f"git+{root.as_uri()}#{BRANCH}"
        return GitHost(target=Target(id=1, uid="t", name="t", url=url), root=root, tags=COMMITS)

    try:
        yield make
    finally:
        shutil.rmtree(base, ignore_errors=True)


@contextlib.contextmanager
def git_https_hosts() -> Iterator[HostMaker]:
    base = Path(tempfile.mkdtemp(prefix="chce-git-"))
    certificate, key = make_certificate(base)
    port, token = free_port(), "令牌 token@1"
    output = base / "output"
    server = Path(__file__).with_name("git_https.py")
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, server, base, str(port), certificate, key, f"editor:{token}"], stdout=log, stderr=log
        )
    wait_for_port(port, process, output)

    def make() -> Host:
        root = Path(tempfile.mkdtemp(dir=base, suffix=" 站.git"))
        _repository(root)
        subprocess.run(["git", "-C", root, "config", "http.receivepack", "true"], check=True)
        url = f"git+https://editor@127.0.0.1:{port}/{quote(root.name)}#{BRANCH}"
        target = Target(id=1, uid="t", name="t", url=url, options={"ca_file": str(certificate)})
        return GitHost(target=target, root=root, password=token, tags=COMMITS)

    try:
        yield make
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(base, ignore_errors=True)


@contextlib.contextmanager
def git_ssh_hosts() -> Iterator[HostMaker]:
    with openssh_server() as server:

        def make() -> Host:
            root = server.folder()
            _repository(root)
            account = server.user if os.geteuid() == 0 else ""
            if account:
                subprocess.run(["chown", "-R", account, root], check=True)
            target = Target(
                id=1,
                uid="t",
                name="t",
                url=f"git+ssh://{server.user}@{server.host}:{server.port}{root.as_posix()}#{BRANCH}",
                host_key=server.host_key,
                key_file=str(server.client_key),
            )
            return GitHost(target=target, root=root, tags=COMMITS, account=account)

        yield make
