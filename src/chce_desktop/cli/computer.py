"""`chce computer`: what this computer is called where colleagues see who published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chce_desktop.cli.session import Session
from chce_desktop.foundation.i18n import tr

if TYPE_CHECKING:
    from chce_desktop.cli.arguments import Commands


def register(commands: Commands) -> None:
    """Add the command."""
    command = commands.add("computer", tr("what this computer is called where colleagues see who published"), _computer)
    command.add_argument(
        "name", metavar="NAME", nargs="?", default=None, help=tr("the new name; an empty one takes it away")
    )


def _computer(session: Session) -> None:
    from chce_desktop.services import computer

    name = session.arguments.name
    label = computer.label() if name is None else computer.set_label(name)
    line = label or tr("This computer has no name: colleagues see a few letters and digits instead.")
    session.output.result({"label": label, "suggestion": computer.suggestion()}, [line])
