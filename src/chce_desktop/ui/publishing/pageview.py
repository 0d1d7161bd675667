"""A web view of one state of a published site, read from this computer or from the public address."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject
from PySide6.QtWebEngineCore import QWebEngineProfile, QWebEngineUrlRequestJob, QWebEngineUrlSchemeHandler
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from chce_desktop.foundation.errors import ChceError
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.preview import scheme
from chce_desktop.ui.preview.browser import SitePage
from chce_desktop.ui.preview.guard import Guard

_QUEUE = "published-pages"
_TEXT = ("text/", "application/json", "application/xml", "image/svg")

Read = Callable[[str], bytes | None]


class _Server(QWebEngineUrlSchemeHandler):
    """Answers `chce://site/…` with what `read` finds at the public path."""

    def __init__(self, desk: Desk, read: Read, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._read = read
        self.open = True

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        path = scheme.path_of(job.requestUrl())
        if path is None or not self.open or job.requestMethod() != QByteArray(b"GET"):
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return

        def done(data: bytes | None) -> None:
            if isValid(job):
                self._answer(job, path, data)

        def failed(_: ChceError) -> bool:
            if isValid(job):
                job.fail(QWebEngineUrlRequestJob.Error.RequestFailed)
            return True

        self._desk.run(lambda _: self._read(path), done=done, failed=failed, queue=_QUEUE)

    @staticmethod
    def _answer(job: QWebEngineUrlRequestJob, path: str, data: bytes | None) -> None:
        if data is None:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        buffer = QBuffer(job)
        buffer.setData(data)
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        mime = mimetypes.guess_type(path)[0] or "application/octet-stream"
        job.reply(f"{mime};charset=utf-8".encode() if mime.startswith(_TEXT) else mime.encode(), buffer)


class PublishedView(QWebEngineView):
    """Shows pages of one state; links stay inside of it. Nothing is written to the disk. `dispose` it at the end."""

    def __init__(self, desk: Desk, name: str, read: Read, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        scheme.register()
        self._profile = QWebEngineProfile()
        self._profile.setUrlRequestInterceptor(Guard(self._profile))
        self._server = _Server(desk, read, self._profile)
        self._profile.installUrlSchemeHandler(scheme.NAME.encode(), self._server)
        self._profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.NoCache)
        self._site_page = SitePage(self._profile, self)
        self.setPage(self._site_page)

    def show_page(self, path: str) -> None:
        """Open a public path."""
        self.setUrl(scheme.url_of(path))

    def dispose(self) -> None:
        """Take page and profile apart in the order that the web engine wants: the page first."""
        self._server.open = False
        self.stop()
        self._site_page.deleteLater()
        self._profile.deleteLater()
