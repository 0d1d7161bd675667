"""The bar over the preview: where one is, where one was, how wide, light or dark."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE, set_role

_WIDTHS = (
    ("fit", "move-horizontal", mark("As wide as the panel")),
    ("phone", "smartphone", mark("Phone")),
    ("tablet", "tablet", mark("Tablet")),
    ("desktop", "monitor", mark("Desktop")),
)


class _Address(QLabel):
    """A public path, cut in its middle where there is no room for all of it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._path = ""

    def show_path(self, path: str) -> None:
        self._path = path
        self.setToolTip(path)
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        room = self.contentsRect().width()
        self.setText(self.fontMetrics().elidedText(self._path, Qt.TextElideMode.ElideMiddle, room))
        whole = self.text() == self._path  # a piece of an address is not worth copying
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse if whole else flags.NoTextInteraction)


class PreviewBar(QWidget):
    """Buttons only; what they do is the panel's."""

    #: With a name of `frame.WIDTHS`.
    width_chosen = Signal(str)
    #: With whether the dark appearance of the page is wanted.
    dark_chosen = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("preview_bar")
        self.setAccessibleName(tr("Preview"))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, HALF, SPACE, HALF)
        row.setSpacing(2)
        self.back = self._button("preview_back", "arrow-left", tr("Go back"))
        self.forward = self._button("preview_forward", "arrow-right", tr("Forward"))
        self.home = self._button("preview_home", "house", tr("Home page of the site"))
        self.reload = self._button("preview_reload", "refresh-cw", tr("Load again"))
        self.article = self._button("preview_article", "locate-fixed", tr("To the article that is being written"))
        self.address = _Address(self)
        self.address.setObjectName("preview_address")
        self.address.setAccessibleName(tr("Address of the page"))
        self.address.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        set_role(self.address, "hint")
        self.embeds = self._button("preview_embeds", "shield", tr("Show what this page embeds from other sites"))
        self.embeds.hide()
        for button in (self.back, self.forward, self.home, self.reload, self.article):
            row.addWidget(button)
        row.addSpacing(HALF)
        row.addWidget(self.address, 1)
        row.addWidget(self.embeds)
        self._widths = QButtonGroup(self)
        for name, icon, text in _WIDTHS:
            button = self._button(f"preview_{name}", icon, tr(text))
            button.setCheckable(True)
            button.setChecked(name == "fit")
            button.clicked.connect(self._chooser(name))
            self._widths.addButton(button)
            row.addWidget(button)
        self.dark = self._button("preview_dark", "moon", tr("The page in the dark"))
        self.dark.setCheckable(True)
        self.dark.toggled.connect(self.dark_chosen)
        row.addWidget(self.dark)
        for button in (self.back, self.forward):
            button.setEnabled(False)

    def show_path(self, path: str) -> None:
        """The public path of the page that shows."""
        self.address.show_path(path)

    def _chooser(self, name: str) -> Callable[[], None]:
        return lambda: self.width_chosen.emit(name)

    def _button(self, name: str, icon: str, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(text)
        button.setIcon(icons.icon(icon))
        button.setIconSize(QSize(16, 16))
        return button
