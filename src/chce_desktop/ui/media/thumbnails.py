"""Small versions of pictures: made once in a job, kept on disk, the newest wanted ones first."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from chce_desktop.domain.media import MediaItem
from chce_desktop.foundation import files, paths
from chce_desktop.foundation.progress import Progress

#: Pixmaps held in memory: some screens full.
_KEPT = 800
#: Wanted pictures that are not made yet; beyond that the oldest wish is forgotten (it has been scrolled away).
_WAITING = 400
#: Most bytes that a decoded picture may take (a 100-megapixel photograph does).
_DECODE_MEGABYTES = 512

Work = Callable[[Progress], None]


class Thumbnails(QObject):
    """Pixmaps of pictures by content. `ready(sha256)` says that one that was asked for can be had now."""

    ready = Signal(str)
    _made = Signal(str, QImage)

    def __init__(self, submit: Callable[[Work], None], pixels: int, parent: QObject | None = None) -> None:
        """`submit` runs work off the window's thread; `pixels`: the longer side, in device pixels."""
        super().__init__(parent)
        self._submit = submit
        self._pixels = pixels
        self._pixmaps: OrderedDict[str, QPixmap] = OrderedDict()
        self._lock = threading.Lock()
        self._wanted: OrderedDict[str, Path] = OrderedDict()
        self._working = False
        self._made.connect(self._on_made)

    def pixmap(self, item: MediaItem, source: Path) -> QPixmap | None:
        """The small version; None while it is being made; a null pixmap for a picture that cannot be read."""
        key = item.sha256
        pixmap = self._pixmaps.get(key)
        if pixmap is not None:
            self._pixmaps.move_to_end(key)
            return pixmap
        with self._lock:
            self._wanted[key] = source
            self._wanted.move_to_end(key)
            while len(self._wanted) > _WAITING:
                self._wanted.popitem(last=False)
            start = not self._working
            self._working = True
        if start:
            self._submit(self._work)
        return None

    def _work(self, progress: Progress) -> None:
        while True:
            with self._lock:
                if not self._wanted or progress.cancelled:
                    self._working = False
                    return
                key, source = self._wanted.popitem(last=True)
            self._made.emit(key, make(source, key, self._pixels))

    def _on_made(self, key: str, image: QImage) -> None:
        self._pixmaps[key] = QPixmap.fromImage(image)
        while len(self._pixmaps) > _KEPT:
            self._pixmaps.popitem(last=False)
        self.ready.emit(key)


def make(source: Path, sha256: str, pixels: int) -> QImage:
    """The small version of a picture from the cache, else made and put there. Null for what cannot be read."""
    kept = paths.cache_dir() / "thumbnails" / sha256[:2] / f"{sha256}-{pixels}"
    image = QImage()
    try:
        if image.loadFromData(kept.read_bytes()):
            return image
    except OSError:
        pass  # not made yet
    image = scaled(source, pixels)
    if not image.isNull():
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG" if image.hasAlphaChannel() else "JPG", 85)  # type: ignore[call-overload]
        with contextlib.suppress(OSError):  # a cache that cannot be written only costs time
            files.write_atomic(kept, bytes(data.data()))
    return image


def scaled(source: Path, pixels: int) -> QImage:
    """A picture turned upright and scaled to fit; null for what cannot be read."""
    QImageReader.setAllocationLimit(_DECODE_MEGABYTES)
    reader = QImageReader(str(source))
    reader.setAutoTransform(True)
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > pixels:
        reader.setScaledSize(size.scaled(QSize(pixels, pixels), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if not image.isNull() and max(image.width(), image.height()) > pixels:
        image = image.scaled(
            pixels, pixels, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    return image
