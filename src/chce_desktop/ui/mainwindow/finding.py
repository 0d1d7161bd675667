"""What the window offers to find things with: search and filters of the list, saved searches, the two palettes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from chce_desktop.domain.article import ArticleFilter
from chce_desktop.ui.actions import Actions
from chce_desktop.ui.articles.list import ArticleList
from chce_desktop.ui.columns.model import ALL, NONE
from chce_desktop.ui.columns.tree import ColumnsPane
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.mainwindow.panes import Pane, Panes
from chce_desktop.ui.memory import Memory
from chce_desktop.ui.search.saved import SavedSearches


class Finding(QObject):
    """Connects the actions; `open_article` is called with the id of one that was found."""

    def __init__(
        self,
        desk: Desk,
        window: QWidget,
        panes: Panes,
        articles: ArticleList,
        columns: ColumnsPane,
        searches: SavedSearches,
        open_article: Callable[[int], None],
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._panes = panes
        self._articles = articles
        self._columns = columns
        self._searches = searches
        self._open_article = open_article
        searches.chosen.connect(self._on_search_chosen)
        articles.search.save_wanted.connect(self._save_search)

    def connect_actions(self, actions: Actions, tables: Sequence[Actions], memory: Memory) -> None:
        """Connect what is in the menus; `tables` are those that the command palette looks through."""
        actions.connect_to("edit.filter", self._filter)
        actions.connect_to("edit.filters", self._filters)
        actions.connect_to("edit.save_search", self._save_search)
        actions.connect_to("go.article", self._quick_open)
        actions.connect_to("go.command", lambda: self._command_palette(tables))
        by_day = memory.flag("articles/by_day", default=False)

        def group(on: bool) -> None:
            memory.set_flag("articles/by_day", on=on)
            self._articles.group_by_day(on=on)

        actions.connect_toggle("view.by_day", group, checked=by_day)
        self._articles.group_by_day(on=by_day)

    def _filter(self) -> None:
        if not self._panes.shows(Pane.LIST):
            self._panes.show_pane(Pane.LIST)
        self._articles.focus_filter()

    def _filters(self) -> None:
        self._filter()
        self._articles.search.open_panel()

    def _save_search(self) -> None:
        self._searches.save(self._articles.wanted)

    def _on_search_chosen(self, wanted: ArticleFilter) -> None:
        self._panes.show_pane(Pane.LIST)
        self._articles.show_filter(wanted)
        place = NONE if wanted.no_column else ALL
        self._columns.choose(place if wanted.column_id is None else wanted.column_id)

    def _quick_open(self) -> None:
        from chce_desktop.ui.search.palette import QuickOpen

        palette = QuickOpen(self._desk, self._window)
        palette.taken.connect(self._open_article)
        palette.open()

    def _command_palette(self, tables: Sequence[Actions]) -> None:
        from chce_desktop.ui.search.palette import CommandPalette, run_action

        palette = CommandPalette(self._desk, tables, self._window)
        palette.taken.connect(run_action)
        palette.open()
