"""Trying out a publish target: every step by name, and in plain words what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from chce_desktop.domain.publication import Target
from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import ProgressReport
from chce_desktop.jobs.queues import host_queue
from chce_desktop.services.publishing import HostKeyUnknown, ProbeReport, ProbeStep, try_out
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, font, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.operations import Running
from chce_desktop.ui.signs import Sign


def found_out(capabilities: Mapping[str, Any]) -> tuple[str, ...]:
    """Sentences on what a test found out about a host; none before one."""
    if not capabilities:
        return ()
    if not capabilities.get("rename", True):
        replacing = tr("Each file is replaced in one step; the home page comes last.")
    elif capabilities.get("atomic_replace", True):
        replacing = tr("All pages are switched at once, when everything has arrived; no reader meets half a site.")
    else:
        replacing = tr(
            "The server cannot replace a file in one step: a reader may miss a page for a moment while it is switched."
        )
    found = [replacing]
    if not capabilities.get("case_sensitive", True):
        found.append(tr("The server takes capital and small letters in file names for the same."))
    if capabilities.get("free_space", False):
        found.append(tr("The server tells how much room is left; a publish that does not fit is stopped beforehand."))
    return tuple(found)


class HostKeyCard(QFrame):
    """The question that is asked once for each SSH host. `accepted(fingerprint)`, `refused`."""

    accepted = Signal(str)
    refused = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("host_key")
        set_role(self, "card")
        self._fingerprint = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE)
        self._title = QLabel(self)
        self._title.setWordWrap(True)
        set_role(self._title, "heading")
        column.addWidget(self._title)
        text = QLabel(
            tr(
                "Every server has a fingerprint of its own. If your provider told you one, compare it with this one. "
                "Once you accept it, the app checks it at every connection and stops if somebody else answers."
            ),
            self,
        )
        text.setWordWrap(True)
        column.addWidget(text)
        self.fingerprint = QLabel(self)
        self.fingerprint.setObjectName("host_key_fingerprint")
        self.fingerprint.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.fingerprint.setWordWrap(True)
        self.fingerprint.setFont(font(relative=1, bold=True))
        column.addWidget(self.fingerprint)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        column.addLayout(row)
        self.accept_button = QPushButton(tr("Accept this server"), self)
        self.accept_button.setObjectName("host_key_accept")
        self.accept_button.setAccessibleName(tr("Accept this server"))
        self.accept_button.setAutoDefault(False)
        set_role(self.accept_button, "primary")
        self.accept_button.clicked.connect(lambda: self.accepted.emit(self._fingerprint))
        refuse = QPushButton(tr("Do not connect"), self)
        refuse.setObjectName("host_key_refuse")
        refuse.setAccessibleName(tr("Do not connect"))
        refuse.setAutoDefault(False)
        refuse.clicked.connect(self.refused)
        row.addWidget(self.accept_button)
        row.addWidget(refuse)
        row.addStretch(1)
        self.hide()

    def ask(self, question: HostKeyUnknown) -> None:
        """Show the question."""
        self._fingerprint = question.fingerprint
        self._title.setText(question.title)
        self.setAccessibleName(question.title)
        self.fingerprint.setText(question.fingerprint)
        self.fingerprint.setAccessibleName(question.fingerprint)
        self.show()
        self.accept_button.setFocus()


class TestPane(QWidget):
    """Runs the test of one target. `finished(passed)`; `host_key_accepted(fingerprint)` before it goes on."""

    finished = Signal(bool)
    host_key_accepted = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("target_test")
        self._desk = desk
        self._running: Running | None = None
        self.capabilities: dict[str, Any] = {}
        self._target: Target | None = None
        self._password: str | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE + HALF)
        self.status = QLabel(self)
        self.status.setObjectName("target_test_status")
        self.status.setWordWrap(True)
        column.addWidget(self.status)
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName(tr("Testing the connection"))
        self.bar.setTextVisible(False)
        column.addWidget(self.bar)
        self.key_card = HostKeyCard(self)
        self.key_card.accepted.connect(self._on_accepted)
        self.key_card.refused.connect(self._on_refused)
        column.addWidget(self.key_card)
        self._steps = QVBoxLayout()
        self._steps.setSpacing(SPACE)
        column.addLayout(self._steps)
        column.addStretch(1)

    @property
    def is_running(self) -> bool:
        """Whether a test is under way."""
        return self._running is not None

    def start(self, target: Target, password: str | None) -> None:
        """Try the target out; a running test is given up."""
        self.cancel()
        self._target, self._password = target, password
        self._clear()
        self.key_card.hide()
        self.bar.setRange(0, 0)
        self.bar.show()
        self._say(tr("Testing… This does what a publish does: write, replace, read and remove a small file."), "")
        site = self._desk.site
        running = self._desk.run(
            lambda progress: try_out(site, target, password=password, progress=progress),
            done=lambda report: self._on_report(running, report),
            failed=lambda error: self._on_failed(running, error),
            queue=host_queue(target.uid or "new"),
            owner=self,
        )
        self._running = running
        running.progressed.connect(self._on_progress)

    def cancel(self) -> None:
        """Give up a running test."""
        if self._running is not None:
            self._running.cancel()
            self._running = None

    def _on_progress(self, report: ProgressReport) -> None:
        self.bar.setRange(0, max(1, report.total))
        self.bar.setValue(report.done)
        if report.phase:
            self._say(tr("Testing: {step}…", step=report.phase), "")

    def _on_report(self, running: Running, report: ProbeReport) -> None:
        if running is not self._running:
            return
        for step in report.steps:
            self._add_step(step)
        self.capabilities = report.capabilities.to_dict()
        if report.passed:
            self._add_findings(self.capabilities)
            self._end(tr("The test passed: publishing to this place works."), "success")
        else:
            self._end(tr("Something is not right yet."), "error")
        self.finished.emit(report.passed)

    def _on_failed(self, running: Running, error: ChceError) -> bool:
        if running is not self._running or isinstance(error, Cancelled):
            return True
        if isinstance(error, HostKeyUnknown):
            self._end("", "")
            self.key_card.ask(error)
            return True
        self._add_step(
            ProbeStep(code="", title=error.title, ok=False, problem="", hint=error.hint, detail=error.detail)
        )
        self._end(tr("Something is not right yet."), "error")
        self.finished.emit(False)
        return True

    def _on_accepted(self, fingerprint: str) -> None:
        self.host_key_accepted.emit(fingerprint)

    def _on_refused(self) -> None:
        self._end(tr("The server was not accepted, so nothing was sent."), "warning")
        self.finished.emit(False)

    def _say(self, text: str, role: str) -> None:
        self.status.setText(text)
        self.status.setVisible(bool(text))
        set_role(self.status, role or "hint")

    def _end(self, text: str, role: str) -> None:
        self._running = None
        self.bar.hide()
        self.key_card.hide()
        self._say(text, role)

    def _add_findings(self, capabilities: dict[str, Any]) -> None:
        """What the host can and cannot do, which decides how a publish goes."""
        for number, sentence in enumerate(found_out(capabilities)):
            label = QLabel(f"· {sentence}", self)
            label.setObjectName(f"target_finding_{number}")
            label.setWordWrap(True)
            set_role(label, "hint")
            self._steps.addWidget(label)

    def _clear(self) -> None:
        while (item := self._steps.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _add_step(self, step: ProbeStep) -> None:
        holder = QWidget(self)
        holder.setObjectName(f"target_step_{step.code}")
        outcome = tr("done") if step.ok else step.problem
        holder.setAccessibleName(f"{step.title}: {outcome}")
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        name, color = ("circle-check", icons.SUCCESS) if step.ok else ("circle-x", icons.ERROR)
        sign = Sign(holder, name, 18, color)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        row.addLayout(column, 1)
        for text, role in ((step.title, ""), (step.problem, "error"), (step.hint, "hint")):
            if text:
                label = QLabel(text, holder)
                label.setWordWrap(True)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                if role:
                    set_role(label, role)
                column.addWidget(label)
        if step.detail:
            holder.setToolTip(step.detail)
        self._steps.addWidget(holder)
