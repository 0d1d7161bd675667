"""The table of links."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from chce_desktop.domain.link import Link
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.appearance import set_role
from chce_desktop.ui.badges import BadgeDelegate
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.links.delegates import ROW_HEIGHT, NameDelegate
from chce_desktop.ui.links.models import LinkColumn, LinkTableModel
from chce_desktop.ui.media.thumbnails import Thumbnails

#: Below this width (logical pixels) name and address need the room more than the group's name does.
_ROOM_FOR_GROUP = 640
_WIDTHS = {LinkColumn.NOTE: 140, LinkColumn.GROUP: 120, LinkColumn.VISIBLE: 64, LinkColumn.CHECK: 112}


class LinkTable(QTableView):
    """Whole rows are selected; cells are edited by F2 or a double click; rows are dragged."""

    def __init__(self, desk: Desk, links: LinkTableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.links = links
        self._group_wanted = True
        self.setObjectName("links_table")
        self.setAccessibleName(tr("Links of the group"))
        set_role(self, "framed")
        self.setModel(links)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDragDropOverwriteMode(False)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for logical in LinkColumn:
            if logical in _WIDTHS:
                self.setColumnWidth(logical, _WIDTHS[logical])
            else:
                header.setSectionResizeMode(logical, QHeaderView.ResizeMode.Stretch)
        self._thumbnails = Thumbnails(desk, 96, self)
        self._thumbnails.ready.connect(lambda _: self.viewport().update())
        self.setItemDelegateForColumn(LinkColumn.NAME, NameDelegate(self._thumbnails, self))
        self.setItemDelegateForColumn(LinkColumn.CHECK, BadgeDelegate(self))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def show_group(self, *, wanted: bool) -> None:
        """Whether the group of each link is of interest; shown where there is room for it."""
        self._group_wanted = wanted
        self._fit()

    def _fit(self) -> None:
        hidden = not self._group_wanted or self.viewport().width() < _ROOM_FOR_GROUP
        self.setColumnHidden(LinkColumn.GROUP, hidden)

    def chosen(self) -> list[Link]:
        """The links of the selected rows, in their order."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [link for row in rows if (link := self.links.link_at(self.links.index(row, 0))) is not None]

    def current(self) -> Link | None:
        """The link of the row with the cursor."""
        return self.links.link_at(self.currentIndex())

    def select_row(self, row: int) -> None:
        """Select one row and no other, whatever keys are held down (`selectRow` looks at these)."""
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self.links.index(row, 0), flags)

    def restore(self, kept: set[int], current: int | None) -> None:
        """Select these links again, after the rows were read anew."""
        selection = self.selectionModel()
        if {link.id for link in self.chosen()} == kept:
            return
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for link_id in kept:
            if (row := self.links.row_of(link_id)) >= 0:
                selection.select(self.links.index(row, 0), flags)
        if current is not None and (row := self.links.row_of(current)) >= 0:
            selection.setCurrentIndex(self.links.index(row, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
