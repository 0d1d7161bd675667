"""Before a publish: what will change, and what only the editor may decide."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.publication import Target
from chce_desktop.foundation.i18n import tr
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.services import renewals
from chce_desktop.services.publishing import Comparison
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE, font, set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import EmptyCover
from chce_desktop.ui.media.model import written_size
from chce_desktop.ui.publishing.changes import AFTER_ROLE, BEFORE_ROLE, PATH_ROLE, ChangesModel, Overview, is_page
from chce_desktop.ui.publishing.questions import QuestionCard, make_card
from chce_desktop.ui.publishing.staying import StayingCard


class BeforePage(QWidget):
    """`decided`: a question was answered one way or the other."""

    decided = Signal()

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("publish_before")
        self._desk = desk
        self._target: Target | None = None
        self._generation = self._put_back = 0
        self._cards: list[QuestionCard] = []
        self.model = ChangesModel(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE + HALF)
        self._tiles = QGridLayout()
        self._tiles.setHorizontalSpacing(SPACE)
        self._numbers: dict[str, QLabel] = {}
        for position, (key, text) in enumerate(
            (
                ("added", tr("new pages")),
                ("changed", tr("changed pages")),
                ("removed", tr("removed pages")),
                ("unchanged", tr("unchanged files")),
                ("bytes", tr("to send")),
            )
        ):
            self._tiles.addWidget(self._tile(key, text), 0, position)
            self._tiles.setColumnStretch(position, 1)
        column.addLayout(self._tiles)
        self._rebuilt = QLabel(self)
        self._rebuilt.setObjectName("publish_rebuilt")
        self._rebuilt.setWordWrap(True)
        set_role(self._rebuilt, "hint")
        self._rebuilt.hide()
        column.addWidget(self._rebuilt)
        self._questions = QVBoxLayout()
        self._questions.setSpacing(SPACE)
        column.addLayout(self._questions)
        self.staying = StayingCard(self)
        column.addWidget(self.staying)
        column.addWidget(self._make_tree(), 1)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        self.compare_button = QPushButton(icons.icon("eye"), tr("Before and after…"), self)
        self.compare_button.setObjectName("publish_page_compare")
        self.compare_button.setAccessibleName(self.compare_button.text())
        self.compare_button.setAutoDefault(False)
        self.compare_button.clicked.connect(lambda: self._compare())
        row.addWidget(self.compare_button)
        self.now_button = self._link("publish_page_now", tr("As readers see it now"), self._open_now)
        self.why_button = self._link("publish_page_why", tr("Why?"), self._ask_why)
        self.why_button.setIcon(icons.icon("circle-help", icons.ACCENT))
        self.why_button.setToolTip(tr("Why this page changes"))
        row.addWidget(self.why_button)
        self.then_button = self._link("publish_page_then", tr("As it will be"), self._open_then)
        row.addWidget(self.now_button)
        row.addWidget(self.then_button)
        row.addStretch(1)
        self.thorough = QCheckBox(tr("Also mend what was changed on the server by hand"), self)
        self.thorough.setObjectName("publish_thorough")
        self.thorough.setAccessibleName(self.thorough.text())
        self.thorough.setToolTip(tr("Looks at every file on the server; takes longer."))
        self.thorough.toggled.connect(lambda _: self.decided.emit())
        row.addWidget(self.thorough)
        column.addLayout(row)
        self.why = QLabel(self)
        self.why.setObjectName("publish_page_reason")
        self.why.setAccessibleName(tr("Why this page changes"))
        self.why.setWordWrap(True)
        set_role(self.why, "hint")
        self.why.hide()
        column.addWidget(self.why)

    def _tile(self, key: str, text: str) -> QWidget:
        tile = QFrame(self)
        tile.setObjectName(f"publish_tile_{key}")
        set_role(tile, "card")
        column = QVBoxLayout(tile)
        column.setContentsMargins(SPACE + HALF, SPACE, SPACE + HALF, SPACE)
        column.setSpacing(0)
        number = QLabel(tile)
        number.setFont(font(relative=5, bold=True))  # before the role, which would else undo it
        name = QLabel(text, tile)
        set_role(name, "hint")
        column.addWidget(number)
        column.addWidget(name)
        self._numbers[key] = number
        return tile

    def _make_tree(self) -> QTreeView:
        self.tree = QTreeView(self)
        self.tree.setObjectName("publish_changes")
        self.tree.setAccessibleName(tr("What will change"))
        set_role(self.tree, "framed")
        self.tree.setModel(self.model)
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.tree.setTabKeyNavigation(False)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Interactive)
        self.tree.setColumnWidth(1, 260)
        self.tree.selectionModel().currentChanged.connect(lambda *_: self._on_current())
        self.tree.activated.connect(lambda _: self._compare())
        self.empty = EmptyCover(self.tree.viewport(), "publish_nothing", "circle-check")
        return self.tree

    def _link(self, name: str, text: str, slot: object) -> QPushButton:
        button = QPushButton(icons.icon("external-link", icons.ACCENT), text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        set_role(button, "link")
        button.clicked.connect(slot)
        return button

    def show_comparison(
        self,
        target: Target,
        comparison: Comparison,
        shown: Overview,
        titles: Mapping[str, str],
        *,
        put_back: int = 0,
        rebuilt: str = "",
    ) -> None:
        """Show what was found. `put_back`: that generation is to come back. `rebuilt`: why all pages change."""
        self._target = target
        self._generation, self._put_back = comparison.generation, put_back
        self._rebuilt.setText(rebuilt)
        self._rebuilt.setVisible(bool(rebuilt))
        self.then_button.setVisible(not put_back)
        self.thorough.setVisible(not put_back)
        self.model.show_overview(shown, titles)
        for key, count in (("added", shown.added), ("changed", shown.changed), ("removed", shown.removed)):
            self._numbers[key].setText(f"{count:,}")
            set_role(self._numbers[key], {"added": "success", "removed": "error"}.get(key, "") if count else "hint")
        self._numbers["unchanged"].setText(f"{comparison.unchanged:,}")
        self._numbers["bytes"].setText(written_size(comparison.bytes))
        for card in self._cards:
            self._questions.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = [make_card(question, self) for question in comparison.questions]
        for card in self._cards:
            self._questions.addWidget(card)
            card.decided.connect(self.decided)
        for row in range(self.model.rowCount()):
            index = self.model.index(row, 0)
            self.tree.setFirstColumnSpanned(row, index.parent(), True)
            self.tree.setExpanded(index, self.model.rowCount(index) <= 30)
        # One page is chosen from the start, so that the buttons below it show what they are for.
        self.tree.setCurrentIndex(self.model.index(0, 0, self.model.index(0, 0)))
        if self.model.rowCount():
            self.empty.hide()
        elif comparison.interrupted:
            self.empty.cover(
                tr("An earlier publish did not end"), tr("Publishing now finishes it and tidies up; no page changes.")
            )
        else:
            self.empty.cover(
                tr("Readers see the newest state already"), tr("Nothing has changed since the last publish.")
            )
        self._on_current()

    @property
    def accepted(self) -> frozenset[str]:
        """The answers to the questions that were answered with yes."""
        return frozenset(card.answer for card in self._cards if card.box.isChecked())

    @property
    def all_decided(self) -> bool:
        """Whether no question is open."""
        return all(card.box.isChecked() for card in self._cards)

    def focus_question(self) -> bool:
        """Put the focus on the first open question, if there is one."""
        for card in self._cards:
            if not card.box.isChecked():
                card.box.setFocus()
                return True
        return False

    def _on_current(self) -> None:
        index = self.tree.currentIndex()
        page = is_page(str(index.data(PATH_ROLE) or ""))
        has_address = self._target is not None and bool(self._target.public_url)
        self.now_button.setEnabled(page and has_address and bool(index.data(BEFORE_ROLE)))
        self.then_button.setEnabled(page and bool(index.data(AFTER_ROLE)))
        self.compare_button.setEnabled(page)
        self.why_button.setEnabled(page)
        self.why.hide()

    def _ask_why(self) -> None:
        """Say in a sentence why the chosen page changes."""
        target, site = self._target, self._desk.site
        path = str(self.tree.currentIndex().data(PATH_ROLE) or "")
        if target is not None and path:
            self.why.setText(tr("Looking…"))
            self.why.show()
            self._desk.run(
                lambda _: renewals.reason(site, target, path),
                done=lambda sentence: self._tell_why(path, str(sentence)),
                queue=LIBRARY_READ,
                owner=self,
            )

    def _tell_why(self, path: str, sentence: str) -> None:
        if path == str(self.tree.currentIndex().data(PATH_ROLE) or ""):
            title = str(self.tree.currentIndex().data() or path)
            self.why.setText(tr("{page}: {reason}", page=title, reason=sentence))

    def _compare(self) -> None:
        from chce_desktop.ui.publishing.sidebyside import SideBySide, Step  # brings in the web engine

        current = str(self.tree.currentIndex().data(PATH_ROLE) or "")
        steps = tuple(Step(path, title) for path, title in self.model.pages())
        first = next((number for number, step in enumerate(steps) if step.path == current), None)
        if self._target is not None and first is not None:
            dialog = SideBySide(self._desk, self._target, self._generation, steps, first, self, put_back=self._put_back)
            dialog.open()

    def _open_now(self) -> None:
        if self._target is not None:
            path = str(self.tree.currentIndex().data(PATH_ROLE))
            QDesktopServices.openUrl(QUrl(f"{self._target.public_url.rstrip('/')}/{quote(path)}"))

    def _open_then(self) -> None:
        index = self.tree.currentIndex()
        if index.data(PATH_ROLE) and index.data(AFTER_ROLE):
            self._desk.page_wanted.emit(str(index.data(PATH_ROLE)))
