"""Setting a publish target up: what kind of place, its particulars, and a real test. Also for changing one."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.publication import Target
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.secrets import NoKeyring
from chce_desktop.services.publishing import risk_of
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, SPACE, TRIPLE, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog, scrolled
from chce_desktop.ui.notices import confirm
from chce_desktop.ui.publishing.form import TargetForm
from chce_desktop.ui.publishing.hostfields import Kind
from chce_desktop.ui.publishing.kinds import KINDS, Draft, kind_of
from chce_desktop.ui.publishing.testing import TestPane
from chce_desktop.ui.signs import Sign

_KIND, _FORM, _TEST = range(3)
_NARROWEST, _WIDE = 220, 600


class TargetWizard(DeskDialog):
    """`saved(target)`: the target was added or changed."""

    saved = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, target: Target | None = None) -> None:
        """`target`: one that is kept already and is to be changed."""
        title = tr("Publish target") if target is not None else tr("Set up a publish target")
        super().__init__(desk, "target_wizard", title, QSize(660, 660), parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._saving = False
        kind = kind_of(target) if target is not None else None
        self._draft = Draft(kind or KINDS[0], target) if target is not None else Draft(KINDS[0])
        self._first = _FORM if target is not None else _KIND
        column = QVBoxLayout(self)
        column.setContentsMargins(TRIPLE, DOUBLE, TRIPLE, DOUBLE)
        column.setSpacing(DOUBLE)
        self.heading = QLabel(self)
        self.heading.setObjectName("target_heading")
        set_role(self.heading, "heading")
        column.addWidget(self.heading)
        self.stack = QStackedWidget(self)
        column.addWidget(self.stack, 1)
        self.stack.addWidget(self._make_kinds())
        self._form_page = QWidget(self)
        self._form_column = QVBoxLayout(self._form_page)
        self._form_column.setContentsMargins(0, 0, 0, 0)
        self.form: TargetForm | None = None
        self.stack.addWidget(self._form_page)
        self.test = TestPane(desk, self)
        self.test.finished.connect(lambda _: self._arrange())
        self.test.host_key_accepted.connect(self._on_host_key)
        self.stack.addWidget(self.test)
        line = QFrame(self)
        set_role(line, "line")
        column.addWidget(line)
        column.addLayout(self._make_buttons())
        self._passed = False
        self.test.finished.connect(self._on_tested)
        self._go(self._first)

    def _make_kinds(self) -> QWidget:
        page = QWidget(self)
        page.setAccessibleName(tr("What kind of place is it?"))
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        text = QLabel(tr("Where shall the site go? You can change this later, and have several places."), page)
        text.setWordWrap(True)
        set_role(text, "hint")
        column.addWidget(text)
        inner = QWidget(page)
        cards = QVBoxLayout(inner)
        cards.setContentsMargins(0, 0, SPACE, 0)
        cards.setSpacing(SPACE)
        self._kinds = QButtonGroup(page)
        for number, kind in enumerate(KINDS):
            card = _KindCard(kind, inner)
            card.setChecked(number == 0)
            self._kinds.addButton(card, number)
            cards.addWidget(card)
        cards.addStretch(1)
        column.addWidget(scrolled(inner, "target_kinds", page), 1)
        return page

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        self.back_button = self._button("target_back", tr("Back"), self._on_back)
        self.save_anyway = self._button("target_save_anyway", tr("Save without a passed test"), self._save)
        set_role(self.save_anyway, "quiet")
        self.next_button = self._button("target_next", tr("Next"), self._on_next)
        self.next_button.setDefault(True)
        self.cancel_button = self._button("target_cancel", tr("Cancel"), self.reject)
        row.addWidget(self.back_button)
        row.addStretch(1)
        for button in (self.save_anyway, self.next_button, self.cancel_button):
            row.addWidget(button)
        return row

    def _button(self, name: str, text: str, slot: object) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _go(self, page: int) -> None:
        if page == _FORM and (self.form is None or self.form.draft_kind is not self._draft.kind):
            if self.form is not None:
                self._form_column.removeWidget(self.form)
                self.form.deleteLater()
            self.form = TargetForm(self._draft, self._form_page)
            self._form_column.addWidget(self.form)
        self.stack.setCurrentIndex(page)
        if page == _TEST:
            self._passed = False
            self.test.start(self._draft.target, self._draft.password or None)
        elif page == _FORM and self.form is not None:
            next(iter(self.form.rows.values())).entry.setFocus()
        else:
            self._kinds.button(KINDS.index(self._draft.kind)).setFocus()
        self._arrange()

    def _arrange(self) -> None:
        page = self.stack.currentIndex()
        self.heading.setText(
            (tr("What kind of place is it?"), tr(self._draft.kind.title), tr("Testing the connection"))[page]
        )
        self.back_button.setVisible(page > self._first)
        self.save_anyway.setVisible(page == _TEST and not self._passed)
        self.save_anyway.setEnabled(not self._saving)
        self.next_button.setText(
            (tr("Next"), tr("Test and save"), tr("Save") if self._passed else tr("Test again"))[page]
        )
        self.next_button.setAccessibleName(self.next_button.text())
        self.next_button.setEnabled(not self._saving and not (page == _TEST and self.test.is_running))

    def _on_tested(self, passed: bool) -> None:
        self._passed = passed
        if passed:
            self._draft.target = replace(self._draft.target, capabilities=self.test.capabilities)
        self._arrange()
        if passed:
            self.next_button.setFocus()

    def _on_next(self) -> None:
        page = self.stack.currentIndex()
        if page == _KIND:
            kind = KINDS[self._kinds.checkedId()]
            if kind is not self._draft.kind:
                self._draft = Draft(kind)
            self._go(_FORM)
        elif page == _FORM and self.form is not None:
            if self.form.is_complete():
                self._draft = self.form.draft()
                self._warn_then_test()
        elif self._passed:
            self._save()
        else:
            self._go(_TEST)

    def _warn_then_test(self) -> None:
        """Name the risk of an open connection before the password goes over it."""
        danger = risk_of(self._draft.target)
        if not danger:
            self._go(_TEST)
            return
        confirm(
            self,
            tr("This connection is not safe. Use it all the same?"),
            hint=danger,
            yes=tr("Use it without encryption"),
            on_yes=lambda: self._go(_TEST),
            destructive=True,
        )

    def _on_back(self) -> None:
        self.test.cancel()
        self._go(self.stack.currentIndex() - 1)

    def _on_host_key(self, fingerprint: str) -> None:
        self._draft.target = replace(self._draft.target, host_key=fingerprint)
        if self.form is not None:
            self.form.keep_host_key(fingerprint)
        self._go(_TEST)

    def _save(self) -> None:
        self._saving = True
        self._arrange()
        targets, target, password = self.desk.site.targets, self._draft.target, self._draft.password

        def work() -> tuple[Target, NoKeyring | None]:
            fields = {
                "name": target.name,
                "url": target.url,
                "public_url": target.public_url,
                "host_key": target.host_key,
                "key_file": target.key_file,
                "options": target.options,
                "capabilities": target.capabilities,
            }
            kept = targets.change(target.id, **fields) if target.id else targets.add(**fields)  # type: ignore[arg-type]  # keys are checked by what makes it
            refused: NoKeyring | None = None
            if password:
                try:
                    targets.set_password(kept.id, password)
                except NoKeyring as error:
                    refused = error
            return kept, refused

        self.run(lambda _: work(), done=self._on_saved, failed=self._on_refused)

    def _on_saved(self, outcome: tuple[Target, NoKeyring | None]) -> None:
        kept, refused = outcome
        if refused is not None:
            self.desk.notices.warning(refused.title, hint=refused.hint, detail=refused.detail)
        self.saved.emit(kept)
        self.accept()

    def _on_refused(self, error: ChceError) -> bool:
        del error
        self._saving = False
        self._arrange()
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        self.test.cancel()
        super().closeEvent(event)

    def reject(self) -> None:
        """Qt's: a running test is given up."""
        self.test.cancel()
        super().reject()


class _KindCard(QToolButton):
    """A kind of place to choose: icon, name, one sentence."""

    def __init__(self, kind: Kind, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"target_kind_{kind.id}")
        self.setAccessibleName(tr(kind.title))
        self.setAccessibleDescription(tr(kind.text))
        self.setCheckable(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)  # its sentence wraps on a small screen
        self.setSizePolicy(policy)
        set_role(self, "choice")
        row = QHBoxLayout(self)
        row.setContentsMargins(DOUBLE, SPACE, DOUBLE, SPACE)
        row.setSpacing(DOUBLE)
        sign = Sign(self, kind.icon, 28, icons.ACCENT)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        row.addLayout(column, 1)
        title = QLabel(tr(kind.title), self)
        set_role(title, "heading")
        text = QLabel(tr(kind.text), self)
        text.setWordWrap(True)
        set_role(text, "hint")
        column.addWidget(title)
        column.addWidget(text)
        for label in (sign, title, text):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        return layout.totalHeightForWidth(width) if layout is not None else super().heightForWidth(width)

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST, self.heightForWidth(_WIDE))

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()
