"""The fields of the property pane. Each has `set_…` (which emits nothing) and `edited`, for what the user did."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QDateTime, QEvent, QObject, QPoint, QSize, QStringListModel, Qt, QTimer, QTimeZone, Signal
from PySide6.QtGui import QColor, QFocusEvent, QIcon, QMouseEvent, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QComboBox,
    QCompleter,
    QDateTimeEdit,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.article import Flag, FlagSetting
from chce_desktop.foundation.i18n import mark, tr
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE, TRIPLE, set_role
from chce_desktop.ui.articles import words
from chce_desktop.ui.desk import Desk

_COLORS = ((mark("Red"), "#c00000"), (mark("Blue"), "#0b5394"), (mark("Green"), "#38761d"), (mark("Orange"), "#b45f06"))
_SEPARATORS = re.compile(r"[，、,;；\n]+")


class LineField(QLineEdit):
    """A line of text; `edited` comes with every change by the user."""

    edited = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.textEdited.connect(self.edited)

    def set_value(self, value: str) -> None:
        """Show a value, unless the user is writing in the field just now and it is the same anyway."""
        if value != self.text():
            self.setText(value)
            self.setCursorPosition(0)


class KnownField(LineField):
    """A line that offers what was written there before (sources, authors, …), read in the background."""

    def __init__(
        self, name: str, desk: Desk, known: Callable[[str], Sequence[str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(name, parent)
        self._desk = desk
        self._known = known
        self._choices = QStringListModel(self)
        completer = QCompleter(self._choices, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(12)
        completer.activated.connect(lambda text: self._on_chosen(str(text)))
        self._completer = completer
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(120)
        self._soon.timeout.connect(self._look_up)
        self.textEdited.connect(lambda _: self._soon.start())
        self._attach()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and getattr(event, "key", lambda: 0)() == Qt.Key.Key_Down:
            self._look_up()
        return super().event(event)

    def _attach(self) -> None:
        self.setCompleter(self._completer)

    def _prefix(self) -> str:
        return self.text().strip()

    def _look_up(self) -> None:
        prefix, known = self._prefix(), self._known

        def done(found: Sequence[str]) -> None:
            if self.hasFocus() and prefix == self._prefix():
                self._choices.setStringList([value for value in found if value != prefix])
                self._completer.setCompletionPrefix(prefix)
                if self._choices.rowCount():
                    self._completer.complete()

        self._desk.run(lambda _: known(prefix), done=done, queue=LIBRARY_READ, owner=self)

    def _on_chosen(self, text: str) -> None:
        self.edited.emit(text)


class TagsField(KnownField):
    """Tags separated by commas of any kind; the last one is completed."""

    def _attach(self) -> None:
        self._completer.setWidget(self)  # not setCompleter, which would replace the whole line
        self.setPlaceholderText(tr("separated by commas"))

    def tags(self) -> tuple[str, ...]:
        """The tags, each once, in order."""
        found = (" ".join(tag.split()) for tag in _SEPARATORS.split(self.text()))
        return tuple(dict.fromkeys(tag for tag in found if tag))

    def set_tags(self, tags: Iterable[str]) -> None:
        """Show tags, unless these are what the field says already."""
        wanted = tuple(tags)
        if wanted != self.tags():
            self.setText("，".join(wanted))

    def _prefix(self) -> str:
        return _SEPARATORS.split(self.text())[-1].strip()

    def _on_chosen(self, text: str) -> None:
        head = self.text()[: len(self.text()) - len(_SEPARATORS.split(self.text())[-1])]
        self.setText(f"{head}{text}，")
        self.edited.emit(self.text())


class _DateTimeEdit(QDateTimeEdit):
    """Names its calendar, which is made when it can be opened first: there are many, and each takes some time."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.calendarWidget().setObjectName(f"{self.objectName().removesuffix('_edit')}_calendar")
        super().focusInEvent(event)


