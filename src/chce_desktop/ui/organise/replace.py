"""Find and replace across articles: every change is shown and can be left out, all are made in one step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from chce_desktop.domain.article import ArticleFilter
from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.i18n import mark, tr, trn
from chce_desktop.foundation.progress import Progress, ProgressReport
from chce_desktop.jobs.queues import LENGTHY_READ
from chce_desktop.services.bulk import Step
from chce_desktop.services.replacing import Change, Field, Replacement
from chce_desktop.ui.appearance import DOUBLE, SPACE, set_role
from chce_desktop.ui.articles.commands import DeskCommand, Left
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog, EmptyCover
from chce_desktop.ui.operations import Running
from chce_desktop.ui.organise.changes import ChangeDelegate, ChangesModel
from chce_desktop.ui.organise.undoing import undo_button

_FIELDS: tuple[tuple[Field, str], ...] = (
    ("title", mark("Titles")),
    ("summary", mark("Summaries")),
    ("body", mark("Texts")),
)


class ReplaceDialog(DeskDialog):
    """Find, look, leave out, replace. The texts before stay in each article's history."""

    def __init__(self, desk: Desk, wanted: ArticleFilter, parent: QWidget | None = None) -> None:
        """`wanted` is the list that stands behind the dialog, which may be searched alone."""
        super().__init__(desk, "replace_window", tr("Find and replace in articles"), QSize(900, 640), parent)
        self._wanted = wanted
        self._running: Running | None = None
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
        self.tree.setItemDelegate(ChangeDelegate(self.tree))
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
        if self._running is not None:
            self._running.cancel()
            return
        asked, replacing = self._asked(), self.desk.site.replacing
        where = self._wanted if self.scope.currentData() else None

        def done(found: tuple[Change, ...]) -> None:
            self._ended()
            if asked == self._asked():
                self._searched = asked
                self._show(found)

        def failed(_: ChceError) -> bool:
            self._ended()
            return False

        running = self.run(
            lambda progress: replacing.preview(asked, where, progress=progress),
            done=done,
            failed=failed,
            queue=LENGTHY_READ,
        )
        self._began(running)

    def _began(self, running: Running) -> None:
        self._running = running
        self.search_button.setText(tr("Stop"))
        self.progress.setRange(0, 0)
        self.progress.show()
        running.progressed.connect(self._on_progress)

    def _on_progress(self, report: ProgressReport) -> None:
        if report.total:
            self.progress.setRange(0, report.total)
            self.progress.setValue(report.done)

    def _ended(self) -> None:
        self._running = None
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

        def ended(error: ChceError | None) -> bool:
            if not isValid(self):
                return False
            self._ended()
            self.tree.setEnabled(True)
            if error is not None:  # nothing was changed: what was found is still there to be looked at
                self.empty.hide()
                if not isinstance(error, Cancelled):
                    self.notices.error(error)
            elif self._searched == asked:
                self._searched = None
                self.changes.show(())
                done = tr("Undo takes it back in one step; each article's history keeps the text before.")
                self.empty.cover(tr("Done"), done)
            self._tell()
            return True

        command = push(self.desk, chosen, asked, ended)
        self.tree.setEnabled(False)
        self.replace_button.setEnabled(False)
        self.empty.cover(tr("Replacing…"), tr("All of it is replaced, or nothing: you can stop it."))
        if command.running is not None:
            self._began(command.running)


def push(
    desk: Desk, chosen: Iterable[Change], asked: Replacement, ended: Callable[[ChceError | None], object]
) -> DeskCommand:
    """Make the chosen changes, as one step of the window's undo history; `ended` as in `DeskCommand`."""
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
    command = DeskCommand(desk, text, forward, backward, said=said, ended=ended)
    desk.undo.push(command)
    return command
