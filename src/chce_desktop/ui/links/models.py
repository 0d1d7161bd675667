"""The model behind the table of links. It holds what the library said last."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from chce_desktop.domain.link import Link, LinkPatch
from chce_desktop.foundation.i18n import tr
from chce_desktop.services.link_checking import Verdict, verdict
from chce_desktop.ui import badges
from chce_desktop.ui.badges import TONE_ROLE

Index = QModelIndex | QPersistentModelIndex

LINKS_MIME = "application/x-chce-links"

#: The `Link` of a row; the id of a group row (None: the two rows that are no groups).
ITEM_ROLE = Qt.ItemDataRole.UserRole

_NO_INDEX = QModelIndex()
_TONES: dict[Verdict | None, str] = {
    None: badges.MUTED,
    Verdict.OK: badges.SUCCESS,
    Verdict.MOVED: badges.WARNING,
    Verdict.UNSURE: badges.WARNING,
    Verdict.DEAD: badges.ERROR,
}


class LinkColumn(IntEnum):
    """Columns of the table of links."""

    NAME = 0
    URL = 1
    NOTE = 2
    GROUP = 3
    VISIBLE = 4
    CHECK = 5


def link_verdict(link: Link) -> Verdict | None:
    """What the link's last check means; None when it was never checked."""
    return None if link.check is None else verdict(link.url, link.check)


def is_troubled(link: Link) -> bool:
    """Whether the editor should look at the link."""
    return link_verdict(link) in (Verdict.DEAD, Verdict.MOVED, Verdict.UNSURE)


def verdict_label(found: Verdict | None) -> str:
    """The badge's text."""
    if found is None:
        return tr("not checked")
    return {
        Verdict.OK: tr("works"),
        Verdict.MOVED: tr("moved"),
        Verdict.UNSURE: tr("please look"),
        Verdict.DEAD: tr("dead"),
    }[found]


def check_detail(link: Link) -> str:
    """What the last check met and when, for a tool tip and the details line."""
    if link.check is None:
        return tr("This link has not been checked yet.")
    when = link.check.checked_at.astimezone().strftime("%Y-%m-%d %H:%M")
    found = verdict(link.url, link.check)
    if found is Verdict.MOVED:
        text = tr("The site has moved to {address}.", address=link.check.final_url)
    elif found is Verdict.OK:
        text = tr("The address answers.")
    else:
        text = link.check.error
    return tr("{text} (checked {when})", text=text, when=when)


