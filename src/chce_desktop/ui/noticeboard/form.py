"""The form of one notice. It is saved as one types, like an article."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from chce_desktop.domain.notice import Notice, NoticeLink, NoticePatch
from chce_desktop.foundation.i18n import tr
from chce_desktop.ui import icons
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, TRIPLE, set_role
from chce_desktop.ui.articles.fields import MomentField
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.links.adding import with_scheme
from chce_desktop.ui.media.field import PictureField

_PAUSE = 600  # milliseconds after the last key until it is saved


class LinkRow(QWidget):
    """One labelled link."""

    edited = Signal()
    removed = Signal()

    def __init__(self, link: NoticeLink, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"notice_link_{number}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        self.label = QLineEdit(link.label, self)
        self.label.setObjectName(f"notice_link_{number}_label")
        self.label.setAccessibleName(tr("Label of link {number}", number=number))
        self.label.setPlaceholderText(tr("Label, such as 网上报名"))
        self.address = QLineEdit(link.url, self)
        self.address.setObjectName(f"notice_link_{number}_address")
        self.address.setAccessibleName(tr("Address of link {number}", number=number))
        self.address.setPlaceholderText(tr("Address"))
        self.address.setCursorPosition(0)
        remove = QToolButton(self)
        remove.setObjectName(f"notice_link_{number}_remove")
        remove.setAccessibleName(tr("Remove link {number}", number=number))
        remove.setToolTip(tr("Remove this link"))
        remove.setIcon(icons.icon("x", icons.MUTED))
        remove.clicked.connect(self.removed)
        row.addWidget(self.label, 2)
        row.addWidget(self.address, 3)
        row.addWidget(remove)
        self.label.textEdited.connect(lambda _: self.edited.emit())
        self.address.textEdited.connect(lambda _: self.edited.emit())
        self.address.editingFinished.connect(self._on_finished)

    def _on_finished(self) -> None:
        text = self.address.text().strip()
        if "." in text.partition("/")[0]:  # a bare host; paths within the site stay as they are
            self.address.setText(with_scheme(text))
            self.edited.emit()

    def value(self) -> NoticeLink | None:
        """The link; None while a part of it is missing."""
        label, address = self.label.text().strip(), self.address.text().strip()
        return NoticeLink(label, address) if label and address else None

    @property
    def is_half(self) -> bool:
        """Whether only one of the two was typed."""
        return bool(self.label.text().strip()) != bool(self.address.text().strip())


class NoticeForm(QScrollArea):
    """`edited(id, patch)` a moment after the last key; `flush` at once."""

    edited = Signal(int, dict)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notice_form")
        self.setAccessibleName(tr("The notice"))
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._desk = desk
        self._notice: Notice | None = None
        self._rows: list[LinkRow] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self.flush)
        self._inner = inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(TRIPLE, DOUBLE, TRIPLE, DOUBLE)
        form = QFormLayout()
        form.setHorizontalSpacing(DOUBLE)
        form.setVerticalSpacing(SPACE + HALF)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        column.addLayout(form)
        self.title = QLineEdit(inner)
        self._name(self.title, "notice_title", tr("Title"))
        form.addRow(tr("Title"), self.title)
        self.text = QPlainTextEdit(inner)
        self._name(self.text, "notice_text", tr("Text"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(110)
        form.addRow(tr("Text"), self.text)
        self.image = PictureField(desk, "notice_image", tr("Picture"), QSize(160, 90), inner)
        form.addRow(tr("Picture"), self.image)
        form.addRow(tr("Links"), self._make_links(inner))
        self.starts = MomentField("notice_starts", inner, optional=True, offer=tr("At once (choose a day)"))
        self.starts.setAccessibleName(tr("Shown from"))
        form.addRow(tr("Shown from"), self.starts)
        self.ends = MomentField("notice_ends", inner, optional=True, offer=tr("Without end (choose a day)"))
        self.ends.setAccessibleName(tr("Shown until"))
        form.addRow(tr("Shown until"), self.ends)
        self.problem = QLabel(inner)
        self.problem.setObjectName("notice_problem")
        self.problem.setWordWrap(True)
        set_role(self.problem, "error")
        self.problem.hide()
        form.addRow("", self.problem)
        self.visible = QCheckBox(tr("Readers see this notice"), inner)
        self._name(self.visible, "notice_visible", tr("Readers see this notice"))
        form.addRow("", self.visible)
        hint = QLabel(tr("Saved as you type. Readers see changes after the next publish."), inner)
        set_role(hint, "hint")
        form.addRow("", hint)
        column.addStretch(1)
        self.setWidget(inner)
        self.title.textEdited.connect(self._timer_start)
        self.text.textChanged.connect(self._timer_start)
        self.image.changed.connect(lambda _: self.flush())
        self.starts.edited.connect(self._timer_start)
        self.ends.edited.connect(self._timer_start)
        self.visible.toggled.connect(lambda _: self.flush())

    def _name(self, widget: QWidget, name: str, label: str) -> None:
        widget.setObjectName(name)
        widget.setAccessibleName(label)

    def _make_links(self, inner: QWidget) -> QWidget:
        holder = QWidget(inner)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF)
        self._links = QVBoxLayout()
        self._links.setSpacing(HALF)
        column.addLayout(self._links)
        self.add_link = QPushButton(icons.icon("plus", icons.ACCENT), tr("Add a link"), holder)
        self._name(self.add_link, "notice_add_link", tr("Add a link"))
        self.add_link.setAutoDefault(False)
        set_role(self.add_link, "link")
        self.add_link.clicked.connect(lambda: self._add_row(NoticeLink("", "")).label.setFocus())
        column.addWidget(self.add_link, 0, Qt.AlignmentFlag.AlignLeft)
        return holder

    def _timer_start(self, *_: object) -> None:
        self._timer.start()

    def _add_row(self, link: NoticeLink) -> LinkRow:
        row = LinkRow(link, len(self._rows) + 1, self)
        row.edited.connect(self._timer_start)
        row.removed.connect(lambda: self._remove_row(row))
        self._links.addWidget(row)
        self._rows.append(row)
        return row

    def _remove_row(self, row: LinkRow) -> None:
        self._drop_row(row)
        self.flush()

    def _drop_row(self, row: LinkRow) -> None:
        self._rows.remove(row)
        self._links.removeWidget(row)
        row.hide()
        row.deleteLater()

    def show_notice(self, notice: Notice | None) -> None:
        """Show a notice; a fresher state of the same one leaves alone what is being typed."""
        same = notice is not None and self._notice is not None and notice.id == self._notice.id
        if not same:
            self.flush()
        elif self._timer.isActive():
            return
        before, self._notice = self._notice, notice
        self._inner.setEnabled(notice is not None)
        if notice is None or (same and before == notice):
            return
        self._show_fields(notice, before if same else None)
        self._show_problem()

    def _show_fields(self, notice: Notice, before: Notice | None) -> None:
        """`before`: the state of the same notice that is shown already, None for another one."""
        zone = self._desk.settings.timezone

        def fresh(name: str) -> bool:
            """Whether the library says something new: what was typed and could not be kept stays on the screen."""
            return before is None or getattr(before, name) != getattr(notice, name)

        for widget in (self.text, self.visible):
            widget.blockSignals(True)
        if fresh("title") and notice.title != self.title.text().strip():
            self.title.setText(notice.title)
            self.title.setCursorPosition(0)
        if fresh("text") and notice.text != self.text.toPlainText().strip():
            self.text.setPlainText(notice.text)
        if fresh("visible"):
            self.visible.setChecked(notice.visible)
        for widget in (self.text, self.visible):
            widget.blockSignals(False)
        if fresh("image"):
            self.image.set_path(notice.image)
        if fresh("starts_at"):
            self.starts.set_value(notice.starts_at, zone)
        if fresh("ends_at"):
            self.ends.set_value(notice.ends_at, zone)
        typed = tuple(link for row in self._rows if (link := row.value()) is not None)
        if before is None or (fresh("links") and notice.links != typed):
            self._show_links(notice.links)

    def _show_links(self, links: tuple[NoticeLink, ...]) -> None:
        for row in list(self._rows):
            self._drop_row(row)
        for link in links:
            self._add_row(link)

    def _show_problem(self) -> bool:
        """Say what keeps a part of the form from being saved; whether the dates do."""
        starts, ends = self.starts.value(), self.ends.value()
        wrong = starts is not None and ends is not None and ends <= starts
        half = any(row.is_half for row in self._rows)
        texts = [
            text
            for text, holds in (
                (tr("The notice would end before it starts."), wrong),
                (tr("A link needs both a label and an address; the unfinished one is not kept."), half),
                (tr("A notice needs a title."), not self.title.text().strip()),
            )
            if holds
        ]
        self.problem.setText("\n".join(texts))
        self.problem.setVisible(bool(texts) and self._notice is not None)
        return wrong

    def flush(self) -> None:
        """Hand over what was typed and not yet saved."""
        self._timer.stop()
        notice = self._notice
        if notice is None:
            return
        wrong_dates = self._show_problem()
        typed = NoticePatch(
            text=self.text.toPlainText().strip(),
            image=self.image.path(),
            links=tuple(link for row in self._rows if (link := row.value()) is not None),
            visible=self.visible.isChecked(),
        )
        if title := " ".join(self.title.text().split()):
            typed["title"] = title
        if not wrong_dates:
            typed["starts_at"], typed["ends_at"] = self.starts.value(), self.ends.value()
        patch = {key: value for key, value in typed.items() if value != getattr(notice, key)}
        if patch:
            self.edited.emit(notice.id, patch)
