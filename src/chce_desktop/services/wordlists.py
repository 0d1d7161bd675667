"""The lists that a newsroom keeps: read, changed, and exchanged as CSV. One class, one row of a table for each list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from chce_desktop.domain.changes import Kind
from chce_desktop.domain.findings import Level
from chce_desktop.domain.watchwords import Matcher, WatchWord, WordKind
from chce_desktop.domain.wordbook import AutoLink, KeptName, NameKind
from chce_desktop.foundation import files
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.importing import word_tables
from chce_desktop.importing.word_tables import Column, TableRefused
from chce_desktop.services.connection import Connection
from chce_desktop.services.errors import InvalidValue
from chce_desktop.storage import wordbook
from chce_desktop.storage.engine import Transaction

__all__ = ["LINKS", "NAMES", "WORDS", "Column", "Shape", "TableRefused", "Taken", "WordList"]

T = TypeVar("T")
#: Characters of a word, a name or an address.
_LONGEST = 200
_LONGEST_ADDRESS = 2000
_LINK = re.compile(r"https?://[^\s<>\"]+|article:\d{1,18}|/(?!/)[^\s<>\"\\]*")
_WEB = re.compile(r"https?://[^\s<>\"]+")
_FEWEST_ROWS_OF_A_LINK = 2


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import of a list did. `problems`: one sentence for each row that was left out."""

    rows: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """One list: what a row is, how it is checked (InvalidValue), and how the library keeps it."""

    columns: tuple[Column, ...]
    make: Callable[[dict[str, str]], T]
    cells: Callable[[T], tuple[str, ...]]
    key: Callable[[T], Any]
    read: Callable[[Transaction], tuple[T, ...]]
    put: Callable[[Transaction, Iterable[T]], None]
    remove: Callable[[Transaction, Iterable[Any]], None]


class WordList(Generic[T]):
    """One list of an open site. Every method is one transaction."""

    def __init__(self, connection: Connection, shape: Shape[T]) -> None:
        self._connection = connection
        self.shape = shape

    def all(self) -> tuple[T, ...]:
        """Every row, in order."""
        with self._connection.read() as session:
            return self.shape.read(session)

    def put(self, cells: dict[str, str], *, instead_of: object = None) -> T:
        """Add a row or change the one with the same key; `instead_of`: the key that it had. Raises InvalidValue."""
        item = self.shape.make(cells)
        with self._connection.write() as session:
            if instead_of is not None and instead_of != self.shape.key(item):
                self.shape.remove(session, [instead_of])
            self.shape.put(session, [item])
        self._connection.changed(Kind.WORDBOOK)
        return item

    def remove(self, keys: Iterable[Any]) -> None:
        """Take rows off the list."""
        with self._connection.write() as session:
            self.shape.remove(session, list(keys))
        self._connection.changed(Kind.WORDBOOK)

    def put_back(self, items: Iterable[T]) -> None:
        """Add rows that were taken off before."""
        with self._connection.write() as session:
            self.shape.put(session, list(items))
        self._connection.changed(Kind.WORDBOOK)

    def import_file(self, path: Path, *, replace: bool = False) -> Taken:
        """Rows of a CSV file (UTF-8 or GBK); those that are there already get the new values.

        `replace`: the list holds nothing else afterwards. A row that cannot be taken is left out and named. Raises
        TableRefused where nothing can be taken at all; then nothing was changed.
        """
        return self._take(word_tables.read(path, self.shape.columns), path.name, replace=replace)

    def add_missing(self, data: bytes, name: str) -> int:
        """Rows of a CSV file of ours, as far as their keys are not in the list; how many were new."""
        table = word_tables.parsed(data, name, self.shape.columns)
        with self._connection.write() as session:
            there = {self.shape.key(item) for item in self.shape.read(session)}
            made = [self.shape.make(row.cells) for row in table]
            fresh = [item for item in made if self.shape.key(item) not in there]
            self.shape.put(session, fresh)
        self._connection.changed(Kind.WORDBOOK)
        return len(fresh)

    def export_file(self, path: Path) -> int:
        """Write the list as CSV in UTF-8 with a byte order mark, which spreadsheets need; how many rows.

        Raises TableRefused where the file cannot be written.
        """
        found = self.all()
        data = word_tables.written(self.shape.columns, [self.shape.cells(item) for item in found])
        try:
            files.write_atomic(path, data)
        except OSError as error:
            raise TableRefused(path.name, tr("It cannot be written there."), detail=str(error)) from error
        return len(found)

    def _take(self, table: Sequence[word_tables.Row], name: str, *, replace: bool) -> Taken:
        items: list[T] = []
        problems: list[str] = []
        for row in table:
            try:
                if row.problem:
                    raise InvalidValue(row.problem)
                items.append(self.shape.make(row.cells))
            except InvalidValue as error:
                problems.append(tr("Line {line}: {problem}", line=row.line, problem=error.title))
        if not items:
            raise TableRefused(name, problems[0] if problems else tr("It holds no row."))
        with self._connection.write() as session:
            if replace:
                self.shape.remove(session, [self.shape.key(item) for item in self.shape.read(session)])
            self.shape.put(session, items)
        self._connection.changed(Kind.WORDBOOK)
        return Taken(len({self.shape.key(item) for item in items}), tuple(problems))


