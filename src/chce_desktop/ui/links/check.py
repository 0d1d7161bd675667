"""Checking links from the manager: the strip with progress and cancel, and afterwards what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout

from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import ProgressReport
from chce_desktop.jobs.queues import LINKS
from chce_desktop.services.link_checking import CheckedLink, Verdict, check_links
from chce_desktop.ui.appearance import HALF, SPACE, restyle, set_role
from chce_desktop.ui.dialogs import DeskDialog
from chce_desktop.ui.operations import Running


class CheckStrip(QFrame):
    """Above the table while links are checked and until the result was dismissed. One check at a time."""

    #: Somebody wants to see the links that need attention.
    troubled_wanted = Signal()
    running_changed = Signal(bool)

    def __init__(self, dialog: DeskDialog) -> None:
        super().__init__(dialog)
        self.setObjectName("links_check_strip")
        set_role(self, "card")
        self._dialog = dialog
        self._running: Running | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE + HALF, SPACE, SPACE, SPACE)
        column = QVBoxLayout()
        column.setSpacing(HALF)
        row.addLayout(column, 1)
        self.label = QLabel(self)
        self.label.setObjectName("links_check_text")
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(self.label)
        self.bar = QProgressBar(self)
        self.bar.setObjectName("links_check_progress")
        self.bar.setAccessibleName(tr("Checking links"))
        self.bar.setTextVisible(False)
        column.addWidget(self.bar)
        self._look = self._button("links_check_look", tr("Show them"), self.troubled_wanted.emit)
        self._cancel = self._button("links_check_cancel", tr("Cancel"), self.cancel)
        self._close = self._button("links_check_close", tr("Close"), self.hide)
        for button in (self._look, self._cancel, self._close):
            row.addWidget(button)
        self.hide()

    def _button(self, name: str, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        set_role(button, "quiet")
        button.clicked.connect(lambda: slot())
        return button

    @property
    def is_running(self) -> bool:
        """Whether a check is under way."""
        return self._running is not None

    def start(self, ids: tuple[int, ...] | None) -> None:
        """Check these links, all for None. Nothing happens while another check runs."""
        if self._running is not None:
            return
        site = self._dialog.desk.site
        self._running = self._dialog.run(
            lambda progress: check_links(site, ids, progress=progress),
            done=self._on_done,
            failed=self._on_failed,
            queue=LINKS,
            label=tr("Checking links"),
        )
        self._running.progressed.connect(self._on_progress)
        self.label.setText(tr("Checking links…"))
        self.bar.setRange(0, 0)
        self.bar.show()
        self._look.hide()
        self._close.hide()
        self._cancel.show()
        self._cancel.setEnabled(True)
        self.show()
        self.running_changed.emit(True)

    def cancel(self) -> None:
        """Stop after the visits that are under way."""
        if self._running is not None:
            self._running.cancel()
            self._cancel.setEnabled(False)
            self.label.setText(tr("Stopping…"))

    def _on_progress(self, report: ProgressReport) -> None:
        self.bar.setRange(0, max(1, report.total))
        self.bar.setValue(report.done)
        if self._cancel.isEnabled():
            self.label.setText(tr("Checking links: {done} of {total}", done=report.done, total=report.total))

    def _on_done(self, checked: tuple[CheckedLink, ...]) -> None:
        found = Counter(link.verdict for link in checked)
        parts = [
            text
            for verdict, text in (
                (Verdict.OK, trn("{n} works", "{n} work", found[Verdict.OK])),
                (Verdict.MOVED, trn("{n} has moved", "{n} have moved", found[Verdict.MOVED])),
                (Verdict.UNSURE, trn("{n} needs a look", "{n} need a look", found[Verdict.UNSURE])),
                (Verdict.DEAD, trn("{n} is dead", "{n} are dead", found[Verdict.DEAD])),
            )
            if found[verdict]
        ]
        self._end(
            tr("Check finished: {parts}.", parts=tr(", ").join(parts)) if parts else tr("There was nothing to check.")
        )
        self._look.setVisible(len(checked) > found[Verdict.OK])

    def _on_failed(self, error: ChceError) -> bool:
        if isinstance(error, Cancelled):
            self._end(tr("Check stopped. What was found until then is in the list."))
            return True
        self._end("")
        self.hide()
        return False

    def _end(self, text: str) -> None:
        self._running = None
        self.label.setText(text)
        self.setAccessibleName(text)
        self.bar.hide()
        self._cancel.hide()
        self._close.show()
        restyle(self)
        self.running_changed.emit(False)
