"""Reading a web server's log in the combined format, plain or gzipped, from where the last reading ended."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import unquote

from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress

_CHUNK = 1 << 20
_TAIL = 4096
#: https://httpd.apache.org/docs/2.4/logs.html#combined; nginx's `combined` is the same.
_LINE = re.compile(
    rb'^\S+ \S+ [^\[\n]*\[(\d\d/[A-Z][a-z]{2}/\d{4}):[^\]\n]*\] "([A-Z]+) ([^ "\n]+)[^"\n]*" (\d{3}) \S+'
    rb'(?: "(?:[^"\\\n]|\\.)*" "((?:[^"\\\n]|\\.)*)")?[^\n]*$',
    re.MULTILINE,
)
#: A request that is no HTTP (scanners send such) is a line of a log all the same.
_NOISE = re.compile(rb'^\S+ \S+ [^\[\n]*\[\d\d/[A-Z][a-z]{2}/\d{4}:[^\]\n]*\] "(?:[^"\\\n]|\\.)*" \d{3} [^\n]*$')
_BOT = re.compile(
    rb"bot|spider|crawl|slurp|archiver|monitor|preview|fetch|scan|curl|wget|python|java/|go-http|httpclient|libwww|"
    rb"headless|phantom|lighthouse|baidu.*(render|transcoder)|sogou|yisou|facebookexternal|feed|rss|probe|check",
    re.IGNORECASE,
)
_MONTHS = {name: n for n, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}  # noqa: SIM905
_EPOCH = date(1970, 1, 1).toordinal()
#: A log may have this share of lines that are none; with more it is something else.
_GARBAGE = 0.05


class LogRefused(ChceError):
    """A log that cannot be counted honestly; nothing of it was counted."""

    code = "log_refused"


@dataclass(slots=True)
class Reading:
    """What was read: page views by (day since 1970, path below the host), and what was left out.

    `head` and `tail` are hashes of the first line and of the last bytes before `size`, the place in the unpacked log
    up to which whole lines were read.
    """

    head: str = ""
    tail: str = ""
    size: int = 0
    lines: int = 0
    bots: int = 0
    other: int = 0
    unreadable: int = 0
    views: Counter[tuple[int, str]] = field(default_factory=Counter)


def head_of(path: Path) -> str:
    """The hash of a log's first line: the same whatever the file is called, however it has grown. Raises LogRefused."""
    try:
        with _opened(path) as file:
            line = file.readline(_CHUNK)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, error) from error
    if not line.endswith(b"\n"):
        raise LogRefused(
            tr("“{name}” holds no whole line yet.", name=path.name),
            detail=str(path),
            hint=tr("Choose a web server's log in the combined format."),
        )
    return hashlib.sha256(line).hexdigest()


def read(path: Path, progress: Progress, *, size: int = 0, tail: str = "") -> Reading:
    """Everything after the first `size` bytes, which must end as `tail` says. Raises LogRefused, Cancelled."""
    reading = Reading(head_of(path), size=size)
    try:
        with _opened(path) as file:
            last = _skip(file, path, size, tail)
            for block in _blocks(file):
                progress.check()
                _count(block, reading)
                reading.size += len(block)
                last = (last + block)[-_TAIL:]
                progress.report(tr("Reading the log"), reading.lines, done_bytes=reading.size)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, error) from error
    reading.tail = hashlib.sha256(last).hexdigest()
    if reading.unreadable > _GARBAGE * max(reading.lines, 20):
        raise LogRefused(
            tr("“{name}” is no web server's log in the combined format.", name=path.name),
            detail=tr("{n} of {lines} lines cannot be read.", n=reading.unreadable, lines=reading.lines),
            hint=tr("Nothing was counted. Ask whoever runs the server for the access log."),
        )
    return reading


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return cast("BinaryIO", gzip.open(path, "rb") if packed else path.open("rb"))


def _skip(file: BinaryIO, path: Path, size: int, tail: str) -> bytes:
    last, left = b"", size
    while left:
        block = file.read(min(_CHUNK, left))
        if not block:
            raise LogRefused(
                tr("“{name}” is shorter than when it was last counted.", name=path.name),
                detail=tr("{size} bytes were counted before.", size=size),
                hint=tr("Nothing was counted. A log that was cut or replaced must not be counted twice."),
            )
        left -= len(block)
        last = (last + block)[-_TAIL:]
    if size and hashlib.sha256(last).hexdigest() != tail:
        raise LogRefused(
            tr("“{name}” begins as before but went on otherwise.", name=path.name),
            detail=str(path),
            hint=tr("Nothing was counted. A log that was cut or replaced must not be counted twice."),
        )
    return last


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """The rest of a file in pieces of whole lines; a last line without an end is left for the next time."""
    rest = b""
    while block := file.read(_CHUNK):
        rest += block
        end = rest.rfind(b"\n") + 1
        if end:
            yield rest[:end]
            rest = rest[end:]


def _count(block: bytes, reading: Reading) -> None:
    lines = block.count(b"\n")
    reading.lines += lines
    days: dict[bytes, int] = {}
    bots: dict[bytes, bool] = {}
    paths: dict[bytes, str] = {}
    seen = 0
    for day, method, target, status, agent in _LINE.findall(block):
        seen += 1
        if method != b"GET" or status not in (b"200", b"304"):
            reading.other += 1
            continue
        bot = bots.get(agent)
        if bot is None:
            bot = bots[agent] = not agent or agent == b"-" or _BOT.search(agent) is not None
        if bot:
            reading.bots += 1
            continue
        path = paths.get(target)
        if path is None:
            path = paths[target] = _path(target)
        number = days.get(day)
        if number is None:
            number = days[day] = _day(day)
        if number:
            reading.views[number, path] += 1
        else:
            reading.unreadable += 1
    if seen != lines:
        missed = [line for line in block.split(b"\n")[:-1] if not _LINE.match(line)]
        noise = sum(_NOISE.match(line) is not None for line in missed)
        reading.other += noise
        reading.unreadable += len(missed) - noise


def _path(target: bytes) -> str:
    plain = target.split(b"?", 1)[0].split(b"#", 1)[0].decode("ascii", "replace")
    if "://" in plain:  # what proxies are asked
        plain = "/" + plain.split("://", 1)[1].partition("/")[2]
    return unquote(plain).lstrip("/")


def _day(text: bytes) -> int:
    day, month, year = text.decode("ascii").split("/")
    try:
        return date(int(year), _MONTHS[month], int(day)).toordinal() - _EPOCH
    except (KeyError, ValueError):
        return 0


def _damaged(path: Path, error: Exception) -> LogRefused:
    return LogRefused(
        tr("“{name}” cannot be read to its end.", name=path.name),
        detail=str(error),
        hint=tr("Nothing was counted. Fetch the log again; it may have arrived incomplete."),
    )
