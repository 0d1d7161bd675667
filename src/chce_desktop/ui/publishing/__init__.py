"""Publish targets, the publish dialog and the records of what was published."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from chce_desktop.domain.publication import Target
from chce_desktop.jobs.queues import LIBRARY_READ
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.publishing.dialog import PublishDialog
from chce_desktop.ui.publishing.targets import TargetsDialog
from chce_desktop.ui.publishing.wizard import TargetWizard

__all__ = ["PublishDialog", "TargetWizard", "TargetsDialog", "start_publishing"]


def start_publishing(desk: Desk, parent: QWidget, article_id: int | None = None) -> None:
    """Show the publish that is under way, else begin one; without a target, set one up first.

    `article_id`: the article being written, if there is one.
    """
    for dialog in parent.findChildren(PublishDialog):
        if dialog.is_publishing or dialog.isVisible():
            dialog.open()
            dialog.raise_()
            dialog.activateWindow()
            return

    def begin(targets: tuple[Target, ...]) -> None:
        if targets:
            PublishDialog(desk, parent, article_id=article_id).open()
        else:
            wizard = TargetWizard(desk, parent)
            wizard.saved.connect(
                lambda target: PublishDialog(desk, parent, target_id=target.id, article_id=article_id).open()
            )
            wizard.open()

    desk.run(lambda _: desk.site.targets.all(), done=begin, queue=LIBRARY_READ, owner=parent)
