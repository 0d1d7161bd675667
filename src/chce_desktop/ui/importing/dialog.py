"""The import dialog: choose a folder, see what would come, bring it in, read what happened to every file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.article import State
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import Progress, ProgressReport
from chce_desktop.jobs.queues import LENGTHY, LENGTHY_READ
from chce_desktop.services.importing import ImportReport, import_path
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, TRIPLE, set_role
from chce_desktop.ui.articles import words
from chce_desktop.ui.columns.dialogs import ColumnPicker
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog
from chce_desktop.ui.operations import Running

#: Remarks shown; a longer list is cut, and says so.
_MOST = 2000


class ImportDialog(DeskDialog):
    """Looks through the folder as soon as one is chosen; nothing is changed before "Import"."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "import_dialog", tr("Import articles"), QSize(680, 560), parent)
        self.setAcceptDrops(True)
        self._running: Running | None = None
        self._path: Path | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(TRIPLE, DOUBLE, TRIPLE, DOUBLE)
        layout.setSpacing(HALF)
        self.folder = QLineEdit(self)
        self.folder.setObjectName("import_folder")
        self.folder.setPlaceholderText(tr("a folder with Markdown files and their pictures, or one file"))
        self.folder.editingFinished.connect(lambda: self.choose(Path(self.folder.text().strip())))
        folder = self._button("import_choose_folder", tr("&Folder…"), self._on_folder)
        file = self._button("import_choose_file", tr("Fi&le…"), self._on_file)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.folder, 1)
        row.addWidget(folder)
        row.addWidget(file)
        self._label(layout, tr("F&rom"), self.folder)
        layout.addLayout(row)
        layout.addSpacing(SPACE)
        self.column = ColumnPicker(desk, tr("Only the columns that the files name"), self)
        self.column.setObjectName("import_column")
        self.column.activated.connect(lambda _: self._look())
        self.state = QComboBox(self)
        self.state.setObjectName("import_state")
        self.state.addItem(tr("As the files say, else ready to publish"), None)
        for state in (State.DRAFT, State.REVIEW, State.READY):
            self.state.addItem(words.state_name(state), state)
        self.state.activated.connect(lambda _: self._look())
        pair = QHBoxLayout()
        pair.setSpacing(DOUBLE)
        for text, field in ((tr("Into the &column"), self.column), (tr("S&tate"), self.state)):
            column = QVBoxLayout()
            column.setSpacing(HALF)
            self._label(column, text, field)
            column.addWidget(field)
            pair.addLayout(column, 1)
        layout.addLayout(pair)
        layout.addSpacing(DOUBLE)
        self.summary = QLabel(tr("Nothing is changed before you press Import."), self)
        self.summary.setObjectName("import_summary")
        self.summary.setWordWrap(True)
        set_role(self.summary, "heading")
        self.bar = QProgressBar(self)
        self.bar.setObjectName("import_progress")
        self.bar.setAccessibleName(tr("Progress"))
        self.bar.setTextVisible(False)
        self.bar.hide()
        self.remarks = QTreeWidget(self)
        self.remarks.setObjectName("import_remarks")
        self.remarks.setAccessibleName(tr("Files to look at"))
        self.remarks.setHeaderLabels([tr("File"), tr("Remark")])
        self.remarks.setRootIsDecorated(False)
        self.remarks.setUniformRowHeights(True)
        self.remarks.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.remarks.setColumnWidth(0, 220)
        set_role(self.remarks, "framed")
        self.remarks.hide()
        layout.addWidget(self.summary)
        layout.addWidget(self.bar)
        layout.addWidget(self.remarks, 1)
        layout.addStretch(0)
        self.import_button = self._button("import_start", tr("&Import"), self._on_import)
        self.import_button.setEnabled(False)
        set_role(self.import_button, "primary")
        self.cancel_button = self._button("import_cancel", tr("Close"), self._on_cancel)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.import_button)
        buttons.addWidget(self.cancel_button)
        layout.addLayout(buttons)

    def choose(self, path: Path) -> None:
        """Look through a folder or a file."""
        if path == self._path or not path.name:
            return
        self._path = path
        self.folder.setText(str(path))
        self._look()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.choose(next(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()))
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._running is not None and not self._running.over and not self._running.label:
            self._running.cancel()
        super().closeEvent(event)

    def _look(self) -> None:
        self._start(dry_run=True)

    def _on_import(self) -> None:
        self._start(dry_run=False)

    def _start(self, *, dry_run: bool) -> None:
        path, site = self._path, self.desk.site
        if path is None:
            return
        if self._running is not None:
            self._running.cancel()
        column_id, state = self.column.column_id(), self.state.currentData()

        def work(progress: Progress) -> ImportReport:
            return import_path(
                site,
                path,
                column_id=column_id,
                state=None if state is None else State(state),
                dry_run=dry_run,
                progress=progress,
            )

        running = self.run(
            work,
            done=lambda report: self._on_done(report, dry_run=dry_run) if self._running is running else None,
            failed=lambda error: self._on_failed(error) if self._running is running else True,
            queue=LENGTHY_READ if dry_run else LENGTHY,
            label="" if dry_run else tr("Importing articles"),
        )
        self._running = running
        running.progressed.connect(self._on_progress)
        self.summary.setText(tr("Looking through the files…") if dry_run else tr("Bringing the articles in…"))
        self.bar.setRange(0, 0)
        self.bar.show()
        self.import_button.setEnabled(False)
        self.cancel_button.setText(tr("Cancel"))

    def _on_progress(self, report: ProgressReport) -> None:
        self.bar.setRange(0, report.total)
        self.bar.setValue(report.done)

    def _on_done(self, report: ImportReport, *, dry_run: bool) -> None:
        self._idle()
        self.summary.setText(_sentence(report, dry_run=dry_run))
        self._show_remarks(report)
        self.import_button.setEnabled(dry_run and report.created + report.updated > 0)
        if self.import_button.isEnabled():
            self.import_button.setFocus()
        elif not dry_run:
            self.cancel_button.setFocus()

    def _on_failed(self, _: ChceError) -> bool:
        self._idle()
        self.summary.setText(tr("Nothing is changed before you press Import."))
        self.remarks.hide()
        return False  # told by the dialog

    def _idle(self) -> None:
        self._running = None
        self.bar.hide()
        self.cancel_button.setText(tr("Close"))

    def _show_remarks(self, report: ImportReport) -> None:
        self.remarks.clear()
        rows = [(item.path, item.reason, "circle-alert", icons.ERROR) for item in report.skipped]
        rows += [(item.path, item.message, "triangle-alert", icons.WARNING) for item in report.warnings]
        for path, text, sign, color in rows[:_MOST]:
            item = QTreeWidgetItem(self.remarks, [path, text])
            item.setIcon(0, icons.icon(sign, color))
            item.setToolTip(0, path)
            item.setToolTip(1, text)
        if len(rows) > _MOST:
            QTreeWidgetItem(self.remarks, ["…", trn("{n} more", "{n} more", len(rows) - _MOST)])
        self.remarks.setVisible(bool(rows))

    def _on_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Import a folder"), str(self._path or Path.home()))
        if chosen:
            self.choose(Path(chosen))

    def _on_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, tr("Import a file"), str(self._path or Path.home()), tr("Markdown files") + " (*.md *.markdown)"
        )
        if chosen:
            self.choose(Path(chosen))

    def _on_cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()
            if self._running.label:
                return
        self.close()

    def _label(self, layout: QVBoxLayout, text: str, field: QWidget) -> None:
        label = QLabel(text, self)
        label.setBuddy(field)
        set_role(label, "hint")
        field.setAccessibleName(text.replace("&", ""))
        layout.addWidget(label)

    def _button(self, name: str, text: str, call: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text.replace("&", ""))
        button.setAutoDefault(False)
        button.clicked.connect(lambda: call())
        return button


def _sentence(report: ImportReport, *, dry_run: bool) -> str:
    parts = [
        trn("{n} new article", "{n} new articles", report.created),
        trn("{n} changed", "{n} changed", report.updated),
        trn("{n} unchanged", "{n} unchanged", report.unchanged),
        trn("{n} picture or other file", "{n} pictures and other files", report.media),
    ]
    if report.skipped:
        parts.append(trn("{n} left out", "{n} left out", len(report.skipped)))
    listed = tr(", ").join(parts)
    return tr("This would come: {what}.", what=listed) if dry_run else tr("Imported: {what}.", what=listed)
