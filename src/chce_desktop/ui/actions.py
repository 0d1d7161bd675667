"""Everything that can be done, in one table: menus, toolbars, context menus and the shortcut help are made from it.

A room of the window with many actions of its own (the editor) keeps its rows in a table of the same kind; `Actions`
takes any number of tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from chce_desktop.foundation.i18n import tr
from chce_desktop.ui import icons

Shortcut = QKeySequence.StandardKey | str
_MNEMONIC = re.compile(r"\(&\w\)")


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One row.

    `text` and `tip` are English, marked with `i18n.mark`; an `&` in `text` names the mnemonic. `menu` is a key of the
    menu bar, `section` separates groups inside of it. `shortcuts`: standard keys, else portable text such as
    "Ctrl+Shift+M"; the first is shown. `needs` names the conditions (see `Actions.set_condition`) that must hold.
    """

    id: str
    text: str
    icon: str = ""
    shortcuts: tuple[Shortcut, ...] = ()
    menu: str = ""
    section: int = 0
    tip: str = ""
    needs: tuple[str, ...] = ()
    checkable: bool = False


class Actions(QObject):
    """The `QAction`s of one window. Until a slot is connected an action is hidden: a button never does nothing."""

    def __init__(self, window: QWidget, *tables: Sequence[ActionSpec]) -> None:
        super().__init__(window)
        self._window = window
        self._specs: dict[str, ActionSpec] = {}
        self._actions: dict[str, QAction] = {}
        self._holding: set[str] = set()
        for table in tables:
            for spec in table:
                self._add(spec)

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def __contains__(self, action_id: object) -> bool:
        return action_id in self._actions

    @property
    def specs(self) -> tuple[ActionSpec, ...]:
        """Every row, in the order of the tables."""
        return tuple(self._specs.values())

    def connect_to(self, action_id: str, slot: Callable[[], object]) -> None:
        """Have `slot` called when the action is triggered. Raises KeyError for an id of no table."""
        action = self._actions[action_id]
        action.triggered.connect(lambda _checked=False: slot())
        action.setVisible(True)
        self._apply(action_id)

    def connect_toggle(self, action_id: str, slot: Callable[[bool], object], *, checked: bool = False) -> None:
        """The same for a checkable action; `slot` receives whether it is on."""
        action = self._actions[action_id]
        action.setChecked(checked)
        action.toggled.connect(slot)
        action.setVisible(True)
        self._apply(action_id)

    def set_condition(self, name: str, holds: bool) -> None:
        """Enable the actions that need `name` (and whatever else they need), or disable them."""
        if (name in self._holding) == holds:
            return
        (self._holding.add if holds else self._holding.discard)(name)
        for action_id, spec in self._specs.items():
            if name in spec.needs:
                self._apply(action_id)

    def fill(self, menu: QMenu, ids: Iterable[str]) -> None:
        """Add the actions to a menu, with separators where the section (or the menu of the row) changes."""
        before: ActionSpec | None = None
        for action_id in ids:
            spec = self._specs[action_id]
            if before is not None and (spec.menu, spec.section) != (before.menu, before.section):
                menu.addSeparator()
            menu.addAction(self._actions[action_id])
            before = spec

    def of_menu(self, menu: str) -> tuple[str, ...]:
        """The ids of one menu of the menu bar, in order of section, then of the table."""
        rows = [spec for spec in self._specs.values() if spec.menu == menu]
        return tuple(spec.id for spec in sorted(rows, key=lambda spec: spec.section))

    def shortcut_rows(self) -> list[tuple[str, str, str]]:
        """(menu, text, shortcut) of everything that has a key and is connected: the shortcut help."""
        return [
            (spec.menu, self._actions[spec.id].iconText(), key)
            for spec in self._specs.values()
            if (key := self._actions[spec.id].shortcut().toString(QKeySequence.SequenceFormat.NativeText))
            and self._actions[spec.id].isVisible()
        ]

    def _add(self, spec: ActionSpec) -> None:
        if spec.id in self._specs:
            raise ValueError(spec.id)
        action = QAction(tr(spec.text), self._window)
        action.setIconText(plain_text(tr(spec.text)))
        action.setObjectName(spec.id.replace(".", "_"))
        action.setVisible(False)
        action.setCheckable(spec.checkable)
        if spec.icon:
            action.setIcon(icons.icon(spec.icon))
        keys: list[QKeySequence] = []
        for shortcut in spec.shortcuts:
            found = (
                QKeySequence.keyBindings(shortcut)
                if isinstance(shortcut, QKeySequence.StandardKey)
                else [QKeySequence(shortcut)]
            )
            keys.extend(key for key in found if key not in keys)
        action.setShortcuts(keys)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        plain = tr(spec.tip) if spec.tip else action.iconText()
        key_text = keys[0].toString(QKeySequence.SequenceFormat.NativeText) if keys else ""
        action.setToolTip(f"{plain} ({key_text})" if key_text else plain)
        action.setStatusTip(plain)
        self._specs[spec.id] = spec
        self._actions[spec.id] = action
        self._window.addAction(action)
        self._apply(spec.id)

    def _apply(self, action_id: str) -> None:
        self._actions[action_id].setEnabled(all(need in self._holding for need in self._specs[action_id].needs))


def plain_text(text: str) -> str:
    """A menu text without its mnemonic (`&File`, `文件(&F)`) and without the dots that announce a dialog."""
    return _MNEMONIC.sub("", text).replace("&", "").removesuffix("…")
