"""The window of publish targets 发布目标 and of what was published to them 发布记录."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.publication import Publication, PublicationState, Target
from chce_desktop.foundation.i18n import tr
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.services import targetfolder
from chce_desktop.services.publishing import kept_generations
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, set_role
from chce_desktop.ui.badges import BadgeDelegate
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog, EmptyCover
from chce_desktop.ui.notices import confirm
from chce_desktop.ui.publishing.byitself import ByItselfDialog
from chce_desktop.ui.publishing.computername import ComputerNameDialog
from chce_desktop.ui.publishing.dialog import PublishDialog
from chce_desktop.ui.publishing.kinds import kind_of, where
from chce_desktop.ui.publishing.receipts import FactsCard, as_text, facts
from chce_desktop.ui.publishing.records import ITEM_ROLE, RecordColumn, RecordsModel
from chce_desktop.ui.publishing.testing import found_out
from chce_desktop.ui.publishing.wizard import TargetWizard

_RECORDS = 2000
_WIDTHS = {
    RecordColumn.WHEN: 136,
    RecordColumn.STATE: 88,
    RecordColumn.REMOVED: 84,
    RecordColumn.VERIFIED: 84,
    RecordColumn.DURATION: 96,
}


class TargetsDialog(DeskDialog):
    """Targets at the left; the chosen one's particulars and records at the right."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "targets_window", tr("Publish targets"), QSize(1000, 720), parent)
        self._targets: tuple[Target, ...] = ()
        self._wanted: int | None = None
        self._kept: tuple[int, ...] = ()
        self.records = RecordsModel(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._make_list())
        line = QFrame(self)
        set_role(line, "vline")
        row.addWidget(line)
        self.pane = self._make_pane()
        row.addWidget(self.pane, 1)
        self.empty = EmptyCover(self.pane, "targets_empty", "server")
        desk.changed.connect(self._on_changed)
        self.list.currentRowChanged.connect(lambda _: self._show_target())
        self.reload()

    def _make_list(self) -> QWidget:
        pane = QFrame(self)
        pane.setFixedWidth(248)
        set_role(pane, "pane")
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, SPACE, 0, SPACE)
        self.list = QListWidget(pane)
        self.list.setObjectName("targets_list")
        self.list.setAccessibleName(tr("Publish targets"))
        self.list.setIconSize(QSize(20, 20))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setTabKeyNavigation(False)
        self.list.itemActivated.connect(lambda _: self._edit())
        column.addWidget(self.list, 1)
        holder = QHBoxLayout()
        holder.setContentsMargins(SPACE, 0, SPACE, 0)
        self.add_button = self._button("targets_add", tr("New target…"), "plus", self._add, "quiet")
        holder.addWidget(self.add_button)
        holder.addStretch(1)
        column.addLayout(holder)
        below = QHBoxLayout()
        below.setContentsMargins(SPACE, 0, SPACE, 0)
        self.computer_button = self._button(
            "targets_computer", tr("This computer…"), "monitor", self._computer, "quiet"
        )
        below.addWidget(self.computer_button)
        below.addStretch(1)
        column.addLayout(below)
        return pane

    def _make_pane(self) -> QWidget:
        pane = QFrame(self)
        column = QVBoxLayout(pane)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(HALF)
        self.heading = self._label(pane, "target_name", "heading")
        self.place = self._label(pane, "target_place", "hint")
        self.address = self._button("target_open", tr("Open the website"), "external-link", self._open, "link")
        for widget in (self.heading, self.place):
            column.addWidget(widget)
        column.addWidget(self.address, 0, Qt.AlignmentFlag.AlignLeft)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        self.edit_button = self._button("target_edit", tr("Edit and test…"), "pencil", self._edit, "")
        self.remove_button = self._button("target_remove", tr("Remove…"), "trash-2", self._remove, "")
        self.itself_button = self._button("target_by_itself", tr("By itself…"), "calendar-clock", self._by_itself, "")
        buttons.addWidget(self.edit_button)
        buttons.addWidget(self.itself_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        column.addSpacing(SPACE)
        column.addLayout(buttons)
        column.addSpacing(DOUBLE)
        title = QLabel(tr("Publications"), pane)
        set_role(title, "section")
        column.addWidget(title)
        column.addSpacing(HALF)
        self.table = QTableView(pane)
        self.table.setObjectName("publications_table")
        self.table.setAccessibleName(tr("Publications"))
        set_role(self.table, "framed")
        self.table.setModel(self.records)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setItemDelegateForColumn(RecordColumn.STATE, BadgeDelegate(self.table))
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(34)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for logical in RecordColumn:
            if logical in _WIDTHS:
                self.table.setColumnWidth(logical, _WIDTHS[logical])
            else:
                header.setSectionResizeMode(logical, QHeaderView.ResizeMode.Stretch)
        column.addWidget(self.table, 1)
        self.no_records = EmptyCover(self.table.viewport(), "publications_empty", "history")
        column.addWidget(self._make_receipt(pane))
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_detail())
        return pane

    def _make_receipt(self, pane: QWidget) -> QWidget:
        self.receipt = QWidget(pane)
        self.receipt.setObjectName("publication_receipt")
        column = QVBoxLayout(self.receipt)
        column.setContentsMargins(0, SPACE, 0, 0)
        column.setSpacing(SPACE)
        scroll = QScrollArea(self.receipt)
        scroll.setObjectName("publication_receipt_scroll")
        scroll.setAccessibleName(tr("Receipt"))
        scroll.setWidgetResizable(True)
        scroll.setFixedHeight(210)
        self.facts = FactsCard("publication_facts", scroll)
        scroll.setWidget(self.facts)
        column.addWidget(scroll)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        self.back_button = self._button("publication_put_back", tr("Put this one back…"), "undo-2", self._put_back, "")
        self.copy_button = self._button("publication_copy", tr("Copy the receipt"), "copy", self._copy, "")
        row.addWidget(self.back_button)
        row.addWidget(self.copy_button)
        row.addStretch(1)
        column.addLayout(row)
        self.receipt.hide()
        return self.receipt

    def _label(self, parent: QWidget, name: str, role: str) -> QLabel:
        label = QLabel(parent)
        label.setObjectName(name)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        set_role(label, role)
        return label

    def _button(self, name: str, text: str, sign: str, slot: Callable[[], object], role: str) -> QPushButton:
        button = QPushButton(icons.icon(sign, icons.ACCENT if role == "link" else icons.TEXT), text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        if role:
            set_role(button, role)
        button.clicked.connect(lambda: slot())
        return button

    def _on_changed(self, changes: Changes) -> None:
        if changes.kinds & {Kind.TARGETS, Kind.PUBLICATIONS}:
            self.reload()

    def reload(self) -> None:
        """Show what the library holds now."""
        self.run(lambda _: self.desk.site.targets.all(), done=self._on_loaded, queue=LIBRARY_READ)

    def _on_loaded(self, targets: tuple[Target, ...]) -> None:
        current = self._current()
        wanted = self._wanted if self._wanted is not None else current.id if current else None
        self._wanted = None
        self._targets = targets
        self.list.blockSignals(True)
        self.list.clear()
        for number, target in enumerate(targets):
            kind = kind_of(target)
            item = QListWidgetItem(icons.icon(kind.icon if kind else "server"), target.name, self.list)
            item.setSizeHint(QSize(0, 38))
            item.setToolTip(where(target))
            if target.id == wanted or number == 0:
                self.list.setCurrentRow(number)
        self.list.blockSignals(False)
        self.remove_button.setEnabled(bool(targets))
        if targets:
            self.empty.hide()
        else:
            self.empty.cover(
                tr("No publish target yet"),
                tr("Tell the app once where the site shall go; then publishing is one click."),
                button=tr("Set up a publish target"),
                call=self._add,
            )
        self._show_target()

    def _current(self) -> Target | None:
        row = self.list.currentRow()
        return self._targets[row] if 0 <= row < len(self._targets) else None

    def _show_target(self) -> None:
        target = self._current()
        if target is None:
            return
        self.heading.setText(target.name)
        self.place.setText("\n".join((where(target), *found_out(target.capabilities))))
        self.address.setText(target.public_url)
        self.address.setAccessibleName(tr("Open the website"))
        self.address.setVisible(bool(target.public_url))
        site = self.desk.site
        self.run(
            lambda _: (site.publications.of(target.id, _RECORDS), kept_generations(site, target.id)),
            done=lambda found: self._show_records(target, *found),
            queue=LIBRARY_READ,
        )

    def _show_records(self, target: Target, records: tuple[Publication, ...], kept: tuple[int, ...]) -> None:
        current = self._current()
        if current is None or current.id != target.id:
            return
        self._kept = kept
        chosen = self._record()
        self.records.show_records(records)
        if chosen is not None:
            row = next((n for n, record in enumerate(records) if record.id == chosen.id), -1)
            self.table.setCurrentIndex(self.records.index(row, 0))
        if records:
            self.no_records.hide()
        else:
            self.no_records.cover(tr("Not published yet"), tr("Each publish leaves a record here."))
        self._show_detail()

    def _show_detail(self) -> None:
        record, target = self._record(), self._current()
        self.receipt.setVisible(record is not None and target is not None)
        if record is None or target is None:
            return
        self.facts.show_facts(facts(target, record))
        done = record.state is PublicationState.DONE
        newest = next((other.id for other in self.records.records if other.state is PublicationState.DONE), None)
        self.back_button.setVisible(done and record.id != newest)
        here = record.generation in self._kept
        self.back_button.setEnabled(here)
        self.back_button.setToolTip("" if here else tr("The files of this publication are no longer on this computer."))

    def _record(self) -> Publication | None:
        record = self.table.currentIndex().data(ITEM_ROLE)
        return record if isinstance(record, Publication) else None

    def _put_back(self) -> None:
        target, record = self._current(), self._record()
        if target is not None and record is not None:
            PublishDialog(self.desk, self, target_id=target.id, put_back=record.generation).open()

    def _copy(self) -> None:
        target, record = self._current(), self._record()
        if target is not None and record is not None:
            QGuiApplication.clipboard().setText(as_text(facts(target, record)))

    def _open(self) -> None:
        target = self._current()
        if target is not None and target.public_url:
            QDesktopServices.openUrl(QUrl(target.public_url))

    def _add(self) -> None:
        self._wizard(None)

    def _edit(self) -> None:
        if (target := self._current()) is not None:
            self._wizard(target)

    def _by_itself(self) -> None:
        if (target := self._current()) is not None:
            ByItselfDialog(self.desk, target, self).open()

    def _computer(self) -> None:
        ComputerNameDialog(self.desk, self).open()

    def _wizard(self, target: Target | None) -> None:
        wizard = TargetWizard(self.desk, self, target=target)
        wizard.saved.connect(self._on_saved)
        wizard.open()

    def _on_saved(self, target: Target) -> None:
        self._wanted = target.id
        self.reload()

    def _remove(self) -> None:
        target = self._current()
        if target is None:
            return
        site = self.desk.site

        def work() -> None:
            site.targets.remove(target.id)
            targetfolder.forget(site, target)

        confirm(
            self,
            tr("Remove the publish target “{name}”?", name=target.name),
            hint=tr(
                "Its password and its records on this computer are deleted. Nothing on the server changes: "
                "readers keep seeing the site."
            ),
            yes=tr("Remove"),
            on_yes=lambda: self.run(lambda _: work()),
            destructive=True,
        )
