"""The pane with everything about an article except its titles and text. Saves by itself, as the editor does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSpinBox,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain import addresses, slugs
from chce_desktop.domain.article import ArticleInfo, Flag, State
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.domain.wordbook import NameKind
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE, restyle, set_role
from chce_desktop.ui.articles import words
from chce_desktop.ui.articles.fields import (
    ColorField,
    FlagField,
    FurtherColumnsField,
    KnownField,
    LineField,
    MomentField,
    TagsField,
)
from chce_desktop.ui.articles.fieldsaves import FieldSaves
from chce_desktop.ui.articles.signoff import SignOffSection
from chce_desktop.ui.articles.suggestions import Suggestions, beside
from chce_desktop.ui.columns.dialogs import ColumnPicker
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.emptystate import EmptyState
from chce_desktop.ui.media.field import PictureField
from chce_desktop.ui.section import Section
from chce_desktop.ui.wheel import WheelGuard


class PropertyPane(QWidget):
    """Shows one article. What the user changes is saved a moment later, or at once by `flush`."""

    #: With the `ArticleInfo` as saved.
    saved = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("property_pane")
        self.setAccessibleName(tr("Properties"))
        set_role(self, "pane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk = desk
        self._info: ArticleInfo | None = None
        self._saves = FieldSaves(desk, self)
        self._saves.saved.connect(self._on_saved)
        self._saves.address_refused.connect(self._on_address_refused)
        self._suggestions = Suggestions(desk, self)
        self._build()
        desk.changed.connect(self._on_changed)
        desk.loaded.connect(self.column.fill)

    @property
    def article_id(self) -> int | None:
        """The article shown."""
        return self._info.id if self._info else None

    def show_article(self, info: ArticleInfo | None) -> None:
        """Show another article, or none. What was changed in the one before is saved first."""
        another = info is None or info.id != self.article_id
        if another:
            self._saves.begin(None if info is None else info.id)
            self._info = info
            self._complain("")
        self._stack.setCurrentWidget(self._empty if info is None else self._scroll)
        self.signoff.show_article(info)
        if info is not None and another:
            for line in self.findChildren(LineField):
                line.setText("")  # nothing of the one before can be undone in this one
            self.summary.document().clearUndoRedoStacks()
            self._show(info)
        elif info is not None:
            self._take(info)

    def reveal(self, field: QWidget) -> None:
        """Scroll to a field, and unfold its section."""
        parent: QWidget | None = field
        while parent is not None and parent is not self:
            if isinstance(parent, Section):
                parent.heading.setChecked(True)
            parent = parent.parentWidget()
        self._scroll.ensureWidgetVisible(field)

    def flush(self) -> None:
        """Save now what has not been saved yet."""
        self._saves.flush()

    def finish(self) -> bool:
        """Save now and wait for it. False when the library would not take what some field says."""
        return self._saves.finish()

    # Building

    def _build(self) -> None:
        # From the outside in: whatever changes its parent is styled again, with all that it holds.
        self._stack = QStackedWidget(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self._scroll = QScrollArea(self._stack)
        self._scroll.setObjectName("property_scroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stack.addWidget(self._scroll)
        self._empty = EmptyState("property_empty", self._stack)
        self._empty.say("sliders-horizontal", tr("No article chosen"), tr("Its column, flags and source appear here."))
        self._stack.addWidget(self._empty)
        self._stack.setCurrentWidget(self._empty)
        content = QWidget(self._scroll.viewport())
        content.setObjectName("property_content")
        set_role(content, "pane")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, SPACE, 0, SPACE)
        column.setSpacing(HALF)
        self._scroll.setWidget(content)
        self.signoff = SignOffSection(self._desk, self)
        for section in (
            self._publishing(),
            self.signoff,
            self._filing(),
            self._origin(),
            self._summary(),
            self._address(),
        ):
            column.addWidget(section)
        column.addStretch(1)
        WheelGuard(content)

    def _publishing(self) -> Section:
        section = Section("section_publishing", tr("Publishing"), self)
        self.state = QComboBox(self)
        self.state.setObjectName("state_field")
        for state in State:
            self.state.addItem(words.state_name(state), state)
        self.state.activated.connect(lambda _: self._saves.change("state", State(self.state.currentData())))
        section.add(tr("Stat&e"), self.state)
        self.date = MomentField("date_field", self)
        self.date.edited.connect(lambda: self._saves.change("date", self.date.value()))
        section.add(tr("&Date"), self.date)
        self.flags: list[FlagField] = []
        box = QVBoxLayout()
        box.setSpacing(HALF)
        for flag in Flag:
            field = FlagField(flag, self)
            field.edited.connect(self._on_flags_edited)
            box.addWidget(field)
            self.flags.append(field)
        section.add(tr("Emphasis"), box)
        self.withdraw = MomentField("withdraw_field", self, optional=True, offer=tr("Choose a day…"))
        self.withdraw.edited.connect(lambda: self._saves.change("withdraw_at", self.withdraw.value()))
        section.add(tr("Taken down on"), self.withdraw)
        return section

    def _filing(self) -> Section:
        section = Section("section_filing", tr("Where it belongs"), self)
        self.column = ColumnPicker(self._desk, tr("No column"), self)
        self.column.setObjectName("column_field")
        self.column.activated.connect(lambda _: self._on_column_edited())
        section.add(tr("&Column"), self.column)
        self.further = FurtherColumnsField(self._desk, self)
        self.further.edited.connect(lambda: self._saves.change("further_columns", self.further.value()))
        section.add(tr("Also listed in"), self.further)
        self.tags = TagsField("tags_field", self._desk, self._desk.site.articles.known_tags, self)
        self.tags.edited.connect(lambda _: self._saves.change("tags", self.tags.tags()))
        section.add(tr("Ta&gs"), self.tags)
        return section

    def _origin(self) -> Section:
        section, choices = Section("section_origin", tr("Source and people"), self), self._desk.site.wordbook.choices
        rows: list[tuple[str, str, Callable[[str], Any] | None]] = [
            ("source", tr("&Source"), partial(choices, NameKind.SOURCE)),
            ("source_url", tr("Address of the source"), None),
            ("author", tr("A&uthor"), partial(choices, NameKind.AUTHOR)),
            ("editor", tr("Responsible editor"), partial(choices, NameKind.EDITOR)),
        ]
        self.lines: dict[str, LineField] = {}
        for key, label, known in rows:
            field = KnownField(f"{key}_field", self._desk, known, self) if known else LineField(f"{key}_field", self)
            self._add_line(section, key, label, field)
        self.lines["source_url"].setPlaceholderText("https://")
        self.lines["source"].edited.connect(self._on_source_edited)
        return section

    def _summary(self) -> Section:
        section = Section("section_summary", tr("Summary and picture"), self)
        self.summary = QPlainTextEdit(self)
        self.summary.setObjectName("summary_field")
        self.summary.setPlaceholderText(tr("Empty: the beginning of the text"))
        self.summary.setTabChangesFocus(True)
        self.summary.setFixedHeight(84)
        self.summary.textChanged.connect(self._on_summary_changed)
        row = beside(self.summary, "summary_suggest", tr("Make a summary from the text"), self._on_suggest_summary)
        section.add(tr("Su&mmary"), row, buddy=self.summary)
        self.cover = PictureField(self._desk, "cover_field", tr("Cover picture"), QSize(88, 60), self)
        self.cover.changed.connect(lambda path: self._saves.change("cover", path))
        section.add(tr("Cover picture"), self.cover)
        keywords = self._line("keywords", LineField("keywords_field", self))
        row = beside(keywords, "keywords_suggest", tr("Suggest keywords from the text"), self._on_suggest_keywords)
        section.add(tr("&Keywords for search engines"), row, buddy=keywords)
        self.color = ColorField(self)
        self.color.edited.connect(lambda color: self._saves.change("title_color", color))
        section.add(tr("Title colour"), self.color)
        return section

    def _address(self) -> Section:
        section = Section("section_address", tr("Address and reads"), self)
        self.slug = LineField("slug_field", self)
        self.slug.edited.connect(self._on_slug_edited)
        suggest = QToolButton(self)
        suggest.setObjectName("slug_suggest")
        suggest.setAccessibleName(tr("Make the address from the title"))
        suggest.setToolTip(tr("Make the address from the title"))
        suggest.setIcon(icons.icon("wand-sparkles", icons.MUTED))
        suggest.setIconSize(QSize(16, 16))
        suggest.clicked.connect(self._on_suggest)
        row = QHBoxLayout()
        row.setSpacing(HALF)
        row.addWidget(self.slug, 1)
        row.addWidget(suggest)
        section.add(tr("Add&ress"), row, buddy=self.slug)
        self.address = QLineEdit(self)  # may be longer than the pane, and is there to be copied
        self.address.setObjectName("address_shown")
        self.address.setAccessibleName(tr("Address of the page"))
        self.address.setReadOnly(True)
        set_role(self.address, "bare")
        section.add_bare(self.address)
        self.problem = QLabel(self)
        self.problem.setObjectName("property_problem")
        self.problem.setWordWrap(True)
        set_role(self.problem, "error")
        self.problem.hide()
        section.add_bare(self.problem)
        self.reads = QSpinBox(self)
        self.reads.setObjectName("reads_field")
        self.reads.setRange(0, 2_000_000_000)
        self.reads.setGroupSeparatorShown(True)
        self.reads.valueChanged.connect(lambda value: self._saves.change("reads", value))
        section.add(tr("Reading count"), self.reads)
        return section

    def _add_line(self, section: Section, key: str, label: str, field: LineField) -> None:
        section.add(label, self._line(key, field))

    def _line(self, key: str, field: LineField) -> LineField:
        self.lines[key] = field
        field.edited.connect(lambda text: self._saves.change(key, text))
        return field

    # What the user does

    def _on_flags_edited(self) -> None:
        self._saves.change("flags", tuple(s for field in self.flags if (s := field.setting()) is not None))

    def _on_column_edited(self) -> None:
        main = self.column.column_id()
        further = tuple(i for i in self.further.value() if i != main)
        self.further.set_value(further, main)
        self._saves.change("column_id", main)
        self._saves.change("further_columns", further)

    def _on_summary_changed(self) -> None:
        text = self.summary.toPlainText()
        if self._info is not None and (text != self._info.summary or self._saves.are_ahead):
            self._saves.change("summary", text)

    def _on_slug_edited(self, text: str) -> None:
        slug = text.strip().lower()
        if slugs.is_valid(slug):
            self._complain("")
            self._saves.change("slug", slug)
            return
        self._saves.leave_out("slug")
        self._complain(tr("Use small Latin letters, digits and single hyphens, at most 80."))

    def _on_source_edited(self, source: str) -> None:
        """A source that is kept with its address brings it along, where none is written yet."""
        field = self.lines["source_url"]

        def take(address: str) -> None:
            if not field.text().strip() and self.lines["source"].text() == source:
                field.set_value(address)
                self._saves.change("source_url", address)

        if not field.text().strip() and source.strip():
            self._suggestions.address(source.strip(), self._for_this(take))

    def _on_suggest_summary(self) -> None:
        if self._info is not None:
            self._suggestions.summary(self._info.id, self._for_this(self.summary.setPlainText))

    def _on_suggest_keywords(self) -> None:
        def take(keywords: str) -> None:
            self.lines["keywords"].set_value(keywords)
            self._saves.change("keywords", keywords)

        if self._info is not None:
            self._suggestions.keywords(self._info.id, self._for_this(take))

    def _for_this(self, take: Callable[[str], object]) -> Callable[[str], None]:
        """`take`, unless another article is shown by the time at which there is something to take."""
        asked = self.article_id

        def taken(text: str) -> None:
            if self.article_id == asked:
                take(text)

        return taken

    def _on_suggest(self) -> None:
        info, articles = self._info, self._desk.site.articles
        if info is None:
            return

        def done(slug: str) -> None:
            if self._info is not None and self._info.id == info.id:
                self.slug.set_value(slug)
                self._on_slug_edited(slug)

        self._desk.run(lambda _: articles.suggest_slug(info.title, info.id), done=done, owner=self)

    # What the library says

    def _on_changed(self, changes: Changes) -> None:
        if Kind.COLUMNS in changes.kinds:
            self.column.fill()
        info = self._info
        if info is None or Kind.ARTICLES not in changes.kinds:
            return
        if changes.articles is not None and info.id not in changes.articles:
            return
        articles = self._desk.site.articles
        self._desk.run(lambda _: articles.infos([info.id]), done=lambda found: self._renew(info.id, found), owner=self)

    def _on_saved(self, info: ArticleInfo) -> None:
        if info.id == self.article_id:
            if not self._saves.is_address_refused:
                self._complain("")
            self._take(info)
        self.saved.emit(info)

    def _on_address_refused(self, error: ChceError) -> None:
        self._complain(f"{error.title} {error.hint}".strip())

    def _renew(self, article_id: int, found: dict[int, ArticleInfo]) -> None:
        if self._info is None or self._info.id != article_id:
            return
        fresh = found.get(article_id)
        if fresh is None:
            self._saves.forget()
            self.show_article(None)
        else:
            self._take(fresh)

    def _take(self, info: ArticleInfo) -> None:
        """Show what the library holds, unless it is older than what shows or the fields are ahead of the library."""
        shown = self._info
        if shown is None or info.id != shown.id or info.version < shown.version:
            return
        if not self._saves.are_ahead:  # else a save that is still to come tells
            self._show(info)

    def _show(self, info: ArticleInfo) -> None:
        self._info = info
        self._fill(info)
        self._say_address()

    def _fill(self, info: ArticleInfo) -> None:
        zone = self._desk.settings.timezone
        self.state.setCurrentIndex(self.state.findData(info.state))
        self.date.set_value(info.date, zone)
        self.withdraw.set_value(info.withdraw_at, zone)
        settings = {setting.flag: setting for setting in info.flags}
        for field in self.flags:
            field.set_value(settings.get(field.flag), zone)
        self.column.choose(info.column_id)
        self.further.set_value(info.further_columns, info.column_id)
        if not self.tags.hasFocus():
            self.tags.set_tags(info.tags)
        for key, line in self.lines.items():
            if not line.hasFocus() or line.text().strip() != getattr(info, key):
                line.set_value(getattr(info, key))
        if self.summary.toPlainText() != info.summary:
            self.summary.blockSignals(True)
            self.summary.setPlainText(info.summary)
            self.summary.blockSignals(False)
        self.cover.set_path(info.cover)
        self.color.set_value(info.title_color)
        if slugs.is_valid(self.slug.text()) or not self.slug.hasFocus():
            self.slug.set_value(info.slug)
        self.reads.blockSignals(True)
        self.reads.setValue(info.reads)
        self.reads.blockSignals(False)

    def _say_address(self) -> None:
        if self._info is not None:
            column = self._desk.columns.get(self._info.column_id)
            path = addresses.article_path(self._info.slug, column.slug if column else None)
            self.address.setText(f"{self._desk.settings.url.rstrip('/')}/{path}")
            self.address.setToolTip(self.address.text())
            self.address.setCursorPosition(0)

    def _complain(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        self.slug.setProperty("invalid", bool(text))
        restyle(self.slug)
