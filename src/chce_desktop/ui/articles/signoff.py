"""The section of the property pane in which a text is submitted, reviewed and returned."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QWidget

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.signoff import TITLES, Override, SignOff, Standing, Step
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.services import person
from chce_desktop.ui.appearance import HALF, SPACE, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.history.records import lines
from chce_desktop.ui.section import Section

_BUTTONS = {
    Step.SUBMIT: mark("Submit for review"),
    Step.FIRST: mark("Sign the first review"),
    Step.SECOND: mark("Sign the second review"),
    Step.FINAL: mark("Sign the final review"),
}
_RECORDS = 12


class SignOffSection(Section):
    """There only where the site asks for sign-off. What is signed is the text that was saved and shown."""

    #: Somebody is about to sign: whatever is typed must be saved first.
    flush_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("section_signoff", tr("Three reviews"), parent)
        self._desk = desk
        self._info: ArticleInfo | None = None
        self._version = 0
        self.state = self._label("signoff_state")
        self.state.setAccessibleName(tr("Where the text stands"))
        self.add_bare(self.state)
        self.remark = QPlainTextEdit(self)
        self.remark.setObjectName("signoff_remark")
        self.remark.setAccessibleName(tr("Remark"))
        self.remark.setPlaceholderText(tr("Remark; needed for a return"))
        self.remark.setTabChangesFocus(True)
        self.remark.setFixedHeight(52)
        self.add_bare(self.remark)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        self.sign_button = self._button("signoff_sign", self._on_sign)
        self.return_button = self._button("signoff_return", lambda: self._make(Step.RETURN))
        self.return_button.setText(tr("Return"))
        self.return_button.setAccessibleName(tr("Return"))
        row.addWidget(self.sign_button, 1)
        row.addWidget(self.return_button)
        self.add_bare(row)
        self.who = self._label("signoff_who")
        set_role(self.who, "hint")
        self.add_bare(self.who)
        self.records = self._label("signoff_records")
        self.records.setAccessibleName(tr("What was signed"))
        self.records.setContentsMargins(0, HALF, 0, 0)
        self.records.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add_bare(self.records)
        self.remark.textChanged.connect(self._arrange)
        self._standing: Standing | None = None
        desk.changed.connect(self._on_changed)
        desk.loaded.connect(self.reload)
        self.hide()

    def show_article(self, info: ArticleInfo | None) -> None:
        """Show where an article's text stands."""
        if info is None or self._info is None or info.id != self._info.id:
            self.remark.clear()
            self._standing = None
        self._info = info
        self.reload()

    def reload(self) -> None:
        """Look again."""
        info, site = self._info, self._desk.site
        self.setVisible(info is not None and self._desk.settings.sign_off)
        if info is None or not self._desk.settings.sign_off:
            return

        def work(_: object) -> tuple[int, Standing, tuple[SignOff, ...], tuple[Override, ...]]:
            version = site.articles.get(info.id).version
            return (
                version,
                site.signoffs.standing(info.id),
                site.signoffs.records(info.id),
                site.signoffs.overrides(info.id),
            )

        def done(found: tuple[int, Standing, tuple[SignOff, ...], tuple[Override, ...]]) -> None:
            if self._info is not None and self._info.id == info.id:
                self._show(*found)

        self._desk.run(work, done=done, failed=lambda _: True, owner=self)

    def _show(
        self, version: int, standing: Standing, records: tuple[SignOff, ...], overrides: tuple[Override, ...]
    ) -> None:
        self._version, self._standing = version, standing
        if standing.signed:
            text, role = tr("Signed off: this text may go out."), "success"
        elif standing.returned is not None:
            text = tr("Returned by {name}: {remark}", name=standing.returned.who, remark=standing.returned.remark)
            role = "error"
        elif standing.dropped:
            text, role = tr("Edited after it had been signed; the reviews begin anew."), "warning"
        elif standing.done:
            text, role = tr("Done: {step}", step=tr(TITLES[standing.done[-1].step])), "warning"
        else:
            text, role = tr("Not submitted yet."), "hint"
        self.state.setText(text)
        set_role(self.state, role)
        shown = lines(records, overrides, self._desk.settings.timezone)
        self.records.setText("\n".join(shown[:_RECORDS]))
        self.records.setVisible(bool(shown))
        self.who.setText(tr("You sign as “{name}” (site settings).", name=person.name()))
        self._arrange()

    def _arrange(self) -> None:
        standing = self._standing
        following = standing.next if standing is not None else None
        writable = not self._desk.site.read_only
        self.sign_button.setVisible(following is not None)
        self.remark.setVisible(following is not None or bool(standing and standing.done))
        self.return_button.setVisible(bool(standing and standing.done))
        self.return_button.setEnabled(writable and bool(self.remark.toPlainText().strip()))
        self.return_button.setToolTip(tr("Write a remark first: what should be changed?"))
        if following is not None:
            text = tr(_BUTTONS[following])
            self.sign_button.setText(text)
            self.sign_button.setAccessibleName(text)
            self.sign_button.setEnabled(writable)

    def _on_sign(self) -> None:
        if self._standing is not None and self._standing.next is not None:
            self._make(self._standing.next)

    def _make(self, step: Step) -> None:
        info, site = self._info, self._desk.site
        if info is None:
            return
        self.flush_wanted.emit()
        remark, version = self.remark.toPlainText(), self._version
        self.sign_button.setEnabled(False)
        self.return_button.setEnabled(False)

        def done(_: Standing) -> None:
            if self._info is not None and self._info.id == info.id:
                self.remark.clear()

        def failed(_: ChceError) -> bool:
            self.reload()
            return False

        self._desk.run(
            lambda _: site.signoffs.make(info.id, step, remark=remark, base_version=version),
            done=done,
            failed=failed,
            owner=self,
        )

    def _on_changed(self, changes: Changes) -> None:
        mine = self._info is not None and (changes.articles is None or self._info.id in changes.articles)
        if Kind.SETTINGS in changes.kinds or (Kind.ARTICLES in changes.kinds and mine):
            self.reload()

    def _label(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _button(self, name: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(name)
        button.clicked.connect(lambda: slot())
        return button
