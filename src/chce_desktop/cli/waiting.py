"""`chce waiting`: publishes that go out when the network is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chce_desktop.cli.output import table
from chce_desktop.cli.session import Session
from chce_desktop.foundation.i18n import tr

if TYPE_CHECKING:
    from chce_desktop.cli.arguments import Commands


def register(commands: Commands) -> None:
    """Add the command."""
    command = commands.add("waiting", tr("publishes that wait for the network"), _waiting)
    command.add_argument("--add", metavar="NAME", default=None, help=tr("let the publish to this target wait"))
    command.add_argument("--call-off", metavar="NAME", default=None, help=tr("do not publish to this target any more"))


def _waiting(session: Session) -> None:
    site, arguments = session.site, session.arguments
    if arguments.add is not None:
        site.waiting.add(site.targets.find(arguments.add).id)
    if arguments.call_off is not None:
        site.waiting.remove(site.targets.find(arguments.call_off).id)
    names = {target.id: target.name for target in site.targets.all()}
    documents = [
        {
            "target": names[each.target_id],
            "since": each.since.isoformat(timespec="seconds"),
            "tried_at": each.tried_at.isoformat(timespec="seconds") if each.tried_at else None,
            "problem": each.problem,
        }
        for each in site.waiting.all()
    ]
    rows = [(each["target"], each["since"], each["problem"]) for each in documents]
    session.output.result(documents, table(rows) if rows else [tr("Nothing waits.")])
