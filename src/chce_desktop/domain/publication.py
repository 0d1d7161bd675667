"""Publish targets 发布目标 and publications 发布记录."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

#: The option of a target that says that what is due goes there by itself.
AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A host that a site is published to.

    `url` is the address of the folder (`file:///…`, `sftp://user@host:port/path`, …), never with a password;
    `public_url` where readers find it; `host_key` the accepted SSH host key as `SHA256:…`; `key_file` a private key.
    `capabilities` is what its last test found out (see `publishing.remote.Capabilities`), empty before one.
    """

    id: int
    uid: str
    name: str
    url: str
    public_url: str = ""
    host_key: str = ""
    key_file: str = ""
    options: dict[str, str] = field(default_factory=dict)
    capabilities: dict[str, Any] = field(default_factory=dict)

    @property
    def automatic(self) -> bool:
        """Whether what is due (an article's time has come, a take-down time has passed) goes there by itself."""
        return self.options.get(AUTOMATIC, "") == "yes"


class PublicationKind(StrEnum):
    """What a publication was meant to do."""

    PUBLISH = "publish"
    REPAIR = "repair"
    ROLLBACK = "rollback"


class PublicationState(StrEnum):
    """How a publication ended, or that it has not."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a publication did, beyond its figures; kept for ever.

    `written` and `removed` are public paths, the first of them where there are many. `put_back`: the generation whose
    files a roll-back brought back. `let_out`: what went out although the check stopped it, why and by whom. `hint`,
    `page` and `code` belong to a failure: what to do, and the public path that it is about.
    """

    kind: PublicationKind = PublicationKind.PUBLISH
    verified_by: str = ""
    warnings: tuple[str, ...] = ()
    newly_published: int = 0
    put_back: int = 0
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    let_out: tuple[str, ...] = ()
    hint: str = ""
    page: str = ""
    code: str = ""


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
    receipt: Receipt = field(default_factory=Receipt)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPublication:
    """A publish that goes out when the network is back. `accept`: the questions that were answered with yes.

    `tried_at` and `problem` tell the last attempt, None and empty before one.
    """

    target_id: int
    since: datetime
    accept: frozenset[str] = frozenset()
    tried_at: datetime | None = None
    problem: str = ""
