"""Addresses that editors and authors typed, made fit for a page."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

#: What an address may not hold as it is (https://url.spec.whatwg.org/#url-code-points); `%` only before two digits.
_UNFIT = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}\[\]\ud800-\udfff]|%(?![0-9A-Fa-f]{2})")
_HOST_WITH_BRACKETS = re.compile(r"^(https?://)\[([0-9A-Fa-f:.]+)\]", re.IGNORECASE)
_BARE_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:/|$)")
_PUBLIC_PATH = re.compile(r"[a-z0-9][a-z0-9./_-]*", re.IGNORECASE)
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$&'*+/=?_~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def fit(url: str) -> str:
    """`url` with every character that may not stand in an address percent-encoded."""
    bracketed = _HOST_WITH_BRACKETS.match(url)
    if bracketed:
        return f"{bracketed[0]}{fit(url[bracketed.end() :])}"
    return _UNFIT.sub(lambda m: "".join(f"%{byte:02X}" for byte in m[0].encode("utf-8", "replace")), url)


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
