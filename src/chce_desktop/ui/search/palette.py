"""A line to type into and what fits below it: quick open for articles, the palette for everything one can do."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAction, QColor, QFontMetrics, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain import pinyin
from chce_desktop.domain.article import ArticleFilter, ArticleInfo, Order
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.ui import icons
from chce_desktop.ui.actions import Actions
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, colors, font, set_role
from chce_desktop.ui.articles import words
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.mainwindow.table import MENUS

Index = QModelIndex | QPersistentModelIndex

_ENTRY = Qt.ItemDataRole.UserRole
_WIDTH, _HEIGHT = 620, 420
#: Spelling a few words has a queue of its own: it need not wait for the library.
PINYIN = "pinyin"
_LIMIT = 30
_REST = 60
_NO_INDEX = QModelIndex()


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: what it is called, what stands back behind it, what is at its right, and what it means."""

    text: str
    hint: str
    right: str
    meaning: object
    enabled: bool = True


class _Entries(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: Sequence[Entry] = ()

    def show(self, rows: Sequence[Entry]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return "，".join(part for part in (entry.text, entry.hint, entry.right) if part)
        return entry if role == _ENTRY else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or not self.rows[index.row()].enabled:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _Row(QStyledItemDelegate):
    """The text, the hint behind it in grey, and the shortcut or the state at the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        entry = index.data(_ENTRY)
        option.text = ""
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        palette, area = colors(), option.rect.adjusted(SPACE + HALF, 0, -SPACE - HALF, 0)
        small = font(relative=-1)
        metrics, small_metrics = option.fontMetrics, QFontMetrics(small)
        flag = Qt.AlignmentFlag
        painter.save()
        painter.setFont(small)
        painter.setPen(QColor(palette.muted if entry.enabled else palette.disabled))
        right = small_metrics.horizontalAdvance(entry.right)
        painter.drawText(area, flag.AlignVCenter | flag.AlignRight, entry.right)
        room = area.width() - right - DOUBLE
        painter.setFont(option.font)
        painter.setPen(QColor(palette.text if entry.enabled else palette.disabled))
        text = metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(area, flag.AlignVCenter | flag.AlignLeft, text)
        used = metrics.horizontalAdvance(text) + DOUBLE
        if entry.hint and room - used > DOUBLE:
            painter.setFont(small)
            painter.setPen(QColor(palette.muted if entry.enabled else palette.disabled))
            rest = QRect(area.left() + used, area.top(), room - used, area.height())
            shown = small_metrics.elidedText(entry.hint, Qt.TextElideMode.ElideRight, rest.width())
            painter.drawText(rest, flag.AlignVCenter | flag.AlignLeft, shown)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - Qt calls it with all of them
        return QSize(200, 34)


class Palette(QDialog):
    """The frame that both have in common. Return takes the current row, up and down move while one types."""

    taken = Signal(object)

    def __init__(self, name: str, title: str, hint: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.line = QLineEdit(self)
        self.line.setObjectName(f"{name}_line")
        self.line.setAccessibleName(title)
        self.line.setPlaceholderText(hint)
        self.line.addAction(icons.icon("search", icons.MUTED), QLineEdit.ActionPosition.LeadingPosition)
        self.entries = _Entries(self)
        self.list = QListView(self)
        self.list.setObjectName(f"{name}_list")
        self.list.setAccessibleName(title)
        self.list.setModel(self.entries)
        self.list.setItemDelegate(_Row(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_role(self.list, "framed")
        self.nothing = QLabel(tr("Nothing fits. Try other words, pinyin or initials."), self)
        self.nothing.setObjectName(f"{name}_nothing")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self.nothing, "hint")
        self.nothing.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.setSpacing(SPACE)
        layout.addWidget(self.line)
        layout.addWidget(self.nothing)
        layout.addWidget(self.list, 1)
        self.line.installEventFilter(self)
        self.list.clicked.connect(lambda index: self._take(index))
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REST)
        self._soon.timeout.connect(self.look_up)
        #: Whether the rows answer what is typed now, and whether the first is to be taken as soon as they do.
        self._answered = self._take_first = False
        self.line.textChanged.connect(lambda _: self._on_typed())
        room = parent.window().size()
        self.resize(min(_WIDTH, room.width() - 2 * DOUBLE), min(_HEIGHT, room.height() - 8 * DOUBLE))
        at = parent.window().frameGeometry()
        self.move(at.center().x() - self.width() // 2, at.top() + 5 * DOUBLE)
        self.line.setFocus()

    @abstractmethod
    def look_up(self) -> None:
        """Show what fits what was typed."""

    def show_entries(self, rows: Sequence[Entry], *, whole: bool = True) -> None:
        """Show these rows, the first that can be taken as the current one; not `whole`: others are still to come."""
        self.entries.show(rows)
        first = next((n for n, entry in enumerate(rows) if entry.enabled), -1)
        self.list.setCurrentIndex(self.entries.index(first, 0) if first >= 0 else QModelIndex())
        self.nothing.setVisible(not rows and bool(self.line.text().strip()))
        self._answered = whole
        if whole and self._take_first:
            self._take_first = False
            self._take(self.list.currentIndex())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's: keys of the line that belong to the list."""
        if watched is self.line and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
                self._step({Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8}.get(key, 8))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._on_return()
                return True
        return super().eventFilter(watched, event)

    def _on_typed(self) -> None:
        self._answered = self._take_first = False
        self._soon.start()

    def _on_return(self) -> None:
        """Take the current row; what shows for other words is not what was meant, so the answer is waited for."""
        if self._soon.isActive():
            self._soon.stop()
            self.look_up()
        if self._answered:
            self._take(self.list.currentIndex())
        else:
            self._take_first = True

    def _step(self, step: int) -> None:
        usable = [n for n, entry in enumerate(self.entries.rows) if entry.enabled]
        if usable:
            here = self.list.currentIndex().row()
            place = usable.index(here) if here in usable else 0
            wanted = usable[max(0, min(len(usable) - 1, place + step))]
            self.list.setCurrentIndex(self.entries.index(wanted, 0))
            self._answered = True  # this row is meant, whatever may come

    def _take(self, index: QModelIndex) -> None:
        entry = index.data(_ENTRY) if index.isValid() else None
        if isinstance(entry, Entry) and entry.enabled:
            self.close()
            self.taken.emit(entry.meaning)


class QuickOpen(Palette):
    """Articles by title, pinyin or initials (`jyxw` finds 教育新闻); before one types, those changed last."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        hint = tr("Title, pinyin or initials: jyxw finds 教育新闻")
        super().__init__("quick_open", tr("Open an article"), hint, parent)
        self._desk = desk
        self.look_up()

    def look_up(self) -> None:
        """Ask the library."""
        typed, articles = self.line.text().strip(), self._desk.site.articles

        def work(_: object) -> Sequence[ArticleInfo]:
            if typed:
                return articles.find_titles(typed, _LIMIT)
            return articles.page(ArticleFilter(order=Order.UPDATED), limit=_LIMIT).articles

        def done(found: Sequence[ArticleInfo]) -> None:
            if typed == self.line.text().strip():
                self.show_entries([self._entry(info) for info in found])

        self._desk.run(work, done=done, queue=LIBRARY_READ, owner=self)

    def _entry(self, info: ArticleInfo) -> Entry:
        day = words.day(info.date, words.zone(self._desk.settings.timezone))
        column = self._desk.columns.get(info.column_id)
        hint = " · ".join(part for part in (column.name if column else "", day) if part)
        return Entry(words.title_of(info.title), hint, words.state_name(info.state), info.id)


class CommandPalette(Palette):
    """Everything that the menus can do, by its words, their pinyin or initials; greyed where it cannot be done now."""

    def __init__(self, desk: Desk, tables: Sequence[Actions], parent: QWidget) -> None:
        super().__init__("command_palette", tr("Do something"), tr("What do you want to do?"), parent)
        self._rows = [entry for table in tables for entry in _entries_of(table)]
        self._keys: list[tuple[str, str]] = []
        texts = [entry.text for entry in self._rows]

        def keys(_: object) -> list[tuple[str, str]]:
            return [pinyin.keys(text) for text in texts]  # the dictionary takes a moment at first

        def failed(_: ChceError) -> bool:
            self._on_keys([("", "")] * len(texts))  # words are found all the same
            return False

        desk.run(keys, done=self._on_keys, failed=failed, queue=PINYIN, owner=self)
        self.look_up()

    def look_up(self) -> None:
        """Look through the actions: words as they stand first, then pinyin."""
        typed = "".join(self.line.text().casefold().split())
        letters = typed if typed.isascii() else ""
        ranked: list[tuple[int, int, Entry]] = []
        for number, entry in enumerate(self._rows):
            rank = _rank(typed, letters, entry, self._keys[number] if self._keys else ("", ""))
            if rank is not None:
                ranked.append((rank + (0 if entry.enabled else 10), number, entry))
        rows = [entry for _, _, entry in sorted(ranked, key=lambda each: each[:2])]
        self.show_entries(rows, whole=bool(self._keys) or not letters)

    def _on_keys(self, keys: list[tuple[str, str]]) -> None:
        self._keys = keys
        if not self._answered:
            self.look_up()


def run_action(action: object) -> None:
    """Do what was taken from the command palette."""
    if isinstance(action, QAction):
        action.trigger()


def _rank(typed: str, letters: str, entry: Entry, keys: tuple[str, str]) -> int | None:
    """How well an entry fits, the least best; None for not at all."""
    text = "".join(entry.text.casefold().split())
    spelled, initials = keys
    tests = (
        text.startswith(typed),
        typed in text,
        bool(letters) and initials.startswith(letters),
        bool(letters) and (spelled.startswith(letters) or letters in initials),
        bool(letters) and letters in spelled,
        typed in "".join(entry.hint.casefold().split()),
    )
    return next((rank for rank, holds in enumerate(tests) if holds), None)


def _entries_of(table: Actions) -> list[Entry]:
    menus = {key: tr(title) for key, title in MENUS}
    found = []
    for spec in table.specs:
        action = table[spec.id]
        if action.isVisible():
            key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            menu = menus.get(spec.menu, "")
            found.append(Entry(action.iconText(), _plain(menu), key, action, action.isEnabled()))
    return found


def _plain(text: str) -> str:
    return text.partition("(&")[0].replace("&", "")
