"""What names a column besides its articles: blocks of the front page, what is kept out of these, saved searches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chce_desktop.domain.homepage import block_name
from chce_desktop.storage.engine import Transaction

_BLOCKS = "SELECT value FROM setting WHERE key = 'home_blocks'"
_SEARCHES = "SELECT id, filter FROM saved_search"


@dataclass(frozen=True, slots=True)
class Mentions:
    """Blocks and saved searches as they are stored."""

    blocks: str = "[]"
    searches: Mapping[int, str] = field(default_factory=dict)


def all_of(session: Transaction) -> Mentions:
    """All of them at this moment."""
    row = session.raw.execute(_BLOCKS).fetchone()
    return Mentions("[]" if row is None else row[0], dict(session.raw.execute(_SEARCHES).fetchall()))


def lead(session: Transaction, column_id: int, into: int) -> None:
    """Let everything that names one column name another one; two blocks that become the same are one."""
    now = all_of(session)
    blocks: list[dict[str, Any]] = json.loads(now.blocks)
    shown = {block.get("column") for block in blocks}
    kept = [block for block in blocks if block.get("column") != column_id or into not in shown]
    led = [block | {"column": into} if block.get("column") == column_id else block for block in kept]
    searches = {}
    for search_id, text in now.searches.items():
        wanted: dict[str, Any] = json.loads(text)
        searches[search_id] = _text(wanted | {"column_id": into}) if wanted.get("column_id") == column_id else text
    _write(session, now, Mentions(_text(led) if led != blocks else now.blocks, searches))
    names = (block_name("column", into), block_name("column", column_id))
    moved = "INSERT OR IGNORE INTO article_kept_out (block, article_id) SELECT ?, article_id FROM article_kept_out "
    session.raw.execute(f"{moved} WHERE block = ?", names)
    session.raw.execute("DELETE FROM article_kept_out WHERE block = ?", names[1:])


def put_back(session: Transaction, before: Mentions, after: Mentions) -> None:
    """What still is as it was `after`, becomes what it was `before`."""
    now = all_of(session)
    searches = {
        search_id: before.searches.get(search_id, text) if text == after.searches.get(search_id) else text
        for search_id, text in now.searches.items()
    }
    _write(session, now, Mentions(before.blocks if now.blocks == after.blocks else now.blocks, searches))


def _write(session: Transaction, now: Mentions, wanted: Mentions) -> None:
    if wanted.blocks != now.blocks:
        session.raw.execute("UPDATE setting SET value = ? WHERE key = 'home_blocks'", (wanted.blocks,))
    for search_id, text in wanted.searches.items():
        if text != now.searches[search_id]:
            session.raw.execute("UPDATE saved_search SET filter = ? WHERE id = ?", (text, search_id))


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
