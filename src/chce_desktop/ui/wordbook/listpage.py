"""One list of the word book as a page: its table, a line to add, import and export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut, QUndoStack
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.services.wordlists import Taken, WordList
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, set_role
from chce_desktop.ui.dialogs import DeskDialog, EmptyCover
from chce_desktop.ui.notices import Offer
from chce_desktop.ui.steps import Step
from chce_desktop.ui.wordbook.tables import TITLES, ChoiceDelegate, RowsModel, choice_box

_WIDTHS = {"kind": 120, "level": 72, "note": 140}
_TOLD = 20


class ListPage(QWidget):
    """Rows are edited in place, added in the line below, deleted with Del; what was deleted comes back by undo."""

    def __init__(self, dialog: DeskDialog, name: str, title: str, hint: str, listing: WordList[Any]) -> None:
        """`name`: the page's object name."""
        super().__init__(dialog)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._dialog, self._listing, self._name = dialog, listing, name
        self.undo_stack = QUndoStack(self)
        self.model = RowsModel(listing, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        self._column.setSpacing(SPACE + HALF)
        self._column.addLayout(self._make_top(title))
        explained = QLabel(hint, self)
        explained.setObjectName(f"{name}_hint")
        explained.setWordWrap(True)
        set_role(explained, "hint")
        self._column.addWidget(explained)
        self._make_table(title)
        self._column.addWidget(self.table, 1)
        self._column.addLayout(self._make_line())
        self._column.addLayout(self._make_foot())
        self.model.edited.connect(self._on_edited)
        self.model.modelReset.connect(self._arrange)
        self.reload()

    def _make_top(self, title: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        heading = QLabel(title, self)
        set_role(heading, "heading")
        row.addWidget(heading)
        self.count = QLabel(self)
        self.count.setObjectName(f"{self._name}_count")
        set_role(self.count, "hint")
        row.addWidget(self.count, 1)
        self.filter = QLineEdit(self)
        self.filter.setObjectName(f"{self._name}_filter")
        self.filter.setAccessibleName(tr("Find in the list"))
        self.filter.setPlaceholderText(tr("Find in the list"))
        self.filter.addAction(icons.icon("search", icons.MUTED), QLineEdit.ActionPosition.LeadingPosition)
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(200)
        self.filter.textChanged.connect(self.model.look_for)
        row.addWidget(self.filter)
        return row

    def _make_table(self, title: str) -> None:
        self.table = QTableView(self)
        self.table.setObjectName(f"{self._name}_table")
        self.table.setAccessibleName(title)
        set_role(self.table, "framed")
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(34)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for number, column in enumerate(self.model.columns):
            if column.key in _WIDTHS:
                self.table.setColumnWidth(number, _WIDTHS[column.key])
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
            if column.choices is not None:
                self.table.setItemDelegateForColumn(number, ChoiceDelegate(column, self.table))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._arrange())
        self.empty = EmptyCover(self.table.viewport(), f"{self._name}_empty", "inbox")
        delete = QShortcut(QKeySequence.StandardKey.Delete, self.table, self.remove)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        undo = QShortcut(QKeySequence.StandardKey.Undo, self.table, self.undo_stack.undo)
        undo.setContext(Qt.ShortcutContext.WidgetShortcut)

    def _make_line(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        self.fields: dict[str, QLineEdit | QComboBox] = {}
        for column in self.model.columns:
            field: QLineEdit | QComboBox
            if column.choices is not None:
                field = choice_box(column, self)
            else:
                field = QLineEdit(self)
                field.setPlaceholderText(tr(TITLES[column.key]))
                field.returnPressed.connect(self.add)
            field.setObjectName(f"{self._name}_new_{column.key}")
            field.setAccessibleName(tr("New: {what}", what=tr(TITLES[column.key])))
            self.fields[column.key] = field
            row.addWidget(field, 0 if column.choices is not None else 1)
        self.add_button = self.button("add", tr("Add"), "plus", self.add)
        row.addWidget(self.add_button)
        return row

    def _make_foot(self) -> QHBoxLayout:
        row = self.foot = QHBoxLayout()
        row.setSpacing(SPACE)
        self.remove_button = self.button("remove", tr("Delete"), "trash-2", self.remove)
        row.addWidget(self.remove_button)
        row.addStretch(1)
        row.addWidget(self.button("import", tr("Import…"), "import", self._on_import))
        self.export_button = self.button("export", tr("Export…"), "download", self._on_export)
        row.addWidget(self.export_button)
        return row

    def button(self, name: str, text: str, sign: str, slot: Callable[[], object]) -> QPushButton:
        """A button of this page."""
        button = QPushButton(icons.icon(sign), text, self)
        button.setObjectName(f"{self._name}_{name}")
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: slot())
        return button

    # Loading

    def reload(self) -> None:
        """Show what the library holds now."""
        self._dialog.run(lambda _: self._listing.all(), done=self._on_loaded)

    def _on_loaded(self, items: tuple[Any, ...]) -> None:
        self.model.show_items(items)
        self._arrange()

    def _arrange(self) -> None:
        total, shown = self.model.total, self.model.rowCount()
        self.count.setText(trn("{n} entry", "{n} entries", total) if shown == total else f"{shown} / {total}")
        self.remove_button.setEnabled(bool(self._chosen()))
        self.export_button.setEnabled(bool(total))
        if shown:
            self.empty.hide()
        elif total:
            self.empty.cover(tr("No entry is shown"), tr("Change what you look for."))
        else:
            self.empty.cover(tr("The list is empty"), tr("Add a row below, or import a CSV file."))

    def _chosen(self) -> list[Any]:
        rows: set[int] = {index.row() for index in self.table.selectionModel().selectedRows()}
        return [self.model.item(row) for row in sorted(rows) if row < self.model.rowCount()]

    # What the user does

    def add(self) -> None:
        """Add what stands in the line."""
        cells = {
            key: str(field.currentData()) if isinstance(field, QComboBox) else field.text().strip()
            for key, field in self.fields.items()
        }

        def done(item: Any) -> None:
            for field in self.fields.values():
                if isinstance(field, QLineEdit):
                    field.clear()
            first = self.fields[self.model.columns[0].key]
            first.setFocus()
            self._dialog.notices.success(tr("“{word}” is in the list.", word=self._listing.shape.cells(item)[0]))

        self._dialog.run(lambda _: self._listing.put(cells), done=done)

    def _on_edited(self, item: Any, cells: dict[str, str]) -> None:
        key = self._listing.shape.key(item)
        self._dialog.run(lambda _: self._listing.put(cells, instead_of=key))

    def remove(self) -> None:
        """Delete the chosen rows; undo brings them back."""
        items = self._chosen()
        if not items:
            return
        keys = [self._listing.shape.key(item) for item in items]
        step = Step(
            self._dialog, tr("Delete"), lambda: self._listing.remove(keys), lambda: self._listing.put_back(items)
        )
        self.undo_stack.push(step)
        self._dialog.notices.info(
            trn("{n} entry deleted.", "{n} entries deleted.", len(items)),
            offer=Offer(tr("Undo"), self.undo_stack.undo),
        )

    def _on_import(self) -> None:
        chooser = QFileDialog(self, tr("Import a list"))
        chooser.setObjectName(f"{self._name}_import_file")
        tables, everything = tr("Tables"), tr("All files")
        chooser.setNameFilters([f"{tables} (*.csv *.txt *.tsv)", f"{everything} (*)"])
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(lambda name: self.import_file(Path(name)))
        chooser.open()

    def import_file(self, path: Path) -> None:
        """Take the rows of a file; what could not be taken is told."""

        def done(taken: Taken) -> None:
            text = trn("{n} row is in the list.", "{n} rows are in the list.", taken.rows)
            if taken.problems:
                self._dialog.notices.warning(
                    text + " " + trn("{n} row was left out.", "{n} rows were left out.", len(taken.problems)),
                    hint="\n".join(taken.problems[:_TOLD]),
                )
            else:
                self._dialog.notices.success(text)

        self._dialog.run(lambda _: self._listing.import_file(path), done=done, label=tr("Importing a list"))

    def _on_export(self) -> None:
        chooser = QFileDialog(self, tr("Export the list"))
        chooser.setObjectName(f"{self._name}_export_file")
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        tables = tr("Tables")
        chooser.setNameFilters([f"{tables} (*.csv)"])
        chooser.setDefaultSuffix("csv")
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(lambda name: self.export_file(Path(name)))
        chooser.open()

    def export_file(self, path: Path) -> None:
        """Write the list into a file."""

        def done(count: int) -> None:
            self._dialog.notices.success(trn("{n} row written.", "{n} rows written.", count))

        self._dialog.run(lambda _: self._listing.export_file(path), done=done)
