"""The status bar: characters, last save, what waits to be published, and what runs in the background."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from chce_desktop.domain.article import ArticleFilter, State
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.publication import PublicationState
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import ProgressReport
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE
from chce_desktop.ui.articles import words
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.operations import Running

#: Work that ends sooner is not worth a look.
_SHOW_AFTER = 400


class StatusBar(QStatusBar):
    """Short texts, and a progress bar that is there only while something runs."""

    def __init__(self, desk: Desk, writing: QWidget, parent: QWidget) -> None:
        """`writing` says how long the open article is and when it was saved."""
        super().__init__(parent)
        self.setObjectName("status_bar")
        self.setAccessibleName(tr("Status"))
        self.setSizeGripEnabled(False)
        self._desk = desk
        self.publishing = self._label("status_publishing")
        self.jobs = _Jobs(desk, self)
        writing.setParent(self)
        self.addWidget(writing, 1)
        self.addPermanentWidget(self.jobs)
        self.addPermanentWidget(self.publishing)
        self._look_soon = QTimer(self)
        self._look_soon.setSingleShot(True)
        self._look_soon.setInterval(200)
        self._look_soon.timeout.connect(self._look)
        desk.changed.connect(self._on_changed)
        desk.loaded.connect(self._look)

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setContentsMargins(SPACE, HALF, SPACE, HALF)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _on_changed(self, changes: Changes) -> None:
        if changes.kinds & {Kind.ARTICLES, Kind.PUBLICATIONS, Kind.TARGETS}:
            self._look_soon.start()

    def _look(self) -> None:
        site = self._desk.site

        def work(_: object) -> tuple[int, datetime | None, bool]:
            ready = site.articles.count(ArticleFilter(states=frozenset({State.READY})))
            targets = site.targets.all()
            done = [
                publication.finished_at
                for target in targets
                for publication in site.publications.of(target.id, limit=5)
                if publication.state is PublicationState.DONE and publication.finished_at is not None
            ]
            return ready, max(done, default=None), bool(targets)

        self._desk.run(work, done=lambda found: self._say(*found), queue=LIBRARY_READ, owner=self)

    def _say(self, ready: int, last: datetime | None, has_targets: bool) -> None:
        texts = [trn("{n} article ready to publish", "{n} articles ready to publish", ready)] if ready else []
        if last is not None:
            when = words.minute(last, words.zone(self._desk.settings.timezone))
            texts.append(tr("last published {time}", time=when))
        elif has_targets:
            texts.append(tr("never published"))
        else:
            texts.append(tr("no publish target yet"))
        self.publishing.setText(" · ".join(texts))


class _Jobs(QFrame):
    """What runs now: its name, how far it is, and a button that cancels it."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("status_jobs")
        self.setAccessibleName(tr("Background work"))
        self._operations = desk.operations
        self._shown: Running | None = None
        self._text = QLabel(self)
        self._text.setObjectName("status_job_text")
        self._bar = QProgressBar(self)
        self._bar.setObjectName("status_job_bar")
        self._bar.setAccessibleName(tr("Progress"))
        self._bar.setFixedWidth(120)
        self._bar.setTextVisible(False)
        self._cancel = QToolButton(self)
        self._cancel.setObjectName("status_job_cancel")
        self._cancel.setAccessibleName(tr("Cancel"))
        self._cancel.setToolTip(tr("Cancel"))
        self._cancel.setIcon(icons.icon("x", icons.MUTED))
        self._cancel.setIconSize(QSize(12, 12))
        self._cancel.clicked.connect(self._on_cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, 0, SPACE, 0)
        row.setSpacing(SPACE)
        row.addWidget(self._text)
        row.addWidget(self._bar)
        row.addWidget(self._cancel)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SHOW_AFTER)
        self._soon.timeout.connect(self._arrange)
        self._operations.running_changed.connect(self._on_running_changed)
        self.hide()

    def _on_running_changed(self) -> None:
        if any(running.label for running in self._operations.running):
            self._soon.start()
        else:
            self._soon.stop()
            self._arrange()

    def _arrange(self) -> None:
        named = [running for running in self._operations.running if running.label]
        self.setVisible(bool(named))
        if not named:
            self._shown = None
            return
        if named[0] is not self._shown:
            self._shown = named[0]
            self._shown.progressed.connect(self._on_progressed)
        self._on_progressed(self._shown.last)
        if len(named) > 1:
            self._text.setText(f"{self._text.text()} (+{len(named) - 1})")

    def _on_progressed(self, report: ProgressReport) -> None:
        shown = self._shown
        if shown is None or shown.over:
            return
        text = tr("Cancelling…") if shown.cancelling else report.phase or shown.label
        if report.total and not shown.cancelling:
            text += f" {report.done:,}/{report.total:,}"
        self._text.setText(text)
        self._bar.setRange(0, report.total)
        self._bar.setValue(report.done)

    def _on_cancel(self) -> None:
        if self._shown is not None and not self._shown.over:
            self._shown.cancel()
            self._on_progressed(self._shown.last)
