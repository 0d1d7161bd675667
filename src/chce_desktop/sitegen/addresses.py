"""Addresses that editors and authors typed, made fit for a page."""

from __future__ import annotations

import functools
import re
from urllib.parse import quote, unquote, urlsplit

#: What an address may not hold as it is (https://url.spec.whatwg.org/#url-code-points); `%` only before two digits.
_UNFIT = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}\[\]\ud800-\udfff]|%(?![0-9A-Fa-f]{2})")
_HOST_WITH_BRACKETS = re.compile(r"^(https?://)\[([0-9A-Fa-f:.]+)\]", re.IGNORECASE)
_BARE_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:/|$)")
#: `http//…`, `：http://…`, `http:/…`, `http://http://…`, `http：//…`
_SLIPPED = re.compile(
    r"(?:[\s:：.。,，]|%EF%BC%9A|%20)*(?:https?:?//(?=https?:))?(https?)(?:[:：]/{1,3}|//)(?=[^/\s])", re.IGNORECASE
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
#: A name with a dot that is a file and no host.
_FILE_NAME = re.compile(
    r"\.(?:html?|md|markdown|txt|pdf|docx?|xlsx?|pptx?|zip|rar|7z|jpe?g|png|gif|webp|svg|bmp|mp[34]|php|aspx?|jsp|js|css"
    r"|json|xml|yaml|yml|py|sh|c|h|cpp|rs|go)$",
    re.IGNORECASE,
)
_PUBLIC_PATH = re.compile(r"[a-z0-9][a-z0-9./_-]*", re.IGNORECASE)
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$&'*+/=?_~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def fit(url: str) -> str:
    """`url` with every character that may not stand in an address percent-encoded."""
    bracketed = _HOST_WITH_BRACKETS.match(url)
    if bracketed:
        return f"{bracketed[0]}{fit(url[bracketed.end() :])}"
    return _UNFIT.sub(lambda m: "".join(f"%{byte:02X}" for byte in m[0].encode("utf-8", "replace")), url)


def fit_base(url: str) -> str:
    """The site's public address as pages name it: its path percent-encoded, with `/` at the end; empty for none."""
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    path = quote(unquote(parts.path, errors="surrogateescape").rstrip("/"), safe="/-._~", errors="surrogateescape")
    return f"{parts.scheme}://{parts.netloc}{path}/"


def fit_link(url: str) -> str:
    """The address of a link in a text, with slips of the pen mended; empty where it leads nowhere from a page."""
    url = url.strip()
    slipped = _SLIPPED.match(url)
    if slipped:
        url = f"{slipped[1].lower()}://{url[slipped.end() :]}"
    elif url.startswith("//"):
        url = f"https:{url}"
    elif not _SCHEME.match(url):
        return _without_scheme(url)
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme in ("http", "https"):
        if not parts.hostname:
            return ""
        if "@" in parts.netloc:  # nobody's password is published
            url = url.replace(parts.netloc, parts.netloc.rpartition("@")[2], 1)
    before, mark, fragment = url.partition("#")
    return fit(before + mark + fragment.replace("#", "%23"))


def _without_scheme(url: str) -> str:
    if is_mailbox(url):
        return f"mailto:{url}"
    path = re.split("[?#]", url, maxsplit=1)[0]
    if url.startswith("/") or path.endswith((".html", "/")):
        return fit(url) if is_public_path(path) or not _BARE_HOST.match(path) else fit(f"http://{url}")
    known = _BARE_HOST.match(url) and not _FILE_NAME.search(path)
    return fit(f"http://{url}") if known else ""


@functools.lru_cache(maxsize=1024)
def safe_url(url: str) -> str:
    """`url` where it is a web, mail or phone address, else empty; a bare host gets `http://`."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        scheme, host = parts.scheme.lower(), parts.hostname
    except ValueError:
        return ""
    if scheme in ("http", "https"):
        return fit(url) if host and fit(host) == host else ""
    if scheme == "mailto":
        return url if is_mailbox(url[7:].partition("?")[0]) else ""
    if scheme == "tel":
        return fit(url)
    return fit(f"http://{url}") if _BARE_HOST.match(url) and not is_public_path(url) else ""


def is_public_path(url: str) -> bool:
    """Whether `url` is written like a page of this site: `xinwen/x.html`."""
    return _PUBLIC_PATH.fullmatch(url) is not None and ".." not in url and url.endswith((".html", "/"))


def is_mailbox(text: str) -> bool:
    """Whether `text` can stand behind `mailto:`."""
    return _MAILBOX.fullmatch(text) is not None
