"""What comes into an article from outside: foreign HTML as Markdown, and its pictures into the media library."""

from __future__ import annotations

import base64
import binascii
import html
import ipaddress
import re
import socket
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
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
_MOST_HOPS = 5
#: Seconds for one picture: a server may also be slow enough to answer for ever.
_LONGEST = 60.0
#: Servers that refuse foreign pages mostly look at the referrer and at programs that do not call themselves a browser.
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; CHCE Desktop)",
    "Accept": "image/avif;q=0.5,image/webp,image/png,image/jpeg,image/gif,image/*;q=0.8",
}
_NOTE = re.compile(r"(?<!\\)\[\^([^\]\s]+)\]")
_SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/bmp": ".bmp",
    "image/tiff": ".tif",
    "image/avif": ".avif",
}


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
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Fetched:
    """How one picture went: `item`, or else `error`. `address` is as it stands in the text."""

    address: str
    item: MediaItem | None
    error: ChceError | None


def markdown_of_html(page: str) -> Converted:
    """Foreign HTML as clean Markdown. Raises PasteTooLarge."""
    try:
        return to_markdown(page)
    except ValueError as error:
        raise PasteTooLarge from error


def fetch_pictures(
    site: Site,
    addresses: Sequence[str],
    *,
    progress: Progress = SILENT,
    on_result: Callable[[Fetched], None] | None = None,
) -> tuple[Fetched, ...]:
    """Bring pictures into the media library: https and http addresses, data: addresses, files that Word left.

    `on_result` is called from several threads as soon as each is there. Raises Cancelled; what was brought in stays.
    """
    results: list[Fetched] = []
    phase = tr("Fetching pictures")

    def one(address: str) -> Fetched:
        try:
            progress.check()
            result = Fetched(address, _bring_in(site, client, address, progress), None)
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
        httpx.Client(headers=_HEADERS, timeout=timeout) as client,
        ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="pictures") as pool,
    ):
        return tuple(pool.map(one, addresses))


def with_pictures(text: str, renames: Mapping[str, str]) -> str:
    """A Markdown text whose pictures with the addresses `renames` names have the new ones."""
    for old, new in renames.items():
        text = re.sub(rf"\({re.escape(old)}(?=[) ])", lambda _, new=new: f"({new}", text)  # type: ignore[misc]  # a lambda's default has no type
        for quoted in dict.fromkeys((old, html.escape(old))):
            text = text.replace(f'"{quoted}"', f'"{new}"')
    return text


def without_picture(text: str, address: str) -> str:
    """A Markdown text without its pictures of one address, and without the empty lines that they would leave."""
    either = "|".join(re.escape(each) for each in dict.fromkeys((address, html.escape(address))))
    picture = (
        rf"!\[(?:\\.|[^\]\\\n]){{0,500}}\]\((?:{either})(?:[ \t]+\"[^\"\n]{{0,500}}\")?\)(?:\{{:?[^}}\n]{{1,200}}\}})?"
        rf"|<img\b[^<>]{{0,2000}}?src=\"(?:{either})\"[^<>]{{0,2000}}>"
    )
    text = re.sub(rf"^[ \t]*(?:{picture})[ \t]*(?:\n[ \t]*(?=\n)|\n|\Z)\n?", "", text, flags=re.MULTILINE)
    return re.sub(picture, "", text)


def renamed_notes(markdown: str, text: str) -> str:
    """`markdown` with its footnotes called so that they are not taken for those of the `text` that it comes into."""
    taken = set(_NOTE.findall(text))
    names: dict[str, str] = {}
    for name in dict.fromkeys(_NOTE.findall(markdown)):
        number, new = 1, name
        while new in taken:
            number, new = number + 1, str(number)
        taken.add(new)
        names[name] = new
    return _NOTE.sub(lambda match: f"[^{names[match[1]]}]", markdown)


def _bring_in(site: Site, client: httpx.Client, address: str, progress: Progress) -> MediaItem:
    scheme = address.partition(":")[0].lower()
    if scheme == "data":
        content, name = _decoded(address)
    elif scheme == "file":
        content, name = _left_by_office(address)
    else:
        content, name = _downloaded(client, address, progress)
    return site.media.add_bytes(content, name, picture=True)


