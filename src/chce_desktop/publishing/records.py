"""What stands in `.chce` on a host, and nothing else does: public facts only, since the folder may be readable.

`head.json` names the state that readers see, `manifest-<generation>.json.gz` its files, `intent.json.gz` what is being
changed right now. Whatever is read is checked as if a stranger had written it.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chce_desktop.domain.manifest import FileEntry, Manifest
from chce_desktop.foundation.i18n import tr
from chce_desktop.publishing.errors import RecordDamaged, RecordTooNew

FORMAT = 1
HOME = ".chce"
HEAD = f"{HOME}/head.json"
INTENT = f"{HOME}/intent.json.gz"
LOCK = f"{HOME}/lock"
STAGE = f"{HOME}/stage"
#: Records on their way to their places, on hosts that can rename.
NEW_HEAD = f"{HEAD}.new"
NEW_INTENT = f"{INTENT}.new"

#: Characters of a computer's name.
LONGEST_LABEL = 40

_HASH = re.compile(r"[0-9a-f]{64}")
_PROBE = re.compile(r"chce-probe-[0-9a-f]{8}")
_LARGEST = 512 * 1024 * 1024


def new_probe() -> str:
    """A name in a folder of the site for what shows that one may write there, and is removed at once.

    It begins with no dot: servers do not list such names, and one that was left could not be found.
    """
    return f"chce-probe-{secrets.token_hex(4)}"


def is_probe(name: str) -> bool:
    """Whether `new_probe` gives such names: one that is there was left by a publish that died."""
    return _PROBE.fullmatch(name) is not None


def manifest_path(generation: int) -> str:
    """Where the manifest of a generation lies."""
    return f"{HOME}/manifest-{generation}.json.gz"


def stage_name(path: str, entry: FileEntry) -> str:
    """The name under which a content waits to become `path`. One for each pair, so that a rename uses it up."""
    return hashlib.sha256(f"{path}\0{entry.sha256}\0{entry.size}".encode()).hexdigest()


def is_public_path(path: str) -> bool:
    """Whether `path` is a relative path that stays inside the site and outside of `.chce`."""
    parts = path.split("/")
    return (
        bool(path)
        and "\0" not in path
        and "\\" not in path
        and not any(part in {"", ".", ".."} for part in parts)
        and parts[0].casefold() != HOME
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The commit point. `manifest` is the SHA-256 of the manifest file's bytes.

    `machine` is a pseudonym of the computer, `label` the name that its user chose for it, or empty.
    """

    site: str
    generation: int
    tree: str
    machine: str
    manifest: str
    published_at: str = ""
    label: str = ""

    def encode(self) -> bytes:
        """As stored."""
        return _plain(
            {
                "format": FORMAT,
                "site": self.site,
                "generation": self.generation,
                "tree": self.tree,
                "machine": self.machine,
                "manifest": self.manifest,
                "published_at": self.published_at,
                **({"label": self.label} if self.label else {}),
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Head:
        """From `encode`. Raises RecordDamaged or RecordTooNew."""
        values = _decoded(data, HEAD)
        try:
            return cls(
                site=str(values["site"]),
                generation=_count(values["generation"]),
                tree=_hash(values["tree"]),
                machine=str(values["machine"]),
                manifest=_hash(values["manifest"]),
                published_at=str(values.get("published_at", "")),
                label=str(values.get("label", ""))[:LONGEST_LABEL],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise damaged(HEAD, repr(error)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteManifest:
    """The files of a generation and the folders that were made for them (those may go when they are empty).

    `gone` are the pages that only say that what stood there was taken away, None where an earlier program wrote it.
    """

    manifest: Manifest = field(default_factory=lambda: Manifest({}))
    folders: frozenset[str] = frozenset()
    gone: frozenset[str] | None = None

    def encode(self) -> bytes:
        """As stored; equal manifests give equal bytes."""
        return _packed(
            {
                "format": FORMAT,
                "files": _entries(self.manifest.files),
                "folders": sorted(self.folders),
                **({} if self.gone is None else {"gone": sorted(self.gone)}),
            }
        )

    @classmethod
    def decode(cls, data: bytes, name: str = "manifest") -> RemoteManifest:
        """From `encode`. Raises RecordDamaged or RecordTooNew."""
        values = _decoded(_unpacked(data, name), name)
        try:
            gone = _paths(values["gone"]) if "gone" in values else None
            return cls(manifest=Manifest(_files(values["files"])), folders=_paths(values["folders"]), gone=gone)
        except (KeyError, TypeError, ValueError) as error:
            raise damaged(name, repr(error)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """All that a switch is about to change, written after everything was staged and before the first change.

    A path of `writes` shows its new content exactly when its staged file is gone. `settled` carries over what an
    interrupted switch before this one had changed already (None: perhaps deleted). `deletes` may be there or not.
    `folders` are ours, or will be.
    """

    generation: int
    machine: str
    writes: Mapping[str, FileEntry]
    deletes: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    settled: Mapping[str, FileEntry | None] = field(default_factory=dict)

    def encode(self) -> bytes:
        """As stored."""
        return _packed(
            {
                "format": FORMAT,
                "generation": self.generation,
                "machine": self.machine,
                "writes": _entries(self.writes),
                "deletes": sorted(self.deletes),
                "folders": sorted(self.folders),
                "settled": _entries({path: entry for path, entry in self.settled.items() if entry is not None}),
                "unsure": sorted(path for path, entry in self.settled.items() if entry is None),
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Intent:
        """From `encode`. Raises RecordDamaged or RecordTooNew."""
        values = _decoded(_unpacked(data, INTENT), INTENT)
        try:
            settled: dict[str, FileEntry | None] = dict(_files(values["settled"]))
            settled.update(dict.fromkeys(_paths(values["unsure"])))
            return cls(
                generation=_count(values["generation"]),
                machine=str(values["machine"]),
                writes=_files(values["writes"]),
                deletes=_paths(values["deletes"]),
                folders=_paths(values["folders"]),
                settled=settled,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise damaged(INTENT, repr(error)) from error


def _plain(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _packed(values: Mapping[str, Any]) -> bytes:
    return gzip.compress(_plain(values), compresslevel=6, mtime=0)


def _unpacked(data: bytes, name: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            plain = file.read(_LARGEST + 1)
    except (OSError, EOFError) as error:
        raise damaged(name, repr(error)) from error
    if len(plain) > _LARGEST:
        raise damaged(name, "too large")
    return plain


def _decoded(data: bytes, name: str) -> dict[str, Any]:
    try:
        values = json.loads(data)
    except ValueError as error:
        raise damaged(name, repr(error)) from error
    if not isinstance(values, dict) or not isinstance(values.get("format"), int):
        raise damaged(name, "format")
    if values["format"] > FORMAT:
        raise RecordTooNew
    return values


def _entries(files: Mapping[str, FileEntry]) -> dict[str, list[str | int]]:
    return {path: [files[path].sha256, files[path].size] for path in sorted(files)}


def _files(values: Mapping[str, Any]) -> dict[str, FileEntry]:
    return {_public(path): FileEntry(_hash(sha256), _count(size)) for path, (sha256, size) in values.items()}


def _paths(values: Any) -> frozenset[str]:
    if not isinstance(values, list):
        raise TypeError(values)
    return frozenset(_public(path) for path in values)


def _public(path: Any) -> str:
    if not isinstance(path, str) or not is_public_path(path):
        raise ValueError(path)
    return path


def _hash(value: Any) -> str:
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise ValueError(value)
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(value)
    return value


def damaged(name: str, detail: str) -> RecordDamaged:
    """The failure that says that a record cannot be read."""
    return RecordDamaged(
        tr("The publishing record on the host is damaged."),
        detail=f"{name}: {detail}",
        hint=tr("Publish again and confirm that the folder is to be taken over; the pages themselves stay."),
    )
