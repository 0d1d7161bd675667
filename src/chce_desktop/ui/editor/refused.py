"""The window about pictures that could not be brought in: try again, take a file instead, or do without."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, SPACE, set_role
from chce_desktop.ui.dialogs import DeskDialog
from chce_desktop.ui.editor.arrivals import PICTURES, Refused

if TYPE_CHECKING:
    from chce_desktop.ui.editor.panel import EditorPanel

_ROW = Qt.ItemDataRole.UserRole


class RefusedDialog(DeskDialog):
    """Stays open beside the text until nothing is left in it. Its buttons act on the selected rows."""

    def __init__(self, panel: EditorPanel) -> None:
        super().__init__(
            panel.desk, "refused_window", tr("Pictures that did not come"), QSize(680, 380), panel.window()
        )
        self._panel = panel
        self._arrivals = panel.incoming.arrivals
        column = QVBoxLayout(self)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE)
        hint = QLabel(
            tr("The text still names them where they were copied from. Readers would not see them, or not for long."),
            self,
        )
        hint.setObjectName("refused_hint")
        hint.setWordWrap(True)
        set_role(hint, "hint")
        column.addWidget(hint)
        self.rows = QTreeWidget(self)
        self.rows.setObjectName("refused_rows")
        self.rows.setAccessibleName(self.windowTitle())
        self.rows.setHeaderLabels([tr("Picture"), tr("Why it did not come")])
        self.rows.setRootIsDecorated(False)
        set_role(self.rows, "framed")
        self.rows.setAllColumnsShowFocus(True)
        self.rows.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.rows.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.rows.setColumnWidth(0, 330)
        self.rows.itemSelectionChanged.connect(self._show_buttons)
        self.rows.itemActivated.connect(lambda *_: self.show_place())
        column.addWidget(self.rows, 1)
        line = QHBoxLayout()
        line.setSpacing(SPACE)
        self.retry_button = self._button("refused_retry", "refresh-cw", tr("Try again"), self.retry)
        self.file_button = self._button("refused_file", "image-plus", tr("Choose a file…"), self._on_file)
        self.place_button = self._button("refused_place", "search", tr("Show in the text"), self.show_place)
        self.remove_button = self._button("refused_remove", "trash-2", tr("Remove from the text"), self.remove)
        for button in (self.retry_button, self.file_button, self.place_button, self.remove_button):
            line.addWidget(button)
        line.addStretch(1)
        close = self._button("refused_close", "", tr("Close"), self.close)
        line.addWidget(close)
        column.addLayout(line)
        self._arrivals.changed.connect(self.reload)
        panel.editor.textChanged.connect(self.reload)
        self.reload()
        self.rows.setFocus()

    def _button(self, name: str, sign: str, text: str, call: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        if sign:
            button.setIcon(icons.icon(sign))
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: call())
        return button

    def reload(self) -> None:
        """Show what is left; close once nothing is. What is tried again and refused again comes with a new message."""
        left = self._arrivals.here()
        if not left:
            self.close()
            return
        if [each.name for each in left] == [self._of(row).name for row in self._all()]:
            return
        chosen = {each.name for each in self.chosen()}
        self.rows.clear()
        for each in left:
            row = QTreeWidgetItem(self.rows, [each.shown, each.reason])
            row.setData(0, _ROW, each)
            row.setIcon(0, icons.icon("image", icons.WARNING))
            row.setToolTip(0, each.shown[:500])
            row.setToolTip(1, each.reason)
            row.setSelected(each.name in chosen or not chosen)
        self.rows.setCurrentItem(self._all()[0], 0, self.rows.selectionModel().SelectionFlag.NoUpdate)
        self._show_buttons()

    def chosen(self) -> tuple[Refused, ...]:
        """What the buttons act on."""
        return tuple(self._of(row) for row in self._all() if row.isSelected())

    def retry(self) -> None:
        """Look for the selected ones once more."""
        self._arrivals.fetch({each.name: each.address for each in self.chosen()})

    def remove(self) -> None:
        """Take the selected ones out of the text."""
        self._arrivals.remove([each.name for each in self.chosen()])

    def take_file(self, file: Path) -> None:
        """Let a file of this computer stand in for the selected one."""
        media, chosen = self.desk.site.media, self.chosen()
        if len(chosen) == 1:
            self.run(
                lambda _: media.add_file(file, picture=True).path,
                done=lambda path: self._arrivals.replace(chosen[0].name, path),
                queue=PICTURES,
            )

    def show_place(self) -> None:
        """Select the picture in the text."""
        chosen = self.chosen()
        if chosen:
            document = self._panel.editor.document()
            names = (chosen[0].name, html.escape(chosen[0].name))
            places = (document.find(mark) for name in names for mark in (f"({name}", f'"{name}"'))
            place = next((found for found in places if not found.isNull()), None)
            if place is not None:
                opening = document.find("![", place, QTextDocument.FindFlag.FindBackward)
                closing = document.find(")", place)
                if opening.block() == place.block() == closing.block():  # all of the picture
                    place.setPosition(opening.selectionStart())
                    place.setPosition(closing.selectionEnd(), QTextCursor.MoveMode.KeepAnchor)
                self._panel.modes.select(place)

    # Inside

    def _on_file(self) -> None:
        from chce_desktop.ui.editor.wiring import PICTURES as PATTERNS

        dialog = QFileDialog(self, tr("Choose a picture"))
        dialog.setObjectName("refused_file_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        pictures = tr("Pictures")
        dialog.setNameFilters([f"{pictures} ({PATTERNS})"])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.take_file(Path(name)))
        dialog.open()

    def _show_buttons(self) -> None:
        chosen = len(self.chosen())
        self.retry_button.setEnabled(chosen > 0)
        self.remove_button.setEnabled(chosen > 0)
        self.file_button.setEnabled(chosen == 1)
        self.place_button.setEnabled(chosen == 1)

    def _all(self) -> list[QTreeWidgetItem]:
        found = (self.rows.topLevelItem(index) for index in range(self.rows.topLevelItemCount()))
        return [row for row in found if row is not None]

    @staticmethod
    def _of(row: QTreeWidgetItem) -> Refused:
        refused: Refused = row.data(0, _ROW)
        return refused
