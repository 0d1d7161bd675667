"""What takes too long for every day: `python -m tests.contract.stress WORK [--count N] [--kind K]…`.

`kills`: killed at every single call, on each kind of host. `races`: two computers at once, `count` times in all.
`sequences`: `count` rows of random misfortunes on each kind. `full`: the disk is really full (as root on Linux, which
may mount one of three megabytes). Prints what held.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from chce_desktop.publishing.errors import RemoteFull
from tests.contract.hosts import Desk
from tests.contract.sequences import misfortunes
from tests.contract.servers import KINDS, Servers
from tests.contract.test_faults import NEW, OLD, ends_well, killed_everywhere, races

_EACH = ("folder", "sftp", "ftp", "dav-nginx", "s3", "s3-weed")


def _desk(servers: Servers, kind: str, machine: str = "newsroom-1") -> Desk:
    return Desk(servers.host(kind), Path(tempfile.mkdtemp()), machine=machine)


def _kills(servers: Servers, kind: str, count: int) -> str:
    return f"{killed_everywhere(_desk(servers, kind), 1, count)} deaths"


def _races(servers: Servers, kind: str, count: int) -> str:
    desk = _desk(servers, kind)
    desk.publish(OLD)
    folder = Path(tempfile.mkdtemp())
    races(desk, Desk(desk.host, folder, machine="newsroom-2", known=desk.known), count)
    return f"{count} races"


def _sequences(servers: Servers, kind: str, count: int) -> str:
    happened = []
    for seed in range(count):
        happened += misfortunes(servers.host(kind), Path(tempfile.mkdtemp()), seed)
    return ", ".join(f"{happened.count(one)} × {one}" for one in sorted({*happened}))


def _full(servers: Servers, kind: str, count: int) -> str:
    desk, told = _desk(servers, kind), ""
    root, before = desk.host.root, desk.host.root.stat()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", root], check=True)
    try:
        os.chown(root, before.st_uid, before.st_gid)
        root.chmod(0o755)
        ends_well(desk, OLD)
        for _time in range(count):
            with pytest.raises(RemoteFull) as caught:
                desk.publish(NEW | {"media/large.bin": os.urandom(4_000_000)})
            told = caught.value.title
            assert desk.host.files() == OLD
            assert desk.host.records() == {"head.json", f"manifest-{desk.known.generation}.json.gz"}
        ends_well(desk, NEW)
    finally:
        subprocess.run(["umount", "-l", root], check=True)
    return told


#: What may be asked for, with the count for each kind of host where none is given.
_WORK: dict[str, tuple[Callable[[Servers, str, int], str], int]] = {
    "kills": (_kills, 1),
    "races": (_races, 17),
    "sequences": (_sequences, 10),
    "full": (_full, 1),
}


def main() -> int:
    """How many kinds of host failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", choices=_WORK)
    parser.add_argument("--count", type=int, help="races and sequences for each kind; of kills, every how many calls")
    parser.add_argument("--kind", action="append", choices=KINDS)
    options = parser.parse_args()
    work, count = _WORK[options.work]
    failed = 0
    servers, usual = Servers(), tempfile.tempdir
    folder = tempfile.tempdir = tempfile.mkdtemp(prefix="chce-stress-")
    Path(folder).chmod(0o755)  # servers have accounts of their own
    try:
        for kind in options.kind or _EACH:
            started = time.monotonic()
            try:
                outcome = work(servers, kind, options.count or count)
            except Exception:  # noqa: BLE001 - whatever it was, it is told, and the next kind is tried
                failed += 1
                outcome = f"FAILED\n{traceback.format_exc()}"
            sys.stdout.write(f"{options.work} {kind}: {outcome} ({time.monotonic() - started:.0f} s)\n")
            sys.stdout.flush()
    finally:
        servers.stop()
        tempfile.tempdir = usual
        shutil.rmtree(folder, ignore_errors=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
