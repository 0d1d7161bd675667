"""One widget for each kind of setting, all with the same three ways in and out: show, value, changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.appearance import HALF, SPACE, restyle, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.media.field import PictureField
from chce_desktop.ui.settings.fields import Control, Field, timezones
from chce_desktop.ui.settings.themes import ThemePicker

_WIDTH = 420


class QuietSpinBox(QSpinBox):
    """A number that does not change when a page is scrolled over it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().setTextMargins(SPACE, 0, 0, 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class QuietComboBox(QComboBox):
    """A choice that does not change when a page is scrolled over it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class _Wrapped(QLabel):
    """Text that wraps at its greatest width, which layouts that ask for its height do not know."""

    def heightForWidth(self, width: int) -> int:
        return super().heightForWidth(min(width, self.maximumWidth()))


class Row(QWidget):
    """A setting's widget with its help and what is wrong with it."""

    changed = Signal()

    def __init__(self, desk: Desk, field: Field, parent: QWidget) -> None:
        super().__init__(parent)
        self.field = field
        self.setObjectName(f"setting_{field.key}_row")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF)
        self._read: Callable[[], Any]
        self._write: Callable[[Any], None]
        self.widget = _MAKERS[field.control](self, desk)
        self.widget.setObjectName(f"setting_{field.key}")
        self.widget.setAccessibleName(tr(field.label))
        column.addWidget(self.widget)
        if field.help:
            self.widget.setAccessibleDescription(tr(field.help))
            column.addWidget(self._label(tr(field.help), "hint", f"setting_{field.key}_help"))
        self._problem = self._label("", "error", f"setting_{field.key}_problem")
        self._problem.hide()
        column.addWidget(self._problem)

    def value(self) -> Any:
        """The value as `SiteSettings` holds it."""
        return self._read()

    def show_value(self, value: Any) -> None:
        """Show a value without `changed`."""
        self.widget.blockSignals(True)
        self._write(value)
        self.widget.blockSignals(False)

    def problem(self) -> str:
        """What is wrong with the value, and show it; empty: nothing."""
        value = self.value()
        text = "\n".join(value) if isinstance(value, tuple) else value
        found = self.field.problem(text) if self.field.problem is not None and isinstance(text, str) else ""
        self._problem.setText(found)
        self._problem.setVisible(bool(found))
        self.widget.setProperty("invalid", bool(found))
        restyle(self.widget)
        return found

    def _label(self, text: str, role: str, name: str) -> QLabel:
        label = _Wrapped(text, self)
        label.setObjectName(name)
        label.setWordWrap(True)
        label.setMaximumWidth(_WIDTH)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)  # wrapped text needs it, and a new policy has forgotten it
        label.setSizePolicy(policy)
        set_role(label, role)
        return label

    def _on_edit(self, *_: object) -> None:
        if not self._problem.isHidden():
            self.problem()  # it goes as soon as it is mended, and comes only when the field is left
        self.changed.emit()

    def _line(self, desk: Desk) -> QWidget:
        del desk
        line = QLineEdit(self)
        line.setMaximumWidth(_WIDTH)
        line.setPlaceholderText(self.field.placeholder)
        line.textChanged.connect(self._on_edit)
        line.editingFinished.connect(self.problem)

        def write(value: str) -> None:
            line.setText(value)
            line.setCursorPosition(0)

        self._read = lambda: line.text().strip()
        self._write = write
        return line

    def _text(self, desk: Desk) -> QWidget:
        del desk
        text = QPlainTextEdit(self)
        text.setTabChangesFocus(True)
        text.setMaximumWidth(_WIDTH)
        text.setFixedHeight(84)
        text.textChanged.connect(self._on_edit)
        self._write = text.setPlainText
        if self.field.control is Control.LINES:
            text.setFixedHeight(116)
            self._write = lambda value: text.setPlainText("\n".join(value))
            self._read = lambda: tuple(
                " ".join(line.split()) for line in text.toPlainText().splitlines() if line.strip()
            )
        else:
            self._read = lambda: text.toPlainText().strip()
        return text

    def _number(self, desk: Desk) -> QWidget:
        del desk
        box = QuietSpinBox(self)
        box.setRange(self.field.least, self.field.most)
        box.setFixedWidth(132)
        if self.field.unit:
            box.setSuffix(tr(self.field.unit))
        box.valueChanged.connect(self._on_edit)

        def write(value: int) -> None:
            box.setRange(min(value, self.field.least), max(value, self.field.most))  # never change by showing
            box.setValue(value)

        self._read = box.value
        self._write = write
        return box

    def _switch(self, desk: Desk) -> QWidget:
        del desk
        box = QCheckBox(tr(self.field.label), self)
        box.toggled.connect(self._on_edit)
        self._read = box.isChecked
        self._write = box.setChecked
        return box

    def _picture(self, desk: Desk) -> QWidget:
        picture = PictureField(desk, f"setting_{self.field.key}", tr(self.field.label), QSize(200, 72), self)
        picture.changed.connect(self._on_edit)
        self._read = picture.path
        self._write = picture.set_path
        return picture

    def _choice(self, desk: Desk) -> QWidget:
        del desk
        box = QuietComboBox(self)
        box.setFixedWidth(260)
        for value, text in self.field.choices() if self.field.choices is not None else ():
            box.addItem(text, value)
        box.setEditable(self.field.editable)
        box.currentTextChanged.connect(self._on_edit)

        def read() -> str:
            known = box.findText(box.currentText())
            return str(box.itemData(known)) if known >= 0 else box.currentText().strip()

        def write(value: str) -> None:
            index = box.findData(value)
            if index < 0 and not box.isEditable():
                box.addItem(value, value)
                index = box.count() - 1
            if index >= 0:
                box.setCurrentIndex(index)
            else:
                box.setEditText(value)

        self._read, self._write = read, write
        return box

    def _theme(self, desk: Desk) -> QWidget:
        del desk
        picker = ThemePicker(f"setting_{self.field.key}", self)
        picker.setMaximumWidth(_WIDTH)
        picker.chosen.connect(self._on_edit)
        self._read, self._write = picker.theme, picker.set_theme
        return picker

    def _timezone(self, desk: Desk) -> QWidget:
        del desk
        box = QuietComboBox(self)
        box.setFixedWidth(260)
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.addItems(timezones())
        completer = QCompleter(timezones(), box)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        box.setCompleter(completer)
        box.currentTextChanged.connect(self._on_edit)
        line = box.lineEdit()
        if line is not None:
            line.editingFinished.connect(self.problem)
        self._read = lambda: box.currentText().strip()
        self._write = box.setEditText
        return box


_MAKERS: dict[Control, Callable[[Row, Desk], QWidget]] = {
    Control.LINE: Row._line,  # noqa: SLF001 - the table belongs to the class
    Control.TEXT: Row._text,  # noqa: SLF001 - the class above
    Control.LINES: Row._text,  # noqa: SLF001 - the class above
    Control.NUMBER: Row._number,  # noqa: SLF001 - the class above
    Control.SWITCH: Row._switch,  # noqa: SLF001 - the class above
    Control.PICTURE: Row._picture,  # noqa: SLF001 - the class above
    Control.CHOICE: Row._choice,  # noqa: SLF001 - the class above
    Control.THEME: Row._theme,  # noqa: SLF001 - the class above
    Control.TIMEZONE: Row._timezone,  # noqa: SLF001 - the class above
}
