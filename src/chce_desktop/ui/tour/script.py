"""The tour itself: write, file, preview, link, publish; pictures of each step; a check of what was published."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from PySide6.QtCore import Qt
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton

from chce_desktop.domain.article import ArticleInfo, State
from chce_desktop.domain.publication import Publication, PublicationState, Target
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT
from chce_desktop.services.site import Site
from chce_desktop.ui.app import open_demo
from chce_desktop.ui.appearance import Appearance
from chce_desktop.ui.mainwindow.window import MainWindow
from chce_desktop.ui.memory import Memory
from chce_desktop.ui.publishing import PublishDialog
from chce_desktop.ui.tour.person import Person, TourFailed
from chce_desktop.ui.tour.server import local_server

_TITLE = "全国中小学生艺术展演在京开幕"
#: Typed one after the other; what stands between them is bold.
_BODY = (
    "本报北京电 第九届全国中小学生艺术展演活动昨日在北京开幕，来自31个省份的师生参加。\n## 面向人人\n展演坚持",
    "面向人人",
    "，让每一名学生都有机会登上舞台。",
)
_LINK = ("中国教育在线", "https://www.eol.cn/")


def run(app: QApplication, memory: Memory, appearance: Appearance, folder: Path) -> int:
    """Take the tour; everything it makes lies in `folder`. Returns the exit status."""
    folder = folder.absolute()
    appearance.choose("light")
    site = open_demo(folder / "site", SILENT)
    window = MainWindow(site, memory, appearance)
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    tour = _Tour(app, window, folder)
    try:
        tour.take()
    except TourFailed as failed:
        picture = tour.person.picture(QApplication.activeModalWidget() or window, "failed")
        _say(tr("The tour stopped: waited in vain for “{what}”. See {picture}.", what=failed, picture=picture))
        return 1
    finally:
        closed: list[bool] = []
        window.closed.connect(lambda: closed.append(True))
        for dialog in window.findChildren(QDialog):
            dialog.close()
        window.close()
        with contextlib.suppress(TourFailed):
            tour.person.wait("closed", lambda: closed)
    return 0


class _Tour:
    def __init__(self, app: QApplication, window: MainWindow, folder: Path) -> None:
        self.person = Person(folder / "screenshots")
        self._app = app
        self._window = window
        self._site: Site = window.site
        self._folder = folder

    def take(self) -> None:
        """All of it. Raises TourFailed."""
        person, window = self.person, self._window
        person.wait("list", lambda: window.articles.model.rowCount() > 0)
        window.load_preview()
        view = person.find(window, QWebEngineView)
        person.wait("preview", lambda: len(self._page_text(view)) > 100)
        person.picture(window, "window")
        article = self._write(view)
        self._add_link()
        published = self._publish("folder", self._folder / "published", self._add_folder_target)
        self._check(article, published)
        with local_server(self._folder / "sshd", self._folder / "published-sftp") as server:
            if server is None:
                _say(tr("There is no OpenSSH server here, so nothing was published over SFTP."))
            else:
                sftp = self._publish(
                    "sftp",
                    server.folder,
                    lambda name: self._site.targets.add(name, server.url, key_file=str(server.key)),
                )
                self._check(article, sftp)
                _say(tr("The same over SFTP: {folder}", folder=sftp))
        _say(tr("Screenshots: {folder}", folder=self._folder / "screenshots"))
        _say(tr("Published site: {page}", page=published / "index.html"))

    def _write(self, view: QWebEngineView) -> ArticleInfo:
        person, window = self.person, self._window
        actions, editor = window.actions_table, window.editor
        actions["article.new"].trigger()
        person.wait("editor", lambda: editor.article_id is not None and QApplication.focusWidget() is not None)
        person.write(_TITLE)
        person.press(Qt.Key.Key_Return)
        for number, part in enumerate(_BODY):
            if number:
                editor.commands["editor.bold"].trigger()
            person.write(part)
        actions["article.move"].trigger()
        person.go_to(person.find(window, QLineEdit, "column_chooser_search"))
        column = next(column for column, depth in window.desk.columns.walk() if depth > 0)
        person.write(column.name)
        person.press(Qt.Key.Key_Return)
        person.wait("column", lambda: self._open_article().column_id == column.id)
        actions["state.ready"].trigger()
        person.wait("state", lambda: self._open_article().state is State.READY)
        person.wait("page", lambda: "面向人人" in self._page_text(view) and _TITLE in self._page_text(view))
        person.rest(0.5)
        person.picture(window, "writing")
        if not window.writing.flush():
            raise TourFailed("save")
        return self._open_article()

    def _add_link(self) -> None:
        person, window = self.person, self._window
        window.actions_table["site.links"].trigger()
        field = person.find(window, QLineEdit, "links_add_name")
        person.go_to(field)
        person.write(_LINK[0])
        person.go_to(person.find(window, QLineEdit, "links_add_address"))
        person.write(_LINK[1])
        person.press(Qt.Key.Key_Return)
        person.wait("link", self._has_link)
        dialog = field.window()
        person.picture(dialog, "links")
        dialog.close()

    def _publish(self, name: str, out: Path, add: Callable[[str], Target]) -> Path:
        person, window = self.person, self._window
        target = add(tr("Tour: {name}", name=name))
        window.actions_table["site.publish"].trigger()
        dialog = self._publish_dialog(target)
        accept = dialog.findChild(QPushButton, "host_key_accept")

        def ready() -> bool:
            if isinstance(accept, QPushButton) and accept.isVisible():
                person.picture(dialog, f"host-key-{name}")
                person.click(accept)
            return dialog.main_button.isVisible() and dialog.main_button.isEnabled()

        person.wait("comparison", ready)
        person.picture(dialog, f"publish-{name}")
        person.click(dialog.main_button)
        person.wait("publish", lambda: self._last(target) is not None and not dialog.is_publishing, 120)
        person.rest(0.5)
        person.picture(dialog, f"published-{name}")
        last = self._last(target)
        dialog.close()
        if last is None or last.state is not PublicationState.DONE:
            raise TourFailed("publication")
        return out

    def _publish_dialog(self, target: Target) -> PublishDialog:
        person, window = self.person, self._window
        found: list[PublishDialog] = []

        def look() -> bool:
            found[:] = [dialog for dialog in window.findChildren(PublishDialog) if dialog.isVisible()]
            return bool(found) and found[0].targets.count() > 0

        person.wait("publish dialog", look)
        boxes = found[0].targets
        for row in range(boxes.count()):
            if boxes.itemData(row).id == target.id and boxes.currentIndex() != row:
                boxes.setCurrentIndex(row)
                boxes.activated.emit(row)
        return found[0]

    def _check(self, article: ArticleInfo, published: Path) -> None:
        """The article's page lies there and has its title and text."""
        column = self._window.desk.columns.get(article.column_id)
        page = published / (column.slug if column else "articles") / f"{article.slug}.html"
        text = page.read_text(encoding="utf-8") if page.is_file() else ""
        home = (published / "index.html").read_text(encoding="utf-8")
        if _TITLE not in text or "面向人人" not in text or page.name not in unquote(home):
            raise TourFailed(str(page))

    def _open_article(self) -> ArticleInfo:
        article_id = self._window.editor.article_id
        if article_id is None:
            raise TourFailed("article")
        return self._site.articles.get(article_id)

    def _has_link(self) -> bool:
        return any(link.name == _LINK[0] for group in self._site.links.groups() for link in group.links)

    def _last(self, target: Target) -> Publication | None:
        done = self._site.publications.of(target.id, 1)
        return done[0] if done and done[0].state is not PublicationState.RUNNING else None

    def _add_folder_target(self, name: str) -> Target:
        out = self._folder / "published"
        out.mkdir(parents=True, exist_ok=True)
        return self._site.targets.add(name, out.as_uri())

    def _page_text(self, view: QWebEngineView) -> str:
        answer: list[str] = []
        view.page().toPlainText(answer.append)
        self.person.wait("text of the page", lambda: answer, 20)
        return answer[0]


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the tour is for a terminal
