"""The short wizard for a new site: its name, its folder, its first columns."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, TRIPLE, font, set_role
from chce_desktop.ui.welcome.templates import TEMPLATES, SiteTemplate

#: What no disk refuses in a folder's name.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)$")


def sites_folder() -> Path:
    """Where new sites are offered to lie: a folder in the user's documents."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return (Path(documents) if documents else Path.home()) / "CHCE"


def folder_name(name: str) -> str:
    """A folder's name that every system accepts, made of the site's name."""
    safe = _FORBIDDEN.sub(" ", name).strip(" .")[:60].strip(" .")
    return f"{safe} site" if _RESERVED.match(safe) else safe


class NewSiteDialog(QDialog):
    """Emits `wanted` with name, folder and template when the user is content."""

    wanted = Signal(str, object, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("new_site_dialog")
        self.setWindowTitle(tr("New site"))
        self.setAccessibleName(self.windowTitle())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(560)
        self._own_folder = False
        self.name = QLineEdit(self)
        self.name.setObjectName("new_site_name")
        self.name.setPlaceholderText(tr("such as 国家素质教育网"))
        self.folder = QLineEdit(self)
        self.folder.setObjectName("new_site_folder")
        browse = QPushButton(tr("&Browse…"), self)
        browse.setObjectName("new_site_browse")
        browse.setAccessibleName(tr("Choose the folder"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._on_browse)
        self.problem = QLabel(self)
        self.problem.setObjectName("new_site_problem")
        self.problem.setWordWrap(True)
        set_role(self.problem, "error")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(TRIPLE, TRIPLE, TRIPLE, DOUBLE)
        layout.setSpacing(HALF)
        heading = QLabel(tr("A new site"), self)
        set_role(heading, "title")
        layout.addWidget(heading)
        layout.addSpacing(DOUBLE)
        self._add(layout, tr("&Name"), self.name)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.folder, 1)
        row.addWidget(browse)
        self._add(layout, tr("&Folder, which holds all of the site"), self.folder, row)
        label = QLabel(tr("First columns; you can change them at any time"), self)
        set_role(label, "hint")
        layout.addWidget(label)
        layout.addLayout(self._templates())
        layout.addSpacing(SPACE)
        layout.addWidget(self.problem)
        buttons = QDialogButtonBox(self)
        self._create = buttons.addButton(tr("Create site"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._create.setObjectName("new_site_create")
        self._create.setDefault(True)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel).setObjectName("new_site_cancel")
        buttons.accepted.connect(self._on_create)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.name.textChanged.connect(self._on_name_changed)
        self.folder.textEdited.connect(self._on_folder_edited)
        self._on_name_changed("")

    def template(self) -> SiteTemplate:
        """The chosen template."""
        return TEMPLATES[self._group.checkedId()]

    def _add(self, layout: QVBoxLayout, text: str, field: QWidget, row: QHBoxLayout | None = None) -> None:
        label = QLabel(text, self)
        label.setBuddy(field)
        set_role(label, "hint")
        field.setAccessibleName(text.replace("&", ""))
        layout.addWidget(label)
        if row is None:
            layout.addWidget(field)
        else:
            layout.addLayout(row)
        layout.addSpacing(DOUBLE)

    def _templates(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(DOUBLE)
        grid.setVerticalSpacing(HALF)
        self._group = QButtonGroup(self)
        for number, template in enumerate(TEMPLATES):
            button = QRadioButton(tr(template.name), self)
            button.setObjectName(f"new_site_template_{template.key}")
            button.setAccessibleName(tr(template.name))
            button.setChecked(number == 0)
            summary = QLabel(template.summary() or tr(template.hint), self)
            summary.setObjectName(f"new_site_columns_{template.key}")
            summary.setFont(font(relative=-1))
            summary.setWordWrap(True)
            set_role(summary, "hint")
            self._group.addButton(button, number)
            grid.addWidget(button, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(summary, number, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _on_name_changed(self, name: str) -> None:
        if not self._own_folder:
            self.folder.setText(str(sites_folder() / folder_name(name)) if folder_name(name) else "")
        self._judge()

    def _on_folder_edited(self, text: str) -> None:
        self._own_folder = bool(text)
        self._judge()

    def _on_browse(self) -> None:
        start = sites_folder()
        chosen = QFileDialog.getExistingDirectory(
            self, tr("Choose the folder"), str(start if start.is_dir() else start.parent)
        )
        if chosen:
            folder = Path(chosen)
            name = folder_name(self.name.text())
            self.folder.setText(str(folder / name if name and any(folder.iterdir()) else folder))
            self._own_folder = True
            self._judge()

    def _judge(self) -> None:
        self.problem.clear()
        text = self.folder.text().strip()
        self._create.setEnabled(bool(self.name.text().strip()) and bool(text) and Path(text).is_absolute())

    def _on_create(self) -> None:
        self.wanted.emit(self.name.text().strip(), Path(self.folder.text().strip()), self.template())
        self.accept()
