"""While a publish runs: two bars, counts, rate and the time that is left."""

from __future__ import annotations

import time
from collections import deque

from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import ProgressReport
from chce_desktop.ui.appearance import HALF, SPACE, TRIPLE, font, set_role
from chce_desktop.ui.media.model import written_size
from chce_desktop.ui.publishing.records import written_duration

#: Seconds over which the rate is taken.
_WINDOW = 8.0


class Pace:
    """Bytes a second over the last moments, and the seconds that are left at that rate."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, int]] = deque()

    def add(self, moment: float, done: int) -> None:
        """At `moment` (seconds of any clock) `done` bytes had been moved."""
        if self._points and done < self._points[-1][1]:
            self._points.clear()  # another phase counts from the start
        self._points.append((moment, done))
        while len(self._points) > 2 and moment - self._points[1][0] > _WINDOW:
            self._points.popleft()

    @property
    def rate(self) -> float:
        """Bytes a second; 0 while nothing can be said."""
        if len(self._points) < 2:
            return 0.0
        (begun, first), (now, last) = self._points[0], self._points[-1]
        return (last - first) / (now - begun) if now - begun > 0.5 else 0.0

    def left(self, done: int, total: int) -> float | None:
        """Seconds that are left; None while nothing can be said."""
        return (total - done) / self.rate if self.rate > 0 and total > done else None


class DuringPage(QWidget):
    """Rendering above, transfer below."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("publish_during")
        self._pace = Pace()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF)
        column.addStretch(1)
        self.render_label, self.render_bar, self.render_count = self._part(
            "publish_rendering", tr("Make the pages"), column
        )
        column.addSpacing(TRIPLE)
        self.send_label, self.send_bar, self.send_count = self._part(
            "publish_sending", tr("Bring them to readers"), column
        )
        column.addStretch(2)
        self.note = QLabel(
            tr("You can go on writing meanwhile: “In the background” closes this window, not the work."), self
        )
        self.note.setWordWrap(True)
        set_role(self.note, "hint")
        column.addWidget(self.note)

    def _part(self, name: str, title: str, column: QVBoxLayout) -> tuple[QLabel, QProgressBar, QLabel]:
        label = QLabel(title, self)
        label.setObjectName(f"{name}_title")
        label.setFont(font(relative=1, bold=True))
        bar = QProgressBar(self)
        bar.setObjectName(f"{name}_bar")
        bar.setAccessibleName(title)
        bar.setTextVisible(False)
        count = QLabel(self)
        count.setObjectName(f"{name}_count")
        set_role(count, "hint")
        column.addWidget(label)
        column.addSpacing(SPACE)
        column.addWidget(bar)
        column.addWidget(count)
        return label, bar, count

    def begin(self, *, comparing: bool) -> None:
        """Back to the start. `comparing`: only a look at the host follows."""
        self._pace = Pace()
        self.send_label.setText(tr("Compare with the server") if comparing else tr("Bring them to readers"))
        self.note.setVisible(not comparing)
        for bar, count in ((self.render_bar, self.render_count), (self.send_bar, self.send_count)):
            bar.setRange(0, 1)
            bar.setValue(0)
            count.setText(" ")
        self.render_bar.setRange(0, 0)

    def show_report(self, report: ProgressReport) -> None:
        """One moment of the work."""
        if report.phase == tr("Rendering pages"):
            self.render_bar.setRange(0, max(1, report.total))
            self.render_bar.setValue(report.done)
            self.render_count.setText(tr("{done} of {total} pages", done=f"{report.done:,}", total=f"{report.total:,}"))
            return
        if self.render_bar.maximum() == 0 or self.render_bar.value() < self.render_bar.maximum():
            self.render_bar.setRange(0, 1)
            self.render_bar.setValue(1)
            if not self.render_count.text().strip():
                self.render_count.setText(tr("Ready"))
        if report.total:
            self.send_bar.setRange(0, 1000)
            by_bytes = report.total_bytes > 0
            done, total = (report.done_bytes, report.total_bytes) if by_bytes else (report.done, report.total)
            self.send_bar.setValue(round(1000 * done / max(1, total)))
        else:
            self.send_bar.setRange(0, 0)
        self.send_count.setText(self._counts(report))

    def _counts(self, report: ProgressReport) -> str:
        parts = [report.phase]
        if report.total:
            parts.append(tr("{done} of {total} files", done=f"{report.done:,}", total=f"{report.total:,}"))
        if report.total_bytes:
            self._pace.add(time.monotonic(), report.done_bytes)
            parts.append(
                tr("{done} of {total}", done=written_size(report.done_bytes), total=written_size(report.total_bytes))
            )
            if self._pace.rate:
                parts.append(tr("{rate} a second", rate=written_size(round(self._pace.rate))))
            left = self._pace.left(report.done_bytes, report.total_bytes)
            if left is not None:
                parts.append(tr("{time} left", time=written_duration(left)))
        return " · ".join(part for part in parts if part)

    def stopping(self) -> None:
        """Cancel was pressed."""
        self.send_count.setText(tr("Stopping… What is being switched right now is finished first."))
