"""What a publish promises, on every kind of host."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest

from chce_desktop.publishing.errors import (
    ForeignFiles,
    OtherComputerPublished,
    OtherSite,
    RemoteLocked,
    UnusualDeletion,
)
from chce_desktop.publishing.outcome import (
    FOREIGN_FILES,
    OTHER_GENERATION,
    OTHER_SITE,
    UNUSUAL_DELETION,
    KnownState,
)
from chce_desktop.publishing.records import HEAD
from chce_desktop.publishing.remote import Entry, Transport
from tests.contract.hosts import Desk, Host, altered
from tests.contract.servers import Servers

pytestmark = pytest.mark.server

SITE: dict[str, bytes] = {
    "index.html": b"<h1>home</h1>",
    "feed.xml": b"<rss/>",
    "assets/style.1234.css": b"body {}",
    "media/ab/图.jpg": b"\xff\xd8" + bytes(50_000),
    "新闻/index.html": b"list",
    "新闻/가족 が é.jpg": b"composed, and so on every host",
    **{f"新闻/article-{i}.html": f"第 {i} 条".encode() for i in range(30)},
}


def entries(host: Host) -> tuple[Entry, ...]:
    async def look() -> tuple[Entry, ...]:
        transport = host.remote().transport()
        await transport.connect()
        try:
            return await transport.list("") or ()
        finally:
            await transport.close()

    return asyncio.run(look())


def only_head(host: Host, generation: int) -> bool:
    return host.records() == {"head.json", f"manifest-{generation}.json.gz"}


def test_the_host_shows_exactly_the_tree_and_no_litter(desk: Desk) -> None:
    result = desk.publish(SITE)
    assert desk.host.files() == SITE
    assert only_head(desk.host, 1)
    assert (result.generation, result.uploaded, result.deleted, result.unchanged) == (1, len(SITE), 0, 0)
    assert result.bytes == sum(map(len, SITE.values()))
    assert (result.verified, result.repaired, result.verified_by) == (len(SITE), 0, "sizes")


def test_a_second_publish_sends_what_changed_and_deletes_what_went(desk: Desk) -> None:
    desk.publish(SITE)
    after = {path: data for path, data in SITE.items() if path not in {"media/ab/图.jpg", "新闻/article-3.html"}}
    after["index.html"] = b"<h1>new</h1>"
    after["评论/a.html"] = b"x"
    comparison = desk.publisher().compare(desk.tree(after))
    assert comparison.added == ("评论/a.html",)
    assert comparison.changed == ("index.html",)
    assert comparison.removed == ("media/ab/图.jpg", "新闻/article-3.html")
    assert comparison.unchanged == len(after) - 2
    assert not comparison.questions
    result = desk.publish(after)
    assert desk.host.files() == after
    assert "media" not in {entry.name for entry in entries(desk.host)}
    assert (result.generation, result.uploaded, result.deleted, result.unchanged) == (2, 2, 2, len(after) - 2)
    assert only_head(desk.host, 2)


def test_nothing_changed_means_nothing_done(desk: Desk) -> None:
    desk.publish(SITE)
    assert desk.publisher().compare(desk.tree(SITE)).up_to_date
    before = desk.host.stamps()
    result = desk.publish(SITE)
    assert (result.generation, result.uploaded, result.deleted, result.unchanged) == (1, 0, 0, len(SITE))
    assert desk.host.stamps() == before


def test_a_folder_with_foreign_files_is_entered_by_consent_and_they_stay(desk: Desk) -> None:
    if "untouchable" in desk.host.tags:
        return  # nobody else writes into an archive
    desk.host.put("index.html", b"placeholder")
    desk.host.put("老站/a.html", b"old")
    desk.host.put("新闻/theirs.html", b"theirs")
    with pytest.raises(ForeignFiles):
        desk.publish(SITE)
    assert set(desk.host.files()) == {"index.html", "老站/a.html", "新闻/theirs.html"}
    assert not desk.host.records()
    foreign = {"老站/a.html": b"old", "新闻/theirs.html": b"theirs"}
    desk.publish(SITE, FOREIGN_FILES)
    assert desk.host.files() == SITE | foreign
    desk.publish({"index.html": b"1"}, UNUSUAL_DELETION)
    assert desk.host.files() == {"index.html": b"1"} | foreign


def test_a_foreign_file_in_the_way_of_a_new_page_is_asked_about(desk: Desk) -> None:
    if "untouchable" in desk.host.tags:
        return
    desk.publish(SITE)
    desk.host.put("about.html", b"by hand")
    with pytest.raises(ForeignFiles, match="1"):
        desk.publish(SITE | {"about.html": b"ours"})
    assert desk.host.files()["about.html"] == b"by hand"
    desk.publish(SITE | {"about.html": b"ours"}, FOREIGN_FILES)
    assert desk.host.files() == SITE | {"about.html": b"ours"}


def test_an_unusual_deletion_asks_first(desk: Desk) -> None:
    desk.publish(SITE)
    after = {path: data for path, data in SITE.items() if "article-1" not in path}
    with pytest.raises(UnusualDeletion) as caught:
        desk.publish(after)
    assert "article-1.html" in caught.value.detail
    assert desk.host.files() == SITE
    desk.publish(after, UNUSUAL_DELETION)
    assert desk.host.files() == after


def test_a_second_computer_overwrites_nothing_silently(desk: Desk, tmp_path: Path) -> None:
    desk.publish(SITE)
    colleague = Desk(desk.host, tmp_path / "other", machine="newsroom-2", known=desk.known)
    colleague.folder.mkdir()
    theirs = SITE | {"新闻/colleague.html": b"mine"}
    colleague.publish(theirs)
    with pytest.raises(OtherComputerPublished, match=r"Another computer \(news\)"):
        desk.publish(SITE | {"新闻/own.html": b"x"})
    comparison = desk.publisher().compare(desk.tree(SITE))
    assert comparison.removed == ("新闻/colleague.html",)
    assert comparison.machine == "newsroom-2"
    assert desk.host.files() == theirs
    desk.publish(SITE, OTHER_GENERATION, UNUSUAL_DELETION)
    assert desk.host.files() == SITE


def test_a_library_that_forgot_is_told(desk: Desk, tmp_path: Path) -> None:
    desk.publish(SITE)
    restored = Desk(desk.host, tmp_path / "restored", known=KnownState())
    restored.folder.mkdir()
    with pytest.raises(OtherComputerPublished):
        restored.publish({"index.html": b"old"})


def test_another_sites_folder_is_not_taken_by_accident(desk: Desk, tmp_path: Path) -> None:
    desk.publish(SITE)
    other = Desk(desk.host, tmp_path / "other", site="site-2")
    other.folder.mkdir()
    with pytest.raises(OtherSite):
        other.publish({"index.html": b"2"})
    other.publish({"index.html": b"2"}, OTHER_SITE, FOREIGN_FILES)
    assert desk.host.files() == SITE | {"index.html": b"2"}


def test_an_emptied_host_is_filled_again(desk: Desk) -> None:
    desk.publish(SITE)
    desk.host.empty()
    desk.publish(SITE)
    assert desk.host.files() == SITE


def test_what_was_changed_and_deleted_by_hand_is_found_and_mended(desk: Desk) -> None:
    if "untouchable" in desk.host.tags:
        return
    desk.publish(SITE)
    desk.host.remove("新闻/article-7.html")
    desk.host.put("index.html", b"defaced")
    desk.host.put("feed.xml", b"<RSS/>")  # same size
    result = desk.publish(SITE, thorough=True)
    assert desk.host.files() == SITE
    assert result.repaired == 3
    assert result.verified == len(SITE)


def test_a_living_lock_is_respected_and_a_dead_one_taken_over(desk: Desk) -> None:
    if "commits" in desk.host.tags:
        return
    desk.publish(SITE)
    desk.host.put(".chce/lock/.folder", b"")
    desk.host.put(".chce/lock/owner.json", b'{"nonce": "n", "machine": "newsroom-9", "since": ""}')
    alive = threading.Event()

    def beat() -> None:
        count = 0
        while not alive.wait(0.2):
            count += 1
            desk.host.put(".chce/lock/beat-n", str(count).encode())

    holder = threading.Thread(target=beat)
    holder.start()
    try:
        with pytest.raises(RemoteLocked, match="newsroom-9"):
            desk.publish(SITE | {"index.html": b"2"})
    finally:
        alive.set()
        holder.join()
    assert desk.host.files() == SITE
    started = time.monotonic()
    desk.publish(SITE | {"index.html": b"2"})
    assert time.monotonic() - started >= 2
    assert desk.host.files() == SITE | {"index.html": b"2"}
    assert only_head(desk.host, 2)


@pytest.mark.parametrize("torn_reads", [1, 1000])
def test_a_record_that_is_being_written_is_read_again(servers: Servers, tmp_path: Path, torn_reads: int) -> None:
    desk = Desk(servers.host("folder"), tmp_path)
    desk.publish(SITE)
    left = torn_reads

    def tear(transport: Transport) -> None:
        read = transport.read

        async def half(path: str) -> bytes:
            nonlocal left
            data = await read(path)
            if path != HEAD or not left:
                return data
            left -= 1
            return data[: len(data) // 2]

        transport.read = half  # type: ignore[method-assign]

    altered(desk, tear)
    if torn_reads == 1:
        desk.publish(SITE | {"index.html": b"new"})
        assert desk.host.files()["index.html"] == b"new"
    else:
        with pytest.raises(ForeignFiles, match="damaged"):
            desk.publish(SITE | {"index.html": b"new"})
        assert desk.host.files() == SITE
