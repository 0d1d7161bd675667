"""Find and replace across articles: every change is shown and can be left out, all are made in one step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.article import ArticleFilter
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import mark, tr, trn
from chce_desktop.foundation.progress import Progress, ProgressReport
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.services.bulk import Step
from chce_desktop.services.replacing import Change, Field, Replacement
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, colors, set_role
from chce_desktop.ui.articles import words
from chce_desktop.ui.articles.commands import DeskCommand, Left
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog, EmptyCover
from chce_desktop.ui.operations import Running
from chce_desktop.ui.organise.undoing import undo_button

Index = QModelIndex | QPersistentModelIndex

_CHANGE = Qt.ItemDataRole.UserRole
_NO_INDEX = QModelIndex()
_FIELDS: tuple[tuple[Field, str], ...] = (
    ("title", mark("Titles")),
    ("summary", mark("Summaries")),
    ("body", mark("Texts")),
)
_FIELD_NAMES: dict[Field, str] = {"title": mark("Title"), "summary": mark("Summary"), "body": mark("Text")}


class ChangesModel(QAbstractItemModel):
    """Articles with the changes in each below; both can be ticked."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._groups: list[list[Change]] = []
        self._left_out: set[tuple[int, int]] = set()

    def show(self, changes: Sequence[Change]) -> None:
        """Show these, all ticked."""
        self.beginResetModel()
        self._groups = [list(group) for _, group in groupby(changes, key=lambda change: change.article_id)]
        self._left_out = set()
        self.endResetModel()

    def chosen(self) -> list[Change]:
        """What is ticked."""
        return [
            change
            for row, group in enumerate(self._groups)
            for place, change in enumerate(group)
            if (row, place) not in self._left_out
        ]

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        if not parent.isValid():
            return self.createIndex(row, column, 0) if 0 <= row < len(self._groups) else _NO_INDEX
        return self.createIndex(row, column, parent.row() + 1)

    def parent(self, index: Index = _NO_INDEX) -> QModelIndex:  # type: ignore[override]
        group = index.internalId()
        return self.createIndex(group - 1, 0, 0) if index.isValid() and group else _NO_INDEX

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        if not parent.isValid():
            return len(self._groups)
        return 0 if parent.internalId() else len(self._groups[parent.row()])

    def columnCount(self, parent: Index = _NO_INDEX) -> int:  # noqa: ARG002
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:  # noqa: ARG002 - Qt's signature
        flag = Qt.ItemFlag
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        group = index.internalId()
        if role == Qt.ItemDataRole.CheckStateRole:
            return self._state(index.row()) if not group else self._ticked(group - 1, index.row())
        if not group:
            changes = self._groups[index.row()]
            count = trn("{n} place", "{n} places", len(changes))
            said = f"{words.title_of(changes[0].title)} · {count}"
            return said if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None
        change = self._groups[group - 1][index.row()]
        if role == _CHANGE:
            return change
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{change.before}{change.found} → {change.replacement}{change.after}"
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        on = Qt.CheckState(value) is Qt.CheckState.Checked
        group = index.internalId()
        row = group - 1 if group else index.row()
        places = [index.row()] if group else range(len(self._groups[row]))
        for place in places:
            (self._left_out.discard if on else self._left_out.add)((row, place))
        head = self.index(row, 0)
        self.dataChanged.emit(head, head)
        self.dataChanged.emit(self.index(0, 0, head), self.index(len(self._groups[row]) - 1, 0, head))
        return True

    def _ticked(self, row: int, place: int) -> Qt.CheckState:
        return Qt.CheckState.Unchecked if (row, place) in self._left_out else Qt.CheckState.Checked

    def _state(self, row: int) -> Qt.CheckState:
        out = sum((row, place) in self._left_out for place in range(len(self._groups[row])))
        if not out:
            return Qt.CheckState.Checked
        return Qt.CheckState.Unchecked if out == len(self._groups[row]) else Qt.CheckState.PartiallyChecked


def _plain(text: str) -> str:
    """A piece of text in one line."""
    return " ".join(text.splitlines()) if "\n" in text else text


