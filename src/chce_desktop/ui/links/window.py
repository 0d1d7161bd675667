"""The window in which friendly links are looked after."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence, QUndoStack
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPushButton,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.link import Link, LinkGroup, LinkPatch
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.services.link_checking import Verdict
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, set_role
from chce_desktop.ui.badges import BadgeDelegate
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog, EmptyCover
from chce_desktop.ui.links.adding import AddBar, LinkForm
from chce_desktop.ui.links.check import CheckStrip
from chce_desktop.ui.links.delegates import ROW_HEIGHT, GroupDelegate, NameDelegate
from chce_desktop.ui.links.groups import ask_name, ask_removal
from chce_desktop.ui.links.models import (
    GroupListModel,
    LinkColumn,
    LinkTableModel,
    Shown,
    check_detail,
    is_troubled,
    link_verdict,
)
from chce_desktop.ui.links.steps import LinkMoves, Move
from chce_desktop.ui.media.thumbnails import Thumbnails
from chce_desktop.ui.steps import Step


class LinksDialog(DeskDialog):
    """Groups at the left, their links at the right. Every change is saved at once and can be undone."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "links_window", tr("Friendly links"), QSize(1120, 700), parent)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        self.undo_stack = QUndoStack(self)
        self._moves = LinkMoves(desk.site)
        self._group_id: int = Shown.ALL
        self._wanted_group = ""
        self._wanted_link = ""
        self._loaded = False
        self.groups = GroupListModel(self)
        self.links = LinkTableModel(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._make_group_pane())
        line = QFrame(self)
        set_role(line, "vline")
        row.addWidget(line)
        row.addWidget(self._make_link_pane(), 1)
        self._make_actions()
        self._connect()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(60)
        self._timer.timeout.connect(self.reload)
        self.reload()
        self.table.setFocus()

    # What is shown

    def _make_group_pane(self) -> QWidget:
        pane = QFrame(self)
        pane.setObjectName("links_group_pane")
        pane.setFixedWidth(232)
        set_role(pane, "pane")
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, DOUBLE, 0, SPACE)
        column.setSpacing(SPACE)
        title = QLabel(tr("Groups"), pane)
        title.setContentsMargins(DOUBLE, 0, DOUBLE, 0)
        set_role(title, "section")
        column.addWidget(title)
        self.group_view = QListView(pane)
        self.group_view.setObjectName("links_groups")
        self.group_view.setAccessibleName(tr("Groups of links"))
        self.group_view.setModel(self.groups)
        self.group_view.setItemDelegate(GroupDelegate(self.group_view))
        self.group_view.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.group_view.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.group_view.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.group_view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.group_view.setTabKeyNavigation(False)
        self.group_view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self.group_view, 1)
        self.add_group_button = QPushButton(icons.icon("plus"), tr("New group"), pane)
        self.add_group_button.setObjectName("links_add_group")
        self.add_group_button.setAccessibleName(tr("New group"))
        self.add_group_button.setAutoDefault(False)
        set_role(self.add_group_button, "quiet")
        holder = QHBoxLayout()
        holder.setContentsMargins(SPACE, 0, SPACE, 0)
        holder.addWidget(self.add_group_button)
        holder.addStretch(1)
        column.addLayout(holder)
        return pane

    def _make_link_pane(self) -> QWidget:
        pane = QWidget(self)
        column = QVBoxLayout(pane)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE + HALF)
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        self.heading = QLabel(pane)
        self.heading.setObjectName("links_heading")
        set_role(self.heading, "heading")
        top.addWidget(self.heading)
        self.summary = QLabel(pane)
        self.summary.setObjectName("links_summary")
        set_role(self.summary, "hint")
        top.addWidget(self.summary)
        top.addStretch(1)
        self.filter = QLineEdit(pane)
        self.filter.setObjectName("links_filter")
        self.filter.setAccessibleName(tr("Find a link"))
        self.filter.setPlaceholderText(tr("Find a link"))
        self.filter.addAction(icons.icon("search", icons.MUTED), QLineEdit.ActionPosition.LeadingPosition)
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(200)
        top.addWidget(self.filter)
        self.check_button = QPushButton(icons.icon("refresh-cw"), tr("Check all"), pane)
        self.check_button.setObjectName("links_check")
        self.check_button.setAutoDefault(False)
        top.addWidget(self.check_button)
        self.more_button = QToolButton(pane)
        self.more_button.setObjectName("links_more")
        self.more_button.setAccessibleName(tr("More actions"))
        self.more_button.setToolTip(tr("More actions"))
        self.more_button.setIcon(icons.icon("ellipsis"))
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        top.addWidget(self.more_button)
        column.addLayout(top)
        self.strip = CheckStrip(self)
        column.addWidget(self.strip)
        column.addWidget(self._make_table(pane), 1)
        column.addLayout(self._make_detail(pane))
        self.add_bar = AddBar(self.desk, pane)
        column.addWidget(self.add_bar)
        return pane

    def _make_table(self, pane: QWidget) -> QTableView:
        self.table = table = QTableView(pane)
        table.setObjectName("links_table")
        table.setAccessibleName(tr("Links of the group"))
        set_role(table, "framed")
        table.setModel(self.links)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked
        )
        table.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        table.setDragDropOverwriteMode(False)
        table.setDefaultDropAction(Qt.DropAction.MoveAction)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setTextElideMode(Qt.TextElideMode.ElideRight)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(False)
        widths = {LinkColumn.NOTE: 140, LinkColumn.GROUP: 120, LinkColumn.VISIBLE: 64, LinkColumn.CHECK: 112}
        for logical in LinkColumn:
            if logical in widths:
                header.setSectionResizeMode(logical, QHeaderView.ResizeMode.Interactive)
                table.setColumnWidth(logical, widths[logical])
            else:
                header.setSectionResizeMode(logical, QHeaderView.ResizeMode.Stretch)
        self._thumbnails = Thumbnails(self.desk, 96, self)
        self._thumbnails.ready.connect(lambda _: table.viewport().update())
        table.setItemDelegateForColumn(LinkColumn.NAME, NameDelegate(self._thumbnails, table))
        table.setItemDelegateForColumn(LinkColumn.CHECK, BadgeDelegate(table))
        self.empty = EmptyCover(table.viewport(), "links_empty", "link")
        return table

    def _make_detail(self, pane: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        self.detail = QLabel(pane)
        self.detail.setObjectName("links_detail")
        self.detail.setTextFormat(Qt.TextFormat.PlainText)
        self.detail.setWordWrap(True)
        self.detail.setMinimumHeight(30)
        set_role(self.detail, "hint")
        row.addWidget(self.detail, 1)
        self.use_button = QPushButton(tr("Use the new address"), pane)
        self.use_button.setAccessibleName(tr("Use the new address"))
        self.use_button.setObjectName("links_use_new")
        self.use_button.setAutoDefault(False)
        row.addWidget(self.use_button)
        return row

    # What can be done

    def _make_actions(self) -> None:
        def action(name: str, text: str, sign: str, key: str, slot: Callable[[], object]) -> QAction:
            made = QAction(icons.icon(sign), text, self)
            made.setObjectName(f"links_{name}")
            if key:
                made.setShortcut(QKeySequence(key))
                made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            made.triggered.connect(lambda: slot())
            self.table.addAction(made)
            return made

        self.edit_action = action("edit", tr("Edit…"), "pencil", "Alt+Return", self._edit)
        self.open_action = action("open", tr("Open in the browser"), "external-link", "Ctrl+Return", self._open)
        self.use_action = action("use", tr("Use the new address"), "check", "", self._use_new)
        self.show_action = action("show", tr("Show to readers or hide"), "eye", "Ctrl+H", self._toggle_visible)
        self.up_action = action("up", tr("Move up"), "arrow-up", "Alt+Up", lambda: self._shift(-1))
        self.down_action = action("down", tr("Move down"), "arrow-down", "Alt+Down", lambda: self._shift(1))
        self.check_action = action("check_chosen", tr("Check"), "refresh-cw", "", self._check_chosen)
        self.remove_action = action("remove", tr("Delete"), "trash-2", "Del", self._remove)
        undo = self.undo_stack.createUndoAction(self, tr("Undo"))
        undo.setObjectName("links_undo")
        undo.setShortcut(QKeySequence.StandardKey.Undo)
        undo.setIcon(icons.icon("undo-2"))
        redo = self.undo_stack.createRedoAction(self, tr("Redo"))
        redo.setObjectName("links_redo")
        redo.setShortcut(QKeySequence.StandardKey.Redo)
        self.addAction(undo)
        self.addAction(redo)
        self.menu = QMenu(self)
        self.menu.setObjectName("links_menu")
        self.menu.addActions([self.edit_action, self.open_action, self.use_action])
        self.menu.addSeparator()
        self.menu.addAction(self.show_action)
        self.move_menu = self.menu.addMenu(icons.icon("folder"), tr("Move to group"))
        self.menu.addActions([self.up_action, self.down_action])
        self.menu.addSeparator()
        self.menu.addActions([self.check_action, self.remove_action])
        self.menu.addSeparator()
        self.menu.addActions([undo, redo])
        self.move_menu.aboutToShow.connect(self._fill_move_menu)
        self.more_button.setMenu(self.menu)

        self.group_menu = QMenu(self)
        for name, text, sign, key, slot in (
            ("rename_group", tr("Rename"), "pencil", "", self._rename_group),
            ("group_up", tr("Move up"), "arrow-up", "Alt+Up", lambda: self._shift_group(-1)),
            ("group_down", tr("Move down"), "arrow-down", "Alt+Down", lambda: self._shift_group(1)),
            ("remove_group", tr("Delete group…"), "trash-2", "Del", self._remove_group),
        ):
            made = action(name, text, sign, key, slot)
            self.table.removeAction(made)
            self.group_view.addAction(made)
            self.group_menu.addAction(made)

    def _connect(self) -> None:
        self.desk.changed.connect(self._on_changed)
        self.group_view.selectionModel().currentChanged.connect(self._on_group_chosen)
        self.groups.renamed.connect(self._on_group_renamed)
        self.groups.links_dropped.connect(lambda ids, group: self._place(ids, group, None))
        self.groups.group_dropped.connect(self._on_group_dropped)
        self.group_view.customContextMenuRequested.connect(self._on_group_menu)
        self.links.edited.connect(self._on_edited)
        self.links.links_dropped.connect(self._on_links_dropped)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._on_selection())
        self.table.customContextMenuRequested.connect(self._on_table_menu)
        self.filter.textChanged.connect(lambda _: self._show_links())
        self.check_button.clicked.connect(self._on_check)
        self.strip.running_changed.connect(lambda running: self.check_button.setEnabled(not running))
        self.strip.troubled_wanted.connect(lambda: self._choose_group(Shown.TROUBLED))
        self.add_group_button.clicked.connect(self._add_group)
        self.add_bar.wanted.connect(self._add)
        self.use_button.clicked.connect(self._use_new)

    # Loading

    def _on_changed(self, changes: Changes) -> None:
        if Kind.LINKS in changes.kinds and not self._timer.isActive():
            self._timer.start()

    def reload(self) -> None:
        """Show what the library holds now."""
        self.run(lambda _: self.desk.site.links.groups(), done=self._on_loaded, queue=LIBRARY_READ)

    def _on_loaded(self, groups: tuple[LinkGroup, ...]) -> None:
        self._loaded = True
        if self._wanted_group:
            wanted = next((group for group in groups if group.name == self._wanted_group), None)
            if wanted is not None:  # else this was read before it was made
                self._group_id, self._wanted_group = wanted.id, ""
        selection = self.group_view.selectionModel()
        selection.blockSignals(True)
        self.groups.show_groups(groups)
        index = self.groups.index_of(self._group_id)
        selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        selection.blockSignals(False)
        self.group_view.viewport().update()
        self._group_id = self.groups.id_at(index)
        self._show_links()

    def _show_links(self) -> None:
        groups = self.groups.groups
        every = [link for group in groups for link in group.links]
        chosen = next((group for group in groups if group.id == self._group_id), None)
        if chosen is not None:
            rows, heading = list(chosen.links), chosen.name
        elif self._group_id == Shown.TROUBLED:
            rows, heading = [link for link in every if is_troubled(link)], tr("Needs attention")
        else:
            rows, heading = every, tr("All links")
        wanted = self.filter.text().strip().casefold()
        found = [link for link in rows if wanted in f"{link.name}\n{link.url}\n{link.note}".casefold()]
        kept = {link.id for link in self._chosen()}
        current = self._current()
        names = {group.id: group.name for group in groups}
        self.links.show_links(found, names, ordered=chosen is not None and not wanted)
        self.table.setColumnHidden(LinkColumn.GROUP, chosen is not None)
        self.table.setColumnHidden(LinkColumn.NOTE, chosen is None)
        self._restore(kept, current.id if current else None)
        self.heading.setText(heading)
        hidden = sum(not link.visible for link in rows)
        text = trn("{n} link", "{n} links", len(rows))
        self.summary.setText(tr("{links}, {hidden} hidden", links=text, hidden=hidden) if hidden else text)
        self._show_empty(bool(rows), bool(found))
        self._on_selection()

    def _restore(self, kept: set[int], current: int | None) -> None:
        if self._wanted_link:
            rows = [row for row, link in enumerate(self.links.links) if link.url == self._wanted_link]
            if rows:
                self._wanted_link = ""
                self.select_row(rows[-1])
                self.table.scrollTo(self.links.index(rows[-1], 0))
                return
        selection = self.table.selectionModel()
        if {link.id for link in self._chosen()} == kept:
            return
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for link_id in kept:
            if (row := self.links.row_of(link_id)) >= 0:
                selection.select(self.links.index(row, 0), flags)
        if current is not None and (row := self.links.row_of(current)) >= 0:
            selection.setCurrentIndex(self.links.index(row, 0), QItemSelectionModel.SelectionFlag.NoUpdate)

    def _show_empty(self, has_rows: bool, has_found: bool) -> None:
        if has_found or not self._loaded:
            self.empty.hide()
        elif has_rows:
            self.empty.cover(tr("No link fits"), tr("Try a shorter word, or look in “All links”."))
        elif self.groups.groups and self._group_id != Shown.TROUBLED:
            self.empty.cover(
                tr("No links yet"), tr("Type a name and an address below, or drag links of other groups onto this one.")
            )
        elif self._group_id == Shown.TROUBLED:
            self.empty.cover(tr("All is well"), tr("No link needs attention."))
        else:
            self.empty.cover(
                tr("No friendly links yet"),
                tr("Type the name and the address of a partner site below; readers see it in the sidebar."),
            )

    # Selection

    def _chosen(self) -> list[Link]:
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return [link for row in rows if (link := self.links.link_at(self.links.index(row, 0))) is not None]

    def select_row(self, row: int) -> None:
        """Select one row and no other, whatever keys are held down (`QTableView.selectRow` looks at these)."""
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.table.selectionModel().setCurrentIndex(self.links.index(row, 0), flags)

    def _current(self) -> Link | None:
        return self.links.link_at(self.table.currentIndex())

    def _on_selection(self) -> None:
        chosen = self._chosen()
        one = len(chosen) == 1
        moved = [link for link in chosen if link_verdict(link) is Verdict.MOVED]
        self.detail.setText(check_detail(chosen[0]) if one else self._detail_of(len(chosen)))
        self.use_button.setVisible(bool(moved))
        self.use_action.setVisible(bool(moved))
        for action in (self.show_action, self.check_action, self.remove_action):
            action.setEnabled(bool(chosen))
        self.move_menu.setEnabled(bool(chosen))
        self.edit_action.setEnabled(one)
        self.open_action.setEnabled(one)
        for action in (self.up_action, self.down_action):
            action.setEnabled(bool(chosen) and self.links.ordered)
        text = tr("Check selected ({n})", n=len(chosen)) if len(chosen) > 1 else tr("Check all")
        self.check_button.setText(text)
        self.check_button.setAccessibleName(text)

    def _detail_of(self, count: int) -> str:
        if count:
            return trn("{n} link is selected.", "{n} links are selected.", count)
        return (
            tr("Drag rows to change their order. F2 edits a cell, Alt+↑ and Alt+↓ move a link.")
            if self.links.links
            else ""
        )

    # Steps

    def _push(self, text: str, move: Move, then: Callable[[], object] | None = None) -> None:
        self.undo_stack.push(Step(self, text, move.forward, move.backward, then=then))

    def _add(self, name: str, address: str) -> None:
        group = self._group_id if self._group_id > 0 else None
        self._wanted_link = address
        self._push(tr("Add link"), self._moves.add(name, address, group), self.add_bar.clear)

    def _on_edited(self, link_id: int, patch: LinkPatch) -> None:
        link = self._stored(link_id)
        if link is not None:
            self._push(tr("Edit link"), self._moves.change(link, patch), None)
            self._timer.start()  # what was refused must not stay on the screen

    def _stored(self, link_id: int) -> Link | None:
        return next((link for group in self.groups.groups for link in group.links if link.id == link_id), None)

    def _edit(self) -> None:
        link = self._current()
        if link is not None:
            form = LinkForm(self.desk, link, self)
            form.saved.connect(lambda patch: self._on_edited(link.id, patch))
            form.open()

    def _open(self) -> None:
        link = self._current()
        if link is not None:
            QDesktopServices.openUrl(QUrl(link.url))

    def _use_new(self) -> None:
        moved = [link for link in self._chosen() if link_verdict(link) is Verdict.MOVED and link.check is not None]
        moves = [self._moves.change(link, LinkPatch(url=link.check.final_url)) for link in moved if link.check]
        ids = tuple(link.id for link in moved)
        if moves:
            self._push(tr("Use the new address"), self._moves.change_all(moves), lambda: self.strip.start(ids))

    def _toggle_visible(self) -> None:
        chosen = self._chosen()
        visible = not all(link.visible for link in chosen)
        moves = [self._moves.change(link, LinkPatch(visible=visible)) for link in chosen if link.visible != visible]
        self._push(tr("Show links") if visible else tr("Hide links"), self._moves.change_all(moves))

    def _remove(self) -> None:
        ids = [link.id for link in self._chosen()]
        if ids:
            row = min(self.links.row_of(link_id) for link_id in ids)
            self._push(trn("Delete link", "Delete {n} links", len(ids)), self._moves.remove(self.groups.groups, ids))
            self._after_removal(row, len(ids))

    def _after_removal(self, row: int, count: int) -> None:
        follower = self.links.link_at(self.links.index(row + count, 0)) or self.links.link_at(
            self.links.index(max(0, row - 1), 0)
        )
        if follower is not None:
            self.select_row(self.links.row_of(follower.id))

    def _shift(self, by: int) -> None:
        chosen = self._chosen()
        if not chosen or not self.links.ordered:
            return
        rows = [self.links.row_of(link.id) for link in chosen]
        others = [link for link in self.links.links if link not in chosen]
        before = sum(row < rows[0] for row in range(rows[0]))
        place = max(0, min(len(others), before + by))
        anchor = others[place].id if place < len(others) else None
        if [link.id for link in self.links.links[place : place + len(chosen)]] != [link.id for link in chosen]:
            self._place(tuple(link.id for link in chosen), self._group_id, anchor)

    def _on_links_dropped(self, ids: tuple[int, ...], row: int) -> None:
        anchor = next((link.id for link in self.links.links[row:] if link.id not in ids), None)
        self._place(ids, self._group_id, anchor)

    def _place(self, ids: tuple[int, ...], group_id: int, before: int | None) -> None:
        self._push(
            trn("Move link", "Move {n} links", len(ids)), self._moves.place(self.groups.groups, ids, group_id, before)
        )

    def _fill_move_menu(self) -> None:
        self.move_menu.clear()
        ids = tuple(link.id for link in self._chosen())
        for group in self.groups.groups:
            entry = self.move_menu.addAction(group.name.replace("&", "&&"))
            entry.setEnabled(group.id != self._group_id)
            entry.triggered.connect(lambda _=False, group_id=group.id: self._place(ids, group_id, None))

    # Checking

    def _on_check(self) -> None:
        chosen = self._chosen()
        self.strip.start(tuple(link.id for link in chosen) if len(chosen) > 1 else None)

    def _check_chosen(self) -> None:
        self.strip.start(tuple(link.id for link in self._chosen()))

    # Groups

    def _choose_group(self, row_id: int) -> None:
        self.group_view.setCurrentIndex(self.groups.index_of(row_id))

    def _on_group_chosen(self, current: QModelIndex) -> None:
        self._group_id = self.groups.id_at(current)
        self._show_links()

    def _group(self) -> LinkGroup | None:
        return next((group for group in self.groups.groups if group.id == self._group_id), None)

    def _add_group(self) -> None:
        ask_name(self, {group.name for group in self.groups.groups}, self._on_group_named)

    def _on_group_named(self, name: str) -> None:
        self._wanted_group = name
        if all(group.name != name for group in self.groups.groups):
            self._push(tr("New group"), self._moves.add_group(name))
        else:
            self.reload()

    def _rename_group(self) -> None:
        self.group_view.edit(self.group_view.currentIndex())

    def _on_group_renamed(self, group_id: int, name: str) -> None:
        group = next((g for g in self.groups.groups if g.id == group_id), None)
        if group is not None:
            self._push(tr("Rename group"), self._moves.rename_group(group, name))

    def _on_group_dropped(self, group_id: int, index: int) -> None:
        before = next(n for n, group in enumerate(self.groups.groups) if group.id == group_id)
        self._push(tr("Move group"), self._moves.place_group(group_id, before, index))

    def _shift_group(self, by: int) -> None:
        group = self._group()
        if group is not None:
            before = self.groups.groups.index(group)
            after = before + by
            if 0 <= after < len(self.groups.groups):
                self._on_group_dropped(group.id, after)

    def _remove_group(self) -> None:
        group = self._group()
        if group is None:
            return
        index = self.groups.groups.index(group)
        others = [g for g in self.groups.groups if g.id != group.id]

        def remove(into: int | None) -> None:
            self._group_id = into if into is not None else Shown.ALL
            self._push(tr("Delete group"), self._moves.remove_group(group, index, into))

        if group.links:
            ask_removal(self, group, others, remove)
        else:
            remove(None)

    def _on_group_menu(self, point: QPoint) -> None:
        if self._group() is not None:
            self.group_menu.popup(self.group_view.viewport().mapToGlobal(point))

    def _on_table_menu(self, point: QPoint) -> None:
        if self._chosen():
            self.menu.popup(self.table.viewport().mapToGlobal(point))
