"""The records of sign-off and of overridden checks: added and read, never changed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from chce_desktop.domain.media import MediaItem
from chce_desktop.domain.signoff import Override, SignOff, Step
from chce_desktop.storage import schema
from chce_desktop.storage.engine import Transaction
from chce_desktop.storage.relations import THESE, listed

#: In the place of an article, for what is recorded of the site.
OF_THE_SITE = 0
_SIGNED = "id, article_id, step, who, made_at, text_hash, remark"


def of(session: Transaction, article_id: int) -> tuple[SignOff, ...]:
    """The steps of an article, oldest first."""
    sql = f"SELECT {_SIGNED} FROM sign_off WHERE article_id = ? ORDER BY id"  # noqa: S608 - our own words
    return tuple(map(_signed, session.raw.execute(sql, (article_id,))))


def add(
    session: Transaction, article_id: int, step: Step, *, who: str, made_at: datetime, text_hash: str, remark: str = ""
) -> None:
    """Record a step."""
    sql = "INSERT INTO sign_off (article_id, step, who, made_at, text_hash, remark) VALUES (?, ?, ?, ?, ?, ?)"
    moment = schema.to_milliseconds(made_at)
    session.raw.execute(sql, (article_id, step.value, who, moment, text_hash, remark))


def by_article(session: Transaction, ids: Iterable[int] | None = None) -> dict[int, list[SignOff]]:
    """The steps of these articles (None: of all), oldest first."""
    where = "" if ids is None else f"WHERE article_id IN {THESE}"
    sql = f"SELECT {_SIGNED} FROM sign_off {where} ORDER BY id"  # noqa: S608 - our own words
    found: dict[int, list[SignOff]] = {}
    for row in session.raw.execute(sql, () if ids is None else (listed(ids),)):
        found.setdefault(row[1], []).append(_signed(row))
    return found


def switches(session: Transaction) -> tuple[SignOff, ...]:
    """When the site began to ask for sign-off and when it ceased to, oldest first."""
    return of(session, OF_THE_SITE)


def keep_words(session: Transaction, item: MediaItem) -> None:
    """Readers see these words of a media file until newer ones are signed off; those that are kept already stay."""
    sql = "INSERT OR IGNORE INTO signed_words (path, alt, caption, credit) VALUES (?, ?, ?, ?)"
    session.raw.execute(sql, (item.path, item.alt, item.caption, item.credit))


def kept_words(session: Transaction) -> dict[str, tuple[str, str, str]]:
    """(alternative text, caption, credit) by path, of the files whose words of now are not signed off."""
    rows = session.raw.execute("SELECT path, alt, caption, credit FROM signed_words")
    return {path: (alt, caption, credit) for path, alt, caption, credit in rows}


def release_words(session: Transaction, article_id: int | None = None) -> None:
    """The words of now of an article's files (None: of all) are signed off."""
    sql = (
        "DELETE FROM signed_words WHERE ?1 IS NULL OR path IN (SELECT path FROM media_use WHERE article_id = ?1 "
        "UNION SELECT cover FROM article WHERE id = ?1)"
    )
    session.raw.execute(sql, (article_id,))


def add_override(session: Transaction, item: Override) -> None:
    """Record that a check was overridden."""
    sql = (
        "INSERT INTO publish_override (publication_id, article_id, title, who, made_at, reason, text_hash, findings) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    )
    findings = json.dumps(item.findings, ensure_ascii=False)
    moment = schema.to_milliseconds(item.made_at)
    values = (item.publication_id, item.article_id, item.title, item.who, moment, item.reason, item.text_hash, findings)
    session.raw.execute(sql, values)


def overrides(
    session: Transaction,
    *,
    publication_id: int | None = None,
    article_id: int | None = None,
    without_article: bool = False,
) -> tuple[Override, ...]:
    """Overrides of one publication, of one article, or those that are about no article, oldest first."""
    sql = (
        "SELECT publication_id, article_id, title, who, made_at, reason, text_hash, findings FROM publish_override "
        "WHERE (?1 IS NULL OR publication_id = ?1) AND (?2 IS NULL OR article_id = ?2) "
        "AND (NOT ?3 OR article_id IS NULL) ORDER BY id"
    )
    return tuple(
        Override(
            publication_id=row[0],
            article_id=row[1],
            title=row[2],
            who=row[3],
            made_at=schema.from_milliseconds(row[4]),
            reason=row[5],
            text_hash=row[6],
            findings=tuple(json.loads(row[7])),
        )
        for row in session.raw.execute(sql, (publication_id, article_id, without_article))
    )


def _signed(row: tuple[int, int, str, str, int, str, str]) -> SignOff:
    number, article_id, step, who, made_at, text_hash, remark = row
    return SignOff(
        id=number, article_id=article_id, step=Step(step), who=who, made_at=schema.from_milliseconds(made_at),
        text_hash=text_hash, remark=remark,
    )  # fmt: skip
