"""What the preview may reach: the site, and what the page embeds once the editor has agreed. Nothing else."""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtWebEngineCore import QWebEngineUrlRequestInfo, QWebEngineUrlRequestInterceptor

from chce_desktop.ui.preview import scheme

_TYPE = QWebEngineUrlRequestInfo.ResourceType
#: What a page of the site may embed from elsewhere by consent. Never scripts or styles.
_EMBEDDED = (_TYPE.ResourceTypeImage, _TYPE.ResourceTypeMedia, _TYPE.ResourceTypeSubFrame)


class Guard(QWebEngineUrlRequestInterceptor):
    """Looks at every request of the profile before it leaves."""

    #: With the host: something of another site was held back.
    held_back = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        #: The editor has agreed to load what pages embed from other sites.
        self.consent = False

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        url = info.requestUrl()
        if url.scheme() in (scheme.NAME, "data", "blob", "about"):
            return
        from_site = info.initiator().scheme() == scheme.NAME
        if not self._allowed(info, url, from_site=from_site):
            info.block(True)
            if from_site and info.resourceType() in _EMBEDDED and url.scheme() in ("http", "https"):
                self.held_back.emit(url.host())

    def _allowed(self, info: QWebEngineUrlRequestInfo, url: QUrl, *, from_site: bool) -> bool:
        if not self.consent or url.scheme() not in ("http", "https"):
            return False
        if info.resourceType() is _TYPE.ResourceTypeMainFrame:
            return False
        # A player inside its frame loads what it needs; a page of the site only pictures, media and such frames.
        return info.resourceType() in _EMBEDDED if from_site else info.initiator().scheme() in ("http", "https")
