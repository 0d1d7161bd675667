"""The app's own address scheme: `chce://site/xinwen/index.html` is a page of the open site."""

from __future__ import annotations

from PySide6.QtCore import QUrl

NAME = "chce"
SITE = "site"
#: The host of what the page tells the desk, such as `chce://desk/line/12`.
DESK = "desk"


def register() -> None:
    """Make the scheme known to the web engine. Call before its first profile is made; again does nothing."""
    from PySide6.QtWebEngineCore import QWebEngineUrlScheme

    name = NAME.encode()
    if QWebEngineUrlScheme.schemeByName(name).name() == name:
        return
    scheme = QWebEngineUrlScheme(name)
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    flag = QWebEngineUrlScheme.Flag
    scheme.setFlags(flag.SecureScheme | flag.CorsEnabled | flag.FetchApiAllowed)
    QWebEngineUrlScheme.registerScheme(scheme)


def url_of(path: str) -> QUrl:
    """The address of a public path."""
    url = QUrl()
    url.setScheme(NAME)
    url.setHost(SITE)
    url.setPath(f"/{path.lstrip('/')}")
    return url


def path_of(url: QUrl) -> str | None:
    """The public path of an address of the site, None for any other address."""
    if url.scheme() != NAME or url.host() != SITE:
        return None
    path = url.path().lstrip("/")
    return f"{path}index.html" if path == "" or path.endswith("/") else path
