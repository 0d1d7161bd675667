"""What a tree of public files consists of: the common language of build and publish."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One public file: hex SHA-256 and size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Public path (`/`-joined, relative, NFC) to file."""

    files: Mapping[str, FileEntry]

    def tree_hash(self) -> str:
        """Hex SHA-256 over sorted paths and contents: equal exactly for equal trees."""
        digest = hashlib.sha256()
        for path in sorted(self.files):
            entry = self.files[path]
            digest.update(f"{path}\0{entry.sha256}\0{entry.size}\n".encode())
        return digest.hexdigest()
