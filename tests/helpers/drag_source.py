"""A window beside the app, from which files are dragged as from a file manager: `python drag_source.py FILE …`."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Files(QLabel):
    """Starts a drag as soon as the mouse moves with its button down."""

    def __init__(self, files: list[Path]) -> None:
        super().__init__("files")
        self.setObjectName("drag_source")
        self.setAccessibleName("files to drag")
        self._files = files

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if event.buttons() & Qt.MouseButton.LeftButton:
            drag = QDrag(self)
            data = QMimeData()
            data.setUrls([QUrl.fromLocalFile(str(file)) for file in self._files])
            drag.setMimeData(data)
            drag.exec(Qt.DropAction.CopyAction)


if __name__ == "__main__":
    app = QApplication(sys.argv[:1])
    window = Files([Path(name) for name in sys.argv[1:]])
    window.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
    window.setGeometry(4, 600, 120, 80)
    window.show()
    sys.exit(app.exec())
