"""The contract of a host: what every transport does, and what it may do differently.

All calls are coroutines, so that hundreds of them are handed over at once and share one connection; a transport sends
each request before it waits for its answer. Paths are `/`-joined, relative to the target's folder, NFC; `""` is the
folder itself. Known failures are the classes of `publishing.errors`, nothing else leaves a transport.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Protocol

Content = bytes | Path


@dataclass(frozen=True, slots=True)
class Stat:
    """A file or folder on the host; `size` in bytes, 0 for folders. `md5` where the host knows it without reading."""

    size: int
    is_folder: bool = False
    md5: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder."""

    name: str
    size: int
    is_folder: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What hosts differ in. Known after `connect`, sharpened by the probe, storable as a dictionary.

    `rename`: files can be moved at all (not on S3). `atomic_replace`: moving onto an existing file has no moment
    without a file. `folders`: folders exist by themselves and must be made. `conditional_write`: an upload can be made
    to depend on what is there. `case_sensitive`: `a` and `A` are two files. `transactional`: readers see nothing before
    `commit`, and then all of it at once. `in_flight`: how many calls to hand over at once.
    """

    rename: bool = True
    atomic_replace: bool = True
    folders: bool = True
    conditional_write: bool = False
    free_space: bool = False
    case_sensitive: bool = True
    transactional: bool = False
    in_flight: int = 64

    def to_dict(self) -> dict[str, Any]:
        """For storing."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Capabilities:
        """From `to_dict`; keys that this version does not know are left out."""
        return cls(**{field.name: values[field.name] for field in fields(cls) if field.name in values})


class Transport(Protocol):
    """One connection to one folder on one host."""

    @property
    def capabilities(self) -> Capabilities:
        """What this host can do."""

    async def connect(self) -> None:
        """Connect and log in. Raises HostUnreachable, LoginRefused, HostKeyUnknown, HostKeyChanged."""

    async def close(self) -> None:
        """End the connection, also a broken one. Never raises for what the network does."""

    async def read(self, path: str) -> bytes:
        """The whole content of a file. Raises NotThere."""

    async def write(self, path: str, content: Content, *, durable: bool = False) -> int:
        """Create or overwrite a file in an existing folder and answer with the size that the host holds afterwards.

        Not atomic unless the host makes it so. `durable`: force it to the host's disk where the host offers that.
        """

    async def stat(self, path: str) -> Stat | None:
        """What is at `path`, None where nothing is."""

    async def list(self, path: str) -> tuple[Entry, ...] | None:
        """What is directly in a folder, None where there is no such folder."""

    async def make_folder(self, path: str) -> bool:
        """Make one folder. True when this very call made it, False when there was something: it excludes others.

        Raises NotThere where the folder above is missing.
        """

    async def rename(self, source: str, target: str) -> None:
        """Move a file, replacing what is at `target`. Raises NotThere."""

    async def delete(self, path: str) -> bool:
        """Remove a file; False where there was none."""

    async def remove_folder(self, path: str) -> bool:
        """Remove an empty folder; False where there is none or it is not empty."""

    async def test_folder(self, path: str) -> None:
        """Try out whether entries can be made in and removed from a folder. Raises FolderRefused."""

    async def commit(self) -> None:
        """Show readers what was done since `connect`, where `Capabilities.transactional`; else they do already.

        Raises LockLost where somebody else committed in the meantime: then nothing of ours is shown.
        """

    async def free_space(self) -> int | None:
        """Bytes that may still be written, None where the host does not tell."""


class Comparing(Protocol):
    """What a transport can do besides, where nothing can be renamed and each call takes effect by itself."""

    async def write_over(self, path: str, data: bytes, seen: bytes | None) -> None:
        """Write a small file in one step, under the condition that it holds `seen` now (None: is not there).

        Raises LockLost where it holds something else. A host that knows no conditions is asked right before instead.
        """
