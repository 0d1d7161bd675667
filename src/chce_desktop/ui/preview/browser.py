"""The browser of the preview: a private profile, and a page that stays inside the site."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWebEngineCore import (
    QWebEngineCertificateError,
    QWebEngineDownloadRequest,
    QWebEngineFullScreenRequest,
    QWebEngineNewWindowRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineScript,
    QWebEngineSettings,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QMenu, QWidget

from chce_desktop.foundation import resources
from chce_desktop.services.preview import Preview
from chce_desktop.ui.desk import Desk
from chce_desktop.ui.preview import scheme
from chce_desktop.ui.preview.guard import Guard
from chce_desktop.ui.preview.server import SiteServer

#: Scripts of the desk run here, apart from the page's own.
WORLD = QWebEngineScript.ScriptWorldId.ApplicationWorld
_log = logging.getLogger(__name__)


class SitePage(QWebEnginePage):
    """Follows links of the site; hands every other address out."""

    #: With the `QUrl` of a link that leads out of the site.
    left_site = Signal(QUrl)
    #: With a source line, counted from 0: somebody clicked on its block.
    line_clicked = Signal(int)

    def __init__(self, profile: QWebEngineProfile, parent: QObject) -> None:
        super().__init__(profile, parent)
        self.newWindowRequested.connect(self._on_new_window)
        self.permissionRequested.connect(self._on_permission)
        self.fullScreenRequested.connect(self._on_full_screen)
        self.certificateError.connect(self._on_certificate)

    def acceptNavigationRequest(self, url: QUrl | str, kind: QWebEnginePage.NavigationType, isMainFrame: bool) -> bool:
        url = QUrl(url)
        if url.scheme() == scheme.NAME and url.host() == scheme.DESK:
            line = url.path().removeprefix("/line/")
            if isMainFrame and line.isdecimal():
                self.line_clicked.emit(int(line))
            return False
        if scheme.path_of(url) is not None or not isMainFrame:
            return True
        if kind is QWebEnginePage.NavigationType.NavigationTypeLinkClicked:
            self.left_site.emit(url)
        return False

    def javaScriptConsoleMessage(
        self, level: QWebEnginePage.JavaScriptConsoleMessageLevel, message: str, lineNumber: int, sourceID: str
    ) -> None:
        _log.debug("preview: %s (%s:%d, %s)", message, sourceID, lineNumber, level)

    def javaScriptAlert(self, securityOrigin: QUrl | str, msg: str) -> None:
        _log.debug("preview: alert of %s not shown: %s", securityOrigin, msg)

    def javaScriptConfirm(self, securityOrigin: QUrl | str, msg: str) -> bool:
        _log.debug("preview: question of %s not shown: %s", securityOrigin, msg)
        return False

    def _on_new_window(self, request: QWebEngineNewWindowRequest) -> None:
        url = request.requestedUrl()
        if scheme.path_of(url) is not None:
            self.setUrl(url)
        elif request.isUserInitiated():
            self.left_site.emit(url)

    def _on_permission(self, permission: QWebEnginePermission) -> None:
        permission.deny()

    def _on_full_screen(self, request: QWebEngineFullScreenRequest) -> None:
        request.reject()

    def _on_certificate(self, error: QWebEngineCertificateError) -> None:
        error.rejectCertificate()


class SiteView(QWebEngineView):
    """The view with everything that it needs. Nothing of it is written to the disk."""

    def __init__(self, desk: Desk, preview: Preview, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("preview_page")
        scheme.register()
        profile = QWebEngineProfile()  # no name: nothing is kept on the disk
        self._profile = profile
        self.guard = Guard(profile)
        self.server = SiteServer(desk, preview, profile)
        profile.setUrlRequestInterceptor(self.guard)
        profile.installUrlSchemeHandler(scheme.NAME.encode(), self.server)
        profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.NoCache)
        profile.downloadRequested.connect(self._on_download)
        self._restrict(profile.settings())
        script = QWebEngineScript()
        script.setName("live")
        script.setSourceCode(resources.read_text("preview/live.js"))
        script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentReady)
        script.setWorldId(WORLD.value)
        script.setRunsOnSubFrames(False)
        profile.scripts().insert(script)
        self.site_page = SitePage(profile, self)
        self.setPage(self.site_page)

    def call(self, function: str, argument: str) -> None:
        """Call a function of `live.js` with an argument that is JavaScript already."""
        self.site_page.runJavaScript(f"window.chceLive && chceLive.{function}({argument})", WORLD.value)

    def dispose(self) -> None:
        """Take page and profile apart in the order that the web engine wants: the page first."""
        self.server.close()
        self.stop()
        self.site_page.deleteLater()
        self._profile.deleteLater()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The page's scripts may use the right button (to pause scrolling); the menu holds copying only."""
        menu = QMenu(self)
        menu.setObjectName("preview_menu")
        for action in (QWebEnginePage.WebAction.Copy, QWebEnginePage.WebAction.SelectAll):
            menu.addAction(self.site_page.action(action))
        menu.exec(event.globalPos())

    @staticmethod
    def _restrict(settings: QWebEngineSettings) -> None:
        off = QWebEngineSettings.WebAttribute
        for attribute in (
            off.LocalContentCanAccessRemoteUrls,
            off.LocalContentCanAccessFileUrls,
            off.PluginsEnabled,
            off.PdfViewerEnabled,
            off.JavascriptCanOpenWindows,
            off.JavascriptCanPaste,
            off.ScreenCaptureEnabled,
            off.FullScreenSupportEnabled,
            off.DnsPrefetchEnabled,
            off.HyperlinkAuditingEnabled,
            off.AllowRunningInsecureContent,
            off.AllowGeolocationOnInsecureOrigins,
            off.NavigateOnDropEnabled,
        ):
            settings.setAttribute(attribute, False)

    @staticmethod
    def _on_download(request: QWebEngineDownloadRequest) -> None:
        request.cancel()
