"""The list of a column picker: typing goes to the column whose name, pinyin or initials begin so, or that holds it."""

from __future__ import annotations

import time

from PySide6.QtWidgets import QListView

from chce_desktop.domain import pinyin

#: Seconds after which typing begins anew.
_PAUSE = 1.0


class NameList(QListView):
    """Qt's own search would compare with the blanks that show how deep a column lies."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("column_names")
        self._typed, self._at = "", 0.0

    def keyboardSearch(self, search: str) -> None:
        """Go to the best fit for what was typed without a pause."""
        now = time.monotonic()
        self._typed = search if now - self._at > _PAUSE else self._typed + search
        self._at = now
        typed = self._typed.strip().casefold()
        model = self.model()
        names = [str(model.index(row, 0).data()).strip().casefold() for row in range(model.rowCount())]
        row = best_fit(typed, names)
        if row >= 0:
            self.setCurrentIndex(model.index(row, 0))


def best_fit(typed: str, names: list[str]) -> int:
    """The row of the name that begins with what was typed, else is typed so in pinyin, else holds it; -1 for none."""
    if not typed:
        return -1
    for row, name in enumerate(names):
        if name.startswith(typed):
            return row
    if typed.isascii() and typed.isalnum():
        for row, name in enumerate(names):
            if any(key.startswith(typed) for key in pinyin.keys(name)):
                return row
    return next((row for row, name in enumerate(names) if typed in name), -1)
