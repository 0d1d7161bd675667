"""The groups at the left of the link manager, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QLabel, QListView, QMenu, QPushButton, QVBoxLayout

from chce_desktop.domain.link import LinkGroup
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, SPACE, set_role
from chce_desktop.ui.dialogs import DeskDialog
from chce_desktop.ui.links.delegates import GroupDelegate
from chce_desktop.ui.links.group_model import GroupListModel, Shown
from chce_desktop.ui.links.groups import ask_name, ask_removal
from chce_desktop.ui.links.steps import LinkMoves, Move


class GroupPane(QFrame):
    """`chosen(id)`: a group (or one of `Shown`) was chosen. Steps go through `push(text, move)`."""

    chosen = Signal(int)

    def __init__(self, dialog: DeskDialog, moves: LinkMoves, push: Callable[[str, Move], object]) -> None:
        super().__init__(dialog)
        self.setObjectName("links_group_pane")
        self.setFixedWidth(232)
        set_role(self, "pane")
        self._moves, self._push = moves, push
        self._wanted = ""
        self.chosen_id: int = Shown.ALL
        self.model = GroupListModel(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, DOUBLE, 0, SPACE)
        column.setSpacing(SPACE)
        title = QLabel(tr("Groups"), self)
        title.setContentsMargins(DOUBLE, 0, DOUBLE, 0)
        set_role(title, "section")
        column.addWidget(title)
        column.addWidget(self._make_view(), 1)
        self.add_button = QPushButton(icons.icon("plus"), tr("New group"), self)
        self.add_button.setObjectName("links_add_group")
        self.add_button.setAccessibleName(tr("New group"))
        self.add_button.setAutoDefault(False)
        set_role(self.add_button, "quiet")
        self.add_button.clicked.connect(self._add)
        holder = QHBoxLayout()
        holder.setContentsMargins(SPACE, 0, SPACE, 0)
        holder.addWidget(self.add_button)
        holder.addStretch(1)
        column.addLayout(holder)
        self._make_menu()
        self.view.selectionModel().currentChanged.connect(self._on_current)
        self.model.renamed.connect(self._on_renamed)
        self.model.group_dropped.connect(self._place)

    def _make_view(self) -> QListView:
        self.view = QListView(self)
        self.view.setObjectName("links_groups")
        self.view.setAccessibleName(tr("Groups of links"))
        self.view.setModel(self.model)
        self.view.setItemDelegate(GroupDelegate(self.view))
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.view.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.view.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._on_menu)
        self.view.setTabKeyNavigation(False)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return self.view

    def _make_menu(self) -> None:
        self.menu = QMenu(self)
        for name, text, sign, key, slot in (
            ("rename", tr("Rename"), "pencil", "", lambda: self.view.edit(self.view.currentIndex())),
            ("up", tr("Move up"), "arrow-up", "Alt+Up", lambda: self._shift(-1)),
            ("down", tr("Move down"), "arrow-down", "Alt+Down", lambda: self._shift(1)),
            ("remove", tr("Delete group…"), "trash-2", "Del", self.remove),
        ):
            action = QAction(icons.icon(sign), text, self)
            action.setObjectName(f"links_group_{name}")
            if key:
                action.setShortcut(QKeySequence(key))
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda _=False, call=slot: call())
            self.view.addAction(action)
            self.menu.addAction(action)

    def show_groups(self, groups: tuple[LinkGroup, ...]) -> None:
        """Take over what the library holds; the choice stays where it can, and `chosen` is not emitted."""
        wanted = next((group for group in groups if group.name == self._wanted), None)
        if wanted is not None:  # else this was read before it was made
            self.chosen_id, self._wanted = wanted.id, ""
        selection = self.view.selectionModel()
        selection.blockSignals(True)
        self.model.show_groups(groups)
        index = self.model.index_of(self.chosen_id)
        selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        selection.blockSignals(False)
        self.view.viewport().update()
        self.chosen_id = self.model.id_at(index)

    def choose(self, row_id: int) -> None:
        """Choose a group, or one of `Shown`."""
        self.view.setCurrentIndex(self.model.index_of(row_id))

    @property
    def group(self) -> LinkGroup | None:
        """The chosen group; None for the two rows that are no groups."""
        return next((group for group in self.model.groups if group.id == self.chosen_id), None)

    def _on_current(self, current: QModelIndex) -> None:
        self.chosen_id = self.model.id_at(current)
        self.chosen.emit(self.chosen_id)

    def _on_menu(self, point: QPoint) -> None:
        if self.group is not None:
            self.menu.popup(self.view.viewport().mapToGlobal(point))

    # Steps

    def _add(self) -> None:
        ask_name(self, {group.name for group in self.model.groups}, self._on_named)

    def _on_named(self, name: str) -> None:
        self._wanted = name
        self._push(tr("New group"), self._moves.add_group(name))

    def _on_renamed(self, group_id: int, name: str) -> None:
        self._push(tr("Rename group"), self._moves.rename_group(group_id, name))

    def _place(self, group_id: int, index: int) -> None:
        self._push(tr("Move group"), self._moves.place_group(group_id, index))

    def _shift(self, by: int) -> None:
        group = self.group
        if group is not None and 0 <= self.model.groups.index(group) + by < len(self.model.groups):
            self._push(tr("Move group"), self._moves.shift_group(group.id, by))

    def remove(self) -> None:
        """Delete the chosen group; if it has links, ask first what becomes of them."""
        group = self.group
        if group is None:
            return
        others = [other for other in self.model.groups if other.id != group.id]

        def go(into: int | None) -> None:
            self.chosen_id = into if into is not None else Shown.ALL
            self._push(tr("Delete group"), self._moves.remove_group(group.id, into))

        if group.links:
            ask_removal(self, group, others, go)
        else:
            go(None)
