"""The middle of the window: search and filters, count tabs, and the table of articles."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from PySide6.QtCore import QByteArray, QEvent, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from chce_desktop.domain.article import ArticleFilter, ArticleInfo, Order, Page, State
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.ui.appearance import SPACE, set_role
from chce_desktop.ui.articles import words
from chce_desktop.ui.articles.chosen import Chosen
from chce_desktop.ui.articles.listheader import ListHeader
from chce_desktop.ui.articles.model import INFO_ROLE, ArticleListModel
from chce_desktop.ui.articles.searchbar import SearchBar
from chce_desktop.ui.articles.statetabs import StateTabs, trash_hint
from chce_desktop.ui.articles.table import ArticleTable
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.emptystate import EmptyState


class ArticleList(QWidget):
    """Shows the articles of one column (or of all) in one state, searched and filtered while one types."""

    #: With a tuple of `ArticleInfo`: what is selected and known now, in the order of the rows.
    selection_changed = Signal(object)
    #: With an article's id: Return, double click.
    opened = Signal(int)
    #: With a global position: show the context menu for the selection.
    menu_wanted = Signal(QPoint)
    #: The empty list's button: write the first article.
    new_wanted = Signal()
    #: The columns of the table, their order or width have changed: keep `layout_state`.
    layout_changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, first: Page | None = None) -> None:
        """`first`: what the list shows as long as the site is not open."""
        super().__init__(parent)
        self.setObjectName("article_list")
        self.setAccessibleName(tr("Articles"))
        set_role(self, "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk = desk
        self._column_id: int | None = None
        self._no_column = False
        self._select_when_loaded: int | None = None
        #: What Return does once the list is there that was asked for when it was pressed in the search.
        self._entering = self._opening = False
        self._kept_whole = False
        self._chosen_ids: list[int] = []
        self._top: tuple[int, int] | None = None
        self.model = ArticleListModel(desk, self)
        self.model.kept = self._kept
        self._build()
        self._count_soon = QTimer(self)
        self._count_soon.setSingleShot(True)
        self._count_soon.setInterval(80)
        self._count_soon.timeout.connect(self._count)
        self.model.loaded.connect(self._on_loaded)
        self.model.counted.connect(self._on_counted_list)
        self.model.moved.connect(self._on_moved)
        self.model.failed.connect(self._on_failed)
        desk.changed.connect(self._on_changed)
        if first is None:
            self._show()
        else:
            self.model.begin(first)
        self._count()

    # What others ask for

    @property
    def wanted(self) -> ArticleFilter:
        """What the list shows now."""
        return self.model.wanted

    def selected(self) -> tuple[ArticleInfo, ...]:
        """The selected articles that are known, in the order of the rows."""
        chosen = self.table.chosen_lines()
        if not chosen:
            return ()
        if len(chosen) == 1 and chosen[0][0] == chosen[0][1]:
            info = self.model.info(chosen[0][0])
            return () if info is None else (info,)
        known = ((self.model.line_of(row), info) for row, info in self.model.known())
        return tuple(info for line, info in known if any(first <= line <= last for first, last in chosen))

    def chosen(self) -> Chosen:
        """All selected articles, known or not."""
        ranges = [self.model.rows_between(first, last) for first, last in self.table.chosen_lines()]
        count, infos = sum(map(len, ranges)), self.selected()
        if count == len(infos):
            return Chosen.these(infos)
        desk, wanted, total = self._desk, self.model.wanted, self.model.total
        if count == total:
            return Chosen(count, infos, lambda: desk.site.articles.ids(wanted), whole=True)

        def find() -> tuple[int, ...]:
            every = desk.site.articles.ids(wanted)
            return tuple(every[row] for part in ranges for row in part if row < len(every))

        return Chosen(count, infos, find)

    def show_column(self, column_id: int | None, *, no_column: bool = False) -> None:
        """Show a column with those below it; None for all; `no_column` for articles without any."""
        self._column_id, self._no_column = column_id, no_column
        self._show()
        self._count()

    def show_filter(self, wanted: ArticleFilter) -> None:
        """Show what a saved search asks for, in its order."""
        self._column_id, self._no_column = wanted.column_id, wanted.no_column
        if wanted.order is not Order.BEST:
            self._header.set_order(wanted.order, reverse=wanted.reverse)
        self.search.show_filter(wanted)
        self.tabs.blockSignals(True)
        self.show_tab(wanted.states, trash=wanted.trash)
        self.tabs.blockSignals(False)
        self._show()
        self._count()

    def show_tab(self, states: frozenset[State] = frozenset(), *, trash: bool = False) -> None:
        """Choose the count tab of these states, that of all where there is none."""
        self.tabs.choose(states, trash=trash)

    def select(self, article_id: int) -> None:
        """Make an article the only selected one, as soon as it is in the list."""
        line = self.model.row_of(article_id)
        if line >= 0:
            self._go_to(line)
            if not self.model.is_fresh:  # what is on its way may be another list, which begins without a selection
                self._select_when_loaded = article_id
            return
        self._select_when_loaded = article_id
        desk, wanted = self._desk, self.model.wanted

        def done(places: dict[int, int]) -> None:
            if self._select_when_loaded != article_id or wanted != self.model.wanted or not self.model.is_fresh:
                return  # a refresh is on its way and tells where it is
            if article_id in places:
                self._go_to(self.model.line_of(places[article_id]))

        desk.run(lambda _: desk.site.articles.places(wanted, [article_id]), done=done, queue=LIBRARY_READ, owner=self)

    def focus_filter(self) -> None:
        """Put the caret into the search."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def clear_filter(self) -> None:
        """Show everything again."""
        self.search.clear()
        self._show()

    def group_by_day(self, *, on: bool) -> None:
        """Put a heading before each day; the list is then in order of date."""
        if on and self._header.order not in (Order.NEWEST, Order.OLDEST):
            self._header.set_order(Order.NEWEST, reverse=False)
            self._show()
        self.model.group_by_day(on=on)

    def layout_state(self) -> QByteArray:
        """Which columns are shown, where and how wide, to be kept."""
        return self._header.state()

    def restore_layout(self, state: QByteArray) -> None:
        """The counterpart of `layout_state`."""
        self._header.restore(state)

    def event(self, event: QEvent) -> bool:
        """Ctrl+F means the list's search while the focus is in the list, whatever it means elsewhere."""
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
        self.tabs = StateTabs(self)
        self.tabs.currentChanged.connect(lambda _: self._show())
        self.search = SearchBar(self._desk, self)
        self.filter, self.found = self.search.line, self.search.found
        self.search.narrowed.connect(self._show)
        self.search.entered.connect(self._enter_table)
        self.table = ArticleTable(self)
        self.table.setModel(self.model)
        self._set_up_table()
        self._empty = EmptyState("article_list_empty", self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(SPACE, 0, SPACE, 0)
        tabs.addWidget(self.tabs, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.search)
        layout.addLayout(tabs)
        layout.addWidget(self._stack, 1)
        self.setFocusProxy(self.table)

    def _set_up_table(self) -> None:
        table = self.table
        self._header = ListHeader(table)
        self._header.order_chosen.connect(self._show)
        self._header.changed.connect(self.layout_changed)
        table.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit(self.selected()))
        table.opened.connect(self._on_opened)
        table.returned.connect(self._on_returned)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(lambda at: self.menu_wanted.emit(table.viewport().mapToGlobal(at)))

    # What happens

    def _show(self) -> None:
        tab = self.tabs.tab
        wanted = self.search.narrow(
            ArticleFilter(
                states=tab.states,
                trash=tab.trash,
                column_id=self._column_id,
                no_column=self._no_column,
                order=self._header.order,
                reverse=self._header.reverse,
            )
        )
        if wanted != self.model.wanted or not self.model.is_loaded:
            self._top = None
            self.model.show(wanted)

    def _count(self) -> None:
        desk, column_id = self._desk, self._column_id
        desk.run(
            lambda _: desk.site.articles.counts(column_id), done=self.tabs.show_counts, queue=LIBRARY_READ, owner=self
        )

    def _on_changed(self, changes: Changes) -> None:
        if Kind.ARTICLES in changes.kinds or Kind.COLUMNS in changes.kinds:
            self._count_soon.start()

    def _on_loaded(self) -> None:
        self.table.title_delegate.look_for(self.wanted.text)
        self.table.show_snippets(on=bool(self.wanted.text) and self.wanted.where != "title")
        if self._entering and not self.model.is_awaited:
            self._arrive()
        if self._select_when_loaded is not None:
            line = self.model.row_of(self._select_when_loaded)
            if line >= 0:
                self._go_to(line)
        elif self.model.rowCount() and not self.table.selectionModel().hasSelection() and not self.table.hasFocus():
            self.table.select_lines([self.model.line_of(0)])
        self._say_empty()
        self._stack.setCurrentWidget(self.table if self.model.rowCount() else self._empty)
        self.selection_changed.emit(self.selected())

    def _on_counted_list(self, number: int) -> None:
        usual = ArticleFilter(
            states=self.wanted.states,
            trash=self.wanted.trash,
            column_id=self.wanted.column_id,
            no_column=self.wanted.no_column,
            order=self.wanted.order,
            reverse=self.wanted.reverse,
        )
        self.search.tell_found(number if self.wanted != usual else None)

    def _on_failed(self, error: ChceError) -> None:
        self._entering = self._opening = False
        self._empty.say("circle-alert", error.title, error.hint, button=tr("Try again"), call=self.model.again)
        self._stack.setCurrentWidget(self._empty)

    # The selection over a refresh

    def _kept(self) -> Collection[int]:
        """The articles whose place must be known after a refresh: the selected ones, and the one at the top."""
        chosen = self.chosen()
        self._kept_whole = chosen.whole
        self._chosen_ids = [info.id for info in chosen.infos]
        first = self.table.rowAt(0)
        top = self.model.info(first) if first >= 0 else None
        self._top = None if top is None else (top.id, self.table.rowViewportPosition(first))
        further = [self._top[0] if self._top else None, self._select_when_loaded]
        return {*self._chosen_ids, *(article_id for article_id in further if article_id is not None)}

    def _on_moved(self, places: dict[int, int]) -> None:
        flagged = self.table.selectionModel()
        had = flagged.hasSelection()
        if self._kept_whole:
            self.table.selectAll()
        elif had:
            lines = sorted(places[article_id] for article_id in self._chosen_ids if article_id in places)
            if lines:
                self.table.select_lines(lines)
            else:
                flagged.clearSelection()
        if self._top is not None and self.table.verticalScrollBar().value() > 0 and self._top[0] in places:
            # What one reads stays where it is when articles come or go above it.
            height = self.table.verticalHeader().defaultSectionSize()
            self.table.verticalScrollBar().setValue(places[self._top[0]] * height - self._top[1])
        if self._select_when_loaded in places:
            self._go_to(places[self._select_when_loaded])

    def _go_to(self, line: int) -> None:
        self._select_when_loaded = None
        self.table.select_lines([line])  # whatever key is held by the time that it is known
        self.table.scrollTo(self.model.index(line, 0))

    def _say_empty(self) -> None:
        wanted = self.wanted
        narrowed = self.search.narrow(replace(ArticleFilter(), order=wanted.order, reverse=wanted.reverse))
        if wanted.text:
            heading = tr("Nothing found for “{text}”", text=wanted.text)
            hint = tr("Try fewer words, another column or another state.")
            self._empty.say("search", heading, hint, button=tr("Clear the filter"), call=self.clear_filter)
        elif narrowed != replace(ArticleFilter(), order=wanted.order, reverse=wanted.reverse):
            heading = tr("No article fits these filters")
            self._empty.say("search", heading, "", button=tr("Clear the filter"), call=self.clear_filter)
        elif wanted.trash:
            self._empty.say("trash-2", tr("The trash is empty"), trash_hint())
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

    def _on_returned(self, index: QModelIndex) -> None:
        if self._entering:
            self._opening = True  # what shows is the list before
        else:
            self._on_opened(index)

    def _enter_table(self) -> None:
        self._show()
        self._entering = self.model.is_awaited
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _arrive(self) -> None:
        """The list is there that Return was pressed for: its first row is the current one, and opened if so wanted."""
        opening, self._entering, self._opening = self._opening, False, False
        if self.model.rowCount():
            first = self.model.line_of(0)
            self.table.select_lines([first])
            if opening:
                self._on_opened(self.model.index(first, 0))
