"""Typing in a link: the bar at the foot of the table, and the form with every field. Both warn while one types."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.link import Link, LinkPatch
from chce_desktop.foundation.i18n import tr
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog
from chce_desktop.ui.media.field import PictureField

_PAUSE = 250  # milliseconds without a key before the library is asked


def with_scheme(address: str) -> str:
    """The address as it will be kept: `http://` in front of a bare host; the check finds those that moved to https."""
    address = address.strip()
    return address if not address or "://" in address else f"http://{address}"


class Warnings(QObject):
    """Asks the library what is odd about a name and an address, a moment after the last key, and shows it."""

    def __init__(self, desk: Desk, name: QLineEdit, address: QLineEdit, label: QLabel, besides: int | None) -> None:
        super().__init__(label)
        self._desk, self._name, self._address, self._label, self._besides = desk, name, address, label, besides
        set_role(label, "warning")
        label.setWordWrap(True)
        label.hide()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self._ask)
        name.textChanged.connect(lambda _: self._timer.start())
        address.textChanged.connect(lambda _: self._timer.start())
        address.editingFinished.connect(lambda: address.setText(with_scheme(address.text())))

    def _ask(self) -> None:
        name, address, links = self._name.text(), self._address.text(), self._desk.site.links
        if not name.strip() and not address.strip():
            self._show(("", ""), ())
            return
        self._desk.run(
            lambda _: links.problems(name, address, besides=self._besides),
            done=lambda found: self._show((name, address), found),
            queue=LIBRARY_READ,
            owner=self,
        )

    def _show(self, asked: tuple[str, str], found: tuple[str, ...]) -> None:
        if asked not in (("", ""), (self._name.text(), self._address.text())):
            return  # an answer to what is no longer there; the next one is on its way
        self._label.setText("\n".join(found))
        self._label.setVisible(bool(found))


class AddBar(QWidget):
    """Name, address, Enter. `wanted(name, address)` asks for the link."""

    wanted = Signal(str, str)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("links_add_bar")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        column.addLayout(row)
        self.name = QLineEdit(self)
        self.name.setObjectName("links_add_name")
        self.name.setAccessibleName(tr("Name of the new link"))
        self.name.setPlaceholderText(tr("Name, such as 教育部"))
        self.address = QLineEdit(self)
        self.address.setObjectName("links_add_address")
        self.address.setAccessibleName(tr("Address of the new link"))
        self.address.setPlaceholderText(tr("Address, such as www.moe.gov.cn"))
        self.button = QPushButton(icons.icon("plus"), tr("Add link"), self)
        self.button.setObjectName("links_add_button")
        self.button.setAccessibleName(tr("Add link"))
        self.button.setAutoDefault(False)
        row.addWidget(self.name, 2)
        row.addWidget(self.address, 3)
        row.addWidget(self.button)
        label = QLabel(self)
        label.setObjectName("links_add_warnings")
        column.addWidget(label)
        self.warnings = Warnings(desk, self.name, self.address, label, None)
        self.name.returnPressed.connect(self._on_return)
        self.address.returnPressed.connect(self._on_return)
        self.button.clicked.connect(self._on_return)
        self.name.textChanged.connect(self._enable)
        self.address.textChanged.connect(self._enable)
        self._enable()

    def added(self, name: str, address: str) -> None:
        """This link is there: ready for the next one, of which some may be typed already."""
        if (self.name.text().strip(), with_scheme(self.address.text())) == (name, address):
            self.name.clear()
            self.address.clear()
            self.name.setFocus()

    def _enable(self) -> None:
        self.button.setEnabled(bool(self.name.text().strip() and self.address.text().strip()))

    def _on_return(self) -> None:
        name, address = self.name.text().strip(), self.address.text().strip()
        if name and address:
            self.wanted.emit(name, with_scheme(address))
        else:
            (self.address if name else self.name).setFocus()


class LinkForm(DeskDialog):
    """Every field of one link. `saved(patch)` holds only what was changed."""

    saved = Signal(dict)

    def __init__(self, desk: Desk, link: Link, parent: QWidget) -> None:
        super().__init__(desk, "link_form", tr("Friendly link"), QSize(560, 0), parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._link = link
        column = QVBoxLayout(self)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(DOUBLE)
        form = QFormLayout()
        form.setHorizontalSpacing(DOUBLE)
        form.setVerticalSpacing(SPACE)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        column.addLayout(form)
        self.name = self._line("link_name", tr("Name"), link.name)
        self.address = self._line("link_address", tr("Address"), link.url)
        self.note = self._line("link_note", tr("Note"), link.note)
        self.note.setPlaceholderText(tr("Readers see it when the pointer rests on the link"))
        label = QLabel(self)
        label.setObjectName("link_warnings")
        form.addRow(tr("Name"), self.name)
        form.addRow(tr("Address"), self.address)
        form.addRow("", label)
        form.addRow(tr("Note"), self.note)
        self.logo = PictureField(desk, "link_logo", tr("Logo"), QSize(120, 48), self)
        self.logo.set_path(link.logo)
        form.addRow(tr("Logo"), self.logo)
        self.visible = QCheckBox(tr("Readers see this link"), self)
        self.visible.setObjectName("link_visible")
        self.visible.setAccessibleName(tr("Readers see this link"))
        self.visible.setChecked(link.visible)
        form.addRow("", self.visible)
        self.warnings = Warnings(desk, self.name, self.address, label, link.id)
        buttons = QDialogButtonBox(self)
        self.save_button = buttons.addButton(tr("Save"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.save_button.setObjectName("link_save")
        self.save_button.setDefault(True)
        buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole).setObjectName("link_cancel")
        buttons.accepted.connect(self._on_save)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.name.textChanged.connect(self._enable)
        self.address.textChanged.connect(self._enable)
        self.name.setFocus()

    def _line(self, name: str, label: str, text: str) -> QLineEdit:
        line = QLineEdit(text, self)
        line.setObjectName(name)
        line.setAccessibleName(label)
        line.setCursorPosition(0)
        return line

    def _enable(self) -> None:
        self.save_button.setEnabled(bool(self.name.text().strip() and self.address.text().strip()))

    def _on_save(self) -> None:
        patch = LinkPatch()
        if (name := self.name.text().strip()) != self._link.name:
            patch["name"] = name
        if (url := with_scheme(self.address.text())) != self._link.url:
            patch["url"] = url
        if (note := self.note.text().strip()) != self._link.note:
            patch["note"] = note
        if (logo := self.logo.path()) != self._link.logo:
            patch["logo"] = logo
        if (visible := self.visible.isChecked()) != self._link.visible:
            patch["visible"] = visible
        if patch:
            self.saved.emit(patch)
        self.accept()
