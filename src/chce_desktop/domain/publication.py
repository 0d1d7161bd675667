"""Publish targets 发布目标 and publications 发布记录."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A host that a site is published to.

    `url` is the address of the folder (`file:///…`, `sftp://user@host:port/path`, …), never with a password;
    `public_url` where readers find it; `host_key` the accepted SSH host key as `SHA256:…`; `key_file` a private key.
    """

    id: int
    uid: str
    name: str
    url: str
    public_url: str = ""
    host_key: str = ""
    key_file: str = ""
    options: dict[str, str] = field(default_factory=dict)


class PublicationState(StrEnum):
    """How a publication ended, or that it has not."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One publish to one target. `generation` counts the site's states on that host; `tree` is the hash of the files.

    Counts are files; `bytes` what was sent; `verified` how many pages were compared with what readers get.
    """

    id: int
    target_id: int
    state: PublicationState
    started_at: datetime
    finished_at: datetime | None = None
    generation: int = 0
    tree: str = ""
    uploaded: int = 0
    deleted: int = 0
    unchanged: int = 0
    bytes: int = 0
    verified: int = 0
    repaired: int = 0
    seconds: float = 0.0
    error: str = ""
