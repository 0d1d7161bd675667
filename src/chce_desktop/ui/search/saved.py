"""Saved searches in the sidebar: one click shows what each finds now."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QInputDialog, QLabel, QListWidget, QListWidgetItem, QMenu, QVBoxLayout, QWidget

from chce_desktop.domain.article import ArticleFilter
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.foundation.i18n import tr
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.services.searches import SavedSearch
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import HALF, SPACE, set_role
from chce_desktop.ui.desk import Desk

_SEARCH = Qt.ItemDataRole.UserRole
_ROW = 28
_MOST_SHOWN = 8


class SavedSearches(QWidget):
    """Below the columns; hidden while there is none. F2 renames, Del forgets."""

    #: With an `ArticleFilter`.
    chosen = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("saved_searches")
        self.setAccessibleName(tr("Saved searches"))
        self._desk = desk
        heading = QLabel(tr("Saved searches"), self)
        heading.setObjectName("saved_searches_heading")
        heading.setContentsMargins(SPACE + HALF, HALF, 0, HALF)
        set_role(heading, "section")
        self.list = QListWidget(self)
        self.list.setObjectName("saved_searches_list")
        self.list.setAccessibleName(tr("Saved searches"))
        self.list.setIconSize(QSize(16, 16))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_role(self.list, "sidebar")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, SPACE)
        layout.setSpacing(0)
        layout.addWidget(heading)
        layout.addWidget(self.list)
        self.list.itemClicked.connect(self._on_taken)
        self.list.itemActivated.connect(self._on_taken)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._on_menu)
        self.rename_action = self._action("saved_search_rename", tr("Rename…"), "F2", self._rename)
        self.remove_action = self._action("saved_search_remove", tr("Forget this search"), "Del", self._remove)
        desk.changed.connect(self._on_changed)
        self.hide()
        self.reload()

    def reload(self) -> None:
        """Show what the library holds now."""
        searches = self._desk.site.searches
        self._desk.run(lambda _: searches.all(), done=self._show, queue=LIBRARY_READ, owner=self)

    def save(self, wanted: ArticleFilter) -> None:
        """Ask for a name and keep a search; one that has the name already is replaced."""
        searches = self._desk.site.searches
        proposal = wanted.text or wanted.tag or wanted.source or wanted.author
        self._ask(tr("Save this search"), proposal, lambda name: self._desk.run(lambda _: searches.save(name, wanted)))

    def _show(self, found: tuple[SavedSearch, ...]) -> None:
        current = self._current()
        self.list.clear()
        for search in found:
            item = QListWidgetItem(icons.icon("bookmark", icons.MUTED), search.name, self.list)
            item.setData(_SEARCH, search)
            item.setToolTip(search.name)
            if current is not None and search.id == current.id:
                self.list.setCurrentItem(item)
        self.list.setFixedHeight(_ROW * min(len(found), _MOST_SHOWN) + 2)
        self.setVisible(bool(found))

    def _on_changed(self, changes: Changes) -> None:
        if Kind.SEARCHES in changes.kinds:
            self.reload()

    def _current(self) -> SavedSearch | None:
        item = self.list.currentItem()
        if not self.list.selectedItems():
            return None
        search = item.data(_SEARCH)
        return search if isinstance(search, SavedSearch) else None

    def _on_taken(self, item: QListWidgetItem) -> None:
        search = item.data(_SEARCH)
        if isinstance(search, SavedSearch):
            self.chosen.emit(search.filter)

    def _on_menu(self, at: QPoint) -> None:
        if self.list.itemAt(at) is None:
            return
        menu = QMenu(self)
        menu.setObjectName("saved_search_menu")
        menu.addActions([self.rename_action, self.remove_action])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.list.viewport().mapToGlobal(at))

    def _rename(self) -> None:
        search, searches = self._current(), self._desk.site.searches
        if search is not None:
            search_id = search.id
            self._ask(
                tr("Rename"), search.name, lambda name: self._desk.run(lambda _: searches.rename(search_id, name))
            )

    def _remove(self) -> None:
        search, searches = self._current(), self._desk.site.searches
        if search is not None:
            search_id = search.id
            self._desk.run(lambda _: searches.remove(search_id))

    def _ask(self, title: str, value: str, then: object) -> None:
        dialog = QInputDialog(self.window())
        dialog.setObjectName("saved_search_name")
        dialog.setAccessibleName(title)
        dialog.setWindowTitle(title)
        dialog.setLabelText(tr("Name of the search"))
        dialog.setTextValue(value)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(then)
        dialog.open()

    def _action(self, name: str, text: str, key: str, slot: object) -> QAction:
        made = QAction(text, self)
        made.setObjectName(name)
        made.setShortcut(QKeySequence(key))
        made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.triggered.connect(slot)
        self.list.addAction(made)
        return made
