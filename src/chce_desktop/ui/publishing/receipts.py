"""A publication's receipt: what it did, when, how it was verified; or what went wrong and what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from chce_desktop.domain.publication import Publication, PublicationKind, PublicationState, Target
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.ui.appearance import DOUBLE, HALF, SPACE, font, set_role
from chce_desktop.ui.media.model import written_size
from chce_desktop.ui.publishing.changes import is_page
from chce_desktop.ui.publishing.kinds import where
from chce_desktop.ui.publishing.records import state_label, written_duration, written_moment

Facts = list[tuple[str, str]]
#: How many pages a receipt names.
_NAMED = 12


def facts(target: Target, record: Publication) -> Facts:
    """The receipt as pairs of a name and a text."""
    receipt = record.receipt
    found = [
        (tr("Where"), f"{target.name} · {where(target)}"),
        (tr("When"), written_moment(record.finished_at or record.started_at)),
    ]
    if receipt.kind is PublicationKind.ROLLBACK:
        found.append((tr("What"), tr("No. {number} was put back", number=receipt.put_back)))
    elif receipt.kind is PublicationKind.REPAIR:
        found.append((tr("What"), tr("Published, and everything on the server looked at")))
    if record.state is not PublicationState.DONE:
        found.append((tr("Outcome"), state_label(record.state)))
        problems = ((tr("Reason"), record.error), (tr("Page"), receipt.page), (tr("What helps"), receipt.hint))
        return found + [(name, text) for name, text in problems if text]
    found += [
        (tr("Sent"), " · ".join((trn("{n} file", "{n} files", record.uploaded), written_size(record.bytes)))),
        (tr("Removed"), trn("{n} file", "{n} files", record.deleted)),
        (tr("Unchanged"), trn("{n} file", "{n} files", record.unchanged)),
    ]
    if record.repaired:
        found.append((tr("Mended"), trn("{n} file", "{n} files", record.repaired)))
    checked = trn("{n} file", "{n} files", record.verified)
    by_address = receipt.verified_by == "address"
    found += [
        (
            tr("Verified"),
            tr("{files}, read as readers get them and compared", files=checked)
            if by_address
            else tr("{files}, by their sizes on the server", files=checked),
        ),
        (tr("Took"), written_duration(record.seconds)),
        (tr("Number"), f"{record.generation}"),
    ]
    for name, paths in ((tr("Pages sent"), receipt.written), (tr("Pages removed"), receipt.removed)):
        if pages := [path for path in paths if is_page(path)]:
            found.append((name, _listed(pages)))
    if receipt.let_out:
        found.append((tr("Let out against the check"), "\n".join(receipt.let_out)))
    if receipt.warnings:
        found.append((tr("To look at"), "\n".join(receipt.warnings)))
    return found


def as_text(found: Facts) -> str:
    """For the clipboard."""
    return "\n".join(f"{name}: {text}" for name, text in found)


def _listed(pages: list[str]) -> str:
    lines = pages[:_NAMED]
    if left := len(pages) - len(lines):
        lines.append(trn("… and {n} more", "… and {n} more", left))
    return "\n".join(lines)


class FactsCard(QFrame):
    """A card of pairs; the texts can be selected."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        set_role(self, "card")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(DOUBLE, SPACE + HALF, DOUBLE, SPACE + HALF)
        self._grid.setHorizontalSpacing(DOUBLE)
        self._grid.setVerticalSpacing(SPACE)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, found: Facts) -> None:
        """Show these instead."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, (name, text) in enumerate(found):
            left = QLabel(name, self)
            set_role(left, "hint")
            right = QLabel(text, self)
            right.setTextFormat(Qt.TextFormat.PlainText)
            right.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            right.setWordWrap(True)
            right.setFont(font(bold=row == 0))
            self._grid.addWidget(left, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(right, row, 1)
        self.setAccessibleName(as_text(found))
        self.setVisible(bool(found))
