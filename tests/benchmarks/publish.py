"""Publishing over a slow link beside rclone, lftp and rsync, in one run: the ratios are what counts.

    python -m tests.benchmarks.publish [--files 500] [--only sftp,slow,s3,dav,ftp,large] [--rtt-ms 40]

All servers are real and run here, behind `tests.benchmarks.link`, which is measured first. Each program starts with
nothing on the host, in a folder of its own. Ours runs in a process that has imported its code and knows the tree, as
the app does; the others are taken as a command. The full size is `--files 5000`, as the goals have it; the small one
shows the same in a minute, but start-up weighs more in it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from chce_desktop.publishing.outcome import LocalTree
from tests.benchmarks import publish_site
from tests.benchmarks.link import measured, slow_link
from tests.benchmarks.table import Table
from tests.contract.dav_servers import nginx_dav_hosts
from tests.contract.ftp_servers import ftp_hosts
from tests.contract.hosts import Host, folder_hosts, sftp_hosts
from tests.contract.s3_servers import seaweed_hosts
from tests.helpers.web_server import free_port

#: Where the slow link listens. FTP's data connections need the server's own ports once more, so another address.
_HERE = "127.0.0.2" if sys.platform == "linux" else "127.0.0.1"
_SLOW_KBIT = 10_000
_PASSIVE = 48
_LARGE = 100_000


class Bench:
    """One run: the site, the folder that everything lies in, the table."""

    def __init__(self, folder: Path, files: int, rtt_ms: float) -> None:
        self.folder = folder
        self.files = files
        self.rtt_ms = rtt_ms
        self.table = Table("Publishing")
        self._sites: dict[int, LocalTree] = {}

    def site(self, files: int) -> LocalTree:
        """The site of this many files, copied from one that is kept between runs."""
        if files not in self._sites:
            kept = publish_site.site(Path(tempfile.gettempdir(), f"chce-bench-publish-{files}"), files)
            own = self.folder / f"site-{files}"
            shutil.copytree(kept.root, own)
            self._sites[files] = LocalTree(own, kept.manifest)
        return self._sites[files]

    @contextlib.contextmanager
    def behind(self, host: Host, *, kbit: float = 0, passive: range = range(0)) -> Iterator[str]:
        """A slow link to the host's server: the address, `host:port`, at which clients find it."""
        port = _port(host)
        near = port if passive else free_port()
        pairs = [f"{_HERE}:{near}=127.0.0.1:{port}"] + [f"{_HERE}:{one}=127.0.0.1:{one}" for one in passive]
        with slow_link(pairs, rtt_ms=self.rtt_ms, kbit=kbit):
            yield f"{_HERE}:{near}"

    def ours(self, host: Host, near: str, site: LocalTree, *hows: str, state: str = "") -> list[dict[str, float]]:
        """Publish with ours; seconds, files sent and memory of each."""
        state_folder = self.folder / (state or f"state-{host.root.name}-{host.target.url.partition(':')[0]}")
        state_folder.mkdir(exist_ok=True)
        port = _port(host)
        target = {
            "url": host.target.url.replace(f"127.0.0.1:{port}", near) if near else host.target.url,
            "host_key": host.target.host_key,
            "key_file": host.target.key_file,
            "options": host.target.options,
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.publish_child", site.root, *hows],
            input=json.dumps({"target": target, "password": host.password, "state": str(state_folder)}).encode(),
            stdout=subprocess.PIPE,
            check=True,
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    def beside(self, work: str, ours: float, peer: str, other: float | None, most: float | None) -> None:
        """A row of a ratio to a peer; without the peer, that it was not there."""
        if other is None:
            self.table.row(f"{work} ({peer} is not installed)", ours, "s")
        else:
            self.table.row(f"{work} / {peer}", ours / other, "×", most, f"{ours:.2f} s of {other:.2f} s")


def _port(host: Host) -> int:
    parts = urlsplit(host.target.url)
    endpoint = host.target.url.partition("endpoint=")[2]
    return (urlsplit(endpoint).port if endpoint else parts.port) or 0


def _peer(*command: str | Path) -> float | None:
    """Seconds that a program took; None where it is not installed."""
    if shutil.which(str(command[0])) is None:
        return None
    started = time.perf_counter()
    # What this computer has set for Amazon's own programs is not for a server on this computer.
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run(command, capture_output=True, check=False, env=variables)
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:].decode()}")
    return time.perf_counter() - started


