"""What was signed of an article, and what was let out against the check: lines below its history."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from chce_desktop.domain.signoff import TITLES, Override, SignOff
from chce_desktop.foundation.i18n import tr
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.ui.appearance import SPACE, set_role
from chce_desktop.ui.articles import words
from chce_desktop.ui.desk import Desk


def lines(signed: tuple[SignOff, ...], let_out: tuple[Override, ...], zone_name: str) -> list[str]:
    """One line a record, newest first."""
    zone = words.zone(zone_name)
    found = []
    for item in signed:
        step = tr(TITLES[item.step])
        remark = f" · {item.remark}" if item.remark else ""
        found.append((item.made_at, f"{step} · {item.who}{remark}"))
    found += [(o.made_at, tr("Let out by {name}: {reason}", name=o.who, reason=o.reason)) for o in let_out]
    found.sort(key=lambda line: line[0], reverse=True)
    return [f"{words.minute(at, zone)}  {text}" for at, text in found]


def _with_switches(signed: tuple[SignOff, ...], switches: tuple[SignOff, ...]) -> tuple[SignOff, ...]:
    """The steps of an article; where there are any, also when the site asked for them."""
    return signed and (*signed, *switches)


class Records(QLabel):
    """Hidden as long as there is nothing to tell."""

    def __init__(self, desk: Desk, article_id: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("history_records")
        self.setAccessibleName(tr("What was signed and let out"))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setWordWrap(True)
        self.setContentsMargins(SPACE * 2, SPACE, SPACE, SPACE)
        set_role(self, "hint")
        self._desk, self._article_id = desk, article_id
        self.hide()

    def reload(self) -> None:
        """Show what the library holds now."""
        signoffs, article_id = self._desk.site.signoffs, self._article_id

        def done(found: tuple[tuple[SignOff, ...], tuple[Override, ...]]) -> None:
            shown = lines(*found, self._desk.settings.timezone)
            self.setText("\n".join(shown))
            self.setVisible(bool(shown))

        self._desk.run(
            lambda _: (
                _with_switches(signoffs.records(article_id), signoffs.switches()),
                signoffs.overrides(article_id),
            ),
            done=done,
            queue=LIBRARY_READ,
            owner=self,
        )
