"""The left side of the window: the column tree, in which articles are filed and columns are ordered by dragging."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.article import ArticleFilter
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.foundation.i18n import tr
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE, colors, font, set_role
from chce_desktop.ui.articles import commands as article_commands
from chce_desktop.ui.columns import commands
from chce_desktop.ui.columns.dialogs import ColumnDialog, ask_removal
from chce_desktop.ui.columns.model import ALL, ID_ROLE, NONE, ColumnDrop, ColumnTreeModel
from chce_desktop.ui.desk import Desk


class ColumnsPane(QWidget):
    """The tree with a heading and a button for a new column."""

    #: With a column's id, or ALL or NONE (see `ui.columns.model`).
    chosen = Signal(int)
    #: With a global position: show the context menu for the current column.
    menu_wanted = Signal(QPoint)
    #: Return was pressed: go on to the articles.
    entered = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("columns_pane")
        self.setAccessibleName(tr("Columns"))
        self._desk = desk
        self._current = ALL
        self._collapsed: set[int] = set()
        self.model = ColumnTreeModel(self)
        heading = QLabel(tr("Columns"), self)
        heading.setObjectName("columns_heading")
        set_role(heading, "section")
        self.add_button = QToolButton(self)
        self.add_button.setObjectName("column_add")
        self.add_button.setAccessibleName(tr("New column"))
        self.add_button.setToolTip(tr("New column"))
        self.add_button.setIcon(icons.icon("plus", icons.MUTED))
        self.add_button.setIconSize(QSize(16, 16))
        self.add_button.clicked.connect(self.add)
        top = QHBoxLayout()
        top.setContentsMargins(SPACE + HALF, SPACE, SPACE, 0)
        top.addWidget(heading, 1)
        top.addWidget(self.add_button)
        self.tree = _Tree(self)
        self.tree.setModel(self.model)
        self.tree.set_up_header()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(HALF)
        layout.addLayout(top)
        layout.addWidget(self.tree, 1)
        self.setFocusProxy(self.tree)
        self.tree.selectionModel().currentChanged.connect(self._on_current_changed)
        self.tree.collapsed.connect(lambda index: self._collapsed.add(index.data(ID_ROLE)))
        self.tree.expanded.connect(lambda index: self._collapsed.discard(index.data(ID_ROLE)))
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(
            lambda at: self.menu_wanted.emit(self.tree.viewport().mapToGlobal(at))
        )
        self.tree.entered_by_key.connect(self.entered)
        self.model.renamed.connect(lambda column_id, name: commands.rename(desk, column_id, name))
        self.model.column_dropped.connect(self._on_column_dropped)
        self.model.articles_dropped.connect(lambda ids, column: article_commands.move_to_column(desk, ids, column))
        self._count_soon = QTimer(self)
        self._count_soon.setSingleShot(True)
        self._count_soon.setInterval(100)
        self._count_soon.timeout.connect(self._count)
        desk.loaded.connect(self._on_tree_changed)
        desk.changed.connect(self._on_changed)
        self._on_tree_changed()

    @property
    def column_id(self) -> int | None:
        """The current column; None while one of the two places above the tree is current."""
        return self._current if self._current >= 0 else None

    def choose(self, column_id: int) -> None:
        """Make a column (or ALL, NONE) the current one."""
        index = self.model.index_of(column_id)
        if index.isValid():
            self.tree.setCurrentIndex(index)

    def add(self) -> None:
        """Ask for a new column; it is offered below the current one's parent."""
        current = self._desk.columns.get(self.column_id)
        self._open(None, current.parent_id if current else None)

    def add_below(self) -> None:
        """Ask for a new column below the current one."""
        self._open(None, self.column_id)

    def rename(self) -> None:
        """Edit the current column's name in place."""
        index = self.tree.currentIndex()
        if self.column_id is not None:
            self.tree.setFocus()
            self.tree.edit(index.siblingAtColumn(0))

    def edit(self) -> None:
        """Open the current column's properties."""
        column = self._desk.columns.get(self.column_id)
        if column is not None:
            self._open(column.id, column.parent_id)

    def remove(self) -> None:
        """Ask where the current column's articles go, and delete it."""
        if self.column_id is not None:
            ask_removal(self._desk, self.column_id, self, lambda: self.choose(ALL))

    def shift(self, step: int) -> None:
        """Move the current column up (-1) or down (1) among its siblings."""
        column = self._desk.columns.get(self.column_id)
        if column is None:
            return
        siblings = [c.id for c in self._desk.columns.children(column.parent_id)]
        if 0 <= siblings.index(column.id) + step < len(siblings):
            commands.shift(self._desk, column, step)

    def _open(self, column_id: int | None, parent_id: int | None) -> None:
        dialog = ColumnDialog(self._desk, self._desk.columns.get(column_id), parent_id, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _on_column_dropped(self, drop: ColumnDrop) -> None:
        if drop.parent_id is not None:
            self._collapsed.discard(drop.parent_id)
        commands.move(self._desk, drop)

    def _on_changed(self, changes: Changes) -> None:
        if Kind.COLUMNS in changes.kinds:
            self._on_tree_changed()
        elif Kind.ARTICLES in changes.kinds:
            self._count_soon.start()

    def _on_tree_changed(self) -> None:
        current, collapsed = self._current, set(self._collapsed)
        if self.model.set_tree(self._desk.columns):
            self.tree.expandAll()
            for column_id in collapsed:
                self.tree.collapse(self.model.index_of(column_id))
        if not self.tree.currentIndex().isValid():
            index = self.model.index_of(current)
            self.tree.setCurrentIndex(index if index.isValid() else self.model.index_of(ALL))
        self._count()

    def _count(self) -> None:
        site = self._desk.site

        def work(_: object) -> tuple[dict[int, int], int, int]:
            without = site.articles.count(ArticleFilter(no_column=True))
            return site.columns.article_counts(), site.articles.counts().total, without

        self._desk.run(work, done=lambda found: self.model.set_counts(*found), queue=LIBRARY_READ, owner=self)

    def _on_current_changed(self, index: QModelIndex) -> None:
        if not index.isValid():
            return  # the model is being reset; the choice stays
        column_id = int(index.data(ID_ROLE))
        if column_id != self._current:
            self._current = column_id
            self.chosen.emit(column_id)


class _CountDelegate(QStyledItemDelegate):
    """Numbers stand back behind names."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # type: ignore[override]  # the stub names the overloads otherwise
        super().initStyleOption(option, index)
        muted = QColor(colors().muted)
        option.font = font(relative=-1)
        option.palette.setColor(option.palette.ColorRole.Text, muted)
        option.palette.setColor(option.palette.ColorRole.HighlightedText, muted)


class _Tree(QTreeView):
    entered_by_key = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("column_tree")
        self.setAccessibleName(tr("Columns"))
        set_role(self, "sidebar")
        self.setHeaderHidden(True)
        self.setIndentation(16)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(16, 16))
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDropIndicatorShown(True)
        self.setAutoExpandDelay(600)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._count_delegate = _CountDelegate(self)
        self.setItemDelegateForColumn(1, self._count_delegate)

    def set_up_header(self) -> None:
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        editing = self.state() is QAbstractItemView.State.EditingState
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not editing:
            self.entered_by_key.emit()
            return
        super().keyPressEvent(event)


__all__ = ["ALL", "NONE", "ColumnsPane"]