class LinkTableModel(QAbstractTableModel):
    """The links of one group, of all groups, or those that need attention.

    `edited(id, patch)` and `links_dropped(ids, row)` ask for a change.
    """

    edited = Signal(int, dict)
    links_dropped = Signal(tuple, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._links: list[Link] = []
        self._group_names: dict[int, str] = {}
        self._ordered = False

    def show_links(self, links: Iterable[Link], group_names: dict[int, str], *, ordered: bool) -> None:
        """`ordered`: the rows are one group in its order, so dragging means something."""
        links = list(links)
        self._group_names = group_names
        self._ordered = ordered
        if [link.id for link in links] == [link.id for link in self._links]:  # selection and place stay
            self._links = links
            if links:
                self.dataChanged.emit(self.index(0, 0), self.index(len(links) - 1, len(LinkColumn) - 1))
            return
        self.beginResetModel()
        self._links = links
        self.endResetModel()

    @property
    def links(self) -> tuple[Link, ...]:
        """What is shown, in order."""
        return tuple(self._links)

    @property
    def ordered(self) -> bool:
        """Whether rows may be dragged."""
        return self._ordered

    def link_at(self, index: Index) -> Link | None:
        """The link of a row."""
        return self._links[index.row()] if index.isValid() and index.row() < len(self._links) else None

    def row_of(self, link_id: int) -> int:
        """The row of a link, -1 when it is not shown."""
        return next((row for row, link in enumerate(self._links) if link.id == link_id), -1)

    def replace_link(self, link: Link) -> None:
        """Show a fresher state of one link."""
        row = self.row_of(link.id)
        if row >= 0:
            self._links[row] = link
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(LinkColumn) - 1))

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt's."""
        return 0 if parent.isValid() else len(self._links)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt's."""
        return 0 if parent.isValid() else len(LinkColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """Qt's."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (tr("Name"), tr("Address"), tr("Note"), tr("Group"), tr("Shown"), tr("Last check"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's."""
        link = self.link_at(index)
        if link is None:
            return None
        column = LinkColumn(index.column())
        if role == ITEM_ROLE:
            return link
        if role == TONE_ROLE:
            return _TONES[link_verdict(link)]
        if role == Qt.ItemDataRole.CheckStateRole and column is LinkColumn.VISIBLE:
            return Qt.CheckState.Checked if link.visible else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return check_detail(link) if column is LinkColumn.CHECK else self._text(link, column)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return "" if column is LinkColumn.VISIBLE else self._text(link, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._text(link, column)
        return None

    def _text(self, link: Link, column: LinkColumn) -> str:
        match column:
            case LinkColumn.NAME:
                return link.name
            case LinkColumn.URL:
                return link.url
            case LinkColumn.NOTE:
                return link.note
            case LinkColumn.GROUP:
                return self._group_names.get(link.group_id, "")
            case LinkColumn.VISIBLE:
                return tr("shown") if link.visible else tr("hidden")
            case LinkColumn.CHECK:
                return verdict_label(link_verdict(link))

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Qt's: shown at once, and asked for by `edited`."""
        link = self.link_at(index)
        if link is None:
            return False
        patch = LinkPatch()
        column = LinkColumn(index.column())
        if role == Qt.ItemDataRole.CheckStateRole and column is LinkColumn.VISIBLE:
            patch["visible"] = Qt.CheckState(value) is Qt.CheckState.Checked
        elif role == Qt.ItemDataRole.EditRole:
            text = str(value).strip()
            if text == self._text(link, column) or (not text and column is not LinkColumn.NOTE):
                return False
            match column:
                case LinkColumn.NAME:
                    patch["name"] = text
                case LinkColumn.URL:
                    patch["url"] = text
                case LinkColumn.NOTE:
                    patch["note"] = text
                case _:
                    return False
        if not patch:
            return False
        self._links[index.row()] = dataclasses.replace(link, **patch)
        self.dataChanged.emit(index, index)
        self.edited.emit(link.id, patch)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt's."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled if self._ordered else Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        column = LinkColumn(index.column())
        if column in (LinkColumn.NAME, LinkColumn.URL, LinkColumn.NOTE):
            flags |= Qt.ItemFlag.ItemIsEditable
        if column is LinkColumn.VISIBLE:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def supportedDropActions(self) -> Qt.DropAction:
        """Qt's."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Qt's."""
        return [LINKS_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Qt's: the links of the rows, in order, and their addresses for other programs."""
        rows = sorted({index.row() for index in indexes})
        data = packed(LINKS_MIME, [self._links[row].id for row in rows])
        data.setText("\n".join(self._links[row].url for row in rows))
        return data

    def canDropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        """Qt's."""
        del action, row, column, parent
        return self._ordered and data.hasFormat(LINKS_MIME)

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        """Qt's. Always False: the library moves the links, nothing is to be removed at the source."""
        if self.canDropMimeData(data, action, row, column, parent):
            wanted = row if row >= 0 else parent.row() if parent.isValid() else len(self._links)
            self.links_dropped.emit(tuple(unpacked(data, LINKS_MIME)), wanted)
        return False


def packed(mime: str, ids: list[int]) -> QMimeData:
    """Ids as the data of a drag."""
    data = QMimeData()
    data.setData(mime, QByteArray(json.dumps(ids).encode()))
    return data


def unpacked(data: QMimeData, mime: str) -> list[int]:
    """The reverse of `packed`."""
    return [int(item) for item in json.loads(bytes(data.data(mime).data()))]