def _one_line(text: str, most: int, what: str) -> str:
    tidy = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(tidy) > most:
        raise InvalidValue(tr("“{text}…” is too long for “{what}”.", text=tidy[:20], what=tr(what)))
    return tidy


def _word(cells: dict[str, str]) -> WatchWord:
    word = _one_line(cells["word"], _LONGEST, mark("Word"))
    if not Matcher([word]):
        raise InvalidValue(tr("The word is missing."), hint=tr("Write the word to look for."))
    return WatchWord(
        word=word,
        kind=WordKind(cells["kind"] or WordKind.FORBIDDEN),
        level=Level(cells["level"] or Level.WARN),
        suggestion=_one_line(cells["suggestion"], _LONGEST, mark("Write instead")),
        note=_one_line(cells["note"], _LONGEST_ADDRESS, mark("Note")),
    )


def _link(cells: dict[str, str]) -> AutoLink:
    word = _one_line(cells["word"], _LONGEST, mark("Word"))
    address = _one_line(cells["address"], _LONGEST_ADDRESS, mark("Address"))
    if len(word) < _FEWEST_ROWS_OF_A_LINK:
        raise InvalidValue(
            tr("“{word}” is too short to become a link everywhere.", word=word),
            hint=tr("Write at least two characters."),
        )
    if address.isdecimal():
        address = f"article:{address}"
    if not _LINK.fullmatch(address):
        raise InvalidValue(
            tr("“{address}” is no address that a word can lead to.", address=address),
            hint=tr("Write a web address (https://…), the number of an article, or a path of the site (/…)."),
        )
    return AutoLink(word=word, address=address)


def _name(cells: dict[str, str]) -> KeptName:
    name = _one_line(cells["name"], _LONGEST, mark("Name"))
    address = _one_line(cells["address"], _LONGEST_ADDRESS, mark("Address"))
    if not name:
        raise InvalidValue(tr("The name is missing."), hint=tr("Write the name of a source, an author or an editor."))
    if address and not _WEB.fullmatch(address):
        raise InvalidValue(
            tr("“{address}” is no complete web address.", address=address), hint=tr("Begin with https:// or http://.")
        )
    return KeptName(kind=NameKind(cells["kind"] or NameKind.SOURCE), name=name, address=address)


_KINDS: dict[str, tuple[str, ...]] = {
    WordKind.FORBIDDEN: ("敏感词", "禁用词", "禁词", "违禁词", "敏感", "禁用"),
    WordKind.CONFUSABLE: ("易错词", "错别字", "易混词", "易错", "错词"),
    WordKind.NAME: ("姓名职务", "姓名", "职务", "机构", "机构名称", "领导人", "人名", "leader", "institution", "title"),
}
_LEVELS: dict[str, tuple[str, ...]] = {
    Level.BLOCK: ("拦截", "阻止", "禁止", "stop", "error"),
    Level.WARN: ("提醒", "警告", "提示", "warning"),
}
_NAME_KINDS: dict[str, tuple[str, ...]] = {
    NameKind.SOURCE: ("来源",),
    NameKind.AUTHOR: ("作者",),
    NameKind.EDITOR: ("责任编辑", "编辑", "责编"),
}
WORDS: Shape[WatchWord] = Shape(
    (
        Column("word", "词语", ("word", "词", "敏感词", "关键词", "错误", "错误写法", "错词")),
        Column("kind", "类别", ("kind", "类型", "种类", "分类"), choices=_KINDS),
        Column("level", "级别", ("level", "等级", "处理"), choices=_LEVELS),
        Column("suggestion", "建议改为", ("suggestion", "replacement", "建议", "替换为", "正确", "正确写法", "改为")),
        Column("note", "说明", ("note", "备注", "注释")),
    ),
    _word,
    lambda item: (item.word, item.kind.value, item.level.value, item.suggestion, item.note),
    lambda item: item.word,
    wordbook.words,
    wordbook.put_words,
    wordbook.remove_words,
)
LINKS: Shape[AutoLink] = Shape(
    (
        Column("word", "词语", ("word", "词", "关键词", "keyword")),
        Column("address", "链接地址", ("address", "url", "link", "链接", "地址", "网址"), needed=True),
    ),
    _link,
    lambda item: (item.word, item.address),
    lambda item: item.word,
    wordbook.auto_links,
    wordbook.put_auto_links,
    wordbook.remove_auto_links,
)
NAMES: Shape[KeptName] = Shape(
    (
        Column("name", "名称", ("name", "姓名", "来源名称")),
        Column("kind", "类别", ("kind", "类型", "种类"), choices=_NAME_KINDS),
        Column("address", "网址", ("address", "url", "链接", "地址")),
    ),
    _name,
    lambda item: (item.name, item.kind.value, item.address),
    lambda item: (item.kind, item.name),
    wordbook.names,
    wordbook.put_names,
    wordbook.remove_names,
)
