"""Whether friendly links still lead somewhere: visits every address and says what it met.

HEAD first, then GET where a server answers HEAD badly; redirects are followed and permanent ones remembered, so that
the list can offer the new address. At most one visit to a host at a time, eight hosts at once.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
import ssl
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import httpx

from chce_desktop.domain.link import Link, LinkCheck
from chce_desktop.foundation.errors import Cancelled, ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.services.errors import NotFound

if TYPE_CHECKING:
    from chce_desktop.services.site import Site

CONCURRENCY = 8
MAX_REDIRECTS = 10
#: Seconds between two visits to one host.
PAUSE = 0.3
_CANCEL_POLL = 0.1
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; CHCE-Desktop link check)",
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
}
#: The server is there but turns programs away; a reader's browser may well get in.
_TURNED_AWAY = frozenset({401, 402, 403, 405, 406, 407, 412, 418, 429, 451, 521, 999})
_PERMANENT = frozenset({301, 308})
#: OpenSSL's X509_V_ERR codes that can be said in plain words.
_EXPIRED = frozenset({9, 10})
_UNTRUSTED = frozenset({18, 19, 20, 21})
_OTHER_NAME = frozenset({62, 63, 64})


class Verdict(StrEnum):
    """What a check means for the editor."""

    OK = "ok"
    MOVED = "moved"
    UNSURE = "unsure"
    DEAD = "dead"


def verdict(url: str, check: LinkCheck) -> Verdict:
    """What `check` says about `url`. `UNSURE`: something answers, but turned the check away."""
    if not check.ok:
        return Verdict.DEAD
    if check.status is not None and check.status >= 400:
        return Verdict.UNSURE
    return Verdict.MOVED if check.moved(url) else Verdict.OK


@dataclass(frozen=True, slots=True)
class CheckedLink:
    """One link and what its check met."""

    link_id: int
    url: str
    check: LinkCheck

    @property
    def verdict(self) -> Verdict:
        """What it means."""
        return verdict(self.url, self.check)


class Offline(ChceError):
    """No address could be reached at all, so nothing was learnt about any of them, and nothing was recorded."""

    code = "offline"


def check_links(
    site: Site,
    ids: Collection[int] | None = None,
    *,
    timeout: float = 10.0,
    progress: Progress = SILENT,
    on_result: Callable[[int, LinkCheck], None] | None = None,
) -> tuple[CheckedLink, ...]:
    """Check the links `ids` (all of them for None), record each result as it comes and hand it to `on_result`.

    `timeout` in seconds for connecting and again for the answer. Returns what was checked, in the order of the list.
    Raises Offline, and Cancelled (results that came before stay recorded).
    """
    links = [link for group in site.links.groups() for link in group.links if ids is None or link.id in ids]

    def record(link: Link, check: LinkCheck) -> None:
        try:
            current = site.links.get(link.id)
        except NotFound:
            return
        if current.url != link.url:
            return  # it got another address meanwhile: the result says nothing about that
        site.links.record_check(link.id, check)
        if on_result is not None:
            on_result(link.id, check)

    return visit_all(links, timeout=timeout, progress=progress, on_result=record)


def visit_all(
    links: Iterable[Link],
    *,
    timeout: float = 10.0,
    pause: float = PAUSE,
    progress: Progress = SILENT,
    on_result: Callable[[Link, LinkCheck], None],
) -> tuple[CheckedLink, ...]:
    """Visit the links and hand over every result as it comes. Raises as `check_links`."""
    return asyncio.run(_Round(tuple(links), timeout, pause, progress, on_result).run())


class _Round:
    """One round of visits."""

    def __init__(
        self,
        links: tuple[Link, ...],
        timeout: float,
        pause: float,
        progress: Progress,
        on_result: Callable[[Link, LinkCheck], None],
    ) -> None:
        self._links = links
        self._timeout = timeout
        self._pause = pause
        self._progress = progress
        self._on_result = on_result
        self._slots = asyncio.Semaphore(CONCURRENCY)
        self._hosts: dict[str, _Host] = {}
        self._results: dict[int, LinkCheck] = {}
        self._online = False
        self._held: list[tuple[Link, LinkCheck]] = []

    async def run(self) -> tuple[CheckedLink, ...]:
        self._report()
        async with httpx.AsyncClient(
            headers=_HEADERS,
            timeout=httpx.Timeout(self._timeout, pool=None),
            follow_redirects=True,
            max_redirects=MAX_REDIRECTS,
        ) as client:
            visits = [asyncio.create_task(self._visit(client, link)) for link in self._links]
            try:
                await self._wait(visits)
            finally:
                for visit in visits:
                    visit.cancel()
                await asyncio.gather(*visits, return_exceptions=True)
        if self._held:
            if len({httpx.URL(link.url).host for link, _ in self._held}) > 1 or not _has_route():
                raise Offline(
                    tr("None of the addresses could be reached; this computer seems to be offline."),
                    hint=tr("Check the network connection and try again. Nothing was changed in the list."),
                )
            self._hand_over()
        return tuple(CheckedLink(link.id, link.url, self._results[link.id]) for link in self._links)

    async def _wait(self, visits: list[asyncio.Task[None]]) -> None:
        waiting = set(visits)
        while waiting:
            done, waiting = await asyncio.wait(waiting, timeout=_CANCEL_POLL, return_when=asyncio.FIRST_EXCEPTION)
            for visit in done:
                visit.result()
            if self._progress.cancelled:
                raise Cancelled

    async def _visit(self, client: httpx.AsyncClient, link: Link) -> None:
        try:
            name = httpx.URL(link.url).host
        except httpx.InvalidURL:
            name = ""
        host = self._hosts.setdefault(name, _Host())
        async with host.turn:
            await asyncio.sleep(max(0.0, host.last + self._pause - time.monotonic()))
            async with self._slots:
                check, reached = await _check(client, link.url, self._timeout)
            host.last = time.monotonic()
        self._results[link.id] = check
        self._held.append((link, check))
        self._online = self._online or reached
        if self._online:
            self._hand_over()
        self._report()

    def _hand_over(self) -> None:
        """Pass results on. They are held back until anything was reached: offline, every link would look dead."""
        held, self._held = self._held, []
        for link, check in held:
            self._on_result(link, check)

    def _report(self) -> None:
        self._progress.report(tr("Checking links"), len(self._results), len(self._links))


class _Host:
    """Politeness towards one host: one visit at a time, with a pause between."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.last = float("-inf")