class MomentField(QWidget):
    """A day and time at the site, or none where `optional`."""

    edited = Signal()

    def __init__(self, name: str, parent: QWidget | None = None, *, optional: bool = False, offer: str = "") -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._optional = optional
        self._zone = "Asia/Shanghai"
        self._value: datetime | None = None
        self.field = _DateTimeEdit(self)
        self.field.setObjectName(f"{name}_edit")
        self.field.setCalendarPopup(True)
        self.field.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.field.dateTimeChanged.connect(self._on_edited)
        self._set = QPushButton(offer, self)
        self._set.setObjectName(f"{name}_set")
        self._set.setAccessibleName(offer)
        self._set.setAutoDefault(False)
        set_role(self._set, "link")
        self._set.clicked.connect(self._on_set)
        self._clear = QToolButton(self)
        self._clear.setObjectName(f"{name}_clear")
        self._clear.setAccessibleName(tr("Remove"))
        self._clear.setToolTip(tr("Remove"))
        self._clear.setIcon(icons.icon("x", icons.MUTED))
        self._clear.setIconSize(QSize(14, 14))
        self._clear.clicked.connect(self._on_clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(HALF)
        row.addWidget(self._set)
        row.addWidget(self.field, 1)
        row.addWidget(self._clear)
        self._arrange()

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.field.setAccessibleName(name)

    def value(self) -> datetime | None:
        """The moment in UTC."""
        return self._value

    def set_value(self, value: datetime | None, zone: str) -> None:
        """Show a moment in the time of `zone` (an IANA name)."""
        self._value, self._zone = value, zone
        self.field.blockSignals(True)
        if value is not None:
            where = QTimeZone(zone.encode())
            moment = QDateTime.fromMSecsSinceEpoch(round(value.timestamp() * 1000), QTimeZone.utc())
            self.field.setTimeZone(where if where.isValid() else QTimeZone(8 * 3600))
            self.field.setDateTime(moment.toTimeZone(self.field.timeZone()))
        self.field.blockSignals(False)
        self._arrange()

    def _arrange(self) -> None:
        given = self._value is not None
        self._set.setVisible(not given)
        self.field.setVisible(given)
        self._clear.setVisible(given and self._optional)
        # One that is hidden would keep the keyboard: Qt gives it to nobody, and Tab never gets past it.
        self.setFocusProxy(self.field if given else self._set)

    def _on_edited(self, moment: QDateTime) -> None:
        self._value = datetime.fromtimestamp(moment.toMSecsSinceEpoch() / 1000, UTC)
        self.edited.emit()

    def _on_set(self) -> None:
        soon = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=7)
        self.set_value(soon, self._zone)
        self.field.setFocus()
        self.edited.emit()

    def _on_clear(self) -> None:
        self.set_value(None, self._zone)
        self.edited.emit()


