"""`chce schedule …`: have the operating system publish what is due, whether the app runs or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chce_desktop.cli.output import table
from chce_desktop.cli.session import Session
from chce_desktop.foundation.i18n import tr

if TYPE_CHECKING:
    from chce_desktop.cli.arguments import Commands
    from chce_desktop.services.scheduling import Schedule

_EVERY = (5, 10, 15, 30, 60)
_SCHEDULERS = ("systemd", "cron", "launchd", "windows")


def register(commands: Commands) -> None:
    """Add these commands."""
    group = commands.group("schedule", tr("publish by the system's scheduler what is due"))
    install = group.add("install", tr("look every few minutes whether something is due, and publish it"), _install)
    install.add_argument("name", metavar="NAME")
    install.add_argument("--every", type=int, choices=_EVERY, default=10, help=tr("minutes between two looks"))
    install.add_argument("--print", action="store_true", help=tr("only show what would be set up"))
    install.add_argument(
        "--for", dest="scheduler", choices=_SCHEDULERS, default=None, help=tr("with --print: for this scheduler")
    )
    for name, summary, handler in (
        ("show", tr("what is set up on this computer"), _show),
        ("remove", tr("take a target off the system's scheduler"), _remove),
    ):
        command = group.add(name, summary, handler)
        command.add_argument("name", metavar="NAME", nargs="?" if name == "show" else None)


def _install(session: Session) -> None:
    from chce_desktop.domain.publication import AUTOMATIC
    from chce_desktop.services import scheduling

    site, arguments = session.site, session.arguments
    target = site.targets.find(arguments.name)
    if arguments.print:
        chosen = scheduling.Scheduler(arguments.scheduler) if arguments.scheduler else scheduling.scheduler()
        texts = scheduling.texts(site, target, arguments.every, chosen)
        lines = [line for path, text in texts.items() for line in (f"# {path}", text)]
        session.output.result({"scheduler": chosen.value, "texts": texts}, lines)
        return
    found = scheduling.install(site, target, arguments.every)
    if not target.automatic:
        site.targets.change(target.id, options={**target.options, AUTOMATIC: "yes"})
    session.output.result(_document(target.name, found), [_line(target.name, found)])


def _remove(session: Session) -> None:
    from chce_desktop.services import scheduling

    target = session.site.targets.find(session.arguments.name)
    found = scheduling.remove(session.site, target)
    session.output.result(_document(target.name, found), [_line(target.name, found)])


def _show(session: Session) -> None:
    from chce_desktop.services import scheduling

    site, name = session.site, session.arguments.name
    targets = site.targets.all() if name is None else (site.targets.find(name),)
    found = {target.name: scheduling.show(site, target) for target in targets}
    rows = table([(name, _line(name, schedule)) for name, schedule in found.items()]) if found else ()
    session.output.result([_document(name, schedule) for name, schedule in found.items()], rows)


def _document(name: str, found: Schedule) -> dict[str, Any]:
    return {
        "target": name,
        "scheduler": found.scheduler.value,
        "installed": found.installed,
        "every": found.every,
        "files": [str(path) for path in found.files],
    }


def _line(name: str, found: Schedule) -> str:
    if found.installed:
        return tr("“{name}” is looked at every {n} minutes ({how}).", name=name, n=found.every, how=found.scheduler)
    return tr("“{name}” is not published by this computer's scheduler.", name=name)
