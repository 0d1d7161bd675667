"""Answers the web engine's requests for pages of the site, off the window's own thread."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob, QWebEngineUrlSchemeHandler
from shiboken6 import isValid

from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.progress import Progress
from chce_desktop.jobs.queues import PREVIEW
from chce_desktop.services.errors import MediaNotFound
from chce_desktop.services.preview import Preview, Reply
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.preview import scheme

#: Files have a queue of their own, so that large pictures do not keep pages waiting.
_FILES = "preview-files"
_QUESTION = re.compile(rb"prefers-color-scheme:\s*(dark|light)")
_BOTH = re.compile(rb"(?<![-\w])color-scheme:\s*light dark")
_ALWAYS, _NEVER = b"min-width: 0px", b"max-width: 0px"


class SiteServer(QWebEngineUrlSchemeHandler):
    """Serves `chce://site/…`. `color_scheme` is "" for the system's, else `light` or `dark`."""

    def __init__(self, desk: Desk, preview: Preview, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._preview = preview
        self.color_scheme = ""
        self._open = True

    def close(self) -> None:
        """Answer nothing any more: the desk is being closed."""
        self._open = False

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        path = scheme.path_of(job.requestUrl())
        if job.requestMethod() != QByteArray(b"GET"):
            job.fail(QWebEngineUrlRequestJob.Error.RequestDenied)
            return
        if path is None or not self._open:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return

        def done(reply: Reply) -> None:
            if isValid(job):
                self._answer(job, reply)

        def failed(_: ChceError) -> bool:
            if isValid(job):
                job.fail(QWebEngineUrlRequestJob.Error.RequestFailed)
            return True

        is_file = path.startswith("media/")
        self._desk.run(
            self._work(path, is_file=is_file), done=done, failed=failed, queue=_FILES if is_file else PREVIEW
        )

    def _work(self, path: str, *, is_file: bool) -> Callable[[Progress], Reply]:
        media, preview = self._desk.site.media, self._preview

        def file(_: Progress) -> Reply:
            try:
                item = media.get(path)
            except MediaNotFound:
                return preview.page(path)  # one of the sizes in which the site shows a picture
            return Reply(200, item.mime, media.file(path).read_bytes())

        return file if is_file else lambda _: preview.page(path)

    def _answer(self, job: QWebEngineUrlRequestJob, reply: Reply) -> None:
        body = self._in_scheme(reply)
        buffer = QBuffer(job)
        buffer.setData(body)
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        job.setAdditionalResponseHeaders({QByteArray(b"Cache-Control"): QByteArray(b"no-store")})
        text = reply.mime.startswith("text/") or reply.mime.endswith(("xml", "json"))
        job.reply(f"{reply.mime};charset=utf-8".encode() if text else reply.mime.encode(), buffer)

    def _in_scheme(self, reply: Reply) -> bytes:
        """Style sheets answer the question for light or dark as the editor has chosen."""
        if not self.color_scheme:
            return reply.body
        dark = self.color_scheme == "dark"
        if reply.mime == "text/css":
            body = _QUESTION.sub(lambda match: _ALWAYS if (match[1] == b"dark") == dark else _NEVER, reply.body)
            return _BOTH.sub(b"color-scheme: dark" if dark else b"color-scheme: light", body)
        if reply.mime == "text/html":
            only = b"dark" if dark else b"light"
            return reply.body.replace(b'content="light dark"', b'content="' + only + b'"', 1)
        return reply.body
