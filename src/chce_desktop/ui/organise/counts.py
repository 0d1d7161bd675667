"""Reading counts 阅读数: logs are counted here, from files or from the host, and what is read most is shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.publication import Target
from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.i18n import mark, tr, trn
from chce_desktop.foundation.progress import Progress
from chce_desktop.jobs.queues import LENGTHY, LIBRARY_READ, host_queue
from chce_desktop.services import log_fetching
from chce_desktop.services.counts import CountReport, MostRead, Window
from chce_desktop.services.log_fetching import RemoteLog
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, SPACE, set_role
from chce_desktop.ui.articles import words
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog, EmptyCover

_WINDOWS = (
    (Window.DAY, mark("Day")),
    (Window.WEEK, mark("Week")),
    (Window.MONTH, mark("Month")),
    (Window.ALL, mark("All time")),
)
_MOST = 50
_ID = Qt.ItemDataRole.UserRole


class CountsDialog(DeskDialog):
    """Left: logs to count and what came of them. Right: the most read articles of a day, a week, a month, ever."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "counts_window", tr("Reading counts"), QSize(1040, 660), parent)
        self._targets: tuple[Target, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._make_logs(), 2)
        line = QFrame(self)
        set_role(line, "vline")
        row.addWidget(line)
        row.addWidget(self._make_most_read(), 3)
        desk.changed.connect(self._on_changed)
        self.run(lambda _: desk.site.targets.all(), done=self._on_targets, queue=LIBRARY_READ)
        self.reload()

    def reload(self) -> None:
        """Ask anew what is read most."""
        window, counts = _WINDOWS[self.tabs.currentIndex()][0], self.desk.site.counts
        self.run(lambda _: counts.most_read(window, _MOST), done=self._show_most_read, queue=LIBRARY_READ)

    def import_files(self, paths: Sequence[Path]) -> None:
        """Count log files; each that is refused is told, the others are counted."""
        counts = self.desk.site.counts

        def work(progress: Progress) -> list[CountReport | ChceError]:
            found: list[CountReport | ChceError] = []
            for path in paths:
                try:
                    found.append(counts.import_log(path, progress=progress))
                except Cancelled:
                    raise
                except ChceError as error:
                    found.append(error)
            return found

        self.run(work, done=self._tell, queue=LENGTHY, label=tr("Counting readers"))

    # Logs

    def _make_logs(self) -> QWidget:
        pane = QWidget(self)
        column = QVBoxLayout(pane)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE)
        heading = QLabel(tr("Web servers' logs"), pane)
        heading.setObjectName("counts_heading")
        set_role(heading, "heading")
        hint = QLabel(
            tr("Combined format, plain or .gz. Robots are left out, and a line is never counted twice."), pane
        )
        hint.setObjectName("counts_hint")
        hint.setWordWrap(True)
        set_role(hint, "hint")
        self.files_button = self._button("counts_files", tr("Count &files…"), "file-text", self._on_files)
        self.target = QComboBox(pane)
        self.target.setObjectName("counts_target")
        self.target.setAccessibleName(tr("Target"))
        self.folder = QLineEdit("../logs", pane)
        self.folder.setObjectName("counts_folder")
        self.folder.setAccessibleName(tr("Folder of the logs on the host"))
        self.folder.setToolTip(tr("From the target's folder, or from the host's root when it begins with /"))
        self.look_button = self._button("counts_look", tr("&Look on the host"), "server", self._on_look)
        self.folder.returnPressed.connect(self._on_look)
        self.remote = QListWidget(pane)
        self.remote.setObjectName("counts_remote")
        self.remote.setAccessibleName(tr("Logs on the host"))
        self.remote.setFixedHeight(120)
        set_role(self.remote, "framed")
        self.remote.hide()
        self.fetch_button = self._button("counts_fetch", tr("Fetch and &count"), "download", self._on_fetch)
        self.fetch_button.hide()
        self.report = QPlainTextEdit(pane)
        self.report.setObjectName("counts_report")
        self.report.setAccessibleName(tr("What was counted"))
        self.report.setReadOnly(True)
        self.report.setPlaceholderText(tr("What was counted is told here."))
        where = QHBoxLayout()
        where.addWidget(self.target, 1)
        where.addWidget(self.folder, 1)
        for part in (heading, hint, self.files_button):
            column.addWidget(part)
        column.addLayout(where)
        column.addWidget(self.look_button)
        column.addWidget(self.remote)
        column.addWidget(self.fetch_button)
        column.addWidget(self.report, 1)
        return pane

    def _button(self, name: str, text: str, sign: str, slot: object) -> QPushButton:
        made = QPushButton(icons.icon(sign), text, self)
        made.setObjectName(name)
        made.setAccessibleName(text.replace("&", ""))
        made.setAutoDefault(False)
        made.setEnabled(not self.desk.site.read_only)
        made.clicked.connect(slot)
        return made

    def _on_targets(self, targets: tuple[Target, ...]) -> None:
        self._targets = targets
        for target in targets:
            self.target.addItem(target.name, target.id)
        for widget in (self.target, self.folder, self.look_button):
            widget.setVisible(bool(targets))

    def _on_files(self) -> None:
        dialog = QFileDialog(self, tr("Logs to count"))
        dialog.setObjectName("counts_file_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.import_files([Path(name) for name in names]))
        dialog.open()

    def _chosen_target(self) -> Target | None:
        return next((target for target in self._targets if target.id == self.target.currentData()), None)

    def _on_look(self) -> None:
        target, folder, site = self._chosen_target(), self.folder.text().strip(), self.desk.site
        if target is not None:
            self.run(
                lambda progress: log_fetching.list_logs(site, target.id, folder, progress=progress),
                done=self._show_remote,
                queue=host_queue(target.uid),
                label=tr("Looking for logs"),
            )

    def _show_remote(self, found: Sequence[RemoteLog]) -> None:
        self.remote.clear()
        for log in found:
            item = QListWidgetItem(f"{log.name} · {log.size / 1_000_000:,.1f} MB", self.remote)
            item.setData(_ID, log.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
        self.remote.show()
        self.fetch_button.show()

    def _on_fetch(self) -> None:
        target, folder, site = self._chosen_target(), self.folder.text().strip(), self.desk.site
        items = [self.remote.item(row) for row in range(self.remote.count())]
        names = [str(item.data(_ID)) for item in items if item.checkState() is Qt.CheckState.Checked]
        if target is not None and names:
            self.run(
                lambda progress: log_fetching.import_logs(site, target.id, folder, names, progress=progress),
                done=self._tell,
                queue=host_queue(target.uid),
                label=tr("Counting readers"),
            )

    def _tell(self, found: Sequence[CountReport | ChceError]) -> None:
        for each in found:
            self.report.appendPlainText(_told(each) + "\n")
        self.reload()

    # What is read most

    def _make_most_read(self) -> QWidget:
        pane = QWidget(self)
        column = QVBoxLayout(pane)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE)
        heading = QLabel(tr("Read most"), pane)
        heading.setObjectName("counts_most_heading")
        set_role(heading, "heading")
        self.until = QLabel(pane)
        self.until.setObjectName("counts_until")
        set_role(self.until, "hint")
        self.tabs = QTabBar(pane)
        self.tabs.setObjectName("counts_windows")
        self.tabs.setAccessibleName(tr("Over how long"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for _, text in _WINDOWS:
            self.tabs.addTab(tr(text))
        self.tabs.setCurrentIndex(1)
        self.tabs.currentChanged.connect(lambda _: self.reload())
        self.table = QTableWidget(0, 4, pane)
        self.table.setObjectName("counts_table")
        self.table.setAccessibleName(tr("Read most"))
        self.table.setHorizontalHeaderLabels(["", tr("Title"), tr("Reads"), tr("In all")])
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(32)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.itemActivated.connect(self._on_opened)
        self.empty = EmptyCover(self.table.viewport(), "counts_empty", "eye")
        set_role(self.table, "framed")
        top = QHBoxLayout()
        top.addWidget(heading)
        top.addWidget(self.until, 1)
        column.addLayout(top)
        column.addWidget(self.tabs)
        column.addWidget(self.table, 1)
        return pane

    def _show_most_read(self, found: MostRead) -> None:
        until = found.until
        self.until.setText(tr("counted until {day}", day=until.isoformat()) if until else tr("no log was counted yet"))
        self.table.setRowCount(len(found.articles))
        if found.articles:
            self.empty.hide()
        else:
            self.empty.cover(tr("No readers were counted"), tr("Count a web server's log at the left."))
        for row, (info, reads) in enumerate(found.articles):
            cells = (f"{row + 1}", words.title_of(info.title), f"{reads:,}", f"{info.reads:,}")
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setData(_ID, info.id)
                if column != 1:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)

    def _on_opened(self, item: QTableWidgetItem) -> None:
        self.desk.article_wanted.emit(int(item.data(_ID)))

    def _on_changed(self, changes: Changes) -> None:
        if Kind.ARTICLES in changes.kinds:
            self.reload()


def _told(found: CountReport | ChceError) -> str:
    """What came of a log, in sentences."""
    if isinstance(found, ChceError):
        return " ".join(part for part in (found.title, found.hint) if part)
    if not found.lines:
        return tr("{name}: nothing new since it was last counted.", name=found.name)
    counted = trn("{n} reading", "{n} readings", found.counted)
    parts = [
        tr(
            "{name}: {counted} of {articles} articles in {lines} new lines.",
            name=found.name,
            counted=counted,
            articles=f"{found.articles:,}",
            lines=f"{found.lines:,}",
        ),
        tr("{n} by robots left out.", n=f"{found.bots:,}"),
    ]
    if found.unreadable:
        parts.append(tr("{n} lines could not be read.", n=f"{found.unreadable:,}"))
    if found.since is not None:
        parts.append(tr("From {day} on.", day=found.since.isoformat()))
    return " ".join(parts)
