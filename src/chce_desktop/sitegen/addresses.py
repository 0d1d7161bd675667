"""Addresses that editors and authors typed, made fit for a page."""

from __future__ import annotations

import functools
import ipaddress
import re
from urllib.parse import SplitResult, quote, unquote, urlsplit

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
#: A host as nearly all are; what else may be one is looked at closer.
_USUAL_HOST = re.compile(r"(?=.{1,253}$)(?!xn--)[a-z0-9_-]{1,63}(?:\.(?!xn--)[a-z0-9_-]{1,63})*\.[a-z][a-z0-9-]{0,62}")
_LONGEST_HOST = 253
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.IGNORECASE)
_PUBLIC_PATH = re.compile(r"[a-z0-9][a-z0-9./_-]*", re.IGNORECASE)
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$&'*+/=?_~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def fit(url: str) -> str:
    """`url` with every character that may not stand in an address percent-encoded."""
    bracketed = _HOST_WITH_BRACKETS.match(url)
    if bracketed:
        return f"{bracketed[0]}{fit(url[bracketed.end() :])}"
    url = _UNFIT.sub(lambda m: "".join(f"%{byte:02X}" for byte in m[0].encode("utf-8", "replace")), url)
    before, mark, fragment = url.partition("#")
    return before + mark + fragment.replace("#", "%23")


def fit_base(url: str) -> str:
    """The site's public address as pages name it, with `/` at the end; empty for none.

    It is ASCII, since sitemaps and RSS take nothing else: the path percent-encoded, the host 例子.中国 as `xn--…`.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not _has_host(parts):
        return ""
    path = quote(unquote(parts.path, errors="surrogateescape").rstrip("/"), safe="/-._~", errors="surrogateescape")
    host, colon, port = parts.netloc.rpartition("@")[2].partition(":")
    if not host.isascii():  # `_has_host`: it can be written so
        host = host.encode("idna").decode("ascii")
    return f"{parts.scheme}://{host}{colon}{port}{path}/"


def readable_host(base_url: str) -> str:
    """The host and port of the site's public address as people write it: 例子.中国."""
    host, colon, port = urlsplit(base_url).netloc.partition(":")
    return f"{host.encode('ascii').decode('idna')}{colon}{port}" if "xn--" in host else f"{host}{colon}{port}"


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
        if not _has_host(parts):
            return ""
        url = _without_password(url, parts)
    return fit(url)


def _without_scheme(url: str) -> str:
    if is_mailbox(url):
        return f"mailto:{url}"
    path = re.split("[?#]", url, maxsplit=1)[0]
    first, deeper, _ = path.partition("/")
    if deeper and _BARE_HOST.fullmatch(first) and not _FILE_NAME.search(first):  # no folder of a site has a dot
        return fit_link(f"http://{url}")
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
    except ValueError:
        return ""
    scheme = parts.scheme.lower()
    if scheme in ("http", "https"):
        return fit(_without_password(url, parts)) if _has_host(parts) else ""
    if scheme == "mailto":
        return url if is_mailbox(url[7:].partition("?")[0]) else ""
    if scheme == "tel":
        return fit(url)
    return safe_url(f"http://{url}") if _BARE_HOST.match(url) and not is_public_path(url) else ""


def _without_password(url: str, parts: SplitResult) -> str:
    """`url` without the name and password before its host: nobody's password is published."""
    return url.replace(parts.netloc, parts.netloc.rpartition("@")[2], 1) if "@" in parts.netloc else url


def _has_host(parts: SplitResult) -> bool:
    """Whether host and port of a web address are such as there can be (https://url.spec.whatwg.org/#host-parsing)."""
    host = parts.hostname or ""
    try:
        _ = parts.port
        if _USUAL_HOST.fullmatch(host):
            return True
        if "%" in host or len(host) > _LONGEST_HOST:
            return False
        if ":" in host:
            return bool(ipaddress.IPv6Address(host))
        labels = host.encode("idna").decode("ascii").removesuffix(".").split(".")
        for label in labels:
            if label.startswith("xn--"):
                label.encode("ascii").decode("idna")
    except ValueError:
        return False
    if _NUMBER.fullmatch(labels[-1]):
        return _is_ipv4(".".join(labels))
    return all(labels) and len(".".join(labels)) <= _LONGEST_HOST and fit(host) == host


def _is_ipv4(host: str) -> bool:
    try:
        return bool(ipaddress.IPv4Address(host))
    except ValueError:
        return False


def is_public_path(url: str) -> bool:
    """Whether `url` is written like a page of this site: `xinwen/x.html`."""
    return _PUBLIC_PATH.fullmatch(url) is not None and ".." not in url and url.endswith((".html", "/"))


def is_mailbox(text: str) -> bool:
    """Whether `text` can stand behind `mailto:`."""
    return _MAILBOX.fullmatch(text) is not None
