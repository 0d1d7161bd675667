"""The doors to the windows in which many articles are changed at once, and what these windows need to know."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from chce_desktop.domain.article import ArticleFilter
from chce_desktop.ui.actions import Actions
from chce_desktop.ui.articles.chosen import Chosen
from chce_desktop.ui.articles.list import ArticleList
from chce_desktop.ui.columns.tree import ColumnsPane
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.mainwindow import doors
from chce_desktop.ui.search.saved import SavedSearches


def connect_organising(
    actions: Actions,
    desk: Desk,
    window: QWidget,
    articles: ArticleList,
    columns: ColumnsPane,
    searches: SavedSearches,
    subject: Callable[[], Chosen],
) -> None:
    """Connect the actions. `subject` says which articles are meant now."""

    def replace() -> None:
        from chce_desktop.ui.organise.replace import ReplaceDialog

        doors.show_dialog(ReplaceDialog(desk, articles.wanted, window), window)

    def tags() -> None:
        from chce_desktop.ui.organise.tags import TagsDialog

        dialog = TagsDialog(desk, window)
        dialog.tag_wanted.connect(lambda tag: searches.chosen.emit(ArticleFilter(tag=tag)))
        doors.show_dialog(dialog, window)

    def merge() -> None:
        from chce_desktop.ui.columns.merging import MergeDialog

        if columns.column_id is not None:
            MergeDialog(desk, columns.column_id, window).open()

    def split() -> None:
        from chce_desktop.ui.columns.merging import SplitDialog

        chosen = subject()
        if chosen.count:
            SplitDialog(desk, chosen, window).open()

    def counts() -> None:
        from chce_desktop.ui.organise.counts import CountsDialog

        doors.show_dialog(CountsDialog(desk, window), window)

    def front() -> None:
        from chce_desktop.ui.frontpage.window import FrontPageDialog

        doors.show_dialog(FrontPageDialog(desk, window), window)

    for action_id, slot in (
        ("edit.replace_all", replace),
        ("site.tags", tags),
        ("column.merge", merge),
        ("article.split", split),
        ("site.counts", counts),
        ("site.front", front),
    ):
        actions.connect_to(action_id, slot)
