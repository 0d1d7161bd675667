"""One file as readers get it."""

from __future__ import annotations

import httpx

from chce_desktop.publishing.verification import public_file

_SECONDS = 15.0


def fetch(public_url: str, path: str) -> bytes | None:
    """The file at a public path, None where the address does not answer or has none."""
    try:
        answer = httpx.get(public_file(public_url, path), timeout=_SECONDS, follow_redirects=True)
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return None
    return answer.content if answer.status_code == httpx.codes.OK else None
