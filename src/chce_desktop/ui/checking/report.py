"""The check before publishing of the whole site, in a window beside the writing."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QVBoxLayout, QWidget

from chce_desktop.domain.findings import ERROR, Finding
from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress, ProgressReport
from chce_desktop.services.checking import check
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, set_role
from chce_desktop.ui.checking.findings import FindingsList, FindingsModel, counted
from chce_desktop.ui.checking.panel import CHECKING
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog, EmptyCover
from chce_desktop.ui.operations import Running

_ALL, _ERRORS, _STOPS = range(3)


class SiteCheckDialog(DeskDialog):
    """Looks through everything that is or will be published; one click opens the article at the place."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "site_check_window", tr("Check before publishing"), QSize(860, 620), parent)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        self._found: tuple[Finding, ...] = ()
        self._running: Running | None = None
        self.model = FindingsModel(self, whole=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE + HALF)
        column.addLayout(self._make_top())
        self.bar = QProgressBar(self)
        self.bar.setObjectName("site_check_progress")
        self.bar.setAccessibleName(tr("Checking articles"))
        self.bar.setTextVisible(False)
        column.addWidget(self.bar)
        self.list = FindingsList("site_check_findings", tr("What is to be mended"), self.model, self)
        set_role(self.list, "framed")
        column.addWidget(self.list, 1)
        self.empty = EmptyCover(self.list.viewport(), "site_check_empty", "circle-check")
        hint = QLabel(tr("Choose a finding to open the article there."), self)
        hint.setObjectName("site_check_hint")
        set_role(hint, "hint")
        column.addWidget(hint)
        self.list.clicked.connect(lambda _: self._open())
        self.list.activated.connect(lambda _: self._open())
        self.start()

    def _make_top(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        self.heading = QLabel(self)
        self.heading.setObjectName("site_check_heading")
        set_role(self.heading, "heading")
        row.addWidget(self.heading, 1)
        self.shown = QComboBox(self)
        self.shown.setObjectName("site_check_shown")
        self.shown.setAccessibleName(tr("Which findings"))
        for text, value in (
            (tr("All findings"), _ALL),
            (tr("Errors only"), _ERRORS),
            (tr("Only what stops a publish"), _STOPS),
        ):
            self.shown.addItem(text, value)
        self.shown.currentIndexChanged.connect(lambda _: self._show())
        row.addWidget(self.shown)
        self.filter = QLineEdit(self)
        self.filter.setObjectName("site_check_filter")
        self.filter.setAccessibleName(tr("Find in the findings"))
        self.filter.setPlaceholderText(tr("Find in the findings"))
        self.filter.addAction(icons.icon("search", icons.MUTED), QLineEdit.ActionPosition.LeadingPosition)
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(200)
        self.filter.textChanged.connect(lambda _: self._show())
        row.addWidget(self.filter)
        self.again = QPushButton(icons.icon("refresh-cw"), tr("Check again"), self)
        self.again.setObjectName("site_check_again")
        self.again.setAccessibleName(tr("Check again"))
        self.again.setAutoDefault(False)
        self.again.clicked.connect(self.start)
        row.addWidget(self.again)
        self.stop = QPushButton(tr("Cancel"), self)
        self.stop.setObjectName("site_check_cancel")
        self.stop.setAccessibleName(tr("Cancel"))
        self.stop.setAutoDefault(False)
        self.stop.clicked.connect(self._on_stop)
        row.addWidget(self.stop)
        return row

    @property
    def is_running(self) -> bool:
        """Whether the site is being looked through."""
        return self._running is not None

    def start(self) -> None:
        """Look through the site."""
        if self._running is not None:
            return
        site = self.desk.site

        def work(progress: Progress) -> tuple[Finding, ...]:
            return check(site, progress=progress)

        self._running = self.run(
            work, done=self._on_done, failed=self._on_failed, queue=CHECKING, label=tr("Checking the site")
        )
        self._running.progressed.connect(self._on_progress)
        self.heading.setText(tr("The site is being checked…"))
        self.bar.setRange(0, 0)
        self.empty.hide()
        self._arrange()

    def _on_progress(self, report: ProgressReport) -> None:
        self.bar.setRange(0, max(1, report.total))
        self.bar.setValue(report.done)

    def _on_done(self, found: tuple[Finding, ...]) -> None:
        self._running = None
        self._found = found
        self.heading.setText(counted(found))
        self._show()
        self._arrange()

    def _on_failed(self, error: ChceError) -> bool:
        self._running = None
        self.heading.setText(tr("The check was stopped."))
        self._arrange()
        return isinstance(error, Cancelled)

    def _on_stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            self.stop.setEnabled(False)

    def _arrange(self) -> None:
        running = self._running is not None
        self.bar.setVisible(running)
        self.again.setVisible(not running)
        self.stop.setVisible(running)
        self.stop.setEnabled(running)

    def _show(self) -> None:
        wanted, text = self.shown.currentData(), self.filter.text().strip().casefold()
        shown = [
            finding
            for finding in self._found
            if (wanted == _ALL or finding.blocks or (wanted == _ERRORS and finding.level == ERROR))
            and text in f"{finding.where}\n{finding.message}\n{finding.fix}".casefold()
        ]
        self.model.show_findings(shown)
        if shown:
            self.empty.hide()
        elif self._found:
            self.empty.cover(tr("No finding is shown"), tr("Choose another kind, or change what you look for."))
        else:
            self.empty.cover(tr("Nothing to mend"), tr("Everything that goes out is in order."))

    def _open(self) -> None:
        finding = self.list.current()
        if finding is not None and finding.article_id is not None:
            self.desk.finding_wanted.emit(finding)
