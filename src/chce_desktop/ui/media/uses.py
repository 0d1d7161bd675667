"""Where the selected file is used, one in place of another, and files that nothing uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from chce_desktop.domain.media import MediaItem
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.services.media_uses import Exchanged, Use
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, set_role
from chce_desktop.ui.notices import Offer

if TYPE_CHECKING:
    from chce_desktop.ui.media.library import MediaDialog

_ROWS_HEIGHT = 96
_USE = Qt.ItemDataRole.UserRole


class UsesPane(QWidget):
    """`wanted(Use)`: a place was clicked; `replace_wanted`: the file is to be replaced everywhere."""

    wanted = Signal(object)
    replace_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("media_uses_pane")
        self.setAccessibleName(tr("Used in"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF)
        self.title = QLabel(tr("Used in"), self)
        self.title.setObjectName("media_uses_title")
        set_role(self.title, "section")
        self.rows = QListWidget(self)
        self.rows.setObjectName("media_uses")
        self.rows.setAccessibleName(tr("Used in"))
        self.rows.setFixedHeight(_ROWS_HEIGHT)
        self.rows.setIconSize(QSize(16, 16))
        self.rows.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.itemActivated.connect(self._on_row)
        self.rows.itemClicked.connect(self._on_row)
        self.replace_button = QPushButton(tr("Replace everywhere…"), self)
        self.replace_button.setObjectName("media_replace")
        self.replace_button.setAccessibleName(tr("Replace everywhere…"))
        self.replace_button.setAutoDefault(False)
        self.replace_button.clicked.connect(self.replace_wanted)
        for widget in (self.title, self.rows, self.replace_button):
            column.addWidget(widget)
        self.hide()

    def show_uses(self, uses: tuple[Use, ...]) -> None:
        """Name the places."""
        self.rows.clear()
        signs = {"article": "file-text", "notice": "megaphone", "link": "link", "settings": "settings"}
        for use in uses:
            name = use.name.strip() or tr("Untitled")
            row = QListWidgetItem(tr("{name} (in the trash)", name=name) if use.trashed else name, self.rows)
            row.setData(_USE, use)
            row.setToolTip(name)
            row.setIcon(icons.icon(signs[use.kind], icons.MUTED))
        self.title.setText(trn("Used in {n} place", "Used in {n} places", len(uses)) if uses else tr("Used nowhere"))
        self.rows.setVisible(bool(uses))
        self.replace_button.setVisible(bool(uses))
        self.show()

    def _on_row(self, row: QListWidgetItem) -> None:
        self.wanted.emit(row.data(_USE))


class UsesDesk(QObject):
    """Does for a window of the media library what `UsesPane` and the button for unused files offer."""

    def __init__(self, dialog: MediaDialog, pane: UsesPane, choose: Callable[[], MediaDialog]) -> None:
        """`choose` makes a window in which one file is chosen."""
        super().__init__(dialog)
        self._dialog, self._pane, self._choose = dialog, pane, choose
        self._item: MediaItem | None = None
        pane.wanted.connect(self._on_wanted)
        pane.replace_wanted.connect(self._on_replace)

    def show_item(self, item: MediaItem | None) -> None:
        """Look up where a file is used."""
        self._item = item
        self._pane.hide()
        if item is not None:
            uses, path = self._dialog.desk.site.media_uses, item.path
            self._dialog.run(lambda _: uses.of(path), done=lambda found: self._on_uses(path, found), queue=LIBRARY_READ)

    def _on_uses(self, path: str, uses: tuple[Use, ...]) -> None:
        if self._item is not None and self._item.path == path:
            self._pane.show_uses(uses)

    def _on_wanted(self, use: Use) -> None:
        if use.kind == "article":
            self._dialog.desk.article_wanted.emit(use.id)
        else:
            self._dialog.desk.use_wanted.emit(use)

    def _on_replace(self) -> None:
        if self._item is not None:
            old = self._item
            window = self._choose()
            window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            window.chosen.connect(lambda items: self.replace(old, items[0]))
            window.open()

    def replace(self, old: MediaItem, new: MediaItem) -> None:
        """Show `new` in place of `old` everywhere; the message offers to undo it."""
        uses = self._dialog.desk.site.media_uses
        self._dialog.run(
            lambda progress: uses.replace(old.path, new.path, progress=progress),
            done=self._on_replaced,
            label=tr("Replacing"),
        )

    def _on_replaced(self, done: Exchanged) -> None:
        self.show_item(self._item)
        uses = self._dialog.desk.site.media_uses
        undo = Offer(tr("Undo"), lambda: self._dialog.run(lambda _: uses.undo(done)))
        self._dialog.notices.success(trn("Replaced in one place.", "Replaced in {n} places.", done.places), offer=undo)

    def discard(self, items: tuple[MediaItem, ...]) -> None:
        """Take files that nothing uses out of the library; the message offers to bring them back."""
        uses = self._dialog.desk.site.media_uses
        self._dialog.run(lambda _: uses.discard(item.path for item in items), done=self._on_discarded)

    def _on_discarded(self, gone: tuple[MediaItem, ...]) -> None:
        uses = self._dialog.desk.site.media_uses
        undo = Offer(tr("Undo"), lambda: self._dialog.run(lambda _: uses.put_back(gone)))
        self._dialog.notices.success(trn("{n} file was removed.", "{n} files were removed.", len(gone)), offer=undo)
