"""How seriously each rule of the check before publishing is taken at this site."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from chce_desktop.domain.findings import RULES, Level, changed, levels
from chce_desktop.domain.settings import SiteSettings
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.ui.appearance import DOUBLE, SPACE, set_role
from chce_desktop.ui.dialogs import DeskDialog
from chce_desktop.ui.wheel import WheelGuard

_LEVELS = {
    Level.OFF: mark("Not looked for"),
    Level.WARN: mark("Worth a look"),
    Level.ERROR: mark("Wrong"),
    Level.BLOCK: mark("Stops the publish"),
}
_LISTED = {Level.OFF: mark("Not looked for"), Level.BLOCK: mark("As the word says")}


class RulesPage(QWidget):
    """A box for each rule; a choice is saved at once."""

    def __init__(self, dialog: DeskDialog) -> None:
        super().__init__(dialog)
        self.setObjectName("rules_page")
        self._dialog = dialog
        column = QVBoxLayout(self)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE)
        heading = QLabel(tr("Rules of the check"), self)
        set_role(heading, "heading")
        column.addWidget(heading)
        hint = QLabel(tr("What stops the publish goes out only with a reason, which is recorded."), self)
        hint.setWordWrap(True)
        set_role(hint, "hint")
        column.addWidget(hint)
        area = QScrollArea(self)
        area.setObjectName("rules_scroll")
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget(area)
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, SPACE, SPACE, SPACE)
        grid.setVerticalSpacing(SPACE)
        grid.setColumnStretch(0, 1)
        self.boxes: dict[str, QComboBox] = {}
        for number, rule in enumerate(RULES):
            label = QLabel(tr(rule.title), inner)
            box = QComboBox(inner)
            box.setObjectName(f"rule_{rule.name}")
            box.setAccessibleName(tr(rule.title))
            box.setMinimumWidth(180)
            for level in rule.choices:
                box.addItem(tr((_LISTED if len(rule.choices) == len(_LISTED) else _LEVELS)[level]), level)
            box.activated.connect(partial(self._on_chosen, rule.name))
            label.setBuddy(box)
            grid.addWidget(label, number, 0)
            grid.addWidget(box, number, 1)
            self.boxes[rule.name] = box
        grid.setRowStretch(len(RULES), 1)
        area.setWidget(inner)
        WheelGuard(inner)
        column.addWidget(area, 1)
        self.reload()

    def reload(self) -> None:
        """Show what the site has chosen."""
        self._dialog.run(lambda _: self._dialog.desk.site.settings.get(), done=self._show)

    def _show(self, settings: SiteSettings) -> None:
        for name, level in levels(settings.check_levels).items():
            self.boxes[name].setCurrentIndex(self.boxes[name].findData(level))

    def _on_chosen(self, name: str, index: int) -> None:
        level, settings = Level(self.boxes[name].itemData(index)), self._dialog.desk.site.settings
        self._dialog.run(
            lambda _: settings.update(check_levels=changed(settings.get().check_levels, name, level)),
            failed=lambda _: self.reload(),
        )
