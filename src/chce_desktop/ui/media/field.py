"""A form's picture: shows it, and lets one choose another from the media library or drop a file on it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from chce_desktop.domain.media import MediaItem
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.media.model import MEDIA_MIME
from chce_desktop.ui.media.thumbnails import Thumbnails
from chce_desktop.ui.signs import Sign


class PictureField(QWidget):
    """`changed(path)` with a media path, empty for none."""

    changed = Signal(str)

    def __init__(self, desk: Desk, name: str, label: str, size: QSize, parent: QWidget) -> None:
        """`size` of the preview in logical pixels."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setAcceptDrops(True)
        self._desk = desk
        self.setMinimumHeight(size.height())
        self._path = ""
        self._size = size
        self._thumbnails = Thumbnails(desk, round(max(size.width(), size.height()) * 2), self)
        self._thumbnails.ready.connect(self._on_ready)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        self._preview = Sign(self)
        self._preview.setObjectName(f"{name}_preview")
        self._preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._preview.setFixedSize(size)
        self._preview.setFrameShape(QFrame.Shape.NoFrame)
        set_role(self._preview, "picture")
        row.addWidget(self._preview)
        column = QVBoxLayout()
        column.setSpacing(HALF)
        row.addLayout(column)
        self.choose_button = QPushButton(tr("Choose…"), self)
        self.choose_button.setObjectName(f"{name}_choose")
        self.choose_button.setAccessibleName(tr("{label}: choose a picture", label=label))
        self.choose_button.setAutoDefault(False)
        self.choose_button.clicked.connect(self._on_choose)
        self.remove_button = QPushButton(tr("Remove"), self)
        self.remove_button.setObjectName(f"{name}_remove")
        self.remove_button.setAccessibleName(tr("{label}: remove the picture", label=label))
        self.remove_button.setAutoDefault(False)
        set_role(self.remove_button, "quiet")
        self.remove_button.clicked.connect(lambda: self._set_by_user(""))
        buttons = QHBoxLayout()
        buttons.addWidget(self.choose_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        column.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)
        row.addStretch(1)
        self._show()

    def path(self) -> str:
        """The media path, empty for none."""
        return self._path

    def set_path(self, path: str) -> None:
        """Show another picture, without `changed`."""
        self._path = path
        self._show()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if data.hasFormat(MEDIA_MIME) or any(url.isLocalFile() for url in data.urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        data = event.mimeData()
        if data.hasFormat(MEDIA_MIME):
            self._set_by_user(bytes(data.data(MEDIA_MIME).data()).decode().splitlines()[0])
        else:
            file = next(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
            self._desk.run(
                lambda _: self._desk.site.media.add_file(file),
                done=lambda item: self._set_by_user(item.path),
                owner=self,
            )
        event.acceptProposedAction()

    def _on_choose(self) -> None:
        from chce_desktop.ui.media.library import MediaDialog

        dialog = MediaDialog(self._desk, self.window(), choose=True)
        dialog.chosen.connect(self._on_chosen)
        dialog.open()

    def _on_chosen(self, items: tuple[MediaItem, ...]) -> None:
        self._set_by_user(items[0].path)

    def _set_by_user(self, path: str) -> None:
        if path != self._path:
            self.set_path(path)
            self.changed.emit(path)

    def _on_ready(self, path: str) -> None:
        if path == self._path:
            self._show()

    def _show(self) -> None:
        self.remove_button.setVisible(bool(self._path))
        pixmap = self._thumbnails.pixmap(self._path) if self._path else None
        scale = self.devicePixelRatioF()
        if pixmap is None or pixmap.isNull():
            sign = "image" if not self._path or pixmap is None else "circle-alert"
            self._preview.show_icon(sign, 20, icons.MUTED)
            self._preview.setToolTip(tr("No picture") if not self._path else "")
            return
        room = (self._size - QSize(SPACE, SPACE)) * scale
        small: QPixmap = pixmap.scaled(
            room.boundedTo(pixmap.size()),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        small.setDevicePixelRatio(scale)
        self._preview.setPixmap(small)
        self._preview.setToolTip(self._path)
