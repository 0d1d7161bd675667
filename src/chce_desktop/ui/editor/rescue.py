"""Texts that the library would not take yet (full disk, a contradiction that waits for the editor), kept beside it.

Normally there are none: every edit is in the library within a second.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from chce_desktop.foundation import files, paths


@dataclass(frozen=True, slots=True)
class Rescued:
    """`mine`: the fields as they were written; `base`: as they were in the library when the writing began."""

    mine: dict[str, str]
    base: dict[str, str]


def keep(site_uid: str, article_id: int, rescued: Rescued) -> None:
    """Write it down. Raises OSError."""
    files.write_atomic(
        _path(site_uid, article_id), json.dumps(asdict(rescued), ensure_ascii=False).encode(), durable=True
    )


def find(site_uid: str, article_id: int) -> Rescued | None:
    """What was kept of this article."""
    try:
        found = json.loads(_path(site_uid, article_id).read_text(encoding="utf-8"))
        mine, base = dict(found["mine"]), dict(found["base"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Rescued({str(k): str(v) for k, v in mine.items()}, {str(k): str(v) for k, v in base.items()})


def forget(site_uid: str, article_id: int) -> None:
    """The library has it now. Raises OSError."""
    _path(site_uid, article_id).unlink(missing_ok=True)


def _path(site_uid: str, article_id: int) -> Path:
    return paths.settings_dir() / "rescued" / f"{site_uid}-{article_id}.json"
