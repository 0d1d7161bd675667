"""`chce article withdraw` and `chce article purge`: taking articles away from readers, and out of the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chce_desktop.cli.output import table
from chce_desktop.cli.session import Session, number
from chce_desktop.cli.targets import add_password_option, given_password
from chce_desktop.foundation.errors import DecisionNeeded
from chce_desktop.foundation.i18n import tr, trn

if TYPE_CHECKING:
    from chce_desktop.cli.arguments import Commands
    from chce_desktop.services.withdrawing import Withdrawal


class PurgeUnconfirmed(DecisionNeeded):
    """Articles outside the trash would be deleted for good."""

    code = "purge_unconfirmed"


def register(group: Commands) -> None:
    """Add these commands to `chce article`."""
    withdraw = group.add("withdraw", tr("take articles off the site, wherever it mentions them"), _withdraw)
    purge = group.add("purge", tr("delete articles in the trash for good"), _purge)
    purge.add_argument(
        "--everywhere",
        action="store_true",
        help=tr("also articles that are not in the trash, and every copy that this app keeps on this computer"),
    )
    for command in (withdraw, purge):
        command.add_argument("ids", metavar="ID", type=number, nargs="+")
        command.add_argument(
            "--publish",
            action="append",
            default=[],
            metavar="NAME",
            help=tr("publish to this target at once, so that readers lose them now"),
        )
        command.add_argument("--yes", action="store_true", help=tr("answer every question with yes"))
        add_password_option(command)


def _withdraw(session: Session) -> None:
    from chce_desktop.services import withdrawing

    targets = [session.site.targets.find(name) for name in session.arguments.publish]
    found = withdrawing.withdraw(session.site, session.arguments.ids)
    sentence = trn("{n} article is withdrawn.", "{n} articles are withdrawn.", len(found.articles))
    _tell(session, found, [target.name for target in targets], {"changed": len(found.articles)}, sentence)


def _purge(session: Session) -> None:
    from chce_desktop.cli.articles import purge_from_trash
    from chce_desktop.services import withdrawing

    targets = [session.site.targets.find(name) for name in session.arguments.publish]
    if not session.arguments.everywhere and not targets:
        purge_from_trash(session)
        return
    if not session.arguments.yes:
        raise PurgeUnconfirmed(
            tr("The text, its whole history and the copies for a roll-back would be deleted for good."),
            hint=tr("This cannot be undone. If that is what you want, say --yes."),
        )
    found = withdrawing.purge(session.site, session.arguments.ids, progress=session.progress)
    sentence = trn("{n} article is deleted for good.", "{n} articles are deleted for good.", len(found.articles))
    kept = [str(path) for path in withdrawing.backups(session.site)]
    if kept:
        session.output.note(tr("Backups that were made before still hold them: {files}", files=", ".join(kept)))
    changed = {"changed": len(found.articles), "backups": kept}
    _tell(session, found, [target.name for target in targets], changed, sentence)


def _tell(session: Session, found: Withdrawal, targets: list[str], changed: dict[str, Any], sentence: str) -> None:
    from chce_desktop.cli.publishing import decided
    from chce_desktop.services import withdrawing
    from chce_desktop.services.publishing import PublishReceipt, publish

    site, password, published = session.site, given_password(session), []
    for name in targets:
        target = site.targets.find(name)

        def work(accept: frozenset[str], target_id: int = target.id) -> PublishReceipt:
            return publish(site, target_id, accept=accept, password=password, progress=session.progress)

        receipt = decided(session, target, work)
        published.append({"target": name, "generation": receipt.result.generation, "deleted": receipt.result.deleted})
    session.progress.clear()
    elsewhere = [
        dict(zip(("name", "what", "url"), withdrawing.told(place), strict=True)) for place in withdrawing.ELSEWHERE
    ]
    document = {
        **changed,
        "articles": [{"id": info.id, "title": info.title} for info in found.articles],
        "addresses": list(found.addresses),
        "published": published,
        "elsewhere": elsewhere,
    }
    lines = [sentence]
    if not published and site.targets.all():
        lines.append(tr("Readers see them until the next publish (see --publish)."))
    lines += [*found.addresses, "", tr("What the app cannot reach may still hold them:")]
    lines += table([(place["name"], place["what"], place["url"]) for place in elsewhere])
    session.output.result(document, lines)
