"""The front-page desk 首页编排: the blocks of the home page, arranged by dragging or by keys, now or for later."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QMenu,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.article import ArticlePatch
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import Progress
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.services.bulk import Step
from chce_desktop.services.frontpage import RECOMMENDED, FrontBlock, FrontPage
from chce_desktop.ui.appearance import DOUBLE, SPACE, set_role
from chce_desktop.ui.articles import words
from chce_desktop.ui.articles.commands import DeskCommand, Left
from chce_desktop.ui.articles.dragging import ARTICLES_MIME, ids_of
from chce_desktop.ui.articles.fields import MomentField
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog
from chce_desktop.ui.frontpage.cards import BlockCard
from chce_desktop.ui.frontpage.plan import PlanDialog
from chce_desktop.ui.organise.undoing import undo_button
from chce_desktop.ui.search.palette import QuickOpen

_TWO_COLUMNS = 760


class FrontPageDialog(DeskDialog):
    """Every change is saved at once and is one step to undo. A look ahead shows the page at another moment."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, "front_window", tr("Front page"), QSize(1080, 760), parent)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        self._front = FrontPage(desk.site)
        self.cards: list[BlockCard] = []
        self._begun = False
        self.moment = MomentField("front_moment", self, optional=True, offer=tr("now"))
        self.moment.setAccessibleName(tr("As it is at"))
        self.moment.edited.connect(self.reload)
        at = QLabel(tr("As it is"), self)
        at.setBuddy(self.moment)
        hint = QLabel(
            tr(
                "Drag articles here from the list or from block to block, and out of a block onto the free space; or "
                "use Alt+↑, Alt+↓, Del and the menu key. Behind the red line titles are cut."
            ),
            self,
        )
        hint.setObjectName("front_hint")
        hint.setWordWrap(True)
        set_role(hint, "hint")
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addStretch(1)
        top.addWidget(at)
        top.addWidget(self.moment)
        top.addWidget(undo_button(self))
        self.board = _Board(self)
        self.board.let_go.connect(self._on_let_go)
        self._grid = QGridLayout(self.board)
        self._grid.setContentsMargins(0, 0, SPACE, 0)
        self._grid.setSpacing(DOUBLE)
        area = QScrollArea(self)
        area.setObjectName("front_area")
        area.setWidgetResizable(True)
        area.setWidget(self.board)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE)
        column.addLayout(top)
        column.addWidget(hint)
        column.addWidget(area, 1)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(80)
        self._soon.timeout.connect(self.reload)
        desk.changed.connect(self._on_changed)
        self.reload()

    def reload(self) -> None:
        """Show what the library holds now."""
        moment = self.moment.value()
        self.run(lambda _: self._front.blocks(moment), done=self._show, queue=LIBRARY_READ)

    def place(self, card: BlockCard, ids: Sequence[int], row: int) -> None:
        """Put articles into a block by hand, before what stands at a row."""
        block = card.block
        if block.flag is None:
            return
        rows = [place.info.id for place in block.places]
        # What is not there by hand has no place of its own to come before.
        before = [article_id for article_id in rows[:row] if article_id in block.by_hand and article_id not in ids]
        after = [article_id for article_id in block.by_hand if article_id not in before and article_id not in ids]
        order = (*before, *ids, *after)
        self._push(tr("Front page: {name}", name=card.heading.text()), lambda: self._front.ordered(block, order))

    def take_out(self, card: BlockCard, ids: Sequence[int]) -> None:
        """Take articles out of a block: from their place by hand, or, where they came by themselves, for good."""
        block = card.block
        hand = [article_id for article_id in block.by_hand if article_id in ids]
        text = tr("Out of “{name}”", name=card.heading.text())
        if hand:
            order = [article_id for article_id in block.by_hand if article_id not in hand]
            self._push(text, lambda: self._front.ordered(block, order))
            return
        self._push(text, lambda: self._front.kept_out(block, ids))
        said = trn(
            "{n} article is kept out of “{name}”.",
            "{n} articles are kept out of “{name}”.",
            len(ids),
            name=card.heading.text(),
        )
        self.notices.info(said)

    def let_in(self, card: BlockCard, ids: Sequence[int]) -> None:
        """Articles that were kept out of a block may stand in it by themselves again."""
        block = card.block
        text = tr("Into “{name}” again", name=card.heading.text())
        self._push(text, lambda: self._front.kept_out(block, ids, out=False))

    def plan(self, card: BlockCard) -> None:
        """Ask when the chosen article is shown."""
        chosen, block = card.chosen(), card.block
        if not chosen or block.flag is None:
            return
        place = chosen[0]
        dialog = PlanDialog(place, self.desk.settings.timezone, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def save() -> None:
            since, until = dialog.moments()
            text = tr("When “{title}” is shown", title=place.info.list_title)
            self._push(text, lambda: self._front.scheduled(block, place.info.id, since, until))

        dialog.accepted.connect(save)
        dialog.open()

    def _show(self, blocks: Sequence[FrontBlock]) -> None:
        while len(self.cards) > len(blocks):
            self.cards.pop().deleteLater()
        while len(self.cards) < len(blocks):
            self.cards.append(self._card())
        zone = words.zone(self.desk.settings.timezone)
        wide = 2 if self.width() >= _TWO_COLUMNS else 1
        for number, (card, block) in enumerate(zip(self.cards, blocks, strict=True)):
            title = tr("Recommended today") if block.key == RECOMMENDED else block.title
            card.show_block(block, title, zone)
            self._grid.addWidget(card, number // wide, number % wide, Qt.AlignmentFlag.AlignTop)
            card.show()
        if self.cards and not self._begun:
            self._begun = True
            self.cards[0].list.setFocus()

    def _card(self) -> BlockCard:
        card = BlockCard(self._zone, self.board)
        card.placed.connect(self.place)
        card.dropped_out.connect(self.take_out)
        card.add_wanted.connect(self._on_add)
        card.plan_wanted.connect(self.plan)
        card.opened.connect(self.desk.article_wanted)
        card.menu_wanted.connect(self._on_menu)
        return card

    def _zone(self) -> tzinfo:
        return words.zone(self.desk.settings.timezone)

    def _on_changed(self, changes: Changes) -> None:
        if changes.kinds & {Kind.ARTICLES, Kind.COLUMNS, Kind.SETTINGS}:
            self._soon.start()

    def _on_add(self, card: BlockCard) -> None:
        palette = QuickOpen(self.desk, self)
        palette.taken.connect(lambda article_id: self.place(card, [article_id], 0))
        palette.open()

    def _on_let_go(self, source: object, ids: Sequence[int]) -> None:
        """Articles of a block were dropped beside all blocks."""
        card = next((card for card in self.cards if card.list is source), None)
        if card is not None:
            outside = {place.info.id for place in card.block.places if place.kept_out}
            dropped = [article_id for article_id in ids if article_id not in outside]
            if dropped:
                self.take_out(card, dropped)

    def _on_menu(self, card: BlockCard, at: QPoint) -> None:
        chosen = card.chosen()
        if not chosen:
            return
        ids = [place.info.id for place in chosen]
        menu = QMenu(self)
        menu.setObjectName("front_menu")
        by_hand = [place for place in chosen if place.by_hand]
        outside = [place for place in chosen if place.kept_out]
        rows: tuple[tuple[str, Callable[[], object], bool], ...] = (
            (tr("Open"), lambda: self.desk.article_wanted.emit(ids[0]), True),
            (tr("Put here by hand"), partial(self.place, card, ids, 0), card.block.flag is not None and not by_hand),
            (tr("When it is shown…"), partial(self.plan, card), card.block.flag is not None),
            (tr("Take out"), partial(self.take_out, card, ids), not outside),
            (tr("Let in again"), partial(self.let_in, card, ids), len(outside) == len(chosen)),
        )
        for text, slot, enabled in rows:
            action = menu.addAction(text)
            action.setEnabled(enabled)
            action.triggered.connect(lambda _=False, slot=slot: slot())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _push(self, text: str, patches: Callable[[], Mapping[int, ArticlePatch]]) -> None:
        articles, steps = self.desk.site.articles, list[Step]()
        wanted = dict[int, ArticlePatch]()

        def forward(progress: Progress) -> None:
            wanted.update(wanted or patches())
            steps[:] = [articles.change_each(wanted, progress=progress)]

        def backward(progress: Progress) -> Left:
            return Left(articles.take_back(steps[0], progress=progress))

        self.desk.undo.push(DeskCommand(self.desk, text, forward, backward))


class _Board(QWidget):
    """What lies between the blocks: what is dropped here leaves its block."""

    #: With the list that it comes from, and ids.
    let_go = Signal(object, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("front_board")
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._consider(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._consider(event)

    def dropEvent(self, event: QDropEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.let_go.emit(event.source(), ids_of(event.mimeData()))

    def _consider(self, event: QDragMoveEvent) -> None:
        beside = self.childAt(event.position().toPoint()) is None
        if beside and isinstance(event.source(), QListWidget) and event.mimeData().hasFormat(ARTICLES_MIME):
            event.acceptProposedAction()
        else:
            event.ignore()
