"""The strip below the article that says, while one writes, what is to be mended before it goes out."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from chce_desktop.domain.article import Article
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.findings import ERROR, Finding
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui import icons
from chce_desktop.ui.actions import Actions
from chce_desktop.ui.appearance import HALF, SPACE, font, set_role
from chce_desktop.ui.articles.properties import PropertyPane
from chce_desktop.ui.checking import places
from chce_desktop.ui.checking.findings import FindingsList, FindingsModel, counted
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import EmptyCover
from chce_desktop.ui.editor.panel import EditorPanel
from chce_desktop.ui.memory import Memory

#: The queue of its own in which an article is checked.
CHECKING = "checking"
#: How long the hands must rest before the text is looked at (milliseconds).
_REST = 600
_HEIGHT = 176
#: What the editor holds and the library may not have yet.
_WRITTEN = ("title", "short_title", "prefix", "subtitle", "body")


class CheckPanel(QFrame):
    """Checks the open article in a job of its own whenever it rests; an answer that is overtaken is dropped."""

    #: What is to be mended stands in the property pane.
    properties_wanted = Signal()

    def __init__(
        self, desk: Desk, editor: EditorPanel, properties: PropertyPane, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("check_panel")
        self.setAccessibleName(tr("Check before publishing"))
        set_role(self, "pane")
        self._desk, self._editor, self._properties = desk, editor, properties
        self._busy = self._again = False
        self._wanted: Finding | None = None
        self.model = FindingsModel(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        line = QFrame(self)
        set_role(line, "line")
        column.addWidget(line)
        column.addLayout(self._make_head())
        self.list = FindingsList("check_findings", tr("What is to be mended"), self.model, self)
        self.list.setFixedHeight(_HEIGHT)
        self.list.hide()
        column.addWidget(self.list)
        self.empty = EmptyCover(self.list.viewport(), "check_empty", "circle-check")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REST)
        self._soon.timeout.connect(self.check)
        self.list.clicked.connect(lambda _: self.go())
        self.list.activated.connect(lambda _: self.go())
        self.list.selectionModel().currentChanged.connect(lambda *_: self._arrange())
        self.model.modelReset.connect(self._arrange)
        editor.article_opened.connect(self._on_opened)
        editor.article_closed.connect(self._on_closed)
        editor.text_changed.connect(self._soon.start)
        properties.saved.connect(lambda _: self._soon.start())
        desk.changed.connect(self._on_changed)
        desk.finding_wanted.connect(self._on_finding_wanted)
        self.hide()
        self._arrange()

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(SPACE, HALF, SPACE, HALF)
        row.setSpacing(SPACE)
        self.heading = QToolButton(self)
        self.heading.setObjectName("check_heading")
        self.heading.setText(tr("Check before publishing"))
        self.heading.setAccessibleName(tr("Check before publishing"))
        self.heading.setToolTip(tr("Show or hide what is to be mended"))
        self.heading.setFont(font(bold=True))
        self.heading.setCheckable(True)
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setIconSize(QSize(14, 14))
        set_role(self.heading, "section")
        self.heading.toggled.connect(self._on_folded)
        row.addWidget(self.heading)
        self.summary = QLabel(self)
        self.summary.setObjectName("check_summary")
        row.addWidget(self.summary, 1)
        self.replace_button = self._button("check_replace", "replace", self.replace)
        self.go_button = self._button("check_go", "locate-fixed", self.go)
        self.go_button.setText(tr("Go there"))
        self.go_button.setAccessibleName(tr("Go there"))
        row.addWidget(self.replace_button)
        row.addWidget(self.go_button)
        return row

    def _button(self, name: str, sign: str, slot: object) -> QPushButton:
        button = QPushButton(icons.icon(sign), "", self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        set_role(button, "quiet")
        button.clicked.connect(slot)
        return button

    def connect_actions(self, actions: Actions, memory: Memory) -> None:
        """The menu shows and hides the list; which it was is remembered."""

        def remember(shown: bool) -> None:
            actions["view.checks"].setChecked(shown)
            memory.set_flag("checks/unfolded", on=shown)

        self.unfold(on=memory.flag("checks/unfolded", default=False))
        actions.connect_toggle("view.checks", lambda on: self.unfold(on=on), checked=self.heading.isChecked())
        self.heading.toggled.connect(remember)

    def unfold(self, *, on: bool = True) -> None:
        """Show the list, or the summary only."""
        self.heading.setChecked(on)

    # Checking

    def check(self) -> None:
        """Look at the article as it stands now."""
        article = self._editor.current()
        if article is None:
            return
        if self._busy:
            self._again = True
            return
        self._busy = True
        site = self._desk.site

        def work(_: object) -> tuple[Finding, ...]:
            saved = site.articles.get(article.id)  # what the property pane wrote is newer there
            from chce_desktop.services.checking import check_article

            return check_article(site, replace(saved, **{name: getattr(article, name) for name in _WRITTEN}))

        def failed(_: ChceError) -> bool:
            self._ended()
            return True  # an article that is gone; what ails the library is told where it is saved

        self._desk.run(
            work, done=lambda found: self._on_checked(article, found), failed=failed, queue=CHECKING, owner=self
        )

    def _on_checked(self, article: Article, found: tuple[Finding, ...]) -> None:
        if article.id == self._editor.article_id:
            self.model.show_findings(sorted(found, key=lambda f: (not f.blocks, f.level != ERROR)))
            text = counted(found)
            self.summary.setText(text)
            worst = "error" if any(f.blocks for f in found) else "warning" if found else "success"
            set_role(self.summary, worst)
            name = tr("Check before publishing")
            self.heading.setAccessibleName(f"{name}: {text}")
            if found:
                self.empty.hide()
            else:
                self.empty.cover(tr("Nothing to mend"), "")
            self._arrange()
        self._ended()

    def _ended(self) -> None:
        self._busy = False
        if self._again:
            self._again = False
            self._soon.start()

    # What the user does

    def go(self) -> None:
        """Go to where the current finding is."""
        finding = self.list.current()
        if finding is not None:
            self._show_place(finding)

    def replace(self) -> None:
        """Put the suggestion in the place of what was found."""
        finding = self.list.current()
        if finding is None:
            return
        if not places.replace(finding, self._editor, self._properties):
            self._desk.notices.info(tr("The text has changed there; it is looked at again."))
        self._soon.start(0)

    def _on_finding_wanted(self, finding: Finding) -> None:
        """Open the article of a finding, and go there once it is open."""
        if finding.article_id is None:
            return
        self.unfold()
        if self._editor.article_id == finding.article_id:
            self._show_place(finding)
        else:
            self._wanted = finding
            self._desk.article_wanted.emit(finding.article_id)

    def _show_place(self, finding: Finding) -> None:
        field = places.widget_of(finding, self._editor, self._properties)
        if field is not None and self._properties.isAncestorOf(field):
            self.properties_wanted.emit()
        places.show(finding, self._editor, self._properties)

    def _on_folded(self, shown: bool) -> None:
        self.list.setVisible(shown)
        self._arrange()

    def _arrange(self) -> None:
        shown = self.heading.isChecked()
        self.heading.setIcon(icons.icon("chevron-down" if shown else "chevron-up", icons.MUTED))
        finding = self.list.current() if shown else None
        self.go_button.setVisible(shown and bool(self.model.findings))
        self.go_button.setEnabled(finding is not None)
        wanted = places.can_replace(finding)
        self.replace_button.setVisible(wanted)
        if wanted and finding is not None:
            text = tr("Replace with “{word}”", word=finding.suggestion or "")
            self.replace_button.setText(text)
            self.replace_button.setAccessibleName(text)

    # What follows

    def _on_opened(self, article: Article) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None and wanted.article_id == article.id:
            QTimer.singleShot(0, self, lambda: self._show_place(wanted))  # once everybody else has heard of it
        self.model.show_findings(())
        self.summary.setText("")
        self.empty.hide()
        self._soon.start(0)

    def _on_closed(self) -> None:
        self._soon.stop()
        self.model.show_findings(())

    def _on_changed(self, changes: Changes) -> None:
        article_id = self._editor.article_id
        if article_id is None:
            return
        mine = Kind.ARTICLES in changes.kinds and (changes.articles is None or article_id in changes.articles)
        if mine or changes.kinds & {Kind.WORDBOOK, Kind.SETTINGS, Kind.MEDIA}:
            self._soon.start()
