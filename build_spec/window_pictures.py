"""Pictures of the window on the demo site: `python -m build_spec.window_pictures FOLDER LANGUAGE`, offscreen.

A process of its own, since Qt is prepared once. CHCE_HOME says where its settings lie.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from chce_desktop.domain.article import ArticleFilter
from chce_desktop.foundation import i18n
from chce_desktop.foundation.progress import SILENT
from chce_desktop.ui.app import open_demo
from chce_desktop.ui.appearance import Appearance
from chce_desktop.ui.mainwindow.window import MainWindow
from chce_desktop.ui.memory import Memory
from chce_desktop.ui.publishing import PublishDialog
from chce_desktop.ui.start import dress_qt, prepare_qt
from chce_desktop.ui.tour.person import Person
from chce_desktop.ui.welcome.window import WelcomeWindow

SCHEMES = ("light", "dark")
#: The action that opens a dialog, and the name of its pictures.
#: The room that a desk of 1440 x 900 gives them; the screen without hardware is smaller.
ROOMY = {"links": QSize(1120, 700), "media": QSize(1120, 760)}
DIALOGS = {
    "site.links": "links",
    "site.media": "media",
    "site.look": "look",
    "site.settings": "settings",
    "site.publish": "publish",
}


class Photographer:
    """Takes each scene in each colour scheme."""

    def __init__(self, out: Path, appearance: Appearance) -> None:
        self._out = out
        self._appearance = appearance
        self.person = Person(out)

    def take(self, widget: QWidget, name: str) -> None:
        """Save what `widget` shows, light and dark, as `name-scheme.png`."""
        for scheme in SCHEMES:
            self._appearance.choose(scheme)
            self.person.rest(1.0)  # the web page follows the scheme a moment later
            widget.grab().save(str(self._out / f"{name}-{scheme}.png"))
        self._appearance.choose(SCHEMES[0])


def dialog_of(window: MainWindow, action: str, photographer: Photographer) -> QDialog:
    """The dialog that an action opens."""
    window.actions_table[action].trigger()

    def shown() -> list[QDialog]:
        return [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]

    photographer.person.wait(action, shown)
    photographer.person.rest(2.0)  # lists and thumbnails are filled by jobs
    return shown()[0]


def take_all(app: QApplication, scratch: Path, out: Path) -> None:
    """All scenes."""
    memory, appearance = Memory(), Appearance(app)
    appearance.choose(SCHEMES[0])
    photographer = Photographer(out, appearance)
    person = photographer.person
    site = open_demo(scratch / "国家素质教育网", SILENT)
    (scratch / "www").mkdir()
    site.targets.add("本机文件夹", (scratch / "www").as_uri())
    info = site.info()
    memory.used(site.folder, info.name)
    welcome = WelcomeWindow(memory)
    welcome.refresh()
    welcome.show()
    photographer.take(welcome, "welcome")
    welcome.close()

    window = MainWindow(site, memory, appearance)
    window.resize(1440, 900)
    window.show()
    person.wait("list", lambda: window.articles.model.rowCount() > 0)
    window.load_preview()
    view = person.find(window, QWebEngineView)
    person.wait("web engine", lambda: not view.page().isLoading() and view.url().isValid())
    newest = site.articles.page(ArticleFilter(), limit=100).articles
    window.desk.article_wanted.emit(next(article.id for article in newest if article.cover))
    person.rest(3.0)
    photographer.take(window, "main-window")
    for action, name in DIALOGS.items():
        dialog = dialog_of(window, action, photographer)
        dialog.resize(ROOMY.get(name, dialog.size()))
        if isinstance(dialog, PublishDialog):
            button = dialog.main_button
            person.wait("comparison", button.isVisible)
            person.wait("comparison", button.isEnabled)
        photographer.take(dialog, name)
        dialog.close()
        person.rest(0.3)
    closed: list[bool] = []
    window.closed.connect(lambda: closed.append(True))
    window.close()
    person.wait("closed", lambda: closed)


if __name__ == "__main__":
    application = prepare_qt()
    i18n.set_language(sys.argv[2])
    dress_qt(application)
    with tempfile.TemporaryDirectory() as folder:
        take_all(application, Path(folder), Path(sys.argv[1]))
