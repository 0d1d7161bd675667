"""What the app says to the user: short messages inside the window, and plain dialogs where there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, font, set_role
from chce_desktop.ui.signs import Sign

_WIDTH = 420
_MOST = 4
_SECONDS = 7.0


class Level(StrEnum):
    """How much a message matters. Warnings and errors stay until they are dismissed."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


_ICONS = {
    Level.INFO: ("info", icons.ACCENT),
    Level.SUCCESS: ("circle-check", icons.SUCCESS),
    Level.WARNING: ("triangle-alert", icons.WARNING),
    Level.ERROR: ("circle-alert", icons.ERROR),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A button on a message: what it says and what it does. The message closes when it is pressed."""

    text: str
    call: Callable[[], object]


class Toast(QFrame):
    """One message. Closes by itself after a while unless it is a warning or an error, or the pointer rests on it."""

    def __init__(
        self, parent: QWidget, level: Level, text: str, *, hint: str = "", detail: str = "", offer: Offer | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"toast_{level}")
        self.setAccessibleName(text)
        self.setProperty("level", str(level))
        set_role(self, "toast")
        self.text = text
        self.level = level
        self._detail = detail
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE + HALF, SPACE, SPACE, SPACE)
        row.setSpacing(SPACE)
        name, color = _ICONS[level]
        sign = Sign(self, name, 20, color)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(HALF)
        row.addLayout(column, 1)
        column.addWidget(self._label(text, "toast_text"))
        if hint:
            label = self._label(hint, "toast_hint")
            set_role(label, "hint")
            column.addWidget(label)
        self._details = QPlainTextEdit(detail, self)
        self._details.setObjectName("toast_details")
        self._details.setAccessibleName(tr("Details"))
        self._details.setReadOnly(True)
        self._details.setFont(font(9))
        self._details.setFixedHeight(120)
        self._details.hide()
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        if offer is not None:
            buttons.addWidget(self._button(offer.text, "toast_offer", lambda: self._accept(offer)))
        if detail:
            buttons.addWidget(self._button(tr("Details"), "toast_show_details", self._toggle_details))
            self._copy = self._button(tr("Copy"), "toast_copy", self._copy_details)
            self._copy.hide()
            buttons.addWidget(self._copy)
        if buttons.count():
            buttons.addStretch(1)
            column.addLayout(buttons)
        column.addWidget(self._details)
        close = QToolButton(self)
        close.setObjectName("toast_close")
        close.setAccessibleName(tr("Dismiss message"))
        close.setToolTip(tr("Dismiss message"))
        close.setIcon(icons.icon("x", icons.MUTED))
        close.setIconSize(QSize(16, 16))
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        close.clicked.connect(self.dismiss)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        if level in (Level.INFO, Level.SUCCESS):
            self._timer.start(round(_SECONDS * 1000))

    def dismiss(self) -> None:
        """Take the message away."""
        self._timer.stop()
        self.hide()
        parent = self.parent()
        if isinstance(parent, Notices):
            parent.forget(self)
        self.deleteLater()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self.level in (Level.INFO, Level.SUCCESS):
            self._timer.start(round(_SECONDS * 500))
        super().leaveEvent(event)

    def _label(self, text: str, name: str) -> QLabel:
        label = QLabel(text, self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)  # wrapped text needs it, and a new policy has forgotten it
        label.setSizePolicy(policy)
        return label

    def _button(self, text: str, name: str, call: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        set_role(button, "link")
        button.clicked.connect(lambda: call())
        return button

    def _accept(self, offer: Offer) -> None:
        self.dismiss()
        offer.call()

    def _toggle_details(self) -> None:
        self._timer.stop()
        self._details.setVisible(self._details.isHidden())
        self._copy.setVisible(not self._details.isHidden())
        parent = self.parent()
        if isinstance(parent, Notices):
            parent.arrange()

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(self._detail)


class Notices(QWidget):
    """The messages of one window, stacked in the lower right corner of `over`, newest at the bottom.

    As wide and high as its messages, so that it never stands in the way of what lies below.
    """

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("notices")
        self.setAccessibleName(tr("Messages"))
        self._over = over
        self._toasts: list[Toast] = []
        over.installEventFilter(self)
        self.hide()

    def info(self, text: str, *, hint: str = "", offer: Offer | None = None) -> Toast:
        """Something worth knowing."""
        return self.show_message(Level.INFO, text, hint=hint, offer=offer)

    def success(self, text: str, *, hint: str = "", offer: Offer | None = None) -> Toast:
        """Something the user asked for was done, and that was confirmed."""
        return self.show_message(Level.SUCCESS, text, hint=hint, offer=offer)

    def warning(self, text: str, *, hint: str = "", detail: str = "", offer: Offer | None = None) -> Toast:
        """Something the user should look at."""
        return self.show_message(Level.WARNING, text, hint=hint, detail=detail, offer=offer)

    def error(self, error: ChceError, *, offer: Offer | None = None) -> Toast:
        """A known failure: one sentence, what to do next, details on demand."""
        return self.show_message(Level.ERROR, error.title, hint=error.hint, detail=error.detail, offer=offer)

    def show_message(
        self, level: Level, text: str, *, hint: str = "", detail: str = "", offer: Offer | None = None
    ) -> Toast:
        """Show a message. The same text is shown once, however often it is said; the oldest of too many goes."""
        for shown in [toast for toast in self._toasts if toast.text == text]:
            shown.dismiss()
        while len(self._toasts) >= _MOST:
            self._toasts[0].dismiss()
        toast = Toast(self, level, text, hint=hint, detail=detail, offer=offer)
        self._toasts.append(toast)
        toast.show()
        self.arrange()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{text} {hint}".strip()))
        return toast

    @property
    def messages(self) -> tuple[Toast, ...]:
        """What is shown now, oldest first."""
        return tuple(self._toasts)

    def forget(self, toast: Toast) -> None:
        """Called by a toast that was dismissed."""
        if toast in self._toasts:
            self._toasts.remove(toast)
            self.arrange()

    def arrange(self) -> None:
        """Place the messages anew."""
        if not self._toasts:
            self.hide()
            return
        width = min(_WIDTH, max(200, self._over.width() - 2 * DOUBLE))
        top = 0
        for toast in self._toasts:
            layout = toast.layout()
            height = layout.totalHeightForWidth(width) if layout is not None and layout.hasHeightForWidth() else 0
            height = max(height, toast.minimumSizeHint().height() if not height else 0)
            toast.setGeometry(0, top, width, height)
            top += height + SPACE
        total = top - SPACE
        self.setGeometry(
            self._over.width() - width - DOUBLE, max(0, self._over.height() - total - DOUBLE), width, total
        )
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self.arrange()
        return super().eventFilter(watched, event)


def tell(parent: QWidget | None, error: ChceError) -> None:
    """Show a failure in a dialog and wait for OK: for what ends a step that had no window, such as opening a site."""
    box = _box(parent, QMessageBox.Icon.Warning, error.title, error.hint)
    box.setObjectName("failure")
    if error.detail:
        box.setDetailedText(error.detail)
    box.setStandardButtons(QMessageBox.StandardButton.Ok)
    box.exec()


def confirm(
    parent: QWidget | None,
    question: str,
    *,
    hint: str = "",
    yes: str,
    on_yes: Callable[[], object],
    destructive: bool = False,
) -> QMessageBox:
    """Ask before something that cannot be undone. `yes` is the verb on the button; `on_yes` is called when pressed.

    Returns at once; the dialog is modal to the window. For a destructive step Cancel is the default.
    """
    box = _box(parent, QMessageBox.Icon.Question, question, hint)
    box.setObjectName("question")
    accept = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    accept.setObjectName("question_yes")
    cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    cancel.setObjectName("question_cancel")
    box.setDefaultButton(cancel if destructive else accept)
    box.setEscapeButton(cancel)
    if destructive:
        set_role(accept, "danger")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    accept.clicked.connect(lambda: on_yes())
    box.open()
    return box


def _box(parent: QWidget | None, sign: QMessageBox.Icon, text: str, hint: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setIcon(sign)
    box.setWindowTitle("CHCE Desktop")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    box.setInformativeText(hint)
    box.setAccessibleName(text)
    return box
