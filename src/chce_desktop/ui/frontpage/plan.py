"""When an article comes to the front page and when it goes."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from chce_desktop.foundation.i18n import tr
from chce_desktop.services.frontpage import Place
from chce_desktop.ui.appearance import DOUBLE, SPACE, set_role
from chce_desktop.ui.articles.fields import MomentField


class PlanDialog(QDialog):
    """Two moments, each of which may be left open."""

    def __init__(self, place: Place, zone: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("front_plan")
        self.setWindowTitle(tr("When it is shown"))
        self.setAccessibleName(self.windowTitle())
        self.setMinimumWidth(380)
        self.since = MomentField("front_plan_since", self, optional=True, offer=tr("at once"))
        self.until = MomentField("front_plan_until", self, optional=True, offer=tr("without an end"))
        setting = place.setting
        self.since.set_value(setting.since if setting else None, zone)
        self.until.set_value(setting.until if setting else None, zone)
        self.since.setAccessibleName(tr("From"))
        self.until.setAccessibleName(tr("Until"))
        title = QLabel(place.info.list_title, self)
        title.setObjectName("front_plan_title")
        title.setWordWrap(True)
        set_role(title, "heading")
        form = QFormLayout()
        form.setSpacing(SPACE)
        form.addRow(tr("From"), self.since)
        form.addRow(tr("Until"), self.until)
        self.problem = QLabel(self)
        self.problem.setObjectName("front_plan_problem")
        set_role(self.problem, "error")
        self.problem.hide()
        buttons = QDialogButtonBox(self)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel).setObjectName("front_plan_cancel")
        save = buttons.addButton(tr("Save"), QDialogButtonBox.ButtonRole.AcceptRole)
        save.setObjectName("front_plan_save")
        save.setDefault(True)
        buttons.accepted.connect(self._on_save)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        layout.setSpacing(SPACE)
        for part in (title, self.problem):
            layout.addWidget(part)
        layout.insertLayout(1, form)
        layout.addWidget(buttons)

    def moments(self) -> tuple[datetime | None, datetime | None]:
        """From when, until when."""
        return self.since.value(), self.until.value()

    def _on_save(self) -> None:
        since, until = self.moments()
        if since is not None and until is not None and until <= since:
            self.problem.setText(tr("It would end before it begins."))
            self.problem.show()
            return
        self.accept()
