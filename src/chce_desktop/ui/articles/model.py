"""The list of articles as Qt sees it: all rows are there, those that are looked at are read in the background.

Pages are read by keyset where the page before is known, else by a jump from the nearer end. When the library changes,
what is looked at is read again, and whoever holds a selection is told where its articles stand now.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import tzinfo
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
from chce_desktop.foundation.progress import Progress
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.ui.articles import reading, words
from chce_desktop.ui.articles.dragging import ARTICLES_MIME, mime_of
from chce_desktop.ui.articles.listcolumns import RIGHT, TEXTS, ListColumn, head_text, header_text, spoken, tip
from chce_desktop.ui.articles.reading import Fresh
from chce_desktop.ui.articles.rows import PAGE, DayHeads, Rows
from chce_desktop.ui.desk import Desk

Index = QModelIndex | QPersistentModelIndex

INFO_ROLE = Qt.ItemDataRole.UserRole
#: A piece of the text around what was searched.
SNIPPET_ROLE = Qt.ItemDataRole.UserRole + 1
#: (day, number of its articles) of a heading between the rows.
HEAD_ROLE = Qt.ItemDataRole.UserRole + 2
#: Pages that are read again when the library changes; the others are forgotten.
_LOOKED_AT = 3
#: Scrolling fast passes many pages; only where one rests this long (milliseconds), pages are read.
_REST = 12
_NO_INDEX = QModelIndex()
_TO_THE_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_BY_DATE = frozenset({Order.NEWEST, Order.OLDEST})


class ArticleListModel(QAbstractTableModel):
    """Rows are `ArticleInfo`s (role `INFO_ROLE`, None until they are read) and, grouped by day, headings."""

    #: The first page of a new filter is there, or a refresh is done.
    loaded = Signal()
    #: The number of articles is known for certain.
    counted = Signal(int)
    #: After a refresh, with the rows where articles stand now that `kept` had asked for: {id: line}.
    moved = Signal(object)
    #: With the `ChceError` for which the first page of a new filter could not be read.
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._filter = ArticleFilter()
        self._rows = Rows()
        self._heads = DayHeads()
        self._by_day = False
        self._snippets: dict[int, str] = {}
        self._generation = 0
        self._asked: list[int] = []
        self._fetching: set[int] = set()
        self._refreshing = False
        self.is_loaded = False
        self.is_counted = False
        #: Another list was asked for and its first page is not there yet: the rows are those of the list before.
        self.is_awaited = False
        #: Whose places are wanted after a refresh: set by the list that holds a selection.
        self.kept: Callable[[], Collection[int]] = lambda: ()
        self._stale = False
        self._says: dict[int, Callable[[ArticleInfo, ListColumn], Any]] = {
            Qt.ItemDataRole.DisplayRole: lambda info, column: TEXTS[column](info, desk),
            Qt.ItemDataRole.ToolTipRole: lambda info, column: tip(info, column, desk),
            Qt.ItemDataRole.AccessibleTextRole: lambda info, column: spoken(info, column, desk),
            Qt.ItemDataRole.TextAlignmentRole: lambda _, column: _TO_THE_RIGHT if column in RIGHT else None,
            INFO_ROLE: lambda info, _: info,
            SNIPPET_ROLE: lambda info, _: self._snippets.get(info.id, ""),
        }
        self._fetch_soon = self._timer(_REST, self._fetch_asked)
        self._refresh_soon = self._timer(60, self._refresh)
        desk.changed.connect(self._on_changed)
        desk.loaded.connect(self._repaint)

    @property
    def wanted(self) -> ArticleFilter:
        """What the list shows."""
        return self._filter

    @property
    def articles(self) -> Sequence[ArticleInfo]:
        """The articles that are known, in order."""
        return [info for _, info in self._rows.known()]

    def known(self) -> Iterator[tuple[int, ArticleInfo]]:
        """The articles that are known with their rows, in order."""
        return self._rows.known()

    @property
    def total(self) -> int:
        """How many articles the list has; see `is_counted`."""
        return self._rows.total

    @property
    def by_day(self) -> bool:
        """Whether a heading stands before each day; only in order of date."""
        return self._by_day and self._filter.order in _BY_DATE

    @property
    def _zone_of_days(self) -> tzinfo | None:
        """The time zone whose days have headings; None where there are none."""
        return words.zone(self._desk.settings.timezone) if self.by_day else None

    @property
    def is_fresh(self) -> bool:
        """Whether the rows are those of the library, as far as one knows."""
        return self.is_counted and not (self._stale or self._refreshing or self._refresh_soon.isActive())

    def show(self, wanted: ArticleFilter) -> None:
        """Show another list, from its start."""
        self._filter = wanted
        self._generation += 1
        self._fetching.clear()
        self._asked.clear()
        self._refreshing = False
        self._refresh_soon.stop()
        self.is_counted = False
        self.is_awaited = True
        generation, desk, zone = self._generation, self._desk, self._zone_of_days

        def first(_: Progress) -> tuple[Page, DayHeads, dict[int, str]]:
            site = desk.site
            page = site.articles.page(wanted, limit=PAGE)
            return page, reading.days(site, wanted, zone), reading.snippets(site, wanted, page)

        def done(found: tuple[Page, DayHeads, dict[int, str]]) -> None:
            if generation == self._generation:
                self._start(*found)
                self._count()

        def failed(error: ChceError) -> None:
            if generation == self._generation:
                self.is_awaited = False
                self.failed.emit(error)

        self._desk.run(first, done=done, failed=failed, queue=LIBRARY_READ, owner=self)

    def begin(self, page: Page) -> None:
        """Show a first page of `wanted` that was read before the site was open; once it is, everything is read anew."""
        self._start(page, DayHeads(), {})
        self._stale = True
        self._count()

    def _count(self) -> None:
        generation, wanted, desk = self._generation, self._filter, self._desk

        def count(number: int) -> None:
            if generation == self._generation:
                self._grow(number)

        desk.run(lambda _: desk.site.articles.count(wanted), done=count, queue=LIBRARY_READ, owner=self)

    def again(self) -> None:
        """Try once more what failed."""
        self.show(self._filter)

    def group_by_day(self, *, on: bool) -> None:
        """Put a heading before each day, or take the headings away."""
        if on != self._by_day:
            self._by_day = on
            self.show(self._filter)

    def row_of(self, article_id: int) -> int:
        """The line of an article, -1 when it is not among those known."""
        row = self._rows.row_of(article_id)
        return row if row < 0 else self._heads.line(row)

    def line_of(self, row: int) -> int:
        """The line of an article's row."""
        return self._heads.line(row)

    def info(self, line: int) -> ArticleInfo | None:
        """The article of a line; None where it is not known or a heading stands there."""
        if not 0 <= line < self.rowCount() or self._heads.head(line) is not None:
            return None
        return self._rows.get(self._heads.row(line))

    def rows_between(self, first: int, last: int) -> range:
        """The articles' rows on some lines."""
        start = self._heads.row(first)
        end = self._heads.row(last) + (self._heads.head(last) is None)
        return range(start, max(start, end))

    # What Qt asks

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else self._rows.total + len(self._heads)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(ListColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return header_text(ListColumn(section))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if ListColumn(section) in RIGHT else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = ListColumn(index.column())
        head = self._heads.head(index.row()) if len(self._heads) else None
        if head is not None:
            return self._of_head(head, column, role)
        row = self._heads.row(index.row())
        info = self._rows.get(row)
        if info is None:
            self._ask(row // PAGE)
            return None
        said = self._says.get(role)
        return None if said is None else said(info, column)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or (len(self._heads) and self._heads.head(index.row()) is not None):
            return Qt.ItemFlag.NoItemFlags
        flag = Qt.ItemFlag
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsDragEnabled | flag.ItemNeverHasChildren

    def mimeTypes(self) -> list[str]:
        return [ARTICLES_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        found = [self.info(line) for line in dict.fromkeys(index.row() for index in indexes)]
        return mime_of(info.id for info in found if info is not None)

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    # Reading what is looked at

    def _ask(self, page: int) -> None:
        if page not in self._fetching:
            self._asked = [*(other for other in self._asked if other != page), page]
            if not self._fetch_soon.isActive():
                self._fetch_soon.start()

    def _fetch_asked(self) -> None:
        """Read the pages that were looked at last; those that were only passed are not."""
        wanted, self._asked = self._asked[-2:], []
        for page in wanted:
            if not self._rows.has(page) and page not in self._fetching:
                self._fetch(page)

    def _fetch(self, number: int) -> None:
        generation, wanted, desk = self._generation, self._filter, self._desk
        cursor, total = self._rows.cursors.get(number), self._rows.total
        counted = self.is_counted
        self._fetching.add(number)

        def work(_: Progress) -> tuple[Page, dict[int, str]]:
            site = desk.site
            page = reading.page(site, wanted, number, cursor, total if counted else 0)
            return page, reading.snippets(site, wanted, page)

        def done(found: tuple[Page, dict[int, str]]) -> None:
            if generation == self._generation:
                self._fetching.discard(number)
                self._put(number, found[0])
                self._snippets |= found[1]
                self._changed_rows(number * PAGE, number * PAGE + len(found[0].articles) - 1)
                self.loaded.emit()

        def failed(_: ChceError) -> None:
            if generation == self._generation:
                self._fetching.discard(number)

        self._desk.run(work, done=done, failed=failed, queue=LIBRARY_READ, owner=self)

    def _put(self, number: int, page: Page) -> None:
        self._rows.put(number, page.articles)
        if page.next is not None:
            self._rows.cursors[number + 1] = page.next

    def _start(self, page: Page, heads: DayHeads, snippets: dict[int, str]) -> None:
        self.beginResetModel()
        self._rows = Rows()
        self._rows.total = len(page.articles)
        self._heads = DayHeads()
        self._put(0, page)
        self._snippets = snippets
        self.endResetModel()
        self.is_loaded = True
        self.is_awaited = False
        self._stale = False
        if len(heads):
            self._regroup(heads)
        self.loaded.emit()

    def _grow(self, total: int) -> None:
        before = self.rowCount()
        after = total + len(self._heads)
        if after > before:
            self.beginInsertRows(_NO_INDEX, before, after - 1)
            self._rows.total = total
            self.endInsertRows()
        self.is_counted = True
        self.counted.emit(self._rows.total)
        if self._stale:
            self._refresh_soon.start()

    def _regroup(self, heads: DayHeads) -> None:
        self.beginResetModel()
        self._heads = heads
        self._rows.total = heads.total
        self.endResetModel()

    # Refreshing

    def _on_changed(self, changes: Changes) -> None:
        if Kind.COLUMNS in changes.kinds or Kind.SETTINGS in changes.kinds:
            self._repaint()
        if Kind.ARTICLES in changes.kinds:
            self._stale = True
            if self.is_counted and not self._refreshing:
                self._refresh_soon.start()

    def _refresh(self) -> None:
        if self._refreshing or not self.is_counted:
            return
        self._refreshing, self._stale = True, False
        generation, wanted, site = self._generation, self._filter, self._desk.site
        pages, kept, zone = self._rows.recent(_LOOKED_AT), tuple(self.kept()), self._zone_of_days

        def done(fresh: Fresh) -> None:
            if generation == self._generation:
                self._refreshing = False
                later = set(self.kept()).difference(kept)  # chosen while it was read
                fresh.places.update((each, row) for each, row in fresh.rows() if each in later)
                if later <= fresh.places.keys():
                    self._renew(fresh)
                else:
                    self._stale = True
                if self._stale:
                    self._refresh_soon.start()

        def failed(_: ChceError) -> None:
            if generation == self._generation:
                self._refreshing = False

        self._desk.run(
            lambda _: reading.fresh(site, wanted, pages, kept, zone),
            done=done,
            failed=failed,
            queue=LIBRARY_READ,
            owner=self,
        )

    def _renew(self, fresh: Fresh) -> None:
        before, after = self.rowCount(), fresh.total + len(fresh.days)
        # Which rows came or went is not known, so the difference is made at the end, and selections are placed anew.
        if after < before:
            self.beginRemoveRows(_NO_INDEX, after, before - 1)
        elif after > before:
            self.beginInsertRows(_NO_INDEX, before, after - 1)
        self._rows.clear()
        self._rows.total, self._heads, self._snippets = fresh.total, fresh.days, fresh.snippets
        for number, page in fresh.pages.items():
            self._put(number, page)
        if after < before:
            self.endRemoveRows()
        elif after > before:
            self.endInsertRows()
        self._repaint()
        self.counted.emit(fresh.total)
        self.moved.emit({article_id: self._heads.line(row) for article_id, row in fresh.places.items()})
        self.loaded.emit()

    def _repaint(self) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(ListColumn) - 1))

    def _changed_rows(self, first: int, last: int) -> None:
        last = min(last, self._rows.total - 1)
        if first <= last:
            top, bottom = self._heads.line(first), self._heads.line(last)
            self.dataChanged.emit(self.index(top, 0), self.index(bottom, len(ListColumn) - 1))

    def _timer(self, milliseconds: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(slot)
        return timer

    # Words

    def _of_head(self, head: tuple[Any, int], column: ListColumn, role: int) -> Any:
        if role == HEAD_ROLE:
            return head
        if column is ListColumn.TITLE and role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return head_text(*head)
        return None
