"""Comparing what readers get with what was meant: over the public address where one is set, else by sizes."""

from __future__ import annotations

import hashlib
import random
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import httpx

from chce_desktop.domain.manifest import FileEntry
from chce_desktop.foundation.i18n import tr, trn
from chce_desktop.foundation.progress import Progress
from chce_desktop.publishing.errors import NotThere
from chce_desktop.publishing.flight import collect, fly
from chce_desktop.publishing.outcome import Answer
from chce_desktop.publishing.plan import is_page
from chce_desktop.publishing.remote import Transport
from chce_desktop.publishing.survey import sizes

_WIDTH = 16
_SECONDS = 20.0
# Contents compared over the public address at most; beyond that all pages of the front and lists and a sample.
_MOST_FETCHED = 2000
_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was found. `wrong` are files whose content on the host is not what was meant; the rest is for people."""

    verified: int
    by: str
    wrong: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


async def verify(
    transport: Transport,
    files: Mapping[str, FileEntry],
    public_url: str,
    progress: Progress,
    served: Callable[[str, Answer], bool],
) -> Verification:
    """Compare these files on the host with what they should be; `served` as `LocalTree` says."""
    found = await sizes(transport, files)
    wrong = {path for path, size in found.items() if size != files[path].size}
    if not public_url:
        return Verification(verified=len(files) - len(wrong), by="sizes", wrong=tuple(sorted(wrong)))
    chosen = _chosen([path for path in files if path not in wrong and _is_served(path)])

    def right(path: str, answer: httpx.Response) -> bool:
        same = answer.is_success and hashlib.sha256(answer.content).hexdigest() == files[path].sha256
        place = answer.url.path.removeprefix(httpx.URL(public_url).path).lstrip("/")
        return same or served(path, Answer(answer.status_code, place, answer.content))

    fine = await _fetched(public_url, chosen, right, progress)
    differing = [path for path, is_fine in fine.items() if not is_fine]
    unreachable = bool(chosen) and all(is_fine is None for is_fine in fine.values())
    stored = await collect(differing, lambda path: _stored(transport, path), transport.capabilities.in_flight)
    wrong |= {path for path in differing if stored[path] != files[path].sha256}
    shown = [path for path in differing if path not in wrong]
    return Verification(
        verified=len(chosen) - len(differing),
        by="address",
        wrong=tuple(sorted(wrong)),
        warnings=(_warning(public_url, shown, len(chosen), unreachable=unreachable),) if shown else (),
    )


async def sample_wrong(transport: Transport, files: Mapping[str, FileEntry], count: int) -> tuple[str, ...]:
    """Those of at most `count` files, chosen at random, whose content on the host is not what was meant."""
    chosen = random.sample(sorted(files), min(count, len(files)))
    stored = await collect(chosen, lambda path: _stored(transport, path), transport.capabilities.in_flight)
    return tuple(path for path in chosen if stored[path] != files[path].sha256)


def public_file(public_url: str, path: str) -> str:
    """Where readers find `path`."""
    return f"{public_url.rstrip('/')}/{quote(path)}"


def _is_served(path: str) -> bool:
    return not any(part.startswith(".") for part in path.split("/"))


def _chosen(paths: Sequence[str]) -> list[str]:
    if len(paths) <= _MOST_FETCHED:
        return list(paths)
    first = [path for path in paths if is_page(path) and path.count("/") == 0]
    return first + random.sample([path for path in paths if path not in set(first)], _MOST_FETCHED - len(first))


async def _stored(transport: Transport, path: str) -> str | None:
    try:
        return hashlib.sha256(await transport.read(path)).hexdigest()
    except NotThere:
        return None


async def _fetched(
    public_url: str, paths: Sequence[str], right: Callable[[str, httpx.Response], bool], progress: Progress
) -> dict[str, bool | None]:
    """Whether what the public address shows is right, None where it shows nothing."""
    found: dict[str, bool | None] = {}
    silences = 0
    # Caches between here and the host are passed by an address that nobody has asked for before.
    fresh = {"chce": secrets.token_hex(8)}
    async with httpx.AsyncClient(
        timeout=_SECONDS,
        follow_redirects=True,
        headers={"Cache-Control": "no-cache", "Pragma": "no-cache", "Accept-Encoding": "identity"},
        limits=httpx.Limits(max_connections=_WIDTH, max_keepalive_connections=_WIDTH),
    ) as client:

        async def fetch(path: str) -> None:
            nonlocal silences
            if silences >= _WIDTH:  # nobody is there any more; the others need not wait for their time-outs
                found[path] = None
                return
            try:
                answer = await client.get(public_file(public_url, path), params=fresh)
            except (httpx.HTTPError, httpx.InvalidURL, OSError):
                silences += 1
                found[path] = None
            else:
                silences = 0
                found[path] = right(path, answer) or (False if answer.is_success else None)
            progress.report(tr("Comparing with what readers see"), len(found), len(paths))

        # One first: where nobody answers at all, the others need not wait for their time-outs.
        await fly(paths[:1], fetch, 1)
        if paths and found[paths[0]] is None and not await _answers(client, public_url):
            return dict.fromkeys(paths)
        await fly(paths[1:], fetch, _WIDTH)
    return found


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        await client.get(url)
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return False
    return True


def _warning(url: str, paths: Sequence[str], count: int, *, unreachable: bool) -> str:
    if unreachable:
        return tr(
            "The files are on the host, but the public address {url} does not show them. Check the address, and "
            "whether it belongs to this folder.",
            url=url,
        )
    if len(paths) == count:
        return tr(
            "The files are on the host, but the public address {url} shows others: a cache in between, or another "
            "folder.",
            url=url,
        )
    named = " · ".join(paths[:_NAMED])
    return trn(
        "The public address still shows an old copy of {n} file: {names}.",
        "The public address still shows old copies of {n} files: {names}.",
        len(paths),
        names=named,
    )
