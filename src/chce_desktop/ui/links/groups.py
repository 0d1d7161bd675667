"""The two small questions about groups: a name for a new one, and where the links of a deleted one go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.link import LinkGroup
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.ui.appearance import DOUBLE, SPACE, set_role


def _dialog(parent: QWidget, name: str, title: str) -> tuple[QDialog, QVBoxLayout]:
    dialog = QDialog(parent)
    dialog.setObjectName(name)
    dialog.setWindowTitle(title)
    dialog.setAccessibleName(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setMinimumWidth(400)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
    column.setSpacing(SPACE)
    return dialog, column


def ask_name(parent: QWidget, taken: set[str], on_name: Callable[[str], object]) -> QDialog:
    """Ask for the name of a new group; OK is there once there is a name that no group has."""
    dialog, column = _dialog(parent, "link_group_new", tr("New group"))
    label = QLabel(tr("Name of the group"), dialog)
    column.addWidget(label)
    line = QLineEdit(dialog)
    line.setObjectName("link_group_name")
    line.setAccessibleName(label.text())
    line.setPlaceholderText(tr("such as 政府网站"))
    label.setBuddy(line)
    column.addWidget(line)
    problem = QLabel(dialog)
    problem.setObjectName("link_group_problem")
    set_role(problem, "warning")
    column.addWidget(problem)
    buttons = QDialogButtonBox(dialog)
    accept = buttons.addButton(tr("Create"), QDialogButtonBox.ButtonRole.AcceptRole)
    accept.setObjectName("link_group_create")
    accept.setDefault(True)
    accept.setEnabled(False)
    buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole).setObjectName("link_group_cancel")
    column.addWidget(buttons)

    def typed(text: str) -> None:
        known = text.strip() in taken
        problem.setText(tr("There is a group of this name already.") if known else "")
        accept.setEnabled(bool(text.strip()) and not known)

    line.textChanged.connect(typed)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    dialog.accepted.connect(lambda: on_name(line.text().strip()))
    dialog.open()
    return dialog


def ask_removal(
    parent: QWidget, group: LinkGroup, others: Sequence[LinkGroup], on_choice: Callable[[int | None], object]
) -> QDialog:
    """Ask what becomes of the links of a group; the choice is the group that gets them, or None to delete them too."""
    dialog, column = _dialog(parent, "link_group_remove", tr("Delete group"))
    question = QLabel(
        tr(
            "“{name}” holds {links}. What shall become of them?",
            name=group.name,
            links=trn("{n} link", "{n} links", len(group.links)),
        ),
        dialog,
    )
    question.setWordWrap(True)
    column.addWidget(question)
    column.addSpacing(SPACE)
    move = QRadioButton(tr("Move them to the group"), dialog)
    move.setObjectName("link_group_move")
    move.setAccessibleName(move.text())
    where = QComboBox(dialog)
    where.setObjectName("link_group_where")
    where.setAccessibleName(move.text())
    for other in others:
        where.addItem(other.name, other.id)
    delete = QRadioButton(tr("Delete them too"), dialog)
    delete.setObjectName("link_group_delete")
    delete.setAccessibleName(delete.text())
    for widget in (move, where, delete):
        column.addWidget(widget)
    move.setVisible(bool(others))
    where.setVisible(bool(others))
    (move if others else delete).setChecked(True)
    delete.toggled.connect(lambda on: where.setEnabled(not on))
    column.addSpacing(SPACE)
    buttons = QDialogButtonBox(dialog)
    accept = buttons.addButton(tr("Delete group"), QDialogButtonBox.ButtonRole.AcceptRole)
    accept.setObjectName("link_group_confirm")
    set_role(accept, "danger")
    cancel = buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
    cancel.setObjectName("link_group_keep")
    column.addWidget(buttons)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    dialog.accepted.connect(lambda: on_choice(None if delete.isChecked() else where.currentData()))
    dialog.open()
    return dialog
