"""Small dialogs of the visual editor: the source of a protected block, the words and the place of a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtGui import QFont, QTextCursor
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.ui.appearance import DOUBLE, MONOSPACE, SPACE, set_role
from chce_desktop.ui.editor.visual import formats

#: Where a picture that stands alone is shown, by its class in the site's style sheet.
_PLACES = (
    ("", mark("As wide as the text")),
    ("left", mark("On the left")),
    ("center", mark("In the middle")),
    ("right", mark("On the right")),
    ("wide", mark("Wider than the text")),
)


def ask_source(parent: QWidget, source: str, done: Callable[[str], object]) -> QDialog:
    """Edit the Markdown of one block; `done` receives it when it is confirmed."""
    dialog, column = _dialog(parent, "block_source_dialog", tr("Source of this block"))
    field = QPlainTextEdit(source, dialog)
    field.setObjectName("block_source")
    field.setAccessibleName(tr("Source of this block"))
    mono = QFont(field.font())
    mono.setFamilies([*MONOSPACE])
    field.setFont(mono)
    field.setMinimumSize(520, 220)
    hint = QLabel(tr("Markdown or HTML. An empty text removes the block."), dialog)
    hint.setObjectName("block_source_hint")
    set_role(hint, "hint")
    column.addWidget(field)
    column.addWidget(hint)
    column.addWidget(_buttons(dialog))
    dialog.accepted.connect(lambda: done(field.toPlainText()))
    dialog.open()
    field.setFocus()
    return dialog


def ask_picture(editor: QWidget, cursor: QTextCursor) -> QDialog:
    """Edit alternative text, caption and place of the picture that `cursor` selects."""
    dialog, column = _dialog(editor, "picture_dialog", tr("Picture"))
    run = formats.run_of(formats.MARK, cursor.charFormat())
    form = QFormLayout()
    form.setSpacing(SPACE)
    alternative = _field(dialog, form, "picture_alternative", tr("Alternative text"), run.text)
    caption = _field(dialog, form, "picture_caption", tr("Caption"), run.title)
    place = QComboBox(dialog)
    place.setObjectName("picture_place")
    place.setAccessibleName(tr("Place"))
    for value, text in _PLACES:
        place.addItem(tr(text), value)
    place.setCurrentIndex(max(0, place.findData(run.place)))
    alone = cursor.block().length() == 2
    place.setEnabled(alone)
    form.addRow(tr("Place"), place)
    column.addLayout(form)
    hint = QLabel(tr("Readers who cannot see the picture hear the alternative text."), dialog)
    hint.setObjectName("picture_hint")
    hint.setWordWrap(True)
    set_role(hint, "hint")
    column.addWidget(hint)
    column.addWidget(_buttons(dialog))

    def accept() -> None:
        changed = replace(
            run,
            text=alternative.text().strip(),
            title=caption.text().strip(),
            place=str(place.currentData()) if alone else "",
        )
        cursor.insertText(formats.MARK, formats.object_format(changed))

    dialog.accepted.connect(accept)
    dialog.finished.connect(lambda _: editor.setFocus())
    dialog.open()
    return dialog


def _dialog(parent: QWidget, name: str, title: str) -> tuple[QDialog, QVBoxLayout]:
    dialog = QDialog(parent)
    dialog.setObjectName(name)
    dialog.setAccessibleName(title)
    dialog.setWindowTitle(title)
    dialog.setMinimumWidth(420)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
    column.setSpacing(SPACE)
    return dialog, column


def _field(dialog: QDialog, form: QFormLayout, name: str, label: str, text: str) -> QLineEdit:
    made = QLineEdit(text, dialog)
    made.setObjectName(name)
    made.setAccessibleName(label)
    form.addRow(label, made)
    return made


def _buttons(dialog: QDialog) -> QDialogButtonBox:
    made = QDialogButtonBox(dialog)
    accept = made.addButton(tr("Apply"), QDialogButtonBox.ButtonRole.AcceptRole)
    accept.setObjectName(f"{dialog.objectName()}_apply")
    cancel = made.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
    cancel.setObjectName(f"{dialog.objectName()}_cancel")
    made.accepted.connect(dialog.accept)
    made.rejected.connect(dialog.reject)
    return made
