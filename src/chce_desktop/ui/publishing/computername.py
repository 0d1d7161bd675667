"""What colleagues see as the computer that published: a name only if the user gives one."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from chce_desktop.foundation.i18n import tr
from chce_desktop.services import computer
from chce_desktop.ui.appearance import DOUBLE, SPACE, TRIPLE, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog


class ComputerNameDialog(DeskDialog):
    """One line, kept for every site of this computer."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "computer_name_dialog", tr("This computer"), QSize(520, 260), parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        column = QVBoxLayout(self)
        column.setContentsMargins(TRIPLE, DOUBLE, TRIPLE, DOUBLE)
        column.setSpacing(SPACE)
        heading = QLabel(tr("What is this computer called?"), self)
        set_role(heading, "heading")
        column.addWidget(heading)
        text = QLabel(
            tr(
                "When several computers publish the same site, each is told who published last. The name lies in a "
                "file on the server that others may be able to read; without one, a few letters and digits stand for "
                "it."
            ),
            self,
        )
        text.setWordWrap(True)
        set_role(text, "hint")
        column.addWidget(text)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        self.line = QLineEdit(computer.label(), self)
        self.line.setObjectName("computer_name")
        self.line.setAccessibleName(tr("Name of this computer"))
        self.line.setMaxLength(computer.LONGEST_LABEL)
        self.line.setPlaceholderText(tr("(no name)"))
        row.addWidget(self.line, 1)
        suggested = computer.suggestion()
        self.suggest_button = QPushButton(tr("Use “{name}”", name=suggested), self)
        self.suggest_button.setObjectName("computer_name_suggest")
        self.suggest_button.setAccessibleName(self.suggest_button.text())
        self.suggest_button.setAutoDefault(False)
        self.suggest_button.setVisible(bool(suggested))
        self.suggest_button.clicked.connect(lambda: self.line.setText(suggested))
        row.addWidget(self.suggest_button)
        column.addLayout(row)
        column.addStretch(1)
        buttons = QDialogButtonBox(self)
        self.save_button = buttons.addButton(tr("Save"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.save_button.setObjectName("computer_name_save")
        self.save_button.setAccessibleName(tr("Save"))
        cancel = buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setObjectName("computer_name_cancel")
        cancel.setAccessibleName(tr("Cancel"))
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def _save(self) -> None:
        name = self.line.text()
        self.run(lambda _: computer.set_label(name), done=lambda _: self.accept())