class _ChangeDelegate(QStyledItemDelegate):
    """What goes struck through on red, what comes on green, between what stands around."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        change = index.data(_CHANGE)
        if not isinstance(change, Change):
            super().paint(painter, option, index)
            return
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        area = style.subElementRect(QStyle.SubElement.SE_ItemViewItemText, option, option.widget)
        left = float(area.left() + HALF)
        palette, metrics = colors(), QFontMetrics(option.font)
        name = tr(_FIELD_NAMES[change.field])
        parts = (
            (f"{name}  ", palette.muted, "", False),
            (_plain(change.before), palette.text, "", False),
            (_plain(change.found), palette.error, palette.error_soft, True),
            (_plain(change.replacement), palette.success, palette.success_soft, False),
            (_plain(change.after), palette.text, "", False),
        )
        painter.save()
        painter.setClipRect(area)
        for text, pen, back, struck in parts:
            width = metrics.horizontalAdvance(text)
            if back and text:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(back))
                height = metrics.height() + 2
                painter.drawRoundedRect(QRectF(left, area.center().y() - height / 2 + 1, width, height), 3, 3)
            font = option.font
            font.setStrikeOut(struck)
            painter.setFont(font)
            painter.setPen(QColor(pen))
            box = QRectF(left, area.top(), width + 2, area.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
            left += width
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), 30)


class ReplaceDialog(DeskDialog):
    """Find, look, leave out, replace. The texts before stay in each article's history."""

    def __init__(self, desk: Desk, wanted: ArticleFilter, parent: QWidget | None = None) -> None:
        """`wanted` is the list that stands behind the dialog, which may be searched alone."""
        super().__init__(desk, "replace_window", tr("Find and replace in articles"), QSize(900, 640), parent)
        self._wanted = wanted
        self._searching: Running | None = None
        self._searched: Replacement | None = None
        self.find_line = QLineEdit(self)
        self.replacement = QLineEdit(self)
        self.case = QCheckBox(tr("Match &case"), self)
        self.case.setChecked(True)
        self.fields: dict[Field, QCheckBox] = {}
        self.scope = QComboBox(self)
        self.scope.addItem(tr("All articles"), False)
        self.scope.addItem(tr("The list behind this window"), True)
        self.search_button = QPushButton(tr("&Find"), self)
        self.replace_button = QPushButton(tr("Replace"), self)
        self.progress = QProgressBar(self)
        self.summary = QLabel(self)
        self.changes = ChangesModel(self)
        self.tree = QTreeView(self)
        self._name_all()
        self._lay_out()
        self.empty = EmptyCover(self.tree.viewport(), "replace_empty", "replace")
        self._connect()
        self._tell_nothing()
        self.find_line.setFocus()

    def _name_all(self) -> None:
        for field, text in _FIELDS:
            box = self.fields[field] = QCheckBox(tr(text), self)
            box.setChecked(True)
            box.setObjectName(f"replace_in_{field}")
            box.setAccessibleName(tr(text))
        for widget, name, text in (
            (self.find_line, "replace_find", tr("Find")),
            (self.replacement, "replace_with", tr("Replace with")),
            (self.case, "replace_case", tr("Match case")),
            (self.scope, "replace_scope", tr("Where to look")),
            (self.search_button, "replace_search", tr("Find")),
            (self.replace_button, "replace_replace", tr("Replace")),
            (self.progress, "replace_progress", tr("Progress")),
            (self.summary, "replace_summary", tr("Summary")),
            (self.tree, "replace_changes", tr("Changes")),
        ):
            widget.setObjectName(name)
            widget.setAccessibleName(text)
        self.tree.setModel(self.changes)
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setItemDelegate(_ChangeDelegate(self.tree))
        set_role(self.tree, "framed")
        set_role(self.summary, "hint")
        self.search_button.setDefault(True)
        self.replace_button.setAutoDefault(False)
        self.replace_button.setEnabled(False)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.hide()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(SPACE)
        rows = ((tr("F&ind"), self.find_line), (tr("Replace &with"), self.replacement))
        for row, (text, field) in enumerate(rows):
            label = QLabel(text, self)
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        grid.addWidget(self.search_button, 0, 2)
        options = QHBoxLayout()
        options.setSpacing(DOUBLE)
        for widget in (*self.fields.values(), self.case, self.scope):
            options.addWidget(widget)
        options.addStretch(1)
        bottom = QHBoxLayout()
        bottom.addWidget(self.summary, 1)
        bottom.addWidget(undo_button(self))
        bottom.addWidget(self.replace_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE)
        column.addLayout(grid)
        column.addLayout(options)
        column.addWidget(self.progress)
        column.addWidget(self.tree, 1)
        column.addLayout(bottom)

    def _connect(self) -> None:
        self.search_button.clicked.connect(self._on_search)
        self.replace_button.clicked.connect(self._on_replace)
        self.changes.dataChanged.connect(lambda *_: self._tell())
        for box in (self.case, *self.fields.values()):
            box.toggled.connect(lambda _: self._forget())
        self.scope.currentIndexChanged.connect(lambda _: self._forget())
        for line in (self.find_line, self.replacement):
            line.textChanged.connect(lambda _: self._forget())

    def _asked(self) -> Replacement:
        fields = tuple(field for field, box in self.fields.items() if box.isChecked())
        return Replacement(self.find_line.text(), self.replacement.text(), self.case.isChecked(), fields)

    def _on_search(self) -> None:
        if self._searching is not None:
            self._searching.cancel()
            return
        asked, replacing = self._asked(), self.desk.site.replacing
        where = self._wanted if self.scope.currentData() else None
        self.search_button.setText(tr("Stop"))
        self.progress.setRange(0, 0)
        self.progress.show()

        def done(found: tuple[Change, ...]) -> None:
            self._ended()
            if asked == self._asked():
                self._searched = asked
                self._show(found)

        def failed(_: ChceError) -> bool:
            self._ended()
            return False

        self._searching = self.run(
            lambda progress: replacing.preview(asked, where, progress=progress),
            done=done,
            failed=failed,
            queue=LIBRARY_READ,
        )
        self._searching.progressed.connect(self._on_progress)

    def _on_progress(self, report: ProgressReport) -> None:
        if report.total:
            self.progress.setRange(0, report.total)
            self.progress.setValue(report.done)

    def _ended(self) -> None:
        self._searching = None
        self.progress.hide()
        self.search_button.setText(tr("&Find"))

    def _show(self, found: Sequence[Change]) -> None:
        self.changes.show(found)
        if len(found) <= 500:
            self.tree.expandAll()
        if found:
            self.empty.hide()
            self.tree.setCurrentIndex(self.changes.index(0, 0))
        else:
            self.empty.cover(tr("Nothing found"), tr("No text holds what you are looking for in this spelling."))
        self._tell()

    def _forget(self) -> None:
        """What is shown is not what is asked for any more."""
        if self._searched is not None and self._searched != self._asked():
            self._searched = None
            self.changes.show(())
            self._tell_nothing()

    def _tell_nothing(self) -> None:
        self.empty.cover(
            tr("Every change is shown first"),
            tr("Type what is to be found and what takes its place, then press Return."),
        )
        self._tell()

    def _tell(self) -> None:
        chosen = self.changes.chosen()
        articles = len({change.article_id for change in chosen})
        self.replace_button.setEnabled(bool(chosen))
        places = trn("{n} place", "{n} places", len(chosen))
        self.replace_button.setText(tr("Replace {places}", places=places) if chosen else tr("Replace"))
        within = trn("{places} in {n} article", "{places} in {n} articles", articles, places=places)
        self.summary.setText(within if chosen else "")

    def _on_replace(self) -> None:
        chosen, asked = self.changes.chosen(), self._searched
        if not chosen or asked is None:
            return
        push(self.desk, chosen, asked)
        self.changes.show(())
        self._searched = None
        self.empty.cover(
            tr("Done"), tr("Undo takes it back in one step; each article's history keeps the text before.")
        )
        self._tell()


def push(desk: Desk, chosen: Iterable[Change], asked: Replacement) -> None:
    """Make the chosen changes, as one step of the window's undo history."""
    changes, site = tuple(chosen), desk.site
    steps: list[Step] = []

    def forward(progress: Progress) -> int:
        # Done again after an undo, the texts are those of the preview once more.
        steps[:] = [site.replacing.replace(changes, asked, progress=progress)]
        return len(steps[0])

    def backward(progress: Progress) -> Left:
        return Left(site.articles.take_back(steps[0], progress=progress))

    def said(result: object) -> str:
        number = result if isinstance(result, int) else 0
        return trn("Replaced in {n} article.", "Replaced in {n} articles.", number)

    text = tr("Replace “{find}” with “{replace}”", find=asked.find, replace=asked.replace)
    desk.undo.push(DeskCommand(desk, text, forward, backward, said=said))
