"""The tag desk 标签: all tags with their articles; rename, merge, split and remove, each one step to undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain import bulkchange
from chce_desktop.domain.article import ArticleFilter, ArticlePatch
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import Progress
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.services.site import Site
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, SPACE, set_role
from chce_desktop.ui.articles.commands import DeskCommand
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog, EmptyCover
from chce_desktop.ui.organise.undoing import undo_button

Tags = tuple[str, ...]
Index = QModelIndex | QPersistentModelIndex

_NO_INDEX = QModelIndex()


class TagModel(QAbstractTableModel):
    """Two columns: the tag, and how many articles have it. Sorted and narrowed here: Qt would ask for each cell."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: Sequence[tuple[str, int]] = ()
        self.shown: Sequence[tuple[str, int]] = ()
        self._part = ""
        self._by_number, self._turned = True, True

    def show(self, rows: Sequence[tuple[str, int]]) -> None:
        """Show these."""
        self.rows = rows
        self._arrange()

    def narrow(self, part: str) -> None:
        """Show only those that have this in their name, whatever the case."""
        self._part = part.casefold()
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By name or by number."""
        self._by_number, self._turned = bool(column), order is Qt.SortOrder.DescendingOrder
        self._arrange()

    def _arrange(self) -> None:
        self.beginResetModel()
        found = [row for row in self.rows if self._part in row[0].casefold()]
        found.sort(key=lambda row: row[0].casefold(), reverse=self._turned and not self._by_number)
        if self._by_number:
            found.sort(key=lambda row: row[1], reverse=self._turned)
        self.shown = found
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr("Articles") if section else tr("Tag")
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        name, number = self.shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{number:,}" if index.column() else name
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column():
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


class TagsDialog(DeskDialog):
    """F2 renames, Return shows a tag's articles in the list behind, Del removes."""

    #: With a tag's name: show its articles.
    tag_wanted = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "tags_window", tr("Tags"), QSize(640, 620), parent)
        self.model = TagModel(self)
        self.filter = QLineEdit(self)
        self.filter.setObjectName("tags_filter")
        self.filter.setAccessibleName(tr("Find a tag"))
        self.filter.setPlaceholderText(tr("Find a tag"))
        self.filter.setClearButtonEnabled(True)
        self.filter.addAction(icons.icon("search", icons.MUTED), QLineEdit.ActionPosition.LeadingPosition)
        self.summary = QLabel(self)
        self.summary.setObjectName("tags_summary")
        set_role(self.summary, "hint")
        self.table = QTableView(self)
        self._set_up_table()
        self.empty = EmptyCover(self.table.viewport(), "tags_empty", "tag")
        self._buttons: list[tuple[QPushButton, Callable[[int], bool]]] = []
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        one, several, some = (lambda n: n == 1), (lambda n: n > 1), (lambda n: n > 0)
        for name, text, slot, fits in (
            ("rename", tr("&Rename…"), self._on_rename, one),
            ("merge", tr("&Merge into one…"), self._on_merge, several),
            ("split", tr("&Split…"), self._on_split, one),
            ("remove", tr("Re&move"), self._on_remove, some),
            ("show", tr("Show the &articles"), self._on_show, one),
        ):
            button = QPushButton(text, self)
            button.setObjectName(f"tags_{name}")
            button.setAccessibleName(text.replace("&", ""))
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            buttons.addWidget(button)
            self._buttons.append((button, fits))
        buttons.addStretch(1)
        buttons.addWidget(undo_button(self))
        top = QHBoxLayout()
        top.addWidget(self.filter, 1)
        top.addWidget(self.summary)
        column = QVBoxLayout(self)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(60)
        self._soon.timeout.connect(self.reload)
        desk.changed.connect(self._on_changed)
        self.filter.textChanged.connect(self._on_narrowed)
        for key, slot in (("F2", self._on_rename), ("Del", self._on_remove)):
            shortcut = QShortcut(QKeySequence(key), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(slot)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._refresh_buttons())
        self.table.activated.connect(lambda _: self._on_show())
        self._refresh_buttons()
        self.reload()

    def chosen(self) -> list[str]:
        """The selected tags."""
        rows = self.table.selectionModel().selectedRows()
        return [self.model.shown[index.row()][0] for index in rows]

    def reload(self) -> None:
        """Show what the library holds now."""
        self.run(lambda _: self.desk.site.tags.all(), done=self._show, queue=LIBRARY_READ)

    def _set_up_table(self) -> None:
        table = self.table
        table.setObjectName("tags_table")
        table.setAccessibleName(tr("Tags"))
        table.setModel(self.model)
        table.setSortingEnabled(True)
        table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(32)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        set_role(table, "framed")

    def _show(self, rows: Sequence[tuple[str, int]]) -> None:
        kept = set(self.chosen())
        rows = [(name, number) for name, number in rows if number]
        self.model.show(rows)
        flag = self.table.selectionModel().SelectionFlag
        for row, (name, _) in enumerate(self.model.shown if kept else ()):
            if name in kept:
                self.table.selectionModel().select(self.model.index(row, 0), flag.Select | flag.Rows)
        self.summary.setText(trn("{n} tag", "{n} tags", len(rows)))
        self._tell_empty()
        self._refresh_buttons()

    def _on_narrowed(self, part: str) -> None:
        self.model.narrow(part)
        self._tell_empty()
        self._refresh_buttons()

    def _tell_empty(self) -> None:
        if self.model.shown:
            self.empty.hide()
        elif self.model.rows:
            self.empty.cover(tr("Nothing found"), tr("No tag has this in its name."))
        else:
            self.empty.cover(tr("No tags yet"), tr("Give articles tags in their properties, or many at once."))

    def _on_changed(self, changes: Changes) -> None:
        if Kind.ARTICLES in changes.kinds:
            self._soon.start()

    def _refresh_buttons(self) -> None:
        number = len(self.chosen())
        for button, fits in self._buttons:
            writes = button.objectName() != "tags_show"
            button.setEnabled(fits(number) and not (writes and self.desk.site.read_only))

    def _on_rename(self) -> None:
        chosen = self.chosen()
        if len(chosen) == 1:
            self._ask(tr("Rename"), tr("New name of the tag"), chosen[0], lambda name: self.rename(chosen[0], name))

    def _on_merge(self) -> None:
        chosen = self.chosen()
        most = max(chosen, key=dict(self.model.rows).__getitem__)
        self._ask(tr("Merge"), tr("All of them become the tag"), most, lambda name: self.merge(chosen, name))

    def _on_split(self) -> None:
        chosen = self.chosen()
        hint = tr("Tags that each article gets in its place, separated by commas")
        self._ask(tr("Split"), hint, chosen[0], lambda names: self.split(chosen[0], names))

    def _on_remove(self) -> None:
        chosen = self.chosen()
        if chosen:
            self._push(
                trn("Remove {n} tag", "Remove {n} tags", len(chosen)),
                chosen,
                lambda site: sum(site.tags.remove(name) for name in chosen),
            )

    def _on_show(self) -> None:
        chosen = self.chosen()
        if len(chosen) == 1:
            self.tag_wanted.emit(chosen[0])

    def rename(self, old: str, new: str) -> None:
        """Give a tag another name; where there is such a tag the two become one."""
        self._push(tr("Rename tag “{name}”", name=old), [old], lambda site: site.tags.rename(old, new))

    def merge(self, names: Sequence[str], into: str) -> None:
        """Make several tags one."""
        text = tr("Merge tags into “{name}”", name=into)
        self._push(text, [*names, into], lambda site: site.tags.merge(names, into))

    def split(self, name: str, into: str) -> None:
        """Put several tags in the place of one."""
        parts = [part.strip() for part in into.replace("，", ",").replace("、", ",").split(",") if part.strip()]
        self._push(tr("Split tag “{name}”", name=name), [name], lambda site: site.tags.split(name, parts))

    def _push(self, text: str, names: Sequence[str], change: Callable[[Site], int]) -> None:
        site, tags = self.desk.site, dict[int, tuple[Tags, Tags]]()

        def forward(_: Progress) -> int:
            before = _tags_of(site, names)
            changed = change(site)
            after = site.articles.infos(before)
            tags.clear()
            tags.update({article_id: (was, after[article_id].tags) for article_id, was in before.items()})
            return changed

        def backward(progress: Progress) -> None:
            now = site.articles.infos(tags)
            patches: dict[int, ArticlePatch] = {i: {"tags": bulkchange.taken_back(*tags[i], now[i].tags)} for i in now}
            site.articles.set_each(patches, progress=progress)

        def said(result: object) -> str:
            number = result if isinstance(result, int) else 0
            return trn("{n} article has other tags now.", "{n} articles have other tags now.", number)

        self.desk.undo.push(DeskCommand(self.desk, text, forward, backward, said=said))

    def _ask(self, title: str, text: str, value: str, then: Callable[[str], None]) -> None:
        dialog = QInputDialog(self)
        dialog.setObjectName("tags_name")
        dialog.setAccessibleName(title)
        dialog.setWindowTitle(title)
        dialog.setLabelText(text)
        dialog.resize(380, dialog.sizeHint().height())
        dialog.setTextValue(value)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(then)
        dialog.open()


def _tags_of(site: Site, names: Sequence[str]) -> dict[int, Tags]:
    """What tags the articles with one of these have now, in the trash too."""
    ids: set[int] = set()
    for name in names:
        for trash in (False, True):
            ids.update(site.articles.ids(ArticleFilter(tag=name, trash=trash)))
    return {info.id: info.tags for info in site.articles.infos(ids).values()}
