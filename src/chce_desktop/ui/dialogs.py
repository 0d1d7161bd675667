"""What the dialogs beside the main window have in common: size, keys, messages of their own, work in jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.progress import Progress
from chce_desktop.jobs.queues import LIBRARY
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, SPACE, set_role
from chce_desktop.ui.desk import Desk
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


class EmptyState(QFrame):
    """Shown over an empty list: what would stand here and what to do next. Lies over `over` and follows its size."""

    def __init__(self, over: QWidget, name: str, sign: str) -> None:
        super().__init__(over)
        self.setObjectName(name)
        self._over = over
        self._sign_name = sign
        column = QVBoxLayout(self)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE)
        column.addStretch(1)
        self._sign = QLabel(self)
        self._sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._sign)
        self._title = QLabel(self)
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title.setWordWrap(True)
        set_role(self._title, "heading")
        column.addWidget(self._title)
        self._text = QLabel(self)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setWordWrap(True)
        set_role(self._text, "hint")
        column.addWidget(self._text)
        self._button = QPushButton(self)
        self._button.setObjectName(f"{name}_button")
        self._button.setAutoDefault(False)
        self._button.hide()
        self._button.clicked.connect(self._on_clicked)
        self._call: Callable[[], object] | None = None
        column.addSpacing(SPACE)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(2)
        over.installEventFilter(self)
        self._paint_sign()
        self.hide()

    def say(self, title: str, text: str, *, button: str = "", call: Callable[[], object] | None = None) -> None:
        """Show these texts, and a button that does `call`."""
        self.setAccessibleName(f"{title} {text}")
        self._title.setText(title)
        self._text.setText(text)
        self._button.setVisible(bool(button))
        self._button.setText(button)
        self._button.setAccessibleName(button)
        self._call = call
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()

    def _on_clicked(self) -> None:
        if self._call is not None:
            self._call()

    def _paint_sign(self) -> None:
        self._sign.setPixmap(icons.pixmap(self._sign_name, 40, icons.MUTED, self.devicePixelRatioF()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_sign()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._over.rect())
        return super().eventFilter(watched, event)
