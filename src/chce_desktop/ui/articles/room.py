"""Room for the titles in a narrow list: columns that matter less step back, and return when there is room again."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QEvent, QObject, QTimer
from PySide6.QtWidgets import QTableView

from chce_desktop.ui.articles.listcolumns import ListColumn

#: Titles are at least this wide (device-independent pixels) before a column steps back.
_LEAST = 210
#: Who steps back first.
_ORDER = (
    ListColumn.CREATED,
    ListColumn.EDITOR,
    ListColumn.UPDATED,
    ListColumn.TAGS,
    ListColumn.CHARACTERS,
    ListColumn.AUTHOR,
    ListColumn.READS,
    ListColumn.SOURCE,
    ListColumn.STATE,
    ListColumn.COLUMN,
    ListColumn.DATE,
)


class TitleRoom(QObject):
    """What an editor has chosen to see is kept, whatever there is room for."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table, self._header = table, table.horizontalHeader()
        self._back: set[int] = set()
        #: How wide columns are when they show; Qt says 0 while they do not.
        self._widths: dict[int, int] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.make)
        table.viewport().installEventFilter(self)

    def is_chosen(self, column: int) -> bool:
        """Whether the column is to be seen where there is room."""
        return column in self._back or not self._header.isSectionHidden(column)

    def choose(self, column: int, *, on: bool) -> None:
        """See a column, or not."""
        self._back.discard(column)
        self._header.setSectionHidden(column, not on)
        self.make()

    def state(self) -> QByteArray:
        """What is chosen, to be kept."""
        self._header.blockSignals(True)  # nothing changes to the eye
        for column in self._back:
            self._header.setSectionHidden(column, False)
        found = self._header.saveState()
        for column in self._back:
            self._header.setSectionHidden(column, True)
        self._header.blockSignals(False)
        return found

    def forget(self) -> None:
        """All that shows now is what is chosen."""
        self._back.clear()
        self._soon.start()

    def make(self) -> None:
        """Hide what there is no room for, show what there is room for again."""
        shown = [column for column in _ORDER if self.is_chosen(column)]
        left = self._table.viewport().width() - _LEAST - sum(self._width(column) for column in shown)
        sorted_by = self._header.sortIndicatorSection()
        for column in shown:
            steps_back = left < 0 and column != sorted_by
            if steps_back:
                left += self._width(column)
                self._back.add(column)
            else:
                self._back.discard(column)
            if self._header.isSectionHidden(column) is not steps_back:
                self._header.setSectionHidden(column, steps_back)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._soon.start()
        return super().eventFilter(watched, event)

    def _width(self, column: int) -> int:
        if not self._header.isSectionHidden(column):
            self._widths[column] = self._header.sectionSize(column)
        return self._widths.get(column, self._header.defaultSectionSize())
