"""The window in which notices are looked after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QColor, QKeySequence, QPainter, QUndoStack
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.notice import Notice, NoticePatch
from chce_desktop.foundation.i18n import tr
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, SPACE, colors, font, set_role
from chce_desktop.ui.articles import words
from chce_desktop.ui.badges import TONE_ROLE, badge_width, paint_badge
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog, EmptyCover
from chce_desktop.ui.noticeboard.form import NoticeForm
from chce_desktop.ui.noticeboard.model import ITEM_ROLE, STATUS_ROLE, NoticeListModel
from chce_desktop.ui.steps import Aliases, Step


class NoticesDialog(DeskDialog):
    """The notices at the left in the order in which readers see them, the chosen one at the right."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, notice_id: int | None = None) -> None:
        """`notice_id`: the one to begin with."""
        super().__init__(desk, "notices_window", tr("Notices"), QSize(1000, 660), parent)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        self.undo_stack = QUndoStack(self)
        self._ids = Aliases()
        self._wanted = notice_id
        #: A notice that was just made: its title is written first, once the form shows it.
        self._begun: int | None = None
        self.model = NoticeListModel(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._make_list())
        line = QFrame(self)
        set_role(line, "vline")
        row.addWidget(line)
        self.form = NoticeForm(desk, self)
        row.addWidget(self.form, 1)
        self.empty = EmptyCover(self.form, "notices_empty", "megaphone")
        self._make_actions()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(60)
        self._timer.timeout.connect(self.reload)
        self.desk.changed.connect(self._on_changed)
        self.form.edited.connect(self._on_edited)
        self.model.dropped.connect(self._move)
        self.list.selectionModel().currentChanged.connect(lambda *_: self._on_chosen())
        self.reload()
        self.list.setFocus()

    def _make_list(self) -> QWidget:
        pane = QFrame(self)
        pane.setFixedWidth(300)
        set_role(pane, "pane")
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, SPACE, 0, SPACE)
        self.list = QListView(pane)
        self.list.setObjectName("notices_list")
        self.list.setAccessibleName(tr("Notices"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(_NoticeDelegate(self.desk, self.list))
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.list.setTabKeyNavigation(False)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self.list, 1)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(SPACE, 0, SPACE, 0)
        self.add_button = self._button(pane, "notices_add", tr("New notice"), "plus", self._add)
        self.remove_button = self._button(pane, "notices_delete", tr("Delete"), "trash-2", self._remove)
        buttons.addWidget(self.add_button)
        buttons.addStretch(1)
        buttons.addWidget(self.remove_button)
        column.addLayout(buttons)
        return pane

    def _button(self, parent: QWidget, name: str, text: str, sign: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(icons.icon(sign), text, parent)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        set_role(button, "quiet")
        button.clicked.connect(lambda: slot())
        return button

    def _make_actions(self) -> None:
        for name, text, sign, key, slot in (
            ("up", tr("Move up"), "arrow-up", "Alt+Up", lambda: self._shift(-1)),
            ("down", tr("Move down"), "arrow-down", "Alt+Down", lambda: self._shift(1)),
            ("remove", tr("Delete"), "trash-2", "Del", self._remove),
        ):
            action = QAction(icons.icon(sign), text, self)
            action.setObjectName(f"notices_{name}")
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda _=False, call=slot: call())
            self.list.addAction(action)
        new = QAction(tr("New notice"), self)
        new.setObjectName("notices_new")
        new.setShortcut(QKeySequence.StandardKey.New)
        new.triggered.connect(lambda: self._add())
        undo = self.undo_stack.createUndoAction(self, tr("Undo"))
        undo.setShortcut(QKeySequence.StandardKey.Undo)
        redo = self.undo_stack.createRedoAction(self, tr("Redo"))
        redo.setShortcut(QKeySequence.StandardKey.Redo)
        self.addActions([new, undo, redo])

    # Loading

    def _on_changed(self, changes: Changes) -> None:
        if Kind.NOTICES in changes.kinds and not self._timer.isActive():
            self._timer.start()

    def reload(self) -> None:
        """Show what the library holds now."""
        self.run(lambda _: self.desk.site.notices.all(), done=self._on_loaded, queue=LIBRARY_READ)

    def _on_loaded(self, notices: tuple[Notice, ...]) -> None:
        current = self._current()
        wanted = self._wanted if self._wanted is not None else current.id if current else None
        selection = self.list.selectionModel()
        selection.blockSignals(True)
        self.model.show_notices(notices)
        row = self.model.row_of(wanted) if wanted is not None else -1
        if row >= 0:  # else this was read before it was made
            self._wanted = None
        if row < 0 and notices:
            row = min(max(0, self._row), len(notices) - 1)
        selection.setCurrentIndex(self.model.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect)
        selection.blockSignals(False)
        self.list.viewport().update()
        if notices:
            self.empty.hide()
        else:
            self.empty.cover(
                tr("No notices yet"),
                tr("A notice stands out at the top of the site, with links such as 查看详情 or 网上报名."),
                button=tr("New notice"),
                call=self._add,
            )
        self._on_chosen()
        if row >= 0 and self.model.notices[row].id == self._begun:
            self._begun = None
            self.form.title.setFocus()
            self.form.title.selectAll()

    _row = 0

    def _current(self) -> Notice | None:
        return self.model.notice_at(self.list.currentIndex())

    def _on_chosen(self) -> None:
        notice = self._current()
        self._row = max(0, self.list.currentIndex().row())
        self.form.show_notice(notice)
        self.remove_button.setEnabled(notice is not None)

    # Steps

    def _push(self, text: str, forward: Callable[[], object], backward: Callable[[], object]) -> None:
        self.undo_stack.push(Step(self, text, forward, backward))

    def _add(self) -> None:
        self.form.flush()
        notices, made = self.desk.site.notices, list[int]()

        def forward() -> None:
            notice = notices.add(NoticePatch(title=tr("New notice"), visible=False))
            if made:
                self._ids.became(made[0], notice.id)
            else:
                self._ids.fresh(notice.id)
                made.append(notice.id)
            self._wanted = notice.id

        def then() -> None:
            self._wanted = self._begun = made[0]
            self.reload()

        step = Step(
            self,
            tr("New notice"),
            forward,
            lambda: notices.remove(self._ids(made[0])) if made else None,
            then=then,
        )
        self.undo_stack.push(step)

    def _on_edited(self, notice_id: int, patch: NoticePatch) -> None:
        notices, before = self.desk.site.notices, NoticePatch()

        def forward() -> None:
            notice: Any = notices.get(self._ids(notice_id))  # what shows may be older
            before.update({key: getattr(notice, key) for key in patch})  # type: ignore[typeddict-item] # keys of a patch
            notices.change(self._ids(notice_id), patch)

        self._push(tr("Edit notice"), forward, lambda: notices.change(self._ids(notice_id), before))

    def _move(self, notice_id: int, index: int) -> None:
        self._place(notice_id, lambda _: index)

    def _place(self, notice_id: int, target: Callable[[int], int]) -> None:
        """`target` is given the place that the notice has, and tells which it is to have."""
        notices, before = self.desk.site.notices, list[int]()

        def forward() -> None:
            wanted = self._ids(notice_id)
            before[:] = [place for place, notice in enumerate(notices.all()) if notice.id == wanted]
            notices.move(wanted, target(before[0] if before else 0))

        self._push(
            tr("Move notice"), forward, lambda: notices.move(self._ids(notice_id), before[0]) if before else None
        )

    def _shift(self, by: int) -> None:
        notice = self._current()
        if notice is not None and 0 <= self._row + by < len(self.model.notices):
            self._place(notice.id, lambda place: max(0, place + by))

    def _remove(self) -> None:
        notice, notices = self._current(), self.desk.site.notices
        if notice is None:
            return
        gone: list[tuple[Notice, int]] = []

        def forward() -> None:
            wanted = self._ids(notice.id)
            gone[:] = [(found, index) for index, found in enumerate(notices.all()) if found.id == wanted]
            notices.remove(wanted)

        def backward() -> None:
            for found, index in gone:
                kept = [field.name for field in fields(found) if field.name not in ("id", "uid", "position")]
                patch: Any = {name: getattr(found, name) for name in kept}
                again = notices.add(patch)
                self._ids.became(notice.id, again.id)
                notices.move(again.id, index)
                self._wanted = again.id

        self._push(tr("Delete notice"), forward, backward)

    def done(self, result: int) -> None:
        """Qt's: what was typed last is saved before the window closes."""
        self.form.flush()
        super().done(result)


class _NoticeDelegate(QStyledItemDelegate):
    """The title; below it the status and when it shows."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, super().sizeHint(option, index).height() + 38)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.initStyleOption(option, index)
        title, option.text = option.text, ""
        widget: QWidget = option.widget
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        notice: Notice = index.data(ITEM_ROLE)
        area: QRect = option.rect.adjusted(DOUBLE, SPACE, -DOUBLE, -SPACE)
        chosen = colors()
        painter.save()
        painter.setFont(font())
        painter.setPen(QColor(chosen.text if notice.visible else chosen.muted))
        line = QRect(area.left(), area.top(), area.width(), 22)
        painter.drawText(
            line,
            Qt.AlignmentFlag.AlignVCenter,
            painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, line.width()),
        )
        label = index.data(STATUS_ROLE)
        second = line.translated(0, 25)
        paint_badge(painter, second, label, index.data(TONE_ROLE))
        painter.setFont(font(relative=-1))
        painter.setPen(QColor(chosen.muted))
        rest = second.adjusted(badge_width(label) + SPACE, 0, 0, 0)
        painter.drawText(
            rest,
            Qt.AlignmentFlag.AlignVCenter,
            painter.fontMetrics().elidedText(self._period(notice), Qt.TextElideMode.ElideRight, rest.width()),
        )
        painter.restore()

    def _period(self, notice: Notice) -> str:
        zone = words.zone(self._desk.settings.timezone)
        starts = notice.starts_at.astimezone(zone).strftime("%m-%d") if notice.starts_at else ""
        ends = notice.ends_at.astimezone(zone).strftime("%m-%d") if notice.ends_at else ""
        if starts and ends:
            return tr("{start} to {end}", start=starts, end=ends)
        if starts:
            return tr("from {start}", start=starts)
        return tr("until {end}", end=ends) if ends else ""
