"""When a target is published by itself: while the app runs, in the background, or by the computer's own scheduler."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.publication import AUTOMATIC, Target
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import Progress
from chce_desktop.services import scheduling
from chce_desktop.services.scheduling import EVERY, Schedule
from chce_desktop.ui.appearance import DOUBLE, SPACE, TRIPLE, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog, scrolled
from chce_desktop.ui.memory import KEEP_RUNNING, Memory

_QUEUE = "scheduler"
_USUAL = 10


class ByItselfDialog(DeskDialog):
    """`saved`: the target was changed."""

    saved = Signal()

    def __init__(self, desk: Desk, target: Target, parent: QWidget | None = None) -> None:
        super().__init__(desk, "by_itself_dialog", tr("Publish by itself"), QSize(600, 440), parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._target = target
        self._found: Schedule | None = None
        self._memory = Memory()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(TRIPLE, DOUBLE, TRIPLE, DOUBLE)
        whole.setSpacing(SPACE)
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        whole.addWidget(scrolled(content, "by_itself_scroll", self), 1)
        column.addWidget(
            self._label("by_itself_heading", tr("Publish to “{name}” by itself", name=target.name), "heading")
        )
        column.addWidget(
            self._label(
                "by_itself_text",
                tr(
                    "Articles with a later date go out when their time has come, and those with a day to be taken down "
                    "go. Whatever is ready by then goes along."
                ),
                "hint",
            )
        )
        column.addSpacing(SPACE)
        self.automatic = self._box("by_itself_automatic", tr("When something is due, publish while the app runs"))
        self.automatic.setChecked(target.automatic)
        column.addWidget(self.automatic)
        self.keep = self._box("by_itself_keep", tr("Keep the app running when its window is closed"))
        self.keep.setChecked(self._memory.flag(KEEP_RUNNING, default=False))
        column.addWidget(self.keep)
        column.addWidget(
            self._indented(
                "by_itself_keep_hint",
                tr("It stays as an icon in the tray; where the desktop has none, start the app again to see it."),
            )
        )
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        self.scheduled = self._box("by_itself_scheduled", tr("Also when the app does not run: look every"))
        row.addWidget(self.scheduled)
        self.every = QComboBox(self)
        self.every.setObjectName("by_itself_every")
        self.every.setAccessibleName(tr("minutes between two looks"))
        for minutes in EVERY:
            self.every.addItem(trn("{n} minute", "{n} minutes", minutes), minutes)
        self.every.setCurrentIndex(EVERY.index(_USUAL))
        row.addWidget(self.every)
        row.addStretch(1)
        column.addLayout(row)
        self.note = self._indented("by_itself_note", tr("Asking this computer's scheduler…"))
        column.addWidget(self.note)
        column.addStretch(1)
        buttons = QDialogButtonBox(self)
        self.save_button = buttons.addButton(tr("Save"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.save_button.setObjectName("by_itself_save")
        self.save_button.setAccessibleName(tr("Save"))
        cancel = buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setObjectName("by_itself_cancel")
        cancel.setAccessibleName(tr("Cancel"))
        buttons.accepted.connect(self._save)
        buttons.rejected.connect(self.reject)
        whole.addWidget(buttons)
        self.scheduled.setEnabled(False)
        self.every.setEnabled(False)
        self.scheduled.toggled.connect(lambda on: self.every.setEnabled(on))
        self.scheduled.toggled.connect(lambda on: self.automatic.setChecked(True) if on else None)
        site = desk.site
        self.run(lambda _: scheduling.show(site, target), done=self._on_found, failed=self._on_none, queue=_QUEUE)

    def _on_found(self, found: Schedule) -> None:
        self._found = found
        self.scheduled.setEnabled(True)
        self.scheduled.setChecked(found.installed)
        if found.every in EVERY:
            self.every.setCurrentIndex(EVERY.index(found.every))
        self.note.setText(
            tr(
                "Set up with {how}. The password must be in the keyring, or a key file in use.",
                how=found.scheduler,
            )
        )

    def _on_none(self, error: ChceError) -> bool:
        self.note.setText(f"{error.title} {error.hint}")
        return True

    def _save(self) -> None:
        self._memory.set_flag(KEEP_RUNNING, on=self.keep.isChecked())
        self._memory.save()
        site, target, found = self.desk.site, self._target, self._found
        options = {key: value for key, value in target.options.items() if key != AUTOMATIC}
        if self.automatic.isChecked():
            options[AUTOMATIC] = "yes"
        wanted = int(self.every.currentData()) if self.scheduled.isChecked() else 0

        def work(_: Progress) -> None:
            if found is not None and wanted != found.every:
                if wanted:
                    scheduling.install(site, target, wanted)
                else:
                    scheduling.remove(site, target)
            if options != target.options:
                site.targets.change(target.id, options=options)

        self.save_button.setEnabled(False)
        self.run(work, done=self._on_saved, failed=self._on_refused, queue=_QUEUE)

    def _on_saved(self, _: None) -> None:
        self.saved.emit()
        self.accept()

    def _on_refused(self, _: ChceError) -> bool:
        self.save_button.setEnabled(True)
        return False

    def _box(self, name: str, text: str) -> QCheckBox:
        box = QCheckBox(text, self)
        box.setObjectName(name)
        box.setAccessibleName(text)
        return box

    def _label(self, name: str, text: str, role: str) -> QLabel:
        label = QLabel(text, self)
        label.setObjectName(name)
        label.setWordWrap(True)
        set_role(label, role)
        return label

    def _indented(self, name: str, text: str) -> QLabel:
        label = self._label(name, text, "hint")
        label.setContentsMargins(26, 0, 0, 0)
        return label
