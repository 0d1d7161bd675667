"""The window of the media library: to look after files, or to choose some of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.media import MediaItem
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import Progress
from chce_desktop.jobs.queues import LENGTHY, LIBRARY_READ
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog, EmptyCover, scrolled
from chce_desktop.ui.media.clipboard import image_of
from chce_desktop.ui.media.delegate import CELL, MediaDelegate
from chce_desktop.ui.media.details import DetailsPane
from chce_desktop.ui.media.model import MEDIA_MIME, MediaGridModel
from chce_desktop.ui.media.thumbnails import Thumbnails
from chce_desktop.ui.media.uses import UsesDesk

_PAGE = 200
_THUMBNAIL = 320
_PAUSE = 200

#: What is to be added: a file, or what gives its bytes, with a name.
Source = Path | tuple[Callable[[], bytes], str]


class MediaDialog(DeskDialog):
    """`chosen(items)`: only with `choose`, a tuple of at least one `MediaItem`."""

    chosen = Signal(tuple)

    def __init__(
        self,
        desk: Desk,
        parent: QWidget | None = None,
        *,
        choose: bool = False,
        pictures_only: bool = True,
        several: bool = False,
    ) -> None:
        """`choose`: one (or `several`) file is to be chosen, by default a picture; else the library is looked after."""
        title = (tr("Choose a picture") if pictures_only else tr("Choose a file")) if choose else tr("Media library")
        super().__init__(desk, "media_window", title, QSize(1080, 700), parent)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        if choose:
            self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAcceptDrops(True)
        self._choose, self._pictures_only = choose, choose and pictures_only
        self._round = 0
        self._wanted: list[str] = []
        self._own_changes = 0
        self._last_id: int | None = None
        self.thumbnails = Thumbnails(desk, _THUMBNAIL, self)
        self.model = MediaGridModel(desk.site.folder, self.thumbnails, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._make_grid_pane(several), 1)
        line = QFrame(self)
        set_role(line, "vline")
        row.addWidget(line)
        self.details = DetailsPane(self.thumbnails, self)
        side = scrolled(self.details, "media_side", self)  # a small screen is not high enough for all of it
        set_role(side, "pane")
        side.setFixedWidth(self.details.width() + side.verticalScrollBar().sizeHint().width())
        row.addWidget(side)
        self.uses = UsesDesk(self, self.details.uses, self._choice)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self.reload)
        self._connect()
        self.reload()
        self.grid.setFocus()

    def _make_grid_pane(self, several: bool) -> QWidget:
        pane = QWidget(self)
        column = QVBoxLayout(pane)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE + HALF)
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        self.search = QLineEdit(pane)
        self.search.setObjectName("media_search")
        self.search.setAccessibleName(tr("Find a file"))
        self.search.setPlaceholderText(tr("Find by name, description, caption or credit"))
        self.search.addAction(icons.icon("search", icons.MUTED), QLineEdit.ActionPosition.LeadingPosition)
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(170)
        self.search.setMaximumWidth(340)
        top.addWidget(self.search, 4)
        self.count = QLabel(pane)
        self.count.setObjectName("media_count")
        set_role(self.count, "hint")
        top.addWidget(self.count)
        top.addStretch(1)
        self.unused_button = QPushButton(tr("Unused only"), pane)
        self.unused_button.setObjectName("media_unused")
        self.remove_button = QPushButton(tr("Remove"), pane)
        self.remove_button.setObjectName("media_remove")
        self.remove_button.setToolTip(tr("Removed files lie in the site's folder “media-trash”."))
        self.remove_button.setEnabled(False)
        self.unused_button.setCheckable(True)
        for button in (self.unused_button, self.remove_button):
            button.setAccessibleName(button.text())
            button.setAutoDefault(False)
            button.setVisible(not self._choose and button is self.unused_button)
            top.addWidget(button)
        self.add_button = QPushButton(icons.icon("image-plus"), tr("Add files…"), pane)
        self.add_button.setObjectName("media_add")
        self.add_button.setAccessibleName(tr("Add files…"))
        self.add_button.setToolTip(tr("Files can also be dragged or pasted into this window."))
        self.add_button.setAutoDefault(False)
        top.addWidget(self.add_button)
        column.addLayout(top)
        self.grid = QListView(pane)
        self.grid.setObjectName("media_grid")
        self.grid.setAccessibleName(tr("Files of the media library"))
        set_role(self.grid, "framed")
        self.grid.setViewMode(QListView.ViewMode.IconMode)
        self.grid.setResizeMode(QListView.ResizeMode.Adjust)
        self.grid.setMovement(QListView.Movement.Static)
        self.grid.setUniformItemSizes(True)
        self.grid.setLayoutMode(QListView.LayoutMode.Batched)
        self.grid.setBatchSize(_PAGE)
        self.grid.setGridSize(CELL)
        self.grid.setWordWrap(False)
        self.grid.setMouseTracking(True)
        self.grid.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        mode = QAbstractItemView.SelectionMode
        self.grid.setSelectionMode(mode.SingleSelection if self._choose and not several else mode.ExtendedSelection)
        self.grid.setModel(self.model)
        self.grid.setItemDelegate(MediaDelegate(self.grid))
        self.grid.setDragEnabled(not self._choose)
        self.grid.setContentsMargins(HALF, HALF, HALF, HALF)
        column.addWidget(self.grid, 1)
        self.empty = EmptyCover(self.grid.viewport(), "media_empty", "images")
        if self._choose:
            buttons = QDialogButtonBox(pane)
            self.choose_button = buttons.addButton(tr("Choose"), QDialogButtonBox.ButtonRole.AcceptRole)
            self.choose_button.setObjectName("media_choose")
            self.choose_button.setAccessibleName(tr("Choose"))
            self.choose_button.setDefault(True)
            self.choose_button.setEnabled(False)
            cancel = buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
            cancel.setObjectName("media_cancel")
            buttons.accepted.connect(self._on_choose)
            buttons.rejected.connect(self.reject)
            column.addWidget(buttons)
        return pane

    def _connect(self) -> None:
        self.desk.changed.connect(self._on_changed)
        self.model.more_wanted.connect(self._load)
        self.search.textChanged.connect(lambda _: self._timer.start())
        self.add_button.clicked.connect(self._on_add)
        self.unused_button.toggled.connect(self._on_unused)
        self.remove_button.clicked.connect(lambda: self.uses.discard(self.chosen_items()))
        self.grid.selectionModel().selectionChanged.connect(lambda *_: self._on_selection())
        if self._choose:
            self.grid.doubleClicked.connect(lambda _: self._on_choose())
        self.details.changed.connect(self._on_texts)
        paste = QShortcut(QKeySequence.StandardKey.Paste, self.grid)
        paste.setContext(Qt.ShortcutContext.WidgetShortcut)
        paste.activated.connect(lambda: self.take(QGuiApplication.clipboard().mimeData()))

    # Loading

    def reload(self) -> None:
        """Show the library from its newest file on."""
        self._round += 1
        self._last_id = None
        self._load()

    def _load(self) -> None:
        this, last, text = self._round, self._last_id, self.search.text().strip()
        media, unused = self.desk.site.media, self.desk.site.media_uses.unused
        if self.unused_button.isChecked():
            self.run(
                lambda _: unused(text),
                done=lambda found: self._on_page(this, last, found, len(found), complete=True),
                queue=LIBRARY_READ,
            )
            return
        self.run(
            lambda _: (media.page(before=last, limit=_PAGE, text=text), media.count() if last is None else None),
            done=lambda found: self._on_page(this, last, *found),
            queue=LIBRARY_READ,
        )

    def _choice(self) -> MediaDialog:
        return MediaDialog(self.desk, self, choose=True, pictures_only=False)

    def _on_unused(self, checked: bool) -> None:
        self.remove_button.setVisible(checked)
        self.grid.clearSelection()
        self.reload()

    def _on_page(
        self, this: int, last: int | None, items: tuple[MediaItem, ...], total: int | None, *, complete: bool = False
    ) -> None:
        if this != self._round or last != self._last_id:
            return  # the search changed while this page was on its way
        kept = {item.path for item in self.chosen_items()} | set(self._wanted)
        if last is None:
            self.model.begin()
        if items:
            self._last_id = items[-1].id
        shown = [item for item in items if item.is_picture] if self._pictures_only else items
        self.model.append(shown, complete=complete or len(items) < _PAGE)
        if not shown and items:
            self._load()  # a page of other files only: the view would not ask again
        if total is not None:
            self.count.setText(trn("{n} file", "{n} files", total))
            self._select(kept)
            self._show_empty(total)
            self._on_selection()

    def _select(self, paths: set[str]) -> None:
        selection = self.grid.selectionModel()
        for path in paths:
            index = self.model.index_of(path)
            if index.isValid():
                selection.select(index, selection.SelectionFlag.Select)
                selection.setCurrentIndex(index, selection.SelectionFlag.NoUpdate)
                self.grid.scrollTo(index)
        self._wanted.clear()

    def _show_empty(self, total: int) -> None:
        if self.model.items:
            self.empty.hide()
        elif self.unused_button.isChecked():
            self.empty.cover(tr("Every file is used"), tr("There is nothing to tidy up."))
        elif self.search.text().strip():
            self.empty.cover(tr("Nothing found"), tr("Try a shorter word."))
        elif total:
            self.empty.cover(tr("No pictures yet"), tr("There are only other files so far."))
        else:
            self.empty.cover(
                tr("No pictures yet"),
                tr("Drag pictures and documents into this window, paste them, or add them from a folder."),
                button=tr("Add files…"),
                call=self._on_add,
            )

    def _on_changed(self, changes: Changes) -> None:
        if Kind.MEDIA not in changes.kinds:
            return
        if self._own_changes:
            self._own_changes -= 1
        else:
            self._timer.start()

    # Choosing

    def chosen_items(self) -> tuple[MediaItem, ...]:
        """What is selected, in the order of the grid."""
        rows = sorted(self.grid.selectedIndexes(), key=lambda index: index.row())
        return tuple(item for index in rows if (item := self.model.item_at(index)) is not None)

    def _on_selection(self) -> None:
        chosen = self.chosen_items()
        one = chosen[0] if len(chosen) == 1 else None
        file = QUrl.fromLocalFile(str(self.desk.site.media.file(one.path))) if one else QUrl()
        self.details.show_item(one, file, len(chosen))
        self.remove_button.setEnabled(bool(chosen))
        if not self._choose:
            self.uses.show_item(one)
        if self._choose:
            self.choose_button.setEnabled(bool(chosen))

    def _on_choose(self) -> None:
        items = self.chosen_items()
        if items:
            self.details.flush()
            self.chosen.emit(items)
            self.accept()

    def done(self, result: int) -> None:
        """Qt's: what was typed last is saved before the window closes."""
        self.details.flush()
        super().done(result)

    def _on_texts(self, path: str, texts: dict[str, str]) -> None:
        media = self.desk.site.media
        self._own_changes += 1  # shown by `refresh`, with no need to read everything again
        self.run(lambda _: media.change(path, **texts), done=self.model.refresh, failed=self._on_texts_failed)

    def _on_texts_failed(self, error: ChceError) -> bool:
        del error
        self._own_changes -= 1
        return False

    # Adding

    def _on_add(self) -> None:
        dialog = QFileDialog(self, tr("Add files to the media library"))
        dialog.setObjectName("media_file_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self.add([Path(name) for name in names]))
        dialog.open()

    def add(self, sources: Sequence[Source]) -> None:
        """Take files in, one after the other; those that are refused are told, the others stay."""
        media = self.desk.site.media

        def work(progress: Progress) -> tuple[list[MediaItem], list[ChceError]]:
            added: list[MediaItem] = []
            refused: list[ChceError] = []
            for number, source in enumerate(sources):
                progress.check()
                progress.report(tr("Adding files"), number, len(sources))
                try:
                    added.append(
                        media.add_file(source) if isinstance(source, Path) else media.add_bytes(source[0](), source[1])
                    )
                except ChceError as error:
                    refused.append(error)
            return added, refused

        if sources:
            self.add_button.setEnabled(False)
            running = self.run(work, done=self._on_added, queue=LENGTHY, label=tr("Adding files"))
            running.ended.connect(lambda: self.add_button.setEnabled(True))

    def _on_added(self, outcome: tuple[list[MediaItem], list[ChceError]]) -> None:
        added, refused = outcome
        self._wanted = [item.path for item in added]
        if added:
            self.search.clear()
            self.grid.clearSelection()
            self.reload()
        if len(refused) == 1:
            self.notices.error(refused[0])
        elif refused:
            self.notices.warning(
                trn("{n} file was not added.", "{n} files were not added.", len(refused)),
                detail="\n".join(error.title for error in refused),
            )

    def take(self, data: QMimeData) -> None:
        """Add what was pasted or dropped: files, else a picture."""
        sources: list[Source] = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if not sources and data.hasImage():
            sources = [(image_of(data), tr("Pasted picture") + ".png")]
        self.add(sources)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _is_new(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if _is_new(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if _is_new(event.mimeData()):
            event.acceptProposedAction()
            self.take(event.mimeData())


def _is_new(data: QMimeData) -> bool:
    """Whether something comes from outside (the grid's own files are dragged, too)."""
    return not data.hasFormat(MEDIA_MIME) and (any(url.isLocalFile() for url in data.urls()) or data.hasImage())
