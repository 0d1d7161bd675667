"""Which texts show which files: kept by every save of a text, in the same transaction."""

from __future__ import annotations

import re

from chce_desktop.storage.engine import Transaction

_NAMED = re.compile(r"media/[0-9a-f]{2}/[A-Za-z0-9._-]*[A-Za-z0-9]")


def named_in(text: str) -> frozenset[str]:
    """The paths of media files that a text names, in links, pictures or HTML."""
    return frozenset(_NAMED.findall(text)) if "media/" in text else frozenset()


def renamed(text: str, old: str, new: str) -> str:
    """The text with one file in place of another."""
    return _NAMED.sub(lambda match: new if match[0] == old else match[0], text)


def write(session: Transaction, article_id: int, before: str, after: str) -> None:
    """The article's text was `before` and is `after`."""
    old, new = named_in(before), named_in(after)
    if old != new:
        pairs = [(path, article_id) for path in sorted(old - new)]
        session.raw.executemany("DELETE FROM media_use WHERE path = ? AND article_id = ?", pairs)
        pairs = [(path, article_id) for path in sorted(new - old)]
        session.raw.executemany("INSERT OR IGNORE INTO media_use (path, article_id) VALUES (?, ?)", pairs)


def articles(session: Transaction, path: str) -> list[tuple[int, str, bool]]:
    """The articles that show a file in their text or as their cover, newest first: id, title, in the trash."""
    sql = (
        "SELECT id, title, trashed_at IS NOT NULL FROM article WHERE id IN (SELECT article_id FROM media_use "
        "WHERE path = ?1 UNION SELECT id FROM article WHERE cover = ?1 AND cover <> '') ORDER BY date DESC, id DESC"
    )
    return [(int(number), title, bool(trashed)) for number, title, trashed in session.raw.execute(sql, (path,))]


def unused(session: Transaction) -> list[str]:
    """The files that stand in no article (the trash counts), no notice and no link; the settings are not looked at."""
    sql = (
        "SELECT path FROM media WHERE NOT EXISTS (SELECT 1 FROM media_use WHERE media_use.path = media.path) "
        "AND path NOT IN (SELECT cover FROM article WHERE cover <> '') "
        "AND path NOT IN (SELECT image FROM notice) AND path NOT IN (SELECT logo FROM link) ORDER BY id DESC"
    )
    return [row[0] for row in session.raw.execute(sql)]
