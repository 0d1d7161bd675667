"""The blocks of the front page in a list: dragged, moved by keys, added, removed, and changed one by one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.homepage import MOST_ARTICLES, USUAL_BLOCKS, BlockKind, BlockLayout, HomeBlock
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.settings.controls import QuietComboBox, QuietSpinBox

_BLOCK = Qt.ItemDataRole.UserRole
KINDS = {
    BlockKind.HEADLINE: mark("Headline"),
    BlockKind.LATEST: mark("Latest articles"),
    BlockKind.PICTURES: mark("News in pictures"),
    BlockKind.COLUMNS: mark("All columns"),
    BlockKind.COLUMN: mark("One column"),
    BlockKind.RECOMMENDED: mark("Recommended today"),
    BlockKind.POPULAR: mark("Most read"),
}
LAYOUTS = {
    BlockLayout.AUTO: mark("As the theme has it"),
    BlockLayout.LIST: mark("List of titles"),
    BlockLayout.LEAD: mark("First article large, then titles"),
    BlockLayout.CARDS: mark("Cards with pictures"),
}
#: The block of headlines looks as the theme has it.
_FIXED = frozenset({BlockKind.HEADLINE})


class BlockEditor(QWidget):
    """`changed` when the user changed anything."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("look_blocks_editor")
        self._desk = desk
        self.list = QListWidget(self)
        self.list.setObjectName("look_blocks")
        self.list.setAccessibleName(tr("Blocks of the home page"))
        self.list.setAccessibleDescription(tr("Drag a block to its place, or move it with Alt and an arrow key."))
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.list.setMinimumHeight(172)
        set_role(self.list, "framed")
        self.list.installEventFilter(self)
        self.list.currentItemChanged.connect(lambda *_: self._show_current())
        self.list.model().rowsMoved.connect(self._on_moved)
        self.add = self._button("look_block_add", "plus", tr("Add a block"))
        menu = QMenu(self.add)
        menu.setObjectName("look_block_kinds")
        for kind, text in KINDS.items():
            action = menu.addAction(tr(text))
            action.setObjectName(f"look_add_{kind.value}")
            action.triggered.connect(partial(self._on_add, kind))
        self.add.setMenu(menu)
        self.add.setText(tr("Add"))
        self.up = self._button("look_block_up", "arrow-up", tr("Move the block up (Alt+Up)"))
        self.up.clicked.connect(lambda: self._move(-1))
        self.down = self._button("look_block_down", "arrow-down", tr("Move the block down (Alt+Down)"))
        self.down.clicked.connect(lambda: self._move(1))
        self.remove = self._button("look_block_remove", "trash-2", tr("Remove the block (Delete)"))
        self.remove.clicked.connect(self._on_remove)
        self.reset = self._button("look_block_reset", "history", tr("As at the beginning"))
        self.reset.clicked.connect(self._on_reset)
        row = QHBoxLayout()
        row.setSpacing(HALF)
        for button in (self.add, self.up, self.down, self.remove):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.list)
        column.addLayout(row)
        column.addLayout(self._make_details())
        self._show_current()

    def blocks(self) -> tuple[HomeBlock, ...]:
        """As the settings hold them: empty where they are as every site begins."""
        every = tuple(self.list.item(row).data(_BLOCK) for row in range(self.list.count()))
        return () if every == USUAL_BLOCKS else every

    def set_blocks(self, blocks: tuple[HomeBlock, ...]) -> None:
        """Show blocks without `changed`."""
        row = max(0, self.list.currentRow())
        self.list.blockSignals(True)
        self.list.clear()
        for block in blocks or USUAL_BLOCKS:
            self._insert(self.list.count(), block)
        self.list.setCurrentRow(min(row, self.list.count() - 1))
        self.list.blockSignals(False)
        self._show_current()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Alt and arrows move the block, Delete removes it."""
        if watched is self.list and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if event.modifiers() & Qt.KeyboardModifier.AltModifier and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._move(-1 if key == Qt.Key.Key_Up else 1)
                return True
            if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                self._on_remove()
                return True
        return super().eventFilter(watched, event)

    # The block that is chosen

    def _make_details(self) -> QFormLayout:
        form = QFormLayout()
        form.setHorizontalSpacing(SPACE)
        self.title = QLineEdit(self)
        self.title.setMaxLength(60)
        self.title.setPlaceholderText(tr("Its usual name"))
        self.title.textEdited.connect(lambda: self._on_details())
        self.column = QuietComboBox(self)
        self.column.activated.connect(lambda: self._on_details())
        self.length = QuietSpinBox(self)
        self.length.setRange(0, MOST_ARTICLES)
        self.length.setSpecialValueText(tr("as usual"))
        self.length.valueChanged.connect(lambda: self._on_details())
        self.layout_choice = QuietComboBox(self)
        for layout, text in LAYOUTS.items():
            self.layout_choice.addItem(tr(text), layout)
        self.layout_choice.activated.connect(lambda: self._on_details())
        rows = (
            (self.title, "title", tr("Heading")),
            (self.column, "column", tr("Column")),
            (self.length, "length", tr("Number of articles")),
            (self.layout_choice, "layout", tr("Layout")),
        )
        for widget, name, text in rows:
            widget.setObjectName(f"look_block_{name}")
            widget.setAccessibleName(tr("{label} of the block", label=text))
            form.addRow(text, widget)
        self._form = form
        return form

    def _show_current(self) -> None:
        row = self.list.currentRow()
        block: HomeBlock | None = self.list.item(row).data(_BLOCK) if row >= 0 else None
        widgets: tuple[QWidget, ...] = (self.title, self.column, self.length, self.layout_choice)
        for widget in widgets:
            widget.blockSignals(True)
            widget.setEnabled(block is not None)
        if block is not None:
            self.title.setText(block.title)
            self.column.clear()
            for column, depth in self._desk.columns.walk():
                self.column.addItem("\u3000" * depth + column.name, column.id)
            self.column.setCurrentIndex(self.column.findData(block.column))
            self.length.setValue(block.length)
            self.layout_choice.setCurrentIndex(self.layout_choice.findData(block.layout))
            self._form.setRowVisible(self.title, block.kind is not BlockKind.COLUMNS)
            self._form.setRowVisible(self.column, block.kind is BlockKind.COLUMN)
            self._form.setRowVisible(self.layout_choice, block.kind not in _FIXED)
        for widget in widgets:
            widget.blockSignals(False)
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < self.list.count() - 1)
        self.remove.setEnabled(block is not None and self.list.count() > 1)
        self.reset.setEnabled(bool(self.blocks()))

    def _on_details(self) -> None:
        row = self.list.currentRow()
        if row < 0:
            return
        item = self.list.item(row)
        block: HomeBlock = item.data(_BLOCK)
        after = replace(
            block,
            title=" ".join(self.title.text().split()),
            column=self.column.currentData() or 0 if block.kind is BlockKind.COLUMN else 0,
            length=self.length.value(),
            layout=BlockLayout(self.layout_choice.currentData()),
        )
        if after != block:
            self._write(item, after)
            self.reset.setEnabled(bool(self.blocks()))
            self.changed.emit()

    # The list

    def _insert(self, row: int, block: HomeBlock) -> None:
        item = QListWidgetItem()
        item.setIcon(icons.icon("grip-vertical", icons.MUTED))
        self._write(item, block)
        self.list.insertItem(row, item)

    def _write(self, item: QListWidgetItem, block: HomeBlock) -> None:
        item.setData(_BLOCK, block)
        name = tr(KINDS[block.kind])
        if block.kind is BlockKind.COLUMN:
            column = self._desk.columns.get(block.column)
            name = column.name if column is not None else tr("A column that is gone")
        item.setText(f"{block.title} ({name})" if block.title else name)

    def _move(self, step: int) -> None:
        row = self.list.currentRow()
        if row < 0 or not 0 <= row + step < self.list.count():
            return
        item = self.list.takeItem(row)
        self.list.insertItem(row + step, item)
        self.list.setCurrentRow(row + step)
        self.changed.emit()

    def _on_moved(self) -> None:
        self._show_current()
        self.changed.emit()

    def _on_add(self, kind: BlockKind, _checked: bool = False) -> None:  # noqa: FBT002 - Qt's signature
        column = 0
        if kind is BlockKind.COLUMN:
            column = next((column.id for column, _ in self._desk.columns.walk()), 0)
        row = self.list.currentRow() + 1
        self._insert(row, HomeBlock(kind, column=column))
        self.list.setCurrentRow(row)
        self.changed.emit()

    def _on_remove(self) -> None:
        if self.list.count() > 1 and self.list.currentRow() >= 0:
            self.list.takeItem(self.list.currentRow())
            self._show_current()
            self.changed.emit()

    def _on_reset(self) -> None:
        self.set_blocks(())
        self.changed.emit()

    def _button(self, name: str, icon: str, text: str) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.setIcon(icons.icon(icon))
        button.setAutoDefault(False)
        return button
