"""The dialogs that the window opens. Each is imported when it is opened first, so that the start stays quick."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QWidget

from chce_desktop.domain.article import ArticleInfo
from chce_desktop.foundation import paths
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import Progress
from chce_desktop.services.media_uses import Use
from chce_desktop.ui.actions import Actions
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.mainwindow.writing import Writing

_MODULES = (
    "publishing",
    "checking.report",
    "wordbook.window",
    "links.window",
    "media.library",
    "settings.dialog",
    "look.dialog",
    "noticeboard",
    "history.dialog",
    "importing.dialog",
    "search.palette",
    "organise.replace",
    "organise.tags",
    "organise.counts",
    "frontpage.window",
)
_LOADING = "loading"


def connect_doors(actions: Actions, desk: Desk, window: QWidget, writing: Writing) -> None:
    """Connect the actions that open a dialog on the whole site."""
    doors: dict[str, Callable[[Desk, QWidget], QDialog]] = {
        "file.import": _import,
        "site.check": _site_check,
        "site.links": _links,
        "site.notices": _notices,
        "site.wordbook": _wordbook,
        "article.from_template": _templates,
        "site.media": _media,
        "site.look": _look,
        "site.settings": _settings,
        "site.targets": _targets,
    }
    for action_id, make in doors.items():
        actions.connect_to(action_id, _opener(make, desk, window))
    desk.use_wanted.connect(lambda use: _show_use(desk, window, use))
    actions.connect_to("site.publish", lambda: _publish(desk, window, writing))
    actions.connect_to("site.folder", lambda: _show_folder(desk.site.folder.as_uri()))
    actions.connect_to("help.logs", show_logs)


def load_soon(desk: Desk) -> None:
    """Load the dialogs' modules in the background, so that opening one does not hold up the window."""

    def work(progress: Progress) -> None:
        for name in _MODULES:
            progress.check()
            importlib.import_module(f"chce_desktop.ui.{name}")

    desk.run(work, queue=_LOADING)


def show_logs() -> None:
    """Show the log folder in the system's file browser."""
    folder = paths.log_dir()
    folder.mkdir(parents=True, exist_ok=True)
    _show_folder(folder.as_uri())


def show_history(desk: Desk, article: ArticleInfo, window: QWidget) -> None:
    """Open the history of an article."""
    from chce_desktop.ui.history.dialog import HistoryDialog

    show_dialog(HistoryDialog(desk, article.id, window, title=article.title), window)


def _show_use(desk: Desk, window: QWidget, use: Use) -> None:
    """Open the dialog where a file of the media library is used, at the place."""
    from chce_desktop.ui.links.window import LinksDialog
    from chce_desktop.ui.noticeboard import NoticesDialog
    from chce_desktop.ui.settings.dialog import SettingsDialog

    if use.kind == "notice":
        show_dialog(NoticesDialog(desk, window, notice_id=use.id), window)
    elif use.kind == "link":
        show_dialog(LinksDialog(desk, window, find=use.name), window)
    else:
        show_dialog(SettingsDialog(desk, window, page="basics"), window)


def _opener(make: Callable[[Desk, QWidget], QDialog], desk: Desk, window: QWidget) -> Callable[[], None]:
    return lambda: show_dialog(make(desk, window), window)


def show_dialog(dialog: QDialog, window: QWidget) -> None:
    """Show a dialog. One of a kind: a second wish brings the first to the front."""
    for other in window.findChildren(type(dialog)):
        if other is not dialog and other.isVisible():
            dialog.deleteLater()
            other.raise_()
            other.activateWindow()
            return
    if dialog.isModal():
        dialog.open()
    else:
        dialog.show()  # looked after beside the writing, which goes on


def _show_folder(url: str) -> None:
    QDesktopServices.openUrl(QUrl(url))


def _import(desk: Desk, window: QWidget) -> QDialog:
    from chce_desktop.ui.importing.dialog import ImportDialog

    return ImportDialog(desk, window)


def _site_check(desk: Desk, window: QWidget) -> QDialog:
    from chce_desktop.ui.checking.report import SiteCheckDialog

    return SiteCheckDialog(desk, window)


def _links(desk: Desk, window: QWidget) -> QDialog:
    from chce_desktop.ui.links.window import LinksDialog

    return LinksDialog(desk, window)


def _wordbook(desk: Desk, window: QWidget) -> QDialog:
    from chce_desktop.ui.wordbook.window import WordbookDialog

    return WordbookDialog(desk, window)


def _templates(desk: Desk, window: QWidget) -> QDialog:
    from chce_desktop.ui.wordbook.window import WordbookDialog

    return WordbookDialog(desk, window, page="templates")


def _notices(desk: Desk, window: QWidget) -> QDialog:
    from chce_desktop.ui.noticeboard import NoticesDialog

    return NoticesDialog(desk, window)


def _media(desk: Desk, window: QWidget) -> QDialog:
    from chce_desktop.ui.media.library import MediaDialog

    return MediaDialog(desk, window)


def _look(desk: Desk, window: QWidget) -> QDialog:
    from chce_desktop.ui.look import LookDialog

    return LookDialog(desk, window)


def _settings(desk: Desk, window: QWidget) -> QDialog:
    from chce_desktop.ui.settings.dialog import SettingsDialog

    return SettingsDialog(desk, window)


def _targets(desk: Desk, window: QWidget) -> QDialog:
    from chce_desktop.ui.publishing import TargetsDialog

    return TargetsDialog(desk, window)


def _publish(desk: Desk, window: QWidget, writing: Writing) -> None:
    from chce_desktop.ui.publishing import start_publishing

    if not writing.flush():
        desk.notices.warning(
            tr("Not published, for what you wrote last could not be saved in the site."),
            hint=tr("It is kept on this computer and tried again. Publish when the status bar says “Saved”."),
        )
        return
    article = writing.open_article
    start_publishing(desk, window, article.id if article is not None else None)
