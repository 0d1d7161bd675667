"""The writing desk as a whole: header, format bar, text, find bar, outline, and the keeping of it all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QFrame, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from chce_desktop.domain.article import Article
from chce_desktop.domain.merging import merge_values
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress
from chce_desktop.ui.actions import Actions
from chce_desktop.ui.appearance import set_role
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.editor import rescue, wiring
from chce_desktop.ui.editor.commands import EDITOR_ACTIONS
from chce_desktop.ui.editor.comparison import Comparison
from chce_desktop.ui.editor.find_bar import FindBar
from chce_desktop.ui.editor.header import Header
from chce_desktop.ui.editor.incoming import Incoming
from chce_desktop.ui.editor.keeper import WRITING, Keeper, Values, values_of
from chce_desktop.ui.editor.modes import Modes
from chce_desktop.ui.editor.outline import Outline
from chce_desktop.ui.editor.places import Place, Places
from chce_desktop.ui.editor.rescue import Rescued
from chce_desktop.ui.editor.source_editor import SourceEditor
from chce_desktop.ui.editor.state_line import StateLine
from chce_desktop.ui.editor.toolbar import Toolbar
from chce_desktop.ui.emptystate import EmptyState

#: The queue in which places are written.
_PLACES = "places"


class EditorPanel(QWidget):
    """Edits one article at a time. Everything is saved as it is written."""

    #: With the `Article`, once it is shown.
    article_opened = Signal(object)
    #: No article is open any more.
    article_closed = Signal()
    #: Title or text changed, by typing or otherwise; `current` gives the article as it stands.
    text_changed = Signal()
    #: With the line of the cursor, counted from 0.
    cursor_line_changed = Signal(int)
    #: With the moment of the save, an aware datetime.
    saved = Signal(object)
    #: The button of the empty desk: somebody wants a new article.
    new_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("editor_panel")
        self.setAccessibleName(tr("Writing desk"))
        self.desk = desk
        self._keeper: Keeper | None = None
        self._wanted: int | None = None
        self._line = -1
        #: Shown while two changes contradict each other.
        self.comparison: Comparison | None = None
        self._places = Places(desk.site.uid)
        #: The actions of the desk, for the menus of the window too.
        self.commands = Actions(self, EDITOR_ACTIONS)
        self.header = Header(self)
        self.editor = SourceEditor(self)
        #: The source (`editor`), and the visual editor over it.
        self.modes = Modes(desk, self.editor, self)
        self.toolbar = Toolbar(self.commands, lambda rows, columns: wiring.insert_table(self, rows, columns), self)
        self.find_bar = FindBar(self.editor, self)
        self.outline = Outline(self)
        self.state = StateLine(self)
        self.incoming = Incoming(desk, self.editor, lambda: self.article_id)
        self._lay_out()
        self._soon = self._timer(150, self._update_slow)
        self._place_later = self._timer(800, self._keep_place)
        self._adopt_later = self._timer(200, self._adopt_waiting)
        self._adopting: tuple[Values, Values] | None = None
        self._connect()
        wiring.connect(self)
        self._pages.setCurrentWidget(self._empty)

    # What others ask

    @property
    def article_id(self) -> int | None:
        """The article that is open."""
        return self._keeper.article.id if self._keeper else None

    @property
    def kept_aside(self) -> bool:
        """Whether what could not be saved would outlive the window: it is brought back when the article is opened."""
        return self._keeper is None or self._keeper.aside

    def expected(self) -> set[int | None]:
        """The articles that are open, asked for, or that something is still on its way to: a text, or a save."""
        saving = {keeper.article.id for keeper in self.findChildren(Keeper) if keeper.unsaved}
        return {self.article_id, self._wanted} | saving | self.incoming.awaited_by()

    def current(self) -> Article | None:
        """The open article as it stands in the editor, saved or not."""
        if self._keeper is None:
            return None
        values = self.values()
        return replace(
            self._keeper.article,
            title=values["title"],
            short_title=values["short_title"],
            prefix=values["prefix"],
            subtitle=values["subtitle"],
            body=values["body"],
        )

    def open_article(self, article_id: int) -> None:
        """Show an article; the one before is saved and closed. Raises nothing: failures are told by the desk."""
        if article_id == self.article_id and self._wanted is None:
            self.modes.current.setFocus()
            return
        self._wanted = article_id
        site = self.desk.site

        def read(_: Progress) -> tuple[Article, Rescued | None, Place]:
            return site.articles.get(article_id), rescue.find(site.uid, article_id), self._places.get(article_id)

        def failed(_: ChceError) -> bool:
            self._wanted = None
            return False

        self.desk.run(read, done=lambda found: self._show(*found), failed=failed, queue=WRITING, owner=self)

    def unfinished(self) -> int | None:
        """The article that was open when the app ended without closing it (a crash, a power cut). Reads a file."""
        return self._places.unfinished()

    def close_article(self) -> None:
        """Save and show the empty desk."""
        self._wanted = None
        if self._keeper is not None:
            self._leave()
            self.forget_open()
            self._pages.setCurrentWidget(self._empty)
            self.commands.set_condition("editor_open", False)
            self.article_closed.emit()

    def forget_open(self) -> None:
        """The open article is left in good order: the next start begins with the list."""
        self._place_later.stop()
        self._places.leave()
        self.desk.run(lambda _: self._places.save(), queue=_PLACES)

    def flush(self) -> bool:
        """Save now and wait for it. False when the library would not take the text (which is kept all the same)."""
        self.incoming.arrivals.flush()
        self.modes.settle()
        self._places_now()
        return self._keeper is None or self._keeper.flush()

    def save_version(self) -> None:
        """Save now and keep this text in the history for good."""
        keeper = self._keeper
        if keeper is None:
            return
        article_id = keeper.article.id

        def done(_: object) -> None:
            self.state.show_saved(datetime.now(UTC))
            self.desk.notices.success(tr("This version is kept in the history."))

        if self.flush():
            name = tr("Saved by hand")
            self.desk.run(
                lambda _: self.desk.site.articles.name_revision(article_id, name), done=done, queue=WRITING, owner=self
            )

    def go_to_line(self, line: int) -> None:
        """Put the cursor on a line (counted from 0) and show it."""
        self.modes.current.go_to_line(line)

    def values(self) -> Values:
        """The fields as they stand."""
        self.modes.settle()
        return {**self.header.values(), "body": self.editor.toPlainText()}

    # Opening and leaving

    def _show(self, article: Article, rescued: Rescued | None, place: Place) -> None:
        if article.id != self._wanted:
            return  # another one was asked for meanwhile
        self._wanted = None
        if self._keeper is not None:
            self._leave()
        self._display(values_of(article), fresh=True)
        keeper = Keeper(self.desk, article, self.values, self)
        self._keeper = keeper
        keeper.saved.connect(self._on_saved)
        keeper.held_up.connect(self._on_held_up)
        keeper.adopted.connect(self._adopt)
        keeper.contradicted.connect(self._on_contradicted)
        keeper.moved.connect(self.article_opened.emit)
        self.state.show_problem(None)
        self.state.show_saved(article.updated_at)
        self._pages.setCurrentWidget(self._desk_page)
        self.commands.set_condition("editor_open", True)
        self.modes.show_at(place.cursor, place.top)
        self._place_later.start()
        (self.modes.current if article.title else self.header.title).setFocus()
        self._update_slow()
        self.article_opened.emit(article)
        if self._line > 0:
            self.cursor_line_changed.emit(self._line)
        else:
            self._line = -1  # the page shows from its top until the first key
        if rescued is not None:
            keeper.start_from(rescued)
            self.desk.notices.info(tr("Text that could not be saved last time was brought back."))

    def _leave(self) -> None:
        self.incoming.arrivals.flush()
        self.modes.settle()  # while the keeper hears of it
        self._places_now()
        if self._keeper is not None:
            keeper, self._keeper = self._keeper, None
            for signal in (keeper.saved, keeper.held_up, keeper.adopted, keeper.contradicted, keeper.moved):
                signal.disconnect()
            keeper.end()

    def _display(self, values: Values, *, fresh: bool) -> None:
        self.header.show_values(values, fresh=fresh)
        if fresh:
            self._adopting = None
            self.modes.hold()
            self.editor.blockSignals(True)
            self.editor.setPlainText(values["body"])
            self.editor.blockSignals(False)
            self.editor.document().setModified(False)
        else:
            self.editor.replace_text(values["body"])

    # While it is open

    def _on_edited(self) -> None:
        if self._keeper is None:
            return
        self._keeper.touch()
        self._soon.start()
        self.text_changed.emit()

    def _on_cursor_moved(self) -> None:
        line = self.modes.line()
        self.toolbar.show_styles(self.modes.styles())
        if not self._place_later.isActive():  # also while one types without a pause
            self._place_later.start()
        if line != self._line:
            self._line = line
            self.toolbar.show_level(self.modes.heading())
            self.outline.follow(line)
            self.cursor_line_changed.emit(line)

    def _update_slow(self) -> None:
        """What need not follow every keystroke."""
        text = self.editor.toPlainText()
        selected = self.modes.current.textCursor().selectedText()
        self.state.show_count(text, selected)
        self.toolbar.show_level(self.modes.heading())
        if self.outline.isVisible():
            self.outline.show_text(text)
            self.outline.follow(self._line)

    def _on_saved(self, article: Article) -> None:
        self.state.show_saved(article.updated_at)
        self.saved.emit(article.updated_at)

    def _on_held_up(self, error: ChceError | None) -> None:
        self.state.show_problem(error, aside=self.kept_aside)

    def _adopt(self, values: Values) -> None:
        """Show what came from elsewhere, but never in the middle of a word that an input method holds."""
        if self.modes.current.composing:
            base = self._adopting[0] if self._adopting else self.values()
            self._adopting = (base, values)
            self._adopt_later.start()
            return
        self._display(values, fresh=False)
        self.text_changed.emit()

    def _adopt_waiting(self) -> None:
        if self._adopting is None or self._keeper is None:
            return
        if self.modes.current.composing:
            self._adopt_later.start()
            return
        (base, theirs), self._adopting = self._adopting, None
        merged, conflicts = merge_values(base, self.values(), theirs)  # with the word that was on its way
        if conflicts:
            self._on_contradicted(self._keeper.article, conflicts)
        else:
            self._adopt({name: str(value) for name, value in merged.items()})

    def _on_contradicted(self, theirs: Article, fields: tuple[str, ...]) -> None:
        keeper = self._keeper
        if keeper is None or self.comparison is not None:
            return
        dialog = Comparison(self, self.values(), values_of(theirs), fields)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.comparison = dialog

        def decided(values: Values) -> None:
            self.comparison = None
            keeper.resolve(values)

        dialog.decided.connect(decided)
        dialog.open()

    # Places

    def _keep_place(self) -> None:
        if self._keeper is not None and self._note_place():
            self.desk.run(lambda _: self._places.save(), queue=_PLACES)

    def _places_now(self) -> None:
        self._place_later.stop()
        self._keep_place()

    def _note_place(self) -> bool:
        place = Place(*self.modes.units_and_top())
        return self._keeper is not None and self._places.set(self._keeper.article.id, place)

    # Making it

    def _lay_out(self) -> None:
        page = QWidget(self)
        page.setObjectName("desk_page")
        set_role(page, "pane")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.toolbar)
        line = QFrame(page)
        set_role(line, "line")
        column.addWidget(line)
        split = QSplitter(Qt.Orientation.Horizontal, page)
        split.setObjectName("desk_split")
        split.addWidget(self.outline)
        split.addWidget(self.modes)
        split.setStretchFactor(1, 1)
        split.setSizes([180, 600])
        split.setCollapsible(1, False)
        self.outline.hide()
        column.addWidget(split, 1)
        column.addWidget(self.find_bar)
        column.addWidget(self.state)
        self._desk_page = page
        self._empty = EmptyState("editor_empty", self)
        self._empty.say(
            "file-pen",
            tr("No article is open"),
            tr("Choose one from the list, or begin a new one."),
            button=tr("New article"),
            call=self.new_wanted.emit,
        )
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)

    def _connect(self) -> None:
        self.header.edited.connect(self._on_edited)
        self.header.left.connect(self._on_header_left)
        self.editor.textChanged.connect(self._on_edited)
        for editor in (self.editor, self.modes.visual):
            editor.cursorPositionChanged.connect(self._on_cursor_moved)
            editor.selectionChanged.connect(self._soon.start)
            editor.column_moved.connect(self._on_column_moved)
        self.modes.visual.opened.connect(self._update_slow)
        self.outline.chosen.connect(self.go_to_line)

    def _on_column_moved(self, side: int) -> None:
        left = self.modes.mapTo(self, QPoint(0, 0)).x()
        self.header.align(left + side if not self.outline.isVisible() else 0)

    def _on_header_left(self) -> None:
        self.modes.current.setFocus()
        self.modes.current.moveCursor(QTextCursor.MoveOperation.Start)

    def _timer(self, milliseconds: int, call: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(call)
        return timer
