"""The tabs above the list of articles: one a state, each with the number of its articles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar, QWidget

from chce_desktop.domain.article import TRASH_DAYS, Counts, State
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui.articles import words


@dataclass(frozen=True, slots=True)
class Tab:
    """The states that it shows; none for all. The trash is a place of its own."""

    name: Callable[[], str]
    states: frozenset[State] = frozenset()
    trash: bool = False

    def number(self, counts: Counts) -> int:
        """How many articles it shows."""
        if self.trash:
            return counts.trash
        return sum(counts.by_state[state] for state in self.states) if self.states else counts.total


_TABS = (
    Tab(lambda: tr("All")),
    *(Tab(lambda state=state: words.state_name(state), frozenset({state})) for state in State),  # type: ignore[misc]  # a lambda's default has no type
    Tab(lambda: tr("Trash"), trash=True),
)


class StateTabs(QTabBar):
    """Chooses the states that the list shows."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("state_tabs")
        self.setAccessibleName(tr("State"))
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setDrawBase(False)
        for tab in _TABS:
            number = self.addTab(tab.name())
            if tab.trash:
                self.setTabToolTip(number, trash_hint())

    @property
    def tab(self) -> Tab:
        """The one that is chosen."""
        return _TABS[self.currentIndex()]

    def choose(self, states: frozenset[State], *, trash: bool) -> None:
        """Choose the tab of these states, that of all where there is none."""
        self.setCurrentIndex(next((n for n, tab in enumerate(_TABS) if (tab.states, tab.trash) == (states, trash)), 0))

    def show_counts(self, counts: Counts) -> None:
        """Say how many articles each shows."""
        for number, tab in enumerate(_TABS):
            count = tab.number(counts)
            self.setTabText(number, f"{tab.name()} {count:,}" if count else tab.name())


def trash_hint() -> str:
    """How long the trash keeps what is in it."""
    return tr("What you move here can be brought back for {days} days.", days=TRASH_DAYS)
