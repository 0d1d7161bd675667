"""The header of the article table: which columns show, how wide they are, and what the list is sorted by."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QItemSelectionModel, QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView

from chce_desktop.domain.article import Order
from chce_desktop.ui.articles.listcolumns import GREATEST_FIRST, ORDERS, ListColumn, header_text
from chce_desktop.ui.articles.room import TitleRoom

_SHOWN_AT_FIRST = (ListColumn.TITLE, ListColumn.COLUMN, ListColumn.STATE, ListColumn.DATE)
_WIDTHS = {
    ListColumn.TITLE: 280,
    ListColumn.COLUMN: 96,
    ListColumn.STATE: 88,
    ListColumn.DATE: 96,
    ListColumn.SOURCE: 96,
    ListColumn.AUTHOR: 80,
    ListColumn.CHARACTERS: 64,
    ListColumn.READS: 64,
    ListColumn.UPDATED: 132,
    ListColumn.EDITOR: 80,
    ListColumn.TAGS: 120,
    ListColumn.CREATED: 132,
}


class ListHeader(QObject):
    """Sets up a table's own header and listens to it."""

    #: Another order was asked for: see `order` and `reverse`.
    order_chosen = Signal()
    #: The columns, their order or width have changed: keep `state`.
    changed = Signal()

    def __init__(self, table: QTableView) -> None:
        """`table` has its model already."""
        super().__init__(table)
        self.order, self.reverse = Order.NEWEST, False
        header = self._header = table.horizontalHeader()
        header.setObjectName("article_header")
        # A header asks of each row whether all of its column is selected: with 100,000 rows the window stands still.
        header.setSelectionModel(QItemSelectionModel(table.model(), header))
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setFirstSectionMovable(False)
        header.setSortIndicatorShown(True)
        header.setMinimumSectionSize(48)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(ListColumn.TITLE, QHeaderView.ResizeMode.Stretch)
        header.sectionClicked.connect(self._on_clicked)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_menu)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
            header.setSectionHidden(column, column not in _SHOWN_AT_FIRST)
        self._room = TitleRoom(table)
        self.set_order(self.order, reverse=self.reverse)
        for signal in (header.sectionMoved, header.sectionResized):
            signal.connect(lambda *_: self.changed.emit())

    def set_order(self, order: Order, *, reverse: bool) -> None:
        """Show what the list is sorted by."""
        self.order, self.reverse = order, reverse
        for column, (found, turned) in ORDERS.items():
            if order is found:
                up = reverse is turned
                way = Qt.SortOrder.AscendingOrder if up else Qt.SortOrder.DescendingOrder
                self._header.setSortIndicator(column, way)

    def state(self) -> QByteArray:
        """Which columns are shown, where and how wide, to be kept."""
        return self._room.state()

    def restore(self, state: QByteArray) -> None:
        """The counterpart of `state`."""
        if not state.isEmpty():
            usual = self._header.saveState()
            if not self._header.restoreState(state) or self._header.count() != len(ListColumn):
                self._header.restoreState(usual)  # kept by a version with other columns
            self._room.forget()
            self.set_order(self.order, reverse=self.reverse)

    def _on_clicked(self, section: int) -> None:
        column = ListColumn(section)
        if column in ORDERS:
            order, turned = ORDERS[column]
            if self.order is order:
                self.reverse = not self.reverse
            else:
                self.order, self.reverse = order, turned and column not in GREATEST_FIRST
            self.order_chosen.emit()
        self.set_order(self.order, reverse=self.reverse)

    def _on_menu(self, at: QPoint) -> None:
        menu = QMenu(self._header)
        menu.setObjectName("article_header_menu")
        for column in ListColumn:
            if column is not ListColumn.TITLE:
                action = menu.addAction(header_text(column))
                action.setCheckable(True)
                action.setChecked(self._room.is_chosen(column))
                action.toggled.connect(lambda on, column=column: self._show_column(column, on=on))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._header.mapToGlobal(at))

    def _show_column(self, column: ListColumn, *, on: bool) -> None:
        self._room.choose(column, on=on)
        self.changed.emit()
