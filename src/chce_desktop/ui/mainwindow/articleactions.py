"""What the article actions work on, and what they do with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu, QWidget

from chce_desktop.domain.article import ArticleInfo, Flag, State
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.ui.actions import Actions
from chce_desktop.ui.articles import commands
from chce_desktop.ui.articles.bulk import BulkDialog
from chce_desktop.ui.articles.chosen import Chosen
from chce_desktop.ui.columns.choosing import ColumnChooser
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.mainwindow.table import ARTICLE_MENU, TRASH_MENU
from chce_desktop.ui.notices import confirm

_STATES = {
    "state.draft": State.DRAFT,
    "state.review": State.REVIEW,
    "state.ready": State.READY,
}


class ArticleActions(QObject):
    """`subject` says which articles are meant now: those selected in the list, or the one being written.

    `save` is called before anything is done with them: what was typed last is in the library by then.
    """

    def __init__(
        self, desk: Desk, actions: Actions, window: QWidget, subject: Callable[[], Chosen], save: Callable[[], object]
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._actions = actions
        self._window = window
        self._subject = subject
        self._save = save
        for action_id, state in _STATES.items():
            actions.connect_to(action_id, partial(self._on_state, state))
        actions.connect_to("state.withdrawn", self._on_withdraw)
        for flag in Flag:
            actions.connect_to(f"flag.{flag}", partial(self._on_flag, flag))
        actions.connect_to("article.move", self._on_move)
        actions.connect_to("article.trash", lambda: commands.trash(desk, self._meant()))
        actions.connect_to("article.restore", lambda: commands.restore(desk, self._meant()))
        actions.connect_to("article.bulk", self._on_bulk)
        actions.connect_to("article.purge", self._on_purge)
        actions.connect_to("article.template", self._on_template)

    def refresh(self) -> None:
        """Enable what fits the articles that are meant now, and tick their flags."""
        chosen = self._subject()
        infos = chosen.infos
        trashed = bool(infos) and all(info.trashed_at is not None for info in infos)
        set_condition = self._actions.set_condition
        set_condition("selection", bool(infos))
        set_condition("single", chosen.count == 1 and bool(infos))
        set_condition("trashed", trashed)
        set_condition("kept", bool(infos) and not trashed)
        now = datetime.now(UTC)
        for flag in Flag:
            self._actions[f"flag.{flag}"].setChecked(bool(infos) and all(info.flagged(flag, now) for info in infos))

    def menu(self, at: QPoint) -> None:
        """Show the context menu."""
        infos = self._subject().infos
        if not infos:
            return
        menu = QMenu(self._window)
        menu.setObjectName("article_menu")
        self._actions.fill(menu, TRASH_MENU if infos[0].trashed_at is not None else ARTICLE_MENU)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _meant(self) -> Chosen:
        self._save()
        return self._subject()

    def _on_state(self, state: State) -> None:
        commands.set_state(self._desk, self._meant(), state)

    def _on_withdraw(self) -> None:
        from chce_desktop.ui.publishing.withdraw import WithdrawDialog  # loaded late, as all that publishes

        chosen, articles = self._meant(), self._desk.site.articles

        def ask(infos: Sequence[ArticleInfo]) -> None:
            if infos:
                WithdrawDialog(self._desk, infos, self._window).open()

        if len(chosen.infos) == chosen.count:
            ask(chosen.infos)
        else:
            self._desk.run(lambda _: tuple(articles.infos(chosen.find()).values()), done=ask, owner=self)

    def _on_flag(self, flag: Flag) -> None:
        chosen, now = self._meant(), datetime.now(UTC)
        on = not all(info.flagged(flag, now) for info in chosen.infos)
        commands.set_flag(self._desk, chosen, flag, on=on)

    def _on_move(self) -> None:
        chosen = self._meant()
        if not chosen.infos:
            return
        title = trn("File {n} article", "File {n} articles", chosen.count)
        chooser = ColumnChooser(self._desk, title, chosen.infos[0].column_id, self._window)
        chooser.chosen.connect(lambda column_id: commands.move_to_column(self._desk, chosen, column_id))
        chooser.open()

    def _on_bulk(self) -> None:
        chosen = self._meant()
        if chosen.count:
            BulkDialog(self._desk, chosen, self._window).open()

    def _on_template(self) -> None:
        from chce_desktop.ui.wordbook.templates import save_as_template

        infos = self._meant().infos
        if len(infos) == 1:
            save_as_template(self._desk, infos[0].id, infos[0].title, self._window)

    def _on_purge(self) -> None:
        chosen, site = self._meant(), self._desk.site
        confirm(
            self._window,
            trn("Delete {n} article for good?", "Delete {n} articles for good?", chosen.count),
            hint=tr("The text and its whole history are deleted. This cannot be undone."),
            yes=tr("Delete for good"),
            on_yes=lambda: self._desk.run(
                lambda progress: site.articles.purge(chosen.find(), progress=progress), label=tr("Deleting")
            ),
            destructive=True,
        )
