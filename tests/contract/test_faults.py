"""Faults of every kind, on real hosts: readers notice nothing, and the next publish ends exactly at the wanted tree."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import pytest

from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.publishing.errors import (
    LinkLost,
    LockLost,
    OtherComputerPublished,
    RemoteFull,
    RemoteLocked,
    UploadCutShort,
)
from chce_desktop.publishing.outcome import OTHER_GENERATION
from chce_desktop.publishing.records import new_probe
from chce_desktop.publishing.registry import Remote
from chce_desktop.publishing.remote import Content, Transport
from tests.contract.crawler import Crawler
from tests.contract.deadly import watched
from tests.contract.hosts import Desk, Host, altered
from tests.contract.servers import KINDS, Servers

pytestmark = [pytest.mark.server, pytest.mark.slow]

#: Hosts that show all changes at once have no link between two calls that could break: see test_links.
AT_ONCE = ("git", "zip")
LIVE = tuple(kind for kind in KINDS if kind not in {*AT_ONCE, "git-ssh", "git-https"})


@pytest.fixture(params=[*LIVE, *AT_ONCE])
def host(request: pytest.FixtureRequest, servers: Servers) -> Host:
    return servers.host(request.param)


def site(version: int) -> dict[str, bytes]:
    """A small portal whose pages name a style and a picture made from their contents. One file is large."""
    style = f"assets/s.{version}.css"
    files = {style: f"/* {version} */".encode() * 50, f"media/{version}.jpg": bytes([version]) * 300_000}
    pages = ["index.html", "news/index.html", *(f"news/a{i}.html" for i in range(8)), f"news/only{version}.html"]
    for path in pages:
        up = "../" * path.count("/")
        files[path] = f'<link href="{up}{style}"><img src="{up}media/{version}.jpg">{path} {version}'.encode()
    return files


OLD, NEW = site(1), site(2)


def killed(desk: Desk, files: dict[str, bytes], number: int, accept: Sequence[str] = ()) -> bool:
    """Publish in a process of its own, which is killed when call `number` begins. False where it needed fewer."""
    tree = desk.tree(files)
    spec = {
        "target": asdict(desk.host.target),
        "password": desk.host.password,
        "files": {path: [entry.sha256, entry.size] for path, entry in tree.manifest.files.items()},
        "root": str(tree.root),
        "number": number,
        "site": desk.site,
        "machine": desk.machine,
        "known": [desk.known.generation, desk.known.tree],
        "journal": str(desk.folder / "journal"),
        "accept": list(accept),
    }
    place = desk.folder / "spec.json"
    place.write_text(json.dumps(spec), encoding="utf-8")
    root = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.contract.deadly", place],
        cwd=root,
        env=os.environ
        | {"PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)])}
        | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(desk.folder)),  # what it leaves goes with the test's own
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode in {0, -signal.SIGKILL}, ended.stderr
    return ended.returncode != 0


def ends_well(desk: Desk, files: dict[str, bytes]) -> None:
    """The next publish asks nothing, and leaves the wanted tree and nothing else."""
    result = desk.publish(files)
    assert desk.host.files() == files
    assert desk.host.records() == {"head.json", f"manifest-{result.generation}.json.gz"}


def killed_everywhere(desk: Desk, first: int, stride: int) -> int:
    """Publish to and fro, killed at call `first` and each `stride` later; the number of deaths."""
    desk.publish(OLD)
    number, files, other, deaths = first, NEW, OLD, 0
    with Crawler(desk.host, OLD, NEW) as crawler:
        while killed(desk, files, number):
            ends_well(desk, files)
            number, deaths = number + stride, deaths + 1
            files, other = other, files
    crawler.check()
    return deaths


def test_killed_in_the_middle_of_everything(desk: Desk, request: pytest.FixtureRequest) -> None:
    """At a few calls, others for each kind of host; `python -m tests.contract.stress` takes them all."""
    kind = request.node.callspec.params["host"]
    assert killed_everywhere(desk, 5 + 4 * (list(KINDS).index(kind) % 5), 19) >= 1


def test_killed_during_the_first_publish_and_finished_by_another_computer(desk: Desk, tmp_path: Path) -> None:
    assert killed(desk, OLD, 25)
    other = Desk(desk.host, tmp_path / "other", machine="newsroom-2")
    other.folder.mkdir()
    ends_well(other, NEW)


def test_what_tries_out_a_folder_and_dies_there_leaves_nothing_for_good(desk: Desk) -> None:
    """The other deaths fall between calls; this one into the middle of one."""
    if "commits" in desk.host.tags:
        return  # nothing is tried out there
    died = []

    def dying(transport: Transport) -> None:
        async def die(path: str) -> None:
            place = f"{path}/{new_probe()}".lstrip("/")
            if transport.capabilities.folders:
                await transport.make_folder(place)
            else:
                await transport.write(place, b"")
            died.append(place)
            raise SystemExit

        transport.test_folder = die  # type: ignore[method-assign]

    desk.publish(OLD)
    altered(desk, dying)
    with pytest.raises(SystemExit):
        desk.publish(NEW)
    assert died
    desk.wrap = lambda remote: remote
    ends_well(desk, OLD)
    assert not list(desk.host.root.rglob("chce-probe-*"))


def failing(error: Callable[[], BaseException], number: int) -> Callable[[Remote], Remote]:
    def fail() -> None:
        raise error()

    return lambda remote: watched(remote, number, fail)


@pytest.mark.parametrize("number", [5, 33, 52])
def test_a_broken_link_is_mended_and_the_publish_goes_on(desk: Desk, number: int) -> None:
    if "commits" in desk.host.tags:
        return
    desk.publish(OLD)
    times = iter([True])

    def once() -> None:
        if next(times, False):
            raise LinkLost("cut")

    desk.wrap = lambda remote: watched(remote, number, once)
    with Crawler(desk.host, OLD, NEW) as crawler:
        result = desk.publish(NEW)
    crawler.check()
    assert desk.host.files() == NEW
    assert result.uploaded == len(NEW)
    desk.wrap = lambda remote: remote
    assert desk.publish(NEW).uploaded == 0
    assert desk.host.records() == {"head.json", "manifest-2.json.gz"}


@pytest.mark.parametrize("number", [20, 42, 58])
def test_a_full_host_changes_no_page_and_keeps_no_litter(desk: Desk, number: int) -> None:
    desk.publish(OLD)
    desk.wrap = failing(lambda: RemoteFull("full"), number)
    try:
        desk.publish(NEW)
    except RemoteFull:
        # What the switch needs stays until the switch is done. Before it nothing does, after it all is there; which of
        # the three it is depends on the order in which a host answers.
        records, found = desk.host.records(), desk.host.files()
        untouched = found == OLD and records == {"head.json", "manifest-1.json.gz"}
        done = found == NEW and "manifest-2.json.gz" in records
        assert "intent.json.gz" in records or untouched or done, records
    desk.wrap = lambda remote: remote
    ends_well(desk, NEW)


def test_cancel_while_sending_keeps_what_was_sent(desk: Desk) -> None:
    if "commits" in desk.host.tags:
        return  # nothing is sent before the commit
    desk.publish(OLD)

    class Impatient:
        cancelled = False

        def report(self, phase: str, done: int = 0, total: int = 0, done_bytes: int = 0, total_bytes: int = 0) -> None:
            if phase == "Sending" and done >= 4:
                self.cancelled = True
                time.sleep(0.05)

        def check(self) -> None:
            raise AssertionError

    tree = desk.tree(NEW | {f"more/{i}.html": os.urandom(100_000) for i in range(40)})
    with pytest.raises(Cancelled):
        desk.publisher().publish(tree, progress=Impatient())
    assert desk.host.files().items() >= OLD.items()
    # What no page names yet may lie at its place where nothing can be renamed.
    assert "in-place" in desk.host.tags or desk.host.files() == OLD
    assert "lock" not in desk.host.records()
    result = desk.publisher().publish(tree)
    assert 0 < result.uploaded <= len(tree.manifest.files) - 4


def test_a_host_that_cuts_uploads_short_and_says_success(desk: Desk) -> None:
    desk.publish(OLD)
    real = desk.host.remote().bare_transport

    def lying() -> object:
        transport = real()
        write = transport.write

        async def short(path: str, content: Content, *, durable: bool = False) -> int:
            data = content if isinstance(content, bytes) else b"a part of it"
            return await write(path, data[:4000], durable=durable)

        transport.write = short  # type: ignore[method-assign]
        return transport

    def wrap(remote: Remote) -> Remote:
        remote.bare_transport = lying  # type: ignore[method-assign, assignment]
        return remote

    desk.wrap = wrap
    with pytest.raises(UploadCutShort):
        desk.publish(NEW)
    assert desk.host.files() == OLD
    desk.wrap = lambda remote: remote
    ends_well(desk, NEW)


def compete(desk: Desk, files: dict[str, bytes], outcomes: dict[str, ChceError | None]) -> None:
    try:
        desk.publish(files)
    except (RemoteLocked, OtherComputerPublished, LockLost) as error:
        outcomes[desk.machine] = error
    else:
        outcomes[desk.machine] = None


def races(desk: Desk, other: Desk, count: int) -> None:
    """Two computers publish at the same time, `count` times: one of them wins, and what it wanted is there."""
    for race in range(count):
        outcomes: dict[str, ChceError | None] = {}
        trees = {desk.machine: site(3 + race), other.machine: site(120 + race)}
        threads = [threading.Thread(target=compete, args=(one, trees[one.machine], outcomes)) for one in (desk, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        winners = [machine for machine, error in outcomes.items() if error is None]
        assert len(winners) == 1, outcomes
        assert desk.host.files() == trees[winners[0]]
        assert all(name.startswith(("head", "manifest")) for name in desk.host.records())
        winner, loser = (desk, other) if winners[0] == desk.machine else (other, desk)
        with pytest.raises(OtherComputerPublished):
            loser.publish(trees[loser.machine])
        loser.publish(trees[winner.machine], OTHER_GENERATION)


def test_two_computers_at_once(desk: Desk, tmp_path: Path) -> None:
    if "untouchable" in desk.host.tags:
        return  # an archive is one computer's own
    desk.publish(OLD)
    other = Desk(desk.host, tmp_path / "other", machine="newsroom-2", known=desk.known)
    other.folder.mkdir()
    races(desk, other, 3)


def test_a_sleeper_that_was_taken_over_commits_nothing(desk: Desk, tmp_path: Path) -> None:
    """The publisher stops (a closed lid) right before its switch for longer than its lease."""
    desk.publish(OLD)
    other = Desk(desk.host, tmp_path / "other", machine="newsroom-2", known=desk.known)
    other.folder.mkdir()
    times = iter([True])

    def sleep() -> None:
        if next(times, False):
            colleague = threading.Thread(target=other.publish, args=(site(9),))
            colleague.start()
            colleague.join()

    desk.wrap = lambda remote: watched(remote, 32, sleep)
    with pytest.raises((LockLost, OtherComputerPublished)):
        desk.publish(NEW)
    if "in-place" in desk.host.tags:  # what was under way when the lid closed may arrive; a repair finds it
        late = {path for path, data in desk.host.files().items() if site(9).get(path) != data}
        assert late <= NEW.keys()
        other.publish(site(9), thorough=True)
    assert desk.host.files() == site(9)
