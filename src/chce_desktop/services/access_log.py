"""Reading a web server's log in the combined format, plain or gzipped, from where the last reading ended."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import unquote_to_bytes

from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress

_CHUNK = 1 << 20
_TAIL = 4096
#: https://httpd.apache.org/docs/2.4/logs.html#combined; nginx's `combined` is the same.
_LINE = re.compile(
    rb"^\S+ \S+ [^\[\n]*\[(\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d):\d\d((?: [+-]\d{4})?)\] "
    rb'"([A-Z]+) ([^ "\\\n]*(?:\\[^\n][^ "\\\n]*)*)[^"\\\n]*(?:\\.[^"\\\n]*)*" (\d{3}) \S+'
    rb'(?: "[^"\\\n]*(?:\\.[^"\\\n]*)*" "([^"\\\n]*(?:\\.[^"\\\n]*)*)")?[^\n]*$',
    re.MULTILINE,
)
#: A request that is no HTTP (scanners send such) is a line of a log all the same.
_NOISE = re.compile(rb'^\S+ \S+ [^\[\n]*\[\d\d/[A-Z][a-z]{2}/\d{4}:[^\]\n]*\] "(?:[^"\\\n]|\\.)*" \d{3} [^\n]*$')
#: How Apache and nginx write bytes that are no ASCII, and quotes.
_ESCAPED = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|([\"\\]))")
_BOT = re.compile(
    rb"bot|spider|crawl|slurp|archiver|monitor|preview|fetch|scan|curl|wget|python|java/|go-http|httpclient|libwww|"
    rb"headless|phantom|lighthouse|baidu.*(render|transcoder)|sogou|yisou|facebookexternal|feed|rss|probe|check",
    re.IGNORECASE,
)
_MONTHS = {name: n for n, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}  # noqa: SIM905 - words read better than a list of strings
_EPOCH = date(1970, 1, 1).toordinal()
#: A log may have this share of lines that are none, or that do not say who read; with more it is something else.
_GARBAGE = 0.05
#: The first day on which there were logs of this kind.
_FIRST = date(1995, 1, 1)


class LogRefused(ChceError):
    """A log that cannot be counted honestly; nothing of it was counted."""

    code = "log_refused"


@dataclass(slots=True)
class Reading:
    """What was read: page views by (day since 1970, path below the host), and what was left out.

    `head` and `tail` are hashes of the first line and of the last bytes before `size`, the place in the unpacked log
    up to which whole lines were read. `nameless` lines, which count as robots, do not say which program read.
    """

    head: str = ""
    tail: str = ""
    size: int = 0
    lines: int = 0
    bots: int = 0
    other: int = 0
    unreadable: int = 0
    nameless: int = 0
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


def read(path: Path, progress: Progress, *, zone: tzinfo = UTC, size: int = 0, tail: str = "") -> Reading:
    """Everything after the first `size` bytes, which must end as `tail` says; days are those of `zone`.

    Raises LogRefused, Cancelled.
    """
    reading = Reading(head_of(path), size=size)
    try:
        with _opened(path) as file:
            last = _skip(file, path, size, tail)
            for block in _blocks(file):
                progress.check()
                _count(block, reading, zone)
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
    if reading.nameless > _GARBAGE * max(reading.lines, 20):
        raise LogRefused(
            tr("“{name}” does not say who read.", name=path.name),
            detail=tr("{n} of {lines} lines do not name the browser.", n=reading.nameless, lines=reading.lines),
            hint=tr("Nothing was counted, since robots cannot be left out. Ask for the log in the combined format."),
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


def _count(block: bytes, reading: Reading, zone: tzinfo) -> None:
    lines = block.count(b"\n")
    reading.lines += lines
    days: dict[bytes, int] = {}
    bots: dict[bytes, bool] = {}
    paths: dict[bytes, str] = {}
    seen = 0
    for minute, offset, method, target, status, agent in _LINE.findall(block):
        seen += 1
        if method != b"GET" or status not in (b"200", b"304"):
            reading.other += 1
            continue
        bot = bots.get(agent)
        if bot is None:
            bot = bots[agent] = not agent or agent == b"-" or _BOT.search(agent) is not None
        if bot:
            reading.bots += 1
            reading.nameless += not agent
            continue
        path = paths.get(target)
        if path is None:
            path = paths[target] = _path(target)
        number = days.get(moment := minute + offset)
        if number is None:
            number = days[moment] = _day(minute, offset.strip(), zone)
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
    plain = _ESCAPED.sub(lambda found: found[2] or bytes([int(found[1], 16)]), target)
    plain = plain.split(b"?", 1)[0].split(b"#", 1)[0]
    if b"://" in plain:  # what proxies are asked
        plain = b"/" + plain.split(b"://", 1)[1].partition(b"/")[2]
    return unquote_to_bytes(plain).decode("utf-8", "replace").lstrip("/")


def _day(minute: bytes, offset: bytes, zone: tzinfo) -> int:
    """The day of a moment such as `01/Mar/2026:23:59` at `+0800`; 0 for one that cannot be."""
    day, month, rest = minute.split(b"/")
    year, hour, late = map(int, rest.split(b":"))
    try:
        moment = datetime(year, _MONTHS[month.decode()], int(day), hour, late, tzinfo=zone)
        if offset:
            east = timedelta(hours=int(offset[:3]), minutes=int(offset[:1] + offset[3:]))
            moment = moment.replace(tzinfo=timezone(east)).astimezone(zone)
    except (KeyError, ValueError, OverflowError):
        return 0
    tomorrow = datetime.now(zone).date() + timedelta(days=1)
    return moment.date().toordinal() - _EPOCH if _FIRST <= moment.date() <= tomorrow else 0


def _damaged(path: Path, error: Exception) -> LogRefused:
    return LogRefused(
        tr("“{name}” cannot be read to its end.", name=path.name),
        detail=str(error),
        hint=tr("Nothing was counted. Fetch the log again; it may have arrived incomplete."),
    )
