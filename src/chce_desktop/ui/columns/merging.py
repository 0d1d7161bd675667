"""Merging columns into one, and splitting articles off into a new column; every known address leads on."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from chce_desktop.domain.column import Column
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import Progress
from chce_desktop.services.treesteps import TreeStep
from chce_desktop.ui.appearance import DOUBLE, SPACE, set_role
from chce_desktop.ui.articles.chosen import Chosen
from chce_desktop.ui.columns import commands
from chce_desktop.ui.columns.dialogs import ColumnPicker
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog

_ID = Qt.ItemDataRole.UserRole


class MergeDialog(DeskDialog):
    """Tick the columns that become a part of another one. One step of the undo history."""

    def __init__(self, desk: Desk, column_id: int, parent: QWidget | None = None) -> None:
        super().__init__(desk, "merge_columns", tr("Merge columns"), QSize(460, 520), parent)
        self.into = ColumnPicker(desk, tr("Choose a column"), self)
        self.into.setObjectName("merge_into")
        self.into.setAccessibleName(tr("Into"))
        self.list = QListWidget(self)
        self.list.setObjectName("merge_list")
        self.list.setAccessibleName(tr("Columns"))
        set_role(self.list, "framed")
        for column, depth in desk.columns.walk():
            item = QListWidgetItem("\u3000" * depth + column.name, self.list)
            item.setData(_ID, column.id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            chosen = column.id == column_id
            item.setCheckState(Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked)
        hint = QLabel(tr("Articles and the columns below move over; old addresses lead to the new ones."), self)
        hint.setWordWrap(True)
        set_role(hint, "hint")
        into = QLabel(tr("&Into"), self)
        into.setBuddy(self.into)
        self.buttons = QDialogButtonBox(self)
        self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel).setObjectName("merge_cancel")
        self.merge_button = self.buttons.addButton(tr("Merge"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.merge_button.setObjectName("merge_yes")
        self.merge_button.setAutoDefault(False)
        set_role(self.merge_button, "danger")
        self.buttons.accepted.connect(self._on_merge)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        layout.setSpacing(SPACE)
        layout.addWidget(QLabel(tr("Merge these"), self))
        for widget in (self.list, into, self.into, hint, self.buttons):
            layout.addWidget(widget)
        self.list.itemChanged.connect(lambda _: self._refresh())
        self.into.currentIndexChanged.connect(lambda _: self._refresh())
        self._refresh()

    def chosen(self) -> list[int]:
        """The ticked columns, without the one they go into."""
        items = [self.list.item(row) for row in range(self.list.count())]
        ticked = [int(item.data(_ID)) for item in items if item.checkState() is Qt.CheckState.Checked]
        return [column_id for column_id in ticked if column_id != self.into.column_id()]

    def _refresh(self) -> None:
        chosen, into = self.chosen(), self.desk.columns.get(self.into.column_id())
        self.merge_button.setEnabled(bool(chosen) and into is not None)
        if chosen and into is not None:
            text = trn("Merge {n} column into “{name}”", "Merge {n} columns into “{name}”", len(chosen), name=into.name)
            self.merge_button.setText(text)

    def _on_merge(self) -> None:
        chosen, into = self.chosen(), self.into.column_id()
        if chosen and into is not None:
            desk, target = self.desk, self.desk.columns[into]

            def done(step: TreeStep) -> None:
                commands.merged(desk, chosen, target, step)
                self.accept()

            columns = desk.site.columns
            self.run(lambda _: columns.merge(chosen, into), done=done, label=tr("Merging the columns"))


class SplitDialog(DeskDialog):
    """A name for the column that the chosen articles move into."""

    def __init__(self, desk: Desk, chosen: Chosen, parent: QWidget | None = None) -> None:
        title = trn("Move {n} article to a new column", "Move {n} articles to a new column", chosen.count)
        super().__init__(desk, "split_column", title, QSize(440, 220), parent)
        self._chosen = chosen
        self.name = QLineEdit(self)
        self.name.setObjectName("split_name")
        self.above = ColumnPicker(desk, tr("At the top level"), self)
        self.above.setObjectName("split_parent")
        first = desk.columns.get(chosen.infos[0].column_id) if chosen.infos else None
        self.above.choose(first.parent_id if first else None)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        layout.setSpacing(SPACE)
        rows: tuple[tuple[str, QWidget], ...] = (
            (tr("&Name of the new column"), self.name),
            (tr("&Below"), self.above),
        )
        for text, field in rows:
            label = QLabel(text, self)
            label.setBuddy(field)
            field.setAccessibleName(text.replace("&", ""))
            layout.addWidget(label)
            layout.addWidget(field)
        layout.addStretch(1)
        buttons = QDialogButtonBox(self)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel).setObjectName("split_cancel")
        self.move_button = buttons.addButton(tr("Move"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.move_button.setObjectName("split_yes")
        self.move_button.setEnabled(False)
        layout.addWidget(buttons)
        buttons.accepted.connect(self._on_move)
        buttons.rejected.connect(self.reject)
        self.name.textChanged.connect(lambda text: self.move_button.setEnabled(bool(text.strip())))

    def _on_move(self) -> None:
        columns, name, parent = self.desk.site.columns, self.name.text(), self.above.column_id()
        chosen, desk = self._chosen, self.desk

        def done(made: tuple[Column, bool]) -> None:
            column, is_new = made
            commands.split_off(desk, chosen, column, is_new=is_new)
            self.accept()

        def work(_: Progress) -> tuple[Column, bool]:
            before = columns.tree()
            column = columns.add(name, parent)
            return column, column.id not in before

        self.run(work, done=done)
