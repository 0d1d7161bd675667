"""What every transport promises, against real servers."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from chce_desktop.publishing.errors import FileRefused, FolderRefused, NotThere
from chce_desktop.publishing.remote import Entry, Transport
from tests.contract.hosts import Host

pytestmark = pytest.mark.server

T = TypeVar("T")


def connected(host: Host, work: Callable[[Transport], Awaitable[T]]) -> T:
    async def run() -> T:
        transport = host.remote().bare_transport()
        await transport.connect()
        try:
            answer = await work(transport)
            await transport.commit()
            return answer
        finally:
            await transport.close()

    return asyncio.run(run())


def test_what_was_written_is_read_back_and_its_size_is_told(host: Host) -> None:
    async def work(t: Transport) -> None:
        for data in (b"", b"x", os.urandom(32768), os.urandom(200_000)):
            assert await t.write("文 件.bin", data) == len(data)
            assert await t.read("文 件.bin") == data
            stat = await t.stat("文 件.bin")
            assert stat is not None
            assert (stat.size, stat.is_folder) == (len(data), False)

    connected(host, work)
    assert list(host.files()) == ["文 件.bin"]


def test_a_shorter_content_replaces_a_longer_one(host: Host) -> None:
    async def work(t: Transport) -> None:
        await t.write("a", b"longer than the next")
        assert await t.write("a", b"short", durable=True) == 5

    connected(host, work)
    assert host.files() == {"a": b"short"}


def test_a_large_file_is_sent_from_disk(host: Host, tmp_path: Path) -> None:
    source = tmp_path / "视频.bin"
    source.write_bytes(os.urandom(5_000_001))
    assert connected(host, lambda t: t.write("v", source)) == 5_000_001
    assert host.files()["v"] == source.read_bytes()


def test_what_is_missing_is_told_as_missing(host: Host) -> None:
    async def work(t: Transport) -> None:
        assert await t.stat("no") is None
        assert await t.stat("no/where") is None
        assert await t.list("no") is None
        assert not await t.delete("no")
        assert not await t.delete("no/where")
        assert not await t.remove_folder("no")
        with pytest.raises(NotThere):
            await t.read("no")
        await t.write("target", b"kept")
        with pytest.raises(NotThere if t.capabilities.rename else FileRefused):
            await t.rename("no", "target")
        assert await t.read("target") == b"kept"

    connected(host, work)


def test_folders_are_made_once_listed_and_removed_when_empty(host: Host) -> None:
    async def work(t: Transport) -> None:
        if not t.capabilities.folders:
            return
        assert await t.make_folder("新闻")
        assert not await t.make_folder("新闻")
        assert await t.make_folder("新闻/a")
        await t.write("新闻/b.html", b"12345")
        assert set(await t.list("新闻") or ()) == {Entry("a", 0, is_folder=True), Entry("b.html", 5)}
        assert await t.list("新闻/a") == ()
        stat = await t.stat("新闻")
        assert stat is not None
        assert stat.is_folder
        assert not await t.remove_folder("新闻")
        assert await t.remove_folder("新闻/a")
        assert await t.delete("新闻/b.html")
        assert await t.remove_folder("新闻")
        with pytest.raises(NotThere):
            await t.make_folder("no/where")

    connected(host, work)
    assert host.is_empty()


def test_only_one_of_many_makes_a_folder(host: Host) -> None:
    async def work(t: Transport) -> None:
        answers = await asyncio.gather(*(t.make_folder("lock") for _ in range(20)))
        assert sorted(answers) == [False] * 19 + [True]

    connected(host, work)


def test_a_rename_replaces_what_is_there(host: Host) -> None:
    async def work(t: Transport) -> None:
        if not t.capabilities.rename:
            await t.write("fresh", b"new")
            return
        await t.write("new", b"new")
        await t.write("old", b"old")
        await t.rename("new", "old")
        assert await t.read("old") == b"new"
        assert await t.stat("new") is None
        await t.rename("old", "fresh")
        assert t.capabilities.atomic_replace == ("no-atomic-replace" not in host.tags)

    connected(host, work)
    assert host.files() == {"fresh": b"new"}


def test_hundreds_of_calls_at_once(host: Host) -> None:
    contents = {f"f{i}": os.urandom(i * 20) for i in range(300)}

    async def work(t: Transport) -> None:
        sizes = await asyncio.gather(*(t.write(path, data) for path, data in contents.items()))
        assert list(sizes) == [len(data) for data in contents.values()]
        assert await asyncio.gather(*(t.read(path) for path in contents)) == list(contents.values())
        assert all(await asyncio.gather(*(t.delete(path) for path in list(contents)[:150])))
        assert len(await t.list("") or ()) == 150

    connected(host, work)
    assert host.files() == dict(list(contents.items())[150:])


def test_a_folder_that_cannot_be_written_is_named(host: Host) -> None:
    if "unrefused" in host.tags:
        return
    refused = host.root / "refused"
    refused.mkdir(mode=0o555)

    async def work(t: Transport) -> None:
        with pytest.raises(FolderRefused) as caught:
            await t.test_folder("refused")
        assert caught.value.path == "refused"
        with pytest.raises(FileRefused):
            await t.write("refused/a", b"1")
        with pytest.raises(FileRefused):
            await t.make_folder("refused/a")
        await t.test_folder("")

    connected(host, work)
    assert not list(refused.iterdir())


def test_free_space_is_told_or_not(host: Host) -> None:
    async def work(t: Transport) -> None:
        free = await t.free_space()
        assert (free is not None and free > 0) == t.capabilities.free_space

    connected(host, work)
