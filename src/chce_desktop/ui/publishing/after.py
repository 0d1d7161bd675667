"""After a publish: a receipt; or what went wrong, for which page, and what to do."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.publication import Target
from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.services.publishing import HostUnreachable, LoginRefused, PublishReceipt
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, set_role
from chce_desktop.ui.publishing.receipts import FactsCard, as_text, facts
from chce_desktop.ui.signs import Sign


def site_address(target: Target) -> QUrl:
    """Where the site can be looked at: its public address, else the folder's own home page; else invalid."""
    if target.public_url:
        return QUrl(target.public_url)
    if urlsplit(target.url).scheme == "file":
        return QUrl(f"{target.url.rstrip('/')}/index.html")
    return QUrl()


class AfterPage(QWidget):
    """One of both outcomes. `wait_wanted`, with what went wrong: the publish is to go out when the network is back."""

    wait_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("publish_after")
        self._target: Target | None = None
        self._receipt = self._problem = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE, 0, 0)
        column.setSpacing(SPACE + HALF)
        head = QHBoxLayout()
        head.setSpacing(DOUBLE)
        self._sign = Sign(self)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(HALF)
        head.addLayout(texts, 1)
        self.title = QLabel(self)
        self.title.setObjectName("publish_outcome")
        self.title.setWordWrap(True)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.title, "heading")
        self.hint = QLabel(self)
        self.hint.setObjectName("publish_outcome_hint")
        self.hint.setWordWrap(True)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.hint, "hint")
        texts.addWidget(self.title)
        texts.addWidget(self.hint)
        column.addLayout(head)
        self._facts = FactsCard("publish_receipt", self)
        column.addWidget(self._facts)
        self.password = QLineEdit(self)
        self.password.setObjectName("publish_password")
        self.password.setAccessibleName(tr("Password"))
        self.password.setPlaceholderText(tr("Password for this publish"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setMaximumWidth(320)
        column.addWidget(self.password)
        self.detail = QPlainTextEdit(self)
        self.detail.setObjectName("publish_details")
        self.detail.setAccessibleName(tr("Details"))
        self.detail.setReadOnly(True)
        self.detail.setFixedHeight(110)
        column.addWidget(self.detail)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        self.open_button = self._button("publish_open_site", tr("Open the website"), "external-link", self._open)
        self.copy_button = self._button("publish_copy", tr("Copy the receipt"), "copy", self._copy)
        self.wait_button = self._button(
            "publish_wait",
            tr("Publish when the network is back"),
            "wifi-off",
            lambda: self.wait_wanted.emit(self._problem),
        )
        row.addWidget(self.open_button)
        row.addWidget(self.wait_button)
        row.addWidget(self.copy_button)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    def _button(self, name: str, text: str, sign: str, slot: object) -> QPushButton:
        button = QPushButton(icons.icon(sign), text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def show_receipt(self, target: Target, receipt: PublishReceipt) -> None:
        """The publish is confirmed."""
        self._target = target
        record, result = receipt.publication, receipt.result
        nothing = not (result.uploaded or result.deleted or result.repaired)
        self._head(
            "circle-check",
            icons.SUCCESS,
            tr("Readers see the newest state already") if nothing else tr("Published"),
            trn("{n} article is new to readers.", "{n} articles are new to readers.", receipt.newly_published)
            if receipt.newly_published
            else "",
        )
        found = facts(target, record)
        self._facts.show_facts(found)
        self._receipt = as_text(found)
        self._arrange(receipt=True, can_open=site_address(target).isValid(), detail="")

    def name_page(self, page: str) -> None:
        """Say in the user's words which page the failure is about."""
        self._facts.show_facts([(tr("Page"), page)])
        self._receipt = f"{self.title.text()}\n{self.hint.text()}\n{page}"

    def show_failure(self, target: Target, error: ChceError, page: str, *, can_wait: bool = False) -> None:
        """It ended otherwise. `page`: the public path of what the failure is about, if it is about one.

        `can_wait`: the publish may wait for the network, if that is what was missing.
        """
        self._target = target
        if isinstance(error, Cancelled):
            self._head(
                "circle-x",
                icons.MUTED,
                tr("Publishing was stopped"),
                tr("What was confirmed stays on the server; the next publish goes on from there."),
            )
        else:
            self._head("circle-alert", icons.ERROR, error.title, error.hint)
        self._facts.show_facts([(tr("Page"), page)] if page else [])
        self._receipt = "\n".join(part for part in (error.title, error.hint, page, error.detail) if part)
        self._arrange(receipt=False, can_open=False, detail=error.detail)
        self._problem = error.title
        self.wait_button.setVisible(can_wait and isinstance(error, HostUnreachable))
        self.password.setVisible(isinstance(error, LoginRefused))
        if isinstance(error, LoginRefused):
            self.password.setFocus()

    def _arrange(self, *, receipt: bool, can_open: bool, detail: str) -> None:
        self.password.clear()
        self.password.hide()
        self.detail.setPlainText(detail)
        self.detail.setVisible(bool(detail))
        self.open_button.setVisible(can_open)
        self.copy_button.setVisible(receipt)
        self.wait_button.hide()

    def _head(self, sign: str, color: str, title: str, hint: str) -> None:
        self._sign.show_icon(sign, 40, color)
        self.title.setText(title)
        self.setAccessibleName(f"{title} {hint}".strip())
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))

    def _open(self) -> None:
        if self._target is not None:
            QDesktopServices.openUrl(site_address(self._target))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._receipt)
