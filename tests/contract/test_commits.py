"""Hosts that show all changes at once: what is special about Git and archives."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from chce_desktop.domain.publication import Target
from chce_desktop.publishing.address import parse_address
from chce_desktop.publishing.errors import AddressMalformed, FileRefused, HostUnreachable, LockLost
from chce_desktop.publishing.registry import Remote, open_remote
from chce_desktop.publishing.remote import Transport
from chce_desktop.publishing.transports.collecting import Collecting
from tests.contract.archives import ArchiveHost
from tests.contract.git_servers import BRANCH, GitHost
from tests.contract.hosts import Desk
from tests.contract.servers import Servers

pytestmark = pytest.mark.server

OLD = {"index.html": b"1", "assets/s.css": b"body {}", "新闻/a.html": "第一".encode(), "新闻/b.html": b"b"}
NEW = OLD | {"index.html": b"2", "新闻/c.html": b"c"}


@pytest.fixture(params=["git", "git-ssh", "git-https"])
def git(request: pytest.FixtureRequest, servers: Servers, tmp_path: Path) -> tuple[Desk, GitHost]:
    host = servers.host(request.param)
    assert isinstance(host, GitHost)
    return Desk(host, tmp_path), host


def in_between(desk: Desk, change: Callable[[], object]) -> None:
    """Let somebody else change the host right before the commit, once."""
    times = iter([True])

    def wrap(remote: Remote) -> Remote:
        bare = remote.bare_transport

        def late() -> Transport:
            transport = bare()
            commit = transport.commit

            async def commit_late() -> None:
                if next(times, False):
                    await asyncio.to_thread(change)
                await commit()

            transport.commit = commit_late  # type: ignore[method-assign]
            return transport

        remote.bare_transport = late  # type: ignore[method-assign]
        return remote

    desk.wrap = wrap


def test_one_publish_is_one_commit_on_top_of_the_one_before(git: tuple[Desk, GitHost]) -> None:
    desk, host = git
    desk.publish(OLD)
    first = host.git("rev-parse", BRANCH)
    assert host.git("ls-tree", "--name-only", BRANCH).decode().split()[:2] == [".chce", ".nojekyll"]
    desk.publish(NEW)
    assert host.git("rev-parse", f"{BRANCH}^") == first
    assert host.git("rev-list", "--count", BRANCH) == b"2\n"
    assert host.git("fsck", "--strict") == b""
    changed = host.git("-c", "core.quotePath=no", "diff", "--name-only", f"{BRANCH}^", BRANCH).decode().split()
    assert [path for path in changed if not path.startswith(".chce/")] == ["index.html", "新闻/c.html"]


def test_a_commit_of_somebody_else_at_the_same_moment_stays(git: tuple[Desk, GitHost]) -> None:
    desk, host = git
    desk.publish(OLD)
    in_between(desk, lambda: host.put("README.md", b"theirs"))
    desk.publish(NEW)
    assert host.files() == NEW | {"README.md": b"theirs"}
    assert host.git("rev-list", "--count", BRANCH) == b"3\n"


def test_a_commit_about_the_same_page_at_the_same_moment_wins(git: tuple[Desk, GitHost]) -> None:
    desk, host = git
    desk.publish(OLD)
    in_between(desk, lambda: host.put("index.html", b"theirs"))
    with pytest.raises(LockLost):
        desk.publish(NEW)
    assert host.files() == OLD | {"index.html": b"theirs"}
    desk.publish(NEW)
    assert host.files() == NEW


def test_two_computers_that_commit_at_the_same_moment(git: tuple[Desk, GitHost], tmp_path: Path) -> None:
    desk, host = git
    desk.publish(OLD)
    other = Desk(host, tmp_path / "other", machine="newsroom-2", known=desk.known)
    other.folder.mkdir()
    in_between(desk, lambda: other.publish(OLD | {"theirs.html": b"x"}))
    with pytest.raises(LockLost):
        desk.publish(NEW)
    assert host.files() == OLD | {"theirs.html": b"x"}


def test_a_host_that_refuses_the_push_is_told_with_its_reason(servers: Servers, tmp_path: Path) -> None:
    host = servers.host("git-ssh")
    hook = host.root / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    desk = Desk(host, tmp_path)
    with pytest.raises(FileRefused, match=BRANCH) as caught:
        desk.publish(OLD)
    assert "hook" in caught.value.detail
    assert not host.everything()


def test_a_missing_repository_is_named(tmp_path: Path, servers: Servers) -> None:
    desk = Desk(servers.host("git-ssh"), tmp_path)
    desk.host.root.rename(desk.host.root.with_name("moved"))
    with pytest.raises(HostUnreachable, match="no Git repository"):
        desk.publish(OLD)


def test_the_cache_spares_the_fetch_and_may_be_damaged_or_gone(git: tuple[Desk, GitHost], tmp_path: Path) -> None:
    desk, host = git
    cache = tmp_path / "cache"

    def kept(remote: Remote) -> Remote:
        return open_remote(host.target, password=host.password, cache=cache)

    desk.wrap = kept
    desk.publish(OLD)
    assert host.target.url.partition("//")[2].partition("#")[0] not in (cache / "repository" / "config").read_text()
    host.put("README.md", b"theirs")
    desk.publish(NEW)
    assert host.files() == NEW | {"README.md": b"theirs"}
    for pack in (cache / "repository" / "objects" / "pack").glob("*.pack"):
        pack.chmod(0o666)
        pack.write_bytes(b"damaged")
    desk.publish(OLD)
    assert host.files() == OLD | {"README.md": b"theirs"}


@pytest.fixture
def archive(servers: Servers, tmp_path: Path) -> tuple[Desk, ArchiveHost]:
    host = servers.host("zip")
    assert isinstance(host, ArchiveHost)
    return Desk(host, tmp_path), host


def held(host: ArchiveHost) -> dict[str, bytes]:
    with zipfile.ZipFile(host.archive) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def test_equal_sites_make_equal_archives(archive: tuple[Desk, ArchiveHost], servers: Servers, tmp_path: Path) -> None:
    desk, host = archive
    desk.publish(OLD)
    desk.publish(NEW)
    assert held(host) == NEW
    other = servers.host("zip")
    assert isinstance(other, ArchiveHost)
    again = Desk(other, tmp_path / "other")
    again.folder.mkdir()
    again.publish(NEW)
    assert other.archive.read_bytes() == host.archive.read_bytes()


def test_files_to_be_deleted_by_hand_are_listed(archive: tuple[Desk, ArchiveHost]) -> None:
    desk, host = archive
    listed = host.archive.with_name("站点.zip.deleted.txt")
    desk.publish(NEW)
    assert not listed.exists()
    desk.publish(OLD)
    assert listed.read_text(encoding="utf-8-sig").splitlines() == ["新闻/c.html"]
    desk.publish(NEW)
    assert {path.name for path in host.root.iterdir()} == {"站点.zip", "站点.zip.records"}


def test_an_archive_that_was_moved_away_is_made_whole_again(archive: tuple[Desk, ArchiveHost]) -> None:
    desk, host = archive
    desk.publish(OLD)
    host.archive.unlink()
    assert desk.publish(NEW).generation == 2
    assert held(host) == NEW


def test_only_the_changes_on_request(archive: tuple[Desk, ArchiveHost]) -> None:
    desk, host = archive
    host.target = type(host.target)(id=1, uid="t", name="t", url=f"{host.target.url}?changes=yes")
    desk.publish(OLD)
    assert held(host) == OLD
    host.archive.unlink()
    desk.publish(NEW)
    assert held(host) == {"index.html": b"2", "新闻/c.html": b"c"}
    assert desk.publish(NEW).uploaded == 0


def test_an_archive_has_to_be_one() -> None:
    with pytest.raises(AddressMalformed):
        open_remote(_target("zip:///a/folder")).bare_transport()
    assert parse_address("git+file:///C:/x/y.git#b").path == "C:/x/y.git"


def _target(url: str) -> Target:
    return Target(id=1, uid="t", name="t", url=url)


def test_what_waits_is_laid_over_what_is_there() -> None:
    async def work() -> None:
        waiting = Collecting()
        assert await waiting.list("") == ()
        assert await waiting.make_folder("a/b")
        await waiting.write("a/c", b"123")
        assert {entry.name for entry in await waiting.list("a") or ()} == {"b", "c"}
        assert await waiting.delete("a/c")
        assert await waiting.remove_folder("a/b")
        assert await waiting.list("a") is None
        assert waiting.changes() == {}
        waiting.forget()

    asyncio.run(work())
