"""Small dialogs of the writing desk: the address of a link, of a video."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.appearance import DOUBLE, SPACE, set_role


class _Ask(QDialog):
    def __init__(self, parent: QWidget, name: str, title: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setWindowTitle(title)
        self.setMinimumWidth(420)
        self.form = QFormLayout()
        self.form.setSpacing(SPACE)
        self.hint = QLabel(self)
        self.hint.setObjectName(f"{name}_hint")
        self.hint.setWordWrap(True)
        set_role(self.hint, "hint")
        self.buttons = QDialogButtonBox(self)
        self._accept = self.buttons.addButton(tr("Insert"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._accept.setObjectName(f"{name}_insert")
        cancel = self.buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setObjectName(f"{name}_cancel")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE)
        column.addLayout(self.form)
        column.addWidget(self.hint)
        column.addStretch(1)
        column.addWidget(self.buttons)

    def field(self, name: str, label: str, text: str, placeholder: str = "") -> QLineEdit:
        made = QLineEdit(text, self)
        made.setObjectName(name)
        made.setAccessibleName(label)
        made.setPlaceholderText(placeholder)
        self.form.addRow(label, made)
        return made

    def name_accept(self, text: str) -> None:
        self._accept.setText(text)

    def enable(self, on: bool) -> None:
        self._accept.setEnabled(on)


def ask_link(parent: QWidget, text: str, insert: Callable[[str, str], object], leads_to: str = "") -> QDialog:
    """Ask for the text and the address of a link; `insert(text, address)` is called when it is confirmed.

    `leads_to`: the address of a link that is there already; an empty one takes it away.
    """
    dialog = _Ask(parent, "link_dialog", tr("Edit link") if leads_to else tr("Insert link"))
    shown = dialog.field("link_text", tr("Shown text"), text)
    address = dialog.field("link_address", tr("Address"), leads_to or _copied_address(), "https://")
    dialog.hint.setText(
        tr("Without an address it becomes plain text.")
        if leads_to
        else tr("An address on the web, or the address of a page of this site.")
    )
    if leads_to:
        dialog.name_accept(tr("Apply"))

    def check() -> None:
        dialog.enable(bool(leads_to or address.text().strip()))

    def accept() -> None:
        wanted = address.text().strip()
        if "://" not in wanted and wanted.split("/")[0].count(".") and not wanted.endswith(".html"):
            wanted = f"https://{wanted}"
        if "@" in wanted and "/" not in wanted.removeprefix("https://") and ":" not in wanted.removeprefix("https:"):
            wanted = f"mailto:{wanted.removeprefix('https://')}"
        insert(shown.text().strip(), wanted.replace(" ", "%20").replace("(", "%28").replace(")", "%29"))

    address.textChanged.connect(check)
    dialog.accepted.connect(accept)
    check()
    (address if text else shown).setFocus()
    dialog.open()
    return dialog


def ask_video(parent: QWidget, hosts: tuple[str, ...], insert: Callable[[str], object]) -> QDialog:
    """Ask for the address of a video; `insert(address)` is called when it is confirmed."""
    dialog = _Ask(parent, "video_dialog", tr("Insert video"))
    address = dialog.field("video_address", tr("Address"), _copied_address(), "https://")
    names = "、".join(hosts)
    dialog.hint.setText(
        tr(
            "The address of a video's page or player. Players of these sites are shown in the page: {hosts}",
            hosts=names,
        )
    )
    address.textChanged.connect(lambda: dialog.enable(address.text().strip().startswith("https://")))
    dialog.enable(address.text().strip().startswith("https://"))
    dialog.accepted.connect(lambda: insert(address.text().strip()))
    address.setFocus()
    dialog.open()
    return dialog


def _copied_address() -> str:
    """An address that was copied is most likely the one that is meant."""
    copied = QGuiApplication.clipboard().text().strip()
    fits = copied.startswith(("http://", "https://")) and len(copied) < 2000 and len(copied.split()) == 1
    return copied if fits else ""