def _decoded(address: str) -> tuple[bytes, str]:
    head, _, body = address.partition(",")
    mime = head.removeprefix("data:").partition(";")[0].lower()
    try:
        content = base64.b64decode("".join(unquote(body).split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise PictureNotFetched(address, tr("its data is damaged.")) from error
    return content, f"picture{_SUFFIXES.get(mime, '.png')}"


def _left_by_office(address: str) -> tuple[bytes, str]:
    """A file in the folder for temporary files, where Word and WPS put the pictures of what is copied.

    Nothing else: a web page must not be able to name a file of this computer and have it published. Nor of another
    computer, which Windows would greet with the user's name and password.
    """
    path = Path(url2pathname(urlsplit(address).path))
    if path.drive.startswith("\\\\") or urlsplit(address).netloc not in ("", "localhost"):
        raise PictureNotFetched(address, tr("it lies on the computer where the text was copied."))
    path = Path(re.sub("^//+", "/", str(path))).resolve()
    temporary = Path(tempfile.gettempdir()).resolve()
    if not (path.is_relative_to(temporary) or "TemporaryItems" in path.parts):
        raise PictureNotFetched(address, tr("it lies on the computer where the text was copied."))
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise PictureNotFetched(address, tr("it is too large."))
        return path.read_bytes(), path.name
    except OSError as error:
        raise PictureNotFetched(address, tr("its file is no longer there.")) from error


def _downloaded(client: httpx.Client, address: str, progress: Progress) -> tuple[bytes, str]:
    import httpx

    here, end = address, time.monotonic() + _LONGEST
    try:
        for _ in range(_MOST_HOPS + 1):
            with client.stream("GET", here) as response:
                if response.next_request is not None:
                    here = _next(address, here, str(response.next_request.url))
                    continue
                content = _read(response, address, progress, end)
                mime = response.headers.get("content-type", "").partition(";")[0].strip().lower()
                break
        else:
            raise PictureNotFetched(address, tr("its server only sends on and on to other addresses."))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise PictureNotFetched(address, tr("its server cannot be reached.")) from error
    stem = PurePosixPath(unquote(urlsplit(here).path)).stem or "picture"
    return content, f"{stem[:60]}{_SUFFIXES.get(mime, PurePosixPath(urlsplit(here).path).suffix or '.jpg')}"


def _read(response: httpx.Response, address: str, progress: Progress, end: float) -> bytes:
    """The picture of an answer, no more of it than is allowed."""
    if response.status_code in (401, 403):
        raise PictureNotFetched(address, tr("its server does not give it to other sites."))
    if response.status_code in (404, 410):
        raise PictureNotFetched(address, tr("its server does not have it any more."))
    if response.status_code != 200:
        raise PictureNotFetched(address, tr("its server answered {status}.", status=response.status_code))
    if response.headers.get("content-type", "").strip().lower().startswith("text/"):
        raise PictureNotFetched(address, tr("the server sent something that is no picture."))
    told = response.headers.get("content-length", "")
    content = bytearray()
    if not (told.isdecimal() and int(told) > _MOST_BYTES):
        for chunk in response.iter_bytes():
            progress.check()
            content += chunk
            if time.monotonic() > end:
                raise PictureNotFetched(address, tr("its server is too slow."))
            if len(content) > _MOST_BYTES:
                break
        else:
            return bytes(content)
    raise PictureNotFetched(address, tr("it is larger than {size} MB.", size=_MOST_BYTES // 1024 // 1024))


def _next(address: str, here: str, there: str) -> str:
    """Where a server leads to. A page elsewhere must not make this computer ask itself or its neighbours.

    What the text itself names may lie in the newsroom's own network; what a server leads to may only stay there.
    """
    old, new = urlsplit(here), urlsplit(there)
    if new.scheme not in ("http", "https") or not new.hostname:
        raise PictureNotFetched(address, tr("its server leads to an address that is none of the web."))
    same = new.hostname == old.hostname
    for found in _addresses_of(new.hostname, new.port or 443):
        nearby = not found.is_global
        if nearby and not (same and (new.port == old.port or not found.is_loopback)):
            raise PictureNotFetched(address, tr("its server leads into this computer or its network."))
    return there


def _addresses_of(host: str, port: int) -> Iterable[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return ()  # the request itself will tell
    return [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]


__all__ = [
    "Converted",
    "Fetched",
    "PasteTooLarge",
    "PictureNotFetched",
    "fetch_pictures",
    "markdown_of_html",
    "renamed_notes",
    "with_pictures",
    "without_picture",
]
