"""The window in which friendly links are looked after."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence, QUndoStack
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.link import LinkGroup, LinkPatch
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.services.link_checking import Verdict
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog, EmptyCover
from chce_desktop.ui.links.adding import AddBar, LinkForm
from chce_desktop.ui.links.check import CheckStrip
from chce_desktop.ui.links.group_model import Shown
from chce_desktop.ui.links.group_pane import GroupPane
from chce_desktop.ui.links.models import (
    LinkColumn,
    LinkTableModel,
    check_detail,
    is_troubled,
    link_verdict,
)
from chce_desktop.ui.links.steps import LinkMoves, Move
from chce_desktop.ui.links.table import LinkTable
from chce_desktop.ui.steps import Step


class LinksDialog(DeskDialog):
    """Groups at the left, their links at the right. Every change is saved at once and can be undone."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, find: str = "") -> None:
        """`find`: what the list is searched for at first."""
        super().__init__(desk, "links_window", tr("Friendly links"), QSize(1120, 700), parent)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        self.undo_stack = QUndoStack(self)
        self._moves = LinkMoves(desk.site)
        self._wanted_link = ""
        self._adding: set[tuple[str, str]] = set()
        self._loaded = False
        self.links = LinkTableModel(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.group_pane = GroupPane(self, self._moves, self._push)
        self.groups = self.group_pane.model
        row.addWidget(self.group_pane)
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
        self.filter.setText(find)
        self.reload()
        self.table.setFocus()

    # What is shown

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
        self.table = LinkTable(self.desk, self.links, pane)
        self.empty = EmptyCover(self.table.viewport(), "links_empty", "link")
        column.addWidget(self.table, 1)
        column.addLayout(self._make_detail(pane))
        self.add_bar = AddBar(self.desk, pane)
        column.addWidget(self.add_bar)
        return pane

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
        self.use_button.hide()
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

    def _connect(self) -> None:
        self.desk.changed.connect(self._on_changed)
        self.group_pane.chosen.connect(lambda _: self._show_links())
        self.groups.links_dropped.connect(lambda ids, group: self._place(ids, group, None))
        self.links.edited.connect(self._on_edited)
        self.links.links_dropped.connect(self._on_links_dropped)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._on_selection())
        self.table.customContextMenuRequested.connect(self._on_table_menu)
        self.filter.textChanged.connect(lambda _: self._show_links())
        self.check_button.clicked.connect(self._on_check)
        self.strip.running_changed.connect(lambda running: self.check_button.setEnabled(not running))
        self.strip.troubled_wanted.connect(lambda: self.group_pane.choose(Shown.TROUBLED))
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
        self.group_pane.show_groups(groups)
        self._show_links()

    def _show_links(self) -> None:
        groups = self.groups.groups
        every = [link for group in groups for link in group.links]
        chosen = self.group_pane.group
        if chosen is not None:
            rows, heading = list(chosen.links), chosen.name
        elif self.group_pane.chosen_id == Shown.TROUBLED:
            rows, heading = [link for link in every if is_troubled(link)], tr("Needs attention")
        else:
            rows, heading = every, tr("All links")
        wanted = self.filter.text().strip().casefold()
        found = [link for link in rows if wanted in f"{link.name}\n{link.url}\n{link.note}".casefold()]
        kept = {link.id for link in self.table.chosen()}
        current = self.table.current()
        names = {group.id: group.name for group in groups}
        self.links.show_links(found, names, ordered=chosen is not None and not wanted)
        self.table.show_group(wanted=chosen is None)
        self.table.setColumnHidden(LinkColumn.NOTE, chosen is None)
        self._restore(kept, current.id if current else None)
        self.heading.setText(heading)
        hidden = sum(not link.visible for link in rows)
        text = trn("{n} link", "{n} links", len(rows))
        self.summary.setText(tr("{links}, {hidden} hidden", links=text, hidden=hidden) if hidden else text)
        self._show_empty(bool(rows), bool(found))
        self._on_selection()

    def _restore(self, kept: set[int], current: int | None) -> None:
        rows = [row for row, link in enumerate(self.links.links) if self._wanted_link and link.url == self._wanted_link]
        if rows:
            self._wanted_link = ""
            self.table.select_row(rows[-1])
            self.table.scrollTo(self.links.index(rows[-1], 0))
        else:
            self.table.restore(kept, current)

    def _show_empty(self, has_rows: bool, has_found: bool) -> None:
        if has_found or not self._loaded:
            self.empty.hide()
        elif has_rows:
            self.empty.cover(tr("No link fits"), tr("Try a shorter word, or look in “All links”."))
        elif self.groups.groups and self.group_pane.chosen_id != Shown.TROUBLED:
            self.empty.cover(
                tr("No links yet"), tr("Type a name and an address below, or drag links of other groups onto this one.")
            )
        elif self.group_pane.chosen_id == Shown.TROUBLED:
            self.empty.cover(tr("All is well"), tr("No link needs attention."))
        else:
            self.empty.cover(
                tr("No friendly links yet"),
                tr("Type the name and the address of a partner site below; readers see it in the sidebar."),
            )

    # Selection

    def _on_selection(self) -> None:
        chosen = self.table.chosen()
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
        if not self.links.links:
            return ""
        if not self.links.ordered:
            return tr("F2 edits a cell. Choose a group to change the order of its links.")
        return tr("Drag rows to change their order. F2 edits a cell, Alt+↑ and Alt+↓ move a link.")

    # Steps

    def _push(self, text: str, move: Move, then: Callable[[], object] | None = None) -> None:
        self.undo_stack.push(Step(self, text, move.forward, move.backward, then=then))

    def _add(self, name: str, address: str) -> None:
        group = self.group_pane.chosen_id if self.group_pane.chosen_id > 0 else None
        if (name, address) in self._adding:
            return  # Return was pressed again before it was there
        self._adding.add((name, address))
        self._wanted_link = address
        move = self._moves.add(name, address, group)
        step = Step(
            self,
            tr("Add link"),
            move.forward,
            move.backward,
            then=lambda: self.add_bar.added(name, address),
            ended=lambda: self._adding.discard((name, address)),
        )
        self.undo_stack.push(step)

    def _on_edited(self, link_id: int, patch: LinkPatch) -> None:
        self._push(tr("Edit link"), self._moves.change(link_id, patch))
        self._timer.start()  # what was refused must not stay on the screen

    def _edit(self) -> None:
        link = self.table.current()
        if link is not None:
            form = LinkForm(self.desk, link, self)
            form.saved.connect(lambda patch: self._on_edited(link.id, patch))
            form.open()

    def _open(self) -> None:
        link = self.table.current()
        if link is not None:
            QDesktopServices.openUrl(QUrl(link.url))

    def _use_new(self) -> None:
        moved = [link for link in self.table.chosen() if link_verdict(link) is Verdict.MOVED and link.check is not None]
        moves = [self._moves.change(link.id, LinkPatch(url=link.check.final_url)) for link in moved if link.check]
        ids = tuple(link.id for link in moved)
        if moves:
            self._push(tr("Use the new address"), self._moves.change_all(moves), lambda: self.strip.start(ids))

    def _toggle_visible(self) -> None:
        chosen = self.table.chosen()
        visible = not all(link.visible for link in chosen)
        moves = [self._moves.change(link.id, LinkPatch(visible=visible)) for link in chosen if link.visible != visible]
        self._push(tr("Show links") if visible else tr("Hide links"), self._moves.change_all(moves))

    def _remove(self) -> None:
        ids = [link.id for link in self.table.chosen()]
        if ids:
            row = min(self.links.row_of(link_id) for link_id in ids)
            self._push(trn("Delete link", "Delete {n} links", len(ids)), self._moves.remove(ids))
            self._after_removal(row, len(ids))

    def _after_removal(self, row: int, count: int) -> None:
        follower = self.links.link_at(self.links.index(row + count, 0)) or self.links.link_at(
            self.links.index(max(0, row - 1), 0)
        )
        if follower is not None:
            self.table.select_row(self.links.row_of(follower.id))

    def _shift(self, by: int) -> None:
        chosen = self.table.chosen()
        if not chosen or not self.links.ordered:
            return
        ids = tuple(link.id for link in chosen)
        place = max(0, min(len(self.links.links) - len(ids), self.links.row_of(ids[0]) + by))
        if tuple(link.id for link in self.links.links[place : place + len(ids)]) != ids:
            self._push(self._moving(ids), self._moves.shift(ids, self.group_pane.chosen_id, by))

    def _on_links_dropped(self, ids: tuple[int, ...], row: int) -> None:
        anchor = next((link.id for link in self.links.links[row:] if link.id not in ids), None)
        self._place(ids, self.group_pane.chosen_id, anchor)

    def _place(self, ids: tuple[int, ...], group_id: int, before: int | None) -> None:
        self._push(self._moving(ids), self._moves.place(ids, group_id, before))

    @staticmethod
    def _moving(ids: tuple[int, ...]) -> str:
        return trn("Move link", "Move {n} links", len(ids))

    def _fill_move_menu(self) -> None:
        self.move_menu.clear()
        ids = tuple(link.id for link in self.table.chosen())
        for group in self.groups.groups:
            entry = self.move_menu.addAction(group.name.replace("&", "&&"))
            entry.setEnabled(group.id != self.group_pane.chosen_id)
            entry.triggered.connect(lambda _=False, group_id=group.id: self._place(ids, group_id, None))

    # Checking

    def _on_check(self) -> None:
        chosen = self.table.chosen()
        self.strip.start(tuple(link.id for link in chosen) if len(chosen) > 1 else None)

    def _check_chosen(self) -> None:
        self.strip.start(tuple(link.id for link in self.table.chosen()))

    def _on_table_menu(self, point: QPoint) -> None:
        if self.table.chosen():
            self.menu.popup(self.table.viewport().mapToGlobal(point))
