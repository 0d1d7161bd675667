"""The history of one article: what it once was, what has changed since, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.article import Article, Revision
from chce_desktop.domain.changes import Changes, Kind
from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, colors, font, set_role
from chce_desktop.ui.articles import words
from chce_desktop.ui.badges import ACCENT, badge_width, paint_badge
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.dialogs import DeskDialog, EmptyCover
from chce_desktop.ui.history.comparison import Compared, compare, to_html
from chce_desktop.ui.history.records import Records
from chce_desktop.ui.notices import confirm

Index = QModelIndex | QPersistentModelIndex
ITEM_ROLE = Qt.ItemDataRole.UserRole
_NO_INDEX = QModelIndex()
#: With what a revision is compared.
_NOW, _PREVIOUS = "now", "previous"


class RevisionListModel(QAbstractListModel):
    """Revisions, newest first."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._revisions: tuple[Revision, ...] = ()

    @property
    def revisions(self) -> tuple[Revision, ...]:
        """What is shown."""
        return self._revisions

    def show_revisions(self, revisions: tuple[Revision, ...]) -> None:
        """Take over what the library holds."""
        self.beginResetModel()
        self._revisions = revisions
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt's."""
        return 0 if parent.isValid() else len(self._revisions)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt's."""
        if not index.isValid() or index.row() >= len(self._revisions):
            return None
        revision = self._revisions[index.row()]
        if role == ITEM_ROLE:
            return revision
        when = written_when(revision, self._desk.settings.timezone)
        if role == Qt.ItemDataRole.DisplayRole:
            return when
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return ", ".join(part for part in (when, revision.name, revision.title, described(revision)) if part)
        return None


def written_when(revision: Revision, zone_name: str) -> str:
    """When it was made, in the site's time: today only the time."""
    zone = words.zone(zone_name)
    local = revision.made_at.astimezone(zone)
    today = local.date() == datetime.now(zone).date()
    return local.strftime("%H:%M:%S") if today else words.minute(revision.made_at, zone)


def described(revision: Revision) -> str:
    """Length and author in one line."""
    length = trn("{n} character", "{n} characters", revision.characters)
    return f"{length} · {revision.author}" if revision.author else length


