"""The format bar over the text: icons that people know from Word, each with its name and its key."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget, QWidgetAction

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui import icons
from chce_desktop.ui.actions import Actions
from chce_desktop.ui.appearance import HALF, SPACE, set_role
from chce_desktop.ui.editor.commands import FOLDED_FIRST, TOOLBAR
from chce_desktop.ui.editor.grid_picker import GridPicker

#: Actions that show whether the cursor's place has their look.
_LOOKS = ("bold", "italic", "bullets", "numbers", "quote")
_STYLES = ("editor.text", "editor.heading_1", "editor.heading_2", "editor.heading_3")


class Toolbar(QWidget):
    """Buttons of the actions, and four menus: paragraph style, picture, table, view."""

    def __init__(self, actions: Actions, insert_table: Callable[[int, int], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("format_bar")
        self.setAccessibleName(tr("Format"))
        self._actions = actions
        self._insert_table = insert_table
        self._shown: dict[str, QToolButton] = {}
        self._lines: list[QFrame] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE + HALF, HALF, SPACE, HALF)
        row.setSpacing(2)
        for number, group in enumerate(TOOLBAR):
            if number:
                line = QFrame(self)
                line.setFixedHeight(20)
                line.setContentsMargins(HALF, 0, HALF, 0)
                set_role(line, "vline")
                row.addWidget(line)
                self._lines.append(line)
            for name in group:
                self._shown[name] = self._made(name)
                row.addWidget(self._shown[name])
        row.addStretch(1)
        visual = self._button("visual")
        visual.setDefaultAction(actions["editor.visual"])
        row.addWidget(visual)
        row.addWidget(self._view_button())
        self._row = row
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_level(self, level: int) -> None:
        """Show the style of the cursor's paragraph: 0 for text, else the level of the heading.

        The article's title is the heading of level 1, so that what is called heading 1 here has level 2.
        """
        name = _STYLES[min(max(level - 1, 1), len(_STYLES) - 1) if level else 0]
        self.styles.setText(f"{self._actions[name].iconText()}  ▾")

    def show_styles(self, on: set[str]) -> None:
        """Show which of the looks the cursor's place has."""
        for name in _LOOKS:
            self._actions[f"editor.{name}"].setChecked(name in on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Hide the buttons that find no room, the least used first; the menu at the end has them all."""
        for button in self._shown.values():
            button.show()
        waiting = iter(FOLDED_FIRST)
        while True:
            for line, before, after in zip(self._lines, TOOLBAR, TOOLBAR[1:], strict=False):
                line.setVisible(
                    all(any(not self._shown[name].isHidden() for name in group) for group in (before, after))
                )
            self._row.invalidate()
            name = next(waiting, None)
            if name is None or self._row.sizeHint().width() <= self.width():
                return
            self._shown[name].hide()

    def _made(self, name: str) -> QToolButton:
        special = {"styles": self._styles_button, "picture_menu": self._picture_button, "table": self._table_button}
        if name in special:
            return special[name]()
        button = self._button(name)
        button.setDefaultAction(self._actions[f"editor.{name}"])
        return button

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"format_{name}")
        button.setIconSize(QSize(18, 18))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        action = f"editor.{name}"
        if action in self._actions:
            button.setAccessibleName(self._actions[action].iconText())
        return button

    def _menu_button(self, name: str, text: str, icon: str) -> tuple[QToolButton, QMenu]:
        button = self._button(name)
        button.setAccessibleName(text)
        button.setToolTip(text)
        if icon:
            button.setIcon(icons.icon(icon))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.setObjectName(f"format_{name}_menu")
        button.setMenu(menu)
        return button, menu

    def _styles_button(self) -> QToolButton:
        button, menu = self._menu_button("styles", tr("Paragraph style"), "")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        widest = max(button.fontMetrics().horizontalAdvance(self._actions[name].iconText()) for name in _STYLES)
        button.setMinimumWidth(widest + 5 * SPACE)
        self._actions.fill(menu, _STYLES)
        self.styles = button
        self.show_level(0)
        return button

    def _picture_button(self) -> QToolButton:
        button, menu = self._menu_button("picture", tr("Picture"), "image-plus")
        self._actions.fill(menu, ("editor.picture", "editor.media", "editor.fetch"))
        return button

    def _table_button(self) -> QToolButton:
        button, menu = self._menu_button("table", tr("Table"), "table")
        picker = GridPicker(menu)
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(picker)
        menu.addAction(holder)
        menu.addSeparator()
        self._actions.fill(
            menu, ("editor.row_below", "editor.column_right", "editor.remove_row", "editor.remove_column")
        )
        menu.aboutToShow.connect(picker.setFocus)

        def chosen(rows: int, columns: int) -> None:
            menu.close()
            self._insert_table(rows, columns)

        picker.chosen.connect(chosen)
        self.table = button
        return button

    def _view_button(self) -> QToolButton:
        button, menu = self._menu_button("view", tr("View and tools"), "ellipsis")
        names = (
            "visual",
            "outline",
            "focus",
            "typewriter",
            "larger",
            "smaller",
            "usual_size",
            "spacing",
            "punctuation",
        )
        folded = [name for name in FOLDED_FIRST if f"editor.{name}" in self._actions]
        hidden = menu.addMenu(tr("More of the format bar"))
        self._actions.fill(hidden, [f"editor.{name}" for name in folded])
        menu.aboutToShow.connect(
            lambda: hidden.menuAction().setVisible(any(self._shown[name].isHidden() for name in folded))
        )
        self._actions.fill(menu, [f"editor.{name}" for name in names])
        return button
