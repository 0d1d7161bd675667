"""Taking articles away from readers: what happens, at once if wanted, and who else may still hold them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.domain.publication import Target
from chce_desktop.foundation.errors import ChceError, DecisionNeeded
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import Progress
from chce_desktop.jobs.queues import LIBRARY_READ, host_queue
from chce_desktop.services import withdrawing
from chce_desktop.services.publishing import PublishReceipt, publish
from chce_desktop.services.withdrawing import Withdrawal
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, TRIPLE, font, set_role
from chce_desktop.ui.articles.words import named
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog, scrolled

_ASK, _DONE = range(2)
_NAMED = 5


class WithdrawDialog(DeskDialog):
    """Asks, withdraws (or deletes for good), publishes where that is wanted, and says what is out of reach."""

    def __init__(self, desk: Desk, articles: Sequence[ArticleInfo], parent: QWidget | None = None) -> None:
        title = trn("Withdraw {n} article", "Withdraw {n} articles", len(articles))
        super().__init__(desk, "withdraw_dialog", title, QSize(680, 620), parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._articles = tuple(articles)
        self._targets: dict[QCheckBox, Target] = {}
        self._left: list[Target] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(TRIPLE, DOUBLE, TRIPLE, DOUBLE)
        column.setSpacing(DOUBLE)
        self.heading = _label(self, "withdraw_heading", title, "heading")
        column.addWidget(self.heading)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(scrolled(self._make_question(), "withdraw_scroll", self))
        self.stack.addWidget(self._make_outcome())
        column.addWidget(self.stack, 1)
        line = QFrame(self)
        set_role(line, "line")
        column.addWidget(line)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addStretch(1)
        self.main_button = self._button("withdraw_main", tr("Withdraw"), self._on_main)
        self.main_button.setDefault(True)
        self.cancel_button = self._button("withdraw_cancel", tr("Cancel"), self.reject)
        row.addWidget(self.main_button)
        row.addWidget(self.cancel_button)
        column.addLayout(row)
        self._arrange()
        self.run(lambda _: desk.site.targets.all(), done=self._on_targets, queue=LIBRARY_READ)

    def _make_question(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        names = [named(info.title) for info in self._articles[:_NAMED]]
        if len(self._articles) > _NAMED:
            names.append(trn("… and {n} more", "… and {n} more", len(self._articles) - _NAMED))
        articles = _label(page, "withdraw_articles", "\n".join(names), "")
        articles.setFont(font(bold=True))
        column.addWidget(articles)
        column.addSpacing(SPACE)
        self._choice = QButtonGroup(page)
        self.withdraw_choice = self._radio(page, "withdraw_keep", tr("Take off the site, keep in the library"))
        self.purge_choice = self._radio(page, "withdraw_purge", tr("Take off the site and delete for good"))
        self.withdraw_choice.setChecked(True)
        column.addWidget(self.withdraw_choice)
        column.addWidget(
            _indented(
                page,
                tr(
                    "Lists, feeds, the search, the sitemap and other articles do not mention it any more; whoever "
                    "opens its address is told that it was withdrawn."
                ),
            )
        )
        column.addWidget(self.purge_choice)
        column.addWidget(
            _indented(
                page,
                tr(
                    "Text, history and the copies for a roll-back on this computer are deleted as well. Nobody can "
                    "bring them back. Its pictures stay in the media library."
                ),
            )
        )
        self.confirmation = QLineEdit(page)
        self.confirmation.setObjectName("withdraw_confirmation")
        self.confirmation.setMaximumWidth(360)
        self.confirmation.setPlaceholderText(tr("To confirm, type: {word}", word=self._word))
        self.confirmation.setAccessibleName(tr("To confirm, type: {word}", word=self._word))
        self.confirmation.textChanged.connect(lambda _: self._arrange())
        column.addWidget(self.confirmation)
        column.addSpacing(SPACE)
        self._publish_title = _label(page, "withdraw_publish", tr("Tell readers at once"), "section")
        column.addWidget(self._publish_title)
        self._places = QVBoxLayout()
        self._places.setSpacing(HALF)
        column.addLayout(self._places)
        self.password_hint = _indented(
            page, tr("Publishing brings out everything that is ready, not only this. Unticked: with the next publish.")
        )
        column.addWidget(self.password_hint)
        column.addStretch(1)
        self._choice.buttonToggled.connect(lambda *_: self._arrange())
        return page

    def _make_outcome(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        self.outcome = _label(page, "withdraw_outcome", "", "")
        column.addWidget(self.outcome)
        title = tr("What the app cannot reach may still hold it")
        column.addWidget(_label(page, "withdraw_elsewhere", title, "section"))
        scroll = QScrollArea(page)
        scroll.setObjectName("withdraw_elsewhere_list")
        scroll.setAccessibleName(title)
        scroll.setWidgetResizable(True)
        inner = QWidget(scroll)
        places = QVBoxLayout(inner)
        places.setContentsMargins(0, 0, SPACE, 0)
        places.setSpacing(SPACE)
        for number, place in enumerate(withdrawing.ELSEWHERE):
            places.addWidget(self._place(inner, number, *withdrawing.told(place)))
        places.addStretch(1)
        scroll.setWidget(inner)
        column.addWidget(scroll, 1)
        row = QHBoxLayout()
        self.copy_button = self._button("withdraw_copy", tr("Copy the addresses"), self._copy)
        self.copy_button.setIcon(icons.icon("copy"))
        row.addWidget(self.copy_button)
        row.addStretch(1)
        column.addLayout(row)
        return page

    def _place(self, parent: QWidget, number: int, name: str, text: str, url: str) -> QWidget:
        holder = QWidget(parent)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(_label(holder, f"withdraw_place_{number}", name, ""))
        texts.addWidget(_label(holder, f"withdraw_place_{number}_text", text, "hint"))
        row.addLayout(texts, 1)
        if url:
            button = self._button(
                f"withdraw_place_{number}_open", tr("Open"), lambda: QDesktopServices.openUrl(QUrl(url))
            )
            button.setIcon(icons.icon("external-link", icons.ACCENT))
            button.setAccessibleName(f"{button.text()}: {name}")
            set_role(button, "link")
            row.addWidget(button)
        return holder

    def _radio(self, page: QWidget, name: str, text: str) -> QRadioButton:
        button = QRadioButton(text, page)
        button.setObjectName(name)
        button.setAccessibleName(text)
        self._choice.addButton(button)
        return button

    def _button(self, name: str, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: slot())
        return button

    @property
    def _word(self) -> str:
        """What has to be typed before anything is deleted for good."""
        return tr("delete for good")

    def _on_targets(self, targets: tuple[Target, ...]) -> None:
        for target in targets:
            box = QCheckBox(tr("Publish to “{name}” now", name=target.name), self)
            box.setObjectName(f"withdraw_target_{target.id}")
            box.setAccessibleName(box.text())
            box.setChecked(True)
            self._targets[box] = target
            self._places.addWidget(box)
        self._publish_title.setVisible(bool(targets))
        self.password_hint.setVisible(bool(targets))

    def _arrange(self) -> None:
        purging = self.purge_choice.isChecked()
        asking = self.stack.currentIndex() == _ASK
        self.confirmation.setVisible(purging)
        self.main_button.setText(tr("Done") if not asking else tr("Delete for good") if purging else tr("Withdraw"))
        self.main_button.setAccessibleName(self.main_button.text())
        set_role(self.main_button, "danger" if asking and purging else "")
        sure = self.confirmation.text().strip().casefold() == self._word.casefold()
        self.main_button.setEnabled(not asking or not purging or sure)
        self.cancel_button.setVisible(asking)

    def _on_main(self) -> None:
        if self.stack.currentIndex() == _DONE:
            self.accept()
            return
        self.main_button.setEnabled(False)
        self.cancel_button.setEnabled(False)
        site, ids = self.desk.site, [info.id for info in self._articles]
        purging = self.purge_choice.isChecked()

        def work(progress: Progress) -> Withdrawal:
            return withdrawing.purge(site, ids, progress=progress) if purging else withdrawing.withdraw(site, ids)

        self.run(work, done=self._on_taken_away, failed=self._on_failed, label=tr("Withdrawing"))

    def _on_failed(self, _: ChceError) -> bool:
        self.cancel_button.setEnabled(True)
        self._arrange()
        return False

    def _on_taken_away(self, found: Withdrawal) -> None:
        self._found = found
        purged = self.purge_choice.isChecked()
        words = (
            trn("{n} article is deleted for good.", "{n} articles are deleted for good.", len(found.articles))
            if purged
            else trn("{n} article is withdrawn.", "{n} articles are withdrawn.", len(found.articles))
        )
        self._lines = [words]
        if purged and (kept := withdrawing.backups(self.desk.site)):
            files = ", ".join(path.name for path in kept)
            self._lines.append(tr("Backups that were made before still hold them: {files}", files=files))
        self._left = [target for box, target in self._targets.items() if box.isChecked()]
        if not self._left:
            self._lines.append(tr("Readers see it until the next publish."))
        self.copy_button.setVisible(bool(found.addresses))
        self.stack.setCurrentIndex(_DONE)
        self._arrange()
        self._tell()
        self._publish_next()

    def _publish_next(self) -> None:
        """One target after another, each in its own queue."""
        if not self._left:
            return
        target, site = self._left.pop(0), self.desk.site
        self._lines.append(tr("Publishing to {name}…", name=target.name))
        self._tell()

        def done(receipt: PublishReceipt) -> None:
            self._lines[-1] = tr(
                "Gone from “{name}” ({files} removed or changed).",
                name=target.name,
                files=trn("{n} file", "{n} files", receipt.result.uploaded + receipt.result.deleted),
            )
            self._tell()
            self._publish_next()

        def failed(error: ChceError) -> bool:
            hint = tr("Publish with F9 to decide.") if isinstance(error, DecisionNeeded) else error.hint
            self._lines[-1] = tr("Not gone from “{name}” yet: {why}", name=target.name, why=f"{error.title} {hint}")
            self._tell()
            self._publish_next()
            return True

        self.run(
            lambda progress: publish(site, target.id, progress=progress),
            done=done,
            failed=failed,
            queue=host_queue(target.uid),
            label=tr("Publishing to {name}", name=target.name),
        )

    def _tell(self) -> None:
        self.outcome.setText("\n".join(self._lines))
        self.outcome.setAccessibleName(self.outcome.text())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self._found.addresses))


def _label(parent: QWidget, name: str, text: str, role: str) -> QLabel:
    label = QLabel(text, parent)
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        set_role(label, role)
    return label


def _indented(parent: QWidget, text: str) -> QLabel:
    label = _label(parent, "", text, "hint")
    label.setObjectName("withdraw_hint")
    label.setContentsMargins(26, 0, 0, 0)
    return label
