"""Fetching web servers' logs over the connection that a target has already, from a folder beside the pages."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from chce_desktop.foundation.errors import ChceError
from chce_desktop.foundation.i18n import tr
from chce_desktop.foundation.progress import SILENT, Progress
from chce_desktop.publishing.address import parse_address
from chce_desktop.publishing.registry import Remote, open_remote
from chce_desktop.publishing.running import run
from chce_desktop.services.counts import CountReport
from chce_desktop.services.site import Site

#: Names of logs are not foreseeable, but files that end so, and logs of errors, are none that could be counted.
_NO_LOGS = (".html", ".js", ".css", ".png", ".jpg", ".svg", ".xml", ".json")
_ERRORS = "error"


class LogsNotThere(ChceError):
    """The folder on the host that was to hold logs does not exist, or holds none."""

    code = "logs_not_there"


@dataclass(frozen=True, slots=True)
class RemoteLog:
    """A file in a host's folder of logs; `size` in bytes."""

    name: str
    size: int


def list_logs(
    site: Site, target_id: int, folder: str, *, password: str | None = None, progress: Progress = SILENT
) -> tuple[RemoteLog, ...]:
    """The files in a folder of a target's host, in order of name.

    `folder` begins with `/` for a path from the host's root, else it is taken from the target's own folder (`../logs`).
    Raises LogsNotThere, what connecting raises, Cancelled.
    """
    remote = _remote(site, target_id, folder, password)

    async def work(_: object) -> tuple[RemoteLog, ...] | None:
        transport = remote.transport()
        await transport.connect()
        try:
            entries = await transport.list("")
        finally:
            await transport.close()
        if entries is None:
            return None
        return tuple(
            RemoteLog(entry.name, entry.size)
            for entry in sorted(entries, key=lambda entry: entry.name)
            if not entry.is_folder and _may_be_log(entry.name.lower())
        )

    progress.report(tr("Connecting"))
    found = run(work, progress)
    if not found:
        raise LogsNotThere(
            tr("There are no logs in the folder “{folder}” of the host.", folder=folder),
            detail=str(remote.address),
            hint=tr("Ask whoever runs the host where the access logs lie, and whether your account may read them."),
        )
    return found


def import_logs(
    site: Site,
    target_id: int,
    folder: str,
    names: Sequence[str],
    *,
    password: str | None = None,
    progress: Progress = SILENT,
) -> tuple[CountReport, ...]:
    """Fetch logs and count what is new in each; what was counted before one of them failed stays counted.

    Raises NotThere, LogRefused, what connecting raises, Cancelled.
    """
    remote = _remote(site, target_id, folder, password)

    async def fetch(name: str) -> bytes:
        transport = remote.transport()
        await transport.connect()
        try:
            return await transport.read(name)
        finally:
            await transport.close()

    reports = []
    with tempfile.TemporaryDirectory(prefix="chce-logs-") as place:
        for number, name in enumerate(names):
            progress.check()
            progress.report(tr("Fetching {name}", name=name), number, len(names))
            path = Path(place) / f"{number}-{PurePosixPath(name).name}"
            path.write_bytes(run(lambda _, name=name: fetch(name), progress))  # type: ignore[misc]  # a lambda's default has no type
            reports.append(replace(site.counts.import_log(path, progress=progress), name=name))
            path.unlink()
    return tuple(reports)


def _remote(site: Site, target_id: int, folder: str, password: str | None) -> Remote:
    target = site.targets.get(target_id)
    own = parse_address(target.url).path
    path = folder if folder.startswith("/") else f"{own}/{folder}"
    remote = open_remote(target, password=password or site.targets.password(target_id))
    if remote.bare_transport().capabilities.transactional:
        raise LogsNotThere(
            tr("The target “{name}” takes pages only; there are no logs behind it.", name=target.name),
            detail=str(remote.address),
            hint=tr("Fetch the logs where the pages are served from, and choose the files."),
        )
    clean = _without_dots(path)
    return Remote(replace(remote.access, address=replace(remote.address, path=clean)))


def _may_be_log(name: str) -> bool:
    return not (name.endswith(_NO_LOGS) or name.startswith(".") or _ERRORS in name)


def _without_dots(path: str) -> str:
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            parts[-1:] = []
        elif part not in ("", "."):
            parts.append(part)
    drive = bool(parts) and len(parts[0]) == 2 and parts[0][1] == ":"  # C:/logs of a folder on this computer
    return "/".join(parts) if drive else "/" + "/".join(parts)
