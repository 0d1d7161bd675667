"""What the dialogs beside the main window have in common: size, keys, messages of their own, work in jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPushButton, QScrollArea, QWidget

from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.progress import Progress
from chce_desktop.jobs.queues import LIBRARY
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.emptystate import EmptyState
from chce_desktop.ui.notices import Notices
from chce_desktop.ui.operations import Running

T = TypeVar("T")


class DeskDialog(QDialog):
    """A dialog that works on the desk's site. Failures of what it started are shown in itself, not behind it."""

    def __init__(self, desk: Desk, name: str, title: str, size: QSize, parent: QWidget | None = None) -> None:
        """`name`: the object name. `size` in logical pixels is made smaller on a small screen."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.desk = desk
        self.notices = Notices(self)
        screen = parent.screen() if parent is not None else QGuiApplication.primaryScreen()
        room = screen.availableGeometry().size() - QSize(48, 64)
        self.resize(size.boundedTo(room))
        if parent is not None:
            parent.window().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's: when the window below closes, this one closes first and so saves what was typed last."""
        if event.type() == QEvent.Type.Close and watched is not self and self.isVisible():
            self.close()
        return super().eventFilter(watched, event)

    def run(
        self,
        work: Callable[[Progress], T],
        *,
        done: Callable[[T], object] | None = None,
        failed: Callable[[ChceError], object] | None = None,
        queue: str = LIBRARY,
        label: str = "",
    ) -> Running:
        """`Desk.run` with this dialog as owner and as the place where failures are shown."""

        def tell(error: ChceError) -> bool:
            if failed is not None and failed(error) is True:
                return True
            if not isinstance(error, Cancelled):
                self.notices.error(error)
            return True

        return self.desk.run(work, done=done, failed=tell, queue=queue, label=label, owner=self)


def scrolled(content: QWidget, name: str, parent: QWidget) -> QScrollArea:
    """What scrolls where the screen is too small for it: large type, a small laptop. Only up and down."""
    scroll = QScrollArea(parent)
    scroll.setObjectName(name)
    scroll.setAccessibleName(parent.accessibleName())
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(content)
    return scroll


class EmptyCover(EmptyState):
    """An empty state that lies over a list (its viewport) and follows its size."""

    def __init__(self, over: QWidget, name: str, sign: str) -> None:
        super().__init__(name, over)
        self._over = over
        self._sign_name = sign
        button = self.findChild(QPushButton, f"{name}_button")
        if button is not None:
            button.setAutoDefault(False)
        over.installEventFilter(self)
        self.hide()

    def cover(self, heading: str, hint: str, *, button: str = "", call: Callable[[], object] | None = None) -> None:
        """Show these texts over the list, and a button that does `call`."""
        self.say(self._sign_name, heading, hint, button=button, call=call)
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._over.rect())
        return super().eventFilter(watched, event)
