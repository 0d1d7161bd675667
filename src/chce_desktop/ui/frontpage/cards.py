"""One block of the home page as a list: what stands in it, drawn with the cut that readers see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from PySide6.QtCore import (
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.foundation.i18n import tr
from chce_desktop.services.frontpage import FrontBlock, Place
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE, colors, font, set_role
from chce_desktop.ui.articles import words
from chce_desktop.ui.articles.dragging import ARTICLES_MIME, ids_of, mime_of

Index = QModelIndex | QPersistentModelIndex

_PLACE = Qt.ItemDataRole.UserRole
_ROW = 34


def note_of(place: Place, zone: tzinfo) -> str:
    """What is to be said about a place besides its title."""
    setting = place.setting
    if place.kept_out:
        return tr("kept out")
    if setting is None:
        return tr("automatic")
    parts = []
    if setting.since is not None and not place.shown:
        parts.append(tr("from {moment}", moment=words.minute(setting.since, zone)))
    elif not place.shown:
        parts.append(tr("not shown"))
    if setting.until is not None:
        parts.append(tr("until {moment}", moment=words.minute(setting.until, zone)))
    return " · ".join(parts)


class PlaceDelegate(QStyledItemDelegate):
    """The title as far as readers see it, the rest struck faint behind a red line; notes at the right."""

    def __init__(self, zone: Callable[[], tzinfo], parent: QWidget) -> None:
        super().__init__(parent)
        self._zone = zone

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        place = index.data(_PLACE)
        if not isinstance(place, Place):
            return
        option.text = ""
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        palette, area = colors(), option.rect.adjusted(SPACE, 0, -SPACE, 0)
        flag = Qt.AlignmentFlag
        small = font(relative=-2)
        note = note_of(place, self._zone())
        painter.save()
        painter.setFont(small)
        painter.setPen(QColor(palette.muted if place.shown else palette.warning))
        width = QFontMetrics(small).horizontalAdvance(note)
        painter.drawText(area, flag.AlignVCenter | flag.AlignRight, note)
        area.setRight(area.right() - width - SPACE)
        metrics = QFontMetrics(option.font)
        painter.setFont(option.font)
        painter.setClipRect(area)
        seen = place.short.removesuffix("…") if place.is_cut else place.short
        rest = place.info.list_title.strip()[len(seen) :] if place.is_cut else ""
        painter.setPen(QColor(palette.text if place.by_hand and place.shown else palette.muted))
        painter.drawText(area, flag.AlignVCenter | flag.AlignLeft, seen)
        if rest:
            left = area.left() + metrics.horizontalAdvance(seen) + 2
            painter.fillRect(QRect(left, area.center().y() - 8, 2, 17), QColor(palette.error))
            painter.setPen(QColor(palette.disabled))
            box = QRect(left + HALF, area.top(), area.right() - left, area.height())
            painter.drawText(box, flag.AlignVCenter | flag.AlignLeft, rest)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - Qt calls it with all of them
        return QSize(200, _ROW)


class BlockCard(QFrame):
    """A block with its heading. Alt+Up and Alt+Down move, Del takes out, Return opens, drops put in."""

    #: With (this card, ids, row before which they come): dropped, or moved by key.
    placed = Signal(object, object, int)
    #: With (this card, ids): taken out.
    dropped_out = Signal(object, object)
    #: With this card: add an article; plan when one comes and goes.
    add_wanted = Signal(object)
    plan_wanted = Signal(object)
    opened = Signal(int)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, zone: Callable[[], tzinfo], parent: QWidget) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self.block = FrontBlock("", "", None, None, ())
        self.heading = QLabel(self)
        set_role(self.heading, "heading")
        self.summary = QLabel(self)
        set_role(self.summary, "hint")
        self.summary.setMinimumWidth(1)  # it is cut where there is no room, rather than making the board wider
        self.add = QToolButton(self)
        self.add.setIcon(icons.icon("plus", icons.MUTED))
        self.add.setToolTip(tr("Add an article"))
        self.add.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.add.clicked.connect(lambda: self.add_wanted.emit(self))
        self.setAcceptDrops(True)
        self.list = _Places(self)
        self.list.setItemDelegate(PlaceDelegate(zone, self.list))
        top = QHBoxLayout()
        top.addWidget(self.heading)
        top.addWidget(self.summary, 1)
        top.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE + HALF, SPACE, SPACE, SPACE)
        column.setSpacing(HALF)
        column.addLayout(top)
        column.addWidget(self.list)
        self.list.articles_dropped.connect(lambda ids, row: self.placed.emit(self, ids, row))
        self.list.key_used.connect(self._on_key)
        self.list.itemDoubleClicked.connect(lambda _: self._open())
        self.list.menu_asked.connect(lambda at: self.menu_wanted.emit(self, at))

    def show_block(self, block: FrontBlock, title: str, zone: tzinfo) -> None:
        """Show another state of the block; the selection stays on its articles."""
        kept = {place.info.id for place in self.chosen()}
        self.block = block
        safe = block.key.replace(":", "_")
        self.setObjectName(f"front_{safe}")
        self.setAccessibleName(title)
        self.heading.setText(title)
        self.heading.setObjectName(f"front_heading_{safe}")
        shown = sum(place.shown for place in block.places)
        by_hand = sum(place.shown and place.by_hand for place in block.places)
        parts = [tr("{shown} shown, {by_hand} by hand", shown=shown, by_hand=by_hand)]
        if waiting := len(block.places) - shown:
            parts.append(tr("{n} not shown", n=waiting))
        self.summary.setText(" · ".join(parts))
        self.summary.setToolTip(self.summary.text())
        self.summary.setObjectName(f"front_summary_{safe}")
        self.add.setObjectName(f"front_add_{safe}")
        self.add.setAccessibleName(tr("Add an article to “{name}”", name=title))
        self.add.setVisible(block.flag is not None)
        self.list.setObjectName(f"front_list_{safe}")
        self.list.setAccessibleName(title)
        self.list.takes_drops = block.flag is not None
        self.list.clear()
        for place in block.places:
            item = QListWidgetItem(self.list)
            item.setData(_PLACE, place)
            item.setToolTip(place.info.title)
            cut = tr("cut after “{text}”", text=place.short.removesuffix("…")) if place.is_cut else ""
            said = (place.info.list_title, cut, note_of(place, zone))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, "，".join(part for part in said if part))
            item.setSelected(place.info.id in kept)
            if place.info.id in kept:
                self.list.setCurrentItem(item)
        self.list.setFixedHeight(_ROW * max(2, min(len(block.places), 12)) + HALF)

    def chosen(self) -> list[Place]:
        """The selected places, in order."""
        rows = sorted(self.list.row(item) for item in self.list.selectedItems())
        return [place for row in rows if isinstance(place := self.list.item(row).data(_PLACE), Place)]

    def _on_key(self, key: int) -> None:
        chosen = self.chosen()
        ids = [place.info.id for place in chosen]
        if not ids:
            return
        row = self.list.row(self.list.selectedItems()[0])
        if key == Qt.Key.Key_Return:
            self._open()
        elif key == Qt.Key.Key_Delete:
            self.dropped_out.emit(self, ids)
        elif key == Qt.Key.Key_Up:
            self.placed.emit(self, ids, max(0, row - 1))
        elif key == Qt.Key.Key_Down:
            self.placed.emit(self, ids, row + len(ids) + 1)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.list.takes_drops and event.mimeData().hasFormat(ARTICLES_MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """On the heading: they come first."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.placed.emit(self, ids_of(event.mimeData()), 0)

    def _open(self) -> None:
        chosen = self.chosen()
        if chosen:
            self.opened.emit(chosen[0].info.id)


