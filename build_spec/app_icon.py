"""The app's icon in the formats of Windows and macOS, drawn from the one SVG."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SOURCE = Path(__file__).resolve().parent.parent / "resources" / "icons" / "chce-desktop.svg"
_ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
_LARGEST = 1024


def drawn(size: int) -> Image.Image:
    """The icon with `size` pixels a side, each size drawn for itself, so that small ones stay sharp."""
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload] # accepts the format's name as str
    return Image.open(io.BytesIO(data.data()))


def write(path: Path) -> Path:
    """Write the icon; the suffix chooses the format: .ico, .icns or .png."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".ico":
        images = [drawn(size) for size in _ICO_SIZES]
        images[-1].save(path, sizes=[image.size for image in images], append_images=images[:-1])
    elif path.suffix == ".icns":
        drawn(_LARGEST).save(path, append_images=[drawn(size) for size in (32, 64, 128, 256, 512)])
    else:
        drawn(_LARGEST).save(path)
    return path


if __name__ == "__main__":
    write(Path(sys.argv[1]))
