"""The middle of the window: count tabs, quick filter, and the table of articles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QEvent, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QStackedWidget,
    QTabBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.article import ArticleFilter, ArticleInfo, Counts, Order, State
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE, set_role
from chce_desktop.ui.articles import words
from chce_desktop.ui.articles.delegate import ROW_HEIGHT, QuietDelegate, StateDelegate, TitleDelegate
from chce_desktop.ui.articles.model import INFO_ROLE, ORDERS, ArticleListModel, ListColumn, header_text
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.emptystate import EmptyState

_SHOWN_AT_FIRST = (ListColumn.TITLE, ListColumn.COLUMN, ListColumn.STATE, ListColumn.DATE)
_WIDTHS = {
    ListColumn.TITLE: 280,
    ListColumn.COLUMN: 96,
    ListColumn.STATE: 80,
    ListColumn.DATE: 96,
    ListColumn.SOURCE: 96,
    ListColumn.AUTHOR: 80,
    ListColumn.CHARACTERS: 64,
    ListColumn.READS: 64,
    ListColumn.UPDATED: 132,
}


@dataclass(frozen=True, slots=True)
class _Tab:
    """A count tab: the states that it shows; none for all. The trash is a place of its own."""

    name: Callable[[], str]
    states: frozenset[State] = frozenset()
    trash: bool = False

    def number(self, counts: Counts) -> int:
        if self.trash:
            return counts.trash
        return sum(counts.by_state[state] for state in self.states) if self.states else counts.total


_TABS = (
    _Tab(lambda: tr("All")),
    *(_Tab(lambda state=state: words.state_name(state), frozenset({state})) for state in State),  # type: ignore[misc]
    _Tab(lambda: tr("Trash"), trash=True),
)


class ArticleList(QWidget):
    """Shows the articles of one column (or of all) in one state, filtered while one types."""

    #: With a tuple of `ArticleInfo`: what is selected now, in the order of the rows.
    selection_changed = Signal(object)
    #: With an article's id: Return, double click.
    opened = Signal(int)
    #: With a global position: show the context menu for the selection.
    menu_wanted = Signal(QPoint)
    #: The empty list's button: write the first article.
    new_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("article_list")
        self.setAccessibleName(tr("Articles"))
        set_role(self, "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk = desk
        self._column_id: int | None = None
        self._no_column = False
        self._order = Order.NEWEST
        self._select_when_loaded: int | None = None
        self.model = ArticleListModel(desk, self)
        self._build()
        self._filter_soon = QTimer(self)
        self._filter_soon.setSingleShot(True)
        self._filter_soon.setInterval(120)
        self._filter_soon.timeout.connect(self._show)
        self._count_soon = QTimer(self)
        self._count_soon.setSingleShot(True)
        self._count_soon.setInterval(80)
        self._count_soon.timeout.connect(self._count)
        self.model.loaded.connect(self._on_loaded)
        self.model.failed.connect(self._on_failed)
        desk.changed.connect(self._on_changed)
        self._show()
        self._count()

    # What others ask for

    @property
    def wanted(self) -> ArticleFilter:
        """What the list shows now."""
        return self.model.wanted

    def selected(self) -> tuple[ArticleInfo, ...]:
        """The selected articles, in the order of the rows."""
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return tuple(info for row in rows if (info := self.model.info(row)) is not None)

    def show_column(self, column_id: int | None, *, no_column: bool = False) -> None:
        """Show a column with those below it; None for all; `no_column` for articles without any."""
        self._column_id, self._no_column = column_id, no_column
        self._show()
        self._count()

    def show_tab(self, states: frozenset[State] = frozenset(), *, trash: bool = False) -> None:
        """Choose the count tab of these states."""
        for number, tab in enumerate(_TABS):
            if tab.states == states and tab.trash == trash:
                self.tabs.setCurrentIndex(number)

    def select(self, article_id: int) -> None:
        """Make an article the only selected one, as soon as it is in the list."""
        row = self.model.row_of(article_id)
        if row < 0:
            self._select_when_loaded = article_id
            return
        self._select_when_loaded = None
        self.table.selectRow(row)
        self.table.scrollTo(self.model.index(row, 0))

    def focus_filter(self) -> None:
        """Put the caret into the filter."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def clear_filter(self) -> None:
        """Show everything again."""
        self.filter.clear()
        self._show()

    def layout_state(self) -> QByteArray:
        """Which columns are shown, where and how wide, to be kept."""
        return self.table.horizontalHeader().saveState()

    def restore_layout(self, state: QByteArray) -> None:
        """The counterpart of `layout_state`."""
        if not state.isEmpty():
            self.table.horizontalHeader().restoreState(state)
            self._mark_order()

    def event(self, event: QEvent) -> bool:
        """Ctrl+F means the list's filter while the focus is in the list, whatever it means elsewhere."""
        if isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Find):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.focus_filter()
                return True
        return super().event(event)

    # Building

    def _build(self) -> None:
        self.tabs = QTabBar(self)
        self.tabs.setObjectName("state_tabs")
        self.tabs.setAccessibleName(tr("State"))
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setDrawBase(False)
        for tab in _TABS:
            self.tabs.addTab(tab.name())
        self.tabs.currentChanged.connect(lambda _: self._show())
        self.filter = QLineEdit(self)
        self.filter.setObjectName("article_filter")
        self.filter.setAccessibleName(tr("Filter articles"))
        self.filter.setPlaceholderText(tr("Filter by title or text"))
        self.filter.setClearButtonEnabled(True)
        self.filter.addAction(icons.icon("search", icons.MUTED), QLineEdit.ActionPosition.LeadingPosition)
        self.filter.textChanged.connect(lambda _: self._filter_soon.start())
        self.filter.returnPressed.connect(self._enter_table)
        self.found = QLabel(self)
        self.found.setObjectName("article_count")
        self.found.hide()
        set_role(self.found, "hint")
        self.table = _Table(self)
        self.table.setModel(self.model)
        self._set_up_table()
        self._empty = EmptyState("article_list_empty", self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        top = QHBoxLayout()
        top.setContentsMargins(SPACE, SPACE, SPACE, HALF)
        top.setSpacing(SPACE)
        top.addWidget(self.filter, 1)
        top.addWidget(self.found)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(SPACE, 0, SPACE, 0)
        tabs.addWidget(self.tabs, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addLayout(tabs)
        layout.addWidget(self._stack, 1)
        self.setFocusProxy(self.table)

    def _set_up_table(self) -> None:
        table = self.table
        table.setItemDelegate(QuietDelegate(table))
        table.setItemDelegateForColumn(ListColumn.TITLE, TitleDelegate(table))
        table.setItemDelegateForColumn(ListColumn.STATE, StateDelegate(table))
        header = table.horizontalHeader()
        header.setObjectName("article_header")
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setFirstSectionMovable(False)
        header.setSortIndicatorShown(True)
        header.setMinimumSectionSize(48)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(ListColumn.TITLE, QHeaderView.ResizeMode.Stretch)
        header.sectionClicked.connect(self._on_header_clicked)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_header_menu)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
            header.setSectionHidden(column, column not in _SHOWN_AT_FIRST)
        self._mark_order()
        table.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit(self.selected()))
        table.opened.connect(self._on_opened)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(lambda at: self.menu_wanted.emit(table.viewport().mapToGlobal(at)))

    # What happens

    def _show(self) -> None:
        self._filter_soon.stop()
        tab = _TABS[self.tabs.currentIndex()]
        wanted = ArticleFilter(
            states=tab.states,
            trash=tab.trash,
            column_id=self._column_id,
            no_column=self._no_column,
            text=self.filter.text().strip(),
            order=self._order,
        )
        if wanted != self.model.wanted or not self.model.is_loaded:
            self.model.show(wanted)

    def _count(self) -> None:
        articles, column_id = self._desk.site.articles, self._column_id
        self._desk.run(lambda _: articles.counts(column_id), done=self._on_counted, queue=LIBRARY_READ, owner=self)

    def _on_counted(self, counts: Counts) -> None:
        for number, tab in enumerate(_TABS):
            count = tab.number(counts)
            self.tabs.setTabText(number, f"{tab.name()} {count:,}" if count else tab.name())

    def _on_changed(self, changes: Changes) -> None:
        if Kind.ARTICLES in changes.kinds or Kind.COLUMNS in changes.kinds:
            self._count_soon.start()

    def _on_loaded(self) -> None:
        if self._select_when_loaded is not None:
            wanted, self._select_when_loaded = self._select_when_loaded, None
            row = self.model.row_of(wanted)
            if row >= 0:
                self.select(wanted)
        elif self.model.rowCount() and not self.table.selectionModel().hasSelection() and not self.table.hasFocus():
            self.table.setCurrentIndex(self.model.index(0, 0))
        self._say_empty()
        self._stack.setCurrentWidget(self.table if self.model.rowCount() else self._empty)
        if self.wanted.text:
            self._count_found()
        else:
            self.found.hide()  # an empty label would keep its place beside the filter
        self.selection_changed.emit(self.selected())

    def _on_failed(self, error: ChceError) -> None:
        self._empty.say("circle-alert", error.title, error.hint, button=tr("Try again"), call=self.model.again)
        self._stack.setCurrentWidget(self._empty)

    def _count_found(self) -> None:
        articles, wanted = self._desk.site.articles, self.wanted

        def done(number: int) -> None:
            if wanted == self.wanted:
                self.found.setText(tr("{n} found", n=f"{number:,}"))
                self.found.show()

        self._desk.run(lambda _: articles.count(wanted), done=done, queue=LIBRARY_READ, owner=self)

    def _say_empty(self) -> None:
        wanted = self.wanted
        if wanted.text:
            heading = tr("Nothing found for “{text}”", text=wanted.text)
            hint = tr("Try fewer words, another column or another state.")
            self._empty.say("search", heading, hint, button=tr("Clear the filter"), call=self.clear_filter)
        elif wanted.trash:
            self._empty.say("trash-2", tr("The trash is empty"), tr("What you move here can be brought back."))
        elif wanted.states:
            name = words.state_name(next(iter(wanted.states)))
            self._empty.say("inbox", tr("Nothing here is “{state}”", state=name))
        elif wanted.no_column:
            self._empty.say("folder-check", tr("Every article is filed in a column"))
        else:
            heading = tr("No articles yet")
            hint = tr("Write the first one; it is saved while you type.")
            self._empty.say("file-pen", heading, hint, button=tr("Write an article"), call=self.new_wanted.emit)

    def _on_opened(self, index: QModelIndex) -> None:
        info = index.data(INFO_ROLE)
        if isinstance(info, ArticleInfo):
            self.opened.emit(info.id)

    def _enter_table(self) -> None:
        self._show()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_header_clicked(self, section: int) -> None:
        ascending, descending = ORDERS.get(ListColumn(section), (None, None))
        order = ascending if self._order is descending or descending is None else descending
        if order is not None:
            self._order = order
            self._show()
        self._mark_order()

    def _mark_order(self) -> None:
        header = self.table.horizontalHeader()
        for column, (ascending, descending) in ORDERS.items():
            if self._order in (ascending, descending):
                up = self._order is ascending
                header.setSortIndicator(column, Qt.SortOrder.AscendingOrder if up else Qt.SortOrder.DescendingOrder)

    def _on_header_menu(self, at: QPoint) -> None:
        header = self.table.horizontalHeader()
        menu = QMenu(self)
        menu.setObjectName("article_header_menu")
        for column in ListColumn:
            if column is not ListColumn.TITLE:
                action = menu.addAction(header_text(column))
                action.setCheckable(True)
                action.setChecked(not header.isSectionHidden(column))
                action.toggled.connect(lambda on, column=column: header.setSectionHidden(column, not on))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(header.mapToGlobal(at))


class _Table(QTableView):
    """Rows as wholes; Return opens; typing does not search, since the filter does that better."""

    opened = Signal(QModelIndex)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("article_table")
        self.setAccessibleName(tr("Articles"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalScrollBar().setSingleStep(ROW_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Nothing: it would only look through the rows fetched so far."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(index)
            return
        super().mouseDoubleClickEvent(event)
