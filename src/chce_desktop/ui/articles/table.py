"""The table of articles: rows as wholes, keys that go to either end of the list, drags of what is selected."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.articles.delegate import ROW_HEIGHT, SNIPPET_HEIGHT, QuietDelegate, StateDelegate, TitleDelegate
from chce_desktop.ui.articles.dragging import mime_of
from chce_desktop.ui.articles.listcolumns import ListColumn
from chce_desktop.ui.articles.model import ArticleListModel

#: More articles than this are not dragged: they are changed by command.
_MOST_DRAGGED = 2000


class ArticleTable(QTableView):
    """Return opens; typing does not search, since the filter does that better."""

    #: A row was clicked twice.
    opened = Signal(QModelIndex)
    #: Return was pressed on a row.
    returned = Signal(QModelIndex)

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
        self.show_snippets(on=False)
        self.setItemDelegate(QuietDelegate(self))
        self.title_delegate = TitleDelegate(self)
        self.setItemDelegateForColumn(ListColumn.TITLE, self.title_delegate)
        self.setItemDelegateForColumn(ListColumn.STATE, StateDelegate(self))

    def show_snippets(self, *, on: bool) -> None:
        """Make rows high enough for a second line, or not."""
        height = SNIPPET_HEIGHT if on else ROW_HEIGHT
        if self.verticalHeader().defaultSectionSize() != height:
            self.verticalHeader().setDefaultSectionSize(height)
        self.verticalScrollBar().setSingleStep(height)

    def chosen_lines(self) -> list[tuple[int, int]]:
        """The selected lines, as first and last of each run, in order."""
        return sorted({(part.top(), part.bottom()) for part in self.selectionModel().selection().toList()})

    def select_lines(self, lines: list[int]) -> None:
        """Make these lines the selected ones; the first is the current one. Nothing is scrolled."""
        model, selection = self.model(), QItemSelection()
        last = model.columnCount() - 1
        for line in lines:
            selection.select(model.index(line, 0), model.index(line, last))
        flag = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(selection, flag.ClearAndSelect)
        if lines:
            self.selectionModel().setCurrentIndex(model.index(lines[0], 0), flag.NoUpdate)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.returned.emit(self.currentIndex())
            return
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and self.model().rowCount():
            self._go_to_end(event)
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Nothing: it would only look through the rows that were read so far."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(index)
            return
        super().mouseDoubleClickEvent(event)

    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        """Drag the selected articles, wherever they are in the list."""
        model = self.model()
        if not isinstance(model, ArticleListModel):
            return
        lines = [line for first, last in self.chosen_lines() for line in range(first, last + 1)]
        if len(lines) > _MOST_DRAGGED:
            return
        found = [model.info(line) for line in sorted(set(lines))]
        ids = [info.id for info in found if info is not None]
        if ids:
            drag = QDrag(self)
            drag.setMimeData(mime_of(ids))
            drag.exec(supportedActions)

    def _go_to_end(self, event: QKeyEvent) -> None:
        down = event.key() == Qt.Key.Key_End
        line = self.model().rowCount() - 1 if down else 0
        while not self.model().flags(self.model().index(line, 0)) & Qt.ItemFlag.ItemIsSelectable:
            line += 1  # a heading is no place to stand
        index = self.model().index(line, self.currentIndex().column() if self.currentIndex().isValid() else 0)
        flag = QItemSelectionModel.SelectionFlag
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self.currentIndex().isValid():
            first, last = sorted((self.currentIndex().row(), line))
            edge = self.model().columnCount() - 1
            self.selectionModel().select(
                QItemSelection(self.model().index(first, 0), self.model().index(last, edge)), flag.Select
            )
            self.selectionModel().setCurrentIndex(index, flag.NoUpdate)
        else:
            self.selectionModel().setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
        self.scrollTo(index)