def _one_changed(site: LocalTree) -> None:
    page = next(path for path in sorted(site.manifest.files, reverse=True) if path.endswith(".html"))
    (site.root / page).write_bytes((site.root / page).read_bytes() + f"<!-- {time.time()} -->".encode())


def _ssh(host: Host) -> str:
    key = host.target.key_file
    return f"ssh -a -x -i {key} -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no -o LogLevel=ERROR"


def _rsync(host: Host, near: str, site: LocalTree, *more: str) -> float | None:
    user, (address, port) = urlsplit(host.target.url).username, near.split(":")
    there = f"{user}@{address}:{host.root}/"
    options = ("-a", "--delete", "--no-o", "--no-g", *more)
    return _peer("rsync", *options, "-e", f"{_ssh(host)} -p {port}", f"{site.root}/", there)


def _lftp(host: Host, near: str, site: LocalTree) -> float | None:
    (address, port), user = near.split(":"), urlsplit(host.target.url).username
    script = (
        f"set sftp:connect-program '{_ssh(host)}'; set cmd:fail-exit yes; open -p {port} -u {user}, sftp://{address}; "
        f"mirror -R -P 16 {site.root} {host.root}"
    )
    return _peer("lftp", "-c", script)


def _rclone(site: LocalTree, remote: str, transfers: int, *more: str) -> float | None:
    options = ("--config=", f"--transfers={transfers}", f"--checkers={transfers}", *more)
    return _peer("rclone", "sync", site.root, remote, *options)


def _obscured(password: str) -> str:
    if shutil.which("rclone") is None:
        return ""
    return subprocess.run(
        ["rclone", "obscure", "-"], input=password, capture_output=True, text=True, check=True
    ).stdout.strip()


def _sftp(bench: Bench) -> None:
    site = bench.site(bench.files)
    with sftp_hosts() as make:
        host = make()
        with bench.behind(host) as near:
            first, same, one = bench.ours(host, near, site, "same", "same", "one")
            lftp = _lftp(make(), near, site)
            host = make()
            address, port = near.split(":")
            user, key = urlsplit(host.target.url).username, host.target.key_file
            login = f"host={address},port={port},user={user},key_file={key}"
            rclone = _rclone(site, f":sftp,{login}:{host.root}", 16)
            host = make()
            rsync = [_rsync(host, near, site), _rsync(host, near, site)]
            _one_changed(site)
            rsync.append(_rsync(host, near, site))
    bench.beside("SFTP, first publish", first["seconds"], "lftp, 16 parallel", lftp, 0.3)
    bench.beside("SFTP, first publish", first["seconds"], "rclone, 16 transfers", rclone, 0.1)
    bench.beside("SFTP, first publish", first["seconds"], "rsync, which needs a shell", rsync[0], None)
    bench.beside("SFTP, nothing changed", same["seconds"], "rsync", rsync[1], 1.0)
    bench.beside("SFTP, one page changed", one["seconds"], "rsync", rsync[2], 1.5)


def _slow(bench: Bench) -> None:
    site = bench.site(bench.files)
    with sftp_hosts() as make:
        host = make()
        with bench.behind(host, kbit=_SLOW_KBIT) as near:
            (first,) = bench.ours(host, near, site, "same")
            rsync = _rsync(make(), near, site)
            packed = _rsync(make(), near, site, "-z")
    bench.beside(f"SFTP, {_SLOW_KBIT / 1000:g} Mbit/s, first publish", first["seconds"], "rsync", rsync, 0.7)
    bench.beside(f"SFTP, {_SLOW_KBIT / 1000:g} Mbit/s, first publish", first["seconds"], "rsync -z", packed, None)


def _s3(bench: Bench) -> None:
    site = bench.site(bench.files)
    with seaweed_hosts() as make:
        host = make()
        (local,) = bench.ours(make(), "", site, "same")
        with bench.behind(host) as near:
            (first,) = bench.ours(host, near, site, "same")
            bucket = urlsplit(make().target.url)
            login = f"provider=Other,access_key_id={bucket.username},secret_access_key={host.password}"
            remote = f":s3,{login},endpoint='http://{near}':{bucket.hostname}/{bucket.path.strip('/')}"
            rclone = _rclone(site, remote, 32)
    bench.table.row("S3 (SeaweedFS), first publish without the link", local["seconds"], "s")
    bench.beside("S3 (SeaweedFS), first publish", first["seconds"], "rclone, 32 transfers", rclone, 0.4)


