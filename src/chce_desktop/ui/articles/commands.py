"""Changes of articles in a list, one or many, each of which can be undone in one step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from PySide6.QtGui import QUndoCommand

from chce_desktop.domain.article import ArticleInfo, ArticlePatch, Flag, FlagSetting, State
from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import Progress
from chce_desktop.services.site import Site
from chce_desktop.ui.articles import words
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.notices import Offer

Work = Callable[[Progress], object]


class DeskCommand(QUndoCommand):
    """A step in the window's undo history whose work runs in the library's queue, where order is kept.

    `said`: told with an offer to undo, once the step was done for the first time; "" says nothing.
    """

    def __init__(self, desk: Desk, text: str, forward: Work, backward: Work, *, said: str = "") -> None:
        super().__init__(text)
        self._desk = desk
        self._forward = forward
        self._backward = backward
        self._said = said

    def redo(self) -> None:
        self._desk.run(self._forward, done=self._tell, failed=self._give_up, label=self.text())

    def undo(self) -> None:
        self._desk.run(self._backward, failed=self._give_up, label=tr("Undo: {what}", what=self.text()))

    def _tell(self, _: object) -> None:
        if self._said:
            stack, said = self._desk.undo, self._said
            self._said = ""
            index = stack.index()

            def back() -> None:
                if stack.index() == index:
                    stack.undo()

            self._desk.notices.info(said, offer=Offer(tr("Undo"), back))

    def _give_up(self, error: ChceError) -> bool:
        self.setObsolete(True)  # what was not done is not there to be undone
        return isinstance(error, Cancelled)


def change(
    desk: Desk, ids: Iterable[int], compute: Callable[[ArticleInfo], ArticlePatch], text: str, *, said: str = ""
) -> None:
    """Change fields of many articles: `compute` says for each what is set (see `Articles.set_many` for which)."""
    wanted, site, before = tuple(ids), desk.site, dict[int, ArticlePatch]()

    def forward(progress: Progress) -> None:
        infos = site.articles.infos(wanted)
        patches = {info.id: compute(info) for info in infos.values()}
        before.clear()
        for article_id, patch in patches.items():
            before[article_id] = cast("ArticlePatch", {key: getattr(infos[article_id], key) for key in patch})
        _apply(site, patches, progress)

    desk.undo.push(DeskCommand(desk, text, forward, lambda progress: _apply(site, dict(before), progress), said=said))


def set_state(desk: Desk, ids: Iterable[int], state: State) -> None:
    """Give articles a state."""
    many = tuple(ids)
    name = words.state_name(state)
    said = trn("{n} article is now “{state}”.", "{n} articles are now “{state}”.", len(many), state=name)
    change(desk, many, lambda _: {"state": state}, tr("State “{state}”", state=name), said=said)


def set_flag(desk: Desk, ids: Iterable[int], flag: Flag, *, on: bool) -> None:
    """Set a flag on articles, without an end, or take it away."""

    def compute(info: ArticleInfo) -> ArticlePatch:
        others = tuple(setting for setting in info.flags if setting.flag is not flag)
        return {"flags": (*others, FlagSetting(flag)) if on else others}

    name = words.flag_name(flag)
    text = tr("Flag “{flag}”", flag=name) if on else tr("Without flag “{flag}”", flag=name)
    change(desk, ids, compute, text)


def move_to_column(desk: Desk, ids: Iterable[int], column_id: int | None) -> None:
    """File articles in a column (None: in none)."""
    many = tuple(ids)
    found = desk.columns.get(column_id)
    name = found.name if found else tr("No column")
    said = trn("{n} article filed in “{column}”.", "{n} articles filed in “{column}”.", len(many), column=name)

    def compute(info: ArticleInfo) -> ArticlePatch:
        return {
            "column_id": column_id,
            "further_columns": tuple(further for further in info.further_columns if further != column_id),
        }

    change(desk, many, compute, tr("File in “{column}”", column=name), said=said)


def trash(desk: Desk, ids: Iterable[int]) -> None:
    """Move articles to the trash."""
    many, site = tuple(ids), desk.site
    said = trn("{n} article is in the trash.", "{n} articles are in the trash.", len(many))
    desk.undo.push(
        DeskCommand(
            desk,
            tr("Move to trash"),
            lambda _: site.articles.trash(many),
            lambda _: site.articles.restore(many),
            said=said,
        )
    )


def restore(desk: Desk, ids: Iterable[int]) -> None:
    """Take articles out of the trash."""
    many, site = tuple(ids), desk.site
    said = trn("{n} article was restored.", "{n} articles were restored.", len(many))
    desk.undo.push(
        DeskCommand(
            desk,
            tr("Restore from trash"),
            lambda _: site.articles.restore(many),
            lambda _: site.articles.trash(many),
            said=said,
        )
    )


def _apply(site: Site, patches: dict[int, ArticlePatch], progress: Progress) -> None:
    groups: dict[str, tuple[ArticlePatch, list[int]]] = {}
    for article_id, patch in patches.items():
        groups.setdefault(repr(sorted(patch.items())), (patch, []))[1].append(article_id)
    for done, (patch, ids) in enumerate(groups.values()):
        progress.report(tr("Changing articles"), done, len(groups))
        site.articles.set_many(ids, patch)
