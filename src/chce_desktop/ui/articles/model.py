"""The list of articles as Qt sees it: keyset pages fetched in the background, refreshed without losing the place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from chce_desktop.domain.article import ArticleFilter, ArticleInfo, Order, Page
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.ui.articles import words
from chce_desktop.ui.desk import Desk

Index = QModelIndex | QPersistentModelIndex

#: Mime type of dragged articles: a JSON list of ids.
ARTICLES_MIME = "application/x-chce-articles"
INFO_ROLE = Qt.ItemDataRole.UserRole
_PAGE = 100
#: A longer list is not read again as a whole when single articles change: these rows are renewed in place.
_REREAD = 1000
_NO_INDEX = QModelIndex()


class ListColumn(IntEnum):
    """The columns of the table, in their usual order."""

    TITLE = 0
    COLUMN = 1
    STATE = 2
    DATE = 3
    SOURCE = 4
    AUTHOR = 5
    CHARACTERS = 6
    READS = 7
    UPDATED = 8


_HEADERS = {
    ListColumn.TITLE: mark("Title"),
    ListColumn.COLUMN: mark("Column"),
    ListColumn.STATE: mark("State"),
    ListColumn.DATE: mark("Date"),
    ListColumn.SOURCE: mark("Source"),
    ListColumn.AUTHOR: mark("Author"),
    ListColumn.CHARACTERS: mark("Characters"),
    ListColumn.READS: mark("Reads"),
    ListColumn.UPDATED: mark("Changed"),
}
#: What a click on a header sorts by: first ascending, then descending; None where the library knows no such order.
ORDERS: dict[ListColumn, tuple[Order | None, Order | None]] = {
    ListColumn.TITLE: (Order.TITLE, None),
    ListColumn.DATE: (Order.OLDEST, Order.NEWEST),
    ListColumn.READS: (None, Order.READS),
    ListColumn.UPDATED: (None, Order.UPDATED),
}
_RIGHT = {ListColumn.CHARACTERS, ListColumn.READS}


def header_text(column: ListColumn) -> str:
    """What the column is called."""
    return tr(_HEADERS[column])


def _column_name(info: ArticleInfo, desk: Desk) -> str:
    found = desk.columns.get(info.column_id)
    return found.name if found else ""


_TEXTS: dict[ListColumn, Callable[[ArticleInfo, Desk], str]] = {
    ListColumn.TITLE: lambda info, _: words.title_of(f"{info.prefix}{info.title}"),
    ListColumn.COLUMN: _column_name,
    ListColumn.STATE: lambda info, _: words.state_name(info.state),
    ListColumn.DATE: lambda info, desk: words.day(info.date, words.zone(desk.settings.timezone)),
    ListColumn.SOURCE: lambda info, _: info.source,
    ListColumn.AUTHOR: lambda info, _: info.author,
    ListColumn.CHARACTERS: lambda info, _: f"{info.characters:,}",
    ListColumn.READS: lambda info, _: f"{info.reads:,}",
    ListColumn.UPDATED: lambda info, desk: words.minute(info.updated_at, words.zone(desk.settings.timezone)),
}


class ArticleListModel(QAbstractTableModel):
    """Rows are `ArticleInfo`s (role `INFO_ROLE`), fetched page by page as the view scrolls."""

    #: The first page of a new filter is there, or a refresh is done.
    loaded = Signal()
    #: With the `ChceError` for which the first page of a new filter could not be read.
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._filter = ArticleFilter()
        self._rows: list[ArticleInfo] = []
        self._next: str | None = None
        self._generation = 0
        self._fetching = False
        self.is_loaded = False
        self._stale = False
        self._touched: set[int] | None = set()
        self._refresh_soon = QTimer(self)
        self._refresh_soon.setSingleShot(True)
        self._refresh_soon.setInterval(60)
        self._refresh_soon.timeout.connect(self._refresh)
        desk.changed.connect(self._on_changed)
        desk.loaded.connect(self._repaint)

    @property
    def wanted(self) -> ArticleFilter:
        """What the list shows."""
        return self._filter

    @property
    def articles(self) -> Sequence[ArticleInfo]:
        """The rows fetched so far."""
        return self._rows

    def show(self, wanted: ArticleFilter) -> None:
        """Show another list, from its start."""
        self._filter = wanted
        self._generation += 1
        self._fetching = False
        self._refresh_soon.stop()
        self._fetch(None, _PAGE, self._replace)

    def again(self) -> None:
        """Try once more what failed."""
        self.show(self._filter)

    def row_of(self, article_id: int) -> int:
        """The row of an article, -1 when it is not among those fetched."""
        return next((row for row, info in enumerate(self._rows) if info.id == article_id), -1)

    def info(self, row: int) -> ArticleInfo | None:
        """The article of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    # What Qt asks

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(ListColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return header_text(ListColumn(section))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if ListColumn(section) in _RIGHT else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        info = self.info(index.row())
        if info is None:
            return None
        column = ListColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(info, column)
        if role == INFO_ROLE:
            return info
        if role == Qt.ItemDataRole.TextAlignmentRole and column in _RIGHT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(info, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(info, column)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flag = Qt.ItemFlag
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsDragEnabled | flag.ItemNeverHasChildren

    def mimeTypes(self) -> list[str]:
        return [ARTICLES_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        rows = dict.fromkeys(index.row() for index in indexes)
        data.setData(ARTICLES_MIME, json.dumps([self._rows[row].id for row in rows]).encode())
        return data

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._next is not None and not self._fetching

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._fetch(self._next, _PAGE, self._append)

    # Fetching

    def _fetch(self, after: str | None, limit: int, then: Any) -> None:
        generation, wanted, articles = self._generation, self._filter, self._desk.site.articles
        self._fetching = True

        def done(page: Page) -> None:
            if generation == self._generation:
                self._fetching = False
                then(page)
                if self._stale:
                    self._refresh_soon.start()

        def failed(_: ChceError) -> None:
            if generation == self._generation:
                self._fetching = False

        self._desk.run(
            lambda _: articles.page(wanted, after=after, limit=limit),
            done=done,
            failed=failed,
            queue=LIBRARY_READ,
            owner=self,
        )

    def _replace(self, page: Page) -> None:
        self.beginResetModel()
        self._rows = list(page.articles)
        self._next = page.next
        self.endResetModel()
        self._stale, self._touched = False, set()
        self.is_loaded = True
        self.loaded.emit()

    def _append(self, page: Page) -> None:
        known = {info.id for info in self._rows}
        new = [info for info in page.articles if info.id not in known]
        if new:
            self.beginInsertRows(_NO_INDEX, len(self._rows), len(self._rows) + len(new) - 1)
            self._rows.extend(new)
            self.endInsertRows()
        self._next = page.next

    # Refreshing

    def _on_changed(self, changes: Changes) -> None:
        if Kind.COLUMNS in changes.kinds or Kind.SETTINGS in changes.kinds:
            self._repaint()
        if Kind.ARTICLES in changes.kinds:
            if changes.articles is None:
                self._touched = None
            elif self._touched is not None:
                self._touched |= changes.articles
            self._stale = True
            if not self._fetching:
                self._refresh_soon.start()

    def _refresh(self) -> None:
        if self._fetching or not self.is_loaded:
            return
        touched, self._touched, self._stale = self._touched, set(), False
        if touched is not None and len(self._rows) > _REREAD and len(touched) <= _REREAD:
            self._renew(touched)
        else:
            self._fetch(None, max(_PAGE, min(len(self._rows), _REREAD)), self._merge)

    def _renew(self, touched: Iterable[int]) -> None:
        ids, articles = [info.id for info in self._rows if info.id in set(touched)], self._desk.site.articles
        generation = self._generation

        def done(found: dict[int, ArticleInfo]) -> None:
            if generation != self._generation:
                return
            gone = [i for i in ids if i not in found or (found[i].trashed_at is not None) != self._filter.trash]
            rows = [found.get(info.id, info) for info in self._rows if info.id not in gone]
            self._merge(Page(tuple(rows), self._next))

        self._desk.run(lambda _: articles.infos(ids), done=done, queue=LIBRARY_READ, owner=self)

    def _merge(self, page: Page) -> None:
        """Make the rows those of `page` by removing, sorting and inserting, so that selection and place survive."""
        wanted = {info.id for info in page.articles}
        for row in range(len(self._rows) - 1, -1, -1):
            if self._rows[row].id not in wanted:
                self.beginRemoveRows(_NO_INDEX, row, row)
                del self._rows[row]
                self.endRemoveRows()
        known = {info.id for info in self._rows}
        self._sort_like([info for info in page.articles if info.id in known])
        for row, info in enumerate(page.articles):
            if info.id not in known:
                self.beginInsertRows(_NO_INDEX, row, row)
                self._rows.insert(row, info)
                self.endInsertRows()
        self._next = page.next
        self.loaded.emit()

    def _sort_like(self, target: list[ArticleInfo]) -> None:
        if [info.id for info in target] == [info.id for info in self._rows]:
            for row, (old, new) in enumerate(zip(self._rows, target, strict=True)):
                if old != new:
                    self._rows[row] = new
                    self.dataChanged.emit(self.index(row, 0), self.index(row, len(ListColumn) - 1))
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self._rows[index.row()].id for index in before]
        self._rows = target
        rows = {info.id: row for row, info in enumerate(target)}
        after = [self.index(rows[i], index.column()) for i, index in zip(ids, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _repaint(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(ListColumn) - 1))

    # Words

    def _text(self, info: ArticleInfo, column: ListColumn) -> str:
        return _TEXTS[column](info, self._desk)

    def _tip(self, info: ArticleInfo, column: ListColumn) -> str:
        if column is ListColumn.COLUMN:
            return self._desk.columns.path(info.column_id).replace("/", " → ")
        if column is ListColumn.DATE:
            return words.minute(info.date, words.zone(self._desk.settings.timezone))
        return self._text(info, column) if column is ListColumn.TITLE else ""

    def _spoken(self, info: ArticleInfo, column: ListColumn) -> str:
        text = self._text(info, column)
        if column is ListColumn.TITLE:
            now = datetime.now(UTC)
            text = "，".join([text, *(words.flag_name(f.flag) for f in info.flags if f.active(now))])
        return text