def _dav(bench: Bench) -> None:
    site = bench.site(bench.files)
    with nginx_dav_hosts() as make:
        host = make()
        with bench.behind(host) as near:
            (first,) = bench.ours(host, near, site, "same")
            login = f"user=editor,pass={_obscured(host.password or '')}"
            remote = f":webdav,{login},vendor=other,url='http://{near}/{{}}':"
            rclone = _rclone(site, remote.format(make().root.name), 4)
            more = _rclone(site, remote.format(make().root.name), 16)
    bench.beside("WebDAV (nginx), first publish", first["seconds"], "rclone", rclone, 0.15)
    bench.beside("WebDAV (nginx), first publish", first["seconds"], "rclone, 16 transfers", more, None)


def _ftp(bench: Bench) -> None:
    site = bench.site(max(50, bench.files // 10))
    start = 50_000 + free_port() % 5000
    passive = range(start, start + _PASSIVE)
    with ftp_hosts(f"PassivePorts {passive[0]} {passive[-1]}\nMasqueradeAddress {_HERE}") as make:
        host = make()
        with bench.behind(host, passive=passive) as near:
            (first,) = bench.ours(host, near, site, "same")
            address, port = near.split(":")
            login = f"host={address},port={port},user=editor,pass={_obscured(host.password or '')}"
            rclone = _rclone(site, f":ftp,{login}:{make().root}", 4)
            more = _rclone(site, f":ftp,{login}:{make().root}", 8)
    work = f"FTP (ProFTPD), first publish of {len(site.manifest.files)} files"
    bench.beside(work, first["seconds"], "rclone", rclone, 0.3)
    bench.beside(work, first["seconds"], "rclone, 8 transfers", more, None)


def _large(bench: Bench) -> None:
    site = bench.site(bench.files * (_LARGE // publish_site.FULL))
    count = f"{len(site.manifest.files):,} files"
    with folder_hosts() as make, sftp_hosts() as make_sftp:
        for kind, host in (("folder", make()), ("SFTP", make_sftp())):
            with bench.behind(host) if kind == "SFTP" else contextlib.nullcontext("") as near:
                (first,) = bench.ours(host, "", site, "same")
                (same,) = bench.ours(host, near, site, "same")
            bench.table.row(f"{count}, {kind}: nothing changed", same["seconds"], "s", 3.0)
            bench.table.row(f"{count}, {kind}: memory of that", same["memory"], "MB", 200.0)
            note = f"{first['seconds']:.0f} s, without the link"
            bench.table.row(f"{count}, {kind}: memory of the first publish", first["memory"], "MB", 200.0, note)


GROUPS = {"sftp": _sftp, "slow": _slow, "s3": _s3, "dav": _dav, "ftp": _ftp, "large": _large}


def main() -> int:
    """Measure and print; how many goals were missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=500, help=f"of the site; {publish_site.FULL} is the full size")
    parser.add_argument("--only", default=",".join(GROUPS), help="of these groups of rows, with commas")
    parser.add_argument("--rtt-ms", type=float, default=40.0, help="a round trip on the link")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="chce-bench-"))
    bench = Bench(folder, options.files, options.rtt_ms)
    try:
        bench.table.title = f"Publishing {publish_site.size(bench.site(options.files))} at {options.rtt_ms:g} ms"
        bench.table.start()
        here, there = (_HERE, free_port()), ("127.0.0.1", free_port())
        with slow_link([f"{here[0]}:{here[1]}={there[0]}:{there[1]}"], rtt_ms=options.rtt_ms):
            round_trip, rate = measured(here, there)
        bench.table.row("the link itself: a round trip", round_trip, "ms", None, f"carries {rate:.0f} MB/s")
        for name in options.only.split(","):
            try:
                GROUPS[name](bench)
            except pytest.skip.Exception as absent:  # the servers' helpers speak to pytest
                bench.table.row(f"{name}: not measured, {absent.msg}", float("inf"), "s", 0.0)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return bench.table.end()


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