class FlagField(QWidget):
    """One flag: on or off, with an end or without."""

    edited = Signal()

    def __init__(self, flag: Flag, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.flag = flag
        self.setObjectName(f"flag_{flag}")
        name = words.flag_name(flag)
        self._position: int | None = None
        self._since: datetime | None = None
        self.box = QCheckBox(name, self)
        self.box.setObjectName(f"flag_{flag}_box")
        self.box.setAccessibleName(name)
        self.box.clicked.connect(self._on_clicked)
        self.until = MomentField(f"flag_{flag}_until", self, optional=True, offer=tr("until…"))
        self.until.setAccessibleName(tr("{flag} until", flag=name))
        self.until.edited.connect(self.edited)
        self.until.setVisible(False)
        indented = QHBoxLayout()
        indented.addSpacing(TRIPLE)
        indented.addWidget(self.until)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(HALF // 2)
        layout.addWidget(self.box)
        layout.addLayout(indented)
        self.setFocusProxy(self.box)

    def setting(self) -> FlagSetting | None:
        """What the fields say; None while the flag is off."""
        if not self.box.isChecked():
            return None
        return FlagSetting(self.flag, self.until.value(), self._position, self._since)

    def set_value(self, setting: FlagSetting | None, zone: str) -> None:
        """Show a flag's setting. One that has ended counts as off."""
        active = setting is not None and not setting.over(datetime.now(UTC))
        self._position = setting.position if setting is not None else None
        self._since = setting.since if setting is not None else None
        self.box.setChecked(active)
        self.until.set_value(setting.until if setting is not None and active else None, zone)
        self.until.setVisible(active)

    def _on_clicked(self, on: bool) -> None:
        self.until.setVisible(on)
        self.edited.emit()


class ColorField(QComboBox):
    """The colour of a title: usual, one of a few that read well, or any other."""

    #: With `#rrggbb`, empty for the usual one.
    edited = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("title_color_field")
        self._value = ""
        self.addItem(tr("Usual"), "")
        for name, color in _COLORS:
            self.addItem(_swatch(color), tr(name), color)
        self.addItem(tr("Another…"), None)
        self.activated.connect(self._on_activated)

    def set_value(self, value: str) -> None:
        """Show a colour; one that is not in the list is added to it."""
        self._value = value
        row = self.findData(value)
        if row < 0:
            row = self.count() - 1
            self.insertItem(row, _swatch(value), value, value)
        self.setCurrentIndex(row)

    def _on_activated(self, row: int) -> None:
        chosen = self.itemData(row)
        if chosen is None:
            self.set_value(self._value)
            dialog = QColorDialog(QColor(self._value or "#c00000"), self)
            dialog.setObjectName("title_color_dialog")
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.colorSelected.connect(lambda color: self._choose(color.name()))
            dialog.open()
        else:
            self._choose(str(chosen))

    def _choose(self, color: str) -> None:
        if color != self._value:
            self.set_value(color)
            self.edited.emit(color)


class FurtherColumnsField(QPushButton):
    """Any number of columns besides the main one, chosen in a list that stays open."""

    edited = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("further_columns")
        self._desk = desk
        self._chosen: tuple[int, ...] = ()
        self._main: int | None = None
        self._popup: _Popup | None = None
        set_role(self, "field")
        self.clicked.connect(self._on_clicked)
        self._say()

    def value(self) -> tuple[int, ...]:
        """The chosen columns."""
        return self._chosen

    def set_value(self, chosen: tuple[int, ...], main: int | None) -> None:
        """Show the chosen ones; the main column is not offered."""
        self._chosen, self._main = chosen, main
        self._say()

    def _say(self) -> None:
        names = [column.name for i in self._chosen if (column := self._desk.columns.get(i)) is not None]
        text = "、".join(names) if names else tr("None")
        self.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, 240))
        self.setToolTip(text if names else "")

    def _on_clicked(self) -> None:
        popup = _Popup(self.window())
        for column, depth in self._desk.columns.walk():
            item = QListWidgetItem("\u3000" * depth + column.name, popup.list)
            item.setData(Qt.ItemDataRole.UserRole, column.id)
            item.setCheckState(Qt.CheckState.Checked if column.id in self._chosen else Qt.CheckState.Unchecked)
            if column.id == self._main:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
        popup.list.itemChanged.connect(lambda item: self._on_changed(item))
        popup.open_below(self)
        self._popup = popup

    def _on_changed(self, item: QListWidgetItem) -> None:
        column_id = int(item.data(Qt.ItemDataRole.UserRole))
        others = tuple(i for i in self._chosen if i != column_id)
        self._chosen = (*others, column_id) if item.checkState() is Qt.CheckState.Checked else others
        self._say()
        self.edited.emit()


class _Popup(QFrame):
    """A list that floats below a field until one clicks elsewhere or presses Escape."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("column_popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        set_role(self, "card")
        self.list = QListWidget(self)
        self.list.setObjectName("column_popup_list")
        self.list.setAccessibleName(tr("Further columns"))
        self.list.viewport().installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(HALF, HALF, HALF, HALF)
        layout.addWidget(self.list)

    def open_below(self, field: QWidget) -> None:
        """Show it where the field is."""
        rows = min(14, max(3, self.list.count()))
        self.resize(max(field.width(), 240), rows * (self.list.sizeHintForRow(0) or 28) + 2 * SPACE + HALF)
        self.move(field.mapToGlobal(QPoint(0, field.height() + 2)))
        self.show()
        self.list.setFocus()
        self.list.setCurrentRow(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click anywhere in a row ticks it, not only one on the small box."""
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            item = self.list.itemAt(event.position().toPoint())
            if item is not None and item.flags() & Qt.ItemFlag.ItemIsEnabled and event.position().x() > 28:
                on = item.checkState() is Qt.CheckState.Checked
                item.setCheckState(Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)
        return super().eventFilter(watched, event)


def _swatch(color: str) -> QIcon:
    square = QPixmap(16, 16)
    square.fill(QColor(color))
    return QIcon(square)