class HistoryPanel(QWidget):
    """Revisions at the left, the differences of the chosen one at the right. `restored(article)` after a restore."""

    restored = Signal(object)

    def __init__(self, dialog: DeskDialog, article_id: int) -> None:
        super().__init__(dialog)
        self.setObjectName("history_panel")
        self._dialog, self._desk, self._article_id = dialog, dialog.desk, article_id
        self._compared: Compared | None = None
        self._asked = 0
        self._wanted: int | None = None
        self.model = RevisionListModel(self._desk, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._make_list())
        line = QFrame(self)
        set_role(line, "vline")
        row.addWidget(line)
        row.addWidget(self._make_view(), 1)
        self._desk.changed.connect(self._on_changed)
        self.list.selectionModel().currentChanged.connect(lambda *_: self._compare())
        self.against.currentIndexChanged.connect(lambda _: self._compare())
        self.whole.toggled.connect(lambda _: self._show())
        self.reload()
        self.list.setFocus()

    def _make_list(self) -> QWidget:
        pane = QFrame(self)
        pane.setFixedWidth(264)
        set_role(pane, "pane")
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, SPACE, 0, SPACE)
        self.list = QListView(pane)
        self.list.setObjectName("history_list")
        self.list.setAccessibleName(tr("Revisions"))
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(_RevisionDelegate(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTabKeyNavigation(False)
        column.addWidget(self.list, 1)
        self.records = Records(self._desk, self._article_id, pane)
        column.addWidget(self.records)
        self.name = QLineEdit(pane)
        self.name.setObjectName("history_name")
        self.name.setAccessibleName(tr("Name for the present state"))
        self.name.setPlaceholderText(tr("Name the present state, such as 送审稿"))
        self.name.returnPressed.connect(self._on_name)
        holder = QHBoxLayout()
        holder.setContentsMargins(SPACE, 0, SPACE, 0)
        holder.setSpacing(HALF)
        holder.addWidget(self.name, 1)
        self.name_button = self._button("history_keep", tr("Keep"), self._on_name)
        self.name_button.setToolTip(tr("Named states are kept for good."))
        holder.addWidget(self.name_button)
        column.addLayout(holder)
        return pane

    def _make_view(self) -> QWidget:
        pane = QWidget(self)
        column = QVBoxLayout(pane)
        column.setContentsMargins(DOUBLE, DOUBLE, DOUBLE, DOUBLE)
        column.setSpacing(SPACE + HALF)
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        self.heading = QLabel(pane)
        self.heading.setObjectName("history_heading")
        set_role(self.heading, "heading")
        top.addWidget(self.heading)
        top.addStretch(1)
        self.against = QComboBox(pane)
        self.against.setObjectName("history_against")
        self.against.setAccessibleName(tr("Compare with"))
        self.against.addItem(tr("What has changed since"), _NOW)
        self.against.addItem(tr("What was changed then"), _PREVIOUS)
        top.addWidget(self.against)
        column.addLayout(top)
        self.view = QTextBrowser(pane)
        self.view.setObjectName("history_difference")
        self.view.setAccessibleName(tr("Differences"))
        self.view.setOpenLinks(False)
        self.view.document().setDocumentMargin(DOUBLE)
        column.addWidget(self.view, 1)
        self.empty = EmptyCover(self.view.viewport(), "history_empty", "history")
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        self.whole = QCheckBox(tr("Show the whole text"), pane)
        self.whole.setObjectName("history_whole")
        self.whole.setAccessibleName(self.whole.text())
        foot.addWidget(self.whole)
        foot.addStretch(1)
        self.restore_button = self._button("history_restore", tr("Bring this state back"), self._on_restore)
        self.restore_button.setIcon(icons.icon("undo-2"))
        foot.addWidget(self.restore_button)
        column.addLayout(foot)
        return pane

    def _button(self, name: str, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: slot())
        return button

    # Loading

    def _on_changed(self, changes: Changes) -> None:
        if Kind.ARTICLES in changes.kinds and (changes.articles is None or self._article_id in changes.articles):
            self.reload()

    def reload(self) -> None:
        """Show what the library holds now."""
        self.records.reload()
        articles, article_id = self._desk.site.articles, self._article_id
        self._dialog.run(
            lambda _: articles.revisions(article_id),
            done=self._on_loaded,
            queue=LIBRARY_READ,
        )

    def _on_loaded(self, revisions: tuple[Revision, ...]) -> None:
        current = self._current()
        wanted = self._wanted or (current.id if current else None)
        self._wanted = None
        selection = self.list.selectionModel()
        selection.blockSignals(True)
        self.model.show_revisions(revisions)
        row = next((n for n, revision in enumerate(revisions) if revision.id == wanted), 0)
        selection.setCurrentIndex(self.model.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect)
        selection.blockSignals(False)
        self.list.viewport().update()
        if revisions:
            self._compare()
        else:
            self.restore_button.setEnabled(False)
            self.empty.cover(tr("No history yet"), tr("Every change leaves a state here that you can come back to."))

    def _current(self) -> Revision | None:
        revision = self.list.currentIndex().data(ITEM_ROLE)
        return revision if isinstance(revision, Revision) else None

    # Comparing

    def _compare(self) -> None:
        revision = self._current()
        if revision is None:
            return
        self._asked += 1
        asked, articles, article_id = self._asked, self._desk.site.articles, self._article_id
        columns, mode = self._desk.columns, self.against.currentData()
        older = self.model.revisions[self.list.currentIndex().row() + 1 :]
        self.heading.setText(revision.name or written_when(revision, self._desk.settings.timezone))

        def work() -> Compared | None:
            then = articles.revision(article_id, revision.id)
            if mode == _NOW:
                return compare(then, articles.get(article_id), columns.path)
            if not older:
                return None
            return compare(articles.revision(article_id, older[0].id), then, columns.path)

        self._dialog.run(lambda _: work(), done=lambda found: self._on_compared(asked, found), queue=LIBRARY_READ)

    def _on_compared(self, asked: int, compared: Compared | None) -> None:
        if asked == self._asked:
            self._compared = compared
            self._show()

    def _show(self) -> None:
        compared, now = self._compared, self.against.currentData() == _NOW
        self.restore_button.setEnabled(
            self._current() is not None and not (now and compared is not None and compared.is_same)
        )
        if compared is None:
            self.view.clear()
            self.empty.cover(tr("This is the oldest state"), tr("There is none before it to compare with."))
        elif compared.is_same and not self.whole.isChecked():
            self.view.clear()
            self.empty.cover(
                tr("No difference"),
                tr("The article still reads like this.") if now else tr("Only fields that are not shown here changed."),
            )
        else:
            self.empty.hide()
            self.view.setHtml(to_html(compared, whole=self.whole.isChecked()))

    # Steps

    def _on_name(self) -> None:
        name, articles, article_id = self.name.text().strip(), self._desk.site.articles, self._article_id
        if not name:
            self.name.setFocus()
            return

        def kept(revision: Revision) -> None:
            self.name.clear()
            self._wanted = revision.id
            self.reload()

        self._dialog.run(lambda _: articles.name_revision(article_id, name), done=kept)

    def _on_restore(self) -> None:
        revision, articles, article_id = self._current(), self._desk.site.articles, self._article_id
        if revision is None:
            return

        def back(article: Article) -> None:
            self.restored.emit(article)
            self._dialog.notices.success(tr("The state is back. What stood there before is in the history too."))

        def failed(error: ChceError) -> bool:
            self.restore_button.setEnabled(True)
            del error
            return False

        def restore() -> None:
            self.restore_button.setEnabled(False)
            self._dialog.run(lambda _: articles.revert(article_id, revision.id), done=back, failed=failed)

        confirm(
            self,
            tr("Bring back the state of {when}?", when=written_when(revision, self._desk.settings.timezone)),
            hint=tr("The present text stays in the history, so that you can come back to it."),
            yes=tr("Bring back"),
            on_yes=restore,
        )


class _RevisionDelegate(QStyledItemDelegate):
    """When; below it the name (kept for good) or length and author."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, super().sizeHint(option, index).height() + 26)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        when, option.text = option.text, ""
        widget: QWidget = option.widget
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        revision: Revision = index.data(ITEM_ROLE)
        area: QRect = option.rect.adjusted(DOUBLE, SPACE, -DOUBLE, -SPACE)
        chosen = colors()
        painter.save()
        painter.setFont(font(bold=revision.named))
        painter.setPen(QColor(chosen.text))
        line = QRect(area.left(), area.top(), area.width(), 20)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, when)
        second = line.translated(0, 22)
        if revision.named:
            label = revision.name or tr("kept")
            paint_badge(painter, second, label, ACCENT)
            second.setLeft(second.left() + min(badge_width(label), second.width()) + SPACE)
        painter.setFont(font(relative=-1))
        painter.setPen(QColor(chosen.muted))
        text = painter.fontMetrics().elidedText(described(revision), Qt.TextElideMode.ElideRight, second.width())
        painter.drawText(second, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()
