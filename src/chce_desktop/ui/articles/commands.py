"""Changes of articles in a list, one or many or all of it, each of which can be undone in one step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from PySide6.QtGui import QUndoCommand

from chce_desktop.domain.article import ArticleInfo, ArticlePatch, Flag, State
from chce_desktop.domain.bulkchange import BulkChange
from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import Progress
from chce_desktop.services.bulk import Step
from chce_desktop.services.site import Site
from chce_desktop.ui.articles import words
from chce_desktop.ui.articles.chosen import Chosen
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.notices import Offer
from chce_desktop.ui.operations import Running

Work = Callable[[Progress], object]
#: What a command is about: a selection, or ids.
Meant = Chosen | Iterable[int]
#: The same change of all, or what is set on each.
Change = ArticlePatch | Callable[[ArticleInfo], ArticlePatch]
_PIECE = 500


@dataclass(frozen=True, slots=True)
class Left:
    """How many articles an undo has left alone, since somebody changed them after the step."""

    number: int


class DeskCommand(QUndoCommand):
    """A step in the window's undo history whose work runs in the library's queue, where order is kept.

    `said`: told with an offer to undo, once the step was done for the first time; it is made of what `forward` returned
    where it is callable. "" says nothing. `is_done`: a dialog has done the step already, when it is pushed.
    A number that `backward` returns as `Left` is told. `ended` hears when the step has ended for the first time, with
    what it failed of, if it did; it returns True when it has told that.
    """

    def __init__(
        self,
        desk: Desk,
        text: str,
        forward: Work,
        backward: Work,
        *,
        said: str | Callable[[object], str] = "",
        is_done: bool = False,
        ended: Callable[[ChceError | None], object] | None = None,
    ) -> None:
        super().__init__(text)
        self._desk = desk
        self._forward = forward
        self._backward = backward
        self._said = said
        self._is_done = is_done
        self._ended = ended
        #: The work of the last step there or back, while it runs.
        self.running: Running | None = None

    def redo(self) -> None:
        if self._is_done:
            self._is_done = False
            self._tell(None)
            return
        self.running = self._desk.run(self._forward, done=self._tell, failed=self._give_up, label=self.text())

    def undo(self) -> None:
        label = tr("Undo: {what}", what=self.text())
        self.running = self._desk.run(self._backward, done=self._tell_left, failed=self._give_up, label=label)

    def _tell(self, result: object) -> None:
        self._end(None)
        said = self._said(result) if callable(self._said) else self._said
        self._said = ""
        if said:
            stack = self._desk.undo
            index = stack.index()

            def back() -> None:
                if stack.index() == index:
                    stack.undo()

            self._desk.notices.info(said, offer=Offer(tr("Undo"), back))

    def _tell_left(self, result: object) -> None:
        if isinstance(result, Left) and result.number:
            text = trn(
                "{n} article was changed by somebody since, and stays so.",
                "{n} articles were changed by somebody since, and stay so.",
                result.number,
            )
            self._desk.notices.info(text)

    def _give_up(self, error: ChceError) -> bool:
        self.setObsolete(True)  # what was not done is not there to be undone
        return self._end(error) is True or isinstance(error, Cancelled)

    def _end(self, error: ChceError | None) -> object:
        ended, self._ended = self._ended, None
        return ended(error) if ended is not None else None


class Bulk:
    """A change of the articles of a selection: all of them or none, there and back."""

    def __init__(self, site: Site, meant: Meant, wanted: Change) -> None:
        self._site = site
        self._chosen = meant if isinstance(meant, Chosen) else Chosen.of(meant)
        self._change = wanted
        self._ids: tuple[int, ...] | None = None
        self._step = Step({}, {})

    def forward(self, progress: Progress) -> int:
        """Change them; how many were changed. Done again, it changes the same articles."""
        if self._ids is None:
            self._ids = self._chosen.find()
        self._step = self._site.articles.change_each(self._patches(self._ids, progress), progress=progress)
        return len(self._step)

    def backward(self, progress: Progress) -> Left:
        """Put back what was there before, but for what somebody has changed since."""
        return Left(self._site.articles.take_back(self._step, progress=progress))

    def _patches(self, ids: tuple[int, ...], progress: Progress) -> Mapping[int, ArticlePatch]:
        if not callable(self._change):
            return dict.fromkeys(ids, self._change)
        made: dict[int, ArticlePatch] = {}
        waiting = iter(ids)
        while piece := list(islice(waiting, _PIECE)):
            progress.check()
            infos = self._site.articles.infos(piece)
            made |= {article_id: self._change(infos[article_id]) for article_id in piece if article_id in infos}
        return made


def change(desk: Desk, meant: Meant, wanted: Change, text: str, *, said: Callable[[int], str] | None = None) -> None:
    """Change fields of many articles (see `Articles.set_each`). `said` makes the summary of the number changed."""
    bulk = Bulk(desk.site, meant, wanted)

    def summary(result: object) -> str:
        return said(result) if said is not None and isinstance(result, int) else ""

    desk.undo.push(DeskCommand(desk, text, bulk.forward, bulk.backward, said=summary))


def set_state(desk: Desk, meant: Meant, state: State) -> None:
    """Give articles a state."""
    name = words.state_name(state)

    def said(n: int) -> str:
        return trn("{n} article is now “{state}”.", "{n} articles are now “{state}”.", n, state=name)

    change(desk, meant, {"state": state}, tr("State “{state}”", state=name), said=said)


def set_flag(desk: Desk, meant: Meant, flag: Flag, *, on: bool) -> None:
    """Set a flag on articles, without an end, or take it away."""
    name = words.flag_name(flag)
    text = tr("Flag “{flag}”", flag=name) if on else tr("Without flag “{flag}”", flag=name)
    change(desk, meant, BulkChange(flags={flag: on}), text)


def move_to_column(desk: Desk, meant: Meant, column_id: int | None) -> None:
    """File articles in a column (None: in none)."""
    found = desk.columns.get(column_id)
    name = found.name if found else tr("No column")

    def said(n: int) -> str:
        return trn("{n} article filed in “{column}”.", "{n} articles filed in “{column}”.", n, column=name)

    change(desk, meant, BulkChange(fields={"column_id": column_id}), tr("File in “{column}”", column=name), said=said)


def trash(desk: Desk, meant: Meant) -> None:
    """Move articles to the trash."""
    _to_and_fro(
        desk,
        meant,
        tr("Move to trash"),
        (desk.site.articles.trash, desk.site.articles.restore),
        lambda n: trn("{n} article is in the trash.", "{n} articles are in the trash.", n),
    )


def restore(desk: Desk, meant: Meant) -> None:
    """Take articles out of the trash."""
    _to_and_fro(
        desk,
        meant,
        tr("Restore from trash"),
        (desk.site.articles.restore, desk.site.articles.trash),
        lambda n: trn("{n} article was restored.", "{n} articles were restored.", n),
    )


def _to_and_fro(
    desk: Desk, meant: Meant, text: str, ways: tuple[Callable[..., int], Callable[..., int]], said: Callable[[int], str]
) -> None:
    chosen = meant if isinstance(meant, Chosen) else Chosen.of(meant)
    known: list[tuple[int, ...]] = []

    def ids() -> tuple[int, ...]:
        if not known:
            known.append(chosen.find())
        return known[0]

    desk.undo.push(
        DeskCommand(
            desk,
            text,
            lambda progress: ways[0](ids(), progress=progress),
            lambda progress: ways[1](ids(), progress=progress),
            said=lambda result: said(result) if isinstance(result, int) else "",
        )
    )
