"""The model behind the grid of media: grows page by page as the reader scrolls, thumbnails come when they are ready."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
    Signal,
)

from chce_desktop.domain.media import MediaItem
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.media.thumbnails import Thumbnails

Index = QModelIndex | QPersistentModelIndex

#: The `MediaItem` of a cell.
ITEM_ROLE = Qt.ItemDataRole.UserRole
#: Media paths, one a line, for drops inside the app.
MEDIA_MIME = "application/x-chce-media"

_NO_INDEX = QModelIndex()
_KILO = 1024


def written_size(size: int) -> str:
    """A file's size for people: 640 B, 12.5 KB, 3.1 MB."""
    value = float(size)
    for unit in ("B", "KB", "MB"):
        if value < _KILO:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"
        value /= _KILO
    return f"{value:.1f} GB"


def described(item: MediaItem) -> str:
    """Dimensions (of a picture) and size in one line."""
    if item.is_picture:
        return f"{item.width} × {item.height} · {written_size(item.size)}"
    return written_size(item.size)


class MediaGridModel(QAbstractListModel):
    """Items in the order in which the library gives them. `more_wanted` asks for the next page."""

    more_wanted = Signal()

    def __init__(self, folder: Path, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._thumbnails = thumbnails
        self._items: list[MediaItem] = []
        self._rows: dict[str, int] = {}
        self._complete = True
        self._asked = False
        thumbnails.ready.connect(self._on_thumbnail)

    def begin(self) -> None:
        """Forget all items; pages follow by `append`."""
        self.beginResetModel()
        self._items.clear()
        self._rows.clear()
        self._complete, self._asked = True, False
        self.endResetModel()

    def append(self, items: Iterable[MediaItem], *, complete: bool) -> None:
        """One more page. `complete`: it was the last."""
        items = list(items)
        self._complete, self._asked = complete, False
        if not items:
            return
        first = len(self._items)
        self.beginInsertRows(_NO_INDEX, first, first + len(items) - 1)
        self._items += items
        for row, item in enumerate(items, first):
            self._rows[item.path] = row
        self.endInsertRows()

    def refresh(self, item: MediaItem) -> None:
        """Show a fresher state of one item."""
        row = self._rows.get(item.path)
        if row is not None:
            self._items[row] = item
            self.dataChanged.emit(self.index(row), self.index(row))

    @property
    def items(self) -> Sequence[MediaItem]:
        """What has been loaded so far."""
        return self._items

    def item_at(self, index: Index) -> MediaItem | None:
        """The item of a cell."""
        return self._items[index.row()] if index.isValid() and index.row() < len(self._items) else None

    def index_of(self, path: str) -> QModelIndex:
        """Where the item with this path stands; an invalid index when it is not loaded."""
        row = self._rows.get(path)
        return QModelIndex() if row is None else self.index(row)

    def _on_thumbnail(self, path: str) -> None:
        index = self.index_of(path)
        if index.isValid():
            self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt's."""
        return 0 if parent.isValid() else len(self._items)

    def canFetchMore(self, parent: Index) -> bool:
        """Qt's."""
        return not parent.isValid() and not self._complete

    def fetchMore(self, parent: Index) -> None:
        """Qt's: asks once for each page."""
        if not parent.isValid() and not self._complete and not self._asked:
            self._asked = True
            self.more_wanted.emit()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's."""
        item = self.item_at(index)
        if item is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return item.original_name
            case Qt.ItemDataRole.DecorationRole:
                return self._thumbnails.pixmap(item.path) if item.is_picture else None
            case Qt.ItemDataRole.ToolTipRole:
                return f"{item.original_name}\n{described(item)}"
            case Qt.ItemDataRole.AccessibleTextRole:
                return tr("{name}, {details}", name=item.original_name, details=described(item))
            case _:
                return item if role == ITEM_ROLE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt's."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def mimeTypes(self) -> list[str]:
        """Qt's."""
        return [MEDIA_MIME, "text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Qt's: the media paths for the editor, the files for other programs."""
        chosen = [item for index in indexes if (item := self.item_at(index)) is not None]
        data = QMimeData()
        data.setData(MEDIA_MIME, "\n".join(item.path for item in chosen).encode())
        data.setUrls([QUrl.fromLocalFile(str(self._folder.joinpath(*item.path.split("/")))) for item in chosen])
        return data
