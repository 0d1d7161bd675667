"""One dialog for what is to be changed on every selected article, from one to a hundred thousand."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QDateTime, QTimeZone
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.article import ArticlePatch, Flag, State
from chce_desktop.domain.bulkchange import BulkChange
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.ui.appearance import DOUBLE, SPACE, TRIPLE, set_role
from chce_desktop.ui.articles import commands, words
from chce_desktop.ui.articles.chosen import Chosen
from chce_desktop.ui.articles.fields import KnownField, TagsField
from chce_desktop.ui.columns.dialogs import ColumnPicker
from chce_desktop.ui.desk import Desk


class BulkDialog(QDialog):
    """A tick for each field that changes; what is not ticked stays as it is on each article."""

    def __init__(self, desk: Desk, chosen: Chosen, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("bulk_dialog")
        self.setWindowTitle(trn("Change {n} article", "Change {n} articles", chosen.count))
        self.setAccessibleName(self.windowTitle())
        self.setMinimumWidth(480)
        self._desk = desk
        self._chosen = chosen
        self._ticks: dict[str, QCheckBox] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(DOUBLE)
        self._grid.setVerticalSpacing(SPACE)
        self._grid.setColumnStretch(1, 1)
        self.column = ColumnPicker(desk, tr("No column"), self)
        self.state = QComboBox(self)
        for state in State:
            self.state.addItem(words.state_name(state), state)
        self.flags = {flag: self._flag_choice() for flag in Flag}
        self.add_tags = TagsField("bulk_add_tags", desk, desk.site.articles.known_tags, self)
        self.drop_tags = TagsField("bulk_drop_tags", desk, desk.site.articles.known_tags, self)
        self.source = KnownField("bulk_source", desk, desk.site.articles.known_sources, self)
        self.date = QDateTimeEdit(self)
        self.date.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.date.setCalendarPopup(True)
        self.date.setTimeZone(QTimeZone(desk.settings.timezone.encode()))
        self.date.setDateTime(QDateTime.currentDateTimeUtc().toTimeZone(self.date.timeZone()))
        self._row("column", tr("&Column"), self.column)
        self._row("state", tr("&State"), self.state)
        for flag, box in self.flags.items():
            self._row(f"flag_{flag}", words.flag_name(flag), box)
        self._row("add_tags", tr("&Add tags"), self.add_tags)
        self._row("drop_tags", tr("&Remove tags"), self.drop_tags)
        self._row("source", tr("S&ource"), self.source)
        self._row("date", tr("&Date"), self.date)
        hint = QLabel(tr("Only ticked fields change. All articles are changed, or none; one undo takes it back."), self)
        hint.setWordWrap(True)
        set_role(hint, "hint")
        buttons = QDialogButtonBox(self)
        self.accept_button = buttons.addButton(self.windowTitle(), QDialogButtonBox.ButtonRole.AcceptRole)
        self.accept_button.setObjectName("bulk_change")
        self.accept_button.setEnabled(False)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel).setObjectName("bulk_cancel")
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(TRIPLE, TRIPLE, TRIPLE, DOUBLE)
        layout.setSpacing(DOUBLE)
        layout.addLayout(self._grid)
        layout.addWidget(hint)
        layout.addWidget(buttons)

    def change(self) -> BulkChange:
        """What the ticked fields say."""
        fields: ArticlePatch = {}
        if self._on("column"):
            fields["column_id"] = self.column.column_id()
        if self._on("state"):
            fields["state"] = State(self.state.currentData())
        if self._on("source"):
            fields["source"] = self.source.text().strip()
        if self._on("date"):
            fields["date"] = datetime.fromtimestamp(self.date.dateTime().toSecsSinceEpoch(), UTC)
        return BulkChange(
            fields=fields,
            flags={flag: bool(box.currentData()) for flag, box in self.flags.items() if self._on(f"flag_{flag}")},
            add_tags=self.add_tags.tags() if self._on("add_tags") else (),
            drop_tags=self.drop_tags.tags() if self._on("drop_tags") else (),
        )

    def _flag_choice(self) -> QComboBox:
        box = QComboBox(self)
        box.addItem(tr("Set"), True)
        box.addItem(tr("Take away"), False)
        return box

    def _row(self, key: str, text: str, field: QWidget) -> None:
        tick = QCheckBox(text, self)
        tick.setObjectName(f"bulk_tick_{key}")
        tick.setAccessibleName(text.replace("&", ""))
        field.setObjectName(f"bulk_{key}")
        field.setAccessibleName(text.replace("&", ""))
        field.setEnabled(False)
        tick.toggled.connect(field.setEnabled)
        tick.toggled.connect(lambda _: self.accept_button.setEnabled(any(t.isChecked() for t in self._ticks.values())))
        row = self._grid.rowCount()
        self._grid.addWidget(tick, row, 0)
        self._grid.addWidget(field, row, 1)
        self._ticks[key] = tick

    def _on(self, key: str) -> bool:
        return self._ticks[key].isChecked()

    def _on_accepted(self) -> None:
        chosen, names = (
            self._chosen,
            [tick.text().replace("&", "") for tick in self._ticks.values() if tick.isChecked()],
        )
        what = "、".join(names)

        def said(n: int) -> str:
            rest = chosen.count - n
            done = trn("{n} article changed: {what}.", "{n} articles changed: {what}.", n, what=what)
            return done if rest <= 0 else done + " " + trn("{n} was so already.", "{n} were so already.", rest)

        commands.change(self._desk, chosen, self.change(), tr("Change {what}", what=what), said=said)
        self.accept()
