"""One page before and after a publish: both as readers see them, and the words that differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.differences import Change
from chce_desktop.domain.publication import Target
from chce_desktop.foundation.i18n import tr
from chce_desktop.services import beforeafter
from chce_desktop.services.beforeafter import Both
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog
from chce_desktop.ui.emptystate import EmptyState
from chce_desktop.ui.history.comparison import pieces_to_html
from chce_desktop.ui.publishing.pageview import PublishedView, Read

_QUEUE = "published-words"
_VIEWS, _WORDS = range(2)


@dataclass(frozen=True, slots=True)
class Step:
    """One page that can be looked at, with what editors call it."""

    path: str
    title: str


class SideBySide(DeskDialog):
    """Walks through `steps`, beginning with the one at `first`.

    `generation`: the host's present state; `put_back`: the generation that is to replace it, 0 for the newest build.
    """

    def __init__(
        self,
        desk: Desk,
        target: Target,
        generation: int,
        steps: tuple[Step, ...],
        first: int,
        parent: QWidget | None = None,
        *,
        put_back: int = 0,
    ) -> None:
        super().__init__(desk, "side_by_side", tr("Before and after"), QSize(1240, 820), parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._target = target
        self._generation = generation
        self._put_back = put_back
        self._steps = steps
        self._at = first
        site = desk.site
        column = QVBoxLayout(self)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE)
        self.stack = QStackedWidget(self)
        column.addLayout(self._make_head())
        column.addWidget(self.stack, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setObjectName("side_by_side_splitter")
        splitter.setChildrenCollapsible(False)
        self.before = _Side(
            desk,
            "side_before",
            tr("What readers see now"),
            lambda path: beforeafter.before(site, target, path, generation),
            splitter,
        )
        self.after = _Side(
            desk,
            "side_after",
            tr("What they will see"),
            lambda path: beforeafter.after(site, target, path, put_back),
            splitter,
        )
        splitter.setSizes([600, 600])
        self.stack.addWidget(splitter)
        self.words = QTextBrowser(self)
        self.words.setObjectName("side_by_side_words")
        self.words.setAccessibleName(tr("Words that differ"))
        self.words.setOpenLinks(False)
        set_role(self.words, "framed")
        self.stack.addWidget(self.words)
        self._show()

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        self.heading = QLabel(self)
        self.heading.setObjectName("side_by_side_heading")
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.heading.setMinimumWidth(80)
        set_role(self.heading, "heading")
        row.addWidget(self.heading, 1)
        self._choice = QButtonGroup(self)
        for number, (name, text) in enumerate(
            (("side_by_side_pages", tr("Pages")), ("side_by_side_differences", tr("Words that differ")))
        ):
            button = self._button(name, text, "", partial(self.stack.setCurrentIndex, number))
            button.setCheckable(True)
            button.setChecked(number == _VIEWS)
            self._choice.addButton(button, number)
            row.addWidget(button)
        row.addSpacing(SPACE)
        self.previous = self._button("side_by_side_previous", tr("Previous page"), "arrow-left", lambda: self._go(-1))
        self.next = self._button("side_by_side_next", tr("Next page"), "arrow-right", lambda: self._go(1))
        row.addWidget(self.previous)
        row.addWidget(self.next)
        for keys, step in (("Alt+Left", -1), ("Alt+Right", 1)):
            QShortcut(QKeySequence(keys), self, partial(self._go, step))
        return row

    def _button(self, name: str, text: str, sign: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        if sign:
            button.setIcon(icons.icon(sign))
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: slot())
        return button

    def _go(self, step: int) -> None:
        if 0 <= self._at + step < len(self._steps):
            self._at += step
            self._show()

    def _show(self) -> None:
        step = self._steps[self._at]
        self.heading.setText(step.title)
        self.heading.setToolTip(step.path)
        self.previous.setEnabled(self._at > 0)
        self.next.setEnabled(self._at < len(self._steps) - 1)
        self.words.setPlainText(tr("Comparing…"))
        site, target, generation, put_back = self.desk.site, self._target, self._generation, self._put_back
        self.run(
            lambda _: beforeafter.both(site, target, step.path, generation, put_back),
            done=lambda found: self._on_found(step, found),
            queue=_QUEUE,
        )

    def _on_found(self, step: Step, found: Both) -> None:
        if step is not self._steps[self._at]:
            return
        self.before.show_page(
            step.path if found.before is not None else "",
            tr("Readers do not have this page yet"),
            tr("Or it was published by another computer, and the target has no public address."),
        )
        self.after.show_page(
            step.path if found.after is not None else "",
            tr("The page goes away"),
            tr("Readers who open its address will be told that it is not there any more."),
        )
        same = all(piece.change is Change.SAME for piece in found.words)
        if same:
            self.words.setPlainText(
                tr("The text is the same. What changes is around it: lists, links, dates or the look.")
            )
        else:
            self.words.setHtml(pieces_to_html(found.words, whole=False))

    def done(self, result: int) -> None:
        """Qt's: the web views go first."""
        self.before.dispose()
        self.after.dispose()
        super().done(result)


class _Side(QFrame):
    """One of both views, with what is said where there is no page."""

    def __init__(self, desk: Desk, name: str, title: str, read: Read, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF)
        label = QLabel(title, self)
        set_role(label, "hint")
        column.addWidget(label)
        self._stack = QStackedWidget(self)
        column.addWidget(self._stack, 1)
        self.view = PublishedView(desk, f"{name}_page", read, self)
        self.view.setAccessibleName(title)
        self._empty = EmptyState(f"{name}_none", self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)

    def show_page(self, path: str, heading: str, hint: str) -> None:
        """Show the page, or these words where `path` is empty."""
        if path:
            self.view.show_page(path)
        else:
            self._empty.say("file", heading, hint)
        self._stack.setCurrentIndex(0 if path else 1)

    def dispose(self) -> None:
        """Let go of the web engine's page."""
        self.view.dispose()
