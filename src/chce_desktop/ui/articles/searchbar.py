"""What a list is narrowed by: a search with its place and order, and filters. All of it can be combined."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from chce_desktop.domain.article import ArticleFilter, Order
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE, set_role
from chce_desktop.ui.articles.choice import choice
from chce_desktop.ui.desk import Desk

if TYPE_CHECKING:  # the panel is made when it is opened first
    from chce_desktop.ui.articles.filterpanel import FilterPanel

_WHERE = (("all", mark("Everywhere")), ("title", mark("In titles")), ("body", mark("In texts")))
#: How long one must rest in typing before the list follows (milliseconds).
_REST = 120


class SearchBar(QWidget):
    """`narrowed` comes when what is asked for has changed; `narrow` puts it into a filter."""

    narrowed = Signal()
    #: Return: go on to the rows.
    entered = Signal()
    #: The user wants this search kept under a name.
    save_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search_bar")
        self._desk = desk
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REST)
        self._soon.timeout.connect(self.narrowed)
        self._build_line()
        self._build_how()
        self._panel: FilterPanel | None = None
        self.chips = _Chips(self)
        self.chips.cleared.connect(lambda: self.panel.clear())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE, SPACE, 0)
        layout.setSpacing(HALF)
        top = QHBoxLayout()
        top.setSpacing(HALF)
        for widget, stretch in ((self.line, 1), (self.found, 0), (self.more, 0), (self.keep, 0)):
            top.addWidget(widget, stretch)
        layout.addLayout(top)
        layout.addWidget(self.how)
        layout.addWidget(self.chips)
        self._arrange()

    @property
    def panel(self) -> FilterPanel:
        """The filters, made when they are asked for first."""
        if self._panel is None:
            from chce_desktop.ui.articles.filterpanel import FilterPanel

            self._panel = FilterPanel(self._desk, self)
            self._panel.hide()
            self._panel.edited.connect(self._on_panel_edited)
            layout = self.layout()
            assert isinstance(layout, QVBoxLayout)  # noqa: S101 - made above
            layout.insertWidget(layout.indexOf(self.chips), self._panel)
            QWidget.setTabOrder(self.order, self._panel)
        return self._panel

    def narrow(self, wanted: ArticleFilter) -> ArticleFilter:
        """The filter with what is asked for here; order and the rest stay where nothing is said about them."""
        text = self.line.text().strip()
        asked = self._filtered(replace(wanted, text=text, where=self.where.currentData() if text else "all"))
        if text and self.order.currentIndex() == 1:
            asked = replace(asked, order=Order.BEST, reverse=False)
        return asked

    def show_filter(self, wanted: ArticleFilter) -> None:
        """Show what a filter asks for, as when a saved search is taken."""
        for widget in (self.line, self.where, self.order):
            widget.blockSignals(True)
        self.line.setText(wanted.text)
        self.where.setCurrentIndex(max(0, self.where.findData(wanted.where)))
        self.order.setCurrentIndex(1 if wanted.order is Order.BEST else 0)
        for widget in (self.line, self.where, self.order):
            widget.blockSignals(False)
        if self._panel is not None or wanted != replace(ArticleFilter(), text=wanted.text):
            self.panel.show_filter(wanted)
        self._arrange()
        self._soon.stop()

    def clear(self) -> None:
        """Ask for everything."""
        self.show_filter(ArticleFilter())
        self.narrowed.emit()

    def open_panel(self) -> None:
        """Show the fields of the filters and go to the first."""
        self.more.setChecked(True)
        self.panel.flag.setFocus()

    def tell_found(self, number: int | None) -> None:
        """Say how many articles were found; None says nothing."""
        self.found.setVisible(number is not None)  # an empty label would keep its place beside the line
        if number is not None:
            self.found.setText(tr("{n} found", n=f"{number:,}"))

    def _build_line(self) -> None:
        self.line = QLineEdit(self)
        self.line.setObjectName("article_filter")
        self.line.setAccessibleName(tr("Filter articles"))
        self.line.setPlaceholderText(tr("Filter by title or text"))
        self.line.setClearButtonEnabled(True)
        self.line.addAction(icons.icon("search", icons.MUTED), QLineEdit.ActionPosition.LeadingPosition)
        self.line.textChanged.connect(lambda _: self._on_typed())
        self.line.returnPressed.connect(self.entered)
        self.found = QLabel(self)
        self.found.setObjectName("article_count")
        self.found.hide()
        set_role(self.found, "hint")
        self.more = self._button("article_filters", "sliders-horizontal", tr("More filters"))
        self.more.setCheckable(True)
        self.more.toggled.connect(self._on_more)
        self.keep = self._button("article_search_save", "bookmark-plus", tr("Save this search"))
        self.keep.clicked.connect(self.save_wanted)

    def _build_how(self) -> None:
        self.how = QWidget(self)
        self.how.setObjectName("search_how")
        self.where = choice("search_where", tr("Search in"), [(tr(text), key) for key, text in _WHERE], self.how)
        orders = [(tr("As listed"), 0), (tr("Best first"), 1)]
        self.order = choice("search_order", tr("Order of what is found"), orders, self.how)
        row = QHBoxLayout(self.how)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.where)
        row.addWidget(self.order)
        row.addStretch(1)
        for box in (self.where, self.order):
            box.currentIndexChanged.connect(lambda _: self.narrowed.emit())

    def _button(self, name: str, sign: str, text: str) -> QToolButton:
        made = QToolButton(self)
        made.setObjectName(name)
        made.setAccessibleName(text)
        made.setToolTip(text)
        made.setIcon(icons.icon(sign, icons.MUTED))
        made.setIconSize(QSize(18, 18))
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return made

    def _on_typed(self) -> None:
        self._arrange()
        self._soon.start()

    def _on_more(self, on: bool) -> None:
        self.panel.setVisible(on)
        self._arrange()

    def _on_panel_edited(self) -> None:
        self._arrange()
        self._soon.start()

    def _arrange(self) -> None:
        asked = self._filtered(ArticleFilter())
        narrowed = asked != ArticleFilter()
        self.how.setVisible(bool(self.line.text().strip()))
        self.keep.setVisible(narrowed or bool(self.line.text().strip()))
        self.chips.tell(self._described(asked) if narrowed and not self.more.isChecked() else [])
        self.more.setIcon(icons.icon("sliders-horizontal", icons.ACCENT if narrowed else icons.MUTED))

    def _filtered(self, wanted: ArticleFilter) -> ArticleFilter:
        return wanted if self._panel is None else self._panel.put_into(wanted)

    def _described(self, asked: ArticleFilter) -> list[str]:
        from chce_desktop.ui.articles.filterpanel import describe

        return describe(asked, self._desk)


class _Chips(QWidget):
    """What the closed filters ask for, in words, with a button to drop it."""

    cleared = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("filter_chips")
        self.text = QLabel(self)
        self.text.setObjectName("filter_chips_text")
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.text, "badge")
        self.drop = QToolButton(self)
        self.drop.setObjectName("filter_chips_clear")
        self.drop.setAccessibleName(tr("Clear the filters"))
        self.drop.setToolTip(tr("Clear the filters"))
        self.drop.setIcon(icons.icon("x", icons.MUTED))
        self.drop.setIconSize(QSize(14, 14))
        self.drop.clicked.connect(self.cleared)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(HALF)
        row.addWidget(self.text)
        row.addWidget(self.drop)
        row.addStretch(1)

    def tell(self, parts: list[str]) -> None:
        """Show these; nothing hides all."""
        self.setVisible(bool(parts))
        self.text.setText(" · ".join(parts))
        self.text.setAccessibleName(self.text.text())
