"""Small versions of pictures: made once in a job, kept on disk, the newest wanted ones first.

A picture is named by its media path, which is made from its content.
"""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from chce_desktop.foundation import files, paths
from chce_desktop.foundation.progress import Progress
from chce_desktop.services.errors import MediaNotFound
from chce_desktop.ui.desk import Desk

#: Pixmaps held in memory: some screens full.
_KEPT = 800
#: Wanted pictures that are not made yet; beyond that the oldest wish is forgotten (it has been scrolled away).
_WAITING = 400
#: Most bytes that a decoded picture may take (a 100-megapixel photograph does).
_DECODE_MEGABYTES = 512

#: Thumbnails have a queue of their own: they wait for nothing and nothing waits for them.
QUEUE = "thumbnails"


class Thumbnails(QObject):
    """Pixmaps of a site's pictures. `ready(path)` says that one that was asked for can be had now."""

    ready = Signal(str)
    _made = Signal(str, QImage)

    def __init__(self, desk: Desk, pixels: int, parent: QObject | None = None) -> None:
        """`pixels`: the longer side, in device pixels."""
        super().__init__(parent)
        self._desk = desk
        self._pixels = pixels
        self._pixmaps: OrderedDict[str, QPixmap] = OrderedDict()
        self._lock = threading.Lock()
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._working = False
        self._made.connect(self._on_made)

    def pixmap(self, path: str) -> QPixmap | None:
        """The small version; None while it is being made; a null pixmap for a picture that cannot be read."""
        pixmap = self._pixmaps.get(path)
        if pixmap is not None:
            self._pixmaps.move_to_end(path)
            return pixmap
        with self._lock:
            self._wanted[path] = None
            self._wanted.move_to_end(path)
            while len(self._wanted) > _WAITING:
                self._wanted.popitem(last=False)
            start = not self._working
            self._working = True
        if start:
            self._desk.run(self._work, queue=QUEUE)
        return None

    def _work(self, progress: Progress) -> None:
        while True:
            with self._lock:
                if not self._wanted or progress.cancelled:
                    self._working = False
                    return
                path, _ = self._wanted.popitem(last=True)
            try:
                image = make(self._desk.site.media.file(path), self._pixels)
            except MediaNotFound:
                image = QImage()
            try:
                self._made.emit(path, image)
            except RuntimeError:  # the window that wanted it is gone
                return

    def _on_made(self, path: str, image: QImage) -> None:
        self._pixmaps[path] = QPixmap.fromImage(image)
        while len(self._pixmaps) > _KEPT:
            self._pixmaps.popitem(last=False)
        self.ready.emit(path)


def make(source: Path, pixels: int) -> QImage:
    """The small version of a picture from the cache, else made and put there. Null for what cannot be read."""
    kept = paths.cache_dir() / "thumbnails" / source.parent.name / f"{source.stem}-{pixels}"
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
        image.save(buffer, "PNG" if image.hasAlphaChannel() else "JPG", 85)  # type: ignore[call-overload]  # the stub wants bytes, Qt takes text
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
