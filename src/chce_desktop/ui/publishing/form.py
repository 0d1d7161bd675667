"""The form of a publish target, made from the fields of its kind."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, restyle, set_role
from chce_desktop.ui.publishing.hostfields import Entry, Field, Kind
from chce_desktop.ui.publishing.kinds import Draft

_WIDTH = 360


class FieldRow(QWidget):
    """One field with its help and what is wrong with it."""

    changed = Signal()

    def __init__(self, field: Field, value: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.field = field
        self._buttons: dict[str, QRadioButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        column.addLayout(row)
        self.line = QLineEdit(value, self)
        self.line.setObjectName(f"target_{field.key}")
        self.line.setAccessibleName(tr(field.label))
        self.line.setPlaceholderText(field.placeholder)
        if field.entry is Entry.CHOICE:
            self.line.hide()
            group = QButtonGroup(self)
            for key, text in field.choices:
                button = QRadioButton(tr(text), self)
                button.setObjectName(f"target_{field.key}_{key}")
                button.setAccessibleName(tr(text))
                button.setChecked(key == value)
                button.toggled.connect(lambda on, key=key: self.line.setText(key) if on else None)
                group.addButton(button)
                row.addWidget(button)
                self._buttons[key] = button
        elif field.entry is Entry.LIST:
            self.line.hide()
            self.list = QComboBox(self)
            self.list.setObjectName(f"target_{field.key}_list")
            self.list.setAccessibleName(tr(field.label))
            self.list.setMinimumWidth(_WIDTH)
            for key, text in field.choices:
                self.list.addItem(tr(text), key)
            self.list.setCurrentIndex(max(0, self.list.findData(value)))
            self.list.currentIndexChanged.connect(lambda _: self.line.setText(str(self.list.currentData())))
            self.line.textChanged.connect(lambda text: self.list.setCurrentIndex(max(0, self.list.findData(text))))
            row.addWidget(self.list)
        else:
            self.line.setFixedWidth(96 if field.entry is Entry.PORT else _WIDTH)
            row.addWidget(self.line)
        if field.entry is Entry.SECRET:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        if field.entry in (Entry.FOLDER, Entry.FILE, Entry.NEW_FILE):
            choose = QPushButton(tr("Choose…"), self)
            choose.setObjectName(f"target_{field.key}_choose")
            choose.setAccessibleName(tr("{label}: choose", label=tr(field.label)))
            choose.setAutoDefault(False)
            choose.clicked.connect(self._on_choose)
            row.addWidget(choose)
        row.addStretch(1)
        self._help = self._label("", "hint")
        self._help.setObjectName(f"target_{field.key}_help")
        column.addWidget(self._help)
        self.show_help("")
        self._problem = self._label("", "error")
        self._problem.setObjectName(f"target_{field.key}_problem")
        self._problem.hide()
        column.addWidget(self._problem)
        self.line.textChanged.connect(self._on_edit)
        self.line.editingFinished.connect(self._on_left)

    def _label(self, text: str, role: str) -> QLabel:
        label = QLabel(text, self)
        label.setWordWrap(True)
        label.setFixedWidth(_WIDTH + 60)
        set_role(label, role)
        self._fit(label)
        return label

    def _fit(self, label: QLabel) -> None:
        """A wrapped label asks for less room than it needs when the form is scrolled."""
        label.ensurePolished()
        label.setMinimumHeight(max(0, label.heightForWidth(label.width())))

    def show_help(self, chosen: str) -> None:
        """Show where to find the value, given what is chosen in the field that the help depends on."""
        own = self.field.helps[1].get(chosen, "") if self.field.helps is not None else ""
        text = own or self.field.help
        self._help.setText(tr(text) if text else "")
        self._help.setVisible(bool(text))
        self._fit(self._help)
        self.line.setAccessibleDescription(self._help.text())

    @property
    def entry(self) -> QWidget:
        """What takes the focus."""
        if self.field.entry is Entry.LIST:
            return self.list
        return self._buttons[self.value()] if self._buttons else self.line

    def value(self) -> str:
        """What was typed; passwords exactly so."""
        return self.line.text() if self.field.entry is Entry.SECRET else self.line.text().strip()

    def choose(self, value: str) -> None:
        """Put a value in, as if it had been typed or chosen."""
        if value in self._buttons:
            self._buttons[value].setChecked(True)
        else:
            self.line.setText(value)

    def problem(self) -> str:
        """What is wrong with the value, and show it."""
        found = self.field.problem(self.value()) if self.field.problem is not None and self.isEnabled() else ""
        self._problem.setText(found)
        self._fit(self._problem)
        self._problem.setVisible(bool(found))
        self.line.setProperty("invalid", bool(found))
        restyle(self.line)
        return found

    def _on_edit(self) -> None:
        if not self._problem.isHidden():
            self.problem()
        self.changed.emit()

    def _on_left(self) -> None:
        if self.field.key == "public_url" and self.value() and "://" not in self.value():
            self.line.setText(f"https://{self.value()}")
        if self.value():
            self.problem()

    def _on_choose(self) -> None:
        dialog = QFileDialog(self, tr(self.field.label), self.value())
        dialog.setObjectName(f"target_{self.field.key}_dialog")
        mode = {Entry.FOLDER: QFileDialog.FileMode.Directory, Entry.NEW_FILE: QFileDialog.FileMode.AnyFile}
        dialog.setFileMode(mode.get(self.field.entry, QFileDialog.FileMode.ExistingFile))
        if self.field.entry is Entry.NEW_FILE:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix("zip")
        dialog.fileSelected.connect(self.line.setText)
        dialog.open()


class TargetForm(QScrollArea):
    """Shows a draft; `changed` with every key."""

    changed = Signal()

    def __init__(self, draft: Draft, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("target_form")
        self.setAccessibleName(tr("The publish target"))
        self.setWidgetResizable(True)
        self._draft = draft
        inner = QWidget(self)
        self._form = QFormLayout(inner)
        self._form.setContentsMargins(0, 0, SPACE, 0)
        self._form.setHorizontalSpacing(DOUBLE)
        self._form.setVerticalSpacing(SPACE + HALF)
        self.rows: dict[str, FieldRow] = {}
        values = draft.values
        for field in draft.kind.fields:
            row = FieldRow(field, draft.password if field.entry is Entry.SECRET else values[field.key], inner)
            if field.entry is Entry.SECRET and draft.target.id:
                row.line.setPlaceholderText(tr("(unchanged)"))
            row.changed.connect(self._arrange)
            row.changed.connect(self.changed)
            if field.presets:
                row.line.textChanged.connect(partial(self._fill_in, field))
            label = QLabel(tr(field.label), inner)
            label.setFixedWidth(120)
            label.setContentsMargins(0, 6, 0, 0)
            label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            label.setWordWrap(True)
            label.setBuddy(row.entry)
            self._form.addRow(label, row)
            self.rows[field.key] = row
        self.setWidget(inner)
        self._arrange()

    @property
    def draft_kind(self) -> Kind:
        """The kind whose fields are shown."""
        return self._draft.kind

    def keep_host_key(self, fingerprint: str) -> None:
        """The server was accepted while it was tested."""
        self._draft.target = replace(self.draft().target, host_key=fingerprint)

    def _arrange(self) -> None:
        for row in self.rows.values():
            if row.field.only_if is not None:
                key, wanted = row.field.only_if
                on = self.rows[key].value() in wanted
                row.setEnabled(on)
                self._form.setRowVisible(row, on)
            if row.field.helps is not None:
                row.show_help(self.rows[row.field.helps[0]].value())

    def _fill_in(self, field: Field, chosen: str) -> None:
        for key, value in field.presets.get(chosen, {}).items():
            row = self.rows[key]
            row.choose(value)

    def is_complete(self) -> bool:
        """Whether nothing is wrong; else it is shown, and the first wrong field has the focus."""
        wrong = [row for row in self.rows.values() if row.problem()]
        if wrong:
            wrong[0].entry.setFocus()
            self.ensureWidgetVisible(wrong[0])
        return not wrong

    def draft(self) -> Draft:
        """The target as it is typed in now. Only for a complete form."""
        values = {key: row.value() for key, row in self.rows.items()}
        password = values.pop("password", "")
        return Draft(self._draft.kind, self._draft.kind.compose(values, self._draft.target), password)
