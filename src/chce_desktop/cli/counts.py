"""`chce counts import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chce_desktop.cli.session import Session
from chce_desktop.foundation.i18n import tr

if TYPE_CHECKING:
    from chce_desktop.cli.arguments import Commands


def register(commands: Commands) -> None:
    """Add these commands."""
    group = commands.group("counts", tr("how often articles are read"))
    command = group.add("import", tr("count the readers in a web server's logs; only new lines count"), _import)
    command.add_argument("logs", metavar="LOG", nargs="+", type=Path)
    command.add_argument("--format", choices=("combined",), default="combined")


def _import(session: Session) -> None:
    reports = [session.site.counts.import_log(path, progress=session.progress) for path in session.arguments.logs]
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
