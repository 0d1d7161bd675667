"""Pictures on the clipboard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData
from PySide6.QtGui import QImage

#: What other programs offer an encoded picture as, the better ones first.
_ENCODED = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/tiff", "image/bmp")


def image_of(source: QMimeData) -> Callable[[], bytes]:
    """The picture of a clipboard as a file's bytes; the function that is returned may be called in any thread.

    What another program has encoded is taken as it is: decoding a photograph would hold the window up.
    """
    for mime in _ENCODED:
        if source.hasFormat(mime) and (given := bytes(source.data(mime).data())):
            return lambda: given
    image = QImage(source.imageData())

    def encoded() -> bytes:
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub wants bytes, Qt takes text
        return bytes(data.data())

    return encoded
