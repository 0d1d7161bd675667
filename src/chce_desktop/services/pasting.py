"""What comes into an article from outside: foreign HTML as Markdown, and its pictures into the media library."""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from chce_desktop.domain.media import MediaItem
from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.importing.html_markdown import Converted, to_markdown
from chce_desktop.services.site import Site

if TYPE_CHECKING:
    import httpx

_MOST_BYTES = 40 * 1024 * 1024
_AT_ONCE = 4
#: Servers that refuse foreign pages mostly look at the referrer and at programs that do not call themselves a browser.
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; CHCE Desktop)",
    "Accept": "image/avif;q=0.1,image/webp,image/png,image/jpeg,image/gif,image/*;q=0.8",
}
_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/bmp": ".bmp"}


class PasteTooLarge(ChceError):
    """More formatted text than can be converted while the editor waits."""

    code = "paste_too_large"

    def __init__(self) -> None:
        super().__init__(
            tr("The copied text is too large to keep its formatting."),
            hint=tr("It was pasted as plain text. Copy it in smaller pieces to keep headings and tables."),
        )


class PictureNotFetched(ChceError):
    """A picture at another server (or in a file) could not be had."""

    code = "picture_not_fetched"

    def __init__(self, address: str, reason: str) -> None:
        self.address = address
        super().__init__(
            tr("A picture could not be brought in: {reason}", reason=reason),
            detail=address[:300],
            hint=tr("Save the picture in your browser and drag it into the text."),
        )


@dataclass(frozen=True, slots=True)
class Fetched:
    """How one picture went: `item`, or else `error`. `address` is as it stands in the text."""

    address: str
    item: MediaItem | None
    error: ChceError | None


def markdown_of_html(html: str) -> Converted:
    """Foreign HTML as clean Markdown. Raises PasteTooLarge."""
    try:
        return to_markdown(html)
    except ValueError as error:
        raise PasteTooLarge from error


def fetch_pictures(
    site: Site,
    addresses: Sequence[str],
    *,
    data: Sequence[str] = (),
    progress: Progress = SILENT,
    on_result: Callable[[Fetched], None] | None = None,
) -> tuple[Fetched, ...]:
    """Bring pictures into the media library: https and http addresses, `data:N` of `data`, files that Word left.

    `on_result` is called from several threads as soon as each is there. Raises Cancelled; what was brought in stays.
    """
    results: list[Fetched] = []
    phase = tr("Fetching pictures")

    def one(address: str) -> Fetched:
        try:
            progress.check()
            result = Fetched(address, _bring_in(site, client, address, data), None)
        except Cancelled:
            raise
        except ChceError as error:
            result = Fetched(address, None, error)
        results.append(result)
        if on_result is not None:
            on_result(result)
        progress.report(phase, len(results), len(addresses))
        return result

    import httpx  # a tenth of a second that no start has to wait for

    timeout = httpx.Timeout(20.0, connect=10.0)
    with (
        httpx.Client(headers=_HEADERS, timeout=timeout, follow_redirects=True, max_redirects=5) as client,
        ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="pictures") as pool,
    ):
        return tuple(pool.map(one, addresses))


def _bring_in(site: Site, client: httpx.Client, address: str, data: Sequence[str]) -> MediaItem:
    scheme = address.partition(":")[0].lower()
    if scheme == "data":
        return site.media.add_bytes(*_decoded(address, data))
    if scheme == "file":
        return site.media.add_file(_left_by_office(address))
    content, name = _downloaded(client, address)
    item = site.media.add_bytes(content, name)
    if not item.is_picture:
        raise PictureNotFetched(address, tr("the server sent something that is no picture."))
    return item


def _decoded(address: str, data: Sequence[str]) -> tuple[bytes, str]:
    number = address.partition(":")[2]
    whole = data[int(number)] if number.isdecimal() and int(number) < len(data) else address
    head, _, body = whole.partition(",")
    mime = head.removeprefix("data:").partition(";")[0].lower()
    try:
        content = base64.b64decode("".join(unquote(body).split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise PictureNotFetched(address, tr("its data is damaged.")) from error
    return content, f"picture{_SUFFIXES.get(mime, '.png')}"


def _left_by_office(address: str) -> Path:
    """A file in the folder for temporary files, where Word and WPS put the pictures of what is copied.

    Nothing else: a web page must not be able to name a file of this computer and have it published.
    """
    path = Path(url2pathname(urlsplit(address).path)).resolve()
    temporary = Path(tempfile.gettempdir()).resolve()
    if not (path.is_relative_to(temporary) or "TemporaryItems" in path.parts):
        raise PictureNotFetched(address, tr("it lies on the computer where the text was copied."))
    if not path.is_file():
        raise PictureNotFetched(address, tr("its file is no longer there."))
    return path


def _downloaded(client: httpx.Client, address: str) -> tuple[bytes, str]:
    import httpx

    try:
        with client.stream("GET", address) as response:
            if response.status_code in (401, 403):
                raise PictureNotFetched(address, tr("its server does not give it to other sites."))
            if response.status_code != 200:
                raise PictureNotFetched(address, tr("its server answered {status}.", status=response.status_code))
            mime = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            content = bytearray()
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > _MOST_BYTES:
                    raise PictureNotFetched(address, tr("it is too large."))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise PictureNotFetched(address, tr("its server cannot be reached.")) from error
    if mime.startswith("text/"):
        raise PictureNotFetched(address, tr("the server sent something that is no picture."))
    stem = PurePosixPath(unquote(urlsplit(address).path)).stem or "picture"
    return bytes(content), f"{stem[:60]}{_SUFFIXES.get(mime, PurePosixPath(urlsplit(address).path).suffix or '.jpg')}"


__all__ = ["Converted", "Fetched", "PasteTooLarge", "PictureNotFetched", "fetch_pictures", "markdown_of_html"]
