"""Reading and writing what a newsroom keeps: watched words, words that become links, names, templates."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from chce_desktop.domain.article import ArticlePatch, Flag, FlagSetting, State
from chce_desktop.domain.findings import Level
from chce_desktop.domain.watchwords import WatchWord, WordKind
from chce_desktop.domain.wordbook import AutoLink, KeptName, NameKind, Template
from chce_desktop.storage import schema
from chce_desktop.storage.engine import Transaction

_SEPARATORS = re.compile(r"[,，、;；\s]+")


def words(session: Transaction) -> tuple[WatchWord, ...]:
    """The watched words, by kind and word."""
    sql = "SELECT word, kind, level, suggestion, note FROM watch_word ORDER BY kind, word"
    return tuple(
        WatchWord(word=word, kind=WordKind(kind), level=Level(level), suggestion=suggestion, note=note)
        for word, kind, level, suggestion, note in session.raw.execute(sql)
    )


def put_words(session: Transaction, items: Iterable[WatchWord]) -> None:
    """Add words; a word that is there already gets the new values."""
    sql = (
        "INSERT INTO watch_word (word, kind, level, suggestion, note) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (word) DO UPDATE SET kind = excluded.kind, level = excluded.level, "
        "suggestion = excluded.suggestion, note = excluded.note"
    )
    rows = ((item.word, item.kind.value, item.level.value, item.suggestion, item.note) for item in items)
    session.raw.executemany(sql, rows)


def remove_words(session: Transaction, keys: Iterable[str]) -> None:
    """Take words off the list."""
    session.raw.executemany("DELETE FROM watch_word WHERE word = ?", ((key,) for key in keys))


def auto_links(session: Transaction) -> tuple[AutoLink, ...]:
    """The words that become links."""
    sql = "SELECT word, address FROM auto_link ORDER BY word"
    return tuple(AutoLink(word=word, address=address) for word, address in session.raw.execute(sql))


def put_auto_links(session: Transaction, items: Iterable[AutoLink]) -> None:
    """Add words; a word that is there already gets the new address."""
    sql = (
        "INSERT INTO auto_link (word, address) VALUES (?, ?) ON CONFLICT (word) DO UPDATE SET "
        "address = excluded.address"
    )
    session.raw.executemany(sql, ((item.word, item.address) for item in items))


def remove_auto_links(session: Transaction, keys: Iterable[str]) -> None:
    """Take words off the list."""
    session.raw.executemany("DELETE FROM auto_link WHERE word = ?", ((key,) for key in keys))


def names(session: Transaction, kind: NameKind | None = None) -> tuple[KeptName, ...]:
    """The kept names, of one kind or all, in the order in which they were added."""
    sql = "SELECT kind, name, address FROM kept_name WHERE ?1 IS NULL OR kind = ?1 ORDER BY kind, id"
    rows = session.raw.execute(sql, (kind.value if kind else None,))
    return tuple(KeptName(kind=NameKind(key), name=name, address=address) for key, name, address in rows)


def put_names(session: Transaction, items: Iterable[KeptName]) -> None:
    """Add names; one that is there already gets the new address."""
    sql = (
        "INSERT INTO kept_name (kind, name, address) VALUES (?, ?, ?) ON CONFLICT (kind, name) DO UPDATE SET "
        "address = excluded.address"
    )
    session.raw.executemany(sql, ((item.kind.value, item.name, item.address) for item in items))


def remove_names(session: Transaction, keys: Iterable[tuple[NameKind, str]]) -> None:
    """Take names off the list."""
    sql = "DELETE FROM kept_name WHERE kind = ? AND name = ?"
    session.raw.executemany(sql, ((kind.value, name) for kind, name in keys))


def most_used(session: Transaction, name: str, prefix: str, limit: int) -> tuple[str, ...]:
    """Values that `name` (source, author or editor) has outside the trash and that hold `prefix`, most used first."""
    column = {"source": "source", "author": "author", "editor": "editor"}[name]
    sql = (
        f"SELECT {column} FROM article WHERE trashed_at IS NULL AND {column} > '' AND instr({column}, ?1) "  # noqa: S608 - our own words
        f"GROUP BY {column} ORDER BY instr({column}, ?1) <> 1, count(*) DESC, {column} LIMIT ?2"
    )
    return tuple(row[0] for row in session.raw.execute(sql, (prefix, limit)))


def topics(session: Transaction) -> Counter[str]:
    """Tags and keywords of articles outside the trash, with how many articles have each."""
    sql = (
        "SELECT t.name, count(*) FROM article_tag x JOIN tag t ON t.id = x.tag_id "
        "JOIN article a ON a.id = x.article_id WHERE a.trashed_at IS NULL GROUP BY t.id"
    )
    found: Counter[str] = Counter(dict(session.raw.execute(sql)))
    sql = "SELECT keywords, count(*) FROM article WHERE trashed_at IS NULL AND keywords > '' GROUP BY keywords"
    for keywords, count in session.raw.execute(sql):
        for word in _SEPARATORS.split(keywords):
            if word:
                found[word] += count
    return found


def same_titles(session: Transaction, title: str, article_id: int | None, limit: int) -> list[int]:
    """Other articles outside the trash with exactly this title, newest first."""
    sql = (
        "SELECT id FROM article INDEXED BY ix_article_live_title WHERE trashed_at IS NULL AND title = ? "
        "AND id <> ? ORDER BY id DESC LIMIT ?"
    )
    return [row[0] for row in session.raw.execute(sql, (title, article_id or 0, limit))]


def templates(session: Transaction) -> tuple[Template, ...]:
    """All templates by name."""
    sql = "SELECT name, content FROM article_template ORDER BY name"
    return tuple(Template(name=name, content=_content(content)) for name, content in session.raw.execute(sql))


def put_template(session: Transaction, item: Template) -> None:
    """Add a template, or give one that is there already new content."""
    sql = (
        "INSERT INTO article_template (name, content) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET "
        "content = excluded.content"
    )
    session.raw.execute(sql, (item.name, json.dumps(item.content, default=_plain, ensure_ascii=False)))


def remove_templates(session: Transaction, keys: Iterable[str]) -> None:
    """Delete templates."""
    session.raw.executemany("DELETE FROM article_template WHERE name = ?", ((key,) for key in keys))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return schema.to_milliseconds(value)
    if isinstance(value, FlagSetting):
        return [value.flag.value, None if value.until is None else schema.to_milliseconds(value.until)]
    raise TypeError(type(value))


def _content(text: str) -> ArticlePatch:
    values: dict[str, Any] = json.loads(text)
    for key in ("further_columns", "tags"):
        if key in values:
            values[key] = tuple(values[key])
    if "flags" in values:
        values["flags"] = tuple(
            FlagSetting(Flag(flag), None if until is None else schema.from_milliseconds(until))
            for flag, until in values["flags"]
        )
    if "state" in values:
        values["state"] = State(values["state"])
    return cast("ArticlePatch", values)
