"""What a build remembers about the files that it wrote, in a hidden folder beside them that is never published.

Files are remembered in shards by their path, articles in blocks by their id, so that a build of a few changes reads
and writes a few small files, however large the site is.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from chce_desktop.foundation.files import write_atomic
from chce_desktop.sitegen.articlemarks import Marks
from chce_desktop.sitegen.lists import Lists

#: Grows whenever an earlier program's records would be misunderstood.
_VERSION = 8
_BLOCK, _SHARD = 256, 128


class DamagedRecords(LookupError):
    """What was remembered cannot be read: the whole site must be looked at."""


@contextlib.contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise DamagedRecords(str(error)) from error


@dataclass(slots=True)
class Written:
    """One file: hex SHA-256, size, modification time in ns, and what it was made from.

    `key` and `shared` are what the page and its shared parts depended on; `media` and `articles` what its text names.
    """

    sha256: str
    size: int
    modified: int
    key: str = ""
    shared: str = ""
    media: tuple[str, ...] = ()
    articles: tuple[int, ...] = ()


class Known(NamedTuple):
    """An article as the last build saw it: where it stood. `moment` is its date in ms."""

    path: str
    moment: int
    column_id: int | None
    lists: Sequence[int]
    tags: Sequence[str]
    cover: str


@dataclass(slots=True)
class Head:
    """What a build of a few changes must know of the whole: digests of what may not have changed, and counts.

    `blocks` counts the files that show shared blocks, `stale` those that show old ones. `folders` have their
    modification times in ns. `ambiguous`: two articles claim one address. `segments` are rows of the search index:
    articles, and ids that no longer count. `media` are checksums of media records; `linked` the ids that texts link
    to. `cursor`: the shard where freshening goes on. `last`: what the build found changed (see `sitegen.differences`).
    `shown`: media of the site itself, also such that only old pages still show in the blocks of every page.
    `rising`: ids rise with dates; `months`: `yyyy-mm` to the number of articles; `flagged`: the ids of articles that
    editors chose for something, now or then; `most_read`: those of the most read articles, None where nobody asked.
    `lost` and `published` are those of `FormerAddresses`: paths at which nothing stands, and the mark of all published.
    `sums` are the checksums of the two files that must be of the same build, by their names.
    """

    site: str
    shared: str
    former: str
    own: str
    pages: int
    blocks: int
    stale: int
    pinned: list[int]
    ambiguous: bool
    linked: list[int]
    segments: dict[str, tuple[int, list[int], str]]
    media: dict[str, int]
    folders: dict[str, int] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    last: dict[str, Any] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    sums: dict[str, int] = field(default_factory=dict)
    rising: bool = False
    months: dict[str, int] = field(default_factory=dict)
    flagged: list[int] | None = None
    most_read: list[int] | None = None
    lost: Sequence[str] = ()
    published: Sequence[int] = (0, 0, 0)
    shards: int = 1
    cursor: int = 0
    version: int = _VERSION


def folder_of(out: Path) -> Path:
    """Where the state of a build into `out` lies."""
    return out.with_name(f".{out.name}.chce-build")


@dataclass(slots=True)
class State:
    """Public path to what was written; `search` is the composition of the search index, `shown` that of `Head`.

    `interrupted`: the last build did not come to its end, so nothing is certain. A file of which nothing is known but
    that it is ours has the size -1.
    """

    files: dict[str, Written] = field(default_factory=dict)
    interrupted: bool = False
    search: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    shown: Sequence[str] = ()


class StateFile:
    """Reads and writes the state of one output folder."""

    def __init__(self, out: Path) -> None:
        self._folder = folder_of(out)
        self._records = self._folder / "records"
        self._fresh = self._folder / "records.new"
        self._running = self._folder / "running"
        self._shards: dict[int, dict[str, str]] = {}
        self._blocks: dict[int, dict[int, Known]] = {}
        self._count = 1
        self._sums: Mapping[str, int] = {}
        self._fresh_sums: dict[str, int] = {}

    # Reading

    def read(self) -> State:
        """The state; where it is damaged or an earlier program's, only which files are ours. Raises OSError."""
        head = self._head()
        state = State({}, head is None or self._running.exists())
        try:
            for number in range(head.shards if head else 0):
                state.files.update(self.shard(number))
                del self._shards[number]
            state.shown = head.shown if head else ()
            state.search = {name: self.composition(name) for name in (head.segments if head else ())}
        except DamagedRecords:
            state = State({}, interrupted=True)
        for path in (*self._begun(), *(() if state.files else self._named())):
            state.files.setdefault(path, Written("", -1, 0))
        return state

    def head(self) -> Head | None:
        """The whole's facts; None where the last build did not come to its end, or its records are damaged."""
        return None if self._running.exists() else self._head()

    def _head(self) -> Head | None:
        try:
            head = Head(**_value((self._records / "head").read_bytes()))
        except (OSError, ValueError, TypeError):
            return None
        self._count, self._sums = head.shards, head.sums
        return head if head.version == _VERSION else None

    def marks(self) -> Marks:
        """All articles of the last build. Raises DamagedRecords."""
        with _readable():
            return Marks.read(self._checked("marks"))

    def lists(self) -> Lists:
        """The lists of the last build. Raises DamagedRecords."""
        with _readable():
            return Lists(self._checked("lists"))

    def _checked(self, name: str) -> bytes:
        """Raises OSError, ValueError where it is not what was written with the head."""
        data = (self._records / name).read_bytes()
        if zlib.crc32(data) != self._sums.get(name):
            raise ValueError(name)
        return data

    def written(self, path: str) -> Written | None:
        """What was written at a path. Raises DamagedRecords."""
        facts = self._rows_of(_number(path, self._count)).get(path)
        with _readable():
            return None if facts is None else _parsed(facts)

    def shard(self, number: int) -> Mapping[str, Written]:
        """Some of the files, with all others of that number. Raises DamagedRecords."""
        rows = self._rows_of(number)
        with _readable():
            return {path: _parsed(facts) for path, facts in rows.items()}

    def _rows_of(self, number: int) -> dict[str, str]:
        """The files of a shard, with what is known of each as it is written there."""
        rows = self._shards.get(number)
        if rows is None:
            with _readable():
                rows = self._shards[number] = _rows((self._records / f"f{number}").read_bytes())
        return rows

    def known(self, article_id: int) -> Known | None:
        """The article as it was. Raises DamagedRecords."""
        number = article_id // _BLOCK
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = self._block(number)
        return block.get(article_id)

    def composition(self, segment: str) -> Mapping[int, str]:
        """Id to what was indexed of each article of a search segment. Raises DamagedRecords."""
        with _readable():
            rows = _value((self._records / f"s-{segment}").read_bytes())
            return {int(article_id): stamp for article_id, stamp in rows.items()}

    def _block(self, number: int) -> dict[int, Known]:
        with _readable():
            file = self._records / f"a{number}"
            rows = _value(file.read_bytes()) if file.exists() else {}
            return {int(article_id): Known(*row) for article_id, row in rows.items()}

    def _begun(self) -> list[str]:
        """The new files that an interrupted build had begun to move into place."""
        try:
            return [line for line in self._running.read_text(encoding="utf-8").split("\n")[:-1] if line]
        except (FileNotFoundError, UnicodeDecodeError):
            return []

    def _named(self) -> Iterator[str]:
        """The files that records name which are not believed otherwise: those that cannot be read name none."""
        for shard in self._records.glob("f*"):
            with contextlib.suppress(OSError, ValueError):
                yield from _rows(shard.read_bytes())

    # Writing

    def begin(self) -> BinaryIO:
        """Say that files are about to change; the paths of new files are written into the result. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._running.open("ab", buffering=0)

    def prepare(
        self, marks: Marks, lists: Lists, known: Mapping[int, Known], search: Mapping[str, Mapping[int, str]]
    ) -> None:
        """Write what does not depend on the files, beside what is remembered: the first half of `write`."""
        blocks: dict[int, dict[int, Known]] = {}
        for article_id, article in known.items():
            blocks.setdefault(article_id // _BLOCK, {})[article_id] = article
        shutil.rmtree(self._fresh, ignore_errors=True)
        self._fresh.mkdir(parents=True)
        for number, block in blocks.items():
            (self._fresh / f"a{number}").write_bytes(_json(block))
        for name, stamps in search.items():
            (self._fresh / f"s-{name}").write_bytes(_json(stamps))
        for name, data in (("lists", lists.dump()), ("marks", marks.dump())):
            self._fresh_sums[name] = zlib.crc32(data)
            (self._fresh / name).write_bytes(data)

    def write(self, head: Head, files: Mapping[str, Written]) -> None:
        """Remember everything, after `prepare`, and that the build came to its end. Raises OSError."""
        head.shards = 1 << (len(files) // _SHARD).bit_length()
        shards: list[dict[str, str]] = [{} for _ in range(head.shards)]
        for path, written in files.items():
            shards[_number(path, head.shards)][path] = _facts(written)
        for number, shard in enumerate(shards):
            (self._fresh / f"f{number}").write_bytes(_bytes_of(shard))
        head.sums = dict(self._fresh_sums)
        (self._fresh / "head").write_bytes(_json({f.name: getattr(head, f.name) for f in fields(head)}))
        shutil.rmtree(self._records, ignore_errors=True)
        self._fresh.rename(self._records)
        self._ended()

    def update(
        self,
        head: Head,
        marks: Marks,
        lists: Lists,
        files: Mapping[str, Written],
        known: Mapping[int, Known],
        search: Mapping[str, Mapping[int, str]],
    ) -> None:
        """Remember what changed, and that the build came to its end. Raises OSError."""
        for path, written in files.items():
            self._rows_of(_number(path, self._count))[path] = _facts(written)
        for number in {_number(path, self._count) for path in files}:
            write_atomic(self._records / f"f{number}", _bytes_of(self._shards[number]))
        for article_id, article in known.items():
            self.known(article_id)
            self._blocks[article_id // _BLOCK][article_id] = article
        for number in {article_id // _BLOCK for article_id in known}:
            write_atomic(self._records / f"a{number}", _json(self._blocks[number]))
        for name, stamps in search.items():
            write_atomic(self._records / f"s-{name}", _json(stamps))
        for name, data in (("lists", lists.dump()), ("marks", marks.dump())):
            head.sums[name] = zlib.crc32(data)
            write_atomic(self._records / name, data)
        write_atomic(self._records / "head", _json({f.name: getattr(head, f.name) for f in fields(head)}))
        self._ended()

    def _ended(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._running.unlink()


def _number(path: str, count: int) -> int:
    return zlib.crc32(path.encode()) % count


def _json(value: Any) -> bytes:
    return _sealed(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace"))


def _value(data: bytes) -> Any:
    """What `_json` wrote. Raises ValueError for anything else."""
    return json.loads(_opened(data))


def _sealed(data: bytes) -> bytes:
    return b"%08x\n" % zlib.crc32(data) + data


def _opened(data: bytes) -> bytes:
    """Raises ValueError where it is not what was sealed."""
    checksum, _, rest = data.partition(b"\n")
    if int(checksum, 16) != zlib.crc32(rest):
        raise ValueError(checksum)
    return rest


def _rows(data: bytes) -> dict[str, str]:
    """Raises ValueError where it is not what was written."""
    return dict(line.split("\t", 1) for line in _opened(data).decode().split("\n") if line)


def _bytes_of(rows: Mapping[str, str]) -> bytes:
    return _sealed("\n".join([f"{path}\t{facts}" for path, facts in rows.items()]).encode())


def _parsed(facts: str) -> Written:
    sha256, size, modified, key, shared, media, articles = facts.split("\t")
    shown = tuple(media.split(" ")) if media else ()
    linked = tuple(map(int, articles.split(" "))) if articles else ()
    return Written(sha256, int(size), int(modified), key, shared, shown, linked)


def _facts(w: Written) -> str:
    media, articles = " ".join(w.media), " ".join(map(str, w.articles))
    return f"{w.sha256}\t{w.size}\t{w.modified}\t{w.key}\t{w.shared}\t{media}\t{articles}"
