"""What is known about one file, and the texts that go with it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from chce_desktop.domain.media import MediaItem
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, set_role
from chce_desktop.ui.media.delegate import sign_of
from chce_desktop.ui.media.model import described
from chce_desktop.ui.media.thumbnails import Thumbnails
from chce_desktop.ui.media.uses import UsesPane
from chce_desktop.ui.signs import Sign

_PAUSE = 700  # milliseconds after the last key until texts are saved
_PREVIEW = QSize(248, 168)


class DetailsPane(QFrame):
    """`changed(path, texts)`: the texts (alt, caption, credit) of a file were edited."""

    changed = Signal(str, dict)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("media_details")
        self.setAccessibleName(tr("Details of the file"))
        self.setFixedWidth(_PREVIEW.width() + 2 * DOUBLE)
        set_role(self, "pane")
        self._thumbnails = thumbnails
        self._item: MediaItem | None = None
        self._file = QUrl()
        thumbnails.ready.connect(self._on_ready)
        column = QVBoxLayout(self)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(HALF)
        self._preview = Sign(self)
        self._preview.setObjectName("media_preview")
        self._preview.setFixedSize(_PREVIEW)
        self._preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self._preview, "picture")
        column.addWidget(self._preview)
        column.addSpacing(SPACE)
        self.name = self._label("media_name", "")
        self.facts = self._label("media_facts", "hint")
        self.open_button = QPushButton(icons.icon("external-link", icons.ACCENT), tr("Open the file"), self)
        self.open_button.setObjectName("media_open")
        self.open_button.setAccessibleName(tr("Open the file"))
        self.open_button.setAutoDefault(False)
        set_role(self.open_button, "link")
        self.open_button.clicked.connect(lambda: QDesktopServices.openUrl(self._file))
        for widget in (self.name, self.facts, self.open_button):
            column.addWidget(widget)
        column.addSpacing(SPACE)
        self.alt = QPlainTextEdit(self)
        self.caption = QPlainTextEdit(self)
        self.credit = QLineEdit(self)
        for field, name, label, hint in (
            (self.alt, "media_alt", tr("Alternative text"), tr("What the picture shows, for those who cannot see it")),
            (self.caption, "media_caption", tr("Caption"), tr("Stands below the picture")),
            (self.credit, "media_credit", tr("Credit"), tr("Photographer or agency")),
        ):
            title = QLabel(label, self)
            title.setBuddy(field)
            set_role(title, "section")
            field.setObjectName(name)
            field.setAccessibleName(label)
            field.setPlaceholderText(hint)
            if isinstance(field, QPlainTextEdit):
                field.setFixedHeight(62)
                field.setTabChangesFocus(True)
            column.addWidget(title)
            column.addWidget(field)
            column.addSpacing(HALF)
        self.uses = UsesPane(self)
        column.addWidget(self.uses)
        column.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self.flush)
        self.alt.textChanged.connect(self._timer.start)
        self.caption.textChanged.connect(self._timer.start)
        self.credit.textEdited.connect(lambda _: self._timer.start())
        self.show_item(None, QUrl(), 0)

    def _label(self, name: str, role: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setWordWrap(True)
        if role:
            set_role(label, role)
        return label

    def show_item(self, item: MediaItem | None, file: QUrl, selected: int) -> None:
        """Show one file; None: `selected` files are, so there is nothing to tell about one."""
        if item is not None and self._item is not None and item.path == self._item.path:
            self._item = item  # the same one, fresher: what is being typed stays
            return
        self.flush()
        self._item = item
        self._file = file
        for widget in (self.alt, self.caption, self.credit, self.open_button, self.facts):
            widget.setEnabled(item is not None)
        self.open_button.setVisible(item is not None)
        if item is None:
            several = trn("{n} file is selected", "{n} files are selected", selected)
            self.name.setText(several if selected else tr("Choose a file to see its details."))
            self.facts.setText("")
        else:
            self.name.setText(item.original_name)
            added = item.added_at.astimezone().strftime("%Y-%m-%d %H:%M") if item.added_at else ""
            self.facts.setText("\n".join(line for line in (described(item), added) if line))
        for field, text in (
            (self.alt, item.alt if item else ""),
            (self.caption, item.caption if item else ""),
        ):
            field.blockSignals(True)
            field.setPlainText(text)
            field.blockSignals(False)
        self.credit.setText(item.credit if item else "")
        self._show_preview()

    def flush(self) -> None:
        """Hand over what was typed and not yet saved."""
        self._timer.stop()
        if self._item is None:
            return
        typed = {
            "alt": " ".join(self.alt.toPlainText().split()),
            "caption": " ".join(self.caption.toPlainText().split()),
            "credit": " ".join(self.credit.text().split()),
        }
        texts = {key: value for key, value in typed.items() if value != getattr(self._item, key)}
        if texts:
            self.changed.emit(self._item.path, texts)

    def _on_ready(self, path: str) -> None:
        if self._item is not None and path == self._item.path:
            self._show_preview()

    def _show_preview(self) -> None:
        item, scale = self._item, self.devicePixelRatioF()
        if item is None:
            self._preview.show_icon("images", 32, icons.MUTED)
            return
        pixmap = self._thumbnails.pixmap(item.path) if item.is_picture else None
        if pixmap is None or pixmap.isNull():
            self._preview.show_icon("image" if item.is_picture else sign_of(item), 32, icons.MUTED)
            return
        room = (_PREVIEW - QSize(SPACE, SPACE)) * scale
        small = pixmap.scaled(
            room.boundedTo(pixmap.size()),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        small.setDevicePixelRatio(scale)
        self._preview.setPixmap(small)
