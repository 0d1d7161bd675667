"""`chce signoff`: the three reviews of an article, made and looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chce_desktop.cli.output import table
from chce_desktop.cli.publishing import overridden
from chce_desktop.cli.session import Session, number
from chce_desktop.foundation.i18n import tr

if TYPE_CHECKING:
    from chce_desktop.cli.arguments import Commands
    from chce_desktop.domain.signoff import SignOff, Standing


def register(commands: Commands) -> None:
    """Add these commands."""
    group = commands.group("signoff", tr("submitting and reviewing articles"))
    for name, summary in (
        ("submit", tr("submit the text of now for review")),
        ("first", tr("sign the first review")),
        ("second", tr("sign the second review")),
        ("final", tr("sign the final review: the text may go out")),
        ("return", tr("return the text with a remark; the steps begin anew")),
    ):
        command = group.add(name, summary, _make)
        command.add_argument("id", metavar="ID", type=number)
        command.add_argument("--by", metavar="NAME", default="", help=tr("who signs (see chce person)"))
        command.add_argument("--remark", metavar="TEXT", default="")
        command.set_defaults(step=name)
    group.add("switches", tr("when the site began to ask for sign-off, and when it ceased to"), _switches)
    group.add("status", tr("where the text stands, with all records"), _status).add_argument(
        "id", metavar="ID", type=number
    )


def _make(session: Session) -> None:
    from chce_desktop.domain.signoff import Step

    arguments, signoffs = session.arguments, session.site.signoffs
    standing = signoffs.make(arguments.id, Step(arguments.step), who=arguments.by, remark=arguments.remark)
    document = _document(arguments.id, standing)
    session.output.result(document, [_line(standing)])


def _status(session: Session) -> None:
    article_id, signoffs = session.arguments.id, session.site.signoffs
    standing = signoffs.standing(article_id)
    records = signoffs.records(article_id)
    document = _document(article_id, standing) | {
        "records": [_record(item) for item in records],
        "overrides": [overridden(item) for item in signoffs.overrides(article_id)],
    }
    rows = [(_moment(item), item.step.value, item.who, item.remark) for item in records]
    session.output.result(document, [_line(standing), *(table(rows) if rows else ())])


def _switches(session: Session) -> None:
    records = session.site.signoffs.switches()
    document = [{"step": item.step.value, "who": item.who, "at": _moment(item)} for item in records]
    rows = [(_moment(item), item.step.value, item.who) for item in records]
    session.output.result(document, list(table(rows)) if rows else [])


def _moment(item: SignOff) -> str:
    return item.made_at.isoformat(timespec="seconds")


def _document(article_id: int, standing: Standing) -> dict[str, Any]:
    return {
        "article": article_id,
        "signed": standing.signed,
        "next": standing.next.value if standing.next else None,
        "done": [item.step.value for item in standing.done],
        "dropped": standing.dropped,
        "returned": _record(standing.returned) if standing.returned else None,
    }


def _record(item: SignOff) -> dict[str, Any]:
    return {
        "step": item.step.value,
        "who": item.who,
        "at": _moment(item),
        "text_hash": item.text_hash,
        "remark": item.remark,
    }


def _line(standing: Standing) -> str:
    from chce_desktop.domain.signoff import TITLES

    if standing.signed:
        return tr("Signed off: the text may go out.")
    assert standing.next is not None  # noqa: S101 - what is not signed waits for something
    if standing.dropped:
        return tr("Edited after it had been signed; next step: {step}.", step=tr(TITLES[standing.next]))
    return tr("Not signed off yet; next step: {step}.", step=tr(TITLES[standing.next]))