class _Places(QListWidget):
    articles_dropped = Signal(object, int)
    key_used = Signal(int)
    #: With the place on the screen.
    menu_asked = Signal(QPoint)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.takes_drops = False
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt's: by a key, the menu stands below what is chosen, and the first article is chosen where none is."""
        event.accept()
        at = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.count():
            if not self.selectedItems():
                self.setCurrentRow(max(0, self.currentRow()), QItemSelectionModel.SelectionFlag.ClearAndSelect)
            item = self.selectedItems()[0]
            self.scrollToItem(item)
            at = self.viewport().mapToGlobal(self.visualItemRect(item).bottomLeft() + QPoint(SPACE, 0))
        self.menu_asked.emit(at)

    def mimeData(self, items: list[QListWidgetItem]) -> QMimeData:  # type: ignore[override]  # the stub names the overloads otherwise
        places = [item.data(_PLACE) for item in items]
        return mime_of(place.info.id for place in places if isinstance(place, Place))

    def mimeTypes(self) -> list[str]:
        return [ARTICLES_MIME]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._consider(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)
        self._consider(event)

    def dropEvent(self, event: QDropEvent) -> None:
        if not (self.takes_drops and event.mimeData().hasFormat(ARTICLES_MIME)):
            event.ignore()
            return
        index = self.indexAt(event.position().toPoint())
        row = self.count()
        if index.isValid():
            below = event.position().y() > self.visualRect(index).center().y()
            row = index.row() + int(below)
        event.setDropAction(Qt.DropAction.CopyAction)  # nothing is to be removed from where it came from
        event.accept()
        self.articles_dropped.emit(ids_of(event.mimeData()), row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        keys = {Qt.Key.Key_Return: False, Qt.Key.Key_Delete: False, Qt.Key.Key_Up: True, Qt.Key.Key_Down: True}
        key = Qt.Key.Key_Return if event.key() == Qt.Key.Key_Enter else Qt.Key(event.key())
        if keys.get(key) is alt:
            self.key_used.emit(int(key))
            return
        super().keyPressEvent(event)

    def _consider(self, event: QDragMoveEvent) -> None:
        if self.takes_drops and event.mimeData().hasFormat(ARTICLES_MIME):
            event.acceptProposedAction()
        else:
            event.ignore()
