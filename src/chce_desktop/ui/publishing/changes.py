"""What a publish will change, as a tree: added, changed and removed pages, then everything that is no page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.services.publishing import Comparison
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import colors

Index = QModelIndex | QPersistentModelIndex

#: The public path of a row, empty for headings.
PATH_ROLE = Qt.ItemDataRole.UserRole
#: Whether the page is on the host now, and whether it will be there afterwards.
BEFORE_ROLE = Qt.ItemDataRole.UserRole + 1
AFTER_ROLE = Qt.ItemDataRole.UserRole + 2

#: Rows that are listed one by one; of more, the number is told.
MOST_ROWS = 500
#: Fewer changed pages are no rebuild of everything.
_MANY = 20
_NO_INDEX = QModelIndex()
_HEADING = 0xFFFF
_ARCHIVE = re.compile(r"archive/(\d{4}(?:-\d{2})?)\.html")


@dataclass(frozen=True, slots=True)
class Section:
    """One group of rows."""

    heading: str
    icon: str
    color: str
    paths: tuple[str, ...]
    before: bool
    after: bool

    @property
    def pages(self) -> bool:
        """Whether its rows are pages."""
        return self.before or self.after


def is_page(path: str) -> bool:
    """Whether readers open it, as opposed to pictures, styles and data."""
    return path.endswith(".html")


@dataclass(frozen=True, slots=True)
class Overview:
    """A comparison as it is shown: how many pages, and the groups that have rows.

    `before`: about how many pages and other files readers have now.
    """

    added: int
    changed: int
    removed: int
    before: int
    sections: tuple[Section, ...]

    @property
    def nearly_all(self) -> bool:
        """Whether most of what readers have changes, as after a change of theme, name or settings."""
        return self.changed > _MANY and self.changed > 0.6 * self.before

    @property
    def named(self) -> tuple[str, ...]:
        """The pages whose titles the list shows."""
        return tuple(path for section in self.sections if section.pages for path in section.paths[:MOST_ROWS])


def overview(comparison: Comparison) -> Overview:
    """Sorted for showing. There may be 100,000 paths: call it in a job."""
    groups = (comparison.added, comparison.changed, comparison.removed)
    added, changed, removed = (tuple(filter(is_page, paths)) for paths in groups)
    others = tuple(path for paths in groups for path in paths if not is_page(path))
    sections = (
        Section(
            trn("{n} new page", "{n} new pages", len(added)),
            "file-plus",
            icons.SUCCESS,
            added,
            before=False,
            after=True,
        ),
        Section(
            trn("{n} changed page", "{n} changed pages", len(changed)),
            "file-pen",
            icons.ACCENT,
            changed,
            before=True,
            after=True,
        ),
        Section(
            trn("{n} removed page", "{n} removed pages", len(removed)),
            "file-minus",
            icons.ERROR,
            removed,
            before=True,
            after=False,
        ),
        Section(
            trn("{n} other file (picture, style, feed…)", "{n} other files (pictures, styles, feeds…)", len(others)),
            "file",
            icons.MUTED,
            others,
            before=False,
            after=False,
        ),
    )
    shown = tuple(section for section in sections if section.paths)
    before = comparison.unchanged + len(comparison.changed) + len(comparison.removed)
    return Overview(len(added), len(changed), len(removed), before, shown)


class ChangesModel(QAbstractItemModel):
    """Two levels: sections, and their paths with titles where these are known."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sections: tuple[Section, ...] = ()
        self._titles: Mapping[str, str] = {}

    def show_overview(self, found: Overview, titles: Mapping[str, str]) -> None:
        """Take over what was found."""
        self.beginResetModel()
        self._sections, self._titles = found.sections, titles
        self.endResetModel()

    def pages(self) -> tuple[tuple[str, str], ...]:
        """The pages that are listed one by one, in order: public path and title."""
        listed = (path for section in self._sections if section.pages for path in section.paths[:MOST_ROWS])
        return tuple((path, self._titles.get(path, "") or _name(path)) for path in listed)

    def index(self, row: int, column: int, parent: Index = _NO_INDEX) -> QModelIndex:
        """Qt's."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, _HEADING if not parent.isValid() else parent.row())

    def parent(self, index: Index = _NO_INDEX) -> QModelIndex:  # type: ignore[override]  # the stub names the overloads otherwise
        """Qt's."""
        if not index.isValid() or index.internalId() == _HEADING:
            return QModelIndex()
        return self.createIndex(int(index.internalId()), 0, _HEADING)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt's."""
        if not parent.isValid():
            return len(self._sections)
        if parent.internalId() != _HEADING:
            return 0
        count = len(self._sections[parent.row()].paths)
        return count if count <= MOST_ROWS else MOST_ROWS + 1

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt's."""
        del parent
        return 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's."""
        if not index.isValid():
            return None
        if index.internalId() == _HEADING:
            return self._heading(self._sections[index.row()], index.column(), role)
        section = self._sections[int(index.internalId())]
        if index.row() == MOST_ROWS:
            more = trn("… and {n} more", "… and {n} more", len(section.paths) - MOST_ROWS)
            return more if role == Qt.ItemDataRole.DisplayRole and index.column() == 0 else None
        path = section.paths[index.row()]
        title = self._titles.get(path, "") or _name(path)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return title if index.column() == 0 else path
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return f"{title}\n{path}"
            case Qt.ItemDataRole.ForegroundRole if index.column() == 1:
                return QColor(colors().muted)
            case _:
                roles = {PATH_ROLE: path, BEFORE_ROLE: section.before, AFTER_ROLE: section.after}
                return roles.get(role)

    def _heading(self, section: Section, column: int, role: int) -> Any:
        if column:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return section.heading
        if role == Qt.ItemDataRole.DecorationRole:
            return icons.icon(section.icon, section.color)
        return "" if role == PATH_ROLE else None


def _name(path: str) -> str:
    """What pages that are no articles are called."""
    known = {
        "index.html": tr("Home page"),
        "404.html": tr("Page for wrong addresses"),
        "410.html": tr("Page for withdrawn articles"),
        "search/index.html": tr("Search"),
        "links/index.html": tr("Friendly links"),
        "tags/index.html": tr("Tags"),
        "archive/index.html": tr("Archive"),
    }
    if (archive := _ARCHIVE.fullmatch(path)) is not None:
        return tr("Archive {month}", month=archive[1])
    return known.get(path, path)
