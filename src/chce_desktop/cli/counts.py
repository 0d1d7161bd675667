"""`chce counts …`: logs are counted, and what is read most is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chce_desktop.cli.session import Session, number
from chce_desktop.cli.targets import add_password_option
from chce_desktop.foundation.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chce_desktop.cli.arguments import Commands
    from chce_desktop.services.counts import CountReport

_WINDOWS = ("day", "week", "month", "all")


def register(commands: Commands) -> None:
    """Add these commands."""
    group = commands.group("counts", tr("how often articles are read"))
    command = group.add("import", tr("count the readers in a web server's logs; only new lines count"), _import)
    command.add_argument("logs", metavar="LOG", nargs="+", type=Path)
    command.add_argument("--format", choices=("combined",), default="combined")
    fetch = group.add("fetch", tr("fetch logs over a target's own connection and count them"), _fetch)
    fetch.add_argument("target", metavar="TARGET")
    fetch.add_argument("folder", metavar="FOLDER", help=tr("from the target's folder, or from the root with “/”"))
    fetch.add_argument("logs", metavar="LOG", nargs="*", help=tr("names in that folder; all of them without any"))
    add_password_option(fetch)
    most = group.add("most-read", tr("what is read most"), _most_read)
    most.add_argument("--window", choices=_WINDOWS, default="week")
    most.add_argument("--limit", type=number, default=20, metavar="N")


def _import(session: Session) -> None:
    _tell(session, [session.site.counts.import_log(path, progress=session.progress) for path in session.arguments.logs])


def _fetch(session: Session) -> None:
    from chce_desktop.cli.targets import given_password
    from chce_desktop.services import log_fetching

    arguments, site = session.arguments, session.site
    target = site.targets.find(arguments.target)
    secret = given_password(session)
    names = arguments.logs or [
        log.name
        for log in log_fetching.list_logs(site, target.id, arguments.folder, password=secret, progress=session.progress)
    ]
    reports = log_fetching.import_logs(
        site, target.id, arguments.folder, names, password=secret, progress=session.progress
    )
    _tell(session, reports)


def _most_read(session: Session) -> None:
    from chce_desktop.services.counts import WINDOWS

    arguments = session.arguments
    found = session.site.counts.most_read(WINDOWS[arguments.window], arguments.limit)
    document = {
        "until": found.until.isoformat() if found.until else None,
        "items": [{"id": info.id, "title": info.title, "reads": n, "total": info.reads} for info, n in found.articles],
    }
    session.output.result(document, [f"{n:>8,}  {info.id}  {info.title}" for info, n in found.articles])


def _tell(session: Session, reports: Sequence[CountReport]) -> None:
    session.progress.clear()
    firsts = [report.since for report in reports if report.since is not None]
    lasts = [report.until for report in reports if report.until is not None]
    document = {
        "lines": sum(report.lines for report in reports),
        "counted": sum(report.counted for report in reports),
        "articles": sum(report.articles for report in reports),
        "from": min(firsts).isoformat() if firsts else None,
        "to": max(lasts).isoformat() if lasts else None,
        "bots_ignored": sum(report.bots for report in reports),
    }
    line = tr(
        "{counted} readings of {articles} articles in {lines} lines; {bots_ignored} by robots ignored.", **document
    )
    session.output.result(document, [line])
