"""The decisions before a publish, one card each."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.decisions import BLOCKED, SHORTEST_REASON, answer
from chce_desktop.foundation.i18n import tr
from chce_desktop.services import person
from chce_desktop.services.publishing import Question
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE, font, set_role
from chce_desktop.ui.signs import Sign

_NAMED = 200


class QuestionCard(QFrame):
    """One decision: what was found, what it means, and a box that says yes."""

    decided = Signal()

    def __init__(self, question: Question, parent: QWidget) -> None:
        super().__init__(parent)
        self.question = question
        self.setObjectName(f"publish_question_{question.code}")
        self.setAccessibleName(question.title)
        set_role(self, "card")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE + HALF, SPACE + HALF, SPACE + HALF, SPACE + HALF)
        row.setSpacing(SPACE + HALF)
        sign = Sign(self, "triangle-alert", 20, icons.WARNING)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(HALF)
        row.addLayout(column, 1)
        title = QLabel(question.title, self)
        title.setFont(font(bold=True))
        hint = QLabel(question.hint, self)
        set_role(hint, "hint")
        for label in (title, hint):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(label)
        self._paths = QPlainTextEdit("\n".join(question.paths[:_NAMED]), self)
        self._paths.setObjectName(f"publish_question_{question.code}_paths")
        self._paths.setAccessibleName(tr("What it is about"))
        self._paths.setReadOnly(True)
        self._paths.setFixedHeight(84)
        self._paths.hide()
        self._add_answer(column)
        foot = QHBoxLayout()
        self.box = QCheckBox(tr("Yes, go on"), self)
        self.box.setObjectName(f"publish_question_{question.code}_yes")
        self.box.setAccessibleName(tr("Yes, go on: {question}", question=question.title))
        self.box.toggled.connect(lambda _: self.decided.emit())
        foot.addWidget(self.box)
        foot.addStretch(1)
        if question.paths:
            show = QPushButton(tr("Show what ({n})", n=len(question.paths)), self)
            show.setObjectName(f"publish_question_{question.code}_show")
            show.setAccessibleName(show.text())
            show.setAutoDefault(False)
            set_role(show, "link")
            show.clicked.connect(lambda: self._paths.setVisible(self._paths.isHidden()))
            foot.addWidget(show)
        column.addLayout(foot)
        column.addWidget(self._paths)

    @property
    def answer(self) -> str:
        """The yes, as a publish takes it."""
        return self.question.code

    def _add_answer(self, column: QVBoxLayout) -> None:
        """What has to be filled in before the box can say yes."""


class ReasonCard(QuestionCard):
    """A decision that needs a reason, which is recorded with the name of whoever gives it."""

    def _add_answer(self, column: QVBoxLayout) -> None:
        self.reason = QLineEdit(self)
        self.reason.setObjectName(f"publish_question_{self.question.code}_reason")
        self.reason.setAccessibleName(tr("Why it may go out all the same"))
        self.reason.setPlaceholderText(tr("Why it may go out all the same"))
        self.reason.setMaxLength(1000)
        self.reason.textChanged.connect(self._on_reason)
        column.addWidget(self.reason)
        who = QLabel(tr("It is recorded with the name “{name}”.", name=person.name()), self)
        who.setObjectName(f"publish_question_{self.question.code}_who")
        set_role(who, "hint")
        column.addWidget(who)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_reason(self.reason.text())

    @property
    def answer(self) -> str:
        """The yes with its reason."""
        return answer(self.reason.text())

    def _on_reason(self, text: str) -> None:
        given = len(text.strip()) >= SHORTEST_REASON
        self.box.setEnabled(given)
        if not given:
            self.box.setChecked(False)


def make_card(question: Question, parent: QWidget) -> QuestionCard:
    """The card that fits a question."""
    return (ReasonCard if question.code == BLOCKED else QuestionCard)(question, parent)
