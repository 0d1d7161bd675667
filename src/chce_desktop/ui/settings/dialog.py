"""The dialog of the site's settings: pages at the left, fields at the right, saved together."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.settings import SiteSettings
from chce_desktop.foundation.i18n import tr
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.services import person
from chce_desktop.services.site_settings import Settings
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, SPACE, TRIPLE, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog
from chce_desktop.ui.notices import confirm
from chce_desktop.ui.settings.controls import Row
from chce_desktop.ui.settings.fields import PAGES, PERSON, Control, Page


class SettingsDialog(DeskDialog):
    """Only what was changed is written, so that what somebody else changed meanwhile stays."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, page: str = "") -> None:
        """`page`: the name of the page to begin with."""
        super().__init__(desk, "settings_window", tr("Site settings"), QSize(880, 680), parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._before = SiteSettings()
        self._person = ""
        self.rows: dict[str, Row] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(0)
        column.addLayout(row, 1)
        self.index = QListWidget(self)
        self.index.setObjectName("settings_pages")
        self.index.setAccessibleName(tr("Pages of the settings"))
        self.index.setFixedWidth(200)
        self.index.setIconSize(QSize(18, 18))
        self.index.setViewportMargins(0, SPACE, 0, SPACE)
        self.index.setTabKeyNavigation(False)
        row.addWidget(self.index)
        line = QFrame(self)
        set_role(line, "vline")
        row.addWidget(line)
        self.stack = QStackedWidget(self)
        row.addWidget(self.stack, 1)
        for number, each in enumerate(PAGES):
            item = QListWidgetItem(icons.icon(each.icon), tr(each.title), self.index)
            item.setSizeHint(QSize(0, 38))
            self.stack.addWidget(self._make_page(each))
            if each.name == page:
                self.index.setCurrentRow(number)
        self.index.currentRowChanged.connect(self.stack.setCurrentIndex)
        if self.index.currentRow() < 0:
            self.index.setCurrentRow(0)
        self.stack.setCurrentIndex(self.index.currentRow())
        foot = QFrame(self)
        set_role(foot, "line")
        column.addWidget(foot)
        column.addWidget(self._make_buttons())
        self._enable()
        if desk.is_loaded:
            self._show(desk.settings)
        else:
            self.run(lambda _: desk.site.settings.get(), done=self._show, queue=LIBRARY_READ)
        self.index.setFocus()

    def _make_page(self, page: Page) -> QScrollArea:
        area = QScrollArea(self)
        area.setObjectName(f"settings_page_{page.name}")
        area.setAccessibleName(tr(page.title))
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget(area)
        column = QVBoxLayout(inner)
        column.setContentsMargins(TRIPLE, DOUBLE, TRIPLE, TRIPLE)
        column.setSpacing(DOUBLE)
        heading = QLabel(tr(page.title), inner)
        set_role(heading, "heading")
        column.addWidget(heading)
        form = QFormLayout()
        form.setHorizontalSpacing(DOUBLE)
        form.setVerticalSpacing(SPACE + 4)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for field in page.fields:
            row = Row(self.desk, field, inner)
            row.changed.connect(self._enable)
            self.rows[field.key] = row
            label = QLabel("" if field.control is Control.SWITCH else tr(field.label), inner)
            label.setContentsMargins(0, 6, 0, 0)
            label.setWordWrap(True)
            label.setFixedWidth(130)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            label.setBuddy(row.widget)
            form.addRow(label, row)
        column.addLayout(form)
        column.addStretch(1)
        area.setWidget(inner)
        return area

    def _make_buttons(self) -> QWidget:
        buttons = QDialogButtonBox(self)
        buttons.setContentsMargins(DOUBLE, SPACE + 4, DOUBLE, SPACE + 4)
        self.save_button = buttons.addButton(tr("Save"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.save_button.setObjectName("settings_save")
        self.save_button.setAccessibleName(tr("Save"))
        self.save_button.setDefault(True)
        self.cancel_button = buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.cancel_button.setObjectName("settings_cancel")
        self.cancel_button.setAccessibleName(tr("Cancel"))
        buttons.accepted.connect(self.save)
        buttons.rejected.connect(self.reject)
        return buttons

    def _show(self, settings: SiteSettings) -> None:
        self._before = settings
        self._person = person.chosen()
        for key, row in self.rows.items():
            row.show_value(self._kept(key))
        self._enable()

    def changes(self) -> dict[str, Any]:
        """What differs from what is stored."""
        return {key: value for key, row in self.rows.items() if (value := row.value()) != self._kept(key)}

    def _kept(self, key: str) -> Any:
        return self._person if key == PERSON else getattr(self._before, key)

    def _enable(self) -> None:
        self.save_button.setEnabled(bool(self.rows) and bool(self.changes()))

    def save(self) -> None:
        """Write what was changed and close; where something is wrong, go there instead."""
        changes = self.changes()
        for number, page in enumerate(PAGES):
            wrong = [field.key for field in page.fields if field.key in changes and self.rows[field.key].problem()]
            if wrong:
                self.index.setCurrentRow(number)
                widget = self.rows[wrong[0]].widget
                widget.setFocus()
                area = self.stack.widget(number)
                if isinstance(area, QScrollArea):
                    area.ensureWidgetVisible(self.rows[wrong[0]])
                return
        settings = self.desk.site.settings
        self.save_button.setEnabled(False)
        self.run(lambda _: _keep(settings, changes), done=lambda _: self.accept(), failed=lambda _: self._enable())

    def reject(self) -> None:
        """Qt's: Esc and Cancel ask when something would be lost."""
        if not self.changes():
            super().reject()
            return
        confirm(
            self,
            tr("Close without saving the changed settings?"),
            yes=tr("Discard changes"),
            on_yes=super().reject,
            destructive=True,
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.changes() and self.result() != self.DialogCode.Accepted and self.isVisible():
            event.ignore()
            self.reject()
        else:
            super().closeEvent(event)


def _keep(settings: Settings, changes: dict[str, Any]) -> None:
    """Write what was changed: first who changes it, which is kept on this computer."""
    if PERSON in changes:
        person.choose(changes[PERSON])
    settings.update(**{key: value for key, value in changes.items() if key != PERSON})