async def _check(client: httpx.AsyncClient, url: str, timeout: float) -> tuple[LinkCheck, bool]:
    """What `url` answers, and whether anything out there was reached."""
    try:
        try:
            response = await client.head(url)
        except (httpx.ReadError, httpx.ReadTimeout, httpx.RemoteProtocolError):
            response = None  # some servers hang up on, or never answer, HEAD
        if response is None or response.status_code >= 400:
            async with client.stream("GET", url) as response:
                pass  # the head of the answer is enough
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError) as error:
        text, reached = _reason(error, timeout)
        return LinkCheck(checked_at=datetime.now(UTC), ok=False, error=text), reached
    status = response.status_code
    check = LinkCheck(
        checked_at=datetime.now(UTC),
        ok=status < 400 or status in _TURNED_AWAY,
        status=status,
        final_url=_lasting_address(url, response),
        error="" if status < 400 else _status_text(status),
    )
    return check, True


def _lasting_address(url: str, response: httpx.Response) -> str:
    """Where `url` leads for good: the end of its permanent redirects, and of those that only switch to HTTPS.

    A temporary redirect (to a log-in, a language, a phone version) is no new address.
    """
    lasting = url
    hops = [*response.history, response]
    for before, after in itertools.pairwise(hops):
        switches_to_https = before.url.scheme == "http" and after.url == before.url.copy_with(scheme="https", port=None)
        if before.status_code not in _PERMANENT and not switches_to_https:
            break
        lasting = str(after.url)
    return lasting


def _status_text(status: int) -> str:
    if status in _TURNED_AWAY:
        return tr(
            "The site answers but turns automatic checks away (HTTP {status}); please open it yourself.", status=status
        )
    if status in (404, 410):
        return tr("The page no longer exists (HTTP {status}).", status=status)
    if status >= 500:
        return tr("The site's server reports a fault (HTTP {status}).", status=status)
    return tr("The site refuses the page (HTTP {status}).", status=status)


def _reason(error: Exception, timeout: float) -> tuple[str, bool]:
    """Why nothing came, in plain words, and whether anything was reached before that."""
    slow = tr("The server did not answer within {seconds} seconds.", seconds=f"{timeout:g}")
    # The first that fits the error or anything behind it.
    known: tuple[tuple[type[BaseException], str, bool], ...] = (
        (ssl.SSLError, tr("No secure connection could be made; the site's encryption is out of date."), True),
        (socket.gaierror, tr("The name of the site was not found."), False),
        (ConnectionRefusedError, tr("The server refuses the connection."), True),
        (httpx.ConnectTimeout, slow, False),
        (httpx.TimeoutException, slow, True),
        (httpx.TooManyRedirects, tr("The address redirects in circles."), True),
        (httpx.ProxyError, tr("The proxy server of this computer could not be used."), False),
        (httpx.ConnectError, tr("The server cannot be reached."), False),
        (httpx.NetworkError, tr("The server broke the connection off without an answer."), True),
        (httpx.RemoteProtocolError, tr("The server broke the connection off without an answer."), True),
    )
    chain = tuple(_causes(error))
    for cause in chain:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _certificate_text(cause.verify_code), True
    for kind, text, reached in known:
        if any(isinstance(cause, kind) for cause in chain):
            return text, reached
    return tr("The address is not a valid web address."), False


def _certificate_text(code: int) -> str:
    if code in _EXPIRED:
        return tr("The site's certificate has expired; browsers warn their readers.")
    if code in _OTHER_NAME:
        return tr("The site's certificate belongs to another name; browsers warn their readers.")
    if code in _UNTRUSTED:
        return tr("The site's certificate is not trusted; browsers warn their readers.")
    return tr("The site's certificate is not valid; browsers warn their readers.")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what caused it, and what these consist of."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions


def _has_route() -> bool:
    """Whether this computer has a way out at all. Sends nothing: a UDP socket only looks up the route."""
    for family, address in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((address, 53))
        except OSError:
            continue
        return True
    return False
