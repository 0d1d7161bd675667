"""Notices when files of the site's own theme folder change, by whichever program."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from chce_desktop.ui.desk import Desk

#: How often the folder is looked at: notices of the system hold folders open on Windows and miss network drives.
_EVERY_MS = 1500
_QUEUE = "theme-watch"


class ThemeWatch(QTimer):
    """Looks while its widget is to be seen."""

    #: A file has come, gone or changed.
    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._widget = parent
        self._stamp: int | None = None
        self._looking = False
        self.setInterval(_EVERY_MS)
        self.timeout.connect(self.look)
        self.start()

    @property
    def is_watching(self) -> bool:
        """Whether the folder was looked at once, so that what changes from now on is noticed."""
        return self._stamp is not None

    def look(self) -> None:
        """Look now, unless the widget is hidden or a look is under way."""
        if self._looking or not self._desk.is_open or not self._widget.isVisible():
            return
        if self._widget.window().isMinimized():
            return
        from chce_desktop.services import themes  # brings the generator, which the preview has loaded by now

        self._looking = True
        site = self._desk.site
        self._desk.run(lambda _: themes.stamp(site), done=self._on_stamp, queue=_QUEUE, owner=self)

    def _on_stamp(self, stamp: int) -> None:
        self._looking = False
        before, self._stamp = self._stamp, stamp
        if before is not None and before != stamp:
            self.changed.emit()
